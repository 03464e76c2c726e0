"""Every question of a bulletin, asked in one run: all its figures are of one data version."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboard.access.scope import Scope
from dashboard.core.errors import StoreError
from dashboard.core.periods import ONE_DAY, ONE_WEEK, YEAR_OF_WEEKS, Window, window
from dashboard.core.values import Grain, Period, add_months, bucket
from dashboard.metrics.model import MetricQuery, MetricResult, Where, filters
from dashboard.metrics.settlement import Settling
from dashboard.reports.grammar import Ask, asks
from dashboard.reports.template import ChartSpec, Section, TableSpec, Template
from dashboard.services import Services
from dashboard.store.data_version import DataVersion

ROUNDS = 5
"""A load that commits while the questions are answered makes another round necessary."""


@dataclass(frozen=True)
class Days:
    """The days a bulletin tells of, and those it compares with."""

    window: Window
    starts_on: int = 1

    def of(self, over: str) -> Window:
        """The window a span of the grammar means."""
        match over:
            case "before":
                return window(self.window.before, self.starts_on)
            case "year_before":
                return window(self.window.year_before, self.starts_on)
            case "year_to_date":
                last = self.window.period.last
                return window(Period(date(last.year, 1, 1), last))
        return self.window

    def steps(self, chart: ChartSpec) -> Period:
        """Whole steps of time up to the end of the period: part of a month is not a fall."""
        last = self.window.period.last
        after = _moved(bucket(last, chart.grain), chart.grain, 1)
        if after - last > ONE_DAY:
            after = bucket(last, chart.grain)
        return Period(_moved(after, chart.grain, -chart.steps), after - ONE_DAY)

    def steps_a_year_before(self, chart: ChartSpec) -> Period:
        """The same weekdays where steps are weeks."""
        steps = self.steps(chart)
        return steps.earlier(YEAR_OF_WEEKS) if chart.grain is Grain.WEEK else steps.year_before


def _moved(first: date, grain: Grain, steps: int) -> date:
    match grain:
        case Grain.DAY:
            return first + steps * ONE_DAY
        case Grain.WEEK:
            return first + steps * ONE_WEEK
        case Grain.MONTH:
            return add_months(first, steps)
    return add_months(first, 12 * steps)


@dataclass(frozen=True)
class Answers:
    """What came back, by question."""

    days: Days
    found: Mapping[MetricQuery, MetricResult]
    settling: Mapping[MetricQuery, Settling]

    def get(
        self, metric: str, period: Period, where: Where, by: Sequence[str] = ()
    ) -> MetricResult:
        return self.found[MetricQuery(metric, period, tuple(by), where)]


@dataclass(frozen=True)
class Asked:
    """Answers of one data version."""

    version: DataVersion
    found: Mapping[MetricQuery, MetricResult]
    settling: Mapping[MetricQuery, Settling]


def narrowed(section: Section, ask: Ask) -> Where:
    """The section's filters; where the placeholder filters by the same dimension, its own count."""
    return filters({**dict(section.where), **dict(ask.where)})


def needs(template: Template, days: Days) -> Iterator[MetricQuery]:
    for section in template.sections:
        for ask in asks(section.text):
            yield from _of_ask(ask, narrowed(section, ask), days)
        for metric in section.figures:
            for period in (days.window.period, days.window.before, days.window.year_before):
                yield MetricQuery(metric, period, (), section.where)
        if section.table:
            yield from _of_table(section.table, section.where, days)
        if section.chart:
            yield from _of_chart(section.chart, section.where, days)


def _of_ask(ask: Ask, where: Where, days: Days) -> Iterator[MetricQuery]:
    span = days.of(ask.over)
    now = MetricQuery(ask.metric, span.period, (ask.by,) if ask.by else (), where)
    yield now
    if ask.verb in ("change", "rise", "fall"):
        yield replace(now, period=span.before)
    if ask.verb == "year_change":
        yield replace(now, period=span.year_before)


def _of_table(table: TableSpec, where: Where, days: Days) -> Iterator[MetricQuery]:
    periods = [days.window.period] + ([days.window.before] if table.change else [])
    for metric in table.metrics:
        for period in periods:
            yield MetricQuery(metric, period, (table.by,), where)
            if table.total:
                yield MetricQuery(metric, period, (), where)


def _of_chart(chart: ChartSpec, where: Where, days: Days) -> Iterator[MetricQuery]:
    for period in (days.steps(chart), days.steps_a_year_before(chart)):
        yield MetricQuery(chart.metric, period, (chart.grain,), where)


def open_ended(template: Template, days: Days) -> Iterator[MetricQuery]:
    """The figures of which is said what they may still become."""
    for metric, where in template.listed:
        yield MetricQuery(metric, days.window.period, (), where)


def answered(
    services: Services, queries: Iterable[MetricQuery], judged: Iterable[MetricQuery] = ()
) -> Asked:
    """
    Args:
        judged: Those among them that are asked whether they are settled.

    Raises:
        StoreError: The facts changed in every round.
    """
    wanted, unsure = list(dict.fromkeys(queries)), list(dict.fromkeys(judged))
    city = Scope.whole_city()
    for _ in range(ROUNDS):
        version = services.version
        results = services.engine.run(wanted, scope=city)
        settling = services.engine.settlings(unsure, scope=city)
        if services.version.version == version.version:
            found = dict(zip(wanted, results, strict=True))
            return Asked(version, found, dict(zip(unsure, settling, strict=True)))
    raise StoreError(
        "The facts change faster than a bulletin can be written.",
        where="data version",
        fix="issue it again when the sources are loaded",
    )
