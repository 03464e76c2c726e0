"""What a question comes down to: which rows of which tables to count, by which day.

A plan holds no numbers. Two plans whose asks have the same `key` are answered by one scan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement

from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Period
from dashboard.metrics.compiler import GRAINS, Counted
from dashboard.metrics.delivery import Delivery
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.model import INSTANT, Leg, Metric, MetricQuery, Where

AskKey = tuple[str, str, Period, tuple[str, ...], Where, date | None]

DEADLINES = frozenset({"due_at", "sign_due_at", "disposal_due_at", "rectify_due_at"})
"""Columns that may rest on a calendar not published yet."""


@dataclass(frozen=True, eq=False)
class Ask:
    """Something to count over days of one column; `last`: at the end of this day instead."""

    counted: Counted
    day: ColumnElement[Any] | None
    day_name: str
    period: Period
    by: tuple[str, ...]
    where: Where
    last: date | None = None

    @property
    def key(self) -> AskKey:
        table = self.counted.fact.table.name
        return (table, self.day_name, self.period, self.by, self.where, self.last)


@dataclass(frozen=True)
class Plan:
    """One version of a metric, one question. `counting`: those of its sources whose rows count.
    `asks`: numerator, denominator; of a snapshot by steps of time: what was there before, what
    came, what went.
    """

    metric: Metric
    query: MetricQuery
    sources: tuple[str, ...]
    counting: tuple[str, ...]
    delivered: bool
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Planner:
    dimensions: Dimensions
    delivery: Delivery

    def plan(
        self, metric: Metric, query: MetricQuery, today: date, *, provisional: bool = False
    ) -> Plan:
        """Raises UsageError for a cut or filter the metric does not have.

        Args:
            today: The city day the facts speak of: no snapshot looks beyond it.
            provisional: Count rows with a provisional deadline beside each figure.
        """
        self.check(metric, query)
        delivered = self.delivery.is_delivered(metric, query.where)
        sources = self.delivery.sources(metric, query.where)
        counting = tuple(name for name in sources if not self.delivery.lacks(metric, name))
        plan = Plan(metric, query, sources, counting, delivered, ())
        if not delivered:
            return plan
        if metric.form == "snapshot":
            return replace(plan, asks=tuple(self._snapshot(metric, query, today)))
        asks = [self._ask(metric, leg, query) for leg in metric.legs]
        if provisional and asks:
            asks[-1] = _with_provisional(asks[-1])
        return replace(plan, asks=tuple(asks))

    def check(self, metric: Metric, query: MetricQuery) -> None:
        for name in query.by:
            if name not in metric.cuts:
                raise UsageError(
                    f"`{metric.id}` cannot be cut by `{name}`.",
                    where=f"by={name}",
                    fix=did_you_mean(name, metric.cuts),
                )
        if len(set(query.by)) < len(query.by):
            raise UsageError("A cut is named twice.", where="by", fix="name each cut once")
        if metric.form == "snapshot" and len(GRAINS.intersection(query.by)) > 1:
            raise UsageError(
                f"`{metric.id}` is what is there at the end of each step of time.",
                where="by",
                fix="name one of day, week, month, year",
            )
        for leg in metric.legs:
            list(self.dimensions.predicates(leg.fact, query.where))
        for name, _ in query.where:
            if name not in metric.cuts:
                raise UsageError(
                    f"`{metric.id}` cannot be filtered by `{name}`.",
                    where=name,
                    fix=did_you_mean(name, metric.dimensions),
                )

    def restriction(self, metric: Metric, fact: Fact) -> tuple[str, ...] | None:
        """Sources whose rows of this fact count in this metric; None: all of them."""
        return self.delivery.restriction(
            fact, [leg.measure for leg in metric.legs if leg.fact is fact]
        )

    def beside(self, metric: Metric, measure: Measure, query: MetricQuery) -> Ask:
        """Something else counted over the rows that the metric's denominator is counted over."""
        leg = metric.bottom or metric.top
        assert leg is not None  # noqa: S101 — scores have parts, which are asked one by one
        return self._ask(metric, Leg(leg.fact, leg.time, measure), query)

    def _ask(self, metric: Metric, leg: Leg, query: MetricQuery) -> Ask:
        counted = Counted(leg.fact, leg.measure, self.restriction(metric, leg.fact))
        day = leg.fact.times[leg.time]
        name = str(day.key) if isinstance(day, Column) else f"{leg.fact.name}.{leg.time}"
        return Ask(counted, day, name, query.period, query.by, query.where)

    def _snapshot(self, metric: Metric, query: MetricQuery, today: date) -> Iterable[Ask]:
        leg = metric.legs[0]
        counted = Counted(leg.fact, leg.measure, self.restriction(metric, leg.fact))
        cuts = tuple(name for name in query.by if name not in GRAINS)
        if query.period.first > today:
            return
        stepped = len(cuts) < len(query.by)
        last = min(query.period.last, today)
        at = query.period.first - timedelta(days=1) if stepped else last
        yield Ask(counted, None, INSTANT, query.period, cuts, query.where, at)
        if stepped:
            yield from _movements(counted, Period(query.period.first, last), query)


def _movements(counted: Counted, days: Period, query: MetricQuery) -> Iterable[Ask]:
    measure = counted.measure
    for name, day in (("begins", measure.begins), ("ends", measure.ends)):
        plain = Measure(f"{measure.name}_{name}", measure.meaning, measure.where)
        moved = replace(counted, measure=plain)
        day_name = f"{counted.fact.name}.{measure.name}.{name}"
        yield Ask(moved, day, day_name, days, query.by, query.where)


def _with_provisional(ask: Ask) -> Ask:
    fact, measure = ask.counted.fact, ask.counted.measure
    named = {n for need in measure.needs for n in ([need] if isinstance(need, str) else need)}
    if named.isdisjoint(DEADLINES) or "due_provisional" not in fact.table.c:
        return ask
    return replace(ask, counted=replace(ask.counted, beside=True))


def version_spans(metric: Metric, steps: Sequence[Period]) -> list[tuple[Metric, Period]]:
    """The versions of a definition over successive steps of time: each step is counted by the one
    in force on its last day, and neighbours of one version are asked together.
    """
    spans: list[tuple[Metric, Period]] = []
    for step in steps:
        version = metric.at(step.last)
        if spans and spans[-1][0] is version:
            spans[-1] = (version, Period(spans[-1][1].first, step.last))
        else:
            spans.append((version, step))
    return spans
