"""Time limits of cases: how long a unit has for signing, for handling, and until a case is closed.

A hotline ticket has one deadline. A grid event has two: the limit for disposal, and the deadline of
the case, which leaves time for the check on the spot.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.conditions import Conditions
from dashboard.demo.lives import Codes, Dues, Flags
from dashboard.demo.rhythm import DAY, HOUR, MINUTE, Seconds, WorkingCalendar

CHECK = {"h": 1.0, "w": 2.0, "d": 0.5}
"""Added to the limit for disposal, in its own unit, for the check before closing."""
WORKING_DAY = 8 * HOUR


@dataclass(frozen=True)
class Limits:
    """Handling limits, one a case."""

    count: Codes
    unit: NDArray[np.str_]

    @classmethod
    def of(cls, conditions: Conditions, chosen: Codes) -> "Limits":
        return cls(conditions.count[chosen], conditions.unit[chosen])

    @cached_property
    def in_days(self) -> Flags:
        return np.asarray(self.unit == "d")

    @cached_property
    def in_hours(self) -> Flags:
        return np.asarray(self.unit == "h")

    @cached_property
    def urgency(self) -> Codes:
        """0 normal, 1 urgent, 2 emergency."""
        at_once = self.in_hours & (self.count <= 2)
        return np.asarray(np.select([at_once, ~self.in_days], [2, 1], 0))

    @cached_property
    def extension(self) -> Codes:
        """Working days that one extension gives to a limit in days."""
        return extension_of(self.count)

    @cached_property
    def signing(self) -> Seconds:
        """How long a unit has for signing."""
        return np.asarray(np.where(self.in_days, 2 * HOUR, 30 * MINUTE))


def extension_of(days: Codes | int) -> Codes:
    count = np.asarray(days)
    return np.asarray(np.select([count <= 2, count <= 5, count <= 7], [1, 2, 3], 5))


@dataclass(frozen=True)
class Deadlines:
    calendar: WorkingCalendar
    hotline: bool

    def of(self, start: Seconds, limits: Limits) -> Dues:
        """Hotline days end at 18:00 of the last working day; grid days are eight working hours."""
        if not self.hotline:
            return Dues(
                self._by_slots(start, limits, extra=False),
                self._by_slots(start, limits, extra=True),
            )
        count = limits.count
        day = self.calendar.after(start // DAY, count) * DAY + 18 * HOUR
        hours = self.calendar.add_work(start, count * HOUR)
        due = np.select([limits.in_hours, limits.in_days], [start + count * HOUR, day], hours)
        return Dues(due, due)

    def extended(self, dues: Dues, limits: Limits) -> Dues:
        """What one extension gives; only limits in days are ever extended."""
        if self.hotline:
            return self._days_later(dues, limits.extension)
        return self._work_later(dues, limits.extension * WORKING_DAY)

    def paused(self, dues: Dues, begins: Seconds, ends: Seconds) -> Dues:
        """The clock stood still between two instants."""
        if self.hotline:
            days = self.calendar.workdays_to(ends // DAY) - self.calendar.workdays_to(begins // DAY)
            return self._days_later(dues, days)
        return self._work_later(dues, self.calendar.worked(ends) - self.calendar.worked(begins))

    def _days_later(self, dues: Dues, days: Codes) -> Dues:
        day = self.calendar.after(dues.closing // DAY, days)
        due = day * DAY + 18 * HOUR
        return Dues(due, due)

    def _work_later(self, dues: Dues, seconds: Seconds) -> Dues:
        add = self.calendar.add_work
        return Dues(add(dues.disposal, seconds), add(dues.closing, seconds))

    def _by_slots(self, start: Seconds, limits: Limits, *, extra: bool) -> Seconds:
        units = np.select([limits.in_hours, limits.in_days], [HOUR, WORKING_DAY], HOUR)
        more = np.select([limits.in_hours, limits.in_days], [CHECK["h"], CHECK["d"]], CHECK["w"])
        seconds = ((limits.count + extra * more) * units).astype(np.int64)
        work = self.calendar.add_work(start, seconds)
        return np.asarray(np.where(limits.in_hours, start + seconds, work))
