"""Numbers that a city sets for itself: known by one name, with one default, and written down."""

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Select, select

from dashboard.core.errors import PackError
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.facts import FACTS, PARAMETERS
from dashboard.metrics.facts.base import parameter
from dashboard.metrics.local_rules import with_local_rules
from tests.cities import city

PAGE = (Path(__file__).parents[2] / "docs" / "city-pack.md").read_text("utf-8")
SECTION = PAGE.partition("\n## scoring.toml")[2].partition("\n## ")[0]


def test_every_parameter_is_on_the_page_with_its_default() -> None:
    written = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", SECTION, re.MULTILINE))
    assert {name: Decimal(default) for name, default in written.items()} == PARAMETERS


def test_the_example_on_the_page_holds() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", SECTION, re.DOTALL)
    catalogue = with_local_rules(Catalogue.load(), replace(city(), scoring=tomllib.loads(example)))
    scheme = catalogue["hotline.composite_score"].scheme
    assert scheme is not None
    assert scheme.grade(Decimal(85)) == "良好"


def test_a_misspelt_parameter_is_told_with_the_nearest() -> None:
    said = {"parameters": {"due_soon_hour": {"value": "8", "source": "令 1 号"}}}
    with pytest.raises(PackError) as refused:
        with_local_rules(Catalogue.load(), replace(city(), scoring=said))
    assert "due_soon_hours" in refused.value.faults[0].fix


def test_a_parameter_has_one_default() -> None:
    name, default = next(iter(PARAMETERS.items()))
    with pytest.raises(ValueError, match="two defaults"):
        parameter(name, default + 1)


def test_every_parameter_reaches_a_statement_by_its_name() -> None:
    reached: set[str] = set()
    for fact in FACTS.values():
        for measure in fact.measures.values():
            columns = [measure.where, measure.value]
            asked: Select[tuple[object, ...]] = select(*(c for c in columns if c is not None))
            reached |= asked.compile(dialect=Dialect()).params.keys() & PARAMETERS.keys()
    assert reached == PARAMETERS.keys()
