"""One district: its place, its streets on a map and in a table, its months, who works there."""

from dataclasses import dataclass
from datetime import date

from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, by_month
from dashboard.boards.kpi import DistrictLayout
from dashboard.boards.league import LeagueAsked, LeagueTable, ask_units, league_of
from dashboard.boards.overview import Top, category_cut, rows_of, top_of, volume_metric
from dashboard.boards.peers import group_of
from dashboard.boards.questions import Questions
from dashboard.boards.units import Unit, UnitFigure, ask_unit, unit_figure
from dashboard.city.model import City, Group, Level
from dashboard.core.values import UNKNOWN, Grain
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricResult, MetricRow

BELOW: tuple[Level, ...] = ("street", "community")
MOST = 10
"""Departments shown: those with the most cases here."""


@dataclass(frozen=True)
class Worker:
    """One department at work here, its figures in the order of the columns; None: no cases."""

    code: str
    rows: tuple[MetricRow | None, ...]


@dataclass(frozen=True)
class District:
    """`child` is the level below, None where the pack has none; `streets` its league table."""

    asked: Asked
    code: str
    group: Group | None
    metric: Metric
    place: tuple[UnitFigure, ...]
    child: Level | None
    streets: LeagueTable | None
    months: tuple[MetricResult, ...]
    top: Top | None
    workers: tuple[Worker, ...]
    worker_columns: tuple[MetricResult, ...]


def ask_district(
    engine: MetricEngine,
    layout: DistrictLayout,
    asked: Asked,
    unit: Unit,
    today: date,
    *,
    league: LeagueAsked,
    scope: Scope,
) -> District:
    """One batch of questions.

    Args:
        league: What the map and the table of the streets show, and how it is sorted.
    """
    questions, city = Questions(engine), engine.city
    child = below(city)
    where, metric = asked.within(district=unit.code), engine.catalogue[league.metric]
    ask_unit(questions, unit, layout.place, asked)
    if child:
        ask_units(questions, league, asked, where, today)
    for name in layout.months:
        months = by_month(asked.period.last, today)
        questions.ask((name, "months"), name, months, where, [Grain.MONTH])
    for name in layout.departments:
        questions.ask((name, "workers"), name, asked.period, where, ["department"])
    counted, cut = volume_metric(league.metric), category_cut(city)
    questions.ask(("top",), counted, asked.period, where, [cut])
    questions.ask(("top", "before"), counted, asked.window.before, where, [cut])
    questions.run(scope)
    columns = [questions.get(name, "workers") for name in layout.departments]
    known = tuple(result for result in columns if result is not None)
    return District(
        asked=asked,
        code=unit.code,
        group=group_of(city.groups, unit.level, unit.code),
        metric=metric,
        place=tuple(unit_figure(engine, questions, unit, name, city) for name in layout.place),
        child=child,
        streets=league_of(questions, league, metric, [], city) if child else None,
        months=tuple(found for name in layout.months if (found := questions.get(name, "months"))),
        top=top_of(questions, cut),
        workers=tuple(_workers(known)),
        worker_columns=known,
    )


def below(city: City) -> Level | None:
    """The level that districts are looked at by: the next one the city has."""
    return next((level for level in BELOW if level in city.levels), None)


def _workers(columns: tuple[MetricResult, ...]) -> list[Worker]:
    """Those with the most cases first; what names no department is left out."""
    if not columns:
        return []
    by_code = [{row.group["department"]: row for row in rows_of(result)} for result in columns]
    largest = sorted(
        (row for row in rows_of(columns[0]) if row.group["department"] != UNKNOWN),
        key=lambda row: (-row.ratio.numerator, row.group["department"]),
    )
    codes = [row.group["department"] for row in largest[:MOST]]
    return [Worker(code, tuple(column.get(code) for column in by_code)) for code in codes]
