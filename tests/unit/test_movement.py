"""Why a figure moved, as it is shown: whatever the parts are, the column adds up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.boards.movement import NAMED, Movement, cuts_of, movement
from dashboard.core.values import FigureState, Period
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, filters
from tests.cities import city
from tests.figures_made import CATALOGUE, COUNT, MEDIAN, RATE, result
from tests.rows import ratio

NOW, THEN = "2026-11-01..2026-11-21", "2026-10-01..2026-10-21"
Counts = dict[str, tuple[int, int]]
SHARES = st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
PARTS = st.dictionaries(
    st.sampled_from("ABCDEFGHIJKLMNOP"),
    SHARES,
    min_size=2,
)


def cut(metric: Metric, parts: Counts, days: str) -> MetricResult:
    rows = [
        MetricRow(
            {"district": key},
            ratio(above, None if metric.is_amount else below),
            Decimal(above),
            FigureState.OK,
        )
        for key, (above, below) in parts.items()
    ]
    return result(metric, days, rows, by=("district",))


def moved(metric: Metric, now: Counts, then: Counts) -> Movement:
    found = movement("district", cut(metric, now, NOW), cut(metric, then, THEN))
    assert found is not None
    return found


def rate(parts: Counts) -> Fraction:
    return Fraction(100 * sum(n for n, _ in parts.values()), sum(of for _, of in parts.values()))


def near(shown: Decimal, exact: Fraction, decimals: int) -> bool:
    return abs(Fraction(shown) - exact) <= Fraction(1, 2 * 10**decimals)


@given(PARTS, PARTS)
def test_the_column_adds_up_to_the_change_between_the_two_figures(
    now: Counts, then: Counts
) -> None:
    found = moved(RATE, now, then)
    assert sum(part.effect for part in found.parts) + found.others_effect == found.total
    assert found.total == found.now - found.then
    assert found.mix is not None
    assert found.performance is not None
    assert found.mix + found.performance == found.total
    assert near(found.now, rate(now), RATE.decimals + 1)
    assert near(found.then, rate(then), RATE.decimals + 1)


@given(PARTS, PARTS)
def test_every_part_is_named_or_among_the_others(now: Counts, then: Counts) -> None:
    found = moved(RATE, now, then)
    assert len(found.parts) <= NAMED
    assert len(found.parts) + found.others == len(now.keys() | then.keys())
    assert all(part.effect for part in found.parts)


@given(PARTS, PARTS)
def test_counts_change_by_whole_numbers_and_have_no_mix(now: Counts, then: Counts) -> None:
    found = moved(COUNT, now, then)
    assert (found.mix, found.performance) == (None, None)
    assert found.total == sum(n for n, _ in now.values()) - sum(n for n, _ in then.values())
    for part in found.parts:
        before, after = then.get(part.key, (0, 0))[0], now.get(part.key, (0, 0))[0]
        assert part.effect == after - before


def test_the_part_that_moved_the_figure_comes_first() -> None:
    now = {"A": (90, 100), "B": (40, 100), "C": (80, 100)}
    then = {"A": (90, 100), "B": (80, 100), "C": (79, 100)}
    found = moved(RATE, now, then)
    assert [part.key for part in found.parts] == ["B", "C"]
    assert [str(part.effect) for part in found.parts] == ["-13.33", "0.33"]
    assert (str(found.mix), str(found.performance)) == ("0.00", "-13.00")
    assert found.others == 1


def test_a_part_that_is_new_has_no_figure_before() -> None:
    found = moved(RATE, {"A": (90, 100), "B": (1, 100)}, {"A": (90, 100)})
    [new] = [part for part in found.parts if part.key == "B"]
    assert new.then is None
    assert new.now is not None


def test_what_has_one_part_only_or_no_figure_before_is_not_split() -> None:
    one, none = {"A": (90, 100)}, {"A": (0, 0), "B": (0, 0)}
    assert movement("district", cut(RATE, one, NOW), cut(RATE, one, THEN)) is None
    assert movement("district", cut(RATE, {**one, "B": (1, 2)}, NOW), cut(RATE, none, THEN)) is None


@pytest.mark.parametrize(
    ("where", "cuts"),
    [
        ({}, ("district", "category_2", "department")),
        ({"district": "D1"}, ("street", "category_2", "department")),
        ({"district": ["D1", "D2"]}, ("district", "category_2", "department")),
        ({"street": "S11"}, ("category_2", "department")),
        ({"department": "B1"}, ("district", "category_2")),
        ({"category": "x:01"}, ("district", "category_2", "department")),
        ({"category": "x:0101"}, ("district", "category_3", "department")),
        ({"category_3": "x:010101"}, ("district", "department")),
    ],
)
def test_a_figure_is_split_below_what_it_is_filtered_to(
    where: dict[str, str], cuts: tuple[str, ...]
) -> None:
    assert cuts_of(city(), RATE, asked(RATE, where)) == cuts


def test_a_median_and_a_present_state_are_not_split() -> None:
    waiting = CATALOGUE["hotline.open_count"]
    assert cuts_of(city(), MEDIAN, asked(MEDIAN, {})) == ()
    assert cuts_of(city(), waiting, asked(waiting, {})) == ()


def asked(metric: Metric, where: dict[str, str]) -> MetricQuery:
    return MetricQuery(metric.id, Period.parse(*NOW.split("..")), (), filters(where))
