"""What a bulletin template says, as plain frozen data. `loader.py` makes it from a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from dashboard.core.values import Grain
from dashboard.metrics.model import Where
from dashboard.reports.grammar import Text
from dashboard.reports.schedule import Schedule

Kind = Literal["daily", "weekly", "monthly", "appraisal_month", "quarterly", "yearly", "by_hand"]
Language = Literal["zh", "en"]

PERIOD_OF: Mapping[Kind, str] = MappingProxyType(
    {
        "daily": "yesterday",
        "weekly": "last_week",
        "monthly": "last_month",
        "appraisal_month": "last_appraisal_month",
        "quarterly": "last_quarter",
        "yearly": "last_year",
        "by_hand": "",
    }
)
"""The period a kind tells of where the template names none; by hand it is always named."""


@dataclass(frozen=True)
class TableSpec:
    """Metrics across, the groups of a cut down."""

    metrics: tuple[str, ...]
    by: str
    title: str = ""
    rank: str = ""
    top: int = 0
    change: bool = False
    total: bool = False
    groups: bool = False


@dataclass(frozen=True)
class ChartSpec:
    """One metric over the last `steps` steps of time, beside the same a year before."""

    metric: str
    grain: Grain
    steps: int
    title: str = ""


@dataclass(frozen=True)
class Section:
    """Shown in this order: paragraphs, figures, table, chart. Without a title it continues the one
    before. `where` narrows all of it.
    """

    name: str
    title: str
    text: Text = ()
    where: Where = ()
    figures: tuple[str, ...] = ()
    table: TableSpec | None = None
    chart: ChartSpec | None = None


@dataclass(frozen=True)
class Template:
    """`unit` is the unit that issues it 承办单位, `to` whom it is sent to; `wait` is how long a
    scheduled run waits for sources that are not complete to the end of its period.
    """

    name: str
    title: str
    title_en: str
    kind: Kind
    period: str
    schedule: Schedule | None
    wait: timedelta
    language: Language
    unit: str
    to: str
    sections: tuple[Section, ...]
    digest: str
    where: str = ""

    @property
    def listed(self) -> tuple[tuple[str, Where], ...]:
        """Metrics of its lists of figures: what `{missed}` and `{met}` speak of."""
        pairs = ((m, section.where) for section in self.sections for m in section.figures)
        return tuple(dict.fromkeys(pairs))
