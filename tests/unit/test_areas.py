"""Residents and unit grids below the line: of exactly the regions that the rows above lie in."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dashboard.access.scope import Scope
from dashboard.metrics.areas import Areas
from dashboard.metrics.model import Base, filters
from tests.cities import city, gridded

AREAS = Areas(gridded(city()))
EVERYTHING = Scope.whole_city()
EAST = Scope.of(districts=frozenset({"D1"}), departments=frozenset())
EAST_AND_A_UNIT = Scope.of(districts=frozenset({"D1"}), departments=frozenset({"B1"}))
NOBODY = Scope.of(districts=frozenset(), departments=frozenset())


def of(
    group: Mapping[str, str] | None = None,
    *,
    base: Base = "residents",
    scope: Scope = EVERYTHING,
    **where: Any,
) -> int | None:
    found = AREAS.of(base, group or {}, filters(where), scope=scope)
    return None if found is None else int(found)


@pytest.mark.parametrize(
    ("group", "where", "residents"),
    [
        ({}, {}, 900_000),
        ({"month": "2026-10"}, {}, 900_000),
        ({"department": "B1"}, {"category": "x:01"}, 900_000),
        ({"district": "D1"}, {}, 500_000),
        ({"district": "D1", "month": "2026-10"}, {}, 500_000),
        ({}, {"district": "D2"}, 400_000),
        ({}, {"district": ["D1", "D2"]}, 900_000),
        ({}, {"street": ["S11", "S21"]}, 110_000),
        ({"street": "S12"}, {"district": "D1"}, 40_000),
        ({"district": "D1"}, {"street": "S11"}, 60_000),
        ({"district": "D1"}, {"street": ["S11", "S12", "S21"]}, 100_000),
        ({}, {"district": "D1", "street": ["S11", "S21"]}, 60_000),
    ],
)
def test_residents_are_those_of_the_smallest_regions_named(
    group: dict[str, str], where: dict[str, Any], residents: int
) -> None:
    assert of(group, **where) == residents


@pytest.mark.parametrize(
    ("group", "where"),
    [
        ({"district": "-"}, {}),
        ({"street": "-"}, {"district": "D1"}),
        ({}, {"street": ["S11", "-"]}),
        ({"grid": "G111"}, {}),
        ({"district": "D2"}, {"street": "S11"}),
    ],
)
def test_where_some_residents_are_not_known_there_is_no_number(
    group: dict[str, str], where: dict[str, Any]
) -> None:
    assert of(group, **where) is None


def test_a_city_without_residents_has_no_such_figure() -> None:
    made = city()
    bare = {code: replace(region, population=None) for code, region in made.regions.items()}
    areas = Areas(replace(made, regions=bare))
    assert areas.of("residents", {}, (), scope=EVERYTHING) is None


@pytest.mark.parametrize(
    ("group", "grids"),
    [
        ({}, 3),
        ({"district": "D1"}, 2),
        ({"street": "S21"}, 1),
        ({"grid": "G111"}, 1),
        ({"street": "S12"}, None),
    ],
)
def test_unit_grids_are_counted_up_the_tree(group: dict[str, str], grids: int | None) -> None:
    assert of(group, base="unit_grids") == grids


def test_whoever_sees_one_district_divides_by_its_residents() -> None:
    assert of(scope=EAST) == 500_000
    assert of({"district": "D1"}, scope=EAST) == 500_000
    assert of({"street": "S11"}, scope=EAST) == 60_000
    assert of(base="unit_grids", scope=EAST) == 2


def test_of_a_region_of_which_only_some_rows_are_seen_there_is_no_figure() -> None:
    """A department sees its own rows everywhere: per resident of where would they be?"""
    assert of({"district": "D2"}, scope=EAST) is None
    assert of(scope=EAST, district=["D1", "D2"]) is None
    assert of(scope=EAST_AND_A_UNIT) is None
    assert of({"district": "D1"}, scope=EAST_AND_A_UNIT) == 500_000
    assert of(scope=NOBODY) is None


def test_numbers_are_exact() -> None:
    assert AREAS.of("residents", {}, (), scope=EVERYTHING) == Decimal(900_000)
