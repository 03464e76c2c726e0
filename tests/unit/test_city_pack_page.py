"""docs/city-pack.md holds what it promises: its pack is good, and its lists are complete."""

import re
from pathlib import Path

import pytest

from dashboard.city.check import check_city
from dashboard.city.fields import known_fields, required_fields
from dashboard.city.load import load_city
from dashboard.core.states import STATES
from dashboard.facts import FACT_TABLES
from data_sources.registry import CONNECTORS

PAGE = (Path(__file__).parents[2] / "docs" / "city-pack.md").read_text(encoding="utf-8")
CODES_OF_THE_PACK = re.compile(
    r"(department|district|street|community|grid|category_\d)_code|region|category"
)
"""Said once for all facts, under “Names that stand for several columns”."""


def copied(folder: Path) -> Path:
    """The pack of the page, file by file, as a reader copies it."""
    part = PAGE.partition("## A minimal pack")[2].partition("\n## ")[0]
    files = re.findall(r"^((?:`[^`\n]+`(?:, )?)+)\n\n((?:```\w+\n.*?\n```\n+)+)", part, re.M | re.S)
    for names, blocks in files:
        texts = re.findall(r"```\w+\n(.*?\n)```", blocks, re.DOTALL)
        for name, text in zip(re.findall(r"`([^`]+)`", names), texts, strict=False):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def described(fact: str) -> str:
    return PAGE.partition(f"\n### {fact}\n")[2].partition("\n## ")[0].partition("\n### ")[0]


def test_the_pack_of_the_page_has_no_fault(tmp_path: Path) -> None:
    folder = copied(tmp_path / "small")
    [export] = (folder / "data").iterdir()
    header = export.read_text("utf-8").splitlines()[0].split(",")
    assert check_city(folder, columns_of=lambda _: header) == []
    assert load_city(folder).sources["hotline"].delivers >= {"region", "category", "department"}


@pytest.mark.parametrize("fact", FACT_TABLES)
def test_every_field_that_a_source_can_fill_is_on_the_page(fact: str) -> None:
    shown = set(re.findall(r"`(\w+)`", described(fact)))
    wanted = {name for name in known_fields(fact) if not CODES_OF_THE_PACK.search(name)}
    assert sorted(wanted - shown) == []


@pytest.mark.parametrize("fact", FACT_TABLES)
def test_the_bold_fields_are_those_that_need_a_rule(fact: str) -> None:
    bold = re.findall(r"\*\*`(\w+)`\*\*", described(fact))
    assert sorted(bold) == sorted(required_fields(fact))


def test_every_state_is_on_the_page() -> None:
    assert [state for state in STATES if f"`{state}`" not in PAGE] == []


def test_every_option_of_a_connector_is_on_the_page() -> None:
    options = {name for c in CONNECTORS.values() for name in c.required | c.optional}
    assert [name for name in (*CONNECTORS, *sorted(options)) if f"`{name}`" not in PAGE] == []
