"""Addresses: what a page shows is in its link, whatever characters it holds."""

from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from layouts.address import Address

NAMES = st.sampled_from(["from", "to", "district", "q", "sort"])
WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
ADDRESSES = st.builds(
    Address, st.just("/incidents"), st.lists(st.tuples(NAMES, WORDS), max_size=6).map(tuple)
)


@given(ADDRESSES)
def test_a_link_reads_back_as_the_address_it_was_written_from(address: Address) -> None:
    assert Address.parse(address.href) == address


@given(ADDRESSES)
def test_a_link_is_plain_ascii_and_ends_no_attribute(address: Address) -> None:
    assert address.href.isascii()
    assert not set(address.href) & set("\"'<> \n#")


@given(ADDRESSES, NAMES, WORDS)
def test_setting_a_parameter_leaves_it_there_once_and_the_others_alone(
    address: Address, name: str, value: str
) -> None:
    changed = address.set_({name: value})
    assert [v for k, v in changed.params if k == name] == [value]
    assert changed.without(name) == address.without(name)


@given(ADDRESSES, NAMES)
def test_an_empty_value_removes_a_parameter(address: Address, name: str) -> None:
    assert address.set_({name: ""}) == address.without(name)


def test_the_first_of_several_values_is_got_and_all_are_kept() -> None:
    address = Address.parse("/?department=B1&department=B2&q=")
    assert address.get("department") == "B1"
    assert address.params == (("department", "B1"), ("department", "B2"))
    assert address.get("q", "nothing") == "nothing"


def test_another_path_keeps_the_filters() -> None:
    assert Address.parse("/?from=2026-11-01").at("/wall").href == "/wall?from=2026-11-01"


def test_chinese_and_reserved_characters_survive_a_link() -> None:
    href = Address("/incidents", (("q", "垃圾 & 100%+1"),)).href
    assert Address.parse(href).get("q") == "垃圾 & 100%+1"
    assert urlsplit(href).path == "/incidents"


def test_without_parameters_there_is_no_question_mark() -> None:
    assert Address.parse("").href == "/"
    assert Address.parse("/wall?").href == "/wall"
