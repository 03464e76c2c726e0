"""The demonstration city's land: polygons that nest, people that add up, files that stay small."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

from dashboard.demo.geometry import river_line, to_degrees
from dashboard.demo.regions import LEVELS, Regions, make_regions, write_regions

SQUARE_DEGREES = 1e-9


@pytest.fixture(scope="module")
def city() -> Regions:
    return make_regions(np.random.default_rng(1))


@pytest.mark.parametrize(("upper", "lower"), list(pairwise(LEVELS)))
def test_children_tile_their_parent(city: Regions, upper: str, lower: str) -> None:
    parents, children = city.levels[upper], city.levels[lower]
    for number, shape in enumerate(parents.shapes):
        tiled = shapely.union_all(children.shapes[children.parent == number])
        assert shapely.area(shapely.symmetric_difference(tiled, shape)) < SQUARE_DEGREES


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_share_every_vertex_and_never_overlap(city: Regions, level: str) -> None:
    shapes = city.levels[level].shapes
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.parametrize("seed", [2, 3, 4, 5])
def test_any_seed_gives_a_sound_city(seed: int) -> None:
    city = make_regions(np.random.default_rng(seed))
    assert shapely.coverage_is_valid(city.grids.shapes)
    assert len(city.grids) == 5000
    assert len(city.levels["district"]) == 10
    assert 76 <= len(city.levels["street"]) <= 84
    assert 570 <= len(city.levels["community"]) <= 630


def test_the_river_belongs_to_nobody_and_no_district_crosses_it(city: Regions) -> None:
    districts = city.levels["district"].shapes
    assert all(shape.geom_type == "Polygon" for shape in districts)
    gap = shapely.distance(*_banks(city))
    assert gap > 0.003


def _banks(city: Regions) -> tuple[shapely.Geometry, shapely.Geometry]:
    level = city.levels["district"]
    middle = shapely.get_coordinates(shapely.point_on_surface(level.shapes))
    x = np.linspace(-30, 30, 200)
    line = to_degrees(np.stack([x, river_line(x)], axis=1))
    north = middle[:, 1] > np.interp(middle[:, 0], line[:, 0], line[:, 1])
    return shapely.union_all(level.shapes[north]), shapely.union_all(level.shapes[~north])


def test_grids_are_small_where_people_are_many(city: Regions) -> None:
    area = shapely.area(city.grids.shapes)
    density = city.grids.residents / area
    crowded = density > np.quantile(density, 0.9)
    assert np.median(area[crowded]) * 3 < np.median(area[~crowded])


@pytest.mark.parametrize(("upper", "lower"), list(pairwise(LEVELS)))
def test_residents_add_up_to_the_level_above(city: Regions, upper: str, lower: str) -> None:
    parents, children = city.levels[upper], city.levels[lower]
    assert (np.bincount(children.parent, children.residents) == parents.residents).all()
    assert parents.residents.sum() == 4_500_000


def test_a_code_begins_with_the_code_of_its_parent(city: Regions) -> None:
    for upper, lower, digits in zip(LEVELS, LEVELS[1:], (9, 12, 15), strict=False):
        parents, children = city.levels[upper], city.levels[lower]
        assert len(set(children.codes)) == len(children)
        for code, parent in zip(children.codes, children.parent.tolist(), strict=True):
            assert len(code) == digits
            assert code.startswith(parents.codes[parent])


def test_names_are_there_in_both_languages_and_unique_where_people_know_them(
    city: Regions,
) -> None:
    for level in city.levels.values():
        assert all(name.isascii() and name for name in level.names_en)
        assert len(set(level.names)) == len(level)


def test_boundary_files_stay_small(city: Regions, tmp_path: Path) -> None:
    write_regions(tmp_path, city)
    limits = {"district": 150e3, "street": 400e3, "community": 1.6e6, "grid": 6e6}
    for level, limit in limits.items():
        path = tmp_path / "regions" / f"{level}.geojson"
        assert path.stat().st_size < limit
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        assert [f["properties"]["code"] for f in features] == city.levels[level].codes
