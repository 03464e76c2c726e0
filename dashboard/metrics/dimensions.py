"""Filters and cuts by their public names: what `district=…` means, and which codes exist.

The same names serve the API, the command line and every page's query string.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sqlalchemy import ColumnElement, or_

from dashboard.city.model import City
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.states import STATES
from dashboard.core.values import UNKNOWN
from dashboard.metrics.facts.base import Fact
from dashboard.metrics.model import Where

REGION_LEVELS = ("district", "street", "community", "grid")
CATEGORY_LEVELS = ("category", "category_2", "category_3")
DEPARTMENT, SOURCE, KIND, STATE = "department", "source", "kind", "state"
FIRST_DEPARTMENT = "first_department"


@dataclass(frozen=True)
class Dimensions:
    """Codes and names of one city, and the predicates that filters stand for."""

    city: City

    def predicates(self, fact: Fact, where: Where) -> Iterable[ColumnElement[bool]]:
        """Raises `UsageError` for a dimension the fact lacks or a code the city does not have."""
        for name, codes in where:
            column = self._column(fact, name)
            self.check_codes(name, codes)
            if name == "category":
                yield self._in_category(fact, codes)
            else:
                yield column.in_(codes)

    def _column(self, fact: Fact, name: str) -> ColumnElement[str]:
        try:
            return fact.cuts[name]
        except KeyError:
            raise UsageError(
                f"{fact.title} cannot be filtered by `{name}`.",
                where=name,
                fix=did_you_mean(name, fact.cuts),
            ) from None

    def _in_category(self, fact: Fact, codes: tuple[str, ...]) -> ColumnElement[bool]:
        """A category means itself and all beneath it, at whatever depth it stands."""
        by_depth: dict[int, list[str]] = {}
        for code in codes:
            depth = 1 if code == UNKNOWN else self.city.categories[code].depth
            by_depth.setdefault(depth, []).append(code)
        return or_(
            *(fact.cuts[CATEGORY_LEVELS[depth - 1]].in_(found) for depth, found in by_depth.items())
        )

    def check_codes(self, name: str, codes: Iterable[str]) -> None:
        known = self.codes(name)
        if known is None:
            return
        for code in codes:
            if code != UNKNOWN and code not in known:
                raise UsageError(
                    f"There is no {name} `{code}` in {self.city.name_en or self.city.name}.",
                    where=f"{name}={code}",
                    fix=self._nearest(name, code, known),
                )

    def _nearest(self, name: str, code: str, known: Collection[str]) -> str:
        for candidate in known:
            if self.name(name, candidate) == code:
                return f"filters take codes: {name}={candidate}"
        if len(known) > 60:
            return f"take one of the codes listed by `by={name}`"
        return did_you_mean(code, known)

    def codes(self, name: str) -> Collection[str] | None:
        """Every code of a dimension, or None where the source's own words are the codes."""
        if name in REGION_LEVELS:
            return self._regions.get(name, {})
        tables: Mapping[str, Collection[str]] = {
            DEPARTMENT: self.city.departments,
            FIRST_DEPARTMENT: self.city.departments,
            SOURCE: self.city.sources,
            KIND: ("hotline", "grid"),
            STATE: STATES,
        }
        if name in CATEGORY_LEVELS:
            return self.city.categories
        return tables.get(name)

    @cached_property
    def _regions(self) -> Mapping[str, Collection[str]]:
        """Codes by level in the order of the pack; gone through once, not for every question."""
        levels: dict[str, dict[str, None]] = {}
        for region in self.city.regions.values():
            levels.setdefault(region.level, {})[region.code] = None
        return levels

    def name(self, dimension: str, code: str, language: str = "zh") -> str:
        """What people call a code; the code itself where nobody gave it a name."""
        zh, en = self._names(dimension, code)
        return (en or zh or code) if language == "en" else (zh or en or code)

    def _names(self, dimension: str, code: str) -> tuple[str, str]:
        if code == UNKNOWN:
            return "未填", "Not given"
        if dimension == SOURCE:
            spec = self.city.sources.get(code)
            return (spec.title, spec.title_en) if spec else (code, code)
        if dimension in WORDS:
            return WORDS[dimension].get(code, (code, code))
        entry = self._table(dimension).get(code)
        return (entry.name, entry.name_en) if entry else (code, code)

    def _table(self, dimension: str) -> Mapping[str, "_Named"]:
        if dimension in REGION_LEVELS or dimension == "city":
            return self.city.regions
        if dimension in CATEGORY_LEVELS:
            return self.city.categories
        return self.city.departments if dimension in (DEPARTMENT, FIRST_DEPARTMENT) else {}


WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    KIND: {"hotline": ("热线工单", "Hotline ticket"), "grid": ("网格事件", "Grid event")},
    STATE: STATES,
    "urgency": {
        "normal": ("一般", "Normal"),
        "urgent": ("紧急", "Urgent"),
        "emergency": ("特急", "Emergency"),
    },
    "channel": {
        "phone": ("电话", "Phone"),
        "web": ("网站", "Website"),
        "wechat": ("微信", "WeChat"),
        "app": ("APP", "App"),
        "transfer": ("110转办", "Passed on by 110"),
        "superior": ("上级转办", "Passed down"),
        "patrol": ("巡查上报", "Patrol"),
        "public": ("公众上报", "Public report"),
        "video": ("视频抓拍", "Video"),
        "sensor": ("物联感知", "Sensor"),
        "inspection": ("督查", "Inspection"),
    },
    "request_type": {
        "consultation": ("咨询", "Consultation"),
        "request": ("求助", "Request"),
        "complaint": ("投诉", "Complaint"),
        "report": ("举报", "Report"),
        "suggestion": ("建议", "Suggestion"),
        "praise": ("表扬", "Praise"),
    },
}
"""Names of codes that are the same in every city; a source's own word stands for itself."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...
