"""From any code up to the city, and from the top category down."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.city.model import Region
from dashboard.city.tree import ancestors, category_path
from tests.small_city import small_city

CITY = small_city()


def test_ancestors_go_from_the_region_itself_up_to_the_city() -> None:
    expected = {"community": "C1", "street": "S1", "district": "D1", "city": "99"}
    assert list(ancestors(CITY.regions, "C1").items()) == list(expected.items())


def test_the_city_is_its_own_only_ancestor() -> None:
    assert ancestors(CITY.regions, "99") == {"city": "99"}


def test_a_category_path_goes_from_the_top_down() -> None:
    assert category_path(CITY.categories, "gb:0101") == ("gb:01", "gb:0101")
    assert category_path(CITY.categories, "gb:01") == ("gb:01",)


def test_an_unknown_code_has_neither_ancestors_nor_a_path() -> None:
    assert ancestors(CITY.regions, "?") == {}
    assert category_path(CITY.categories, "?") == ()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_however_the_parents_are_wrong_the_way_up_ends(parents: list[int]) -> None:
    regions = {
        str(number): Region(str(number), "street", str(parent), "街", "")
        for number, parent in enumerate(parents)
    }
    assert [ancestors(regions, code) for code in regions] == [{"street": code} for code in regions]
