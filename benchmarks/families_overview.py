"""Everything the overview asks, for three ways of looking at it."""

from collections.abc import Iterator
from datetime import timedelta

from benchmarks.answers import Answers
from benchmarks.by_hand import ByHand
from benchmarks.measuring import Family
from dashboard.access.scope import Scope
from dashboard.boards.overview import Board, ask_overview, year_earlier
from dashboard.boards.view import View
from dashboard.core.values import Period
from dashboard.metrics.model import filters
from dashboard.services import Services

EVERYONE = Scope.whole_city()


def families(services: Services, hand: ByHand, district: str) -> Iterator[Family]:
    last, selected = services.last_day, services.board.selected
    view = View(services.default_period, (), selected)
    below = View(view.period, filters({"district": district}), selected)
    year = View(Period(last - timedelta(days=364), last), (), selected)
    yield _overview("overview, month to date", services, hand, view)
    yield _overview("overview of one district", services, hand.within(district=district), below)
    yield _overview("overview, a year", services, hand, year)


def tiles(board: Board) -> list[str]:
    return [*board.primary, *(metric for group in board.groups for metric in group.metrics)]


def _overview(name: str, services: Services, hand: ByHand, view: View) -> Family:
    return Family(
        name,
        lambda engine, _: ask_overview(engine, services.board, view, scope=EVERYONE),
        lambda: _by_hand(hand, services.board, view),
    )


def _by_hand(hand: ByHand, board: Board, view: View) -> Answers:
    period, received = view.period, [view.metric]
    counts = [metric for metric in board.primary if metric.endswith("_count")]
    rates = [metric for metric in board.primary if metric not in counts]
    below = "street" if hand.where else "district"
    days, day = view.spark("count")
    weeks, week = view.spark("rate")
    trend, grain = view.trend("count")
    found: Answers = {}
    for metrics, one, by in (
        (tiles(board), period, ()),
        (tiles(board), period.before, ()),
        (board.primary, period.year_before, ()),
        (counts, days, (day.value,)),
        (rates, weeks, (week.value,)),
        (received, period, ("street",)),
        (received, period, (below,)),
        (received, period.before, (below,)),
        (received, days, (below, day.value)),
        (received, trend, (grain.value,)),
        (received, year_earlier(trend, grain), (grain.value,)),
        (received, period, ("department",)),
        (received, period, ("category_2",)),
        (received, period.before, ("category_2",)),
    ):
        found |= _missing(hand, found, metrics, one, by)
    return found


def _missing(
    hand: ByHand,
    found: Answers,
    metrics: tuple[str, ...] | list[str],
    period: Period,
    by: tuple[str, ...],
) -> Answers:
    """What was asked already is not asked again."""
    known = {key.metric for key in found if (key.period, key.by) == (str(period), by)}
    return hand.figures([metric for metric in metrics if metric not in known], period, by)
