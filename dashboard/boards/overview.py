"""The overview: every question of the page in one batch, answered as plain data."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.access.scope import Scope
from dashboard.boards.questions import Questions, curve
from dashboard.boards.view import View
from dashboard.city.model import City
from dashboard.core.values import (
    Grain,
    Period,
)
from dashboard.metrics.comparison import Change, change
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.metrics.ranking import Ranked, ranking

LAYOUT = Path(__file__).parent / "overview.toml"
TOP_CATEGORIES = 10


@dataclass(frozen=True)
class Group:
    name: str
    name_en: str
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """Which metrics stand where."""

    selected: str
    primary: tuple[str, ...]
    groups: tuple[Group, ...]

    @classmethod
    def load(cls, path: Path = LAYOUT) -> "Board":
        table = tomllib.loads(path.read_text("utf-8"))
        groups = tuple(
            Group(g["name"], g["name_en"], tuple(g["metrics"])) for g in table.get("group", ())
        )
        return cls(table["selected"], tuple(table["primary"]), groups)


@dataclass(frozen=True)
class Tile:
    """A figure that is never alone. `result` is None where the filters do not apply to it."""

    metric: Metric
    result: MetricResult | None
    before: Change | None = None
    year_before: Change | None = None
    spark: tuple[MetricRow, ...] = ()


@dataclass(frozen=True)
class League:
    """The regions below the focus, ranked, with the period before and a curve each."""

    level: str
    result: MetricResult
    ranked: tuple[Ranked, ...]
    before: dict[str, Change]
    sparks: dict[str, tuple[MetricRow, ...]]


@dataclass(frozen=True)
class Top:
    """The largest categories, with their change against the period before."""

    cut: str
    metric: Metric
    result: MetricResult
    rows: tuple[MetricRow, ...]
    before: dict[str, Change]


@dataclass(frozen=True)
class Overview:
    view: View
    metric: Metric
    grain: Grain
    tiles: tuple[Tile, ...]
    groups: tuple[tuple[Group, tuple[Tile, ...]], ...]
    map_level: str | None
    map_result: MetricResult | None
    league: League | None
    trend: MetricResult | None
    trend_year_before: MetricResult | None
    departments: MetricResult | None
    ranked_departments: tuple[Ranked, ...]
    top: Top | None
    data_version: int
    as_of: datetime


def ask_overview(engine: MetricEngine, board: Board, view: View, *, scope: Scope) -> Overview:
    """Everything the overview and the wall show, from one batch of questions."""
    city = engine.city
    metric = engine.catalogue[view.metric]
    questions = Questions(engine)
    _ask_tiles(engine, questions, board, view)
    _ask_breakdowns(questions, view, city, metric)
    questions.run(scope)
    departments = questions.get("departments")
    return Overview(
        view=view,
        metric=metric,
        grain=view.trend(metric.form)[1],
        tiles=tuple(tile_of(engine, questions, m) for m in board.primary),
        groups=tuple(
            (group, tuple(tile_of(engine, questions, m) for m in group.metrics))
            for group in board.groups
        ),
        map_level=map_level(city, view),
        map_result=questions.get("map"),
        league=_league(questions, view, city),
        trend=questions.get("trend"),
        trend_year_before=questions.get("trend", "year before"),
        departments=departments,
        ranked_departments=tuple(ranking(metric, departments.rows, "department"))
        if departments
        else (),
        top=top_of(questions, category_cut(city)),
        data_version=questions.any().data_version,
        as_of=questions.any().as_of,
    )


def map_level(city: City, view: View) -> str | None:
    """The level drawn as areas: one finer than the one clicked on while the whole city is in
    view and streets have outlines, so that the picture has grain; else the level below the focus.
    """
    child = view.child_level(city)
    if child == "district" and "street" in city.geometry:
        return "street"
    return child or (view.focus[0] if view.focus else None)


def category_cut(city: City) -> str:
    """The second level says what happened; the first only in which chapter."""
    return "category_2" if any(c.depth == 2 for c in city.categories.values()) else "category"


def _ask_tiles(engine: MetricEngine, questions: Questions, board: Board, view: View) -> None:
    period, where = view.period, view.where
    for metric in (*board.primary, *(m for group in board.groups for m in group.metrics)):
        questions.ask((metric, "now"), metric, period, where)
        questions.ask((metric, "before"), metric, period.before, where)
    for metric in board.primary:
        questions.ask((metric, "year before"), metric, period.year_before, where)
        days, grain = view.spark(engine.catalogue[metric].form)
        questions.ask((metric, "spark"), metric, days, where, [grain])


def _ask_breakdowns(questions: Questions, view: View, city: City, shown: Metric) -> None:
    period, where, metric = view.period, view.where, shown.id
    child, drawn = view.child_level(city), map_level(city, view)
    if drawn:
        questions.ask(("map",), metric, period, where, [drawn])
    if child:
        questions.ask(("league",), metric, period, where, [child])
        questions.ask(("league", "before"), metric, period.before, where, [child])
        days, grain = view.spark(shown.form)
        questions.ask(("league", "spark"), metric, days, where, [child, grain])
    days, grain = view.trend(shown.form)
    questions.ask(("trend",), metric, days, where, [grain])
    questions.ask(("trend", "year before"), metric, year_earlier(days, grain), where, [grain])
    questions.ask(("departments",), metric, period, where, ["department"])
    counted = volume_metric(metric)
    questions.ask(("top",), counted, period, where, [category_cut(city)])
    questions.ask(("top", "before"), counted, period.before, where, [category_cut(city)])


def year_earlier(days: Period, grain: Grain) -> Period:
    """The year before, with the same weekdays where steps are weeks."""
    if grain is not Grain.WEEK:
        return days.year_before
    return Period(days.first - timedelta(weeks=52), days.last - timedelta(weeks=52))


VOLUMES = {"hotline": "hotline.received_count", "grid": "grid.filed_count"}


def volume_metric(metric_id: str) -> str:
    """What is counted when categories are compared beside this metric."""
    return VOLUMES.get(metric_id.partition(".")[0], "city.received_count")


def tile_of(engine: MetricEngine, questions: Questions, metric_id: str) -> Tile:
    metric = engine.catalogue[metric_id]
    now = questions.get(metric_id, "now")
    if now is None:
        return Tile(metric, None)
    spark = questions.get(metric_id, "spark")
    return Tile(
        metric,
        now,
        before=_change_since(now, questions.get(metric_id, "before")),
        year_before=_change_since(now, questions.get(metric_id, "year before")),
        spark=curve(spark, spark.rows) if spark else (),
    )


def _change_since(now: MetricResult, then: MetricResult | None) -> Change | None:
    return None if then is None else fair_change(now, then)


def fair_change(now: MetricResult, then: MetricResult) -> Change:
    """A day or two that is not over cannot be compared with whole ones; a week loses little."""
    period = now.query.period
    if now.metric.form == "count" and period.days < 7 and period.last >= now.as_of.date():
        return Change("percent", None)
    return change(now.metric, now.total, then.total)


def _league(questions: Questions, view: View, city: City) -> League | None:
    level, result = view.child_level(city), questions.get("league")
    if level is None or result is None:
        return None
    curves = questions.get("league", "spark")
    by_code: dict[str, list[MetricRow]] = {}
    for row in rows_of(curves):
        by_code.setdefault(row.group[level], []).append(row)
    return League(
        level=level,
        result=result,
        ranked=tuple(ranking(result.metric, result.rows, level)),
        before=dict(unit_changes(result, questions.get("league", "before"), level)),
        sparks={code: curve(curves, rows) for code, rows in by_code.items()} if curves else {},
    )


def top_of(questions: Questions, cut: str) -> Top | None:
    """The largest categories among the answers named `top`."""
    result = questions.get("top")
    if result is None:
        return None
    largest = sorted(result.rows, key=lambda row: (-row.ratio.numerator, row.group[cut]))
    before = dict(unit_changes(result, questions.get("top", "before"), cut))
    return Top(cut, result.metric, result, tuple(largest[:TOP_CATEGORIES]), before)


def unit_changes(
    now: MetricResult, then: MetricResult | None, cut: str
) -> Iterator[tuple[str, Change]]:
    earlier = {row.group[cut]: row for row in rows_of(then)}
    for row in now.rows:
        code = row.group[cut]
        if code in earlier:
            yield code, change(now.metric, row, earlier[code])


def rows_of(result: MetricResult | None) -> Iterable[MetricRow]:
    return result.rows if result else ()
