"""Deadlines that rest on a calendar nobody has published yet: counted, and said to be so."""

from collections.abc import Callable

import pytest

from dashboard.metrics.model import MetricRow
from tests.rows import ratio

Spec = Callable[..., MetricRow]

TICKETS = """
    id | due_at           | due_provisional | closed_at        | state    | n
    ---+------------------+-----------------+------------------+----------+---
    A  | 2026-10-08T18:00 | yes             | 2026-10-08T18:00 | closed   | 12
    B  | 2026-10-08T18:00 | yes             |                  | handling | 5
    C  | 2026-10-08T18:00 | no              | 2026-10-08T18:00 | closed   | 10
    D  | 2026-11-02T18:00 | yes             |                  | handling | 7
"""


def test_provisional_deadlines_are_counted_beside_a_rate(metric_spec: Spec) -> None:
    row = metric_spec(
        "hotline.on_time_rate", month="2026-10", tickets=TICKETS, expect=ratio(22, 27)
    )
    assert row.provisional == 17  # A and B of the 27 due; D falls due in November


def test_provisional_deadlines_are_counted_beside_a_count(metric_spec: Spec) -> None:
    row = metric_spec(
        "hotline.overdue_open_count", month="2026-10", tickets=TICKETS, expect=ratio(5)
    )
    assert row.provisional == 5


@pytest.mark.parametrize(
    "metric", ["hotline.received_count", "hotline.closed_count", "hotline.closing_hours_median"]
)
def test_what_has_nothing_to_do_with_deadlines_is_never_provisional(
    metric_spec: Spec, metric: str
) -> None:
    assert metric_spec(metric, month="2026-10", tickets=TICKETS).provisional == 0


def test_a_filter_leaves_out_provisional_rows_too(metric_spec: Spec) -> None:
    row = metric_spec(
        "hotline.on_time_rate",
        month="2026-10",
        tickets="""
            id | due_at           | due_provisional | district_code | n
            ---+------------------+-----------------+---------------+---
            A  | 2026-10-08T18:00 | yes             | D1            | 12
            B  | 2026-10-08T18:00 | yes             | D2            | 5
            C  | 2026-10-08T18:00 | no              | D1            | 10
        """,
        where={"district": "D1"},
        expect=ratio(0, 22),
    )
    assert row.provisional == 12


def test_reviews_have_limits_that_can_be_provisional(metric_spec: Spec) -> None:
    row = metric_spec(
        "service.rectification_rate",
        month="2026-10",
        reviews="""
            id | level | rectify_due_at   | due_provisional | rectified_at     | n
            ---+-------+------------------+-----------------+------------------+--
            A  | 1     | 2026-10-09T18:00 | yes             | 2026-10-08T18:00 | 4
            B  | 2     | 2026-10-09T18:00 | no              | 2026-10-10T18:00 | 3
            C  | 5     | 2026-10-09T18:00 | yes             |                  | 9
        """,
        expect=ratio(4, 7),
    )
    assert row.provisional == 4


def test_a_score_says_so_when_one_of_its_parts_is(metric_spec: Spec) -> None:
    tickets = """
        id | due_at           | due_provisional | dispatched_at    | responded_on_time | followed_up_at   | solved | satisfaction | state  | n
        ---+------------------+-----------------+------------------+-------------------+------------------+--------+--------------+--------+---
        A  | 2026-10-08T18:00 | no              | 2026-10-06T09:00 | yes               | 2026-10-09T18:00 | yes    | satisfied    | closed | 22
        B  | 2026-10-08T18:00 | yes             | 2026-10-06T09:00 | yes               | 2026-10-09T18:00 | yes    | satisfied    | closed | 3
    """  # noqa: E501 - one row is one ticket
    row = metric_spec("hotline.composite_score", month="2026-10", tickets=tickets, value="100.00")
    assert row.provisional == 3
