"""The wall: counts of today, rates of seven days, what waits now, in one batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.access.scope import Scope
from dashboard.boards.overview import Tile, Top, category_cut, map_level, tile_of, top_of
from dashboard.boards.questions import Questions
from dashboard.boards.view import View
from dashboard.core.values import Grain, Period
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister, IncidentQuery
from dashboard.metrics.model import MetricResult
from dashboard.metrics.ranking import Ranked, ranking

TODAY = {
    "hotline": ("hotline.received_count",),
    "grid": ("grid.filed_count",),
    "service": ("service.application_count",),
}
WEEK = {
    "hotline": ("hotline.on_time_rate", "hotline.resolution_rate", "hotline.satisfaction_rate"),
    "grid": ("grid.closing_rate", "grid.on_time_closing_rate"),
    "service": ("service.online_rate", "service.praise_rate"),
}
"""A day is too short to judge a rate by, a week is not."""

MAP, RANKED, TRENDS = (
    "city.received_count",
    "hotline.on_time_rate",
    ("hotline.received_count", "grid.filed_count"),
)
WAITING = ("hotline.open_count", "hotline.overdue_open_count")
LONGEST = 4


@dataclass(frozen=True)
class Wall:
    view: View
    columns: dict[str, tuple[Tile, ...]]
    map_level: str | None
    map_result: MetricResult | None
    trends: dict[str, MetricResult | None]
    top: Top | None
    departments: MetricResult | None
    ranked_departments: tuple[Ranked, ...]
    waiting: tuple[Tile, ...]
    overdue: tuple[dict[str, object], ...]
    newest: tuple[dict[str, object], ...]
    data_version: int
    as_of: datetime

    @property
    def grain(self) -> Grain:
        return Grain.DAY


def ask_wall(engine: MetricEngine, lister: IncidentLister, day: date, *, scope: Scope) -> Wall:
    """Everything on the wall, as of `day`, which the server rolls on at midnight."""
    today, week = Period(day, day), Period(day - timedelta(days=6), day)
    month, year = Period(day - timedelta(days=29), day), Period(day - timedelta(days=364), day)
    city, view = engine.city, View(week, (), MAP)
    level = map_level(city, view)
    questions = Questions(engine)
    for metric, period in _figures(today, week):
        questions.ask((metric, "now"), metric, period, ())
        if period == week:
            questions.ask((metric, "before"), metric, _before(period), ())
    for metric in TRENDS:
        questions.ask((metric, "trend"), metric, month, (), ["day"])
    for metric in WAITING:
        questions.ask((metric, "now"), metric, year, ())
    if level:
        questions.ask(("map",), MAP, week, (), [level])
    questions.ask(("departments",), RANKED, week, (), ["department"])
    questions.ask(("top",), MAP, week, (), [category_cut(city)])
    questions.ask(("top", "before"), MAP, _before(week), (), [category_cut(city)])
    questions.run(scope)
    departments = questions.get("departments")
    return Wall(
        view=view,
        columns={
            name: tuple(tile_of(engine, questions, m) for m in (*TODAY[name], *WEEK[name]))
            for name in TODAY
        },
        map_level=level,
        map_result=questions.get("map"),
        trends={metric: questions.get(metric, "trend") for metric in TRENDS},
        top=top_of(questions, category_cut(city)),
        departments=departments,
        ranked_departments=(
            tuple(ranking(departments.metric, departments.rows, "department"))
            if departments
            else ()
        ),
        waiting=tuple(tile_of(engine, questions, m) for m in WAITING),
        overdue=_listed(lister, year, "due_at", WAITING[1], scope),
        newest=_listed(lister, week, "-created_at", "", scope),
        data_version=questions.any().data_version,
        as_of=questions.any().as_of,
    )


def _figures(today: Period, week: Period) -> Iterator[tuple[str, Period]]:
    for periods, period in ((TODAY, today), (WEEK, week)):
        for metrics in periods.values():
            yield from ((metric, period) for metric in metrics)


def _before(period: Period) -> Period:
    """The same weekdays a week before: a Saturday is compared with a Saturday."""
    back = timedelta(days=7)
    return Period(period.first - back, period.last - back)


def _listed(
    lister: IncidentLister, period: Period, sort: str, metric: str, scope: Scope
) -> tuple[dict[str, object], ...]:
    query = IncidentQuery(period, metric=metric, sort=sort, limit=LONGEST)
    return lister.page(query, scope=scope).rows
