"""Parameters of the API by name: how each is read, refused and described."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from dashboard.city.model import City
from dashboard.core.errors import UsageError
from dashboard.core.values import Period
from dashboard.metrics.listing import MAX_LIMIT, SORTS, IncidentQuery
from dashboard.metrics.model import MetricQuery, Where
from dashboard.metrics.question import FILTERS, period_of, refuse_unknown, where_of

DESCRIBED: Mapping[str, str] = {
    "from": "First day, as 2026-11-01; default: the month so far, or seven days",
    "to": "Last day, included",
    "by": "Cut by this dimension or grain (day, week, month, year); may repeat",
    "q": "Words that title, text, address or number must contain",
    "bbox": "west,south,east,north in degrees, WGS-84",
    "polygon": "lon,lat;lon,lat;… in degrees, WGS-84; closes by itself",
    "metric": "Only the incidents this metric counts",
    "part": "numerator (default) or denominator of `metric`",
    "sort": f"{', '.join(SORTS)}; a minus before the name turns the order round",
    "after": "The `next` of the page before",
    "limit": f"Rows of a page, 1 to {MAX_LIMIT}; default 50",
    "lang": "zh or en: headings and names in an export",
    "period": "A period with a name, as this_month or rolling_30; `from` and `to` win over it",
    "level": "district, street or department: whose league table",
    "chance": "1: say also who cannot be told from the next one",
    "domain": "hotline, grid, service or data; default all of them",
    "within": "Code of the region whose parts are wanted; default the city",
    "v": "Fingerprint of the outlines: with it the answer may be kept for good",
}
REPEATED = frozenset({"by", *FILTERS})
METRIC = ("from", "to", "by", *FILTERS)
MEMBERS = ("from", "to", *FILTERS, "q", "bbox", "polygon", "metric", "part", "sort")
LIST = (*MEMBERS, "after", "limit")
EXPORT = (*MEMBERS, "lang")


@dataclass(frozen=True)
class Given:
    """The parameters of one request: none unknown, none twice that may stand only once."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: Request, known: Sequence[str]) -> "Given":
        pairs = tuple(request.query_params.multi_items())
        names = [name for name, _ in pairs]
        refuse_unknown(names, known)
        for name in names:
            if name not in REPEATED and names.count(name) > 1:
                raise UsageError(f"`{name}` is given twice.", where=name, fix="give it once")
        return cls(pairs)

    def get(self, name: str) -> str:
        return dict(self.pairs).get(name, "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name and value)

    @property
    def where(self) -> Where:
        return where_of(self.pairs)

    def period(self, default: Period) -> Period:
        return period_of(dict(self.pairs), default)


def metric_query(given: Given, metric: str, default: Period) -> MetricQuery:
    return MetricQuery(metric, given.period(default), given.all("by"), given.where)


def incident_query(given: Given, default: Period) -> IncidentQuery:
    return IncidentQuery(
        given.period(default),
        given.where,
        q=given.get("q"),
        bbox=_box(given.get("bbox")),
        polygon=_polygon(given.get("polygon")),
        metric=given.get("metric"),
        part=given.get("part") or "numerator",
        sort=given.get("sort") or "-created_at",
        after=given.get("after"),
        limit=limit_of(given),
    )


def language_of(given: Given, city: City) -> str:
    language = given.get("lang") or city.language
    if language not in ("zh", "en"):
        raise UsageError(f"There is no language `{language}`.", where="lang", fix="take zh or en")
    return language


def limit_of(given: Given) -> int:
    """Rows of a page, 50 where nothing is asked for."""
    text = given.get("limit")
    if not text:
        return 50
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise UsageError(
            f"`{text}` is not a number of rows.", where="limit", fix=f"take 1 to {MAX_LIMIT}"
        )
    return int(text)


def _box(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    fix = "write it as west,south,east,north, as 116.2,39.8,116.6,40.1"
    numbers = _degrees(text.split(","), "bbox", fix)
    if len(numbers) != 4:
        raise UsageError(f"A box has four numbers, not {len(numbers)}.", where="bbox", fix=fix)
    west, south, east, north = numbers
    if west > east or south > north:
        raise UsageError("The box ends before it begins.", where="bbox", fix=fix)
    return west, south, east, north


def _polygon(text: str) -> tuple[tuple[float, float], ...]:
    if not text:
        return ()
    fix = "write it as lon,lat;lon,lat;lon,lat"
    corners = []
    for corner in text.strip(";").split(";"):
        numbers = _degrees(corner.split(","), "polygon", fix)
        if len(numbers) != 2:
            raise UsageError(f"`{corner}` is not a corner.", where="polygon", fix=fix)
        corners.append((numbers[0], numbers[1]))
    return tuple(corners)


def _degrees(texts: Sequence[str], where: str, fix: str) -> list[float]:
    found = []
    for text in texts:
        if not re.fullmatch(r"\s*-?\d{1,3}(\.\d{1,15})?\s*", text):
            raise UsageError(f"`{text}` is not a number of degrees.", where=where, fix=fix)
        found.append(float(text))
    return found


def described(names: Sequence[str]) -> dict[str, Any]:
    """The same names for OpenAPI."""
    return {"parameters": [_described(name) for name in names]}


def _described(name: str) -> dict[str, Any]:
    repeated = name in REPEATED
    text = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": DESCRIBED.get(name, "Only rows with this code; may repeat"),
        "schema": {"type": "array", "items": text} if repeated else text,
    }
