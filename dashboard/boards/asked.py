"""What a KPI page is asked for: days that people have a name for, and filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.city.model import City
from dashboard.core.periods import Window, preset, window
from dashboard.core.values import Grain, Period, add_months, bucket, month_end
from dashboard.metrics.model import Where, filters
from dashboard.metrics.question import period_of, where_of

WEEKS, MONTHS = 12, 13
LONG = 92
"""Days; a longer period has its small curves by months."""


@dataclass(frozen=True)
class Asked:
    """`preset` is the name the period was asked by, empty for two days."""

    window: Window
    where: Where
    preset: str = ""

    @property
    def period(self) -> Period:
        return self.window.period

    def within(self, **units: str) -> Where:
        """The filters with these units in the place of what they say of them."""
        given = {name: codes for name, codes in self.where if name not in units}
        return filters({**given, **units})


def asked(parameters: Iterable[tuple[str, str]], city: City, today: date, default: Period) -> Asked:
    """Reads `period`, `from`, `to` and the filters; two days win over a name.

    Raises:
        UsageError: No such period or filter.
    """
    pairs = tuple(parameters)
    given = dict(reversed(pairs))
    name = "" if given.get("from") or given.get("to") else given.get("period", "")
    if name:
        return Asked(preset(name, today, starts_on=city.appraisal_day), where_of(pairs), name)
    days = period_of(given, default)
    return Asked(window(days, city.appraisal_day), where_of(pairs))


def small_curve(period: Period, today: date) -> tuple[Period, Grain]:
    """Twelve weeks up to the end of a period, or twelve months of a long one. Whole steps, the
    last one as far as the data have come.
    """
    if period.days > LONG:
        return by_month(period.last, today, MONTHS - 1), Grain.MONTH
    monday = bucket(period.last, Grain.WEEK)
    end = max(period.last, min(monday + timedelta(days=6), today))
    return Period(monday - timedelta(weeks=WEEKS - 1), end), Grain.WEEK


def by_month(last: date, today: date, months: int = MONTHS) -> Period:
    """So many months up to the one of `last`: thirteen show the same month a year earlier too."""
    end = max(last, min(month_end(last), today))
    return Period(add_months(last.replace(day=1), 1 - months), end)


def as_of_now(today: date) -> Period:
    """What was received in the last 365 days: whatever still waits is among it."""
    return Period(today - timedelta(days=364), today)
