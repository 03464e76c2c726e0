"""What a city pack says, as plain frozen data. `load.py` makes it, everything else reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dashboard.core.work_calendar import Country, WorkCalendar
from dashboard.core.working_clock import SLOTS, Limit, Slot, WorkingClock

Level = Literal["city", "district", "street", "community", "grid"]
LEVELS: tuple[Level, ...] = ("city", "district", "street", "community", "grid")
"""From the whole to the smallest; a pack may leave out any but the first."""

Stage = Literal["sign", "handle", "dispose", "rectify"]
Start = Literal["created", "dispatched", "signed", "filed", "reviewed"]
DEADLINES: Mapping[Stage, str] = MappingProxyType(
    {
        "sign": "sign_due_at",
        "handle": "due_at",
        "dispose": "disposal_due_at",
        "rectify": "rectify_due_at",
    }
)
"""The field that a limit of each stage computes; `rectify` is of reviews, all else of incidents."""

Names = Mapping[str, str]
"""Language → name; `zh` or the pack's own language is always there."""


@dataclass(frozen=True)
class Region:
    code: str
    level: Level
    parent: str
    name: str
    name_en: str
    population: int | None = None
    point: tuple[float, float] | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Department:
    code: str
    name: str
    name_en: str
    parent: str = ""


@dataclass(frozen=True)
class Category:
    """`code` is `system:code`, because the same digits mean other things in other editions."""

    code: str
    system: str
    parent: str
    depth: int
    name: str
    name_en: str


@dataclass(frozen=True)
class CategorySystem:
    id: str
    name: str
    version: str
    source: str


@dataclass(frozen=True)
class Target:
    metric: str
    value: Decimal
    since: date
    source: str


@dataclass(frozen=True)
class Group:
    """Units of one dimension that are ranked among themselves: counties with counties."""

    code: str
    name: str
    name_en: str
    dimension: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class WorkSettings:
    """When a city works: hours of a day, whose holidays, years that calendar.csv has in full."""

    slots: tuple[Slot, ...] = SLOTS
    country: Country = "CN"
    published_years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class LimitRule:
    """One row of limits.csv: which cases it is for (an empty criterion means any), how long they
    have, and from when on. Valid for what was created, or reviewed, on these days, both included.
    """

    id: str
    stage: Stage
    limit: Limit
    starts: Start
    basis: str
    kind: str = ""
    request_type: str = ""
    urgency: str = ""
    category: str = ""
    condition: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    extension: Decimal | None = None
    """What one extension adds, in the unit of the limit; None: the limit once more."""
    priority: int = 0
    where: str = ""

    def extended(self, times: int) -> Limit:
        more = self.limit.number if self.extension is None else self.extension
        return Limit(self.limit.number + times * more, self.limit.unit)


@dataclass(frozen=True)
class FieldRule:
    """How one canonical field is made from what the source sends.

    One of `value` (a constant), `column`, or `columns` (their cells joined with `|`; missing where
    all are). Steps run in this order: missing markers → NULL, `strip` (a regular expression whose
    matches are dropped), `table` (code table), parsing.
    """

    field: str
    column: str = ""
    columns: tuple[str, ...] = ()
    value: str | None = None
    table: Mapping[str, str] | None = None
    otherwise: Literal["reject", "keep", "unknown"] = "reject"
    strip: str = ""
    formats: tuple[str, ...] = ()
    where: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns of the source that the field is made from."""
        return self.columns or ((self.column,) if self.column else ())


@dataclass(frozen=True)
class SourceSpec:
    """One source of a city: what it delivers, who answers for it, how its rows become facts."""

    name: str
    fact: str
    title: str
    title_en: str
    owner: str
    freshness: timedelta
    connector: Mapping[str, object]
    fields: tuple[FieldRule, ...]
    missing: tuple[str, ...]
    zone: ZoneInfo
    locate: Level | None = None
    where: str = ""
    computed: frozenset[str] = frozenset()
    """Deadlines that the limits of the pack give its rows."""

    @property
    def delivers(self) -> frozenset[str]:
        """Canonical fields its rows have; what is not here is “not delivered”."""
        return self.maps | self.computed

    @property
    def maps(self) -> frozenset[str]:
        """Those that the source itself sends."""
        return frozenset(rule.field for rule in self.fields)

    def constant(self, field: str) -> str | None:
        """The value this source gives every row, or None where rows differ."""
        return next((rule.value for rule in self.fields if rule.field == field), None)


@dataclass(frozen=True)
class City:
    """A loaded pack. Regions, departments and categories are keyed by code."""

    folder: Path
    id: str
    code: str
    name: str
    name_en: str
    zone: ZoneInfo
    language: Literal["zh", "en"]
    demonstration: bool
    levels: tuple[Level, ...]
    regions: Mapping[str, Region]
    departments: Mapping[str, Department]
    category_systems: Mapping[str, CategorySystem]
    categories: Mapping[str, Category]
    calendar: Mapping[date, bool]
    targets: tuple[Target, ...]
    sources: Mapping[str, SourceSpec]
    geometry: Mapping[Level, Path] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    appraisal_day: int = 1
    """The day of the month on which the appraisal month begins."""
    work: WorkSettings = WorkSettings()
    limits: tuple[LimitRule, ...] = ()
    scoring: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """`scoring.toml` as it is written; what it means is known where metrics are."""

    @cached_property
    def clock(self) -> WorkingClock:
        """The city's own: its working days and hours in its zone."""
        work = self.work
        calendar = WorkCalendar(work.country, self.calendar, work.published_years)
        return WorkingClock(calendar, work.slots, self.zone)
