"""`query`: the same answer as the API."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import chain

from dashboard.access.scope import Scope
from dashboard.api.wire import metric_answer, metric_row
from dashboard.cli.arguments import Commands, command, pairs, say, with_city
from dashboard.cli.services import opened
from dashboard.cli.table import aligned
from dashboard.config import Settings
from dashboard.metrics.compiler import GRAINS
from dashboard.metrics.model import MetricQuery, MetricResult, filters
from dashboard.metrics.question import FILTERS, period_of, refuse_unknown
from dashboard.services import Services


def add(commands: Commands) -> None:
    parser = with_city(command(commands, "query", run, "answer one metric"))
    parser.add_argument("metric", metavar="METRIC")
    parser.add_argument("--from", dest="first", default="", metavar="DAY")
    parser.add_argument("--to", dest="last", default="", metavar="DAY")
    parser.add_argument("--by", action="append", default=[], metavar="DIM")
    parser.add_argument("--where", action="append", default=[], metavar="DIM=CODE")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(arguments, settings) as services:
        result = ask(services, arguments)
        match arguments.format:
            case "json":
                answer = metric_answer(result, services.city.zone)
                say(json.dumps(answer, ensure_ascii=False, indent=2))
            case "csv":
                csv.writer(sys.stdout, lineterminator="\n").writerows(cells(services, result))
            case _:
                print_table(services, result)
    return 0


def ask(services: Services, arguments: argparse.Namespace) -> MetricResult:
    given = pairs(arguments.where)
    refuse_unknown(given, FILTERS)
    days = {"from": arguments.first, "to": arguments.last}
    query = MetricQuery(
        arguments.metric,
        period_of(days, services.default_period),
        tuple(arguments.by),
        filters(given),
    )
    [result] = services.engine.run([query], scope=Scope.whole_city())
    return result


def print_table(services: Services, result: MetricResult) -> None:
    metric = result.metric
    english = services.city.language == "en"
    say(f"{metric.id}  {metric.name_en if english else metric.name}  {result.query.period}")
    rows = list(cells(services, result))
    numbers = frozenset(rows[0].index(name) for name in ("numerator", "denominator", "value"))
    for line in aligned(rows, right=numbers):
        say(line)
    as_of = result.as_of.astimezone(services.city.zone)
    say(f"data version {result.data_version}, as of {as_of:%Y-%m-%d %H:%M}")


def cells(services: Services, result: MetricResult) -> Iterator[list[str]]:
    """A heading, then one row a group: codes and names, counts, value, state."""
    cuts = [(cut, cut in GRAINS) for cut in result.query.by]
    names = [[cut] if is_grain else [cut, f"{cut} name"] for cut, is_grain in cuts]
    yield [*chain(*names), "numerator", "denominator", "value", "unit", "state"]
    language, metric = services.city.language, result.metric
    for row in result.rows:
        group = []
        for cut, is_grain in cuts:
            code = row.group[cut]
            name = services.engine.dimensions.name(cut, code, language)
            group += [code] if is_grain else [code, name]
        told = metric_row(row, metric)
        counts = [
            "" if told[key] is None else str(told[key]) for key in ("numerator", "denominator")
        ]
        unit = metric.unit_en if language == "en" else metric.unit
        yield [*group, *counts, told["value"] or "", unit, row.state.value]
