"""Limits in hours and days, working or not: when they end, what holds them up, what remains."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.work_calendar import WorkCalendar
from dashboard.core.working_clock import Limit, LimitUnit, Slot, WorkingClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
CLOCK = WorkingClock(WorkCalendar())
URGENT, HOURS, SLOTS, CIVIL, DAYS = LimitUnit


def limit(number: int | str, unit: LimitUnit) -> Limit:
    return Limit(Decimal(number), unit)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def due(start: str, number: int | str, unit: LimitUnit, *pauses: tuple[str, str | None]) -> str:
    spans = [(at(begin), at(end) if end else None) for begin, end in pauses]
    found = CLOCK.due(at(start), limit(number, unit), spans).at
    return found.astimezone(SHANGHAI).isoformat(" ")[:19] if found else ""


PRINTED = [
    ("2025-09-30 23:10", 2, URGENT, "2025-10-01 01:10:00"),
    ("2025-09-30 16:30", 4, HOURS, "2025-10-09 10:30:00"),
    ("2026-03-07 21:00", 4, HOURS, "2026-03-09 12:00:00"),  # a Saturday night
    ("2026-02-13 17:00", 2, HOURS, "2026-02-14 09:00:00"),  # a Saturday made up for
    ("2026-02-13 17:00", 1, SLOTS, "2026-02-14 17:00:00"),
    ("2026-02-13 17:00", 1, CIVIL, "2026-02-14 23:59:59"),
    ("2026-02-13 17:00", 2, SLOTS, "2026-02-24 17:00:00"),
    ("2026-02-13 17:00", 2, CIVIL, "2026-02-24 23:59:59"),
    ("2025-09-30 16:30", 5, SLOTS, "2025-10-14 16:30:00"),
    ("2025-09-30 16:30", 5, CIVIL, "2025-10-14 23:59:59"),
    ("2024-02-08 10:00", 3, CIVIL, "2024-02-19 23:59:59"),
    ("2026-09-24 09:00", 15, CIVIL, "2026-10-22 23:59:59"),
    ("2025-01-20 09:00", 15, CIVIL, "2025-02-14 23:59:59"),
    ("2026-09-29 09:00", 7, DAYS, "2026-10-06 09:00:00"),
]


@pytest.mark.parametrize(("start", "number", "unit", "expected"), PRINTED)
def test_a_limit_ends_where_it_was_worked_out_by_hand(
    start: str, number: int, unit: LimitUnit, expected: str
) -> None:
    assert due(start, number, unit) == expected


@pytest.mark.parametrize(("start", "number", "unit", "expected"), PRINTED)
def test_of_an_array_each_limit_ends_where_it_ends_alone(
    start: str, number: int, unit: LimitUnit, expected: str
) -> None:
    starts = np.array([at(text).astimezone(UTC).replace(tzinfo=None) for text, *_ in PRINTED])
    limits = [limit(number, unit) for _, number, unit, _ in PRINTED]
    found = CLOCK.due_many(starts.astype("datetime64[us]"), limits, np.arange(len(limits)))
    place = PRINTED.index((start, number, unit, expected))
    ends = found.at[place].astype(datetime).replace(tzinfo=UTC).astimezone(SHANGHAI)
    assert ends.isoformat(" ")[:19] == expected


def test_seconds_and_their_parts_are_kept() -> None:
    assert due("2026-03-09 11:59:58", "0.001", HOURS) == "2026-03-09 14:00:01"
    start = at("2026-03-09 09:00:00.123457")
    assert CLOCK.due(start, limit(1, HOURS)).at == start + timedelta(hours=1)


def test_rows_that_have_no_start_or_no_limit_have_no_deadline() -> None:
    starts = np.array(["NaT", "2026-03-09T01:00"], "datetime64[us]")
    found = CLOCK.due_many(starts, [limit(1, HOURS)], np.array([0, -1]))
    assert np.isnat(found.at).all()
    assert not found.provisional.any()


# --- what holds a limit up


def test_deferred_working_time_is_added_and_no_more_than_that() -> None:
    """Eight hours from Thursday: one is used on Thursday, three on Friday, four on Monday."""
    paused = ("2026-03-12 11:00", "2026-03-13 15:00")
    assert due("2026-03-12 10:00", 8, HOURS, paused) == "2026-03-16 12:00:00"


def test_a_pause_outside_working_hours_moves_nothing() -> None:
    """A deferral over the whole National Day week."""
    paused = ("2025-09-30 18:00", "2025-10-09 08:00")
    assert due("2025-09-30 16:30", 4, HOURS, paused) == due("2025-09-30 16:30", 4, HOURS)


def test_urgent_hours_stand_still_at_night_too_while_deferred() -> None:
    paused = ("2025-09-30 23:40", "2025-10-01 06:00")
    assert due("2025-09-30 23:10", 2, URGENT, paused) == "2025-10-01 07:30:00"


def test_deferred_days_keep_the_time_on_the_wall() -> None:
    paused = ("2026-09-30 12:00", "2026-10-02 12:00")
    assert due("2026-09-29 09:00", 7, DAYS, paused) == "2026-10-08 09:00:00"


def test_of_civil_days_those_after_deferral_up_to_resumption_do_not_count() -> None:
    """Filed Monday, 3 days; deferred Tuesday to Thursday: Tuesday counts, Friday and Monday do."""
    paused = ("2026-03-10 09:00", "2026-03-12 17:00")
    assert due("2026-03-09 10:00", 3, CIVIL, paused) == "2026-03-16 23:59:59"


@pytest.mark.parametrize(
    ("resumed", "expected"),
    [
        ("2026-03-10 15:00", "2026-03-10 23:59:59"),  # the same day
        ("2026-03-12 08:00", "2026-03-12 23:59:59"),
        ("2026-03-14 08:00", "2026-03-16 23:59:59"),  # a Saturday
    ],
)
def test_deferred_on_its_last_civil_day_a_case_gets_the_day_it_goes_on(
    resumed: str, expected: str
) -> None:
    assert due("2026-03-09 10:00", 1, CIVIL, ("2026-03-10 09:00", resumed)) == expected


@pytest.mark.parametrize("unit", LimitUnit)
def test_deferred_without_an_end_there_is_no_deadline(unit: LimitUnit) -> None:
    assert due("2026-03-09 10:00", 1, unit, ("2026-03-09 10:30", None)) == ""


@pytest.mark.parametrize("unit", LimitUnit)
def test_a_pause_after_the_deadline_comes_too_late(unit: LimitUnit) -> None:
    late = ("2026-03-20 09:00", "2026-03-30 09:00")
    assert due("2026-03-09 10:00", 2, unit, late) == due("2026-03-09 10:00", 2, unit)
    assert due("2026-03-09 10:00", 2, unit, (late[0], None)) == due("2026-03-09 10:00", 2, unit)


def test_overlapping_pauses_count_once_in_any_order() -> None:
    parts = [("2026-03-10 09:00", "2026-03-12 10:00"), ("2026-03-11 09:00", "2026-03-13 16:00")]
    whole = ("2026-03-10 09:00", "2026-03-13 16:00")
    for unit in LimitUnit:
        expected = due("2026-03-09 10:00", 5, unit, whole)
        assert due("2026-03-09 10:00", 5, unit, *parts) == expected
        assert due("2026-03-09 10:00", 5, unit, *reversed(parts)) == expected


# --- years, zones


def test_over_the_end_of_a_year_the_clock_runs_on() -> None:
    assert due("2025-12-31 17:00", 2, HOURS) == "2026-01-04 09:00:00"  # a Sunday made up for
    assert due("2024-12-31 17:00", 1, CIVIL) == "2025-01-02 23:59:59"


@pytest.mark.parametrize(
    ("start", "number", "unit", "expected"),
    [
        ("2026-12-30 09:00", 1, SLOTS, "final"),
        ("2026-12-31 17:00", 2, HOURS, "provisional"),
        ("2026-12-30 09:00", 1, CIVIL, "final"),
        ("2026-12-31 09:00", 1, CIVIL, "provisional"),
        ("2026-12-31 23:00", 4, URGENT, "final"),
        ("2026-12-31 09:00", 30, DAYS, "final"),
        ("2027-06-01 09:00", 1, HOURS, "provisional"),
    ],
)
def test_a_deadline_is_provisional_where_a_calendar_to_come_can_move_it(
    start: str, number: int, unit: LimitUnit, expected: str
) -> None:
    found = CLOCK.due(at(start), limit(number, unit))
    assert found.provisional is (expected == "provisional")


def test_a_pause_into_an_unpublished_year_makes_a_deadline_provisional() -> None:
    pause = [(at("2026-12-28 09:00"), at("2027-01-11 09:00"))]
    assert CLOCK.due(at("2026-12-28 08:00"), limit(8, HOURS), pause).provisional


def test_a_published_year_makes_it_final_and_moves_it() -> None:
    """As if the notice freed Monday 4 January 2027."""
    calendar = WorkCalendar(own={date(2027, 1, 4): False}, filled=frozenset({2027}))
    before = CLOCK.due(at("2026-12-31 17:00"), limit(1, SLOTS))
    after = WorkingClock(calendar).due(at("2026-12-31 17:00"), limit(1, SLOTS))
    assert (before.at, before.provisional) == (at("2027-01-04 17:00"), True)
    assert (after.at, after.provisional) == (at("2027-01-05 17:00"), False)


def test_when_clocks_are_changed_working_hours_are_those_that_pass() -> None:
    """Night shift from Saturday 8 to Sunday 9 March 2025: 02:00 to 03:00 does not exist."""
    calendar = WorkCalendar("none", {date(2025, 3, 9): True, date(2025, 11, 2): True})
    clock = WorkingClock(calendar, (Slot(0, 6 * 3600),), NEW_YORK)
    spring = clock.due(at("2025-03-09 00:00", NEW_YORK), limit(4, HOURS)).at
    autumn = clock.due(at("2025-11-02 00:00", NEW_YORK), limit(4, HOURS)).at
    assert spring == at("2025-03-09 05:00", NEW_YORK)
    assert autumn == at("2025-11-02 03:00", NEW_YORK)


def test_when_clocks_are_changed_days_keep_the_hour_and_hours_do_not() -> None:
    clock = WorkingClock(WorkCalendar("none"), zone=NEW_YORK)
    start = at("2025-03-08 09:00", NEW_YORK)
    assert clock.due(start, limit(1, DAYS)).at == at("2025-03-09 09:00", NEW_YORK)
    assert clock.due(start, limit(24, URGENT)).at == at("2025-03-09 10:00", NEW_YORK)
    assert clock.due(start, limit(1, CIVIL)).at == at("2025-03-10 23:59:59", NEW_YORK)


def test_a_working_day_by_slots_is_as_long_as_its_slots() -> None:
    clock = WorkingClock(WorkCalendar(), (Slot(9 * 3600, 12 * 3600), Slot(13 * 3600, 17 * 3600)))
    assert clock.due(at("2026-03-09 10:00"), limit(2, SLOTS)).at == at("2026-03-11 10:00")


# --- what remains


def test_remaining_time_is_working_time_and_negative_when_over() -> None:
    deadline = at("2026-03-16 10:00")  # a Monday
    assert CLOCK.remaining(at("2026-03-13 17:00"), deadline) == timedelta(hours=3)
    assert CLOCK.remaining(deadline, deadline) == timedelta()
    assert CLOCK.remaining(at("2026-03-17 09:00"), deadline) == -timedelta(hours=7)
    assert CLOCK.remaining(at("2026-03-13 17:00"), deadline, URGENT) == timedelta(days=2, hours=17)


def test_due_within_four_working_hours_on_a_friday_reaches_into_monday() -> None:
    assert CLOCK.within(at("2026-03-13 17:00"), 4) == at("2026-03-16 11:00")
    assert CLOCK.within(at("2026-03-13 12:30"), 0) == at("2026-03-13 12:30")


@pytest.mark.parametrize(
    ("number", "unit"), [("-1", DAYS), ("1.5", CIVIL)], ids=["negative", "half a civil day"]
)
def test_what_no_rule_can_mean_is_no_limit(number: str, unit: LimitUnit) -> None:
    with pytest.raises(ValueError, match="no limit"):
        limit(number, unit)


def test_what_no_calendar_reaches_is_no_deadline() -> None:
    assert CLOCK.due(at("2299-12-30 09:00"), limit(900, CIVIL)).at is None
    assert CLOCK.due(at("2299-12-30 09:00"), limit(99_999_999_999, URGENT)).at is None


# --- laws

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda wall: wall.replace(microsecond=0, tzinfo=SHANGHAI)
)
SPANS = st.tuples(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=60))).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@given(INSTANTS, st.integers(1, 400))
def test_working_time_up_to_a_deadline_is_the_limit(start: datetime, hours: int) -> None:
    found = CLOCK.within(start, hours)
    assert CLOCK.working_seconds(start, found) == hours * 3600
    assert CLOCK.working_seconds(found, start) == -hours * 3600


@given(INSTANTS, st.sampled_from(LimitUnit), st.integers(1, 30), st.lists(SPANS, max_size=4))
def test_a_pause_never_brings_a_deadline_forward(
    start: datetime, unit: LimitUnit, number: int, pauses: list[tuple[datetime, datetime]]
) -> None:
    plain = CLOCK.due(start, limit(number, unit)).at
    paused = CLOCK.due(start, limit(number, unit), pauses).at
    assert plain is not None
    assert paused is not None
    assert start < plain <= paused


@given(INSTANTS, INSTANTS, st.sampled_from(LimitUnit), st.integers(1, 30))
def test_who_starts_later_is_never_due_earlier(
    one: datetime, other: datetime, unit: LimitUnit, number: int
) -> None:
    first, second = sorted((one, other))
    early = CLOCK.due(first, limit(number, unit)).at
    late = CLOCK.due(second, limit(number, unit)).at
    assert early is not None
    assert late is not None
    assert early <= late
