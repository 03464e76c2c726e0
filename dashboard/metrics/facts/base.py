"""What a fact and a measure are.

A fact is a population: a table, the rows of it that count, the days it can be counted by and the
dimensions it can be cut by. A measure says which of those rows to count (or what to sum, or take
the median of). Because a measure is a predicate, the list of incidents behind a figure is the same
expression as the figure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, DateTime, Numeric, Table, and_, bindparam, or_

Arithmetic = Literal["count", "sum", "median", "p90", "latest"]
Needs = tuple[str | tuple[str, ...], ...]
"""Columns a source must deliver; a tuple inside means that one of them is enough."""

Rule = Callable[[], ColumnElement[bool]]

AS_OF: ColumnElement[Any] = bindparam("as_of", type_=DateTime)
"""The instant the facts speak of. Never the clock on the wall: a figure of one data version is one
figure, and a source that stopped yesterday is not judged by today's deadlines."""

AT_END_OF: ColumnElement[Any] = bindparam("at_end_of", type_=Date)
"""The day of the city at whose end a snapshot looks."""

PARAMETERS: dict[str, Decimal] = {}
"""Numbers a city may set for itself, with what holds where it does not: filled by `parameter`."""

LIMITS: dict[str, tuple[int, int]] = {}
"""Between which numbers each of them makes sense, both included."""


def parameter(
    name: str, default: Decimal, between: tuple[int, int] = (0, 10**9)
) -> ColumnElement[Any]:
    """A number the city may set in `scoring.toml` under `[parameters.<name>]`; else `default`.

    It reaches the statement as a bind parameter of that name, so that one compiled statement
    serves every city.
    """
    LIMITS[name] = between
    if PARAMETERS.setdefault(name, default) != default:
        raise ValueError(f"`{name}` has two defaults: {PARAMETERS[name]} and {default}")
    return bindparam(name, default, type_=Numeric())


@dataclass(frozen=True)
class Measure:
    """`where` picks the rows; `value` is what is summed or ranked, absent for counts.

    Of a snapshot, `begins` and `ends` are the days on which a row came into the picture and left
    it, and `there` picks the rows that are in it at the end of one day.
    """

    name: str
    meaning: str
    where: ColumnElement[bool]
    arithmetic: Arithmetic = "count"
    value: ColumnElement[Any] | None = None
    needs: Needs = ()
    begins: ColumnElement[Any] | None = None
    ends: ColumnElement[Any] | None = None

    def missing(self, delivered: frozenset[str]) -> bool:
        """Whether a source that delivers these columns leaves out one that is needed."""
        return any(
            need not in delivered if isinstance(need, str) else delivered.isdisjoint(need)
            for need in self.needs
        )

    @property
    def there(self) -> ColumnElement[bool]:
        """The rows of a snapshot at the end of the day `AT_END_OF`; of any other measure, all."""
        if self.begins is None or self.ends is None:
            return self.where
        return and_(
            self.where, self.begins <= AT_END_OF, or_(self.ends.is_(None), self.ends > AT_END_OF)
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


def count(rule: Rule, *, needs: Needs = ()) -> Measure:
    """Count the rows for which the rule holds."""
    return Measure(rule.__name__, _meaning(rule), rule(), needs=needs)


def total(rule: Rule, value: ColumnElement[Any], *, needs: Needs = (), name: str = "") -> Measure:
    """Sum `value` over the rows for which the rule holds."""
    return Measure(name or rule.__name__, _meaning(rule), rule(), "sum", value, needs)


def median(rule: Rule, value: ColumnElement[Any], *, needs: Needs = (), name: str = "") -> Measure:
    """Median of `value` over the rows for which the rule holds, interpolated between two."""
    return Measure(name or rule.__name__, _meaning(rule), rule(), "median", value, needs)


def p90(rule: Rule, value: ColumnElement[Any], *, needs: Needs = (), name: str = "") -> Measure:
    """The value that nine in ten of the rows do not exceed, interpolated between two."""
    return Measure(name or rule.__name__, _meaning(rule), rule(), "p90", value, needs)


def snapshot(
    rule: Rule, *, begins: ColumnElement[Any], ends: ColumnElement[Any], needs: Needs = ()
) -> Measure:
    """Count the rows for which the rule holds and that are in the picture at the end of a day.

    Args:
        begins: First day it is in the picture.
        ends: Day on which it left, never before `begins`; NULL: it is still there.
    """
    return Measure(rule.__name__, _meaning(rule), rule(), needs=needs, begins=begins, ends=ends)


def named(*measures: Measure) -> Mapping[str, Measure]:
    return {measure.name: measure for measure in measures}


def _meaning(rule: Rule) -> str:
    return " ".join((rule.__doc__ or "").split())
