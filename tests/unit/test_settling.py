"""A figure that is not settled: the band it can still take, found by trying every outcome."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.metrics.settling import band

FEW = st.integers(0, 6)


def outcomes(numerator: int, denominator: int, joining: int, members: int) -> list[Decimal]:
    """Every rate that can come: so many join, so many of those count, so many members come in."""
    found = []
    for joined, counted, entered in product(
        range(joining + 1), range(joining + 1), range(members + 1)
    ):
        if counted <= joined and denominator + joined:
            above = numerator + counted + entered
            found.append(Decimal(above) * 100 / Decimal(denominator + joined))
    return found


@given(FEW, FEW, FEW, FEW)
def test_the_band_is_from_the_lowest_to_the_highest_of_all_outcomes(
    numerator: int, denominator: int, joining: int, members: int
) -> None:
    found = band(
        Decimal(numerator),
        Decimal(denominator),
        joining=Decimal(joining),
        open_members=Decimal(members),
    )
    possible = outcomes(numerator, denominator, joining, members)
    assert found == ((min(possible), max(possible)) if possible else None)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_what_is_decided_is_one_figure(numerator: int, denominator: int) -> None:
    found = band(Decimal(numerator), Decimal(denominator))
    assert found is not None
    assert found.settled
    assert found.low == Decimal(numerator) * 100 / Decimal(denominator)


@given(FEW, st.integers(1, 6), FEW, FEW, FEW)
def test_what_gets_decided_never_widens_the_band(
    numerator: int, denominator: int, joining: int, members: int, decided: int
) -> None:
    """Some of those that may join have joined, none counted: the band lies in the one before."""
    done = min(decided, joining)
    wide = band(
        Decimal(numerator),
        Decimal(denominator),
        joining=Decimal(joining),
        open_members=Decimal(members),
    )
    narrow = band(
        Decimal(numerator),
        Decimal(denominator + done),
        joining=Decimal(joining - done),
        open_members=Decimal(members),
    )
    assert wide is not None
    assert narrow is not None
    assert wide.low <= narrow.low <= narrow.high <= wide.high


def test_nine_of_ten_with_two_not_yet_due_lie_between_three_quarters_and_more() -> None:
    found = band(Decimal(9), Decimal(10), joining=Decimal(2))
    assert found is not None
    assert found.low == 75
    assert found.high == Decimal(1100) / 12
    assert not found.settled


@pytest.mark.parametrize(("joining", "high"), [(0, 12), (5, 17)])
def test_a_count_can_only_grow(joining: int, high: int) -> None:
    assert band(Decimal(12), None, joining=Decimal(joining)) == (12, high)
