"""When a time limit ends, in each of the units in which limits are written, to the second.

Instants are aware, or UTC in arrays. A `Limit` runs from its start, stands still while the matter
is deferred 挂账 / 缓办, and ends at the instant `Due.at`: what is done then is still on time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dashboard.core.counting import BEYOND, CivilDays, Counter, Elapsed, InSlots, OnTheWall, Slot
from dashboard.core.work_calendar import FIRST, LAST, Flags, WorkCalendar
from dashboard.core.zone_offsets import DAY, SECOND, Micros, offsets_of

__all__ = [
    "SLOTS", "Due", "Dues", "Limit", "LimitUnit", "Pauses", "Slot", "WorkingClock",
]  # fmt: skip

Instants = NDArray[np.datetime64]
"""UTC, in microseconds; NaT where there is none."""
Places = NDArray[np.intp]

SLOTS = (Slot(8 * 3600, 12 * 3600), Slot(14 * 3600, 18 * 3600))
NEVER = np.datetime64("NaT", "us")
_FIRST_DAY = int(np.datetime64(FIRST, "D").astype(np.int64))
_LAST_DAY = int(np.datetime64(LAST, "D").astype(np.int64))
_END = _LAST_DAY * DAY


class LimitUnit(StrEnum):
    URGENT_HOURS = "urgent_hours"
    WORK_HOURS = "work_hours"
    WORK_DAYS_BY_SLOTS = "work_days_by_slots"
    WORK_DAYS_CIVIL = "work_days_civil"
    DAYS = "days"

    @property
    def by_calendar(self) -> bool:
        """Whether it depends on which days are worked."""
        return self not in (LimitUnit.URGENT_HOURS, LimitUnit.DAYS)


@dataclass(frozen=True)
class Limit:
    """Urgent hours 紧急工作时 pass day and night; a working day 工作日 by slots is all the slots of
    one day, eight hours as a rule; days 自然日 keep the time on the wall. Civil working days are
    whole, all else may have decimals.
    """

    number: Decimal
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.number < 0 or (self.unit is LimitUnit.WORK_DAYS_CIVIL and self.number % 1):
            raise ValueError(f"no limit: {self}")

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


@dataclass(frozen=True)
class Due:
    """`at` is None while the matter is deferred without an end, or where no calendar reaches.
    `provisional`: it depends on days that a calendar to come may change.
    """

    at: datetime | None
    provisional: bool = False


@dataclass(frozen=True)
class Dues:
    at: Instants
    provisional: Flags

    @staticmethod
    def none(size: int) -> "Dues":
        return Dues(np.full(size, NEVER), np.zeros(size, np.bool_))


@dataclass(frozen=True)
class Pauses:
    """Spans in which limits stand still, in any order: whose (a position), from when, until when.

    An `ends` of NaT is a pause that has not ended.
    """

    rows: Places
    begins: Instants
    ends: Instants

    def of(self, chosen: Places, size: int) -> "Pauses":
        """Those of some rows, which are then counted from 0."""
        new = np.full(size, -1, np.intp)
        new[chosen] = np.arange(len(chosen))
        rows = new[self.rows]
        kept = rows >= 0
        return Pauses(rows[kept], self.begins[kept], self.ends[kept])

    def rounds(self) -> Iterator[Places]:
        """Positions in these arrays: the first pause of every row, then the second of each …"""
        if not len(self.rows):
            return
        order = np.lexsort((self.begins, self.rows))
        rows = self.rows[order]
        firsts = np.searchsorted(rows, rows)
        rank = np.arange(len(rows)) - firsts
        by_rank = order[np.argsort(rank, kind="stable")]
        yield from np.split(by_rank, np.cumsum(np.bincount(rank))[:-1])


NO_PAUSES = Pauses(
    np.empty(0, np.intp), np.empty(0, "datetime64[us]"), np.empty(0, "datetime64[us]")
)


class WorkingClock:
    """The clock of one city."""

    def __init__(
        self, calendar: WorkCalendar, slots: tuple[Slot, ...] = SLOTS, zone: ZoneInfo | None = None
    ) -> None:
        self.calendar = calendar
        self.slots = slots
        self.zone = zone or ZoneInfo("Asia/Shanghai")

    def due(
        self,
        start: datetime,
        limit: Limit,
        pauses: Sequence[tuple[datetime, datetime | None]] = (),
    ) -> Due:
        """
        Args:
            pauses: From when until when the matter was deferred; None where it still is.
        """
        spans = Pauses(
            np.zeros(len(pauses), np.intp),
            _array([begin for begin, _ in pauses]),
            _array([end for _, end in pauses]),
        )
        found = self.due_many(_array([start]), [limit], pauses=spans)
        at = found.at[0]
        return Due(None if np.isnat(at) else _aware(at), bool(found.provisional[0]))

    def due_many(
        self,
        starts: Instants,
        limits: Sequence[Limit],
        which: Places | None = None,
        pauses: Pauses = NO_PAUSES,
    ) -> Dues:
        """The same for whole arrays.

        Args:
            starts: NaT where no limit runs yet.
            limits: Few, whatever the number of rows.
            which: Position of each row's limit in `limits`, -1 for none; default the first.
        """
        chosen = np.zeros(len(starts), np.intp) if which is None else which
        found = Dues.none(len(starts))
        running = ~np.isnat(starts) & (chosen >= 0)
        for unit in {limit.unit for limit in limits}:
            own = [limit.unit is unit for limit in limits]
            rows = np.flatnonzero(running & np.array([*own, False])[chosen])
            amounts = np.array([self._amount(limit) for limit in limits], np.int64)
            one = self._due(
                unit,
                starts[rows].astype(np.int64),
                amounts[chosen[rows]],
                pauses.of(rows, len(starts)),
            )
            found.at[rows], found.provisional[rows] = one.at, one.provisional
        return found

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """Whole seconds of working time between two instants, negative where `end` is earlier."""
        begun, ended = self._slots.count(_array([start, end]).astype(np.int64))
        seconds = abs(int(ended) - int(begun)) // SECOND
        return seconds if ended >= begun else -seconds

    def remaining(
        self, now: datetime, due: datetime, unit: LimitUnit = LimitUnit.WORK_HOURS
    ) -> timedelta:
        """Until a deadline, negative when it is over: working time, or all time where the limit
        counts nights and holidays too.
        """
        if unit.by_calendar:
            return timedelta(seconds=self.working_seconds(now, due))
        return due - now

    def within(self, now: datetime, hours: Decimal | int) -> datetime:
        """The instant so many working hours from now: what falls due up to it is due within them.

        Raises:
            ValueError: No calendar reaches that far.
        """
        due = self.due(now, Limit(Decimal(hours), LimitUnit.WORK_HOURS))
        if due.at is None:
            raise ValueError(f"no calendar reaches {hours} working hours beyond {now}")
        return due.at

    @property
    def day_seconds(self) -> int:
        """Working time of one day."""
        return sum(slot.end - slot.start for slot in self.slots)

    def days(self, instants: Instants) -> Instants:
        """The city day of each instant; NaT where there is none."""
        days = offsets_of(self.zone).wall(_micros(instants)) // DAY
        return np.where(np.isnat(instants), NEVER, days.astype("datetime64[D]"))

    def _due(self, unit: LimitUnit, starts: Micros, amounts: Micros, pauses: Pauses) -> Dues:
        counter = self._counter(unit)
        totals = counter.count(starts) + amounts
        due = np.maximum(counter.instant(totals), starts)
        paused_to = starts.copy()
        for spans in pauses.rounds():
            rows, ends = pauses.rows[spans], _micros(pauses.ends[spans])
            begins = np.maximum(_micros(pauses.begins[spans]), paused_to[rows])
            stops = (begins < due[rows]) & (begins < ends) & (due[rows] < BEYOND)
            due[rows[stops]] = BEYOND  # unless it went on
            on = stops & (ends < BEYOND)
            rows, begins, ends = rows[on], begins[on], ends[on]
            shift = np.maximum(counter.count(ends) - counter.count(begins), 0)
            totals[rows] += shift
            due[rows] = counter.instant(counter.resumed(totals[rows], ends))
            paused_to[rows] = ends
        return self._dues(unit, starts, due)

    def _dues(self, unit: LimitUnit, starts: Micros, due: Micros) -> Dues:
        ends = due < _END
        at = np.where(ends, due.astype("datetime64[us]"), NEVER)
        provisional = np.zeros(len(due), np.bool_)
        if unit.by_calendar:
            first = self._day(starts) + (unit is LimitUnit.WORK_DAYS_CIVIL)
            last = self._day(np.where(ends, due, starts))
            open_days = self._unsettled[last + 1] - self._unsettled[np.minimum(first, last + 1)]
            provisional = ends & (open_days > 0)
        return Dues(at, provisional)

    def _amount(self, limit: Limit) -> int:
        per_unit = {
            LimitUnit.URGENT_HOURS: 3600 * SECOND,
            LimitUnit.WORK_HOURS: 3600 * SECOND,
            LimitUnit.WORK_DAYS_BY_SLOTS: self.day_seconds * SECOND,
            LimitUnit.WORK_DAYS_CIVIL: 1,
            LimitUnit.DAYS: DAY,
        }
        return min(int(limit.number * per_unit[limit.unit]), _END)

    def _counter(self, unit: LimitUnit) -> Counter:
        match unit:
            case LimitUnit.URGENT_HOURS:
                return Elapsed()
            case LimitUnit.DAYS:
                return OnTheWall(offsets_of(self.zone))
            case LimitUnit.WORK_DAYS_CIVIL:
                return self._civil
        return self._slots

    @cached_property
    def _slots(self) -> InSlots:
        return InSlots(self.calendar, self.slots, offsets_of(self.zone))

    @cached_property
    def _civil(self) -> CivilDays:
        return CivilDays(self.calendar, offsets_of(self.zone))

    @cached_property
    def _unsettled(self) -> Micros:
        """How many days before each day may still change."""
        return np.concatenate([[0], np.cumsum(~self.calendar.is_settled)])

    def _day(self, instants: Micros) -> Micros:
        days = offsets_of(self.zone).wall(instants) // DAY
        return np.clip(days, _FIRST_DAY, _LAST_DAY) - _FIRST_DAY


def _array(instants: Sequence[datetime | None]) -> Instants:
    naive = [at.astimezone(UTC).replace(tzinfo=None) if at else None for at in instants]
    return np.array(naive, "datetime64[us]")


def _micros(instants: Instants) -> Micros:
    return np.where(np.isnat(instants), BEYOND, instants.astype(np.int64))


def _aware(instant: np.datetime64) -> datetime:
    return instant.astype(datetime).replace(tzinfo=UTC)  # type: ignore[no-any-return]
