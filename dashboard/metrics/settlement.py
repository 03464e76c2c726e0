"""Provisional or settled: what a figure may still become while rows of its period are open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func

from dashboard.metrics.answers import Found
from dashboard.metrics.arithmetic import ONE
from dashboard.metrics.model import SCALE, Metric, MetricQuery, MetricResult
from dashboard.metrics.plan import DEADLINES, Ask, Planner
from dashboard.metrics.settling import Band, band

JOINING, INSIDE, OPEN, LAST = "joining", "undecided_inside", "undecided", "settles"


@dataclass(frozen=True)
class Settling:
    """`band` in the metric's unit, None where no row can change the figure or nobody can say;
    `undecided`: how many rows can. `settles_on`: the day of the last deadline among them; None
    where one of them has none, and stays open until somebody closes it.
    """

    band: Band | None
    undecided: int
    settles_on: date | None

    @property
    def settled(self) -> bool:
        return self.undecided == 0


def asked_beside(planner: Planner, metric: Metric, query: MetricQuery) -> dict[str, Ask]:
    """What has to be counted beside a figure to know its band; nothing where nobody can say."""
    if metric.top is None:
        return {}
    asks: dict[str, Ask] = {}
    if metric.undecided is not None:
        inside = and_(metric.undecided.where, metric.top.measure.where)
        inside_too = replace(metric.undecided, name=_own(INSIDE, metric), where=inside)
        asks[OPEN] = planner.beside(metric, metric.undecided, query)
        asks[INSIDE] = planner.beside(metric, inside_too, query)
    if metric.joining is not None:
        asks[JOINING] = planner.beside(metric, metric.joining, query)
        day = _deadline(metric)
        if day is not None:
            last = replace(metric.joining, name=_own(LAST, metric), arithmetic="latest", value=day)
            asks[LAST] = planner.beside(metric, last, query)
    return asks


def settling_of(result: MetricResult, found: Mapping[str, Found]) -> Settling:
    """From what `asked_beside` named. A row that is in the numerator already and may leave it
    lowers the band; one outside that may enter raises it.
    """
    number = {name: one.number(()) for name, one in found.items() if name != LAST}
    joining, open_ = number.get(JOINING, Decimal(0)), number.get(OPEN, Decimal(0))
    inside = number.get(INSIDE, Decimal(0))
    if not joining + open_:
        return Settling(None, 0, None)
    ratio = result.total.ratio
    reach = band(
        ratio.numerator - inside,
        ratio.denominator,
        joining=joining,
        open_members=open_,
        scale=SCALE.get(result.metric.form, ONE),
    )
    return Settling(reach, int(joining + open_), None if open_ else _last(found))


def together(parts: Sequence[Settling]) -> Settling:
    """Of figures that make up one; nobody can say how far that one can still move."""
    if len(parts) == 1:
        return parts[0]
    moving = [part.settles_on for part in parts if not part.settled]
    known = [day for day in moving if day is not None]
    last = max(known) if known and len(known) == len(moving) else None
    return Settling(None, sum(part.undecided for part in parts), last)


def _own(name: str, metric: Metric) -> str:
    """Several metrics may be settled in one scan, each with rows of its own."""
    return f"{name}_{metric.id.replace('.', '_')}"


def _deadline(metric: Metric) -> ColumnElement[Any] | None:
    """The day on which a row that has not joined yet is decided at the latest: of a measure that
    takes one deadline or another, the first that the row has.
    """
    assert metric.top is not None  # noqa: S101 — only counted metrics come here
    columns = metric.top.fact.table.c
    for need in metric.top.measure.needs:
        names = [need] if isinstance(need, str) else list(need)
        if DEADLINES.issuperset(names):
            return func.coalesce(*(columns[name.removesuffix("_at") + "_on"] for name in names))
    return None


def _last(found: Mapping[str, Found]) -> date | None:
    cell = found[LAST].cells.get(()) if LAST in found else None
    return cell.value if cell is not None else None
