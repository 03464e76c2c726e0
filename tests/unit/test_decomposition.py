"""Why it moved: mix and performance of each part, adding up to the change to the last digit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.values import FigureState, Ratio
from dashboard.metrics.decomposition import (
    DECIMALS,
    Contribution,
    Decomposition,
    adding_up,
    by_code,
    decompose,
)
from dashboard.metrics.model import MetricRow
from tests.rows import ratio

Parts = dict[str, Ratio]
CODES = st.sampled_from("abcdefg")
SHARES = st.integers(1, 10**6).flatmap(
    lambda below: st.integers(0, below).map(lambda above: ratio(above, below))
)
CARRIED = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda made: ratio(*made))
RATES = st.dictionaries(CODES, SHARES, min_size=1)
PASSING = st.dictionaries(CODES, SHARES | CARRIED, min_size=1)
COUNTS = st.dictionaries(CODES, st.integers(0, 10**6).map(ratio), min_size=1)
LAST_DIGIT = Fraction(1, 10**DECIMALS)


def exact(value: Decimal | None) -> Fraction:
    return Fraction(value or 0)


def rate(parts: Parts) -> Fraction | None:
    below = sum((exact(part.denominator) for part in parts.values()), Fraction(0))
    above = sum((exact(part.numerator) for part in parts.values()), Fraction(0))
    return above * 100 / below if below else None


def found_in(now: Parts, then: Parts) -> tuple[Decomposition, dict[str, Contribution]]:
    found = decompose(now, then)
    assert found is not None
    return found, {part.key: part for part in found.parts}


@given(PASSING, PASSING)
def test_the_parts_add_up_exactly_to_the_change(now: Parts, then: Parts) -> None:
    after, before = rate(now), rate(then)
    found = decompose(now, then)
    if after is None or before is None:
        assert found is None
        return
    assert found is not None
    assert sum(part.mix + part.performance for part in found.parts) == found.total
    assert found.mix + found.performance == found.total
    assert abs(Fraction(found.total) - (after - before)) <= LAST_DIGIT / 2
    assert {part.key for part in found.parts} == now.keys() | then.keys()


@given(RATES, RATES)
def test_each_part_is_what_fractions_say(now: Parts, then: Parts) -> None:
    """The midpoint formula in exact fractions, for parts that have a rate in both periods."""
    found, parts = found_in(now, then)
    sizes = [sum(exact(part.denominator) for part in period.values()) for period in (now, then)]
    rates = rate(now), rate(then)
    mean = (exact(None) + (rates[0] or 0) + (rates[1] or 0)) / 200
    for key in now.keys() & then.keys():
        w = [exact(p[key].denominator) / size for p, size in zip((now, then), sizes, strict=True)]
        r = [exact(p[key].numerator) / exact(p[key].denominator) for p in (now, then)]
        mix = (w[0] - w[1]) * ((r[0] + r[1]) / 2 - mean) * 100
        performance = (r[0] - r[1]) * (w[0] + w[1]) / 2 * 100
        assert abs(Fraction(parts[key].mix) - mix) <= LAST_DIGIT
        assert abs(Fraction(parts[key].performance) - performance) <= LAST_DIGIT
    assert [abs(part.total) for part in found.parts] == sorted(
        (abs(part.total) for part in found.parts), reverse=True
    )


@given(PASSING, PASSING)
def test_backwards_is_the_same_with_the_opposite_sign(now: Parts, then: Parts) -> None:
    forth, back = decompose(now, then), decompose(then, now)
    if forth is None or back is None:
        assert forth is back is None
        return
    returned = {part.key: part for part in back.parts}
    for part in forth.parts:
        assert abs(Fraction(part.mix + returned[part.key].mix)) <= 2 * LAST_DIGIT
        assert abs(Fraction(part.performance + returned[part.key].performance)) <= 2 * LAST_DIGIT


@given(RATES, st.integers(1, 50))
def test_where_every_rate_stays_there_is_no_performance(now: Parts, times: int) -> None:
    first = min(now)
    then = {
        key: part
        if key == first
        else Ratio(part.numerator * times, (part.denominator or 0) * times)
        for key, part in now.items()
    }
    found, parts = found_in(now, then)
    assert abs(found.performance) <= len(parts) * Decimal(LAST_DIGIT.numerator).scaleb(-DECIMALS)


def test_where_every_share_stays_there_is_no_mix() -> None:
    found, parts = found_in(
        {"a": ratio(90, 100), "b": ratio(60, 100)}, {"a": ratio(70, 100), "b": ratio(60, 100)}
    )
    assert found.total == 10
    assert (parts["a"].mix, parts["a"].performance) == (0, 10)
    assert (parts["b"].mix, parts["b"].performance) == (0, 0)


def test_more_of_what_always_went_badly_lowers_a_rate_without_anybody_doing_worse() -> None:
    found, parts = found_in(
        {"easy": ratio(90, 100), "hard": ratio(150, 300)},
        {"easy": ratio(270, 300), "hard": ratio(50, 100)},
    )
    assert found.total == -20
    assert found.performance == 0
    assert (parts["easy"].mix, parts["hard"].mix) == (-10, -10)


def test_a_part_that_appears_or_disappears_is_mix_alone() -> None:
    found, parts = found_in(
        {"old": ratio(80, 100), "new": ratio(20, 100)},
        {"old": ratio(80, 100), "gone": ratio(100, 100)},
    )
    assert found.total == -40
    assert parts["new"].performance == parts["gone"].performance == 0
    assert parts["new"].mix == Decimal("-25")
    assert parts["gone"].mix == Decimal("-15")
    assert (parts["gone"].now, parts["new"].then) == (None, None)


def test_cases_closed_where_none_came_in_are_performance() -> None:
    found, parts = found_in(
        {"a": ratio(50, 100), "b": ratio(10, 0)}, {"a": ratio(50, 100), "b": ratio(0, 0)}
    )
    assert found.total == 10
    assert (parts["b"].mix, parts["b"].performance) == (0, 10)


@given(COUNTS, COUNTS)
def test_a_count_moves_by_the_differences_of_its_parts(now: Parts, then: Parts) -> None:
    found, parts = found_in(now, then)
    assert found.total == sum(p.numerator for p in now.values()) - sum(
        p.numerator for p in then.values()
    )
    assert found.mix == 0
    for key, part in parts.items():
        earlier = then[key].numerator if key in then else 0
        assert part.total == (now[key].numerator if key in now else 0) - earlier


def test_without_a_figure_on_one_side_there_is_no_change_to_explain() -> None:
    assert decompose({"a": ratio(1, 2)}, {"a": ratio(0, 0)}) is None
    assert decompose({}, {"a": ratio(1, 2)}) is None


def test_a_mean_is_decomposed_in_its_own_unit() -> None:
    found = decompose({"a": ratio(30, 10)}, {"a": ratio(20, 10)}, scale=Decimal(1))
    assert found is not None
    assert found.total == 1


def test_rows_of_an_answer_become_parts_too_few_cases_included() -> None:
    rows = [
        MetricRow({"district": "D1"}, ratio(9, 10), Decimal(90), FigureState.OK),
        MetricRow({"district": "D2"}, ratio(1, 2), None, FigureState.TOO_FEW),
        MetricRow({"district": "D3"}, ratio(0), None, FigureState.NOT_DELIVERED),
    ]
    assert by_code(rows, "district") == {"D1": ratio(9, 10), "D2": ratio(1, 2)}


@given(PASSING, PASSING, st.integers(0, 2))
def test_what_is_shown_adds_up_too(now: Parts, then: Parts, decimals: int) -> None:
    found = decompose(now, then)
    if found is None:
        return
    values = [part.total for part in found.parts]
    shown = adding_up(values, found.total, decimals)
    step = Decimal(1).scaleb(-decimals)
    assert sum(shown) == found.total.quantize(step, rounding="ROUND_HALF_UP")
    for printed, value in zip(shown, values, strict=True):
        assert abs(printed - value) <= step * Decimal("1.5")


@pytest.mark.parametrize(
    ("values", "total", "shown"),
    [
        (["0.4", "0.4", "0.4"], "1.2", ["1", "0", "0"]),
        (["0.6", "0.6", "0.6"], "1.8", ["0", "1", "1"]),
        (["1.5", "-0.5"], "1", ["2", "-1"]),
        ([], "0", []),
    ],
)
def test_a_last_digit_goes_where_rounding_took_the_most(
    values: list[str], total: str, shown: list[str]
) -> None:
    found = adding_up([Decimal(value) for value in values], Decimal(total), 0)
    assert found == [Decimal(value) for value in shown]
