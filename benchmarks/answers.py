"""Answers in a form in which the engine's and those by hand can be compared."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dashboard.access.scope import Scope
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentPage, IncidentQuery
from dashboard.metrics.model import PERCENTILES, MetricQuery, MetricResult, MetricRow, Where
from dashboard.metrics.settlement import Settling
from dashboard.services import Services


class Key(NamedTuple):
    """A question: metric, period, cuts, filters."""

    metric: str
    period: str
    by: tuple[str, ...] = ()
    where: Where = ()


Numbers = tuple[float, ...]
Figures = dict[tuple[str, ...], Numbers]
"""Group → what was counted: numerator and denominator; of a percentile, rows and hours; of a score,
points and the most there are."""
Answers = dict[Key, Figures]

SETTLING, LIST = "settling of", "list of"


class Recorder(MetricEngine):
    """An engine that keeps what it was asked, so that a whole page can be compared."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.catalogue, services.city, services.facts)
        self.heard: list[tuple[MetricQuery, MetricResult]] = []
        self.settled: list[tuple[MetricQuery, Settling]] = []

    def run(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[MetricResult]:
        found = super().run(queries, scope=scope)
        self.heard += zip(queries, found, strict=True)
        return found

    def settlings(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[Settling]:
        found = super().settlings(queries, scope=scope)
        self.settled += zip(queries, found, strict=True)
        return found

    @property
    def told(self) -> Answers:
        figures = {
            Key(query.metric, str(query.period), query.by, query.where): dict(_figures(result))
            for query, result in self.heard
        }
        return figures | {
            settling_key(query.metric, str(query.period), query.where): {(): _settling(one)}
            for query, one in self.settled
        }


def settling_key(metric: str, period: str, where: Where) -> Key:
    return Key(f"{SETTLING} {metric}", period, (), where)


def list_key(metric: str, period: str, where: Where) -> Key:
    return Key(f"{LIST} {metric}", period, (), where)


def told_list(query: IncidentQuery, page: IncidentPage) -> Answers:
    """Which incidents in which order, and how many there are in all."""
    names = [(str(row["source"]), str(row["source_id"])) for row in page.rows]
    key = list_key(query.metric, str(query.period), query.where)
    return {key: listed(names, page.total)}


def listed(names: Iterable[tuple[str, ...]], total: int) -> Figures:
    return {(): (float(total),), **{name: (float(i),) for i, name in enumerate(names)}}


def numbers(*found: object) -> Numbers:
    """Rounded where sums of binary fractions begin to differ."""
    return tuple(round(float(str(value or 0)), 6) for value in found)


def differences(ours: Answers, by_hand: Answers) -> list[str]:
    keys = sorted({key for key in {*ours, *by_hand} if ours.get(key) != by_hand.get(key)}, key=repr)
    return [_difference(key, ours.get(key), by_hand.get(key)) for key in keys]


def _difference(key: Key, ours: Figures | None, by_hand: Figures | None) -> str:
    if ours is None or by_hand is None:
        lacking = "the engine was not asked" if ours is None else "nothing is written by hand"
        return f"{key}: {lacking}"
    groups = [group for group in {**ours, **by_hand} if ours.get(group) != by_hand.get(group)]
    first = groups[0]
    return (
        f"{key}: {len(groups)} groups, of them {first}: {ours.get(first)} "
        f"but by hand {by_hand.get(first)}"
    )


def _figures(result: MetricResult) -> Iterator[tuple[tuple[str, ...], Numbers]]:
    """A group in which nothing was counted is none, nor is one without a score."""
    for row in result.rows:
        found = _numbers(result, row)
        empty = row.value is None if result.metric.form == "score" else not any(found)
        if not (empty and result.query.by):
            yield tuple(row.group.values()), found


def _numbers(result: MetricResult, row: MetricRow) -> Numbers:
    if result.metric.form in PERCENTILES:
        return numbers(row.ratio.numerator, row.value)
    if row.ratio.denominator is None:
        return numbers(row.ratio.numerator)
    return numbers(row.ratio.numerator, row.ratio.denominator)


def _settling(one: Settling) -> Numbers:
    low, high = one.band or (0, 0)
    day = one.settles_on.toordinal() if one.settles_on else 0
    return numbers(low, high, one.undecided, day)
