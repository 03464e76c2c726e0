"""The working clock once more, as on paper: walk from slot to slot, from day to day.

Nothing here is shared with `dashboard.core`: working hours are a list of spans, days a set, and a
limit is used up piece by piece.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Seconds since 1970, from and until."""


class SlowClock:
    def __init__(
        self,
        works: Callable[[date], bool],
        hours: Sequence[tuple[time, time]],
        zone: ZoneInfo,
        years: tuple[int, int],
    ) -> None:
        """
        Args:
            hours: Of a working day; an end at midnight is that of the day.
        """
        self.zone = zone
        first, last = date(years[0], 1, 1), date(years[1], 12, 31)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.workdays = {day.toordinal() for day in days if works(day)}
        self.slots: list[Span] = []
        for day in days:
            if day.toordinal() in self.workdays:
                for begin, end in hours:
                    self._add_slot(day, begin, end)
        self.begins = [begin for begin, _ in self.slots]
        self.day_seconds = sum(
            (datetime.combine(first, end) - datetime.combine(first, begin)).seconds
            for begin, end in hours
        )

    def elapsed(self, start: int, seconds: int, pauses: Sequence[Span]) -> int:
        left, at = seconds, start
        for begin, end in pauses:
            if begin >= at + left:
                break
            left -= max(begin - at, 0)
            at = max(end, at)
        return at + left

    def working(self, start: int, seconds: int, pauses: Sequence[Span]) -> int:
        """Slot by slot, each without what was paused of it."""
        left = seconds
        for begin, end in self.slots[max(bisect_right(self.begins, start) - 1, 0) :]:
            at = max(begin, start)
            for paused, resumed in pauses:
                if resumed <= at or paused >= end:
                    continue
                if paused - at >= left:
                    break
                left -= max(paused - at, 0)
                at = max(at, resumed)
            if end - at >= left:
                return at + left
            left -= max(end - at, 0)
        raise AssertionError("the slots have run out")

    def civil(self, start: int, days: int, pauses: Sequence[Span]) -> int:
        """Day by day: not the first one, not those on which it was not taken up again yet."""
        spans = [(self._day(begin), self._day(end), begin) for begin, end in pauses]
        day, left = self._day(start), days
        while True:
            day += 1
            if day not in self.workdays or any(a < day <= b for a, b, _ in spans):
                continue
            left -= 1
            if left == 0:
                return self._end_of(self._last_day(day, spans))

    def on_the_wall(self, start: int, days: int, pauses: Sequence[Span]) -> int:
        """The same time of day, so many days later; deferred time is added as clocks show it."""
        due = self._wall(start) + timedelta(days=days)
        for begin, end in pauses:
            if begin < self._instant(due):
                due += max(self._wall(end) - self._wall(begin), timedelta())
        return self._instant(due)

    def _last_day(self, last: int, spans: Sequence[tuple[int, int, int]]) -> int:
        """Deferred on what was to be the last day, it gets one more: the first working day on or
        after which it goes on; and so on, if it is deferred before that has ended.
        """
        day = last
        for begun, resumed, at in spans:
            if begun >= last and at < self._end_of(day):
                day = max(day, resumed)
                while day not in self.workdays:
                    day += 1
        return day

    def _add_slot(self, day: date, begin: time, end: time) -> None:
        following = day + timedelta(days=1) if end == time(0) else day
        last = self.slots[-1][1] if self.slots else 0
        first = max(self._instant(datetime.combine(day, begin)), last)
        self.slots.append((first, max(self._instant(datetime.combine(following, end)), first)))

    def _wall(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, self.zone).replace(tzinfo=None)

    def _instant(self, wall: datetime) -> int:
        return round(wall.replace(tzinfo=self.zone, fold=0).timestamp())

    def _day(self, instant: int) -> int:
        return self._wall(instant).toordinal()

    def _end_of(self, day: int) -> int:
        return self._instant(datetime.combine(date.fromordinal(day + 1), time(0))) - 1
