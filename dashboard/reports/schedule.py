"""When a bulletin falls due, in the city's own time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dashboard.core.values import month_end

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Schedule:
    """`on` is a weekday from 0 (Monday), or a day of the month, which a shorter month has on its
    last day; neither: every day.
    """

    at: time
    weekday: int | None = None
    month_day: int | None = None

    def falls_on(self, day: date) -> bool:
        if self.weekday is not None:
            return day.weekday() == self.weekday
        if self.month_day is not None:
            return day.day == min(self.month_day, month_end(day).day)
        return True

    def due(self, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Every instant it falls due after one and not after the other, oldest first, in UTC.

        A time that a change of the clocks leaves out falls as long after it as it would have
        fallen after midnight; one that comes twice counts once.
        """
        day, last = after.astimezone(zone).date(), until.astimezone(zone).date()
        while day <= last:
            if self.falls_on(day):
                instant = datetime.combine(day, self.at, zone).astimezone(UTC)
                if after < instant <= until:
                    yield instant
            day += timedelta(days=1)
