"""The only way a number leaves the store."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from dashboard.access.scope import Scope
from dashboard.city.model import City
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import FigureState, Grain, Period, Ratio, bucket_name
from dashboard.metrics.cache import AnswerCache
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.compiler import GRAINS, compile_shared, label, parameters
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.model import (
    SCALE,
    Metric,
    MetricQuery,
    MetricResult,
    MetricRow,
    Target,
    Where,
)
from dashboard.store.facts_store import DataVersion, FactsStore

STATEMENTS_AT_ONCE = 4
"""DuckDB spreads a large statement over the cores by itself; several small ones side by side hide
planning and fetching: at ten million incidents a page took two thirds of the time of one by one."""

Shared = tuple[str, str, Period, tuple[str, ...], Where]
"""Questions with the same fact, time, period, cut and filters are answered by one scan."""


@dataclass(frozen=True)
class Plan:
    """What one question resolves to."""

    metric: Metric
    query: MetricQuery
    sources: tuple[str, ...]
    delivered: bool

    @property
    def shared(self) -> Shared:
        query = self.query
        return (self.metric.fact.name, self.metric.time, query.period, query.by, query.where)


class MetricEngine:
    """Answers questions about one city's facts."""

    def __init__(self, catalogue: Catalogue, city: City, store: FactsStore) -> None:
        self.catalogue = catalogue
        self.city = city
        self.dimensions = Dimensions(city)
        self._store = store
        self._cache: AnswerCache[MetricResult] = AnswerCache()
        self._statements = ThreadPoolExecutor(STATEMENTS_AT_ONCE, thread_name_prefix="metric")

    def run(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[MetricResult]:
        """Answers in the order asked; questions that can share a scan do.

        Raises:
            UsageError: Unknown metric, cut, filter or code; the message names the nearest.
        """
        version = self._store.version()
        plans = [self._plan(query) for query in queries]
        keys = [(self.catalogue.digest, plan.query, scope.key, version.version) for plan in plans]
        return self._cache.many(keys, lambda asked: self._answer(plans, asked, scope, version))

    def statement(self, query: MetricQuery, *, scope: Scope) -> Select[Any]:
        """The statement `run` would send for this question alone."""
        plan = self._plan(query)
        return self._compile(plan.metric.fact, plan.metric.time, plan.metric.measures, query, scope)

    def targets(self, metric_id: str) -> tuple[Target, ...]:
        return tuple(
            Target(target.value, target.since, target.source)
            for target in self.city.targets
            if target.metric == metric_id
        )

    def close(self) -> None:
        self._statements.shutdown()

    def _plan(self, query: MetricQuery) -> Plan:
        metric = self.catalogue[query.metric]
        for name in query.by:
            if name not in metric.cuts:
                raise UsageError(
                    f"`{metric.id}` cannot be cut by `{name}`.",
                    where=f"by={name}",
                    fix=did_you_mean(name, metric.cuts),
                )
        if len(set(query.by)) < len(query.by):
            raise UsageError("A cut is named twice.", where="by", fix="name each cut once")
        list(self.dimensions.predicates(metric.fact, query.where))
        sources = self._sources(metric, query.where)
        delivered = any(not self._lacks(metric, source) for source in sources)
        return Plan(metric, query, sources, delivered)

    def _sources(self, metric: Metric, where: Where) -> tuple[str, ...]:
        """Sources that fill this metric's table and can hold rows of its kind."""
        asked = dict(where).get("source")
        return tuple(
            spec.name
            for spec in self.city.sources.values()
            if spec.fact == metric.fact.table.name
            and (asked is None or spec.name in asked)
            and _may_hold(spec.constant("kind"), metric.fact)
        )

    def _lacks(self, metric: Metric, source: str) -> bool:
        delivered = self.city.sources[source].delivers
        return any(measure.missing(delivered) for measure in metric.measures)

    def _answer(
        self, plans: Sequence[Plan], asked: list[int], scope: Scope, version: DataVersion
    ) -> dict[int, MetricResult]:
        groups: dict[Shared, list[int]] = defaultdict(list)
        answers: dict[int, MetricResult] = {}
        for position in asked:
            plan = plans[position]
            if plan.delivered:
                groups[plan.shared].append(position)
            else:
                answers[position] = self._result(plan, (), version)
        waiting = [
            (
                members,
                self._statements.submit(self._scan, [plans[m] for m in members], scope, version),
            )
            for members in groups.values()
        ]
        for members, future in waiting:
            for position, rows in zip(members, future.result(), strict=True):
                answers[position] = self._result(plans[position], rows, version)
        return answers

    def _scan(
        self, plans: list[Plan], scope: Scope, version: DataVersion
    ) -> list[tuple[MetricRow, ...]]:
        """One statement for all these plans; each gets its own rows."""
        first = plans[0]
        measures = list({m.name: m for plan in plans for m in plan.metric.measures}.values())
        statement = self._compile(
            first.metric.fact, first.metric.time, measures, first.query, scope
        )
        raw = self._store.read(statement.params(**parameters(version.as_of)))
        return [self._rows(plan, raw) for plan in plans]

    def _compile(
        self,
        fact: Fact,
        time: str,
        measures: Sequence[Measure],
        query: MetricQuery,
        scope: Scope,
    ) -> Select[Any]:
        return compile_shared(
            fact, time, measures, query=query, scope=scope, dimensions=self.dimensions
        )

    def _rows(self, plan: Plan, raw: Sequence[Any]) -> tuple[MetricRow, ...]:
        rows = [
            self._row(plan, dict(zip(plan.query.by, _names(plan.query.by, row), strict=True)), row)
            for row in raw
        ]
        return tuple(sorted(rows, key=lambda row: tuple(row.group.values())))

    def _row(self, plan: Plan, group: dict[str, str], row: Any) -> MetricRow:
        metric, measure = plan.metric, plan.metric.numerator
        if (source := group.get("source")) and self._lacks(metric, source):
            return MetricRow(group, Ratio(Decimal(0)), None, FigureState.NOT_DELIVERED)
        found = getattr(row, label(measure))
        if measure.arithmetic == "median":
            return median_row(metric, group, found, getattr(row, f"count_{measure.name}"))
        numerator = Decimal(found or 0)
        if metric.denominator is None:
            return count_row(metric, group, numerator)
        below = Decimal(getattr(row, label(metric.denominator)) or 0)
        return rate_row(metric, group, Ratio(numerator, below))

    def _result(
        self, plan: Plan, rows: tuple[MetricRow, ...], version: DataVersion
    ) -> MetricResult:
        complete = [version.complete_to[s] for s in plan.sources if s in version.complete_to]
        if not plan.query.by:
            rows = self._whole(plan, rows, version)
        return MetricResult(
            metric=plan.metric,
            query=plan.query,
            rows=rows,
            data_version=version.version,
            as_of=version.as_of.astimezone(self.city.zone),
            complete_to=min(complete).astimezone(self.city.zone) if complete else None,
            sources=plan.sources,
            targets=self.targets(plan.metric.id),
        )

    def _whole(
        self, plan: Plan, rows: tuple[MetricRow, ...], version: DataVersion
    ) -> tuple[MetricRow, ...]:
        """The one row of an uncut answer, with the reason where there is no figure."""
        if not plan.delivered:
            return (MetricRow({}, Ratio(Decimal(0)), None, FigureState.NOT_DELIVERED),)
        if self._begins_after(plan.query.period, version.as_of):
            return (MetricRow({}, Ratio(Decimal(0)), None, FigureState.NOT_DUE),)
        latest = max(
            (version.complete_to[s] for s in plan.sources if s in version.complete_to), default=None
        )
        if latest is None or self._begins_after(plan.query.period, latest):
            return (MetricRow({}, Ratio(Decimal(0)), None, FigureState.NO_DATA),)
        return rows

    def _begins_after(self, period: Period, instant: datetime | None) -> bool:
        return instant is not None and period.first > instant.astimezone(self.city.zone).date()


def count_row(metric: Metric, group: Mapping[str, str], numerator: Decimal) -> MetricRow:
    """A count is a figure even when it is zero."""
    return MetricRow(group, Ratio(numerator), numerator * SCALE[metric.form], FigureState.OK)


def rate_row(metric: Metric, group: Mapping[str, str], ratio: Ratio) -> MetricRow:
    """Zero below: nothing to judge. Few below: said in words, the counts stay visible."""
    if not ratio.denominator:
        return MetricRow(group, ratio, None, FigureState.NO_DATA)
    if ratio.denominator < metric.min_denominator:
        return MetricRow(group, ratio, None, FigureState.TOO_FEW)
    value = ratio.numerator * SCALE[metric.form] / ratio.denominator
    return MetricRow(group, ratio, value, FigureState.OK)


def median_row(metric: Metric, group: Mapping[str, str], seconds: Any, rows: int) -> MetricRow:
    """The numerator is the number of rows the median was taken over."""
    ratio = Ratio(Decimal(rows))
    if not rows or seconds is None:
        return MetricRow(group, ratio, None, FigureState.NO_DATA)
    if rows < metric.min_denominator:
        return MetricRow(group, ratio, None, FigureState.TOO_FEW)
    return MetricRow(group, ratio, Decimal(str(seconds)) * SCALE[metric.form], FigureState.OK)


def _may_hold(kind: str | None, fact: Fact) -> bool:
    return not fact.kinds or kind is None or kind in fact.kinds


def _names(by: Sequence[str], row: Any) -> list[str]:
    return [
        bucket_name(_day(value), Grain(name)) if name in GRAINS else value
        for name, value in zip(by, row, strict=False)
    ]


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
