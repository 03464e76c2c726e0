"""Comparing and ranking: nobody is ranked on three cases, and ties share a place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.boards.compare import change, meets_target, ranking
from dashboard.boards.overview import Board, volume_metric, year_earlier
from dashboard.boards.view import View
from dashboard.core.values import UNKNOWN, FigureState, Grain, Period
from dashboard.metrics.model import Metric, MetricRow, Where, filters
from tests.cities import city
from tests.figures_made import CATALOGUE, COUNT, LOWER_RATE, MEDIAN, RATE, row


def unit(name: str, value: str | int | None, n: int = 100, **rest: FigureState) -> MetricRow:
    return row({"department": name}, value, n=n, of=n, **rest)


def places(metric: Metric, rows: list[MetricRow]) -> list[tuple[str, int | None]]:
    return [(r.row.group["department"], r.rank) for r in ranking(metric, rows, "department")]


def test_higher_is_first_where_higher_is_better_and_last_where_it_is_worse() -> None:
    rows = [unit("a", 90), unit("b", 95), unit("c", 80)]
    assert places(RATE, rows) == [("b", 1), ("a", 2), ("c", 3)]
    assert places(LOWER_RATE, rows) == [("c", 1), ("a", 2), ("b", 3)]


def test_equal_figures_share_a_place_and_the_next_one_is_left_out() -> None:
    rows = [unit("a", 95), unit("b", 90, n=10), unit("c", 90, n=99), unit("d", 80)]
    assert places(RATE, rows) == [("a", 1), ("c", 2), ("b", 2), ("d", 4)]


def test_figures_that_look_equal_are_equal() -> None:
    assert places(RATE, [unit("a", "94.96"), unit("b", "95.04")]) == [("a", 1), ("b", 1)]


def test_too_few_cases_and_rows_without_a_unit_are_listed_but_not_ranked() -> None:
    rows = [unit("a", None, n=3), unit(UNKNOWN, 100, n=500), unit("b", 50), unit("c", None, n=9)]
    assert places(RATE, rows) == [("b", 1), (UNKNOWN, None), ("c", None), ("a", None)]


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 1000), st.integers(1, 500)), max_size=30),
    st.sampled_from([RATE, LOWER_RATE, COUNT]),
)
def test_every_row_is_listed_once_and_places_count_how_many_are_better(
    made: list[tuple[int | None, int]], metric: Metric
) -> None:
    rows = [
        unit(str(i), None if tenths is None else str(Decimal(tenths) / 10), n)
        for i, (tenths, n) in enumerate(made)
    ]
    ranked = ranking(metric, rows, "department")
    assert sorted(r.row.group["department"] for r in ranked) == sorted(
        r.group["department"] for r in rows
    )
    judged = [r for r in ranked if r.rank is not None]
    assert ranked[: len(judged)] == judged
    shown = [Decimal(r.row.shown(metric.decimals) or 0) for r in judged]
    for place, value in zip(judged, shown, strict=True):
        lower = metric.direction == "lower_is_better"
        better = sum(other < value if lower else other > value for other in shown)
        assert place.rank == better + 1


@pytest.mark.parametrize(
    ("metric", "now", "then", "kind", "value"),
    [
        (COUNT, 106, 100, "percent", "6.0"),
        (COUNT, 0, 100, "percent", "-100.0"),
        (COUNT, 5, 0, "percent", None),
        (RATE, "95.05", "94.04", "points", "1.1"),
        (RATE, 95, None, "points", None),
        (RATE, None, 95, "points", None),
        (MEDIAN, "30.5", "28", "absolute", "2.5"),
    ],
)
def test_changes(
    metric: Metric, now: str | int | None, then: str | int | None, kind: str, value: str | None
) -> None:
    found = change(metric, row(None, now), row(None, then))
    assert found.kind == kind
    assert found.value == (None if value is None else Decimal(value))


def test_what_waits_now_is_never_compared_with_what_waits_now() -> None:
    waiting = CATALOGUE["hotline.open_count"]
    assert not waiting.comparable
    assert change(waiting, row(None, 10), row(None, 20)).value is None


@pytest.mark.parametrize(
    ("metric", "value", "met"),
    [
        (RATE, "94.95", True),
        (RATE, "94.94", False),
        (LOWER_RATE, "95.04", True),
        (LOWER_RATE, "95.05", False),
        (RATE, None, None),
        (COUNT, "95", None),
    ],
)
def test_a_target_is_judged_on_the_figure_as_shown(
    metric: Metric, value: str | None, *, met: bool | None
) -> None:
    shown = None if value is None else Decimal(value)
    assert meets_target(metric, shown, Decimal(95)) is met
    assert meets_target(metric, shown, None) is None


def view(period: str = "2026-11-01..2026-11-21", where: Where = ()) -> View:
    return View(Period.parse(*period.split("..")), where, COUNT.id)


def test_the_focus_is_the_smallest_single_region() -> None:
    assert view().focus is None
    assert view(where=filters({"district": "D1"})).focus == ("district", "D1")
    assert view(where=filters({"district": "D1", "street": "S11"})).focus == ("street", "S11")
    assert view(where=filters({"district": ["D1", "D2"]})).focus is None


def test_below_the_focus_comes_the_next_level_the_city_has() -> None:
    made = city()
    assert view().child_level(made) == "district"
    assert view(where=filters({"district": "D1"})).child_level(made) == "street"
    assert view(where=filters({"street": "S11"})).child_level(made) is None


@pytest.mark.parametrize(
    ("period", "grain"),
    [
        ("2026-11-01..2026-11-21", Grain.DAY),
        ("2026-08-22..2026-11-21", Grain.DAY),
        ("2026-08-21..2026-11-21", Grain.WEEK),
        ("2025-11-22..2026-11-21", Grain.WEEK),
        ("2024-11-22..2026-11-21", Grain.MONTH),
    ],
)
def test_a_trend_has_steps_few_enough_to_read(period: str, grain: Grain) -> None:
    assert view(period).trend("count")[1] is grain


def test_a_short_period_gets_a_run_up_for_its_trend() -> None:
    assert str(view("2026-11-21..2026-11-21").trend("count")[0]) == "2026-10-23..2026-11-21"
    assert str(view("2026-09-01..2026-11-21").trend("count")[0]) == "2026-09-01..2026-11-21"


def test_a_rate_of_one_region_is_drawn_by_whole_weeks() -> None:
    days, grain = view(where=filters({"district": "D1"})).trend("rate")
    assert grain is Grain.WEEK
    assert str(days) == "2026-08-31..2026-11-21"
    assert view(where=filters({"district": "D1"})).trend("count")[1] is Grain.DAY


def test_a_small_curve_is_a_fortnight_of_counts_or_twelve_weeks_of_a_rate() -> None:
    assert view().spark("count") == (Period.parse("2026-11-08", "2026-11-21"), Grain.DAY)
    assert view().spark("rate") == (Period.parse("2026-08-31", "2026-11-21"), Grain.WEEK)


def test_weeks_are_compared_with_weeks_of_the_same_days_a_year_before() -> None:
    weeks = Period.parse("2026-08-31", "2026-11-21")
    earlier = year_earlier(weeks, Grain.WEEK)
    assert (earlier.first.weekday(), earlier.days) == (weeks.first.weekday(), weeks.days)
    assert year_earlier(weeks, Grain.DAY) == weeks.year_before


def test_every_metric_of_the_board_exists_and_stands_on_it_once() -> None:
    board = Board.load()
    shown = [*board.primary, *(metric for group in board.groups for metric in group.metrics)]
    assert len(shown) == len(set(shown))
    assert set(shown) | {board.selected} <= set(CATALOGUE.ids)


def test_categories_beside_a_metric_are_counted_in_its_own_population() -> None:
    assert volume_metric("hotline.on_time_rate") == "hotline.received_count"
    assert volume_metric("grid.rework_rate") == "grid.filed_count"
    assert volume_metric("service.praise_rate") == "city.received_count"
