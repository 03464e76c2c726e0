"""Figures of grid management."""

from collections.abc import Callable

from tests.rows import ratio

Spec = Callable[..., object]


def test_fixed_on_the_spot_and_not_filed_are_no_cases(metric_spec: Spec) -> None:
    metric_spec(
        "grid.filed_count",
        month="2026-10",
        grid_events="""
            id | filed_at         | state
            ---+------------------+-------------
            A  | 2026-10-08T18:00 | dispatched
            B  | 2026-10-08T18:00 | self_handled
            C  | 2026-10-08T18:00 | not_accepted
            D  |                  | reported
            E  | 2026-11-01T08:00 | dispatched
        """,
        expect=ratio(1),
    )


def test_a_case_closed_late_is_closed_but_not_on_time(metric_spec: Spec) -> None:
    events = """
        id | filed_at         | due_at           | closed_at        | state
        ---+------------------+------------------+------------------+----------
        A  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-08T18:00 | closed
        B  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-09T18:00 | closed
        C  | 2026-10-06T09:00 | 2026-10-08T18:00 |                  | dispatched
        D  | 2026-10-06T09:00 | 2026-10-08T18:00 |                  | suspended
        E  | 2026-10-06T09:00 | 2026-11-08T18:00 | 2026-10-07T18:00 | closed
    """
    metric_spec("grid.closing_rate", month="2026-10", grid_events=events, expect=ratio(2, 3))
    metric_spec(
        "grid.on_time_closing_rate", month="2026-10", grid_events=events, expect=ratio(1, 3)
    )


def test_reported_as_fixed_is_not_closed(metric_spec: Spec) -> None:
    metric_spec(
        "grid.on_time_closing_rate",
        month="2026-10",
        grid_events="""
            id | filed_at         | due_at           | replied_at       | state
            ---+------------------+------------------+------------------+--------------
            A  | 2026-10-06T09:00 | 2026-10-08T18:00 | 2026-10-07T18:00 | pending_check
        """,
        expect=ratio(0, 1),
    )


def test_a_case_that_failed_the_check_twice_is_one_case_reworked(metric_spec: Spec) -> None:
    metric_spec(
        "grid.rework_rate",
        month="2026-10",
        grid_events="""
            id | filed_at         | replied_at       | rework_count
            ---+------------------+------------------+-------------
            A  | 2026-10-06T09:00 | 2026-10-07T18:00 | 2
            B  | 2026-10-06T09:00 | 2026-10-07T18:00 | 0
            C  | 2026-10-06T09:00 | 2026-10-07T18:00 |
            D  | 2026-10-06T09:00 |                  | 1
        """,
        expect=ratio(1, 2),
    )
