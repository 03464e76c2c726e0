"""Rows as they come from the store → answers, with what they rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboard.access.scope import Scope
from dashboard.city.model import City
from dashboard.core.values import FigureState, Grain, Period, Ratio, bucket_name
from dashboard.metrics.areas import Areas
from dashboard.metrics.compiler import GRAINS, ROWS
from dashboard.metrics.delivery import Delivery
from dashboard.metrics.model import (
    PERCENTILES,
    Metric,
    MetricQuery,
    MetricResult,
    MetricRow,
    Target,
)
from dashboard.metrics.plan import Ask, Plan
from dashboard.metrics.rows import based_row, count_row, percentile_row, rate_row, score_row
from dashboard.metrics.snapshot import Key, over_time
from dashboard.store.facts_store import DataVersion

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cell:
    """What was counted in one group; `rows` is the sample of a percentile."""

    value: Any
    rows: int
    provisional: int


@dataclass(frozen=True)
class Found:
    """What one ask found, by group."""

    cells: Mapping[Key, Cell]

    @classmethod
    def of(cls, ask: Ask, raw: Sequence[Any], *, alone: bool) -> "Found":
        """`alone`: the scan was for one fact only, so that every row of it is a group of it."""
        one, own = ask.counted, f"{ROWS}_{ask.counted.fact.name}"
        counted = one.measure.arithmetic in ("median", "p90")
        cells = {
            _key(ask.by, row): Cell(
                getattr(row, one.label),
                getattr(row, one.rows_label) if counted else 0,
                getattr(row, one.provisional_label) if one.beside else 0,
            )
            for row in raw
            if alone or not ask.by or getattr(row, own)
        }
        return cls(cells)

    def number(self, key: Key) -> Decimal:
        cell = self.cells.get(key)
        return ZERO if cell is None or cell.value is None else Decimal(cell.value)

    @property
    def numbers(self) -> dict[Key, Decimal]:
        return {key: self.number(key) for key in self.cells}


class Answers:
    """Makes results for one city."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._areas = Areas(city)
        self._delivery = Delivery(city)

    def targets(self, metric: Metric) -> tuple[Target, ...]:
        """Those of the city; where it has set none, the one that stands in the definition."""
        set_here = tuple(
            Target(target.value, target.since, target.source)
            for target in self._city.targets
            if target.metric == metric.id
        )
        if set_here or metric.target is None:
            return set_here
        return (Target(metric.target, metric.since, metric.target_source),)

    def result(
        self, plan: Plan, found: Sequence[Found], version: DataVersion, *, scope: Scope
    ) -> MetricResult:
        made = self._rows(plan, found, scope)
        rows = tuple(sorted(made, key=lambda row: tuple(row.group.values())))
        if not plan.query.by:
            rows = self._whole(plan, rows, version)
        complete = [version.complete_to[s] for s in plan.counting if s in version.complete_to]
        return MetricResult(
            metric=plan.metric,
            query=plan.query,
            rows=rows,
            data_version=version.version,
            as_of=version.as_of.astimezone(self._city.zone),
            complete_to=min(complete).astimezone(self._city.zone) if complete else None,
            sources=plan.sources,
            targets=self.targets(plan.metric),
        )

    def score(
        self, metric: Metric, query: MetricQuery, parts: Sequence[MetricResult], *, scope: Scope
    ) -> MetricResult:
        """A score from the answers about its parts. A group counts if any part has it."""
        by_part = [(part, {tuple(row.group.items()): row for row in part.rows}) for part in parts]
        groups = sorted({group for _, rows in by_part for group in rows})
        rows = tuple(
            score_row(
                metric,
                dict(group),
                {
                    part.metric.id: rows.get(group) or self._absent(part, dict(group), scope)
                    for part, rows in by_part
                },
            )
            for group in groups
        )
        return self._joined(metric, query, rows, parts)

    def _absent(self, part: MetricResult, group: dict[str, str], scope: Scope) -> MetricRow:
        """What a part says of a group in which it has no rows: a count of none is zero."""
        metric, query = part.metric, part.query
        if metric.parts or not self._delivery.is_delivered(metric, query.where):
            return MetricRow(group, Ratio(ZERO), None, FigureState.NOT_DELIVERED)
        plan = Plan(metric, query, part.sources, part.sources, delivered=True, asks=())
        return self._row(plan, group, [None], scope)

    def spliced(
        self, metric: Metric, query: MetricQuery, pieces: Sequence[MetricResult]
    ) -> MetricResult:
        """Spans of time in which different versions of a definition were in force."""
        rows = sorted(
            (row for piece in pieces for row in piece.rows),
            key=lambda row: tuple(row.group.values()),
        )
        return self._joined(metric, query, tuple(rows), pieces)

    def _joined(
        self,
        metric: Metric,
        query: MetricQuery,
        rows: tuple[MetricRow, ...],
        of: Sequence[MetricResult],
    ) -> MetricResult:
        complete = [one.complete_to for one in of if one.complete_to is not None]
        return MetricResult(
            metric=metric,
            query=query,
            rows=rows,
            data_version=of[0].data_version,
            as_of=of[0].as_of,
            complete_to=min(complete, default=None),
            sources=tuple(dict.fromkeys(name for one in of for name in one.sources)),
            targets=self.targets(metric),
        )

    def _rows(self, plan: Plan, found: Sequence[Found], scope: Scope) -> Iterable[MetricRow]:
        if not found:
            return
        if plan.metric.form == "snapshot" and len(found) > 1:
            yield from self._stock(plan, found, scope)
            return
        keys = dict.fromkeys(key for one in found for key in one.cells)
        for key in keys:
            group = dict(zip(plan.query.by, key, strict=True))
            yield self._row(plan, group, [one.cells.get(key) for one in found], scope)

    def _row(
        self, plan: Plan, group: dict[str, str], cells: Sequence[Cell | None], scope: Scope
    ) -> MetricRow:
        metric = plan.metric
        if (source := group.get("source")) and self._delivery.lacks(metric, source):
            return MetricRow(group, Ratio(ZERO), None, FigureState.NOT_DELIVERED)
        top = cells[0] or Cell(0, 0, 0)
        if metric.form in PERCENTILES:
            return percentile_row(metric, group, top.value, top.rows)
        above = Decimal(top.value or 0)
        if metric.base is not None:
            base = self._areas.of(metric.base, group, plan.query.where, scope=scope)
            return based_row(metric, group, above, base)
        if metric.bottom is None:
            return count_row(group, above, top.provisional)
        bottom = cells[-1] or Cell(0, 0, 0)
        return rate_row(metric, group, Ratio(above, Decimal(bottom.value or 0)), bottom.provisional)

    def _stock(self, plan: Plan, found: Sequence[Found], scope: Scope) -> Iterable[MetricRow]:
        days = plan.asks[1].period
        before, came, went = (one.numbers for one in found)
        for key, number in over_time(plan.query.by, days, before, came, went).items():
            group = dict(zip(plan.query.by, key, strict=True))
            yield self._row(plan, group, [Cell(number, 0, 0)], scope)

    def _whole(
        self, plan: Plan, rows: tuple[MetricRow, ...], version: DataVersion
    ) -> tuple[MetricRow, ...]:
        """The one row of an uncut answer, with the reason where there is no figure."""
        if not plan.delivered:
            return (MetricRow({}, Ratio(ZERO), None, FigureState.NOT_DELIVERED),)
        if self._begins_after(plan.query.period, version.as_of):
            return (MetricRow({}, Ratio(ZERO), None, FigureState.NOT_DUE),)
        latest = max(
            (version.complete_to[s] for s in plan.counting if s in version.complete_to),
            default=None,
        )
        if latest is None or self._begins_after(plan.query.period, latest):
            return (MetricRow({}, Ratio(ZERO), None, FigureState.NO_DATA),)
        return rows

    def _begins_after(self, period: Period, instant: datetime | None) -> bool:
        return instant is not None and period.first > instant.astimezone(self._city.zone).date()


def _key(by: Sequence[str], row: Any) -> Key:
    return tuple(
        bucket_name(_day(value), Grain(name)) if name in GRAINS else value
        for name, value in zip(by, row, strict=False)
    )


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
