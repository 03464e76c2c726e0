"""Definitions and questions → one `Select` that runs unchanged on every fact engine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from dashboard.access.scope import Scope
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Grain, Period
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.model import INSTANT, Metric, MetricQuery, Where
from dashboard.store.functions import median_of, p90_of, start_of

GRAINS = frozenset(grain.value for grain in Grain)
ROWS = "rows"
"""Prefix of the column that says how many rows of a fact a group has at all."""


@dataclass(frozen=True, eq=False)
class Counted:
    """One thing to count in a scan. `sources`: only rows of these, None for all.

    `beside` says that rows with a provisional deadline are counted beside it.
    """

    fact: Fact
    measure: Measure
    sources: tuple[str, ...] | None = None
    beside: bool = False

    @property
    def label(self) -> str:
        """Its column in a compiled statement: count_tickets_due, sum_calls_answered. No name of a
        source has a slash, so that two labels are only alike where they count the same.
        """
        of = "" if self.sources is None else f"_of_{'/'.join(self.sources)}"
        return f"{self.measure.arithmetic}_{self.fact.name}_{self.measure.name}{of}"

    @property
    def rows_label(self) -> str:
        return f"count_{self.label}"

    @property
    def provisional_label(self) -> str:
        return f"provisional_{self.label}"


def compile_shared(
    counted: Sequence[Counted],
    day: ColumnElement[Any] | None,
    *,
    query: MetricQuery,
    scope: Scope,
    dimensions: Dimensions,
) -> Select[Any]:
    """One scan for everything that shares table, day, period, cut and filters.

    Args:
        day: The column the period and its steps are days of; None for a snapshot.
        query: Gives period, `by` and `where`; its metric is not looked at.
        scope: Rows the caller may read. No default: write `Scope.whole_city()`.

    Returns:
        One row a group: the cuts in the order asked for, as `cut_0 …`, then a column for each
        thing counted: a count, a sum, or a percentile in seconds, which has its number of rows
        beside it. Where facts share the scan, also how many rows of each the group has. Never a
        quotient: dividing comes last, so that groups can be added up again. The bind parameters
        of `parameters` must be given at execution.

    Raises:
        UsageError: The fact cannot be cut or filtered that way, or a code does not exist.
    """
    facts = tuple(dict.fromkeys(one.fact.name for one in counted))
    fact = counted[0].fact
    cuts = [cut_column(fact, name, day).label(f"cut_{i}") for i, name in enumerate(query.by)]
    alone = len(facts) == 1
    return (
        select(*cuts, *_columns(counted, alone=alone))
        .select_from(fact.table)
        .where(
            *_common(fact, day, query.period, query.where, scope=scope, dimensions=dimensions),
            *((fact.rows,) if alone else ()),
        )
        .group_by(*cuts)
    )


def population(
    fact: Fact,
    time: str,
    period: Period,
    where: Where,
    *,
    scope: Scope,
    dimensions: Dimensions,
) -> Iterable[ColumnElement[bool]]:
    """The rows a question is about, before any measure picks among them."""
    day = None if time == INSTANT else fact.times[time]
    yield from _common(fact, day, period, where, scope=scope, dimensions=dimensions)
    yield fact.rows


def _common(
    fact: Fact,
    day: ColumnElement[Any] | None,
    period: Period,
    where: Where,
    *,
    scope: Scope,
    dimensions: Dimensions,
) -> Iterable[ColumnElement[bool]]:
    if day is not None:
        yield day.between(period.first, period.last)
    yield from dimensions.predicates(fact, where)
    yield scope.predicate(fact.table)


def cut_column(fact: Fact, name: str, day: ColumnElement[Any] | None) -> ColumnElement[Any]:
    if name in GRAINS and day is not None:
        return start_of(Grain(name), day)
    try:
        return fact.cuts[name]
    except KeyError:
        raise UsageError(
            f"{fact.title} cannot be cut by `{name}`.",
            where=f"by={name}",
            fix=did_you_mean(name, {*fact.cuts, *GRAINS}),
        ) from None


def _columns(counted: Sequence[Counted], *, alone: bool) -> Iterable[ColumnElement[Any]]:
    if not alone:
        for fact in {one.fact.name: one.fact for one in counted}.values():
            yield func.count().filter(fact.rows).label(f"{ROWS}_{fact.name}")
    for one in counted:
        picked = _picked(one, alone=alone)
        yield _value(one.measure, picked).label(one.label)
        if one.measure.arithmetic in ("median", "p90"):
            yield func.count().filter(picked).label(one.rows_label)
        if one.beside:
            provisional = and_(picked, one.fact.table.c.due_provisional)
            yield func.count().filter(provisional).label(one.provisional_label)


def _picked(one: Counted, *, alone: bool) -> ColumnElement[bool]:
    conditions = [] if alone else [one.fact.rows]
    if one.sources is not None:
        conditions.append(one.fact.cuts["source"].in_(one.sources))
    return and_(*conditions, one.measure.there)


def _value(measure: Measure, picked: ColumnElement[bool]) -> ColumnElement[Any]:
    match measure.arithmetic:
        case "sum":
            return func.sum(case((picked, measure.value)))
        case "median":
            return median_of(case((picked, measure.value)))
        case "p90":
            return p90_of(case((picked, measure.value)))
        case "latest":
            return func.max(case((picked, measure.value)))
    return func.count().filter(picked)


def member_predicate(
    metric: Metric, part: str, sources: tuple[str, ...] | None = None
) -> ColumnElement[bool]:
    """The rows in a metric's numerator or denominator: the figure's own expression.

    `sources`: those whose rows count, None for all of them.
    """
    legs = {"numerator": metric.top, "denominator": metric.bottom}
    leg = legs.get(part)
    if leg is None:
        have = [name for name, known in legs.items() if known is not None]
        raise UsageError(
            f"`{metric.id}` has no {part}.",
            where=f"part={part}",
            fix=" or ".join(have) or "ask for the incidents of one of its parts",
        )
    return _picked(Counted(leg.fact, leg.measure, sources), alone=False)


def parameters(
    as_of: datetime, city: Mapping[str, Decimal], *, last: date | None = None
) -> dict[str, Any]:
    """What a compiled question may need at execution.

    Args:
        as_of: Aware, in any zone.
        city: The numbers the city has set for itself.
        last: The day at whose end a snapshot looks; default the day of `as_of`.
    """
    return {
        **city,
        "as_of": as_of.astimezone(UTC).replace(tzinfo=None),
        "at_end_of": last or as_of.date(),
    }
