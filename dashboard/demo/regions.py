"""Regions of the demonstration city: codes, names, residents and polygons, adding up exactly.

Codes follow the unit-grid form: 6 digits district, +3 street, +3 community, +3 grid. No real place
has the prefix 9901.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from dashboard.demo import names
from dashboard.demo.division import Division, divide
from dashboard.demo.files import write_csv
from dashboard.demo.geometry import (
    Labels,
    Points,
    Shapes,
    crowding,
    draw,
    make_mesh,
    merged,
    river_line,
)

GRIDS, COMMUNITIES, STREETS = 5000, 600, 80
RESIDENTS = 4_500_000
LEVELS = ("district", "street", "community", "grid")


@dataclass(frozen=True)
class Level:
    """All regions of one level, in the order of their codes."""

    name: str
    codes: list[str]
    names: list[str]
    names_en: list[str]
    parent: Labels
    residents: Labels
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Regions:
    levels: dict[str, Level]
    district: Labels
    """Grid → district; the same for streets and communities."""
    street: Labels
    community: Labels
    riverside: NDArray[np.bool_]
    """Grids near the river, where a storm stands in the streets."""

    @property
    def grids(self) -> Level:
        return self.levels["grid"]


def make_regions(rng: np.random.Generator) -> Regions:
    mesh = make_mesh(rng, GRIDS)
    division = divide(mesh, STREETS, COMMUNITIES, rng)
    shapes = draw(mesh, division.border(mesh))
    order = np.lexsort((mesh.centres[:, 0], division.community, division.street, division.district))
    division = Division(
        division.district[order],
        _renumbered(division.street[order]),
        _renumbered(division.community[order]),
    )
    shapes, centres = shapes[order], mesh.centres[order]
    residents = _residents(shapes, centres, rng)
    distance = np.abs(centres[:, 1] - river_line(centres[:, 0]))
    return Regions(
        _levels(division, shapes, residents, rng),
        division.district,
        division.street,
        division.community,
        distance < 2.6,
    )


def _renumbered(labels: Labels) -> Labels:
    """0, 1, 2 … in order of appearance; children of one parent stand together already."""
    first = np.sort(np.unique(labels, return_index=True)[1])
    number = np.empty(int(labels.max()) + 1, dtype=np.int64)
    number[labels[first]] = np.arange(len(first))
    return np.asarray(number[labels])


def _residents(shapes: Shapes, centres: Points, rng: np.random.Generator) -> Labels:
    """Whole people: the largest remainders are rounded up so that they sum to the city."""
    wanted = shapely.area(shapes) * crowding(centres) ** 1.15 * rng.lognormal(0, 0.35, len(shapes))
    wanted = 60 + wanted / wanted.sum() * (RESIDENTS - 60 * len(shapes))
    people: Labels = np.floor(wanted).astype(np.int64)
    short = RESIDENTS - int(people.sum())
    people[np.argsort(-(wanted - people), kind="stable")[:short]] += 1
    return people


def _levels(
    division: Division,
    shapes: Shapes,
    residents: Labels,
    rng: np.random.Generator,
) -> dict[str, Level]:
    parent = {
        "district": np.zeros(int(division.district.max()) + 1, dtype=np.int64),
        "street": _parents(division.street, division.district),
        "community": _parents(division.community, division.street),
        "grid": division.community,
    }
    member = {
        "district": division.district,
        "street": division.street,
        "community": division.community,
        "grid": np.arange(len(shapes)),
    }
    made: dict[str, Level] = {}
    above: Level | None = None
    for name in LEVELS:
        people = np.bincount(member[name], residents).astype(np.int64)
        own = shapes if name == "grid" else merged(shapes, member[name])
        codes = _codes(above, parent[name])
        labels = _named(name, above, parent[name], people / shapely.area(own), rng)
        above = made[name] = Level(
            name,
            codes,
            [zh for zh, _ in labels],
            [en for _, en in labels],
            parent[name],
            people,
            own,
        )
    return made


def _parents(child: Labels, parent: Labels) -> Labels:
    return np.asarray(parent[np.unique(child, return_index=True)[1]])


def _codes(above: Level | None, parent: Labels) -> list[str]:
    if above is None:
        return [f"{990102 + number:06d}" for number in range(len(parent))]
    serial = np.arange(len(parent)) - np.searchsorted(parent, parent) + 1
    return [
        f"{above.codes[p]}{n:03d}" for p, n in zip(parent.tolist(), serial.tolist(), strict=True)
    ]


def _named(
    level: str,
    above: Level | None,
    parent: Labels,
    density: NDArray[np.float64],
    rng: np.random.Generator,
) -> list[tuple[str, str]]:
    if above is None:
        return [(f"{zh}区", f"{en} District") for zh, en in names.DISTRICTS]
    rural = density < np.quantile(density, 0.25)
    if level == "street":
        pick = rng.permutation(len(names.STREETS))[: len(parent)]
        kinds = [("镇", "Town") if far else ("街道", "Street") for far in rural.tolist()]
        return [
            (names.STREETS[i][0] + zh, f"{names.STREETS[i][1]} {en}")
            for i, (zh, en) in zip(pick.tolist(), kinds, strict=True)
        ]
    if level == "community":
        pairs = [(a, b) for a in names.FIRST for b in names.SECOND]
        pick = rng.permutation(len(pairs))
        kinds = [("村", "Village") if far else ("社区", "Community") for far in rural.tolist()]
        chosen = (pairs[pick[i % len(pairs)]] for i in range(len(parent)))
        return [
            (a[0] + b[0] + zh, f"{a[1]}{b[1]} {en}")
            for (a, b), (zh, en) in zip(chosen, kinds, strict=True)
        ]
    serial = np.arange(len(parent)) - np.searchsorted(parent, parent) + 1
    return [
        (f"{above.names[p]}第{n:02d}网格", f"{above.names_en[p]} Grid {n:02d}")
        for p, n in zip(parent.tolist(), serial.tolist(), strict=True)
    ]


def write_regions(folder: Path, regions: Regions) -> None:
    columns: dict[str, list[object]] = {
        name: []
        for name in ("code", "level", "parent", "name", "name_en", "population", "lon", "lat")
    }
    grids = regions.grids
    middle = shapely.get_coordinates(
        shapely.point_on_surface(shapely.coverage_union_all(regions.levels["district"].shapes))
    )
    rows: list[tuple[object, ...]] = [
        ("990100", "city", "", *names.CITY, int(grids.residents.sum()), *np.round(middle[0], 6)),
    ]
    above = ["990100"]
    for name in LEVELS:
        level = regions.levels[name]
        at = np.round(shapely.get_coordinates(shapely.point_on_surface(level.shapes)), 6)
        rows += [
            (code, name, above[p], zh, en, people, lon, lat)
            for code, p, zh, en, people, (lon, lat) in zip(
                level.codes,
                level.parent.tolist(),
                level.names,
                level.names_en,
                level.residents.tolist(),
                at.tolist(),
                strict=True,
            )
        ]
        above = level.codes
        _write_geojson(folder / "regions" / f"{name}.geojson", level)
    for row in rows:
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    write_csv(folder / "regions.csv", pa.table(columns))


def _write_geojson(path: Path, level: Level) -> None:
    """One feature a line; a coordinate is written as short as six decimals allow."""
    lines = []
    for code, shape in zip(level.codes, level.shapes, strict=True):
        parts = [
            [_ring(ring) for ring in (part.exterior, *part.interiors)]
            for part in shapely.get_parts(shape)
        ]
        geometry = (
            {"type": "Polygon", "coordinates": parts[0]}
            if len(parts) == 1
            else {"type": "MultiPolygon", "coordinates": parts}
        )
        feature = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
        lines.append(json.dumps(feature, separators=(",", ":")))
    path.parent.mkdir(parents=True, exist_ok=True)
    body = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(body, encoding="utf-8", newline="\n")


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in shapely.get_coordinates(ring).round(6)]
