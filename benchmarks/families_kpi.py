"""Everything the KPI pages ask: scorecards, the league of departments, one department."""

from collections.abc import Iterator

from benchmarks.answers import Answers, Figures, list_key, listed, told_list
from benchmarks.by_hand import EVERY_FIGURE, ByHand
from benchmarks.families_lists import LISTED, SHOWN
from benchmarks.measuring import Family
from benchmarks.scores import SCORES
from benchmarks.sql import OPEN, WITH_UNIT
from benchmarks.sql_open import UNDECIDED
from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, as_of_now, asked, by_month, small_curve
from dashboard.boards.department import FLOW, LONGEST, Department, ask_department
from dashboard.boards.kpi import KpiBoard, kpi_board
from dashboard.boards.league import COLUMNS, LeagueAsked, ask_league
from dashboard.boards.scorecards import ask_scorecards
from dashboard.boards.units import Unit
from dashboard.core.values import FigureState, Period
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery
from dashboard.services import Services

EVERYONE = Scope.whole_city()
UNIT = ("department",)


def families(services: Services, hand: ByHand, department: str) -> Iterator[Family]:
    board, last = kpi_board(), services.last_day
    to_date = asked((), services.city, last, services.default_period)
    yield _catalogue(hand, to_date.period)
    yield _scorecards(board, hand, to_date)
    yield _league(board, hand, to_date)
    yield _department(board, hand, to_date, department)


def _catalogue(hand: ByHand, period: Period) -> Family:
    return Family(
        "every figure of the catalogue with its band, month to date",
        lambda engine, _: _whole_catalogue(engine, period),
        lambda: hand.figures(EVERY_FIGURE, period, settling=UNDECIDED),
    )


def _whole_catalogue(engine: MetricEngine, period: Period) -> None:
    """As far as the city delivers it."""
    delivered = [one.id for one in engine.catalogue if engine.planner.delivery.is_delivered(one)]
    found = engine.run([MetricQuery(name, period) for name in delivered], scope=EVERYONE)
    open_ = [
        one.query
        for one in found
        if one.total.state is FigureState.OK and (one.metric.joining or one.metric.undecided)
    ]
    engine.settlings(open_, scope=EVERYONE)


def _scorecards(board: KpiBoard, hand: ByHand, shown: Asked) -> Family:
    return Family(
        "KPI scorecards, month to date",
        lambda engine, _: ask_scorecards(
            engine, board.domains, shown, hand.last_day, scope=EVERYONE
        ),
        lambda: _scorecards_by_hand(board, hand, shown),
    )


def _scorecards_by_hand(board: KpiBoard, hand: ByHand, shown: Asked) -> Answers:
    metrics = [metric for domain in board.domains for metric in domain.all]
    open_ = [metric for domain in board.domains for metric in domain.metrics]
    window, (days, grain) = shown.window, small_curve(shown.period, hand.last_day)
    scores = [SCORES[name](shown.period) for name in metrics if name in SCORES]
    parts = [part.metric for score in scores for part in score]
    return {
        **hand.figures([*metrics, *parts], window.period, settling=open_),
        **hand.figures(metrics, window.before),
        **hand.figures(metrics, window.year_before),
        **hand.figures(metrics, days, (grain.value,)),
    }


def _league(board: KpiBoard, hand: ByHand, shown: Asked) -> Family:
    names = board.league["department"]
    league = LeagueAsked("department", names[0])
    return Family(
        "KPI league of departments",
        lambda engine, _: ask_league(
            engine, league, shown, hand.last_day, beside=names, scope=EVERYONE
        ),
        lambda: _league_by_hand(names, hand, shown),
    )


def _league_by_hand(names: tuple[str, ...], hand: ByHand, shown: Asked) -> Answers:
    """By the first of them, with the first others of the hotline beside it."""
    ranked, *others = (name for name in names if name.startswith("hotline."))
    window, (days, grain) = shown.window, small_curve(shown.period, hand.last_day)
    return {
        **hand.figures([ranked, *others[:COLUMNS]], window.period, UNIT),
        **hand.figures([ranked], window.before, UNIT),
        **hand.figures([ranked], window.year_before, UNIT),
        **hand.figures([ranked], days, (*UNIT, grain.value)),
    }


def _department(board: KpiBoard, hand: ByHand, shown: Asked, code: str) -> Family:
    layout, unit = board.department, Unit("department", code)
    return Family(
        "KPI page of a department",
        lambda engine, lister: ask_department(
            engine,
            lister,
            layout,
            shown,
            unit,
            today=hand.last_day,
            metric=layout.place[0],
            scope=EVERYONE,
        ),
        lambda: _department_by_hand(board, hand, shown, code),
        _waiting,
    )


def _waiting(page: Department) -> Answers:
    found: Answers = {}
    for one in page.waiting:
        found |= told_list(one.query, one.page)
    return found


def _department_by_hand(board: KpiBoard, hand: ByHand, shown: Asked, code: str) -> Answers:
    layout, window, own = board.department, shown.window, hand.within(department=code)
    months, now = by_month(shown.period.last, hand.last_day), as_of_now(hand.last_day)
    figures = [*layout.place, *layout.volumes, *layout.returns]
    clocks = own.figures([*layout.clocks, *layout.waiting], now)
    return {
        **hand.figures(figures, window.period, UNIT),
        **hand.figures(figures, window.before, UNIT),
        **hand.figures(figures, window.year_before, UNIT),
        **hand.figures(layout.place[:1], months, (*UNIT, "month")),
        **clocks,
        **own.figures(layout.volumes[:2], months, ("month",)),
        **own.figures(layout.categories, window.period, ("category_2",)),
        **own.figures([FLOW], window.period, ("first_department",)),
        **hand.within(first_department=code).figures([FLOW], window.period, UNIT),
        **{
            list_key(name, str(now), own.where): _longest(own, name, now, clocks)
            for name in layout.waiting
        },
    }


_WAITING = {
    "hotline.open_count": ("created_on", f"kind = 'hotline' AND {OPEN}"),
    "grid.overdue_open_count": (
        "filed_on",
        f"kind = 'grid' AND filed_at IS NOT NULL AND due_at < $as_of AND {WITH_UNIT}",
    ),
}
"""Day and rows of the lists of what waits longest."""


def _longest(own: ByHand, name: str, now: Period, clocks: Answers) -> Figures:
    """How many there are is known from the clock above the list."""
    day, rows = _WAITING[name]
    statement = LISTED.format(SHOWN, f"{rows}{own.narrowed}").replace("created_on", day, 1)
    order = f" ORDER BY created_at, source, source_id LIMIT {LONGEST + 1}"
    found = own.rows(statement + order, now)
    total = next(figures for key, figures in clocks.items() if key.metric == name)[()]
    return listed([row[:2] for row in found[:LONGEST]], int(total[0]))
