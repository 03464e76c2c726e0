"""Change and rank: rates change in points, counts in per cent; a rank is within its group."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboard.core.values import UNKNOWN, FigureState, half_up
from dashboard.metrics.model import Metric, MetricRow


@dataclass(frozen=True)
class Change:
    """`value` is None where there is nothing to compare with: no base, or a base of zero."""

    kind: Literal["percent", "points", "absolute"]
    value: Decimal | None


def change(metric: Metric, now: MetricRow, then: MetricRow) -> Change:
    """A rate changes in percentage points, a duration in its unit, a count in per cent."""
    kind: Literal["percent", "points", "absolute"] = {
        "rate": "points",
        "hours_median": "absolute",
    }.get(metric.form, "percent")  # type: ignore[assignment]
    if not metric.comparable or now.value is None or then.value is None:
        return Change(kind, None)
    if kind == "percent":
        if not then.value:
            return Change(kind, None)
        return Change(kind, half_up((now.value - then.value) * 100 / then.value, 1))
    return Change(kind, half_up(now.value, metric.decimals) - half_up(then.value, metric.decimals))


@dataclass(frozen=True)
class Ranked:
    """`rank` is None for a unit that is listed but not ranked: too few cases, or no figure."""

    row: MetricRow
    rank: int | None


def ranking(metric: Metric, rows: Sequence[MetricRow], cut: str) -> list[Ranked]:
    """Best first in the metric's own direction, competition ranking (1, 2, 2, 4) on the rounded
    figures people see; what cannot be ranked follows, largest first: units with too few cases, and
    the rows that name no unit.
    """
    judged = [r for r in rows if r.state is FigureState.OK and r.group[cut] != UNKNOWN]
    others = [r for r in rows if r.state is not FigureState.OK or r.group[cut] == UNKNOWN]
    lower_first = metric.direction == "lower_is_better"

    def shown(row: MetricRow) -> Decimal:
        value = half_up(row.value or Decimal(0), metric.decimals)
        return value if lower_first else -value

    judged.sort(key=lambda row: (shown(row), -(row.ratio.denominator or row.ratio.numerator)))
    ranked: list[Ranked] = []
    for place, row in enumerate(judged, 1):
        tied = ranked and shown(ranked[-1].row) == shown(row)
        ranked.append(Ranked(row, ranked[-1].rank if tied else place))
    others.sort(key=lambda row: -(row.ratio.denominator or row.ratio.numerator))
    return ranked + [Ranked(row, None) for row in others]


def meets_target(metric: Metric, value: Decimal | None, target: Decimal | None) -> bool | None:
    """None where there is nothing to judge; judged on the figure as shown."""
    if value is None or target is None or metric.direction == "neutral":
        return None
    shown = half_up(value, metric.decimals)
    return shown >= target if metric.direction == "higher_is_better" else shown <= target
