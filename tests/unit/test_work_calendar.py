"""Working days: as the State Council published them, and as a city fills them in."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.work_calendar import FIRST, LAST, WorkCalendar

NATIONAL = WorkCalendar()


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize(
    ("year", "months"),
    [
        (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ],
)
def test_the_working_days_of_each_month_are_those_published(year: int, months: list[int]) -> None:
    counted = [0] * 12
    for day in days_of(year):
        counted[day.month - 1] += NATIONAL.is_workday(day)
    assert counted == months


MADE_UP = {
    2024: ("02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"),
    2025: ("01-26", "02-08", "04-27", "09-28", "10-11"),
    2026: ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10"),
}


@pytest.mark.parametrize("year", MADE_UP)
def test_exactly_the_make_up_days_are_worked_weekends(year: int) -> None:
    worked = [day for day in days_of(year) if day.weekday() >= 5 and NATIONAL.is_workday(day)]
    assert tuple(f"{day:%m-%d}" for day in worked) == MADE_UP[year]


def test_new_years_eve_was_worked_in_2024_and_free_since() -> None:
    eves = (date(2024, 2, 9), date(2025, 1, 28), date(2026, 2, 16))
    assert [NATIONAL.is_workday(eve) for eve in eves] == [True, False, False]


def test_a_year_not_published_has_weekends_and_fixed_holidays_and_says_so() -> None:
    assert not NATIONAL.published(2027)
    free = [day for day in days_of(2027) if day.weekday() < 5 and not NATIONAL.is_workday(day)]
    assert [(day.month, day.day) for day in free] == [(1, 1), (10, 1)]
    assert not NATIONAL.is_workday(date(2027, 5, 1))
    assert not any(NATIONAL.is_workday(day) for day in days_of(2027) if day.weekday() >= 5)
    assert not any(NATIONAL.settled(day) for day in days_of(2027))


def test_a_pack_can_settle_a_year_and_change_any_day() -> None:
    own = {date(2027, 2, 8): False, date(2027, 1, 30): True, date(2026, 11, 20): False}
    calendar = WorkCalendar(own=own, filled=frozenset({2027}))
    assert calendar.published(2027)
    assert [calendar.is_workday(day) for day in own] == list(own.values())
    assert all(calendar.settled(day) for day in own)
    assert not calendar.is_workday(date(2027, 10, 1))


def test_rows_of_a_year_alone_do_not_settle_it() -> None:
    calendar = WorkCalendar(own={date(2027, 2, 8): False})
    assert not calendar.is_workday(date(2027, 2, 8))
    assert not calendar.published(2027)


def test_outside_china_weekends_and_the_packs_own_days_are_all() -> None:
    calendar = WorkCalendar("none", {date(2026, 11, 26): False})
    assert calendar.published(2027)
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 11, 26))
    assert not calendar.is_workday(date(2026, 2, 14))
    assert calendar.settled(date(2027, 3, 1))


def test_the_next_notice_can_still_move_the_end_of_a_december() -> None:
    """1 January 2030 is a Tuesday: the Monday before may become free, as in 2018."""
    calendar = WorkCalendar(filled=frozenset({2026, 2027, 2028, 2029}))
    assert not calendar.settled(date(2029, 12, 31))
    assert calendar.settled(date(2029, 12, 24))


def test_beside_a_weekend_new_year_moves_no_day_of_december() -> None:
    """1 January 2027 is a Friday."""
    assert NATIONAL.settled(date(2026, 12, 31))


@given(st.dates(FIRST, LAST))
def test_a_day_is_unsettled_only_where_its_year_or_the_next_is_not_published(day: date) -> None:
    if NATIONAL.settled(day):
        assert NATIONAL.published(day.year)
    else:
        assert not NATIONAL.published(day.year) or not NATIONAL.published(day.year + 1)


def test_no_calendar_reaches_beyond_its_years() -> None:
    with pytest.raises(ValueError, match="no calendar"):
        NATIONAL.is_workday(LAST + timedelta(days=1))


def test_another_day_or_another_word_on_a_year_is_another_digest() -> None:
    own = {date(2027, 2, 8): False}
    digests = {
        NATIONAL.digest,
        WorkCalendar(own=own).digest,
        WorkCalendar(own=own, filled=frozenset({2027})).digest,
        WorkCalendar("none").digest,
    }
    assert len(digests) == 4
    assert WorkCalendar().digest == NATIONAL.digest
