"""Tickets that come back, come again, take longer or have to be done again."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]


def test_a_ticket_returned_three_times_is_one_returned_often(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.returned_twice_count",
        month="2026-10",
        tickets="""
            id | dispatched_at    | return_count
            ---+------------------+-------------
            A  | 2026-10-08T18:00 | 3
            B  | 2026-10-08T18:00 | 2
            C  | 2026-10-08T18:00 | 1
            D  | 2026-10-08T18:00 |
            E  | 2026-11-08T18:00 | 2
        """,
        expect=ratio(2),
    )


def test_a_repeat_is_what_the_source_links_to_an_earlier_ticket(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.repeat_rate",
        month="2026-10",
        tickets="""
            id | created_at       | repeat_of | state
            ---+------------------+-----------+---------
            A  | 2026-10-08T18:00 | X-0       | handling
            B  | 2026-10-08T18:00 |           | handling
            C  | 2026-10-08T18:00 |           | closed
            D  | 2026-10-08T18:00 | X-0       | rejected
        """,
        expect=ratio(1, 3),
    )


HANDLED_AGAIN = """
    id | closed_at        | rework_count | state    | excluded
    ---+------------------+--------------+----------+---------
    A  | 2026-10-08T18:00 | 2            | closed   |
    B  | 2026-10-08T18:00 | 0            | closed   |
    C  | 2026-10-08T18:00 | 0            | closed   |
    D  | 2026-10-08T18:00 |              | closed   |
    E  | 2026-10-08T18:00 | 1            | closed   | yes
    F  |                  | 1            | rehandle |
"""


def test_handled_again_is_of_tickets_closed(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.rehandling_rate", month="2026-10", tickets=HANDLED_AGAIN, expect=ratio(1, 3)
    )


def test_right_first_time_is_the_rest_of_them(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.first_time_right_rate", month="2026-10", tickets=HANDLED_AGAIN, expect=ratio(2, 3)
    )


LONGER = """
    id | dispatched_at    | extension_count | suspension_count | state     | excluded
    ---+------------------+-----------------+------------------+-----------+---------
    A  | 2026-10-08T18:00 | 2               | 0                | closed    |
    B  | 2026-10-08T18:00 | 0               | 1                | suspended |
    C  | 2026-10-08T18:00 | 0               |                  | handling  |
    D  | 2026-10-08T18:00 |                 | 0                | handling  |
    E  | 2026-10-08T18:00 | 1               | 1                | closed    | yes
    F  |                  | 1               | 1                | handling  |
"""


def test_a_ticket_extended_twice_is_one_ticket_extended(metric_spec: Spec) -> None:
    metric_spec("hotline.extension_rate", month="2026-10", tickets=LONGER, expect=ratio(1, 3))


def test_a_deferred_ticket_is_outside_the_on_time_rate_and_seen_here(metric_spec: Spec) -> None:
    metric_spec("hotline.deferral_rate", month="2026-10", tickets=LONGER, expect=ratio(1, 3))


def test_a_source_without_links_has_no_repeat_rate_instead_of_zero(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.repeat_rate",
        month="2026-10",
        where={"source": "verdicts"},
        verdicts="""
            id | created_at
            ---+-----------------
            A  | 2026-10-08T18:00
        """,
        state=FigureState.NOT_DELIVERED,
    )
