"""Addresses inside the grids, and the places that trouble the city month after month."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from dashboard.demo import names
from dashboard.demo.geometry import Labels, Shapes
from dashboard.demo.regions import Regions

PER_GRID = 40
CHRONIC = 40
"""Places with one and the same trouble in every month."""
SPOTS = ("北门", "南门", "东侧路口", "农贸市场门口", "地铁口", "小学旁", "公交站旁", "夜市入口")


@dataclass(frozen=True)
class Places:
    """`PER_GRID` addresses a grid, one after the other; then the chronic places."""

    grid: Labels
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    address: list[str]
    chronic: Labels
    """The places that trouble the city all the time."""


def make_places(regions: Regions, rng: np.random.Generator) -> Places:
    count = len(regions.grids)
    grid = np.repeat(np.arange(count), PER_GRID)
    points = _points_inside(regions.grids.shapes, PER_GRID, rng)
    chosen = rng.choice(count, CHRONIC, replace=False, p=_crowded(regions))
    address = _addresses(regions, grid, rng)
    address += [_spot(regions, int(own), number) for number, own in enumerate(chosen)]
    at = points[chosen * PER_GRID]
    points = np.concatenate([points, at])
    return Places(
        np.concatenate([grid, chosen]),
        points[:, 0],
        points[:, 1],
        address,
        len(grid) + np.arange(CHRONIC),
    )


def _crowded(regions: Regions) -> NDArray[np.float64]:
    weight = regions.grids.residents.astype(float)
    return np.asarray(weight / weight.sum())


def _points_inside(
    shapes: Shapes,
    each: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Random points of triangles, drawn in a little so that rounding cannot push them out."""
    triangles = shapely.constrained_delaunay_triangles(shapes)
    parts, owner = shapely.get_parts(triangles, return_index=True)
    area = shapely.area(parts)
    first = np.searchsorted(owner, np.arange(len(shapes) + 1))
    reached = np.cumsum(area)
    before = np.concatenate([[0.0], reached])[first]
    wanted = np.repeat(before[:-1], each) + rng.random(len(shapes) * each) * np.repeat(
        np.diff(before), each
    )
    pick = np.searchsorted(reached, wanted).clip(
        np.repeat(first[:-1], each), np.repeat(first[1:] - 1, each)
    )
    corners = shapely.get_coordinates(parts).reshape(-1, 4, 2)[pick, :3]
    share = rng.dirichlet((1, 1, 1), len(pick)) * 0.94 + 0.02
    return np.asarray((corners * share[..., None]).sum(1).round(6))


def _addresses(regions: Regions, grid: Labels, rng: np.random.Generator) -> list[str]:
    size = len(grid)
    road = rng.integers(len(names.ROADS), size=size) + regions.street[grid]
    kind = rng.integers(len(names.ROAD_KINDS), size=size)
    number = rng.integers(1, 390, size)
    estate = rng.integers(3 * len(names.ESTATES), size=size)
    before = [_before(regions, own) for own in range(len(regions.grids))]
    made = []
    for own, r, k, n, e in zip(
        grid.tolist(), road.tolist(), kind.tolist(), number.tolist(), estate.tolist(), strict=True
    ):
        if e < len(names.ESTATES):
            made.append(f"{before[own]}{names.ESTATES[e]}{n % 38 + 1}号楼")
        else:
            made.append(
                f"{before[own]}{names.ROADS[r % len(names.ROADS)]}{names.ROAD_KINDS[k]}{n}号"
            )
    return made


def _before(regions: Regions, grid: int) -> str:
    levels = regions.levels
    return str(
        levels["district"].names[regions.district[grid]]
        + levels["street"].names[regions.street[grid]]
    )


def _spot(regions: Regions, grid: int, number: int) -> str:
    estate = names.ESTATES[number % len(names.ESTATES)]
    return f"{_before(regions, grid)}{estate}{SPOTS[number % len(SPOTS)]}"
