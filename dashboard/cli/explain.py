"""`explain`: from a figure to the very columns it came from, and the SQL between."""

import argparse
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from duckdb_sqlalchemy import Dialect
from sqlalchemy import Column, Select
from sqlalchemy.sql import visitors

from dashboard.access.scope import Scope
from dashboard.city.model import City, FieldRule, SourceSpec
from dashboard.cli.arguments import Commands, command, say, with_city
from dashboard.cli.services import opened
from dashboard.config import Settings
from dashboard.facts import DAY_OF
from dashboard.metrics.compiler import parameters
from dashboard.metrics.facts.base import Measure
from dashboard.metrics.model import Metric, MetricQuery
from dashboard.metrics.question import period_of
from dashboard.services import Services

VIRTUAL = {
    "district_code": ("region",), "street_code": ("region",), "community_code": ("region",),
    "grid_code": ("region",), "category_1_code": ("category",), "category_2_code": ("category",),
    "category_3_code": ("category",), "department_code": ("department",),
    "first_department_code": ("first_department",),
}  # fmt: skip
"""Columns that another field fills through a tree of the pack."""


def add(commands: Commands) -> None:
    help_text = "definition, measures, columns, mappings and SQL of one metric"
    parser = with_city(command(commands, "explain", run, help_text))
    parser.add_argument("metric", metavar="METRIC")
    parser.add_argument("--from", dest="first", default="", metavar="DAY")
    parser.add_argument("--to", dest="last", default="", metavar="DAY")
    parser.add_argument("--by", action="append", default=[], metavar="DIM")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(arguments, settings, create=True) as services:
        metric = services.catalogue[arguments.metric]
        days = {"from": arguments.first, "to": arguments.last}
        period = period_of(days, services.default_period)
        query = MetricQuery(metric.id, period, tuple(arguments.by))
        for line in explained(services, metric, query):
            say(line)
    return 0


def explained(services: Services, metric: Metric, query: MetricQuery) -> Iterator[str]:
    yield from definition(metric)
    for part, measure in zip(("numerator", "denominator"), metric.measures, strict=False):
        yield from measured(metric, part, measure)
    yield from mappings(services.city, metric)
    yield from sql(services, query)


def definition(metric: Metric) -> Iterator[str]:
    yield f"{metric.id}  {metric.name} / {metric.name_en}"
    yield f"  defined in   dashboard/metrics/definitions/{metric.where}"
    yield f"  formula      {metric.formula}"
    yield f"               {metric.formula_en}"
    yield f"  standard     {metric.standard} ({metric.status})"
    yield f"  owner        {metric.owner}"
    yield f"  counted by   {metric.time}; unit {metric.unit}; {metric.direction}"
    if metric.min_denominator:
        yield f"  judged from  {metric.min_denominator} cases"
    yield ""


def measured(metric: Metric, part: str, measure: Measure) -> Iterator[str]:
    yield f"{part}  {metric.fact.name}.{measure.name}  ({measure.arithmetic})"
    yield f"  counted in   dashboard/metrics/facts/{metric.fact.name}.py"
    yield f"  meaning      {measure.meaning}"
    yield f"  columns      {', '.join(columns_of(metric, measure))}"
    yield ""


def columns_of(metric: Metric, measure: Measure) -> list[str]:
    """Every column that decides whether a row is counted, and by which day."""
    parts: list[Any] = [metric.fact.rows, metric.fact.times[metric.time], measure.where]
    parts += [measure.value] if measure.value is not None else []
    elements = (element for part in parts for element in visitors.iterate(part))
    return sorted({element.name for element in elements if isinstance(element, Column)})


def mappings(city: City, metric: Metric) -> Iterator[str]:
    """For each source of the fact: which column of it each column is made from."""
    days = DAY_OF[metric.fact.table.name]
    used = {days.get(c, c) for measure in metric.measures for c in columns_of(metric, measure)}
    for spec in city.sources.values():
        kind = spec.constant("kind")
        if spec.fact != metric.fact.table.name:
            continue
        if metric.fact.kinds and kind and kind not in metric.fact.kinds:
            continue
        lacks = any(measure.missing(spec.delivers) for measure in metric.measures)
        caveat = "  (does not deliver this metric)" if lacks else ""
        yield f"source  {spec.name}  {spec.title}{caveat}"
        yield f"  mapped in    {city.folder / 'sources' / spec.name}.toml"
        yield f"  read from    {spec.connector.get('path') or spec.connector.get('type')}"
        for column in sorted(used - {"source"}):
            yield f"  {column:<20} ← {origin(spec, column)}"
        yield ""


def origin(spec: SourceSpec, column: str) -> str:
    names = (column, *VIRTUAL.get(column, ()))
    rule = next((rule for rule in spec.fields if rule.field in names), None)
    return "not delivered" if rule is None else _origin(rule)


def _origin(rule: FieldRule) -> str:
    if rule.value is not None:
        return f"always `{rule.value}`"
    through = " through a code table" if rule.table is not None else ""
    return f"column `{'` and `'.join(rule.reads)}`{through}"


def sql(services: Services, query: MetricQuery) -> Iterator[str]:
    statement: Select[tuple[object, ...]] = services.engine.statement(
        query, scope=Scope.whole_city()
    )
    bound = statement.params(**parameters(services.version.as_of))
    compiled = bound.compile(dialect=Dialect(), compile_kwargs={"literal_binds": True})
    as_of = services.version.as_of.astimezone(UTC)
    yield f"SQL (DuckDB), {query.period}, as of {as_of:%Y-%m-%dT%H:%M:%SZ}"
    yield from (f"  {line}" for line in str(compiled).splitlines())
