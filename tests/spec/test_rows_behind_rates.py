"""Which rows stand above and below the line of a rate, and which can still move it.

Whatever the rows are: what is above is below as well, and a figure asked later, when only the clock
has moved on, lies inside the band that was told before.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Table,
    and_,
    func,
    not_,
    select,
)

from dashboard.core.states import STATES
from dashboard.facts import applications, calls, incidents, reviews
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.compiler import parameters
from dashboard.metrics.model import Leg, Metric
from dashboard.store.facts_store import FactsStore
from tests.rows import local, store_rows

METRICS = list(Catalogue.load())
WITHIN = [
    metric
    for metric in METRICS
    if metric.top
    and metric.bottom
    and metric.top.fact is metric.bottom.fact
    and metric.top.time == metric.bottom.time
    and metric.top.fact.name != "deliveries"
]
MOVING = [metric for metric in METRICS if metric.joining or metric.undecided]
JOINED = [metric for metric in MOVING if metric.joining]
UNDECIDED = [metric for metric in MOVING if metric.undecided]
BEGUN, AS_OF, LATER = (
    local(text) for text in ("2026-10-01T00:00", "2026-10-10T12:00", "2026-10-16T12:00")
)


class Counts(NamedTuple):
    """Of the denominator, the numerator, and of the rows that can move it."""

    below: Decimal
    above: Decimal
    joining: Decimal
    leaving: Decimal
    entering: Decimal


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactsStore]:
    """Two thousand rows of any state with any column filled or not, likely or not."""
    store = FactsStore.open(tmp_path_factory.mktemp("undecided") / "facts.duckdb")
    dice = random.Random(20261121)  # noqa: S311 - not for secrets
    rows = [_incident(dice, number) for number in range(2000)]
    for kind in ("hotline", "grid"):
        of_kind = [row for row in rows if row["kind"] == kind]
        store_rows(store, kind, "incidents", of_kind, complete_to=AS_OF)
    for table in (applications, reviews, calls):
        made = [_row(dice, table, number) for number in range(300)]
        store_rows(store, table.name, table.name, made, complete_to=AS_OF)
    yield store
    store.close()


@pytest.mark.parametrize("metric", WITHIN, ids=lambda metric: metric.id)
def test_what_is_above_the_line_is_below_as_well(store: FactsStore, metric: Metric) -> None:
    leg = _below(metric)
    assert metric.numerator is not None
    outside = not_(func.coalesce(leg.measure.where, False))
    assert _count(store, leg, AS_OF, metric.numerator.where, outside) == 0


@pytest.mark.parametrize("metric", JOINED, ids=lambda metric: metric.id)
def test_rows_that_will_join_are_not_below_the_line_yet(store: FactsStore, metric: Metric) -> None:
    leg = _below(metric)
    assert metric.joining is not None
    found = _count(store, leg, AS_OF, metric.joining.where, leg.measure.where)
    assert found == 0
    assert _count(store, leg, AS_OF, metric.joining.where) > 0


@pytest.mark.parametrize("metric", UNDECIDED, ids=lambda metric: metric.id)
def test_undecided_rows_are_below_the_line(store: FactsStore, metric: Metric) -> None:
    leg = _below(metric)
    assert metric.undecided is not None
    outside = not_(func.coalesce(leg.measure.where, False))
    assert _count(store, leg, AS_OF, metric.undecided.where, outside) == 0
    assert _count(store, leg, AS_OF, metric.undecided.where) > 0


@pytest.mark.parametrize("metric", MOVING, ids=lambda metric: metric.id)
def test_as_the_clock_moves_on_a_figure_stays_inside_its_band(
    store: FactsStore, metric: Metric
) -> None:
    now, later = (_counts(store, metric, instant) for instant in (AS_OF, LATER))
    whole = now.below + now.joining
    assert now.below <= later.below <= whole
    low = (now.above - now.leaving) / whole
    high = (now.above + now.entering + now.joining) / whole
    assert low <= later.above / later.below <= high


def _counts(store: FactsStore, metric: Metric, as_of: datetime) -> Counts:
    leg = _below(metric)
    assert metric.numerator is not None
    above = func.coalesce(metric.numerator.where, False)
    joining = [metric.joining.where] if metric.joining else []
    undecided = [metric.undecided.where] if metric.undecided else []
    return Counts(
        _count(store, leg, as_of, leg.measure.where),
        _count(store, leg, as_of, leg.measure.where, above),
        _count(store, leg, as_of, *joining) if joining else Decimal(0),
        _count(store, leg, as_of, *undecided, above) if undecided else Decimal(0),
        _count(store, leg, as_of, *undecided, not_(above)) if undecided else Decimal(0),
    )


def _count(store: FactsStore, leg: Leg, as_of: datetime, *where: ColumnElement[bool]) -> Decimal:
    """Rows of the whole population: by which day they are counted makes no difference here."""
    rows = and_(leg.fact.rows, leg.fact.times[leg.time].is_not(None), *where)
    asked = select(func.count()).select_from(leg.fact.table).where(rows)
    return Decimal(store.read(asked.params(**parameters(as_of, {})))[0][0])


def _below(metric: Metric) -> Leg:
    assert metric.bottom is not None, metric.id
    return metric.bottom


def _incident(dice: random.Random, number: int) -> dict[str, Any]:
    return _row(dice, incidents, number) | {
        "kind": dice.choice(("hotline", "grid")),
        "state": dice.choice(list(STATES)),
        "excluded": dice.random() < 0.1,
    }


def _row(dice: random.Random, table: Table, number: int) -> dict[str, Any]:
    """Days are left to the helper that stores the rows."""
    row: dict[str, Any] = {"source_id": f"R{number:04}"}
    for column in table.columns:
        made = _value(dice, column.type)
        if made is not None and (not column.nullable or dice.random() < 0.7):
            row[column.name] = made
    return {name: row[name] for name in row if name not in ("recorded_at", "batch_row")}


def _value(dice: random.Random, kind: object) -> Any:
    match kind:
        case DateTime():
            return (BEGUN + timedelta(minutes=dice.randint(0, 20 * 24 * 60))).astimezone(UTC)
        case Boolean():
            return dice.random() < 0.5
        case Integer():
            return dice.choice((0, 0, 1, 2))
        case Double():
            return dice.choice((0.0, 2.5, 20.0))
    return None
