"""`explain`: from a figure to the very columns it came from, and the SQL between."""

import argparse
from collections.abc import Iterator
from datetime import UTC

from duckdb_sqlalchemy import Dialect

from dashboard.access.scope import Scope
from dashboard.cli.arguments import Commands, command, say, with_city
from dashboard.cli.services import opened
from dashboard.config import Settings
from dashboard.metrics import lineage
from dashboard.metrics.compiler import parameters
from dashboard.metrics.model import Leg, Metric, MetricQuery
from dashboard.metrics.question import period_of
from dashboard.services import Services


def add(commands: Commands) -> None:
    help_text = "definition, measures, columns, mappings and SQL of one metric"
    parser = with_city(command(commands, "explain", run, help_text))
    parser.add_argument("metric", metavar="METRIC")
    parser.add_argument("--from", dest="first", default="", metavar="DAY")
    parser.add_argument("--to", dest="last", default="", metavar="DAY")
    parser.add_argument("--by", action="append", default=[], metavar="DIM")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(arguments, settings, create=True) as services:
        metric = services.engine.catalogue[arguments.metric]
        days = {"from": arguments.first, "to": arguments.last}
        period = period_of(days, services.default_period)
        query = MetricQuery(metric.id, period, tuple(arguments.by))
        for line in explained(services, metric, query):
            say(line)
    return 0


def explained(services: Services, metric: Metric, query: MetricQuery) -> Iterator[str]:
    yield from definition(metric)
    for part in metric.parts:
        yield f"part  {part.id}  {part.name} / {part.name_en}"
    for name, leg in (("numerator", metric.top), ("denominator", metric.bottom)):
        if leg is not None:
            yield from measured(name, leg)
    yield from mappings(services, metric)
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


def measured(part: str, leg: Leg) -> Iterator[str]:
    fact, measure = leg.fact, leg.measure
    yield f"{part}  {fact.name}.{measure.name}  ({measure.arithmetic})"
    yield f"  counted in   dashboard/metrics/facts/{fact.name}.py"
    yield f"  meaning      {measure.meaning}"
    yield f"  columns      {', '.join(lineage.columns_of(leg))}"
    yield ""


def mappings(services: Services, metric: Metric) -> Iterator[str]:
    """For each source of the facts: which column of it each column is made from."""
    for one in lineage.mappings(metric, services.city):
        caveat = "  (does not deliver this metric)" if one.lacks else ""
        yield f"source  {one.source}  {services.city.sources[one.source].title}{caveat}"
        yield f"  mapped in    {services.city.folder / 'sources' / one.source}.toml"
        yield f"  read from    {one.read_from}"
        for column in one.columns:
            yield f"  {column.column:<20} ← {origin(column)}"
        yield ""


def origin(column: lineage.Mapped) -> str:
    if column.computed:
        return "computed from the limits of the pack"
    if column.constant is not None:
        return f"always `{column.constant}`"
    if not column.reads:
        return "not delivered"
    through = " through a code table" if column.coded else ""
    return f"column `{'` and `'.join(column.reads)}`{through}"


def sql(services: Services, query: MetricQuery) -> Iterator[str]:
    as_of = services.version.as_of.astimezone(services.city.zone)
    given = parameters(as_of, services.engine.catalogue.parameters)
    yield f"SQL (DuckDB), {query.period}, as of {as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for statement in services.engine.statements(query, scope=Scope.whole_city()):
        bound = statement.params(**given)
        compiled = bound.compile(dialect=Dialect(), compile_kwargs={"literal_binds": True})
        yield from (f"  {line}" for line in str(compiled).splitlines())
