"""Small values that everything shares: periods of city days, ratios, states of a figure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from dashboard.core.errors import UsageError

UNKNOWN = "-"
"""The code of “the source gave none”. Rows that carry it stay in every total."""


class Grain(StrEnum):
    """Steps by which a period can be cut."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class FigureState(StrEnum):
    """Whether a figure can be shown, and if not, why. Zero is a value, never one of these."""

    OK = "ok"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    NOT_DELIVERED = "not_delivered"
    NOT_DUE = "not_due"


@dataclass(frozen=True, order=True)
class Period:
    """Days of the city's own calendar, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(
                f"The period ends before it begins: {self.first} to {self.last}.",
                where=f"from={self.first}&to={self.last}",
                fix="give the earlier day as `from`",
            )

    @classmethod
    def parse(cls, first: str, last: str) -> "Period":
        return cls(parse_day(first, "from"), parse_day(last, "to"))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        return self.previous()

    @property
    def year_before(self) -> "Period":
        """The same days a year earlier; 29 February becomes 28, a whole month stays whole. A period
        longer than a year overlaps with it.
        """
        return self.moved(-12)

    def previous(self, starts_on: int = 1) -> "Period":
        """The same span before: month to date against the same days of the month before.

        Months begin on day `starts_on`. A span that begins with a month moves by whole months
        (1–21 November → 1–21 October; a whole month → the whole month before); any other moves by
        its own length.
        """
        if self.first.day != starts_on:
            return self.earlier(timedelta(days=self.days))
        touched = month_index(self.last, starts_on) - month_index(self.first, starts_on) + 1
        return self.moved(-touched)

    def moved(self, months: int) -> "Period":
        """The same days of other months. What begins and ends with a month stays so: all of
        November becomes all of October, its 31st included.
        """
        first, after = add_months(self.first, months), self.last + timedelta(days=1)
        if self.first.day == after.day == 1:
            return Period(first, add_months(after, months) - timedelta(days=1))
        return Period(first, add_months(self.last, months))

    def earlier(self, by: timedelta) -> "Period":
        return Period(self.first - by, self.last - by)

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def parse_day(text: str, where: str) -> date:
    """`2026-11-21`, and nothing looser."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text or ""):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise UsageError(f"`{text}` is not a day.", where=where, fix="write it as 2026-11-21")


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def month_index(day: date, starts_on: int = 1) -> int:
    """A running number of the month `day` lies in, where months begin on day `starts_on`."""
    return day.year * 12 + day.month - 1 - (day.day < starts_on)


def bucket(day: date, grain: Grain) -> date:
    """First day of the week (Monday), month or year that `day` lies in."""
    match grain:
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)
    return day


def bucket_name(day: date, grain: Grain) -> str:
    """How a bucket is written in groups: 2026-11-21, 2026-W47, 2026-11, 2026."""
    match grain:
        case Grain.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case Grain.MONTH:
            return f"{day:%Y-%m}"
        case Grain.YEAR:
            return f"{day:%Y}"
    return day.isoformat()


def buckets(period: Period, grain: Grain) -> Iterator[date]:
    """First days of every bucket the period touches, in order."""
    day = bucket(period.first, grain)
    while day <= period.last:
        yield day
        match grain:
            case Grain.WEEK:
                day += timedelta(days=7)
            case Grain.MONTH:
                day = add_months(day, 1)
            case Grain.YEAR:
                day = add_months(day, 12)
            case _:
                day += timedelta(days=1)


@dataclass(frozen=True)
class Ratio:
    """Numerator and denominator travel together; dividing comes last."""

    numerator: Decimal
    denominator: Decimal | None = None

    def __add__(self, other: "Ratio") -> "Ratio":
        if self.denominator is None or other.denominator is None:
            return Ratio(self.numerator + other.numerator)
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as printed statistics do; binary floats would lose .xx5."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
