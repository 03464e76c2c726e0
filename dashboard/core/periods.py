"""Periods people have a name for: this month so far, an appraisal month, the last thirty days.

Like is compared with like: twenty days of November with the same twenty of October, three days of a
week with the same weekdays, an appraisal month with the appraisal month before it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Period, add_months, month_index

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)
YEAR_OF_WEEKS = timedelta(weeks=52)
LONGEST_ROLL = 3660
"""Days; a longer rolling period in an address is a mistake or an attack."""

Kind = Literal["days", "week", "month", "appraisal_month", "quarter", "year"]


@dataclass(frozen=True)
class Window:
    """A period people have a name for, with what it is compared with.

    `period` reaches as far as the data can: it is the first part of `whole` while that is not over.
    `name` is 2026-11 for a month, 2026-Q4, 2026-W47, 2026, or the two days. An appraisal month is
    called after the month it ends in.
    """

    kind: Kind
    name: str
    whole: Period
    period: Period
    before: Period
    year_before: Period

    @property
    def partial(self) -> bool:
        return self.period != self.whole


def appraisal_month(day: date, starts_on: int) -> Window:
    """The whole appraisal month that `day` lies in. `starts_on` 1 gives calendar months."""
    return _months("appraisal_month", day, date.max, starts_on)


def window(period: Period, starts_on: int = 1) -> Window:
    """Any two days. From the first day of an appraisal month on it is compared as part of one."""
    before = period.previous(starts_on if period.first.day == starts_on else 1)
    return Window("days", str(period), period, period, before, period.year_before)


PRESETS = (
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "appraisal_month",
    "last_appraisal_month",
    "this_quarter",
    "last_quarter",
    "year_to_date",
    "last_year",
    "rolling_7",
    "rolling_30",
    "rolling_12_months",
)
"""What a page offers. `preset` also reads any number of days or months after `rolling_`, and a unit
by its name: `month_2026-11`, `appraisal_month_2026-11`, `quarter_2026-Q4`, `week_2026-W47`,
`year_2026`."""

_KIND_OF: dict[str, Kind] = {
    "this_week": "week",
    "last_week": "week",
    "this_month": "month",
    "last_month": "month",
    "appraisal_month": "appraisal_month",
    "last_appraisal_month": "appraisal_month",
    "this_quarter": "quarter",
    "last_quarter": "quarter",
    "year_to_date": "year",
    "last_year": "year",
}
_MONTHS: dict[Kind, int] = {"month": 1, "appraisal_month": 1, "quarter": 3, "year": 12}
_ROLLING = re.compile(r"rolling_(\d{1,4})(_months)?", re.ASCII)
_NAMED = re.compile(
    r"(?:month|(?P<appraisal>appraisal_month))_(?P<m>\d{4}-\d\d)"
    r"|quarter_(?P<q>\d{4}-Q[1-4])|week_(?P<w>\d{4}-W\d\d)|year_(?P<y>\d{4})",
    re.ASCII,
)


def preset(name: str, today: date, *, starts_on: int = 1) -> Window:
    """The window a name means on `today`; appraisal months begin on day `starts_on`.

    Raises:
        UsageError: No such name; the message gives the nearest.
    """
    if name in ("today", "yesterday"):
        return _rolling(today if name == "today" else today - ONE_DAY, 1)
    if kind := _KIND_OF.get(name):
        current = _unit(kind, today, today, starts_on)
        if not name.startswith("last_"):
            return current
        return _unit(kind, current.whole.first - ONE_DAY, today, starts_on)
    if (rolling := _ROLLING.fullmatch(name)) and 1 <= int(rolling[1]) <= LONGEST_ROLL:
        return (_rolling_months if rolling[2] else _rolling)(today, int(rolling[1]))
    try:
        found = _named(name, today, starts_on)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        fix = did_you_mean(name, PRESETS)
        raise UsageError(f"There is no period `{name}`.", where=f"period={name}", fix=fix)
    return found


def _unit(kind: Kind, day: date, today: date, starts_on: int) -> Window:
    if kind == "week":
        return _week(day, today)
    return _months(kind, day, today, starts_on if kind == "appraisal_month" else 1)


def _week(day: date, today: date) -> Window:
    monday = day - timedelta(days=day.weekday())
    whole = Period(monday, monday + ONE_WEEK - ONE_DAY)
    so_far = _so_far(whole, today)
    year, week, _ = monday.isocalendar()
    name = f"{year}-W{week:02d}"
    return Window(
        "week", name, whole, so_far, so_far.earlier(ONE_WEEK), so_far.earlier(YEAR_OF_WEEKS)
    )


def _months(kind: Kind, day: date, today: date, starts_on: int) -> Window:
    length = _MONTHS[kind]
    index = month_index(day, starts_on) // length * length
    first = date(index // 12, index % 12 + 1, starts_on)
    whole = Period(first, add_months(first, length) - ONE_DAY)
    so_far = _so_far(whole, today)
    before = so_far.moved(-length)
    return Window(kind, _unit_name(kind, whole), whole, so_far, before, so_far.year_before)


def _unit_name(kind: Kind, whole: Period) -> str:
    match kind:
        case "quarter":
            return f"{whole.last.year}-Q{whole.last.month // 3}"
        case "year":
            return str(whole.last.year)
    return f"{whole.last:%Y-%m}"


def _so_far(whole: Period, today: date) -> Period:
    """What lies ahead stays whole: a figure of it says that it is not due."""
    return Period(whole.first, today) if whole.first <= today < whole.last else whole


def _rolling(last: date, days: int) -> Window:
    period = Period(last - timedelta(days=days - 1), last)
    before = period.earlier(timedelta(days=days))
    return Window("days", str(period), period, period, before, period.year_before)


def _rolling_months(last: date, months: int) -> Window:
    period = Period(add_months(last, -months) + ONE_DAY, last)
    return Window("days", str(period), period, period, period.moved(-months), period.year_before)


def _named(name: str, today: date, starts_on: int) -> Window | None:
    said = _NAMED.fullmatch(name)
    if said is None:
        return None
    if week := said["w"]:
        return _week(date.fromisocalendar(int(week[:4]), int(week[-2:]), 1), today)
    if quarter := said["q"]:
        return _months("quarter", date(int(quarter[:4]), int(quarter[-1]) * 3, 1), today, 1)
    if year := said["y"]:
        return _months("year", date(int(year), 1, 1), today, 1)
    first = date.fromisoformat(f"{said['m']}-01")
    if said["appraisal"]:
        return _months("appraisal_month", first, today, starts_on)
    return _months("month", first, today, 1)
