"""One department: volumes, clocks, its place, worst categories, what waits, what came back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, as_of_now, by_month
from dashboard.boards.kpi import DepartmentLayout
from dashboard.boards.overview import category_cut, rows_of
from dashboard.boards.peers import AmongPeers, among_peers, group_of, peers_of
from dashboard.boards.questions import Questions
from dashboard.boards.units import Unit, UnitFigure, ask_unit, unit_figure
from dashboard.city.model import Group
from dashboard.core.values import Grain, Period
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister, IncidentPage, IncidentQuery
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, Where

WORST, LONGEST = 10, 6


@dataclass(frozen=True)
class Clock:
    """An uncut figure of what waits now; `result` is None where the filters do not apply."""

    metric: Metric
    result: MetricResult | None


@dataclass(frozen=True)
class CategoryRow:
    """One category and its figures in the order of the table's columns; None: no cases."""

    code: str
    rows: tuple[MetricRow | None, ...]


@dataclass(frozen=True)
class CategoryTable:
    """`results` are the columns; the second is judged by: the worst category first."""

    cut: str
    results: tuple[MetricResult, ...]
    rows: tuple[CategoryRow, ...]


@dataclass(frozen=True)
class Waiting:
    """The incidents of one figure that have waited longest, and the question they came from."""

    metric: Metric
    query: IncidentQuery
    page: IncidentPage

    @property
    def question(self) -> MetricQuery:
        """The figure that counts all of them."""
        return MetricQuery(self.metric.id, self.query.period, (), self.query.where)


@dataclass(frozen=True)
class Flow:
    """Tickets that came back, by the unit they were first sent to and the one that has them now.

    `inward`: had been sent to others first; `outward`: had been sent here first.
    """

    inward: MetricResult
    outward: MetricResult


@dataclass(frozen=True)
class Department:
    asked: Asked
    code: str
    group: Group | None
    place: tuple[UnitFigure, ...]
    volumes: tuple[UnitFigure, ...]
    returns: tuple[UnitFigure, ...]
    clocks: tuple[Clock, ...]
    categories: CategoryTable | None
    waiting: tuple[Waiting, ...]
    flow: Flow | None
    trend: AmongPeers | None
    trend_metric: Metric
    months: tuple[MetricResult, ...]
    as_of_now: Period


def ask_department(
    engine: MetricEngine,
    lister: IncidentLister,
    layout: DepartmentLayout,
    asked: Asked,
    unit: Unit,
    *,
    today: date,
    metric: str,
    scope: Scope,
) -> Department:
    """One batch of questions and two lists.

    Args:
        metric: What the curve among the peers shows.
    """
    questions, city = Questions(engine), engine.city
    figures = (*layout.place, *layout.volumes, *layout.returns)
    ask_unit(questions, unit, dict.fromkeys(figures), asked)
    where, now = asked.within(**{unit.level: unit.code}), as_of_now(today)
    _ask_own(questions, layout, asked, where, now)
    _ask_curves(questions, layout, asked, unit, today=today, metric=metric)
    questions.run(scope)
    trend = questions.get("trend")
    peers = peers_of(city.groups, unit.level, unit.code)
    made = {name: unit_figure(engine, questions, unit, name, city) for name in figures}
    return Department(
        asked=asked,
        code=unit.code,
        group=group_of(city.groups, unit.level, unit.code),
        place=tuple(made[name] for name in layout.place),
        volumes=tuple(made[name] for name in layout.volumes),
        returns=tuple(made[name] for name in layout.returns),
        clocks=tuple(
            Clock(engine.catalogue[name], questions.get(name, "clock")) for name in layout.clocks
        ),
        categories=_categories(questions, layout),
        waiting=tuple(_waiting(engine, lister, layout, where, now=now, scope=scope)),
        flow=_flow(questions),
        trend=among_peers(trend, unit.level, unit.code, peers) if trend else None,
        trend_metric=engine.catalogue[metric],
        months=tuple(
            found for name in layout.volumes[:2] if (found := questions.get(name, "months"))
        ),
        as_of_now=now,
    )


FLOW = "hotline.returned_count"
FIRST_SENT_TO = "first_department"


def _ask_own(
    questions: Questions, layout: DepartmentLayout, asked: Asked, where: Where, now: Period
) -> None:
    cut = category_cut(questions.city)
    for name in layout.clocks:
        questions.ask((name, "clock"), name, now, where)
    for name in layout.categories:
        questions.ask((name, "categories"), name, asked.period, where, [cut])
    if questions.knows(FLOW):
        unit = dict(where)["department"]
        others = {name: codes for name, codes in asked.where if name != "department"}
        questions.ask(("inward",), FLOW, asked.period, where, [FIRST_SENT_TO])
        outward = tuple(sorted({**others, FIRST_SENT_TO: unit}.items()))
        questions.ask(("outward",), FLOW, asked.period, outward, ["department"])


def _ask_curves(
    questions: Questions,
    layout: DepartmentLayout,
    asked: Asked,
    unit: Unit,
    *,
    today: date,
    metric: str,
) -> None:
    months = by_month(asked.period.last, today)
    others = tuple(pair for pair in asked.where if pair[0] != unit.level)
    where = asked.within(**{unit.level: unit.code})
    questions.ask(("trend",), metric, months, others, [unit.level, Grain.MONTH])
    for name in layout.volumes[:2]:
        questions.ask((name, "months"), name, months, where, [Grain.MONTH])


def _categories(questions: Questions, layout: DepartmentLayout) -> CategoryTable | None:
    results = [questions.get(name, "categories") for name in layout.categories]
    known = tuple(result for result in results if result is not None)
    if len(known) < 2:
        return None
    cut = known[0].query.by[0]
    columns = [{row.group[cut]: row for row in rows_of(result)} for result in known]
    codes = dict.fromkeys(code for column in columns for code in column)
    rows = [CategoryRow(code, tuple(column.get(code) for column in columns)) for code in codes]
    rows.sort(key=lambda row: _badness(known[1].metric, row))
    return CategoryTable(cut, known, tuple(rows[:WORST]))


def _badness(metric: Metric, row: CategoryRow) -> tuple[Any, ...]:
    """Worst first among those that can be judged, then the others, the largest first."""
    volume, judged = row.rows[0], row.rows[1]
    size = -(volume.ratio.numerator if volume else 0)
    if judged is None or judged.value is None:
        return (1, size, row.code)
    sign = -1 if metric.direction == "lower_is_better" else 1
    return (0, sign * metric.shown(judged.value), size, row.code)


def _waiting(
    engine: MetricEngine,
    lister: IncidentLister,
    layout: DepartmentLayout,
    where: Where,
    *,
    now: Period,
    scope: Scope,
) -> Iterable[Waiting]:
    kinds = dict(where).get("kind")
    for name in layout.waiting:
        metric = engine.catalogue[name]
        if kinds and metric.fact.kinds.isdisjoint(kinds):
            continue
        query = IncidentQuery(now, where, metric=name, sort="created_at", limit=LONGEST)
        yield Waiting(metric, query, lister.page(query, scope=scope))


def _flow(questions: Questions) -> Flow | None:
    inward, outward = questions.get("inward"), questions.get("outward")
    return None if inward is None or outward is None else Flow(inward, outward)
