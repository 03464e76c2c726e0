"""The families of questions: what this program is asked, and the same by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from benchmarks.by_hand import Answers, ByHand
from benchmarks.timing import Times, milliseconds, tell
from dashboard.access.scope import Scope
from dashboard.boards.overview import ask_overview, year_earlier
from dashboard.boards.view import View
from dashboard.core.values import Period, add_months
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister, IncidentQuery
from dashboard.metrics.model import MetricQuery, MetricResult, Where, filters
from dashboard.services import Services

EVERYONE = Scope.whole_city()
WORD = "噪音"
DEEP = 60
BOX = 0.02
"""Degrees each way from the middle of the busiest district."""

Ask = Callable[[MetricEngine, IncidentLister], object]
Hand = Callable[[], object]


@dataclass(frozen=True)
class Family:
    """`ours` is given an engine and a lister that have answered nothing yet."""

    name: str
    ours: Ask
    by_hand: Hand


@dataclass(frozen=True)
class Measured:
    name: str
    ours: Times
    by_hand: Times

    @property
    def ratio(self) -> float:
        return self.ours.median / self.by_hand.median


class Recorder(MetricEngine):
    """An engine that keeps what it was asked, so that a whole page can be compared."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.catalogue, services.city, services.facts)
        self.heard: list[tuple[MetricQuery, MetricResult]] = []

    def run(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[MetricResult]:
        found = super().run(queries, scope=scope)
        self.heard += zip(queries, found, strict=True)
        return found


def measure(services: Services, *, runs: int) -> Iterator[Measured]:
    """One after the other in turns, so that a disturbance falls on both."""
    for family in families(services):
        _hold_equal(services, family)
        ours: list[float] = []
        by_hand: list[float] = []
        for _ in range(runs):
            ours.append(_timed(services, family))
            by_hand.append(milliseconds(family.by_hand))
        measured = Measured(family.name, Times(tuple(ours)), Times(tuple(by_hand)))
        tell(
            f"  {family.name}: {measured.ours.median:.1f} ms, by hand "
            f"{measured.by_hand.median:.1f} ms, ratio {measured.ratio:.2f}"
        )
        yield measured


def statements_of_a_warm_overview(services: Services) -> int:
    """Fact queries that an overview costs once it was asked of the same data."""
    view = _view(services)
    ask_overview(services.engine, services.board, view, scope=EVERYONE)
    before = services.facts.queries
    ask_overview(services.engine, services.board, view, scope=EVERYONE)
    return services.facts.queries - before


def _timed(services: Services, family: Family) -> float:
    engine = MetricEngine(services.catalogue, services.city, services.facts)
    lister = IncidentLister(services.catalogue, engine.dimensions, services.facts)
    try:
        return milliseconds(lambda: family.ours(engine, lister))
    finally:
        engine.close()


def _hold_equal(services: Services, family: Family) -> None:
    engine = Recorder(services)
    lister = IncidentLister(services.catalogue, engine.dimensions, services.facts)
    try:
        ours: Any = family.ours(engine, lister)
    finally:
        engine.close()
    ours = told(engine.heard) if engine.heard else ours
    by_hand = family.by_hand()
    if isinstance(ours, dict) and isinstance(by_hand, dict):
        different = sorted(
            {k for k in {*ours, *by_hand} if ours.get(k) != by_hand.get(k)}, key=repr
        )
        for key in different[:5]:
            tell(f"    {key}: {ours.get(key)!r:.300} but by hand {by_hand.get(key)!r:.300}")
    if ours != by_hand:
        raise ValueError(f"{family.name}: the two answers differ")


def told(heard: list[tuple[MetricQuery, MetricResult]]) -> Answers:
    """What an engine answered, in the form of the answers by hand."""
    return {
        (query.metric, str(query.period), query.by): dict(_figures(result))
        for query, result in heard
    }


def _figures(result: MetricResult) -> Iterator[tuple[tuple[str, ...], tuple[float, ...]]]:
    for row in result.rows:
        counts = [row.ratio.numerator]
        if row.ratio.denominator is not None:
            counts.append(row.ratio.denominator)
        if result.metric.form == "hours_median":
            counts.append(row.value or row.ratio.numerator * 0)
        figures = tuple(round(float(count), 6) for count in counts)
        if any(figures) or not result.query.by:
            yield tuple(row.group.values()), figures


def families(services: Services) -> Iterator[Family]:
    last = services.last_day
    hand = ByHand(_cursor(services), services.version.as_of.replace(tzinfo=None))
    district = _busiest(services)
    yield _today(services, hand, last)
    yield _single("district × month, 24 months", _months(last, 24), ("district", "month"), hand)
    yield _single("department ranking, a quarter", _months(last, 3), ("department",), hand)
    yield _charts(hand, _months(last, 3), district)
    yield from _text(services, hand, last)
    yield from _box(services, hand, last, district)
    yield _deep_page(services, hand, last)
    view = _view(services)
    year = View(Period(last - timedelta(days=364), last), (), view.metric)
    below = View(view.period, filters({"district": district}), view.metric)
    yield _overview("overview, month to date", services, hand, view)
    yield _overview("overview of one district", services, hand, below)
    yield _overview("overview, a year", services, hand, year)


def _cursor(services: Services) -> Any:
    with services.facts.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        return driver.duplicate()


def _view(services: Services) -> View:
    return View(services.default_period, (), services.board.selected)


def _busiest(services: Services) -> str:
    rows = _cursor(services).execute(
        "SELECT district_code FROM incidents WHERE district_code <> '-' "
        "GROUP BY ALL ORDER BY count(*) DESC LIMIT 1"
    )
    return str(rows.fetchone()[0])


def _months(last: date, count: int) -> Period:
    return Period(add_months(last, -count) + timedelta(days=1), last)


def _today(services: Services, hand: ByHand, last: date) -> Family:
    today = Period(last, last)
    board = services.board
    metrics = [*board.primary, *(m for group in board.groups for m in group.metrics)]
    queries = [MetricQuery(metric, today) for metric in metrics]
    return Family(
        "today's figures, all tiles",
        lambda engine, _: engine.run(queries, scope=EVERYONE),
        lambda: hand.tiles(today),
    )


def _single(name: str, period: Period, by: tuple[str, ...], hand: ByHand) -> Family:
    query = MetricQuery("hotline.on_time_rate", period, by)
    return Family(
        name,
        lambda engine, _: engine.run([query], scope=EVERYONE),
        lambda: hand.on_time(period, by),
    )


def _charts(hand: ByHand, period: Period, district: str) -> Family:
    where: Where = filters({"district": district})
    cuts = (("day",), ("category_2",), ("street",))
    queries = [MetricQuery("city.received_count", period, by, where) for by in cuts]
    narrowed = ByHand(hand.cursor, hand.as_of, district)

    def by_hand() -> Answers:
        found: Answers = {}
        for by in cuts:
            found |= narrowed.received(period, by)
        return found

    return Family(
        "filter → 3 charts", lambda engine, _: engine.run(queries, scope=EVERYONE), by_hand
    )


MENTIONS = """(contains(title, $word) OR contains(content, $word) OR contains(address, $word)
    OR contains(source_id, $word))"""


def _text(services: Services, hand: ByHand, last: date) -> Iterator[Family]:
    period = Period(last - timedelta(days=364), last)
    query = IncidentQuery(period, q=WORD)

    def count() -> int:
        return _one(hand.rows(_LIST.format("count(*)", MENTIONS), period, word=WORD))

    yield Family(
        f"text contains {WORD}, page of 50, a year",
        lambda *_: _ids(services, query),
        lambda: _pairs(hand.rows(_LIST.format(_SHOWN, MENTIONS) + _NEWEST, period, word=WORD)),
    )
    yield Family(
        f"text contains {WORD}, count, a year",
        lambda _, lister: lister.total(query, scope=EVERYONE),
        count,
    )


_SHOWN = """source, source_id, kind, state, created_at, due_at, closed_at, title, district_code,
    street_code, community_code, department_code, category_1_code, category_2_code, channel,
    urgency, lon, lat"""
_LIST = (
    "SELECT {} FROM incidents WHERE created_on BETWEEN $first AND $last "
    "AND state <> 'voided' AND {}"
)
_NEWEST = " ORDER BY created_at DESC, source DESC, source_id DESC LIMIT 51"


def _one(rows: list[tuple[Any, ...]]) -> int:
    return int(rows[0][0])


def _ids(services: Services, query: IncidentQuery) -> list[tuple[str, str]]:
    """From the one lister that counted this list before: the count is a family of its own."""
    page = services.lister.page(query, scope=EVERYONE)
    return [(row["source"], row["source_id"]) for row in page.rows]


def _pairs(rows: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows[:50]]


_INSIDE = "lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north"


def _box(services: Services, hand: ByHand, last: date, district: str) -> Iterator[Family]:
    period = Period(last - timedelta(days=364), last)
    lon, lat = hand.cursor.execute(
        "SELECT median(lon), median(lat) FROM incidents WHERE district_code = ?", [district]
    ).fetchone()
    box = {"west": lon - BOX, "south": lat - BOX, "east": lon + BOX, "north": lat + BOX}
    corners = (box["west"], box["south"], box["east"], box["north"])
    query = IncidentQuery(period, bbox=corners)
    yield Family(
        "inside a box, page of 50, a year",
        lambda *_: _ids(services, query),
        lambda: _pairs(hand.rows(_LIST.format(_SHOWN, _INSIDE) + _NEWEST, period, **box)),
    )
    yield Family(
        "inside a box, count, a year",
        lambda _, lister: lister.total(query, scope=EVERYONE),
        lambda: _one(hand.rows(_LIST.format("count(*)", _INSIDE), period, **box)),
    )


_BEYOND = """created_at <= $at AND (created_at < $at
    OR source < $source OR (source = $source AND source_id < $source_id))"""


def _deep_page(services: Services, hand: ByHand, last: date) -> Family:
    """The page that follows the newest incident of a day `DEEP` days ago."""
    first = last - timedelta(days=364)
    shallow = IncidentQuery(Period(first, last - timedelta(days=DEEP)), limit=1)
    top = services.lister.page(shallow, scope=EVERYONE)
    key = {"at": top.rows[0]["created_at"]}
    key |= {name: top.rows[0][name] for name in ("source", "source_id")}
    query = IncidentQuery(Period(first, last), after=top.next or "")
    return Family(
        f"page of 50 by key, {DEEP} days down a year",
        lambda *_: _ids(services, query),
        lambda: _pairs(
            hand.rows(_LIST.format(_SHOWN, _BEYOND) + _NEWEST, Period(first, last), **key)
        ),
    )


def _overview(name: str, services: Services, hand: ByHand, view: View) -> Family:
    district = dict(view.where).get("district", ("",))[0]
    narrowed = ByHand(hand.cursor, hand.as_of, district)
    return Family(
        name,
        lambda engine, _: ask_overview(engine, services.board, view, scope=EVERYONE),
        lambda: overview_by_hand(narrowed, view),
    )


def overview_by_hand(hand: ByHand, view: View) -> Answers:
    period = view.period
    below = "street" if hand.district else "district"
    days, day = view.spark("count")
    trend, grain = view.trend("count")
    found: Answers = {}
    for one in (period, period.before, period.year_before):
        found |= hand.tiles(one)
    found |= hand.rate_curves(*view.spark("rate"))
    for one, by in (
        (days, (day.value,)),
        (period, ("street",)),
        (period, (below,)),
        (period.before, (below,)),
        (days, (below, day.value)),
        (trend, (grain.value,)),
        (year_earlier(trend, grain), (grain.value,)),
        (period, ("department",)),
        (period, ("category_2",)),
        (period.before, ("category_2",)),
    ):
        if ("city.received_count", str(one), by) not in found:
            found |= hand.received(one, by)
    return found
