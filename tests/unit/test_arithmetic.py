"""Figures are exact decimals: divided last, rounded once, absent where nothing is below."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.values import half_up
from dashboard.metrics.arithmetic import (
    hours,
    percent_change,
    quotient,
    rounded,
    weighted,
    weighted_sum,
)

COUNTS = st.integers(0, 10**9).map(Decimal)
AMOUNTS = st.decimals(-(10**6), 10**6, places=6)
PLACES = st.integers(0, 4)


def numbers(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("value", "decimals", "up", "cut"),
    [
        ("95.845", 2, "95.85", "95.84"),
        ("95.8449", 2, "95.84", "95.84"),
        ("-0.125", 2, "-0.13", "-0.12"),
        ("2.5", 0, "3", "2"),
        ("99.999", 2, "100.00", "99.99"),
        ("100", 2, "100.00", "100.00"),
    ],
)
def test_halves_go_away_from_zero_and_truncation_towards_it(
    value: str, decimals: int, up: str, cut: str
) -> None:
    assert str(rounded(Decimal(value), decimals)) == up
    assert str(rounded(Decimal(value), decimals, "truncate")) == cut


@given(AMOUNTS, PLACES)
def test_rounding_agrees_with_whole_numbers(value: Decimal, decimals: int) -> None:
    scaled = abs(Fraction(value)) * 10**decimals
    sign = -1 if value < 0 else 1
    assert rounded(value, decimals) == half_up(value, decimals)
    assert Fraction(rounded(value, decimals)) == Fraction(
        sign * floor(scaled + Fraction(1, 2)), 10**decimals
    )
    assert Fraction(rounded(value, decimals, "truncate")) == Fraction(
        sign * floor(scaled), 10**decimals
    )


@given(COUNTS, COUNTS, PLACES)
def test_a_rate_is_rounded_as_the_exact_fraction_is(
    numerator: Decimal, denominator: Decimal, decimals: int
) -> None:
    found = quotient(numerator, denominator, Decimal(100))
    if not denominator:
        assert found is None
        return
    assert found is not None
    exact = Fraction(numerator) * 100 / Fraction(denominator)
    shown = Fraction(floor(exact * 10**decimals + Fraction(1, 2)), 10**decimals)
    assert Fraction(rounded(found, decimals)) == shown


def test_a_rate_may_pass_a_hundred() -> None:
    assert quotient(Decimal(12), Decimal(10), Decimal(100)) == 120


def test_hours_are_exact_where_they_can_be() -> None:
    assert hours(Decimal(5400)) == Decimal("1.5")
    assert hours(Decimal(4500)) == Decimal("1.25")


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [("228", "203", "12.3"), ("95", "100", "-5.0"), ("0", "7", "-100.0"), ("5", "-10", "150.0")],
)
def test_a_change_is_in_per_cent_of_what_was(now: str, then: str, change: str) -> None:
    found = percent_change(Decimal(now), Decimal(then))
    assert found is not None
    assert str(rounded(found, 1)) == change


@given(AMOUNTS)
def test_nothing_can_be_said_to_have_changed_from_zero(now: Decimal) -> None:
    assert percent_change(now, Decimal(0)) is None


def test_basically_satisfied_counts_in_part() -> None:
    found = weighted(numbers("614", "34", "22"), numbers("1", "0.6", "0"), Decimal(670))
    assert found is not None
    assert str(rounded(found, 2)) == "94.69"
    assert weighted([], [], Decimal(0)) is None


def test_a_weight_too_few_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        weighted_sum(numbers("1", "2"), numbers("1"))


@given(st.lists(st.tuples(COUNTS, st.sampled_from(numbers("0", "0.6", "0.8", "1")))))
def test_a_weighted_sum_is_the_sum_of_the_products(pairs: list[tuple[Decimal, Decimal]]) -> None:
    exact = sum((Fraction(count) * Fraction(weight) for count, weight in pairs), Fraction(0))
    found = weighted_sum([count for count, _ in pairs], [weight for _, weight in pairs])
    assert Fraction(found) == exact
