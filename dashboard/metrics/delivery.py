"""Which sources fill a table, and which of them deliver what a metric needs.

A source that lacks a column stays out of both sides of a figure: its rows would otherwise count as
“no”, where nobody ever asked. A table that no pack maps (`deliveries`) is filled by every source.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.city.model import City, SourceSpec
from dashboard.facts import FACT_TABLES
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.model import Leg, Metric, Where


@dataclass(frozen=True)
class Delivery:
    """What the sources of one city deliver."""

    city: City

    def sources(self, metric: Metric, where: Where = ()) -> tuple[str, ...]:
        """Sources that can hold rows of the metric's facts, in the order of the pack."""
        asked = dict(where).get("source")
        holding = {spec.name for leg in metric.legs for spec in self._holding(leg.fact)}
        return tuple(
            name
            for name in self.city.sources
            if name in holding and (asked is None or name in asked)
        )

    def lacks(self, metric: Metric, source: str) -> bool:
        """Whether some leg that this source could fill is left without what it needs."""
        return any(
            spec.name == source and leg.measure.missing(spec.delivers)
            for leg in metric.legs
            for spec in self._holding(leg.fact)
        )

    def is_delivered(self, metric: Metric, where: Where = ()) -> bool:
        """Whether every leg has a source that delivers it."""
        asked = dict(where).get("source")
        return all(self._some(leg, asked) for leg in metric.legs)

    def _some(self, leg: Leg, asked: tuple[str, ...] | None) -> bool:
        return any(
            (asked is None or spec.name in asked) and not leg.measure.missing(spec.delivers)
            for spec in self._holding(leg.fact)
        )

    def restriction(self, fact: Fact, measures: Iterable[Measure]) -> tuple[str, ...] | None:
        """Sources whose rows may be counted, or None where all of them deliver what is needed."""
        wanted = list(measures)
        holding = self._holding(fact)
        delivering = [
            spec.name
            for spec in holding
            if not any(measure.missing(spec.delivers) for measure in wanted)
        ]
        return None if len(delivering) == len(holding) else tuple(delivering)

    def _holding(self, fact: Fact) -> list[SourceSpec]:
        specs = self.city.sources.values()
        if fact.table.name not in FACT_TABLES:
            return list(specs)
        return [
            spec
            for spec in specs
            if spec.fact == fact.table.name and _may_hold(spec.constant("kind"), fact)
        ]


def _may_hold(kind: str | None, fact: Fact) -> bool:
    return not fact.kinds or kind is None or kind in fact.kinds
