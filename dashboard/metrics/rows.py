"""Counts of one group → a figure, or the reason why there is none. Dividing happens here, last."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboard.core.values import FigureState, Ratio
from dashboard.metrics.arithmetic import ONE, quotient
from dashboard.metrics.model import PER, SCALE, Metric, MetricRow

Group = Mapping[str, str]


def count_row(group: Group, numerator: Decimal, provisional: int = 0) -> MetricRow:
    """A count is a figure even when it is zero."""
    return MetricRow(group, Ratio(numerator), numerator, FigureState.OK, provisional=provisional)


def rate_row(metric: Metric, group: Group, ratio: Ratio, provisional: int = 0) -> MetricRow:
    """Zero below: nothing to judge. Few below: said in words, the counts stay visible."""
    if not ratio.denominator:
        return MetricRow(group, ratio, None, FigureState.NO_DATA, provisional=provisional)
    if ratio.denominator < metric.min_denominator:
        return MetricRow(group, ratio, None, FigureState.TOO_FEW, provisional=provisional)
    below = ratio.denominator * PER.get(metric.form, ONE)
    value = quotient(ratio.numerator, below, SCALE.get(metric.form, ONE))
    return MetricRow(group, ratio, value, FigureState.OK, provisional=provisional)


def percentile_row(metric: Metric, group: Group, seconds: Any, rows: int) -> MetricRow:
    """The numerator is the number of rows the percentile was taken over."""
    ratio = Ratio(Decimal(rows))
    if not rows or seconds is None:
        return MetricRow(group, ratio, None, FigureState.NO_DATA)
    if rows < metric.min_denominator:
        return MetricRow(group, ratio, None, FigureState.TOO_FEW)
    value = Decimal(str(seconds)) / PER[metric.form]
    return MetricRow(group, ratio, value, FigureState.OK)


def based_row(metric: Metric, group: Group, numerator: Decimal, base: Decimal | None) -> MetricRow:
    """Per resident or unit grid; a region without that number has no such figure."""
    if base is None:
        return MetricRow(group, Ratio(numerator), None, FigureState.NOT_DELIVERED)
    return rate_row(metric, group, Ratio(numerator, base))


def score_row(metric: Metric, group: Group, parts: Mapping[str, MetricRow | None]) -> MetricRow:
    """Points out of the full score. A unit that lacks a part is not scored; which, is said.

    Where nothing else is missing than what came in too small a number, that is the reason.
    """
    assert metric.scheme is not None  # noqa: S101 — only scores come here
    figures = {part.id: _as_shown(part, parts.get(part.id)) for part in metric.parts}
    score = metric.scheme.score(figures, decimals=metric.decimals)
    if score.points is None:
        states = {_state(parts.get(name)) for name in score.missing}
        reason = states.pop() if len(states) == 1 else FigureState.NO_DATA
        ratio = Ratio(Decimal(0), score.full)
        return MetricRow(group, ratio, None, reason, missing=score.missing)
    provisional = sum(row.provisional for row in parts.values() if row)
    return MetricRow(
        group,
        Ratio(score.points, score.full),
        score.points,
        FigureState.OK,
        grade=score.grade,
        provisional=provisional,
    )


def _as_shown(metric: Metric, row: MetricRow | None) -> Decimal | None:
    return None if row is None or row.value is None else metric.shown(row.value)


def _state(row: MetricRow | None) -> FigureState:
    return FigureState.NO_DATA if row is None else row.state
