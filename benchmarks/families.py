"""Every family of questions that is measured, in the order of the document."""

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks import families_kpi, families_lists, families_overview
from benchmarks.by_hand import ByHand
from benchmarks.measuring import Family
from dashboard.access.scope import Scope
from dashboard.core.values import Period, add_months
from dashboard.metrics.model import MetricQuery, filters
from dashboard.services import Services

EVERYONE = Scope.whole_city()

ONE_OF_EACH_KIND = (
    "hotline.received_count",
    "hotline.on_time_rate",
    "hotline.satisfaction_rate",
    "hotline.closing_hours_mean",
    "hotline.closing_hours_median",
    "hotline.closing_hours_p90",
    "hotline.received_per_10k",
    "hotline.composite_score",
    "grid.filed_density",
    "grid.area_score",
    "service.visits_mean",
)
"""Kinds of arithmetic: a count, rates, means, percentiles, amounts for each resident or unit grid,
and scores."""
STOCK = ("hotline.open_at_count", "grid.open_at_count")


def families(services: Services, hand: ByHand) -> Iterator[Family]:
    last, district = services.last_day, busiest(hand, "district")
    yield _today(services, hand, last)
    yield _single("district × month, 24 months", _months(last, 24), ("district", "month"), hand)
    yield _single("department ranking, a quarter", _months(last, 3), ("department",), hand)
    yield _charts(hand, _months(last, 3), district)
    yield _kinds(hand, _months(last, 3))
    yield _stock(hand, _months(last, 3))
    yield from families_lists.families(services, hand, district)
    yield from families_overview.families(services, hand, district)
    yield from families_kpi.families(services, hand, busiest(hand, "department"))


def busiest(hand: ByHand, cut: str) -> str:
    """The unit with the most hotline tickets of the last year."""
    received = hand.figures(["hotline.received_count"], _months(hand.last_day, 12), (cut,))
    counts = next(iter(received.values()))
    return max((unit for unit in counts if unit != ("-",)), key=lambda unit: counts[unit])[0]


def _months(last: date, count: int) -> Period:
    return Period(add_months(last, -count) + timedelta(days=1), last)


def _today(services: Services, hand: ByHand, last: date) -> Family:
    today = Period(last, last)
    metrics = families_overview.tiles(services.board)
    queries = [MetricQuery(metric, today) for metric in metrics]
    return Family(
        "today's figures, all tiles",
        lambda engine, _: engine.run(queries, scope=EVERYONE),
        lambda: hand.figures(metrics, today),
    )


def _single(name: str, period: Period, by: tuple[str, ...], hand: ByHand) -> Family:
    query = MetricQuery("hotline.on_time_rate", period, by)
    return Family(
        name,
        lambda engine, _: engine.run([query], scope=EVERYONE),
        lambda: hand.figures([query.metric], period, by),
    )


def _charts(hand: ByHand, period: Period, district: str) -> Family:
    where, narrowed = filters({"district": district}), hand.within(district=district)
    cuts = (("day",), ("category_2",), ("street",))
    metric = "city.received_count"
    queries = [MetricQuery(metric, period, by, where) for by in cuts]
    return Family(
        "filter → 3 charts",
        lambda engine, _: engine.run(queries, scope=EVERYONE),
        lambda: {
            key: figures
            for by in cuts
            for key, figures in narrowed.figures([metric], period, by).items()
        },
    )


def _kinds(hand: ByHand, period: Period) -> Family:
    queries = [MetricQuery(metric, period, ("district",)) for metric in ONE_OF_EACH_KIND]
    return Family(
        "a figure of each kind by district, a quarter",
        lambda engine, _: engine.run(queries, scope=EVERYONE),
        lambda: hand.figures(ONE_OF_EACH_KIND, period, ("district",)),
    )


def _stock(hand: ByHand, period: Period) -> Family:
    queries = [MetricQuery(metric, period, ("day",)) for metric in STOCK]
    return Family(
        "what was open at the end of each day, a quarter",
        lambda engine, _: engine.run(queries, scope=EVERYONE),
        lambda: hand.figures(STOCK, period, ("day",)),
    )
