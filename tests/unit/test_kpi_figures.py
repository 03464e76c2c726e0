"""Curves by month and strips: gaps stay gaps, what is not over is a ring, order is kept."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.months import MonthWords, months_figure, peers_figure
from dashboard.figures.strip import Strip
from dashboard.metrics.model import Metric, MetricResult, Target
from tests.figures_made import COUNT, RATE, result, row

WORDS = MonthWords("so far", "target", "median", "peers")
YEAR = "2026-07-01..2026-11-21"
NUMBERS = st.lists(st.decimals(-100, 100, places=2), min_size=2, max_size=30)


def months(metric: Metric, values: dict[str, str | int | None], **rest: Any) -> MetricResult:
    rows = [row({"month": f"2026-{month}"}, value) for month, value in values.items()]
    return result(metric, YEAR, rows, by=("month",), **rest)


def drawn(figure: dict[str, Any]) -> dict[str, Any]:
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_month_that_is_not_over_is_a_ring_and_no_fall_of_the_curve() -> None:
    made = months(COUNT, {"07": 5, "08": 6, "09": 7, "10": 8, "11": 2})
    traces = drawn(months_figure([("n", made)], words=WORDS))
    assert traces["n"]["y"] == [5, 6, 7, 8]
    assert (traces["n · so far"]["x"], traces["n · so far"]["y"]) == (["2026-11"], [2])


def test_a_month_without_rows_is_zero_for_an_amount_and_a_gap_for_a_rate() -> None:
    known: dict[str, str | int | None] = {"07": 50, "10": 60, "11": 70}
    amounts = drawn(months_figure([("n", months(COUNT, known))], words=WORDS))
    rates = drawn(months_figure([("r", months(RATE, known))], words=WORDS))
    assert amounts["n"]["y"] == [50, 0, 0, 60]
    assert rates["r"]["y"] == [50, None, None, 60, 70]


def test_too_few_cases_are_a_gap() -> None:
    made = months(RATE, {"07": 50, "08": None, "09": 60})
    assert drawn(months_figure([("r", made)], words=WORDS))["r"]["y"][:3] == [50, None, 60]


def test_the_target_is_a_line_through_all_months_and_takes_part_in_the_scale() -> None:
    target = Target(Decimal(95), date(2026, 1, 1), "order 1")
    made = months(RATE, {"07": 50}, targets=(target,))
    line = drawn(months_figure([("r", made)], words=WORDS))["target"]
    assert line["y"] == [95.0] * 5
    assert line["line"]["dash"] == "dot"


def test_colours_are_names_of_tokens() -> None:
    made = months(RATE, {"07": 50})
    figure = months_figure([("r", made)], words=WORDS)
    assert figure["data"][0]["line"]["color"] == "var(--data)"
    assert figure["layout"]["font"]["color"] == "var(--muted)"


def test_the_band_has_a_gap_where_there_are_too_few_peers() -> None:
    made = months(RATE, {"07": 50, "08": 60})
    own = {r.group["month"]: r for r in made.rows}
    bands = {"2026-08": (Decimal(1), Decimal(2), Decimal(3))}
    figure = peers_figure("me", made, own, bands, words=WORDS)
    traces = drawn(figure)
    assert traces["median"]["y"][:2] == [None, 2.0]
    assert traces["me"]["y"][:2] == [50.0, 60.0]
    low, high = (trace["y"][1] for trace in figure["data"] if trace["name"] == "peers")
    assert (low, high) == (1.0, 3.0)


@given(NUMBERS)
def test_a_strip_keeps_the_order_and_stays_inside(values: list[Decimal]) -> None:
    strip = Strip.of(values)
    places = [strip.place(value) for value in sorted(values)]
    assert places == sorted(places)
    assert 0 < places[0] <= places[-1] < 100


def test_a_strip_of_equal_figures_puts_them_in_the_middle() -> None:
    assert Strip.of([Decimal(95), Decimal(95), None]).place(Decimal(95)) == 50.0
    assert Strip.of([]).place(Decimal(0)) == 50.0


def test_what_lies_beyond_the_strip_stands_at_its_end() -> None:
    strip = Strip.of([Decimal(0), Decimal(10)])
    assert strip.place(Decimal(99)) == strip.place(Decimal(10))
