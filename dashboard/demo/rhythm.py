"""Days, hours and working time: when things happen in the demonstration city."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dashboard.core.work_calendar import WorkCalendar

Seconds = NDArray[np.int64]
"""Local wall-clock seconds since 1970-01-01 00:00 of the city."""
Numbers = NDArray[np.float64]

DAY, HOUR, MINUTE = 86_400, 3_600, 60
EPOCH = date(1970, 1, 1)

HOURS = {
    name: [int(weight) for weight in line.split()]
    for name, line in {
        "office": "1 0 0 0 0 1 3 12 60 95 90 60 30 35 80 85 75 40 18 14 12 9 5 2",
        "day": "6 3 2 2 2 4 12 30 60 75 74 62 45 48 62 68 70 62 55 52 46 34 20 11",
        "night": "38 22 12 8 6 6 10 16 22 24 24 22 22 22 22 24 28 34 46 70 92 98 86 60",
        "flat": "20 14 11 10 11 18 40 62 70 68 62 56 52 48 48 50 54 62 70 72 68 60 46 30",
        "patrol": "1 1 1 1 1 3 14 40 80 100 95 70 28 40 85 95 88 66 40 28 20 10 4 2",
    }.items()
}
"""Weight of each hour of the day."""


def epoch_day(day: date) -> int:
    return (day - EPOCH).days


def instant(day: date) -> int:
    return epoch_day(day) * DAY


def founding_day(year: int) -> date:
    """The city's own day off: 18 April, or the Monday after where that is a weekend."""
    day = date(year, 4, 18)
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


CALENDAR = WorkCalendar(own={founding_day(year): False for year in range(2000, 2100)})


class WorkingCalendar:
    """The working days of a span, as numbers of days since EPOCH."""

    def __init__(self, first: date, last: date) -> None:
        self.first = epoch_day(first)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.works = np.array([CALENDAR.is_workday(day) for day in days])
        self.workdays = self.first + np.flatnonzero(self.works)

    def after(self, day: Seconds, count: Seconds | int) -> Seconds:
        """The workday `count` workdays after a day, that day not counted."""
        at = np.searchsorted(self.workdays, day, side="right") - 1 + count
        return np.asarray(self.workdays[np.clip(at, 0, len(self.workdays) - 1)])

    def works_on(self, day: Seconds) -> NDArray[np.bool_]:
        return np.asarray(self.works[day - self.first])

    def worked(self, at: Seconds) -> Seconds:
        """Working seconds since the span began."""
        day, clock = np.divmod(at, DAY)
        today = np.clip(clock - 8 * HOUR, 0, 4 * HOUR) + np.clip(clock - 14 * HOUR, 0, 4 * HOUR)
        before = np.searchsorted(self.workdays, day)
        return np.asarray(before * 8 * HOUR + np.where(self.works_on(day), today, 0))

    def workdays_to(self, day: Seconds) -> Seconds:
        """Workdays since the span began, the day itself included."""
        return np.asarray(np.searchsorted(self.workdays, day, side="right"))

    def add_work(self, start: Seconds, seconds: Seconds) -> Seconds:
        """Runs only 08–12 and 14–18 on workdays, as grid-management systems count."""
        total = self.worked(start) + seconds
        whole = (total - 1) // (8 * HOUR)
        rest = total - whole * 8 * HOUR
        clock = np.where(rest <= 4 * HOUR, 8 * HOUR + rest, 10 * HOUR + rest)
        return np.asarray(self.workdays[np.clip(whole, 0, len(self.workdays) - 1)] * DAY + clock)


def _holiday(day: date) -> bool:
    return not CALENDAR.is_workday(day) and day.weekday() < 5


def _bump(day_of_year: Numbers, centre: float, width: float) -> Numbers:
    gap = np.abs(day_of_year - centre)
    gap = np.minimum(gap, 365.25 - gap)
    return np.asarray(np.exp(-0.5 * (gap / width) ** 2))


class Seasons:
    """Weight of every season on every day of a span, and the days on which it storms or snows."""

    def __init__(self, first: date, last: date, seed: int) -> None:
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.first = epoch_day(first)
        doy = np.array([day.timetuple().tm_yday for day in self.days], dtype=float)
        weekday = np.array([day.weekday() for day in self.days])
        rest = np.array([not CALENDAR.is_workday(day) for day in self.days])
        holiday = np.array([_holiday(day) for day in self.days])
        self.storm = np.array([day == storm_day(day.year, seed) for day in self.days])
        summer, winter = _bump(doy, 205, 30), _bump(doy, 15, 32)
        snow = np.array([_draw(day, seed, 1) < 0.055 for day in self.days]) * (winter > 0.35)
        wet = np.array([_draw(day, seed, 2) < 0.12 for day in self.days]) * (0.4 + summer)
        night = (1 + 0.8 * summer) * np.where(weekday >= 4, 1.15, 1)
        holidays = np.isin([day.month for day in self.days], (2, 7, 8))
        self.weights: dict[str, Numbers] = {
            "even": np.ones(len(doy)),
            "summer": 0.8 + 1.0 * summer,
            "winter": 0.8 + 0.8 * winter,
            "rain": 0.75 + 0.8 * _bump(doy, 200, 28) + 1.1 * wet,
            "night": night,
            "school": 0.4 + 3.6 * _bump(doy, 232, 11) + 0.9 * _bump(doy, 165, 14),
            "term": np.where(holidays, 0.3, 1.15),
            "snow": 0.01 + 14.0 * snow,
            "holiday": np.where(holiday, 1.9, np.where(rest, 1.25, 0.9)),
            "heat": np.array([_heating(day) for day in self.days]),
        }
        years = (np.arange(len(doy)) + self.first - epoch_day(date(2025, 1, 1))) / 365.25
        noise = np.array([_draw(day, seed, 3) for day in self.days])
        calm = np.where(holiday, 0.66, np.where(rest, 0.76, np.where(weekday == 0, 1.08, 1.0)))
        self.volume = calm * 1.06**years * (0.94 + 0.12 * noise)


def storm_day(year: int, seed: int) -> date:
    """One day in July on which the city stands under water."""
    return date(year, 7, 9 + int(np.random.default_rng([seed, year, 7]).integers(18)))


def _draw(day: date, seed: int, purpose: int) -> float:
    """The same for a day whatever span it is looked at in."""
    return float(np.random.default_rng([seed, purpose, epoch_day(day)]).random())


def _heating(day: date) -> float:
    """15 November to 15 March; most complaints come while the pipes fill."""
    start = date(day.year if day.month > 6 else day.year - 1, 11, 15)
    since = (day - start).days
    if since < -10 or day > date(start.year + 1, 3, 22):
        return 0.03
    if since < 0:
        return 0.18
    fading = 1.0 if day <= date(start.year + 1, 3, 15) else 0.35
    cold = 0.45 * float(_bump(np.array([day.timetuple().tm_yday], float), 18, 24)[0])
    return fading * (0.62 + 1.9 * float(np.exp(-since / 6.5)) + cold)


def clock_times(rng: np.random.Generator, size: int) -> Seconds:
    """Office hours with a lunch break, for what desks and crews do."""
    share = rng.random(size)
    forenoon = 8.4 + share / 0.52 * 3.4
    afternoon = 13.6 + (share - 0.52) / 0.48 * 4.2
    return np.asarray(np.where(share < 0.52, forenoon, afternoon) * HOUR, dtype=np.int64)
