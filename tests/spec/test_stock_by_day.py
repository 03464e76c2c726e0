"""What is open at the end of each day: counted anew for every day, by hand, it is the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.scope import Scope
from dashboard.core.states import FINISHED
from dashboard.core.values import Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.rows import local, store_rows

BEGUN, AS_OF = local("2026-09-20T00:00"), local("2026-10-25T12:00")
SPAN = Period(date(2026, 10, 1), date(2026, 10, 25))
STATES = ("closed", "closed", "handling", "rehandle", "answered_direct", "voided")


@dataclass(frozen=True)
class Ticket:
    district: str
    state: str
    created: datetime
    closed: datetime | None

    def open_at_the_end_of(self, day: date) -> bool:
        """Read off the definition, without days, sums or SQL."""
        if self.state == "voided" or self.created.date() > day:
            return False
        if self.state not in FINISHED:
            return True
        return self.closed is not None and self.closed.date() > day


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    dice = random.Random(77)  # noqa: S311 - not for secrets
    return [_ticket(dice) for _ in range(400)]


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, tickets: list[Ticket]
) -> Iterator[MetricEngine]:
    folder: Path = tmp_path_factory.mktemp("stock")
    store = FactsStore.open(folder / "facts.duckdb")
    rows = [
        {
            "source_id": f"T{number}",
            "kind": "hotline",
            "state": ticket.state,
            "district_code": ticket.district,
            "created_at": ticket.created,
            "closed_at": ticket.closed,
        }
        for number, ticket in enumerate(tickets)
    ]
    store_rows(store, "hotline", "incidents", rows, complete_to=AS_OF)
    engine = MetricEngine(Catalogue.load(), city(), store)
    yield engine
    engine.close()
    store.close()


def test_the_stock_of_every_day_is_that_day_counted_by_itself(
    engine: MetricEngine, tickets: list[Ticket]
) -> None:
    query = MetricQuery("hotline.open_at_count", SPAN, ("day", "district"))
    [result] = engine.run([query], scope=Scope.whole_city())
    told = {(row.group["day"], row.group["district"]): row.ratio.numerator for row in result.rows}
    for offset in range(SPAN.days):
        day = SPAN.first + timedelta(days=offset)
        for district in ("D1", "D2"):
            there = [t for t in tickets if t.district == district and t.open_at_the_end_of(day)]
            assert told.get((day.isoformat(), district), 0) == len(there), (day, district)


def test_the_stock_of_a_period_is_that_of_its_last_day(
    engine: MetricEngine, tickets: list[Ticket]
) -> None:
    query = MetricQuery("hotline.open_at_count", Period(SPAN.first, date(2026, 10, 11)))
    [result] = engine.run([query], scope=Scope.whole_city())
    there = [ticket for ticket in tickets if ticket.open_at_the_end_of(date(2026, 10, 11))]
    assert result.total.ratio.numerator == len(there) > 0


def _ticket(dice: random.Random) -> Ticket:
    """Closed before it came, closed without a time, open again: all of it happens."""
    created = BEGUN + timedelta(minutes=dice.randint(0, 34 * 24 * 60))
    closed = created + timedelta(minutes=dice.randint(-2 * 24 * 60, 12 * 24 * 60))
    state = dice.choice(STATES)
    known = state in ("closed", "rehandle") and dice.random() < 0.8
    return Ticket(dice.choice(("D1", "D2")), state, created, closed if known else None)
