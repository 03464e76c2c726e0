"""From a figure to the very columns it came from: definition, measures, what sources send for them.

The same three hops stand in the passport of a figure and in `python -m dashboard explain`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Column
from sqlalchemy.sql import visitors

from dashboard.city.model import City, SourceSpec
from dashboard.facts import DAY_OF
from dashboard.metrics.delivery import Delivery
from dashboard.metrics.facts.base import PARAMETERS
from dashboard.metrics.model import Leg, Metric, Where

VIRTUAL = {
    "district_code": ("region",),
    "street_code": ("region",),
    "community_code": ("region",),
    "grid_code": ("region",),
    "category_1_code": ("category",),
    "category_2_code": ("category",),
    "category_3_code": ("category",),
    "department_code": ("department",),
    "first_department_code": ("first_department",),
}
"""Columns that another field fills through a tree of the pack."""


@dataclass(frozen=True)
class Counting:
    """A leg of a figure: the measure, the file it stands in, what it reads, which day counts."""

    part: str
    measure: str
    file: str
    meaning: str
    arithmetic: str
    time: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Mapped:
    """What one column is made from: columns of the source, a constant, or (`computed`) the limits
    of the pack. None of them: the source does not send it.
    """

    column: str
    reads: tuple[str, ...] = ()
    constant: str | None = None
    coded: bool = False
    computed: bool = False

    @property
    def sent(self) -> bool:
        return bool(self.reads) or self.constant is not None or self.computed


@dataclass(frozen=True)
class SourceMapping:
    """`lacks`: it does not send all that the metric needs, so its rows stay out."""

    source: str
    file: str
    read_from: str
    lacks: bool
    columns: tuple[Mapped, ...]


def definition_of(metric: Metric) -> tuple[str, str]:
    """The file and the table in it."""
    name, _, table = metric.where.partition(" ")
    return f"dashboard/metrics/definitions/{name}", table


def countings(metric: Metric) -> tuple[Counting, ...]:
    legs = (("numerator", metric.top), ("denominator", metric.bottom))
    return tuple(_counting(part, leg) for part, leg in legs if leg is not None)


def _counting(part: str, leg: Leg) -> Counting:
    fact, measure = leg.fact, leg.measure
    return Counting(
        part,
        f"{fact.name}.{measure.name}",
        f"dashboard/metrics/facts/{fact.name}.py",
        measure.meaning,
        measure.arithmetic,
        leg.time,
        columns_of(leg),
    )


def columns_of(leg: Leg) -> tuple[str, ...]:
    """Every column that decides whether a row is counted, and by which day."""
    return tuple(sorted({one.name for one in _elements(leg) if isinstance(one, Column)}))


def parameters_of(metric: Metric) -> tuple[str, ...]:
    """The numbers a city may set for itself that this figure rests on."""
    found = {
        str(one.key)
        for leg in metric.legs
        for one in _elements(leg)
        if isinstance(one, BindParameter)
    }
    return tuple(sorted(found & PARAMETERS.keys()))


def _elements(leg: Leg) -> Iterable[Any]:
    fact, measure = leg.fact, leg.measure
    parts = (
        fact.rows,
        fact.times.get(leg.time),
        measure.where,
        measure.value,
        measure.begins,
        measure.ends,
    )
    return (one for part in parts if part is not None for one in visitors.iterate(part))


def mappings(metric: Metric, city: City, where: Where = ()) -> tuple[SourceMapping, ...]:
    """For each source of the facts: what of it each column is made from."""
    delivery = Delivery(city)
    return tuple(
        _mapping(metric, city.sources[name], lacks=delivery.lacks(metric, name))
        for name in delivery.sources(metric, where)
    )


def _mapping(metric: Metric, spec: SourceSpec, *, lacks: bool) -> SourceMapping:
    legs = [leg for leg in metric.legs if leg.fact.table.name == spec.fact]
    days = DAY_OF.get(spec.fact, {})
    used = {days.get(column, column) for leg in legs for column in columns_of(leg)}
    return SourceMapping(
        spec.name,
        spec.where or f"sources/{spec.name}.toml",
        str(spec.connector.get("path") or spec.connector.get("type") or ""),
        lacks,
        tuple(mapped(spec, column) for column in sorted(used - {"source"})),
    )


def mapped(spec: SourceSpec, column: str) -> Mapped:
    names = (column, *VIRTUAL.get(column, ()))
    rule = next((rule for rule in spec.fields if rule.field in names), None)
    if rule is None:
        return Mapped(column, computed=column in spec.computed)
    return Mapped(column, rule.reads, rule.value, rule.table is not None)
