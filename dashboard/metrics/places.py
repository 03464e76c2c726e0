"""Inside a polygon, as arithmetic that every fact engine has."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, false

from dashboard.core.errors import UsageError

Corner = tuple[float, float]
MAX_CORNERS = 200
"""A statement grows with each; a region drawn by hand has fewer."""


def inside(
    lon: ColumnElement[Any], lat: ColumnElement[Any], polygon: tuple[Corner, ...]
) -> ColumnElement[bool]:
    """Even-odd rule: a ray to the east crosses the outline an odd number of times.

    The outline closes by itself. A point on the western or southern edge is inside, one on the
    eastern or northern edge is not, so that of two polygons that touch only one has it.
    """
    if not 3 <= len(polygon) <= MAX_CORNERS:
        raise UsageError(
            f"A polygon has 3 to {MAX_CORNERS} corners, not {len(polygon)}.",
            where="polygon",
            fix="write it as lon,lat;lon,lat;lon,lat",
        )
    lons, lats = zip(*polygon, strict=True)
    edges = zip(polygon, (*polygon[1:], polygon[0]), strict=True)
    crossings = [_crosses(lon, lat, start, end) for start, end in edges if start[1] != end[1]]
    if not crossings:
        return false()
    box = and_(lon.between(min(lons), max(lons)), lat.between(min(lats), max(lats)))
    return and_(box, _sum(crossings) % 2 == 1)


def _crosses(
    lon: ColumnElement[Any], lat: ColumnElement[Any], start: Corner, end: Corner
) -> ColumnElement[int]:
    (x1, y1), (x2, y2) = start, end
    slope = (x2 - x1) / (y2 - y1)
    in_reach = and_(lat >= min(y1, y2), lat < max(y1, y2))
    return case((and_(in_reach, lon < (lat - y1) * slope + x1), 1), else_=0)


def _sum(terms: list[ColumnElement[int]]) -> ColumnElement[int]:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
