"""A family of questions: what this program is asked, and the same by hand, in turns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.answers import Answers, Recorder, differences
from benchmarks.by_hand import ByHand, Cursor
from benchmarks.timing import Times, milliseconds, tell
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister
from dashboard.services import Services

Ask = Callable[[MetricEngine, IncidentLister], object]
Hand = Callable[[], object]


@dataclass(frozen=True)
class Family:
    """`ours` is given an engine and a lister that have answered nothing yet; `lists` are answers
    in what it gave back that no engine heard of.
    """

    name: str
    ours: Ask
    by_hand: Hand
    lists: Callable[[Any], Answers] = lambda _: {}


@dataclass(frozen=True)
class Measured:
    """How many statements each side sends, and how long it takes."""

    name: str
    ours: Times
    by_hand: Times
    statements: int
    by_hand_statements: int

    @property
    def ratio(self) -> float:
        return self.ours.median / self.by_hand.median


def hand_of(services: Services) -> ByHand:
    with services.facts.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        cursor = Cursor(driver.duplicate())
    as_of = services.version.as_of.replace(tzinfo=None)
    return ByHand(cursor, as_of, services.last_day)


def measure(
    services: Services, hand: ByHand, families: Iterable[Family], *, runs: int
) -> Iterator[Measured]:
    """One after the other in turns, so that a disturbance falls on both."""
    for family in families:
        counts = _hold_equal(services, hand, family)
        ours: list[float] = []
        by_hand: list[float] = []
        for _ in range(runs):
            ours.append(_timed(services, family))
            by_hand.append(milliseconds(family.by_hand))
        measured = Measured(family.name, Times(tuple(ours)), Times(tuple(by_hand)), *counts)
        tell(
            f"  {family.name}: {measured.ours.median:.1f} ms, by hand "
            f"{measured.by_hand.median:.1f} ms, ratio {measured.ratio:.2f}"
        )
        yield measured


def _timed(services: Services, family: Family) -> float:
    engine = MetricEngine(services.catalogue, services.city, services.facts)
    lister = IncidentLister(engine.catalogue, engine.planner, services.facts)
    try:
        return milliseconds(lambda: family.ours(engine, lister))
    finally:
        engine.close()


def _hold_equal(services: Services, hand: ByHand, family: Family) -> tuple[int, int]:
    """How many statements each side sent.

    Raises:
        ValueError: The two answers differ: then no clock runs.
    """
    engine = Recorder(services)
    lister = IncidentLister(engine.catalogue, engine.planner, services.facts)
    sent = services.facts.queries
    try:
        ours = family.ours(engine, lister)
    finally:
        engine.close()
    sent = services.facts.queries - sent
    if engine.heard:
        ours = engine.told | family.lists(ours)
    sent_by_hand = hand.cursor.statements
    by_hand = family.by_hand()
    sent_by_hand = hand.cursor.statements - sent_by_hand
    if ours != by_hand:
        if isinstance(ours, dict) and isinstance(by_hand, dict):
            for difference in differences(ours, by_hand)[:5]:
                tell(f"    {difference:.400}")
        raise ValueError(f"{family.name}: the two answers differ")
    return sent, sent_by_hand
