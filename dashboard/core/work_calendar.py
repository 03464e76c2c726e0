"""Working days of a city: the national calendar, and the city's own days, which win.

Source: the State Council's yearly notices on holidays and make-up working days 调休, as the
library `chinesecalendar` holds them. A year that is not published yet has weekends and the holidays
that the law itself puts on a date (国务院 全国年节及纪念日放假办法), and says so: `published`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Literal

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

Country = Literal["CN", "none"]
Flags = NDArray[np.bool_]

FIRST, LAST = date(1899, 1, 1), date(2299, 12, 31)
"""Days a calendar knows; sources may speak of the years 1900 to 2199."""

ON_A_DATE = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Statutory holidays with a date of their own, month and day; the others follow the moon or sun."""

_SATURDAY, _CHANGES_FROM = 5, (12, 25)
_CALM = frozenset({0, 4, 5})
"""Weekdays of 1 January beside a weekend: three free days without changing any other. With any
other, the notice has moved days of the December before (2018-12-29 was worked for 2019)."""


@dataclass(frozen=True)
class WorkCalendar:
    """`country` “none” knows weekends and the city's own days only, and is always published.

    `own` is day → whether it is worked; `filled` are years that `own` settles completely.
    """

    country: Country = "CN"
    own: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))
    filled: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        return bool(self.works[position(day)])

    def published(self, year: int) -> bool:
        """Whether all working days of a year are known, and not only its weekends."""
        return self.country == "none" or year in self.filled or year in _national()

    def settled(self, day: date) -> bool:
        """Whether no notice to come can change this day."""
        return bool(self.is_settled[position(day)])

    @cached_property
    def works(self) -> Flags:
        """Whether each day is worked, from FIRST to LAST."""
        works = _weekdays() < _SATURDAY
        if self.country == "CN":
            for year in range(FIRST.year, LAST.year + 1):
                first, last = position(date(year, 1, 1)), position(date(year, 12, 31))
                works[first : last + 1] &= _outside_fixed(year)
            for year, known in _national().items():
                works[position(date(year, 1, 1)) :][: len(known)] = known
        for day, worked in self.own.items():
            if FIRST <= day <= LAST:
                works[position(day)] = worked
        works.flags.writeable = False
        return works

    @cached_property
    def is_settled(self) -> Flags:
        """Whether each day, from FIRST to LAST, is as it will stay."""
        settled = np.ones(position(LAST) + 1, np.bool_)
        for year in range(FIRST.year, LAST.year + 1):
            if self.published(year):
                continue
            settled[position(date(year, 1, 1)) : position(date(year, 12, 31)) + 1] = False
            before = date(year - 1, *_CHANGES_FROM)
            if before > FIRST and date(year, 1, 1).weekday() not in _CALM:
                settled[position(before) : position(date(year, 1, 1))] = False
        settled.flags.writeable = False
        return settled

    @property
    def digest(self) -> str:
        """Changes whenever a deadline may: with a day, or with what is published."""
        return hashlib.sha256(self.works.tobytes() + self.is_settled.tobytes()).hexdigest()[:16]


def position(day: date) -> int:
    """Of a day in `works` and `is_settled`."""
    if not FIRST <= day <= LAST:
        raise ValueError(f"no calendar reaches {day}")
    return (day - FIRST).days


def workdays_of_known_years() -> tuple[int, int]:
    """The fewest and the most working days of the years the library knows."""
    totals = [int(known.sum()) for known in _national().values()]
    return min(totals), max(totals)


def _weekdays() -> NDArray[np.int64]:
    """0 is Monday."""
    return (np.arange(position(LAST) + 1) + FIRST.weekday()) % 7


def _outside_fixed(year: int) -> Flags:
    days = np.ones(366 if _is_leap(year) else 365, np.bool_)
    for month, day in ON_A_DATE:
        days[(date(year, month, day) - date(year, 1, 1)).days] = False
    return days


def _is_leap(year: int) -> bool:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days == 366


@lru_cache
def _national() -> Mapping[int, Flags]:
    """Year → whether each of its days is worked, for every year the library knows."""
    holidays, made_up = chinese_calendar.holidays, chinese_calendar.workdays
    found = {}
    for year in range(min(holidays).year, max(holidays).year + 1):
        first = date(year, 1, 1)
        days = [first + timedelta(days=n) for n in range(366 if _is_leap(year) else 365)]
        found[year] = np.array(
            [day in made_up or (day.weekday() < _SATURDAY and day not in holidays) for day in days]
        )
    return MappingProxyType(found)
