"""The same figure by paths that share as little as they can, and whether they tell the same.

The answer that pages are given; the question asked anew by an engine that remembers nothing; the
parts of its table added up; the list of incidents behind it counted; its export read to the end.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboard.access.scope import Scope
from dashboard.core.values import FigureState, Grain
from dashboard.facts import incidents
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister, IncidentQuery
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.metrics.watch import Difference, Question

Said = Mapping[str, str]
"""numerator, denominator, value and state of a figure, as far as a path knows them."""

Path = Callable[[Question], Said]
EXPORTED_AT_MOST = 2000
"""Rows; a longer export is not read: it would cost more than it can tell."""

COUNTED = (FigureState.OK, FigureState.TOO_FEW)
PARTS = ("numerator", "denominator", "value", "state")


@dataclass(frozen=True)
class Paths:
    """`running` is the engine that pages ask, `fresh` one that nobody has asked before."""

    running: MetricEngine
    fresh: MetricEngine
    lister: IncidentLister
    scope: Scope

    def all(self) -> Mapping[str, Path]:
        return {
            "figure": self.figure,
            "fresh": lambda question: _told(self._total(self.fresh, question)),
            "table": self.table,
            "list": self.listed,
            "export": self.exported,
        }

    def figure(self, question: Question) -> Said:
        return _told(self._total(self.running, question))

    def table(self, question: Question) -> Said:
        """Sums of what can be summed: what is there at the end of each step cannot."""
        if not _adds_up(self.running.catalogue[question.query.metric], question):
            return {}
        by = replace(question.query, by=(question.cut,))
        answer = self.running.run([by], scope=self.scope)[0]
        if self._is_untold(question):
            return {}
        ratios = [row.ratio for row in answer.rows]
        said = {"numerator": plain(sum((r.numerator for r in ratios), Decimal(0)))}
        if answer.metric.bottom is not None:
            below = sum((r.denominator or Decimal(0) for r in ratios), Decimal(0))
            said["denominator"] = plain(below)
        return said

    def listed(self, question: Question) -> Said:
        return {
            part: plain(Decimal(self.lister.total(query, scope=self.scope)))
            for part, query in self._lists(question)
        }

    def exported(self, question: Question) -> Said:
        said = {}
        for part, query in self._lists(question):
            if self.lister.total(query, scope=self.scope) <= EXPORTED_AT_MOST:
                tables = self.lister.export(query, scope=self.scope)
                said[part] = plain(Decimal(sum(table.num_rows for table in tables)))
        return said

    def _total(self, engine: MetricEngine, question: Question) -> MetricResult:
        return engine.run([question.query], scope=self.scope)[0]

    def _is_untold(self, question: Question) -> bool:
        """Not due, not delivered: then nothing is counted, though there may be rows."""
        return self._total(self.running, question).total.state not in COUNTED

    def _lists(self, question: Question) -> Iterator[tuple[str, IncidentQuery]]:
        """Of the parts of a figure that are numbers of incidents."""
        query = question.query
        metric = self.running.catalogue[query.metric].at(query.period.last)
        if self._is_untold(question):
            return
        for part, leg in (("numerator", metric.top), ("denominator", metric.bottom)):
            counted = leg is not None and leg.measure.arithmetic != "sum"
            if leg is not None and counted and leg.fact.table is incidents:
                yield part, IncidentQuery(query.period, query.where, metric=metric.id, part=part)


def difference(said: Mapping[str, Said]) -> Difference | None:
    """The first part of a figure of which two paths tell something else."""
    for part in PARTS:
        told = {path: one[part] for path, one in said.items() if part in one}
        if len(set(told.values())) > 1:
            return Difference(part, told)
    return None


def plain(number: Decimal | float | str) -> str:
    """The same number is the same text, however many zeros it came with."""
    exact = Decimal(str(number))
    return f"{exact.normalize():f}" if exact else "0"


def _told(result: MetricResult) -> Said:
    row: MetricRow = result.total
    said = {"numerator": plain(row.ratio.numerator), "state": row.state.value}
    if row.ratio.denominator is not None:
        said["denominator"] = plain(row.ratio.denominator)
    if row.value is not None:
        said["value"] = str(result.metric.shown(row.value))
    return said


def _adds_up(metric: Metric, question: Question) -> bool:
    steps = question.cut in set(Grain)
    versions = any(version.since > question.query.period.first for version in _versions(metric))
    return metric.form != "score" and not (steps and (metric.form == "snapshot" or versions))


def _versions(metric: Metric) -> tuple[Metric, ...]:
    return (metric, *metric.earlier) if metric.earlier else ()
