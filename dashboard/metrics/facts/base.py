"""What a fact and a measure are.

A fact is a population: a table, the rows of it that count, the days it can be counted by and the
dimensions it can be cut by. A measure says which of those rows to count (or what to sum, or take
the median of). Because a measure is a predicate, the list of incidents behind a figure is the same
expression as the figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, DateTime, Table, bindparam

Arithmetic = Literal["count", "sum", "median"]
Needs = tuple[str | tuple[str, ...], ...]
"""Columns a source must deliver; a tuple inside means that one of them is enough."""

AS_OF: ColumnElement[Any] = bindparam("as_of", type_=DateTime)
"""The instant the facts speak of. Never the clock on the wall: a figure of one data version is one
figure, and a source that stopped yesterday is not judged by today's deadlines."""


@dataclass(frozen=True)
class Measure:
    """`where` picks the rows; `value` is what is summed or ranked, absent for counts."""

    name: str
    meaning: str
    where: ColumnElement[bool]
    arithmetic: Arithmetic = "count"
    value: ColumnElement[Any] | None = None
    needs: Needs = ()

    def missing(self, delivered: frozenset[str]) -> bool:
        """Whether a source that delivers these columns leaves out one that is needed."""
        return any(
            need not in delivered if isinstance(need, str) else delivered.isdisjoint(need)
            for need in self.needs
        )


@dataclass(frozen=True)
class Fact:
    """A population. `times` and `cuts` name the columns it can be counted and cut by."""

    name: str
    title: str
    table: Table
    rows: ColumnElement[bool]
    times: Mapping[str, ColumnElement[Any]]
    cuts: Mapping[str, ColumnElement[str]]
    measures: Mapping[str, Measure]
    kinds: frozenset[str] = frozenset()


def count(rule: Callable[[], ColumnElement[bool]], *, needs: Needs = ()) -> Measure:
    """Count the rows for which the rule holds."""
    return Measure(rule.__name__, _meaning(rule), rule(), needs=needs)


def total(
    rule: Callable[[], ColumnElement[bool]], value: ColumnElement[Any], *, needs: Needs = ()
) -> Measure:
    """Sum `value` over the rows for which the rule holds."""
    return Measure(rule.__name__, _meaning(rule), rule(), "sum", value, needs)


def median(
    rule: Callable[[], ColumnElement[bool]], value: ColumnElement[Any], *, needs: Needs = ()
) -> Measure:
    """Median of `value` over the rows for which the rule holds, interpolated between two."""
    return Measure(rule.__name__, _meaning(rule), rule(), "median", value, needs)


def named(*measures: Measure) -> Mapping[str, Measure]:
    return {measure.name: measure for measure in measures}


def _meaning(rule: Callable[[], ColumnElement[bool]]) -> str:
    return " ".join((rule.__doc__ or "").split())
