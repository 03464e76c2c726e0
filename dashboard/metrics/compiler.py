"""Definitions and questions → one `Select` that runs unchanged on every fact engine."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from dashboard.access.scope import Scope
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Grain, Period
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.model import Metric, MetricQuery, Where
from dashboard.store.functions import median_of, start_of

GRAINS = frozenset(grain.value for grain in Grain)


def compile_shared(
    fact: Fact,
    time: str,
    measures: Sequence[Measure],
    *,
    query: MetricQuery,
    scope: Scope,
    dimensions: Dimensions,
) -> Select[Any]:
    """One scan for every measure that shares fact, time, period, cut and filters.

    Args:
        query: Gives period, `by` and `where`; its metric is not looked at.
        scope: Rows the caller may read. No default: write `Scope.whole_city()`.

    Returns:
        One row a group: the cuts in the order asked for, as `cut_0 …`, then a column a measure
        (see `label`): a count, a sum, or a median in seconds, which has its `count_…` beside it.
        Never a quotient: dividing comes last, so that groups can be added up again. The bind
        parameter `as_of` must be given at execution.

    Raises:
        UsageError: The fact cannot be cut or filtered that way, or a code does not exist.
    """
    day = fact.times[time]
    cuts = [cut_column(fact, name, day).label(f"cut_{i}") for i, name in enumerate(query.by)]
    return (
        select(*cuts, *_measured(measures))
        .select_from(fact.table)
        .where(
            *population(fact, time, query.period, query.where, scope=scope, dimensions=dimensions)
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
    day = fact.times[time]
    yield day.between(period.first, period.last)
    yield fact.rows
    yield from dimensions.predicates(fact, where)
    yield scope.predicate(fact.table)


def cut_column(fact: Fact, name: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    if name in GRAINS:
        return start_of(Grain(name), day)
    try:
        return fact.cuts[name]
    except KeyError:
        raise UsageError(
            f"{fact.title} cannot be cut by `{name}`.",
            where=f"by={name}",
            fix=did_you_mean(name, {*fact.cuts, *GRAINS}),
        ) from None


def _measured(measures: Sequence[Measure]) -> Iterable[ColumnElement[Any]]:
    """Each measure under its label; a median also with the count it was taken over."""
    for measure in measures:
        rows = func.count().filter(measure.where)
        if measure.arithmetic != "count":
            yield _value(measure).label(label(measure))
        if measure.arithmetic != "sum":
            yield rows.label(f"count_{measure.name}")


def _value(measure: Measure) -> ColumnElement[Any]:
    picked = case((measure.where, measure.value))
    return func.sum(picked) if measure.arithmetic == "sum" else median_of(picked)


def label(measure: Measure) -> str:
    """The column of a measure in a compiled statement: count_due, sum_accepted, median_closed."""
    return f"{measure.arithmetic}_{measure.name}"


def member_predicate(metric: Metric, part: str) -> ColumnElement[bool]:
    """The incidents in a metric's numerator or denominator: the figure's own expression."""
    if part == "numerator":
        return and_(metric.fact.rows, metric.numerator.where)
    if part == "denominator" and metric.denominator is not None:
        return and_(metric.fact.rows, metric.denominator.where)
    raise UsageError(
        f"`{metric.id}` has no {part}.",
        where=f"part={part}",
        fix="numerator" + (" or denominator" if metric.denominator is not None else ""),
    )


def parameters(as_of: datetime) -> dict[str, datetime]:
    """What every compiled question needs at execution; `as_of` is aware, in any zone."""
    return {"as_of": as_of.astimezone(UTC).replace(tzinfo=None)}
