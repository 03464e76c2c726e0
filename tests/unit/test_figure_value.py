"""A figure on the page: a button that opens its passport, and the attributes others rely on."""

from dataclasses import replace
from typing import Any

from layouts.address import Address
from layouts.components.figures import figure_value
from layouts.frame import origin
from tests.figures_made import RATE, result, row
from tests.unit.test_figure_address import FRAME

ANSWER = result(RATE, "2026-11-01..2026-11-21", by=("district",))
ROW = row({"district": "D1"}, "94.95", n=1899, of=2000)


def props(figure: Any) -> dict[str, Any]:
    given: dict[str, Any] = figure.to_plotly_json()["props"]
    return given


def test_a_figure_is_a_button_that_says_what_it_is_of() -> None:
    figure = props(figure_value(FRAME, ANSWER, ROW))
    assert (figure["role"], figure["tabIndex"], figure["aria-expanded"]) == ("button", 0, "false")
    assert figure["aria-label"] == "D1 按时办结率 95.0 %, 数字护照"
    assert figure["data-pg"] == "district=D1"
    assert figure["children"] == "95.0"


def test_its_attributes_are_those_of_the_contract_wherever_it_stands() -> None:
    wall = replace(FRAME, address=Address("/wall"))
    for figure in (
        figure_value(FRAME, ANSWER, ROW),
        figure_value(FRAME, ANSWER, ROW, opens=False),
        figure_value(wall, ANSWER, ROW),
    ):
        assert props(figure).items() >= origin(RATE, ANSWER, ROW).items()


def test_on_the_wall_it_takes_no_part_in_the_order_of_the_keys() -> None:
    figure = props(figure_value(replace(FRAME, address=Address("/wall")), ANSWER, ROW))
    assert {"role", "tabIndex", "aria-expanded"}.isdisjoint(figure)
    assert figure["data-pg"] == "district=D1"


def test_inside_its_passport_it_opens_nothing() -> None:
    figure = props(figure_value(FRAME, ANSWER, ROW, opens=False))
    assert {"role", "tabIndex", "data-pg"}.isdisjoint(figure)


def test_a_figure_without_a_value_can_be_asked_why() -> None:
    figure = props(figure_value(FRAME, ANSWER, row({"district": "D1"}, None, n=3, of=4)))
    assert figure["aria-label"] == "D1 按时办结率 样本不足, 数字护照"
    assert figure["role"] == "button"
