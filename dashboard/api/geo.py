"""/geo: outlines of the regions of one level, built once and cacheable for good."""

import threading
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from dashboard.api.caller import off_loop
from dashboard.api.errors import NotFound, guarded_router
from dashboard.api.parameters import Given, described
from dashboard.city.model import City, Level, Region
from dashboard.city.tree import ancestors
from dashboard.core.errors import did_you_mean
from dashboard.services import Services

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def geo_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/geo", tags=["geo"])
    outlines = Outlines(services.city)

    @router.get("/{level}.geojson", openapi_extra=described(("within", "v")))
    async def features(level: str, request: Request) -> Response:
        """Regions of one level as GeoJSON; points where the pack has no outlines."""
        given = Given.of(request, ("within", "v"))
        within = given.get("within") or services.city.code
        body = await off_loop(services, lambda: outlines.of(level, within))
        headers = {"Cache-Control": FOR_GOOD if given.get("v") else ASK_AGAIN}
        return Response(body, media_type="application/geo+json", headers=headers)

    return router


class Outlines:
    """GeoJSON by (level, region above); a file is read at most once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._shapes: dict[str, dict[str, Any]] = {}
        self._built: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()

    def of(self, level: str, within: str) -> bytes:
        known = self._city.levels
        found = next((name for name in known if name == level), None)
        if found is None:
            raise NotFound(
                f"There is no level `{level}`.", where="level", fix=did_you_mean(level, known)
            )
        if within not in self._city.regions:
            raise NotFound(
                f"There is no region `{within}`.",
                where="within",
                fix=did_you_mean(within, self._city.regions)
                if len(self._city.regions) < 100
                else "take a code of the region tree",
            )
        with self._lock:
            if (level, within) not in self._built:
                self._built[level, within] = self._build(found, within)
            return self._built[level, within]

    def _build(self, level: Level, within: str) -> bytes:
        shapes = self._shapes_of(level)
        features = [
            _feature(region, shape)
            for region in self._city.regions.values()
            if region.level == level
            and within in ancestors(self._city.regions, region.code).values()
            for shape in [shapes.get(region.code) if shapes else _point(region)]
            if shape is not None
        ]
        return orjson.dumps({"type": "FeatureCollection", "features": features})

    def _shapes_of(self, level: Level) -> dict[str, Any]:
        if level not in self._shapes:
            path = self._city.geometry.get(level)
            drawn = orjson.loads(path.read_bytes())["features"] if path else []
            self._shapes[level] = {
                str(feature["properties"]["code"]): feature["geometry"] for feature in drawn
            }
        return self._shapes[level]


def _point(region: Region) -> dict[str, Any] | None:
    return {"type": "Point", "coordinates": list(region.point)} if region.point else None


def _feature(region: Region, geometry: dict[str, Any]) -> dict[str, Any]:
    names = {"code": region.code, "name": region.name, "name_en": region.name_en}
    return {"type": "Feature", "properties": names, "geometry": geometry}
