"""The overview: every question of the page in one batch, answered as plain data."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.access.scope import Scope
from dashboard.boards.compare import Change, Ranked, change, ranking
from dashboard.boards.view import View
from dashboard.city.model import City
from dashboard.core.values import Grain, Period
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, Where

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


class Questions:
    """Collects questions under names, asks them in one run, gives each answer back by name."""

    def __init__(self, engine: MetricEngine) -> None:
        self._engine = engine
        self._asked: dict[object, MetricQuery] = {}
        self._answers: dict[object, MetricResult] = {}

    def ask(
        self, name: object, metric: str, period: Period, where: Where, by: Sequence[str] = ()
    ) -> None:
        """A question the metric cannot be asked (a filter or cut it lacks) is left out."""
        allowed = self._engine.catalogue[metric].cuts
        if all(cut in allowed for cut in (*by, *(name for name, _ in where))):
            self._asked[name] = MetricQuery(metric, period, tuple(by), where)

    def run(self, scope: Scope) -> None:
        answers = self._engine.run(list(self._asked.values()), scope=scope)
        self._answers = dict(zip(self._asked, answers, strict=True))

    def get(self, *name: object) -> MetricResult | None:
        return self._answers.get(name)

    def any(self) -> MetricResult:
        return next(iter(self._answers.values()))


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
        tiles=tuple(_tile(engine, questions, m) for m in board.primary),
        groups=tuple(
            (group, tuple(_tile(engine, questions, m) for m in group.metrics))
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
        top=_top(questions, city),
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
        questions.ask((metric, "year before"), metric, period.year_before, where)
    for metric in board.primary:
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


def _tile(engine: MetricEngine, questions: Questions, metric_id: str) -> Tile:
    metric = engine.catalogue[metric_id]
    now = questions.get(metric_id, "now")
    if now is None:
        return Tile(metric, None)
    return Tile(
        metric,
        now,
        before=_total_change(metric, now, questions.get(metric_id, "before")),
        year_before=_total_change(metric, now, questions.get(metric_id, "year before")),
        spark=tuple(_whole_days(questions.get(metric_id, "spark"))),
    )


def _total_change(metric: Metric, now: MetricResult, then: MetricResult | None) -> Change | None:
    """A day or two that is not over cannot be compared with whole ones; a week loses little."""
    if then is None:
        return None
    period = now.query.period
    if metric.form == "count" and period.days < 7 and period.last >= now.as_of.date():
        return Change("percent", None)
    return change(metric, now.total, then.total)


def _league(questions: Questions, view: View, city: City) -> League | None:
    level, result = view.child_level(city), questions.get("league")
    if level is None or result is None:
        return None
    sparks: dict[str, list[MetricRow]] = {}
    for row in _whole_days(questions.get("league", "spark")):
        sparks.setdefault(row.group[level], []).append(row)
    return League(
        level=level,
        result=result,
        ranked=tuple(ranking(result.metric, result.rows, level)),
        before=dict(_changes(result, questions.get("league", "before"), level)),
        sparks={code: tuple(rows) for code, rows in sparks.items()},
    )


def _top(questions: Questions, city: City) -> Top | None:
    result, cut = questions.get("top"), category_cut(city)
    if result is None:
        return None
    largest = sorted(result.rows, key=lambda row: (-row.ratio.numerator, row.group[cut]))
    before = dict(_changes(result, questions.get("top", "before"), cut))
    return Top(cut, result.metric, result, tuple(largest[:TOP_CATEGORIES]), before)


def _changes(
    now: MetricResult, then: MetricResult | None, cut: str
) -> Iterator[tuple[str, Change]]:
    earlier = {row.group[cut]: row for row in _rows(then)}
    for row in now.rows:
        code = row.group[cut]
        if code in earlier:
            yield code, change(now.metric, row, earlier[code])


def _whole_days(result: MetricResult | None) -> Iterator[MetricRow]:
    """A curve of counts ends with the last whole day: half a day is not a fall."""
    for row in _rows(result):
        if (
            result is None
            or result.metric.form != "count"
            or row.group["day"] < str(result.as_of.date())
        ):
            yield row


def _rows(result: MetricResult | None) -> Iterable[MetricRow]:
    return result.rows if result else ()
