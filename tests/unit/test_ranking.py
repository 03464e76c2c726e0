"""Ranking: nobody is ranked on three cases, ties share a place, counties stand with counties."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.city.model import Group
from dashboard.core.values import UNKNOWN, FigureState, Ratio
from dashboard.metrics.arithmetic import rounded
from dashboard.metrics.model import Metric, MetricRow
from dashboard.metrics.ranking import (
    difference,
    interval,
    places,
    ranking,
    rankings,
    told_apart,
)
from tests.figures_made import COUNT, LOWER_RATE, RATE, row

SHARES = st.integers(1, 5000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)).map(lambda made: ratio(*made))
)


def ratio(numerator: int, denominator: int) -> Ratio:
    return Ratio(Decimal(numerator), Decimal(denominator))


def unit(name: str, value: str | int | None, n: int = 100, **rest: FigureState) -> MetricRow:
    return row({"department": name}, value, n=n, of=n, **rest)


def listed(metric: Metric, rows: list[MetricRow]) -> list[tuple[str, int | None]]:
    return [(r.row.group["department"], r.rank) for r in ranking(metric, rows, "department")]


def test_higher_is_first_where_higher_is_better_and_last_where_it_is_worse() -> None:
    rows = [unit("a", 90), unit("b", 95), unit("c", 80)]
    assert listed(RATE, rows) == [("b", 1), ("a", 2), ("c", 3)]
    assert listed(LOWER_RATE, rows) == [("c", 1), ("a", 2), ("b", 3)]


def test_equal_figures_share_a_place_and_the_next_one_is_left_out() -> None:
    rows = [unit("a", 95), unit("b", 90, n=10), unit("c", 90, n=99), unit("d", 80)]
    assert listed(RATE, rows) == [("a", 1), ("c", 2), ("b", 2), ("d", 4)]
    assert [r.tied for r in ranking(RATE, rows, "department")] == [False, True, True, False]


def test_figures_that_look_equal_are_equal() -> None:
    assert listed(RATE, [unit("a", "94.96"), unit("b", "95.04")]) == [("a", 1), ("b", 1)]


def test_too_few_cases_and_rows_without_a_unit_are_listed_but_not_ranked() -> None:
    rows = [unit("a", None, n=3), unit(UNKNOWN, 100, n=500), unit("b", 50), unit("c", None, n=9)]
    assert listed(RATE, rows) == [("b", 1), (UNKNOWN, None), ("c", None), ("a", None)]


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
        assert place.tied == (shown.count(value) > 1)


@given(st.lists(st.integers(-20, 20).map(Decimal), max_size=20), st.booleans())
def test_a_place_is_one_more_than_how_many_are_ahead(
    values: list[Decimal],
    lower_first: bool,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    for value, place in zip(values, places(values, lower_first=lower_first), strict=True):
        assert place == 1 + sum(o < value if lower_first else o > value for o in values)


COUNTIES = Group("county", "县组", "Counties", "department", ("a", "b"))
BOROUGHS = Group("borough", "区组", "Boroughs", "department", ("c", "d"))
STREETS = Group("old", "老城", "Old town", "street", ("a",))
GROUPS = {group.code: group for group in (COUNTIES, BOROUGHS, STREETS)}


def test_each_group_has_its_own_first() -> None:
    rows = [unit("a", 90), unit("b", 70), unit("c", 60), unit("d", 80)]
    found = rankings(RATE, rows, "department", GROUPS)
    assert [
        (one.group and one.group.code, [(r.row.group["department"], r.rank) for r in one.ranked])
        for one in found
    ] == [("county", [("a", 1), ("b", 2)]), ("borough", [("d", 1), ("c", 2)])]


def test_a_unit_in_no_group_is_listed_and_not_ranked() -> None:
    rows = [unit("a", 90), unit("z", 99), unit(UNKNOWN, 50), unit("y", 99)]
    *_, rest = rankings(RATE, rows, "department", GROUPS)
    assert rest.group is None
    assert {r.row.group["department"] for r in rest.ranked} == {"z", "y", UNKNOWN}
    assert all(r.rank is None and not r.tied for r in rest.ranked)


def test_without_groups_of_its_kind_everybody_is_ranked_together() -> None:
    rows = [unit("a", 90), unit("c", 60)]
    [found] = rankings(RATE, rows, "department", {"old": STREETS})
    assert (found.group, [r.rank for r in found.ranked]) == (None, [1, 2])


# Both ends x solve (p - x)² = z²·x(1 - x)/n, from which the formula comes.
@given(SHARES)
def test_the_ends_of_an_interval_are_what_the_cases_just_do_not_rule_out(cases: Ratio) -> None:
    found = interval(cases)
    assert found is not None
    n = float(cases.denominator or 1)
    p = float(cases.numerator) / n
    for end in (float(found[0]) / 100, float(found[1]) / 100):
        assert math.isclose((p - end) ** 2, 1.959964**2 * end * (1 - end) / n, abs_tol=1e-6)
    assert 0 <= found[0] <= Decimal(p * 100) + Decimal("1e-9")
    assert Decimal(p * 100) - Decimal("1e-9") <= found[1] <= 100


def test_more_cases_make_an_interval_narrow() -> None:
    few, many = interval(ratio(9, 10)), interval(ratio(900, 1000))
    assert few is not None
    assert many is not None
    assert few[0] < many[0] < 90 < many[1] < few[1]


@pytest.mark.parametrize(
    "cases", [Ratio(Decimal(3)), ratio(0, 0), ratio(12, 10), Ratio(Decimal(-1), Decimal(5))]
)
def test_what_is_no_share_of_cases_has_no_interval(cases: Ratio) -> None:
    assert interval(cases) is None
    assert told_apart(cases, ratio(1, 2)) is None


def test_the_example_that_was_printed_with_the_method() -> None:
    found = difference(ratio(56, 70), ratio(48, 80))
    assert found is not None
    assert [str(rounded(end, 2)) for end in found] == ["5.24", "33.39"]


def test_two_rates_are_told_apart_by_enough_cases() -> None:
    assert told_apart(ratio(56, 70), ratio(48, 80)) is True
    assert told_apart(ratio(48, 80), ratio(56, 70)) is True
    assert told_apart(ratio(8, 10), ratio(6, 10)) is False
    assert told_apart(ratio(0, 10), ratio(0, 10)) is False


@given(SHARES, SHARES)
def test_telling_apart_needs_no_order_and_nothing_is_apart_from_itself(
    one: Ratio, other: Ratio
) -> None:
    assert told_apart(one, other) == told_apart(other, one)
    assert told_apart(one, one) is False


@given(SHARES, SHARES)
def test_rates_whose_intervals_do_not_meet_are_told_apart(one: Ratio, other: Ratio) -> None:
    first, second = interval(one), interval(other)
    assert first is not None
    assert second is not None
    if first[1] < second[0] or second[1] < first[0]:
        assert told_apart(one, other) is True


def test_a_unit_that_the_cases_cannot_tell_from_the_next_one_says_so() -> None:
    rows = [
        row({"department": "a"}, 96, n=960, of=1000),
        row({"department": "b"}, 95, n=19, of=20),
        row({"department": "c"}, 60, n=60, of=100),
    ]
    ranked = ranking(RATE, rows, "department", by_chance=True)
    assert [r.like_next for r in ranked] == [True, False, None]
    assert all(r.like_next is None for r in ranking(RATE, rows, "department"))


def test_what_is_no_rate_is_never_told_apart() -> None:
    rows = [row({"department": "a"}, 96, n=96, of=100), row({"department": "b"}, 95, n=95, of=100)]
    ranked = ranking(COUNT, rows, "department", by_chance=True)
    assert [r.like_next for r in ranked] == [None, None]
