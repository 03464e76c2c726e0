"""Figures over all kinds of incidents."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]


def test_tickets_and_events_are_counted_together(metric_spec: Spec) -> None:
    metric_spec(
        "city.received_count",
        month="2026-10",
        tickets="""
            id | created_at       | state
            ---+------------------+-------
            A  | 2026-10-08T18:00 | closed
            B  | 2026-10-08T18:00 | voided
        """,
        grid_events="""
            id | created_at
            ---+-----------------
            A  | 2026-10-08T18:00
        """,
        expect=ratio(2),
    )


def test_the_median_lies_between_the_two_middle_cases(metric_spec: Spec) -> None:
    metric_spec(
        "city.closing_hours_median",
        month="2026-10",
        tickets="""
            id | created_at       | closed_at        | n
            ---+------------------+------------------+--
            A  | 2026-10-08T08:00 | 2026-10-08T09:00 | 5
            B  | 2026-10-08T08:00 | 2026-10-08T10:15 | 4
            C  | 2026-10-08T08:00 | 2026-10-28T08:00 | 1
            D  | 2026-10-08T08:00 |                  | 7
        """,
        expect=ratio(10),
        value="1.6",  # (1 h + 2.25 h) / 2 = 1.625
    )


def test_nine_closed_cases_are_too_few_for_a_median(metric_spec: Spec) -> None:
    metric_spec(
        "city.closing_hours_median",
        month="2026-10",
        tickets="""
            id | created_at       | closed_at        | n
            ---+------------------+------------------+--
            A  | 2026-10-08T08:00 | 2026-10-08T09:00 | 9
        """,
        expect=ratio(9),
        state=FigureState.TOO_FEW,
    )


def test_nothing_closed_has_no_median(metric_spec: Spec) -> None:
    metric_spec(
        "city.closing_hours_median",
        month="2026-10",
        tickets="""
            id | created_at
            ---+-----------------
            A  | 2026-10-08T08:00
        """,
        expect=ratio(0),
        state=FigureState.NO_DATA,
    )
