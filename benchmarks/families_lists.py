"""Lists of incidents: words, a box, and a page far down."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from benchmarks.by_hand import ByHand
from benchmarks.measuring import Ask, Family
from dashboard.access.scope import Scope
from dashboard.core.values import Period
from dashboard.metrics.listing import IncidentQuery
from dashboard.services import Services

EVERYONE = Scope.whole_city()
WORD = "噪音"
DEEP = 60
BOX = 0.02
"""Degrees each way from the middle of the busiest district."""

SHOWN = """source, source_id, kind, state, created_at, due_at, closed_at, title, district_code,
    street_code, community_code, department_code, category_1_code, category_2_code, channel,
    urgency, lon, lat"""
LISTED = (
    "SELECT {} FROM incidents WHERE created_on BETWEEN $first AND $last "
    "AND state <> 'voided' AND {}"
)
_NEWEST = " ORDER BY created_at DESC, source DESC, source_id DESC LIMIT 51"
_MENTIONS = """(contains(title, $word) OR contains(content, $word) OR contains(address, $word)
    OR contains(source_id, $word))"""
_INSIDE = "lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north"
_BEYOND = """created_at <= $at AND (created_at < $at
    OR source < $source OR (source = $source AND source_id < $source_id))"""


def families(services: Services, hand: ByHand, district: str) -> Iterator[Family]:
    last = services.last_day
    period = Period(last - timedelta(days=364), last)
    yield from _text(services, hand, period)
    yield from _box(services, hand, period, district)
    yield _deep_page(services, hand, period, last)


def _text(services: Services, hand: ByHand, period: Period) -> Iterator[Family]:
    query = IncidentQuery(period, q=WORD)
    yield Family(
        f"text contains {WORD}, page of 50, a year",
        _page(services, query),
        lambda: _pairs(hand.rows(LISTED.format(SHOWN, _MENTIONS) + _NEWEST, period, word=WORD)),
    )
    yield Family(
        f"text contains {WORD}, count, a year",
        lambda _, lister: lister.total(query, scope=EVERYONE),
        lambda: _one(hand.rows(LISTED.format("count(*)", _MENTIONS), period, word=WORD)),
    )


def _box(services: Services, hand: ByHand, period: Period, district: str) -> Iterator[Family]:
    lon, lat = hand.rows(
        "SELECT median(lon), median(lat) FROM incidents WHERE district_code = $district",
        period,
        district=district,
    )[0]
    box = {"west": lon - BOX, "south": lat - BOX, "east": lon + BOX, "north": lat + BOX}
    corners = (box["west"], box["south"], box["east"], box["north"])
    query = IncidentQuery(period, bbox=corners)
    yield Family(
        "inside a box, page of 50, a year",
        _page(services, query),
        lambda: _pairs(hand.rows(LISTED.format(SHOWN, _INSIDE) + _NEWEST, period, **box)),
    )
    yield Family(
        "inside a box, count, a year",
        lambda _, lister: lister.total(query, scope=EVERYONE),
        lambda: _one(hand.rows(LISTED.format("count(*)", _INSIDE), period, **box)),
    )


def _deep_page(services: Services, hand: ByHand, period: Period, last: date) -> Family:
    """The page that follows the newest incident of a day `DEEP` days ago."""
    shallow = IncidentQuery(Period(period.first, last - timedelta(days=DEEP)), limit=1)
    top = services.lister.page(shallow, scope=EVERYONE)
    key = {"at": top.rows[0]["created_at"]}
    key |= {name: top.rows[0][name] for name in ("source", "source_id")}
    query = IncidentQuery(period, after=top.next or "")
    return Family(
        f"page of 50 by key, {DEEP} days down a year",
        _page(services, query),
        lambda: _pairs(hand.rows(LISTED.format(SHOWN, _BEYOND) + _NEWEST, period, **key)),
    )


def _page(services: Services, query: IncidentQuery) -> Ask:
    """From the one lister that has counted this list before: the count is a family of its own. The
    page itself is read again each time, not taken from those kept.
    """

    def ids(*_: object) -> list[tuple[str, str]]:
        page = services.lister._page(query, EVERYONE, services.version)  # noqa: SLF001 - uncached
        return [(row["source"], row["source_id"]) for row in page.rows]

    ids()
    return ids


def _one(rows: list[tuple[Any, ...]]) -> int:
    return int(rows[0][0])


def _pairs(rows: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in rows[:50]]
