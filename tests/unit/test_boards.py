"""What a page asks for: its focus, the steps of its curves, the metrics that stand on it."""

import pytest

from dashboard.boards.overview import Board, volume_metric, year_earlier
from dashboard.boards.view import View
from dashboard.core.values import Grain, Period
from dashboard.metrics.model import Where, filters
from tests.cities import city
from tests.figures_made import CATALOGUE, COUNT


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
