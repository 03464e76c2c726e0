"""What a metric is and what comes back when it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from dashboard.core.values import FigureState, Grain, Period, Ratio, half_up
from dashboard.metrics.facts.base import Fact, Measure

Form = Literal["count", "rate", "hours_median"]
Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters: (dimension, codes), sorted; the same filters are the same value."""

SCALE: Mapping[Form, Decimal] = {
    "count": Decimal(1),
    "rate": Decimal(100),
    "hours_median": Decimal(1) / Decimal(3600),
}
"""What the raw quotient or median (seconds) is multiplied by to be in the metric's unit."""


@dataclass(frozen=True)
class Metric:
    """A definition, resolved: `numerator` and `denominator` are measures of one fact."""

    id: str
    form: Form
    name: str
    name_en: str
    formula: str
    formula_en: str
    fact: Fact
    numerator: Measure
    denominator: Measure | None
    time: str
    unit: str
    unit_en: str
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    decimals: int
    min_denominator: int
    comparable: bool
    standard: str
    status: str
    owner: str
    since: date
    why: str
    why_en: str
    where: str = ""

    @property
    def cuts(self) -> tuple[str, ...]:
        """Dimensions and grains it may be cut by."""
        return (*(grain.value for grain in Grain), *self.fact.cuts)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def adds_up(self) -> bool:
        """Whether the parts of a cut sum to the whole. Medians do not."""
        return self.form != "hours_median"


@dataclass(frozen=True)
class Target:
    value: Decimal
    since: date
    source: str


@dataclass(frozen=True)
class MetricQuery:
    """A question: one metric over days of the city's calendar, cut and filtered."""

    metric: str
    period: Period
    by: tuple[str, ...] = ()
    where: Where = ()


def filters(given: Mapping[str, tuple[str, ...] | list[str] | str]) -> Where:
    """Filters in their one canonical order; empty ones are dropped."""
    return tuple(
        (name, tuple(sorted({codes} if isinstance(codes, str) else set(codes))))
        for name, codes in sorted(given.items())
        if codes
    )


@dataclass(frozen=True)
class MetricRow:
    """One group. `value` is None unless `state` is ok; counts are shown even then."""

    group: Mapping[str, str]
    ratio: Ratio
    value: Decimal | None
    state: FigureState

    def shown(self, decimals: int) -> str | None:
        """The value as printed, half-up."""
        return None if self.value is None else str(half_up(self.value, decimals))


@dataclass(frozen=True)
class MetricResult:
    """An answer, with what it rests on. `complete_to` is the least complete source's; instants are
    in the city's zone, so that their day is the city's day.
    """

    metric: Metric
    query: MetricQuery
    rows: tuple[MetricRow, ...]
    data_version: int
    as_of: datetime
    complete_to: datetime | None
    sources: tuple[str, ...] = ()
    targets: tuple[Target, ...] = field(default=())

    @property
    def total(self) -> MetricRow:
        """The one row of an answer that was not cut."""
        if self.query.by:
            raise ValueError(f"{self.metric.id} was cut by {self.query.by}: it has no one row")
        return self.rows[0]

    @property
    def target(self) -> Target | None:
        """The target in force on the last day of the period."""
        current = [t for t in self.targets if t.since <= self.query.period.last]
        return max(current, key=lambda t: t.since, default=None)
