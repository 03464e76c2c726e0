"""regions/<level>.geojson: whether the polygons are sound and lie in those above them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry import shape

from dashboard.city.faults import Faults
from dashboard.city.files import Folder
from dashboard.city.model import City, Level, Region
from dashboard.city.tree import ancestors

OUTSIDE = 0.02
"""Share of its area by which a region may stick out of the one above; borders are never exact."""


def check_geometry(city: City, folder: Folder) -> None:
    drawn: dict[Level, GeoSeries] = {}
    for level in city.levels:
        if level in city.geometry:
            drawn[level] = _Level(city, level, folder).outlines()
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

    def outlines(self) -> GeoSeries:
        """Those that are sound, by region code."""
        found: dict[str, tuple[str, Any]] = {}
        for number, feature in enumerate(self._features(), start=1):
            code = self._code(feature, f"{self.name}, feature {number}", found)
            if code:
                where = f"{self.name}, feature {number} ({code})"
                found[code] = (where, self._outline(feature, where))
        read = {code: one for code, one in found.items() if one[1] is not None}
        frame = GeoDataFrame(
            {"where": [where for where, _ in read.values()]},
            geometry=[outline for _, outline in read.values()],
            index=list(read),
        )
        return self._sound(self._areas(frame))

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

    def _code(self, feature: object, where: str, before: Collection[str]) -> str | None:
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

    def _outline(self, feature: Mapping[str, Any], where: str) -> Any:
        try:
            return shape(feature["geometry"])
        except Exception as error:  # noqa: BLE001 - shapely raises whatever the JSON provokes
            fix = "export the feature again"
            self.faults.add(where, f"The geometry cannot be read: {error}.", fix)
            return None

    def _areas(self, read: GeoDataFrame) -> GeoDataFrame:
        is_area = read.geom_type.isin(["Polygon", "MultiPolygon"]) & ~read.is_empty
        for where, kind in zip(read["where"][~is_area], read.geom_type[~is_area], strict=True):
            fix = "give a Polygon or MultiPolygon"
            self.faults.add(where, f"A {kind} is no area.", fix)
        return read[is_area]

    def _sound(self, areas: GeoDataFrame) -> GeoSeries:
        on_earth = (areas.bounds.abs() <= [180, 90, 180, 90]).all(axis=1)
        for code in areas.index[~on_earth]:
            fix = "export as WGS-84 (EPSG:4326), longitude first"
            problem = "The coordinates are not degrees of longitude and latitude."
            self.faults.add(f"{self.name} ({code})", problem, fix)
        valid = areas.is_valid
        for code, reason in areas[~valid].is_valid_reason().items():
            fix = "mend it, for example with ST_MakeValid or QGIS “Fix geometries”"
            self.faults.add(f"{self.name} ({code})", f"The polygon is not valid: {reason}.", fix)
        return areas.geometry[valid & on_earth]


def _check_inside(
    city: City, level: Level, drawn: Mapping[Level, GeoSeries], faults: Faults
) -> None:
    above = {code: _drawn_above(city, code, drawn) for code in drawn[level].index}
    pairs = {code: found for code, found in above.items() if found}
    if not pairs:
        return
    inner = drawn[level][list(pairs)]
    outer = pd.concat(list(drawn.values()))[[region.code for region in pairs.values()]]
    outside = inner.difference(outer, align=False).area / inner.area
    for code, share in outside[outside > OUTSIDE].items():
        faults.add(
            f"regions/{level}.geojson ({code})",
            f"{share:.0%} of it lies outside of its {pairs[code].level} `{pairs[code].code}`.",
            "correct the parent in regions.csv, or one of the two polygons",
        )


def _drawn_above(city: City, code: str, drawn: Mapping[Level, GeoSeries]) -> Region | None:
    """The nearest region above that has an outline."""
    _, *above = ancestors(city.regions, code).items()
    return next(
        (city.regions[one] for level, one in above if level in drawn and one in drawn[level].index),
        None,
    )
