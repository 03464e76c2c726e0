"""The map layer: which class of the ramp each region falls in, and what its label says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.core.values import FigureState, half_up
from dashboard.metrics.model import Metric, MetricResult, MetricRow

CLASSES = 7
"""Steps of the sequential ramp in assets/tokens.css."""


@dataclass(frozen=True)
class Areas:
    """`classes` maps a region's code to 0 … 6, or -1 where there is no figure to colour by;
    `breaks` are the lower bounds of the classes as printed, lowest first.
    """

    classes: Mapping[str, int]
    rows: Mapping[str, MetricRow]
    breaks: tuple[Decimal, ...]


def areas(result: MetricResult, level: str) -> Areas:
    """Classes of equal size in regions (quantiles), so that one extreme does not pale the rest."""
    rows = {row.group[level]: row for row in result.rows}
    values = sorted(
        row.value for row in rows.values() if row.state is FigureState.OK and row.value is not None
    )
    bounds = _bounds(result.metric, values)
    classes = {
        code: _class(row.value, bounds) if row.state is FigureState.OK else -1
        for code, row in rows.items()
    }
    return Areas(classes, rows, tuple(bounds))


def _bounds(metric: Metric, values: Sequence[Decimal]) -> list[Decimal]:
    if not values:
        return []
    steps = min(CLASSES, len(set(values)))
    found = [half_up(values[len(values) * i // steps], metric.decimals) for i in range(steps)]
    return sorted(set(found))


def _class(value: Decimal | None, bounds: Sequence[Decimal]) -> int:
    """Spread over the ramp even where there are fewer classes than shades."""
    if value is None or not bounds:
        return -1
    place = max((i for i, bound in enumerate(bounds) if value >= bound), default=0)
    return round(place * (CLASSES - 1) / max(1, len(bounds) - 1)) if len(bounds) > 1 else 3
