"""`python -m benchmarks.clock`: a million deadlines in each unit, beside numpy's own day counting.

The minimum that anyone would write by hand is one `numpy.busday_offset` over a list of holidays: it
knows neither hours nor zones nor deferrals, so it is a floor and no rival.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Times, milliseconds
from dashboard.core.work_calendar import FIRST, WorkCalendar
from dashboard.core.working_clock import Dues, Limit, LimitUnit, Pauses, WorkingClock

CASES = 1_000_000
DEFERRED = 0.1
"""Share of cases that stood still for a while."""
RUNS = 5
DAYS = 5
MICROSECOND = np.timedelta64(1, "us")


@dataclass(frozen=True)
class Measured:
    name: str
    times: Times
    floor: float
    """Median milliseconds of the hand-written minimum."""

    def __str__(self) -> str:
        return (
            f"| {self.name} | {self.times.median / 1000:.2f} "
            f"| {CASES / self.times.median * 1000:,.0f} | {self.times.median / self.floor:.1f} |"
        )


def measure() -> list[Measured]:
    """
    Raises:
        AssertionError: The clock and numpy disagree on a day: then nothing is measured.
    """
    rng = np.random.default_rng(1)
    starts = _starts(rng)
    clock = WorkingClock(WorkCalendar())
    by_hand = _by_hand(clock, starts)
    found = clock.due_many(starts, [Limit(Decimal(DAYS), LimitUnit.WORK_DAYS_CIVIL)])
    if not (clock.days(found.at).astype("datetime64[D]") == by_hand()).all():
        raise AssertionError("the clock and numpy do not count the same days")
    floor = _times(by_hand).median
    return [
        Measured(name, _times(work), floor) for name, work in _questions(clock, starts, rng).items()
    ]


def _questions(
    clock: WorkingClock, starts: NDArray[np.datetime64], rng: np.random.Generator
) -> dict[str, Callable[[], object]]:
    limits = [Limit(Decimal(DAYS), unit) for unit in LimitUnit]
    which = rng.integers(0, len(limits), CASES)
    pauses = _pauses(starts, rng)

    def of(limit: Limit) -> Callable[[], Dues]:
        return lambda: clock.due_many(starts, [limit])

    return {
        **{f"{limit}": of(limit) for limit in limits},
        "all units mixed": lambda: clock.due_many(starts, limits, which),
        f"mixed, {DEFERRED:.0%} deferred": lambda: clock.due_many(starts, limits, which, pauses),
        "a new clock, then mixed": lambda: WorkingClock(WorkCalendar()).due_many(
            starts, limits, which
        ),
    }


def _by_hand(clock: WorkingClock, starts: NDArray[np.datetime64]) -> Callable[[], object]:
    """Days in, days out: a mask of no weekday at all, so that make-up days can be worked."""
    works = clock.calendar.works
    free = np.datetime64(FIRST, "D") + np.flatnonzero(~works)
    calendar = np.busdaycalendar(weekmask="1111111", holidays=free)
    days = clock.days(starts).astype("datetime64[D]")

    def count() -> NDArray[np.datetime64]:
        return np.busday_offset(days, DAYS, roll="preceding", busdaycal=calendar)

    return count


def _starts(rng: np.random.Generator) -> NDArray[np.datetime64]:
    first = datetime(2023, 1, 1, tzinfo=UTC)
    seconds = int(first.timestamp()) + rng.integers(0, 3 * 365 * 86_400, CASES)
    return seconds.astype("datetime64[s]").astype("datetime64[us]")


def _pauses(starts: NDArray[np.datetime64], rng: np.random.Generator) -> Pauses:
    rows = rng.choice(CASES, int(CASES * DEFERRED), replace=False)
    begins = starts[rows] + rng.integers(0, 5 * 86_400, len(rows)) * 1_000_000 * MICROSECOND
    ends = begins + rng.integers(0, 20 * 86_400, len(rows)) * 1_000_000 * MICROSECOND
    return Pauses(rows, begins, ends)


def _times(work: Callable[[], object]) -> Times:
    return Times(tuple(milliseconds(work) for _ in range(RUNS)))


def main() -> None:
    print("| a million deadlines | seconds | a second | × `busday_offset` |")
    print("|---|---:|---:|---:|")
    for one in measure():
        print(one)


if __name__ == "__main__":
    main()
