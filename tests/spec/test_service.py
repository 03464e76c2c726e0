"""Figures of government service."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]


def test_a_daily_count_stands_for_as_many_applications(metric_spec: Spec) -> None:
    metric_spec(
        "service.application_count",
        month="2026-10",
        applications="""
            id | accepted_at      | count
            ---+------------------+------
            A  | 2026-10-08T00:00 | 40
            B  | 2026-10-08T09:00 | 1
            C  | 2026-11-01T00:00 | 70
        """,
        expect=ratio(41),
    )


def test_daily_counts_weigh_in_the_online_rate(metric_spec: Spec) -> None:
    metric_spec(
        "service.online_rate",
        month="2026-10",
        applications="""
            id | accepted_at      | count | online
            ---+------------------+-------+-------
            A  | 2026-10-08T00:00 | 30    | yes
            B  | 2026-10-08T09:00 | 10    | no
            C  | 2026-10-08T09:00 | 500   |
        """,
        expect=ratio(30, 40),  # C does not say how it was filed
        value="75.0",
    )


def test_a_default_review_is_not_praise(metric_spec: Spec) -> None:
    metric_spec(
        "service.praise_rate",
        month="2026-10",
        reviews="""
            id | reviewed_at      | level | active | n
            ---+------------------+-------+--------+----
            A  | 2026-10-08T09:00 | 5     | no     | 900
            B  | 2026-10-08T09:00 | 3     | yes    | 1
            C  | 2026-10-08T09:00 | 2     | yes    | 1
        """,
        expect=ratio(1, 2),
        state=FigureState.TOO_FEW,
    )
