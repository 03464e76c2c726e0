"""How long tickets take, how many are open, and how many come for each resident."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]


def test_open_at_the_end_counts_what_came_and_had_not_gone(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.open_at_count",
        month="2026-10",
        as_of="2026-11-15T12:00",
        tickets="""
            id | created_at       | closed_at        | state
            ---+------------------+------------------+----------------
            A  | 2026-05-08T18:00 |                  | handling
            B  | 2026-10-31T23:59 | 2026-11-01T00:00 | closed
            C  | 2026-10-08T18:00 | 2026-10-31T23:59 | closed
            D  | 2026-11-01T00:00 |                  | handling
            E  | 2026-10-08T18:00 |                  | answered_direct
            F  | 2026-10-08T18:00 | 2026-10-09T18:00 | rehandle
            G  | 2026-10-08T18:00 |                  | voided
        """,
        expect=ratio(3),  # A from May, B closed a minute later, F open again
    )


def test_a_snapshot_never_looks_past_the_data(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.open_at_count",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets="""
            id | created_at       | closed_at        | state
            ---+------------------+------------------+---------
            A  | 2026-10-08T18:00 | 2026-10-20T09:00 | closed
            B  | 2026-10-20T09:00 |                  | handling
        """,
        expect=ratio(1),
    )


DUE_SOON = """
    id | due_at           | state
    ---+------------------+----------
    A  | 2026-10-20T12:00 | handling
    B  | 2026-10-21T12:00 | handling
    C  | 2026-10-21T12:01 | handling
    D  | 2026-10-20T11:59 | handling
    E  | 2026-10-20T18:00 | suspended
    F  | 2026-10-20T18:00 | replied
    G  | 2026-10-20T15:00 | returned
"""


def test_due_soon_is_within_a_day_and_not_overdue(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.due_soon_count",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets=DUE_SOON,
        expect=ratio(3),  # A, B, G
    )


def test_a_city_says_how_soon_soon_is(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.due_soon_count",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets=DUE_SOON,
        parameters={"due_soon_hours": "3"},
        expect=ratio(2),  # A, G
    )


def test_answered_at_the_desk_is_of_all_taken_on(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.first_contact_rate",
        month="2026-10",
        tickets="""
            id | created_at       | state
            ---+------------------+----------------
            A  | 2026-10-08T18:00 | answered_direct
            B  | 2026-10-08T18:00 | handling
            C  | 2026-10-08T18:00 | closed
            D  | 2026-10-08T18:00 | rejected
            E  | 2026-10-08T18:00 | voided
        """,
        expect=ratio(1, 3),
    )


def test_signing_is_judged_once_its_limit_has_passed(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.sign_off_rate",
        month="2026-10",
        as_of="2026-10-20T12:00",
        tickets="""
            id | dispatched_at    | sign_due_at      | signed_at        | excluded
            ---+------------------+------------------+------------------+---------
            A  | 2026-10-19T09:00 | 2026-10-19T11:00 | 2026-10-19T11:00 |
            B  | 2026-10-19T09:00 | 2026-10-19T11:00 | 2026-10-19T11:01 |
            C  | 2026-10-19T09:00 | 2026-10-19T11:00 |                  |
            D  | 2026-10-20T11:30 | 2026-10-20T13:30 | 2026-10-20T11:40 |
            E  | 2026-10-19T09:00 |                  | 2026-10-19T09:10 |
            F  | 2026-10-19T09:00 | 2026-10-19T11:00 | 2026-10-19T09:10 | yes
            G  | 2026-09-30T09:00 | 2026-09-30T11:00 | 2026-09-30T09:10 |
        """,
        expect=ratio(1, 3),  # A of A, B, C
    )


def test_more_may_be_closed_in_a_month_than_came(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.completion_rate",
        month="2026-10",
        tickets="""
            id | created_at       | closed_at        | state    | n
            ---+------------------+------------------+----------+---
            A  | 2026-09-08T18:00 | 2026-10-08T18:00 | closed   | 15
            B  | 2026-10-08T18:00 | 2026-10-09T18:00 | closed   | 15
            C  | 2026-10-08T18:00 |                  | handling | 5
            D  | 2026-10-08T18:00 | 2026-10-09T18:00 | rejected | 9
            E  | 2026-09-08T18:00 |                  | handling | 9
        """,
        expect=ratio(30, 20),
        value="150.0",
    )


HOURS = """
    id | created_at       | closed_at        | state           | n
    ---+------------------+------------------+-----------------+---
    A  | 2026-10-08T08:00 | 2026-10-08T09:00 | closed          | 10
    B  | 2026-10-08T08:00 | 2026-10-08T12:00 | closed          | 8
    C  | 2026-10-08T08:00 | 2026-10-09T08:00 | closed          | 3
    D  | 2026-10-08T08:00 | 2026-10-08T08:01 | answered_direct | 50
    E  | 2026-10-08T08:00 | 2026-10-07T08:00 | closed          | 2
    F  | 2026-10-08T08:00 |                  | handling        | 9
"""


def test_the_mean_time_to_close_is_of_what_units_handled(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.closing_hours_mean",
        month="2026-10",
        tickets=HOURS,
        expect=ratio(114 * 3600, 21),  # 10 × 1 + 8 × 4 + 3 × 24 hours
        value="5.4",
    )


def test_half_of_the_tickets_close_within_the_median(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.closing_hours_median",
        month="2026-10",
        tickets=HOURS,
        expect=ratio(21),
        value="4.0",  # the eleventh of twenty-one
    )


def test_nine_in_ten_close_within_the_ninetieth_percentile(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.closing_hours_p90",
        month="2026-10",
        tickets=HOURS,
        expect=ratio(21),
        value="24.0",  # 0.9 × 20 = 18: the nineteenth
    )


def test_nineteen_are_too_few_for_a_ninetieth_percentile(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.closing_hours_p90",
        month="2026-10",
        tickets="""
            id | created_at       | closed_at        | state  | n
            ---+------------------+------------------+--------+---
            A  | 2026-10-08T08:00 | 2026-10-08T09:00 | closed | 19
        """,
        state=FigureState.TOO_FEW,
    )


def test_requests_are_divided_by_the_residents_of_the_city(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_per_10k",
        month="2026-10",
        tickets="""
            id | created_at       | state  | n
            ---+------------------+--------+----
            A  | 2026-10-08T18:00 | closed | 207
            B  | 2026-10-08T18:00 | voided | 9
        """,
        expect=ratio(207, 900_000),
        value="2.3",
    )


def test_requests_of_a_street_are_divided_by_its_own_residents(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.received_per_10k",
        month="2026-10",
        where={"street": "S11"},
        tickets="""
            id | created_at       | street_code | n
            ---+------------------+-------------+---
            A  | 2026-10-08T18:00 | S11         | 18
            B  | 2026-10-08T18:00 | S12         | 40
        """,
        expect=ratio(18, 60_000),
        value="3.0",
    )
