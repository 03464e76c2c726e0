"""How the time of a limit passes: four counters that turn instants into amounts and back.

A deadline is then always the same sum: what stood on the counter at the start, plus the limit, plus
what the counter ran on while the matter was deferred.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dashboard.core.work_calendar import FIRST, LAST, WorkCalendar
from dashboard.core.zone_offsets import DAY, SECOND, Micros, ZoneOffsets

BEYOND = np.iinfo(np.int64).max
"""Later than any calendar reaches."""

_FIRST = int(np.datetime64(FIRST, "D").astype(np.int64))
_LAST = int(np.datetime64(LAST, "D").astype(np.int64))


@dataclass(frozen=True)
class Slot:
    """Working hours of a day, seconds from midnight on the wall."""

    start: int
    end: int

    def __str__(self) -> str:
        edges = (divmod(second // 60, 60) for second in (self.start, self.end))
        return "-".join(f"{hour:02d}:{minute:02d}" for hour, minute in edges)


class Counter(Protocol):
    """Amounts are microseconds or days."""

    def count(self, instants: Micros) -> Micros:
        """What stands on it at these instants."""
        ...

    def instant(self, totals: Micros) -> Micros:
        """When it first shows these amounts; BEYOND where no calendar reaches."""
        ...

    def resumed(self, totals: Micros, at: Micros) -> Micros:
        """The amounts to wait for once the matter goes on at these instants."""
        ...


class Elapsed:
    """Nights and holidays included 紧急工作时."""

    def count(self, instants: Micros) -> Micros:
        return instants

    def instant(self, totals: Micros) -> Micros:
        return totals

    def resumed(self, totals: Micros, at: Micros) -> Micros:  # noqa: ARG002 - nothing rests
        return totals


@dataclass(frozen=True)
class OnTheWall:
    """Calendar days 自然日: the same time on the wall so many days later, whatever clocks do."""

    offsets: ZoneOffsets

    def count(self, instants: Micros) -> Micros:
        return self.offsets.wall(instants)

    def instant(self, totals: Micros) -> Micros:
        return self.offsets.utc(totals)

    def resumed(self, totals: Micros, at: Micros) -> Micros:  # noqa: ARG002 - nothing rests
        return totals


class InSlots:
    """Working hours 工作时: microseconds that really pass inside the slots of working days."""

    def __init__(
        self, calendar: WorkCalendar, slots: tuple[Slot, ...], offsets: ZoneOffsets
    ) -> None:
        days = (np.flatnonzero(calendar.works) + _FIRST) * DAY
        edges = np.array([edge for slot in slots for edge in (slot.start, slot.end)], np.int64)
        walls = (days[:, None] + edges * SECOND).ravel()
        # Where clocks are changed inside a slot, its end may come before its beginning.
        instants = np.maximum.accumulate(offsets.utc(walls))
        self._starts, ends = instants[::2], instants[1::2]
        self._after = np.cumsum(ends - self._starts)
        self._before = self._after - (ends - self._starts)

    def count(self, instants: Micros) -> Micros:
        at = np.maximum(np.searchsorted(self._starts, instants, side="right") - 1, 0)
        inside = np.maximum(instants - self._starts[at], 0)
        return np.asarray(np.minimum(self._before[at] + inside, self._after[at]))

    def instant(self, totals: Micros) -> Micros:
        at = np.searchsorted(self._after, totals)
        known = np.minimum(at, len(self._after) - 1)
        instants = self._starts[known] + totals - self._before[known]
        return np.where(at < len(self._after), instants, BEYOND)

    def resumed(self, totals: Micros, at: Micros) -> Micros:  # noqa: ARG002 - some time is left
        return totals


class CivilDays:
    """Working days by the civil code: the day of the start does not count, and the last one ends
    with its last second (民法典 arts. 201 to 203).
    """

    def __init__(self, calendar: WorkCalendar, offsets: ZoneOffsets) -> None:
        self._offsets = offsets
        self._works = calendar.works
        self._upto = np.cumsum(calendar.works)
        self._workdays = np.flatnonzero(calendar.works) + _FIRST

    def count(self, instants: Micros) -> Micros:
        return np.asarray(self._upto[self._day(instants)])

    def instant(self, totals: Micros) -> Micros:
        known = np.clip(totals - 1, 0, len(self._workdays) - 1)
        ends = self._offsets.utc((self._workdays[known] + 1) * DAY) - SECOND
        return np.where(totals <= len(self._workdays), ends, BEYOND)

    def resumed(self, totals: Micros, at: Micros) -> Micros:
        """Deferred on its last day, a matter has at least the first working day from then on."""
        rests = ~self._works[self._day(at)]
        least = self.count(at) + rests
        return np.maximum(totals, least)

    def _day(self, instants: Micros) -> Micros:
        return np.clip(self._offsets.wall(instants) // DAY, _FIRST, _LAST) - _FIRST
