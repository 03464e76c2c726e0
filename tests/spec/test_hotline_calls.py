"""Figures of the call centre."""

from collections.abc import Callable

from dashboard.core.values import FigureState
from tests.rows import ratio

Spec = Callable[..., object]

INTERVALS = """
    id | started_at       | offered | answered | answered_15s | wait_seconds | abandoned
    ---+------------------+---------+----------+--------------+--------------+----------
    A  | 2026-10-08T09:00 | 100     | 96       | 90           | 800          | 3
    B  | 2026-10-08T10:00 | 60      | 54       |              |              |
    C  | 2026-11-01T00:00 | 900     | 1        | 0            | 9000         | 899
"""


def test_calls_offered_are_summed_over_intervals(metric_spec: Spec) -> None:
    metric_spec("hotline.call_count", month="2026-10", calls=INTERVALS, expect=ratio(160))


def test_the_answer_rate_is_of_calls_offered(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.answer_rate",
        month="2026-10",
        calls=INTERVALS,
        expect=ratio(150, 160),
        value="93.8",  # 93.75
    )


def test_fifteen_seconds_are_of_calls_answered_where_they_are_told(metric_spec: Spec) -> None:
    metric_spec("hotline.answered_15s_rate", month="2026-10", calls=INTERVALS, expect=ratio(90, 96))


def test_waiting_is_of_answered_calls_alone(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.waiting_seconds_mean",
        month="2026-10",
        calls=INTERVALS,
        expect=ratio(800, 96),
        value="8.3",
    )


def test_abandonment_is_of_calls_offered_where_it_is_told(metric_spec: Spec) -> None:
    metric_spec("hotline.abandonment_rate", month="2026-10", calls=INTERVALS, expect=ratio(3, 100))


def test_nineteen_calls_are_too_few_to_judge_an_exchange(metric_spec: Spec) -> None:
    metric_spec(
        "hotline.answer_rate",
        month="2026-10",
        calls="""
            id | started_at       | offered | answered
            ---+------------------+---------+---------
            A  | 2026-10-08T09:00 | 19      | 19
        """,
        state=FigureState.TOO_FEW,
    )
