"""What a metric is and what comes back when it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from dashboard.core.values import FigureState, Grain, Period, Ratio
from dashboard.metrics.arithmetic import Rounding, rounded
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.scoring import Scheme

Form = Literal[
    "count",
    "snapshot",
    "rate",
    "mean",
    "seconds_mean",
    "hours_mean",
    "hours_median",
    "hours_p90",
    "per_10k",
    "density",
    "score",
]
"""Kind of arithmetic. Which one it is, the end of the id says; see `catalogue.form_of`."""

Base = Literal["residents", "unit_grids"]
"""What the region tree supplies as a denominator."""

Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Filters: (dimension, codes), sorted; the same filters are the same value."""

INSTANT = "instant"
"""Time of a snapshot: what is there at the end of a day."""

SCALE: Mapping[Form, Decimal] = {
    "rate": Decimal(100),
    "per_10k": Decimal(10_000),
}
"""What a quotient is multiplied by to be in the metric's unit; 1 where it is not named."""

PER: Mapping[Form, Decimal] = {
    "hours_mean": Decimal(3600),
    "hours_median": Decimal(3600),
    "hours_p90": Decimal(3600),
}
"""What it is divided by: seconds are counted, hours are shown."""

AMOUNTS = frozenset({"count", "snapshot"})
PERCENTILES = frozenset({"hours_median", "hours_p90"})
HAVE_DENOMINATOR = frozenset({"rate", "mean", "seconds_mean", "hours_mean"})
HAVE_BASE: Mapping[str, Base] = {"per_10k": "residents", "density": "unit_grids"}


@dataclass(frozen=True)
class Leg:
    """Rows of one fact, counted by one of its days."""

    fact: Fact
    time: str
    measure: Measure


@dataclass(frozen=True)
class Words:
    """A metric in words, in one language."""

    name: str
    formula: str
    counts: str
    of: str
    exclusions: str
    unit: str
    why: str


@dataclass(frozen=True)
class Metric:
    """One version of a definition, resolved.

    A count has a numerator; a rate or mean a denominator as well, which may be of another fact or
    counted by another day; a score has parts instead. `earlier` are the versions before this one,
    the newest first.
    """

    id: str
    form: Form
    zh: Words
    en: Words
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    decimals: int
    standard: str
    status: str
    owner: str
    since: date
    top: Leg | None = None
    bottom: Leg | None = None
    base: Base | None = None
    joining: Measure | None = None
    undecided: Measure | None = None
    scheme: Scheme | None = None
    parts: "tuple[Metric, ...]" = ()
    rounding: Rounding = "half_up"
    min_denominator: int = 0
    comparable: bool = True
    target: Decimal | None = None
    target_source: str = ""
    bands: tuple[Decimal, ...] = ()
    earlier: "tuple[Metric, ...]" = ()
    where: str = ""

    @cached_property
    def legs(self) -> tuple[Leg, ...]:
        """What is counted: the numerator's leg first. Of a score, those of all its parts."""
        if self.parts:
            return tuple(leg for part in self.parts for leg in part.legs)
        return tuple(leg for leg in (self.top, self.bottom) if leg is not None)

    @property
    def fact(self) -> Fact:
        """The population counted; of a score, its first part's."""
        return self.legs[0].fact

    @property
    def numerator(self) -> Measure | None:
        return self.top.measure if self.top else None

    @property
    def denominator(self) -> Measure | None:
        return self.bottom.measure if self.bottom else None

    @property
    def time(self) -> str:
        """The day it is counted by; of a score, its first part's."""
        return self.legs[0].time

    @cached_property
    def cuts(self) -> tuple[str, ...]:
        """Dimensions and grains it may be cut by: those that all of its legs share."""
        shared = [cut for cut in self.fact.cuts if all(cut in leg.fact.cuts for leg in self.legs)]
        if len({leg.fact.table.name for leg in self.legs}) > 1:
            shared = [cut for cut in shared if cut not in NAMED_BY_TABLE]
        return (*(grain.value for grain in Grain), *shared)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Those of its cuts that are no steps of time: what it may be filtered by."""
        return tuple(cut for cut in self.cuts if cut not in set(Grain))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(dict.fromkeys(leg.measure for leg in self.legs))

    @property
    def adds_up(self) -> bool:
        """Whether the parts of a cut sum to the whole, above and below. Percentiles and scores do
        not, and what is open at the end of each day is not what is open at the end of all.
        """
        return self.form in AMOUNTS | HAVE_DENOMINATOR

    @property
    def is_amount(self) -> bool:
        return self.form in AMOUNTS

    @property
    def name(self) -> str:
        return self.zh.name

    @property
    def name_en(self) -> str:
        return self.en.name

    @property
    def formula(self) -> str:
        return self.zh.formula

    @property
    def formula_en(self) -> str:
        return self.en.formula

    @property
    def unit(self) -> str:
        return self.zh.unit

    @property
    def unit_en(self) -> str:
        return self.en.unit

    @property
    def why(self) -> str:
        return self.zh.why

    @property
    def why_en(self) -> str:
        return self.en.why

    def at(self, day: date) -> "Metric":
        """The version in force on a day; before the first one, the first."""
        versions = (self, *self.earlier)
        return next((one for one in versions if one.since <= day), versions[-1])

    def shown(self, value: Decimal) -> Decimal:
        """The value as printed."""
        return rounded(value, self.decimals, self.rounding)


NAMED_BY_TABLE = frozenset({"source", "channel"})
"""Cuts whose codes mean another thing in each table."""


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
    """One group. `value` is None unless `state` is ok; counts are shown even then.

    `grade` and `missing` (the parts without a figure) are those of a score; `provisional` says how
    many of the rows counted have a deadline that rests on a calendar not published yet.
    """

    group: Mapping[str, str]
    ratio: Ratio
    value: Decimal | None
    state: FigureState
    grade: str = ""
    missing: tuple[str, ...] = ()
    provisional: int = 0

    def shown(self, decimals: int, rounding: Rounding = "half_up") -> str | None:
        """The value as printed."""
        return None if self.value is None else str(rounded(self.value, decimals, rounding))


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
