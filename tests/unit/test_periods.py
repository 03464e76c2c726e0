"""Named periods: what a page calls this month, and what like is compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import UsageError
from dashboard.core.periods import PRESETS, Window, appraisal_month, preset, window
from dashboard.core.values import Period, month_end
from tests.rows import text_table

SATURDAY = date(2026, 11, 21)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
STARTS = st.integers(1, 28)
NAMES = st.sampled_from(PRESETS) | st.integers(1, 400).map("rolling_{}".format)


def span(text: str) -> Period:
    return Period.parse(*text.split(".."))


def spans(found: Window) -> tuple[str, str, str]:
    return str(found.period), str(found.before), str(found.year_before)


MEANINGS = text_table("""
name                 | period                 | before                 | year_before
---------------------+------------------------+------------------------+-----------------------
today                | 2026-11-21..2026-11-21 | 2026-11-20..2026-11-20 | 2025-11-21..2025-11-21
yesterday            | 2026-11-20..2026-11-20 | 2026-11-19..2026-11-19 | 2025-11-20..2025-11-20
this_week            | 2026-11-16..2026-11-21 | 2026-11-09..2026-11-14 | 2025-11-17..2025-11-22
last_week            | 2026-11-09..2026-11-15 | 2026-11-02..2026-11-08 | 2025-11-10..2025-11-16
this_month           | 2026-11-01..2026-11-21 | 2026-10-01..2026-10-21 | 2025-11-01..2025-11-21
last_month           | 2026-10-01..2026-10-31 | 2026-09-01..2026-09-30 | 2025-10-01..2025-10-31
appraisal_month      | 2026-11-19..2026-11-21 | 2026-10-19..2026-10-21 | 2025-11-19..2025-11-21
last_appraisal_month | 2026-10-19..2026-11-18 | 2026-09-19..2026-10-18 | 2025-10-19..2025-11-18
this_quarter         | 2026-10-01..2026-11-21 | 2026-07-01..2026-08-21 | 2025-10-01..2025-11-21
last_quarter         | 2026-07-01..2026-09-30 | 2026-04-01..2026-06-30 | 2025-07-01..2025-09-30
year_to_date         | 2026-01-01..2026-11-21 | 2025-01-01..2025-11-21 | 2025-01-01..2025-11-21
last_year            | 2025-01-01..2025-12-31 | 2024-01-01..2024-12-31 | 2024-01-01..2024-12-31
rolling_7            | 2026-11-15..2026-11-21 | 2026-11-08..2026-11-14 | 2025-11-15..2025-11-21
rolling_30           | 2026-10-23..2026-11-21 | 2026-09-23..2026-10-22 | 2025-10-23..2025-11-21
rolling_12_months    | 2025-11-22..2026-11-21 | 2024-11-22..2025-11-21 | 2024-11-22..2025-11-21
""")


@pytest.mark.parametrize("said", MEANINGS, ids=lambda said: said["name"])
def test_what_a_name_means_where_appraisal_months_begin_on_the_19th(said: dict[str, str]) -> None:
    found = preset(said["name"], SATURDAY, starts_on=19)
    assert spans(found) == (said["period"], said["before"], said["year_before"])


@pytest.mark.parametrize(
    ("asked", "kind", "name", "period", "partial"),
    [
        ("month_2026-02", "month", "2026-02", "2026-02-01..2026-02-28", False),
        ("month_2026-11", "month", "2026-11", "2026-11-01..2026-11-21", True),
        ("appraisal_month_2026-11", "appraisal_month", "2026-11", "2026-10-19..2026-11-18", False),
        ("appraisal_month_2027-01", "appraisal_month", "2027-01", "2026-12-19..2027-01-18", False),
        ("quarter_2026-Q4", "quarter", "2026-Q4", "2026-10-01..2026-11-21", True),
        ("week_2026-W53", "week", "2026-W53", "2026-12-28..2027-01-03", False),
        ("year_2026", "year", "2026", "2026-01-01..2026-11-21", True),
        ("last_week", "week", "2026-W46", "2026-11-09..2026-11-15", False),
        ("last_appraisal_month", "appraisal_month", "2026-11", "2026-10-19..2026-11-18", False),
    ],
)
def test_units_have_names_that_stay_and_reach_as_far_as_today(
    asked: str, kind: str, name: str, period: str, *, partial: bool
) -> None:
    found = preset(asked, SATURDAY, starts_on=19)
    assert (found.kind, found.name, str(found.period)) == (kind, name, period)
    assert found.partial is partial


def test_the_first_of_a_month_is_compared_with_the_day_before_it() -> None:
    assert str(preset("today", date(2026, 11, 1)).before) == "2026-10-31..2026-10-31"


def test_rolling_months_follow_each_other_over_a_leap_day() -> None:
    found = preset("rolling_12_months", date(2024, 11, 21))
    assert (str(found.period), str(found.before)) == (
        "2023-11-22..2024-11-21", "2022-11-22..2023-11-21",
    )  # fmt: skip


def test_an_appraisal_month_that_begins_on_the_1st_is_the_month() -> None:
    found = preset("last_appraisal_month", SATURDAY)
    assert spans(found) == spans(preset("last_month", SATURDAY))


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("this_mont", "this_month"),
        ("rolling_0", "rolling_"),
        ("rolling_9999", "rolling_"),
        ("month_2026-13", "month"),
        ("week_2025-W53", "week"),
        ("year_0000", "year"),
        ("month_２０２６-11", "month"),
        ("", "known:"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError) as refused:
        preset(name, SATURDAY)
    assert name in refused.value.problem
    assert near in refused.value.fix


def test_two_days_that_are_an_appraisal_month_are_compared_as_one() -> None:
    october = span("2026-10-19..2026-11-18")
    assert str(window(october, 19).before) == "2026-09-19..2026-10-18"
    assert str(window(october).before) == "2026-09-18..2026-10-18"
    assert str(window(span("2026-11-01..2026-11-21"), 19).before) == "2026-10-01..2026-10-21"


@given(NAMES, DAYS, STARTS)
def test_what_is_compared_has_the_same_position_and_never_overlaps(
    name: str, today: date, starts_on: int
) -> None:
    found = preset(name, today, starts_on=starts_on)
    for other in (found.before, found.year_before):
        assert other.first < found.period.first
        if found.period.days <= 365:
            assert other.last < found.period.first
    if found.kind in ("days", "week"):
        assert found.before.days == found.period.days or name.endswith("_months")
    else:
        for other in (found.before, found.year_before):
            alike(found.period, other, starts_on if found.kind == "appraisal_month" else 1)
    if found.kind == "week":
        for other in (found.before, found.year_before):
            assert other.first.weekday() == 0
            assert other.days == found.period.days


def alike(period: Period, other: Period, starts_on: int) -> None:
    """Both begin with a month; they end on the same day of it, or both with it."""
    assert period.first.day == other.first.day == starts_on
    after, other_after = (one.last + timedelta(days=1) for one in (period, other))
    if after.day == starts_on:
        assert other_after.day == starts_on
    else:
        assert other.last.day == min(period.last.day, month_end(other.last).day)
    months = [
        (p.last.year - p.first.year) * 12 + p.last.month - p.first.month for p in (period, other)
    ]
    assert months[0] == months[1]


@given(NAMES, DAYS, STARTS)
def test_a_window_ends_today_at_the_latest_and_lies_in_its_whole(
    name: str, today: date, starts_on: int
) -> None:
    found = preset(name, today, starts_on=starts_on)
    assert found.period.last <= today
    assert found.whole.first == found.period.first
    assert found.period.last <= found.whole.last
    assert found.partial == (found.period != found.whole)


@given(DAYS, STARTS)
def test_appraisal_months_follow_each_other_without_gap(day: date, starts_on: int) -> None:
    found = appraisal_month(day, starts_on)
    assert found.period.first <= day <= found.period.last
    assert found.before.last + timedelta(days=1) == found.period.first
    assert appraisal_month(found.period.last, starts_on) == found
    assert found.period.first.day == starts_on
    assert found.name == f"{found.period.last:%Y-%m}"
    assert preset(f"appraisal_month_{found.name}", date.max, starts_on=starts_on) == found


@given(DAYS, st.integers(0, 800), STARTS)
def test_any_two_days_are_compared_with_days_before_them(
    first: date, length: int, starts_on: int
) -> None:
    found = window(Period(first, first + timedelta(days=length)), starts_on)
    assert found.before.last < found.period.first
    assert abs(found.before.days - found.period.days) <= 3
