"""Thousands of questions: every metric by role, days, filters and cuts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.access.scope import Scope
from dashboard.core.values import Grain, Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, Where, filters

Cut = tuple[str, ...]
Asked = tuple[str, Cut]
"""A metric and how it is cut."""

ROLES: Mapping[str, Scope] = {
    "the whole city": Scope.whole_city(),
    "one district": Scope.of(districts=frozenset({"D1"}), departments=frozenset()),
    "one department": Scope.of(districts=frozenset(), departments=frozenset({"B1"})),
    "nobody": Scope.of(districts=frozenset(), departments=frozenset()),
}


@dataclass(frozen=True)
class Look:
    """Days and filters somebody looks at; `cut` is one that no other look takes."""

    name: str
    period: Period
    where: Where
    cut: str

    def allows(self, metric: Metric) -> bool:
        return all(name in metric.dimensions for name, _ in self.where)

    def cuts_of(self, metric: Metric) -> list[Cut]:
        """Uncut, by place, by time, by both, and by its own."""
        cuts: list[Cut] = [(), ("district",), ("month",), ("department", "week"), (self.cut,)]
        return [cut for cut in cuts if all(name in metric.cuts for name in cut)]

    def query(self, metric: Metric, cut: Cut = ()) -> MetricQuery:
        return MetricQuery(metric.id, self.period, cut, self.where)

    @property
    def params(self) -> list[tuple[str, str]]:
        """As they stand in an address."""
        days = [("from", str(self.period.first)), ("to", str(self.period.last))]
        return days + [(name, code) for name, codes in self.where for code in codes]


def _look(name: str, first: str, last: str, cut: str, **where: str | list[str]) -> Look:
    return Look(name, Period.parse(first, last), filters(where), cut)


LOOKS = (
    _look("everything", "2026-08-01", "2026-10-20", "urgency"),
    _look("a month of a district", "2026-09-01", "2026-09-30", "street", district="D1"),
    _look("a week of two units", "2026-10-05", "2026-10-11", "category", department=["B1", "B2"]),
    _look("a day", "2026-10-19", "2026-10-19", "channel"),
    _look("a street", "2026-08-10", "2026-10-05", "grid", district="D1", street="S11"),
    _look("a category", "2026-08-01", "2026-10-20", "category_2", category="x:01"),
    _look("one source", "2026-08-15", "2026-09-14", "state", source="hotline"),
    _look("what is not known", "2026-10-01", "2026-11-15", "supervisor", street="-"),
)


PLACES = [(role, look) for role in ROLES for look in (LOOKS[:3] if role == "nobody" else LOOKS)]
"""Who looks at what."""


def truncating(usual: Catalogue, names: Sequence[str]) -> Catalogue:
    """The catalogue of a city that cuts off where others round."""
    metrics = {m.id: replace(m, rounding="truncate") if m.id in names else m for m in usual}
    return Catalogue(metrics, f"{usual.digest}-truncating")


CATALOGUE = truncating(Catalogue.load(), ["hotline.return_rate", "grid.closing_rate"])


def questions(look: Look) -> Iterator[tuple[Asked, MetricQuery]]:
    for metric in CATALOGUE:
        if look.allows(metric):
            for cut in look.cuts_of(metric):
                yield (metric.id, cut), look.query(metric, cut)


def number_of_questions() -> int:
    return sum(len(list(questions(look))) for _, look in PLACES)


def of_group(query: MetricQuery, group: Mapping[str, str]) -> MetricQuery:
    """The uncut question that has one group of a table for its answer."""
    where, period = dict(query.where), query.period
    for name, code in group.items():
        if name in list(Grain):
            period = days_of(period, Grain(name), code)
        else:
            where[name] = (code,)
    return MetricQuery(query.metric, period, (), filters(where))


def days_of(period: Period, grain: Grain, code: str) -> Period:
    """Those days of a period that lie in one step of time."""
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    own = [day for day in days if step_name(day, grain) == code]
    return Period(own[0], own[-1])


def step_name(day: date, grain: Grain) -> str:
    year, week, _ = day.isocalendar()
    return {
        Grain.DAY: str(day),
        Grain.WEEK: f"{year}-W{week:02}",
        Grain.MONTH: str(day)[:7],
        Grain.YEAR: str(day.year),
    }[grain]


def told(row: MetricRow) -> tuple[object, ...]:
    """All that is said of one figure."""
    return (row.ratio, row.value, row.state, row.grade, row.missing, row.provisional)


def group_in_the_middle(results: Sequence[MetricResult]) -> dict[str, str]:
    """A group that the longest table has; empty where no table has any."""
    longest = max(results, key=lambda result: len(result.rows))
    return dict(longest.rows[len(longest.rows) // 2].group) if longest.rows else {}


def row_of(result: MetricResult, group: Mapping[str, str]) -> MetricRow | None:
    return next((row for row in result.rows if row.group == group), None)
