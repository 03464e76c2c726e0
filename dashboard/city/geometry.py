"""regions/<level>.geojson: whether the polygons are sound and lie in those above them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

from dashboard.city.faults import Faults
from dashboard.city.files import Folder
from dashboard.city.model import City, Level, Region

OUTSIDE = 0.02
"""Share of its area by which a region may stick out of the one above; borders are never exact."""

Shapes = Mapping[str, Any]
"""Region code → valid polygon."""


def check_geometry(city: City, folder: Folder) -> None:
    drawn: dict[Level, Shapes] = {}
    for level in city.levels:
        if level in city.geometry:
            drawn[level] = _Level(city, level, folder).shapes()
            _check_inside(city, level, drawn, folder.faults)


@dataclass(frozen=True)
class _Level:
    """The file of one level."""

    city: City
    level: Level
    folder: Folder

    @property
    def name(self) -> str:
        return f"regions/{self.level}.geojson"

    @property
    def faults(self) -> Faults:
        return self.folder.faults

    def shapes(self) -> Shapes:
        found: dict[str, Any] = {}
        for number, feature in enumerate(self._features(), start=1):
            code = self._code(feature, f"{self.name}, feature {number}", found)
            if code:
                found[code] = self._shape(feature, f"{self.name}, feature {number} ({code})")
        return self._sound({code: one for code, one in found.items() if one is not None})

    def _features(self) -> list[Any]:
        text = self.folder.text(self.name)
        if text is None:
            return []
        try:
            content = json.loads(text)
        except json.JSONDecodeError as error:
            where = f"{self.name}, line {error.lineno}, column {error.colno}"
            fix = "export the file again; it may be cut off"
            self.faults.add(where, f"This is not JSON: {error.msg}.", fix)
            return []
        features = content.get("features") if isinstance(content, dict) else None
        if not isinstance(features, list) or content.get("type") != "FeatureCollection":
            fix = "export a FeatureCollection, one feature a region"
            self.faults.add(self.name, "This is not a FeatureCollection.", fix)
            return []
        return features

    def _code(self, feature: object, where: str, before: Shapes) -> str | None:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        code = properties.get("code") if isinstance(properties, dict) else None
        if not isinstance(code, str) or not code:
            fix = 'give each feature "properties": {"code": "…"}, the code as a text'
            self.faults.add(where, "The feature has no `properties.code`.", fix)
            return None
        region = self.city.regions.get(code)
        if region is None:
            fix = self.faults.near(code, self.city.regions, "add it to regions.csv")
            self.faults.add(where, f"`{code}` is no region of regions.csv.", fix)
        elif region.level != self.level:
            fix = f"move it to regions/{region.level}.geojson"
            self.faults.add(where, f"`{code}` is a {region.level}, not a {self.level}.", fix)
        elif code in before:
            fix = "join them into one MultiPolygon"
            self.faults.add(where, f"`{code}` is there twice.", fix)
        else:
            return code
        return None

    def _shape(self, feature: Mapping[str, Any], where: str) -> Any:
        try:
            found = shape(feature["geometry"])
        except Exception as error:  # noqa: BLE001 - shapely raises whatever the JSON provokes
            fix = "export the feature again"
            self.faults.add(where, f"The geometry cannot be read: {error}.", fix)
            return None
        if found.geom_type not in ("Polygon", "MultiPolygon") or found.is_empty:
            problem = f"A {found.geom_type} is no area."
            self.faults.add(where, problem, "give a Polygon or MultiPolygon")
            return None
        return found

    def _sound(self, found: Shapes) -> Shapes:
        shapes = np.array(list(found.values()), dtype=object)
        codes = np.array(list(found), dtype=object)
        if not codes.size:
            return {}
        in_range = (np.abs(shapely.bounds(shapes)) <= (180, 90, 180, 90)).all(axis=1)
        for code in codes[~in_range]:
            fix = "export as WGS-84 (EPSG:4326), longitude first"
            problem = "The coordinates are not degrees of longitude and latitude."
            self.faults.add(f"{self.name} ({code})", problem, fix)
        valid = shapely.is_valid(shapes)
        for code, one in zip(codes[~valid], shapes[~valid], strict=True):
            problem = f"The polygon is not valid: {shapely.is_valid_reason(one)}."
            fix = "mend it, for example with ST_MakeValid or QGIS “Fix geometries”"
            self.faults.add(f"{self.name} ({code})", problem, fix)
        return dict(zip(codes[valid & in_range], shapes[valid & in_range], strict=True))


def _check_inside(city: City, level: Level, drawn: Mapping[Level, Shapes], faults: Faults) -> None:
    pairs = [
        (code, above)
        for code in drawn[level]
        for above in [_drawn_above(city, city.regions[code], drawn)]
        if above
    ]
    if not pairs:
        return
    inner = np.array([drawn[level][code] for code, _ in pairs], dtype=object)
    outer = np.array([drawn[above.level][above.code] for _, above in pairs], dtype=object)
    shared = shapely.area(shapely.intersection(inner, outer))
    outside = 1 - shared / shapely.area(inner)
    for (code, above), share in zip(pairs, outside, strict=True):
        if share > OUTSIDE:
            faults.add(
                f"regions/{level}.geojson ({code})",
                f"{share:.0%} of it lies outside of its {above.level} `{above.code}`.",
                "correct the parent in regions.csv, or one of the two polygons",
            )


def _drawn_above(city: City, region: Region, drawn: Mapping[Level, Shapes]) -> Region | None:
    for above in _above(city, region):
        if above.code in drawn.get(above.level, {}):
            return above
    return None


def _above(city: City, region: Region) -> Iterator[Region]:
    """From the parent up; each once, though the parents may go round in a circle."""
    seen = {region.code}
    above = city.regions.get(region.parent)
    while above and above.code not in seen:
        yield above
        seen.add(above.code)
        above = city.regions.get(above.parent)
