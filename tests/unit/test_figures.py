"""Map classes, trends and small curves: pictures that do not say more than the figures."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.values import FigureState, Grain
from dashboard.figures.areas import CLASSES, areas
from dashboard.figures.spark import EDGE, HEIGHT, WIDTH, spark
from dashboard.figures.trend import TrendWords, trend_figure
from dashboard.metrics.model import Metric, MetricResult, MetricRow, Target
from tests.figures_made import COUNT, NOON, RATE, result, row

NOVEMBER = "2026-11-01..2026-11-21"
WORDS = TrendWords("now", "a year before", "target", "so far")


def shaded(values: list[str | int | None], metric: Metric = COUNT) -> Any:
    rows = [row({"street": f"S{i}"}, value) for i, value in enumerate(values)]
    return areas(result(metric, NOVEMBER, rows, by=("street",)), "street")


def test_regions_are_spread_over_the_whole_ramp() -> None:
    found = shaded(list(range(70)))
    assert set(found.classes.values()) == set(range(CLASSES))
    assert found.breaks == tuple(Decimal(v) for v in range(0, 70, 10))


def test_one_extreme_does_not_pale_the_rest() -> None:
    found = shaded([*range(20), 1_000_000])
    assert len(set(found.classes.values())) == CLASSES


def test_regions_without_a_figure_have_no_shade() -> None:
    assert shaded([1, None, 2]).classes == {"S0": 0, "S1": -1, "S2": 6}
    assert shaded([None, None]).breaks == ()


def test_a_single_figure_takes_the_middle_of_the_ramp() -> None:
    assert shaded([5, 5, 5]).classes == {"S0": 3, "S1": 3, "S2": 3}


@given(st.lists(st.decimals(0, 100, places=3), min_size=1, max_size=60))
def test_a_larger_figure_is_never_paler_and_the_printed_bounds_hold(values: list[Decimal]) -> None:
    found = shaded([str(value) for value in values], RATE)
    pairs = sorted((value, found.classes[f"S{i}"]) for i, value in enumerate(values))
    shades = [shade for _, shade in pairs]
    assert shades == sorted(shades)
    assert all(0 <= shade < CLASSES for shade in shades)
    assert list(found.breaks) == sorted(set(found.breaks))
    assert found.breaks[0] <= pairs[0][0] + Decimal("0.05")


def days(values: dict[str, str | int | None], metric: Metric = COUNT, **rest: Any) -> MetricResult:
    rows = [row({"day": day}, value) for day, value in values.items()]
    return result(metric, "2026-11-18..2026-11-21", rows, by=("day",), **rest)


def drawn(now: MetricResult, before: MetricResult | None = None) -> dict[str, dict[str, Any]]:
    figure = trend_figure(now, before, grain=Grain.DAY, words=WORDS, theme="light")
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_day_that_is_not_over_is_a_mark_of_its_own_and_no_fall_of_the_curve() -> None:
    traces = drawn(days({"2026-11-18": 9, "2026-11-19": 8, "2026-11-20": 7, "2026-11-21": 2}))
    assert traces["now"]["y"] == [9, 8, 7]
    assert (traces["so far"]["x"], traces["so far"]["y"]) == (["2026-11-21"], [2])


def test_a_rate_has_no_unfinished_day() -> None:
    traces = drawn(days({"2026-11-20": "95", "2026-11-21": "94"}, RATE))
    assert set(traces) == {"now"}
    assert traces["now"]["y"][-1] == 94


def test_a_count_without_rows_is_zero_and_a_rate_without_rows_is_a_gap() -> None:
    assert drawn(days({"2026-11-18": 9, "2026-11-20": 7}))["now"]["y"] == [9, 0, 7]
    assert drawn(days({"2026-11-18": "90", "2026-11-20": "70"}, RATE))["now"]["y"] == [
        90, None, 70, None,
    ]  # fmt: skip


def test_days_that_no_source_has_reached_are_a_gap_never_zero() -> None:
    early = days({"2026-11-18": 9}, as_of=NOON - timedelta(days=2))
    traces = drawn(early)
    assert traces["so far"]["x"] == ["2026-11-19"]
    assert traces["now"]["y"] == [9]


def test_too_few_cases_are_a_gap() -> None:
    assert drawn(days({"2026-11-18": None, "2026-11-19": "90"}, RATE))["now"]["y"][:2] == [None, 90]


def test_the_year_before_lies_under_the_same_days() -> None:
    rows = [row({"day": f"2025-11-{day}"}, day) for day in range(18, 22)]
    before = result(COUNT, "2025-11-18..2025-11-21", rows, by=("day",))
    traces = drawn(days({"2026-11-18": 9}), before)
    assert traces["a year before"]["x"] == ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]
    assert traces["a year before"]["y"] == [18, 19, 20, 21]


def test_a_year_before_the_first_data_is_not_drawn() -> None:
    before = result(COUNT, "2025-11-18..2025-11-21", (), by=("day",))
    assert "a year before" not in drawn(days({"2026-11-18": 9}), before)


def test_a_target_is_a_line_at_its_value() -> None:
    target = Target(Decimal(95), date(2026, 1, 1), "令 1 号")
    now = days({"2026-11-18": "90"}, RATE, targets=(target,))
    figure = trend_figure(now, None, grain=Grain.DAY, words=WORDS, theme="dark")
    [line] = figure["layout"]["shapes"]
    assert (line["y0"], line["y1"]) == (95, 95)


@pytest.mark.parametrize("values", [[], [1], [1, 2]])
def test_two_points_are_no_curve(values: list[int]) -> None:
    assert spark(curve_of(values)) == ""


@given(st.lists(st.integers(0, 10_000), min_size=3, max_size=40))
def test_a_curve_stays_within_its_picture_and_rises_with_its_figures(values: list[int]) -> None:
    text = unquote(spark(curve_of(values)).removeprefix("data:image/svg+xml,"))
    found = re.search(r"points='([^']+)'", text)
    assert found
    points = [tuple(map(float, pair.split(","))) for pair in found[1].split()]
    assert len(points) == len(values)
    assert all(EDGE <= x <= WIDTH - EDGE and EDGE <= y <= HEIGHT - EDGE for x, y in points)
    highest = min(range(len(values)), key=lambda i: points[i][1])
    if len(set(values)) > 1:
        assert points[highest][1] <= points[values.index(max(values))][1]


def curve_of(values: list[int]) -> list[MetricRow]:
    first = date(2026, 10, 1)
    rows = [row({"day": str(first + timedelta(days=i))}, v) for i, v in enumerate(values)]
    return [*rows, row({"day": "2026-09-01"}, None, state=FigureState.NO_DATA)]
