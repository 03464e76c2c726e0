"""What a person is looking at: days, filters, the region they drilled to, the chosen metric."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.city.model import City
from dashboard.core.values import Grain, Period, bucket
from dashboard.metrics.model import Form, Where, filters

DRILL = ("district", "street", "community")
"""Levels a person can drill through, from the whole city down."""


@dataclass(frozen=True)
class View:
    period: Period
    where: Where
    metric: str

    @property
    def filters(self) -> Mapping[str, tuple[str, ...]]:
        return dict(self.where)

    @property
    def focus(self) -> tuple[str, str] | None:
        """(level, code) of the smallest single region filtered to, None for the whole city."""
        found = None
        for level in DRILL:
            codes = self.filters.get(level, ())
            if len(codes) == 1:
                found = (level, codes[0])
        return found

    def child_level(self, city: City) -> str | None:
        """The level to compare below the focus: the next one the pack has; None at the bottom."""
        at = -1 if self.focus is None else DRILL.index(self.focus[0])
        return next((level for level in DRILL[at + 1 :] if level in city.levels), None)

    def without(self, *names: str) -> "View":
        return replace(self, where=filters({k: v for k, v in self.where if k not in names}))

    def trend(self, form: Form) -> tuple[Period, Grain]:
        """Days and steps of the trend: enough run-up to see a shape, steps large enough to judge.

        A rate of one street on one day rests on a handful of cases, so below the city it is drawn
        by weeks.
        """
        if self.period.days > 370:
            return self.period, Grain.MONTH
        if self.period.days > 92:
            return self.period, Grain.WEEK
        if form != "count" and self.where:
            return self._weeks(max(12, -(-self.period.days // 7))), Grain.WEEK
        return Period(min(self.period.first, self._back(29)), self.period.last), Grain.DAY

    def spark(self, form: Form) -> tuple[Period, Grain]:
        """A fortnight of days for counts, twelve weeks for what needs more cases."""
        if form == "count":
            return Period(self._back(13), self.period.last), Grain.DAY
        return self._weeks(12), Grain.WEEK

    def _back(self, days: int) -> date:
        return self.period.last - timedelta(days=days)

    def _weeks(self, weeks: int) -> Period:
        """Whole weeks, the last one as far as it has come."""
        first = bucket(self.period.last, Grain.WEEK) - timedelta(weeks=weeks - 1)
        return Period(first, self.period.last)
