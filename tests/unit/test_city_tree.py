"""From any code up to the city and down to what lies right below."""

import gc
import weakref

from hypothesis import given
from hypothesis import strategies as st

from dashboard.city import tree
from dashboard.city.model import City, Region
from dashboard.city.tree import ancestors, category_path, children
from tests.small_city import small_city


def test_ancestors_go_from_the_city_down_to_the_region_itself() -> None:
    found = ancestors(small_city(), "C1")
    expected = {"city": "99", "district": "D1", "street": "S1", "community": "C1"}
    assert list(found.items()) == list(expected.items())


def test_the_city_is_its_own_only_ancestor() -> None:
    assert ancestors(small_city(), "99") == {"city": "99"}


def test_children_are_those_right_below_in_the_order_of_the_file() -> None:
    city = small_city()
    assert [region.code for region in children(city, "99")] == ["D1", "D2"]
    assert [region.code for region in children(city, "D1")] == ["S1"]
    assert children(city, "C1") == ()


def test_a_category_path_goes_from_the_top_down() -> None:
    city = small_city()
    assert category_path(city, "gb:0101") == ("gb:01", "gb:0101")
    assert category_path(city, "gb:01") == ("gb:01",)


def test_an_unknown_code_has_neither_ancestors_nor_children_nor_a_path() -> None:
    city = small_city()
    assert ancestors(city, "?") == {}
    assert children(city, "?") == ()
    assert category_path(city, "?") == ()


def test_two_cities_are_not_mixed_up_and_an_index_dies_with_its_city() -> None:
    city, other = small_city(), small_city(regions={"X": Region("X", "city", "", "他城", "Other")})
    assert ancestors(city, "X") == {}
    assert ancestors(other, "X") == {"city": "X"}
    gone, key = weakref.ref(other), id(other)
    del other
    gc.collect()
    assert gone() is None
    assert key not in tree._INDEXES


@given(st.lists(st.integers(0, 40), max_size=40))
def test_every_region_is_a_child_of_the_last_but_one_of_its_ancestors(links: list[int]) -> None:
    city = _district_tree(links)
    for region in city.regions.values():
        above = list(ancestors(city, region.code).values())
        assert above[-1] == region.code
        if region.parent:
            assert above[-2] == region.parent
            assert region in children(city, above[-2])


def _district_tree(links: list[int]) -> City:
    """Streets hung below one of up to three districts."""
    regions = {"99": Region("99", "city", "", "城", "")}
    for number in range(3):
        regions[f"D{number}"] = Region(f"D{number}", "district", "99", "区", "")
    for number, link in enumerate(links):
        regions[f"S{number}"] = Region(f"S{number}", "street", f"D{link % 3}", "街", "")
    return small_city(regions=regions)
