"""Metrics and answers made by hand, for what ranks, compares and draws them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from dashboard.core.values import FigureState, Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, Target
from tests.rows import local, ratio

CATALOGUE = Catalogue.load()
RATE = CATALOGUE["hotline.on_time_rate"]
COUNT = CATALOGUE["city.received_count"]
MEDIAN = CATALOGUE["city.closing_hours_median"]
LOWER_RATE = CATALOGUE["hotline.return_rate"]
NOON = local("2026-11-21T12:00")


def row(
    group: dict[str, str] | None = None,
    value: str | int | None = None,
    *,
    n: int = 100,
    of: int | None = None,
    state: FigureState | None = None,
) -> MetricRow:
    """`value` with `n` cases behind it; without one it is too few, unless said otherwise."""
    shown = None if value is None else Decimal(str(value))
    said = state or (FigureState.TOO_FEW if value is None else FigureState.OK)
    return MetricRow(group or {}, ratio(n, of), shown, said)


def result(
    metric: Metric,
    period: str,
    rows: Iterable[MetricRow] = (),
    *,
    by: tuple[str, ...] = (),
    as_of: datetime = NOON,
    targets: tuple[Target, ...] = (),
    **changes: Any,
) -> MetricResult:
    query = MetricQuery(metric.id, Period.parse(*period.split("..")), by)
    made = MetricResult(
        metric, query, tuple(rows), data_version=1, as_of=as_of, complete_to=as_of, targets=targets
    )
    return replace(made, **changes)
