"""How figures, changes and days are said in a sentence, in Chinese and in English."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from dashboard.core.values import FigureState, Grain, Period, month_end
from dashboard.metrics.arithmetic import rounded
from dashboard.metrics.comparison import Change
from dashboard.metrics.model import Metric, MetricRow
from dashboard.reports.template import Language
from dashboard.reports.words import WORDS, words

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Voice:
    """`name_of` gives what people call a code of a dimension, in this language."""

    language: Language
    name_of: Callable[[str, str], str]

    def say(self, key: str, **parts: object) -> str:
        return words(key, self.language, **parts)

    def knows(self, key: str) -> bool:
        return key in WORDS

    def pick(self, zh: str, en: str) -> str:
        return (en or zh) if self.language == "en" else (zh or en)

    def metric(self, metric: Metric) -> str:
        return self.pick(metric.name, metric.name_en)

    def unit(self, metric: Metric) -> str:
        """English counts have none: 12 tickets are 12."""
        return metric.unit_en if self.language == "en" else metric.unit

    def number(self, value: Decimal, decimals: int = 0) -> str:
        return f"{rounded(value, decimals):,}"

    def state(self, state: FigureState) -> str:
        return self.say(state.value)

    def bare(self, metric: Metric, row: MetricRow) -> str:
        """The figure without its unit; a state is said in words, never as a zero."""
        if row.value is None:
            return self.state(row.state)
        return f"{metric.shown(row.value):,}"

    def figure(self, metric: Metric, row: MetricRow) -> str:
        """With its unit, and the grade of a score."""
        if row.value is None:
            return self.bare(metric, row)
        text = self.united(self.bare(metric, row), metric)
        return self.say("graded", figure=text, grade=row.grade) if row.grade else text

    def united(self, text: str, metric: Metric) -> str:
        """93.4%, 1,204件, 12.5 h: a Chinese unit stands close, a word apart."""
        unit = self.unit(metric)
        close = unit == "%" or (self.language == "zh" and not unit.isascii())
        return f"{text}{unit}" if close or not unit else f"{text} {unit}"

    def counts(self, row: MetricRow) -> str:
        """Numerator over denominator, or the number of cases alone."""
        above = self.plain(row.ratio.numerator)
        below = row.ratio.denominator
        return above if below is None else f"{above}/{self.plain(below)}"

    def plain(self, count: Decimal) -> str:
        """A count; weights may leave it with decimals, of which two are enough."""
        return f"{rounded(count, 2).normalize():,f}"

    def target(self, metric: Metric, value: Decimal | None) -> str:
        if value is None:
            return self.say("no_target")
        return self.united(f"{value.normalize():,f}", metric)

    def gap(self, metric: Metric, row: MetricRow, target: Decimal | None) -> str:
        if target is None or row.value is None:
            return self.say("no_target") if target is None else self.state(row.state)
        apart = metric.shown(row.value) - target
        if not apart:
            return self.say("on_target")
        return self.say("above" if apart > 0 else "below", size=self._distance(metric, abs(apart)))

    def _distance(self, metric: Metric, size: Decimal) -> str:
        if metric.form == "rate":
            return self.say("points_of", size=f"{size:,}")
        return self.united(f"{size:,}", metric)

    def change(self, metric: Metric, found: Change) -> str:
        """In words: 上升1.2个百分点, up 3.4%."""
        if found.value is None:
            return self.say("no_base")
        if not found.value:
            return self.say("even")
        size = f"{abs(found.value):,}"
        if found.kind == "percent":
            size += "%"
        elif found.kind == "absolute":
            size = self.united(size, metric)
        return self.say(f"{found.kind}_{'up' if found.value > 0 else 'down'}", size=size)

    def signed(self, metric: Metric, found: Change) -> str:
        """For a table: +1.2个百分点, −3.4%."""
        if not found.value:
            return self.say("nothing" if found.value is None else "even")
        size = f"{abs(found.value):,}"
        match found.kind:
            case "percent":
                size += "%"
            case "points":
                size += self.say("points") if self.language == "zh" else f" {self.say('points')}"
            case _:
                size = self.united(size, metric)
        return f"{'+' if found.value > 0 else '−'}{size}"

    def listed(self, things: Sequence[str]) -> str:
        if self.language == "zh":
            return "、".join(things)
        return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"

    def day(self, day: date) -> str:
        if self.language == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def moment(self, instant: datetime) -> str:
        """`instant` is in the city's zone."""
        between = " " if self.language == "zh" else ", "
        return f"{self.day(instant.date())}{between}{instant:%H:%M}"

    def period(self, period: Period) -> str:
        """A whole month by its name; else both days, of which the second says no more than it has
        to.
        """
        first, last = period.first, period.last
        if first == last:
            return self.day(first)
        if first.day == 1 and last == month_end(first):
            return self._month(first)
        if self.language == "en":
            return self._days_en(first, last)
        if first.year != last.year:
            return f"{self.day(first)}至{self.day(last)}"
        if first.month != last.month:
            return f"{self.day(first)}至{last.month}月{last.day}日"
        return f"{self.day(first)}至{last.day}日"

    def _days_en(self, first: date, last: date) -> str:
        if first.year != last.year:
            return f"{self.day(first)} – {self.day(last)}"
        if first.month != last.month:
            return f"{first.day} {MONTHS[first.month - 1]} – {self.day(last)}"
        return f"{first.day}–{self.day(last)}"

    def _month(self, day: date) -> str:
        if self.language == "en":
            return f"{MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月"

    def name(self, dimension: str, code: str) -> str:
        """What a group is called; of a step of time, its name."""
        if dimension in set(Grain):
            return self.step(Grain(dimension), code)
        return self.name_of(dimension, code)

    def step(self, grain: Grain, name: str) -> str:
        """2026-11-21 → 11月21日; 2026-11 → 2026年11月; 2026-W47 → the Monday it begins with."""
        if grain is Grain.YEAR:
            return f"{name}年" if self.language == "zh" else name
        if grain is Grain.MONTH:
            return self._month(date.fromisoformat(f"{name}-01"))
        if grain is Grain.WEEK:
            year, _, week = name.partition("-W")
            monday = date.fromisocalendar(int(year), int(week), 1)
            return self._week(monday, monday + timedelta(days=6))
        day = date.fromisoformat(name)
        if self.language == "en":
            return f"{day.day} {MONTHS[day.month - 1]}"
        return f"{day.month}月{day.day}日"

    def _week(self, first: date, last: date) -> str:
        if self.language == "en":
            return f"{first.day} {MONTHS[first.month - 1]} – {last.day} {MONTHS[last.month - 1]}"
        return f"{first.month}月{first.day}日至{last.month}月{last.day}日"
