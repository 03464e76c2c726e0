"""What every part of a page needs to draw itself: whose words, which theme, which address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from dashboard.city.model import City
from dashboard.core.values import FigureState, Period, half_up
from dashboard.metrics.comparison import Change
from dashboard.metrics.model import Metric, MetricResult, MetricRow, Where, Words
from dashboard.metrics.question import where_of
from dashboard.metrics.watch import Alarm
from layouts.address import Address
from layouts.text import TEXT, Language, text

MULTIPLE = 1000
"""From this many per cent on, a change is said as a multiple: ×68 reads, +6,720 % does not."""


@dataclass(frozen=True)
class Light:
    """One source in the header."""

    name: str
    complete_to: datetime | None
    late: bool


@dataclass(frozen=True)
class Frame:
    """`name_of` gives what people call a code of a dimension, in the page's language;
    `opened_with` is the query string exactly as the browser sent it; `days` the page's, None
    where its address names impossible ones; `alarms` are figures that two paths tell differently.
    """

    address: Address
    language: Language
    theme: Literal["light", "dark"]
    city: City
    last_day: date
    lights: Sequence[Light]
    name_of: Callable[[str, str], str]
    opened_with: str = ""
    days: Period | None = None
    alarms: Sequence[Alarm] = ()

    @cached_property
    def where(self) -> Where:
        """The filters in the address."""
        return where_of(self.address.params)

    @property
    def untouched(self) -> bool:
        """The wall: nobody stands at it, so nothing on it takes part in the order of the keys."""
        return self.address.path.rstrip("/") == "/wall"

    @property
    def zone(self) -> ZoneInfo:
        return self.city.zone

    def text(self, key: str) -> str:
        return text(key, self.language)

    def knows(self, key: str) -> bool:
        return key in TEXT

    def pick(self, zh: str, en: str) -> str:
        """The name in the page's language, or in the other where there is none."""
        return (en or zh) if self.language == "en" else (zh or en)

    def listed(self, names: Sequence[str]) -> str:
        return ("、" if self.language == "zh" else ", ").join(names)

    def joined(self, words: Sequence[str]) -> str:
        return ("，" if self.language == "zh" else ", ").join(words)

    @property
    def look(self) -> dict[str, str]:
        """Language and theme, where the address sets them."""
        return {key: value for key, value in self.address.params if key in ("lang", "theme")}

    @property
    def city_name(self) -> str:
        return self.pick(self.city.name, self.city.name_en)

    def metric_name(self, metric: Metric) -> str:
        return self.pick(metric.name, metric.name_en)

    def words(self, metric: Metric) -> Words:
        return metric.en if self.language == "en" else metric.zh

    def formula(self, metric: Metric) -> str:
        return self.pick(metric.formula, metric.formula_en)

    def unit(self, metric: Metric) -> str:
        return metric.unit_en if self.language == "en" else metric.unit

    def number(self, value: Decimal, decimals: int = 0) -> str:
        return f"{half_up(value, decimals):,}"

    def figure(self, metric: Metric, row: MetricRow) -> str:
        """The figure as people read it; a state is said in words, never as a zero."""
        if row.value is None:
            return self.state(row.state)
        return self.number(metric.shown(row.value), metric.decimals)

    def state(self, state: FigureState) -> str:
        return self.text(state.value)

    def counts(self, metric: Metric, row: MetricRow) -> str:
        """The counts behind a figure: numerator over denominator, or the sample."""
        if row.ratio.denominator is not None:
            return f"{self.number(row.ratio.numerator)}/{self.number(row.ratio.denominator)}"
        return "" if metric.form == "count" else f"n={self.number(row.ratio.numerator)}"

    def change(self, change: Change | None, metric: Metric) -> str:
        """+6.2% for counts, +1.1 点 for rates, in the unit for durations; — without a base."""
        if change is None or change.value is None:
            return "—"
        if change.kind == "percent" and change.value >= MULTIPLE:
            return f"×{half_up(change.value / 100 + 1, 0):,}"
        sign = "+" if change.value > 0 else "−" if change.value < 0 else "±"
        size = f"{abs(change.value):,}"
        if change.kind == "percent":
            return f"{sign}{size}%"
        unit = self.text("points") if change.kind == "points" else self.unit(metric)
        return f"{sign}{size} {unit}"

    def moment(self, instant: datetime | None, *, aware: bool = True) -> str:
        """Minutes are enough; the day is left out when it is the page's last day."""
        if instant is None:
            return self.text("never")
        local = instant.astimezone(self.zone) if aware else instant
        if local.date() == self.last_day:
            return f"{local:%H:%M}"
        if local.year == self.last_day.year:
            return f"{local:%m-%d %H:%M}"
        return f"{local:%Y-%m-%d}"

    def day(self, day: date) -> str:
        return self.period(Period(day, day))

    def period(self, period: Period) -> str:
        first, last = period.first, period.last
        if self.language == "en":
            return _period_en(first, last)
        return _period_zh(first, last)


def _period_zh(first: date, last: date) -> str:
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.year}年{first.month}月{first.day}–{last.day}日"
    if first.year == last.year:
        return f"{first.year}年{first.month}月{first.day}日–{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日–{last.year}年{last.month}月{last.day}日"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _period_en(first: date, last: date) -> str:
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    if first.year == last.year:
        return f"{first.day} {MONTHS[first.month - 1]} – {end}"
    return f"{first.day} {MONTHS[first.month - 1]} {first.year} – {end}"


def origin(metric: Metric, result: MetricResult, row: MetricRow) -> dict[str, str]:
    """The attributes that tie a figure on screen to its definition and its rows."""
    group = {name: ",".join(codes) for name, codes in result.query.where} | dict(row.group)
    denominator = row.ratio.denominator
    return {
        "data-metric": metric.id,
        "data-value": row.shown(metric.decimals, metric.rounding) or "",
        "data-numerator": str(row.ratio.numerator),
        "data-denominator": "" if denominator is None else str(denominator),
        "data-group": ";".join(f"{name}={code}" for name, code in group.items()),
        "data-state": row.state.value,
        "data-from": str(result.query.period.first),
        "data-to": str(result.query.period.last),
        "data-as-of": result.as_of.isoformat(),
    }
