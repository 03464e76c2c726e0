"""Periods compare with what people mean by “before”; numbers round as printed statistics do."""

import calendar
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import UsageError
from dashboard.core.values import (
    Grain,
    Period,
    add_months,
    bucket,
    bucket_name,
    buckets,
    half_up,
    month_end,
    parse_day,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
PERIODS = st.tuples(DAYS, st.integers(0, 800)).map(
    lambda made: Period(made[0], made[0] + timedelta(days=made[1]))
)
MIDDLES = PERIODS.filter(lambda period: period.first.day != 1)


def span(text: str) -> Period:
    return Period.parse(*text.split(".."))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-11-01..2026-11-21", "2026-10-01..2026-10-21"),
        ("2026-11-01..2026-11-30", "2026-10-01..2026-10-31"),
        ("2026-03-01..2026-03-31", "2026-02-01..2026-02-28"),
        ("2024-03-01..2024-03-31", "2024-02-01..2024-02-29"),
        ("2026-03-01..2026-03-30", "2026-02-01..2026-02-28"),
        ("2026-01-01..2026-11-21", "2025-02-01..2025-12-21"),
        ("2026-11-15..2026-11-21", "2026-11-08..2026-11-14"),
        ("2026-11-21..2026-11-21", "2026-11-20..2026-11-20"),
        ("2026-03-02..2026-03-02", "2026-03-01..2026-03-01"),
    ],
)
def test_the_period_before(period: str, before: str) -> None:
    assert str(span(period).before) == before


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        ("2026-11-01..2026-11-21", "2025-11-01..2025-11-21"),
        ("2024-02-29..2024-02-29", "2023-02-28..2023-02-28"),
        ("2024-02-01..2024-02-29", "2023-02-01..2023-02-28"),
        ("2025-02-01..2025-02-28", "2024-02-01..2024-02-29"),
        ("2025-02-10..2025-02-28", "2024-02-10..2024-02-28"),
    ],
)
def test_a_year_before(period: str, earlier: str) -> None:
    assert str(span(period).year_before) == earlier


@given(MIDDLES)
def test_a_span_within_months_is_compared_with_as_many_days_that_touch_it(period: Period) -> None:
    assert period.before.days == period.days
    assert period.before.last + timedelta(days=1) == period.first


@given(PERIODS)
def test_what_comes_before_ends_before(period: Period) -> None:
    assert period.before.last < period.first
    assert period.year_before.first < period.first
    assert period.year_before.last < period.last


@given(DAYS.map(lambda day: day.replace(day=1)))
def test_a_whole_month_is_compared_with_whole_months(first: date) -> None:
    month = Period(first, month_end(first))
    for other in (month.before, month.year_before):
        assert other.first.day == 1
        assert other.last == month_end(other.first)


@given(DAYS, st.integers(-600, 600))
def test_months_are_added_without_leaving_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(UsageError) as refused:
        span("2026-11-02..2026-11-01")
    assert refused.value.fix


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-1-1", "20260101", "", "2026-01-01 ", "٢٠٢٦-٠١-٠١"]
)
def test_a_day_is_written_one_way(text: str) -> None:
    with pytest.raises(UsageError):
        parse_day(text, "from")


@given(PERIODS, st.sampled_from(Grain))
def test_buckets_cover_a_period_without_gap_and_each_day_is_in_one(
    period: Period, grain: Grain
) -> None:
    starts = list(buckets(period, grain))
    assert starts == sorted(set(starts))
    assert starts[0] == bucket(period.first, grain) <= period.first
    assert starts[-1] == bucket(period.last, grain) <= period.last
    assert len({bucket_name(day, grain) for day in starts}) == len(starts)


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert bucket_name(date(2027, 1, 1), Grain.WEEK) == "2026-W53"
    assert bucket_name(date(2024, 12, 30), Grain.WEEK) == "2025-W01"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("94.95", 1, "95.0"),
        ("0.125", 2, "0.13"),
        ("1.005", 2, "1.01"),
        ("99.949", 1, "99.9"),
    ],
)
def test_halves_round_away_from_zero(value: str, decimals: int, shown: str) -> None:
    assert str(half_up(Decimal(value), decimals)) == shown


@given(st.decimals(-10_000, 10_000, places=6), st.integers(0, 4))
def test_rounding_moves_by_at_most_half_a_step_and_is_symmetric(
    value: Decimal, decimals: int
) -> None:
    rounded = half_up(value, decimals)
    assert abs(rounded - value) * 2 <= Decimal(1).scaleb(-decimals)
    assert half_up(-value, decimals) == -rounded
    assert half_up(rounded, decimals) == rounded
