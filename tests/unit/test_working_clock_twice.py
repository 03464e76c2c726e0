"""The vectorised clock against one that walks: a million random limits, to the second."""

import time as timing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.core.work_calendar import WorkCalendar
from dashboard.core.working_clock import Limit, LimitUnit, Pauses, Slot, WorkingClock
from tests.slow_clock import SlowClock, Span

CASES = 250_000
"""In each of four cities."""

YEARS = (2022, 2028)
PAUSED = 0.35
SUNDAYS = {
    date(2022, 1, 2) + timedelta(weeks=n): True for n in range(7 * 53) if n % 3 or n % 2
}  # worked, so that clocks are changed in working hours


@dataclass(frozen=True)
class Place:
    zone: str
    hours: tuple[tuple[time, time], ...]
    calendar: WorkCalendar
    works: Callable[[date], bool]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(_second(a), _second(b) or 86_400) for a, b in self.hours)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60


def works_in_china(day: date) -> bool:
    """The notices where there are any; 2027 and 2028 have weekends and fixed holidays."""
    if day.year <= 2026:
        return bool(chinese_calendar.is_workday(day))
    fixed = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
    return day.weekday() < 5 and (day.month, day.day) not in fixed


def works_on_some_sundays(day: date) -> bool:
    return day.weekday() < 5 or day in SUNDAYS


OFFICE = ((time(8), time(12)), (time(14), time(18)))
ODD = ((time(9, 15), time(11, 40)), (time(13), time(13, 5)), (time(20), time(0)))
NIGHT = ((time(0), time(1, 30)), (time(1, 45), time(2, 20)), (time(2, 20), time(6)))
PLACES = {
    "Shanghai": Place("Asia/Shanghai", OFFICE, WorkCalendar(), works_in_china),
    "Chongqing at odd hours": Place("Asia/Shanghai", ODD, WorkCalendar(), works_in_china),
    "New York by night": Place(
        "America/New_York", NIGHT, WorkCalendar("none", SUNDAYS), works_on_some_sundays
    ),
    "Lord Howe by night": Place(
        "Australia/Lord_Howe", NIGHT, WorkCalendar("none", SUNDAYS), works_on_some_sundays
    ),
}
LIMITS = [
    *(Limit(Decimal(n), LimitUnit.URGENT_HOURS) for n in ("0.5", "2", "24")),
    *(Limit(Decimal(n), LimitUnit.WORK_HOURS) for n in ("0.25", "2", "4", "36")),
    *(Limit(Decimal(n), LimitUnit.WORK_DAYS_BY_SLOTS) for n in ("0.5", "1", "2", "5", "15")),
    *(Limit(Decimal(n), LimitUnit.WORK_DAYS_CIVIL) for n in (1, 2, 3, 5, 15)),
    *(Limit(Decimal(n), LimitUnit.DAYS) for n in (1, 7, 15)),
]


@pytest.mark.parametrize("name", PLACES)
def test_a_million_deadlines_are_those_that_walking_finds(name: str) -> None:
    place = PLACES[name]
    rng = np.random.default_rng([ord(letter) for letter in name])
    starts = _random_seconds(rng, CASES)
    which = rng.integers(0, len(LIMITS), CASES)
    rows = np.sort(rng.choice(CASES, int(CASES * PAUSED)))
    begins = starts[rows] + _few(rng, len(rows), days=12) - 86_400
    ends = begins + _few(rng, len(rows), days=10)
    clock = WorkingClock(place.calendar, place.slots, ZoneInfo(place.zone))
    pauses = Pauses(rows, _instants(begins), _instants(ends))
    found = clock.due_many(_instants(starts), LIMITS, which, pauses)
    quick = found.at.astype("datetime64[s]").astype(np.int64).tolist()
    slow = SlowClock(place.works, place.hours, ZoneInfo(place.zone), YEARS)
    by_row = _by_row(starts, rows, begins, ends)
    for case, (start, limit, due) in enumerate(zip(starts.tolist(), which, quick, strict=True)):
        expected = walked(slow, start, LIMITS[limit], by_row.get(case, ()))
        assert due == expected, (
            f"{place.zone}: {LIMITS[limit]} from {start}, paused {by_row.get(case, ())}: "
            f"{due} is not {expected}"
        )


def walked(clock: SlowClock, start: int, limit: Limit, pauses: tuple[Span, ...]) -> int:
    number = limit.number
    match limit.unit:
        case LimitUnit.URGENT_HOURS:
            return clock.elapsed(start, int(number * 3600), pauses)
        case LimitUnit.WORK_HOURS:
            return clock.working(start, int(number * 3600), pauses)
        case LimitUnit.WORK_DAYS_BY_SLOTS:
            return clock.working(start, int(number * clock.day_seconds), pauses)
        case LimitUnit.WORK_DAYS_CIVIL:
            return clock.civil(start, int(number), pauses)
    return clock.on_the_wall(start, int(number), pauses)


def _by_row(
    starts: NDArray[np.int64], rows: NDArray[np.intp], *edges: NDArray[np.int64]
) -> dict[int, tuple[Span, ...]]:
    """What of the pauses lies after the start, in order, none over another."""
    found: dict[int, list[Span]] = {}
    spans = sorted(zip(rows.tolist(), *(edge.tolist() for edge in edges), strict=True))
    for row, begin, end in spans:
        own = found.setdefault(row, [])
        first = max(begin, own[-1][1] if own else int(starts[row]))
        if first < end:
            own.append((first, end))
    return {row: tuple(own) for row, own in found.items()}


def _random_seconds(rng: np.random.Generator, size: int) -> NDArray[np.int64]:
    """Any second of four years; every third one near an edge of working hours or of the day."""
    first = np.datetime64("2023-01-01", "s").astype(np.int64)
    any_second = rng.integers(0, 4 * 365 * 86_400, size)
    on_the_hour = any_second // 1800 * 1800 + rng.integers(-1, 2, size)
    return np.asarray(first + np.where(rng.random(size) < 1 / 3, on_the_hour, any_second))


def _few(rng: np.random.Generator, size: int, *, days: int) -> NDArray[np.int64]:
    """Mostly short, now and then to the full hour."""
    seconds = (rng.random(size) ** 2 * days * 86_400).astype(np.int64)
    return np.where(rng.random(size) < 0.3, seconds // 3600 * 3600, seconds)


def _instants(seconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return seconds.astype("datetime64[s]").astype("datetime64[us]")


def test_a_million_deadlines_take_seconds() -> None:
    rng = np.random.default_rng(7)
    starts = _instants(_random_seconds(rng, 1_000_000))
    which = rng.integers(0, len(LIMITS), len(starts))
    clock = WorkingClock(WorkCalendar())
    clock.due_many(starts[:1], LIMITS)
    begun = timing.perf_counter()
    clock.due_many(starts, LIMITS, which)
    assert timing.perf_counter() - begun < 5
