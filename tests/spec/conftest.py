"""A specification: a text table of facts, a metric, and the figure it must give."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.scope import Scope
from dashboard.core.values import FigureState, Period, Ratio, month_end
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery, MetricRow
from dashboard.store.facts_store import FactsStore
from tests.cities import SHANGHAI, city
from tests.rows import local, parsed, store_rows, text_table

FACT_OF: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tickets": ("incidents", "hotline", {"kind": "hotline"}),
    "grid_events": ("incidents", "grid", {"kind": "grid"}),
    "verdicts": ("incidents", "verdicts", {"kind": "hotline", "state": "closed"}),
    "applications": ("applications", "hall", {}),
    "reviews": ("reviews", "ratings", {"active": True}),
}
"""Table of a specification → fact table, source, what every row has unless it says otherwise."""

USUAL: dict[str, dict[str, Any]] = {
    "incidents": {"state": "handling", "excluded": False},
    "applications": {"count": 1},
    "reviews": {"level": 5},
}
TIMES = {"incidents": "created_at", "applications": "accepted_at", "reviews": "reviewed_at"}


@pytest.fixture
def metric_spec(tmp_path: Path) -> Iterator[Callable[..., MetricRow]]:
    opened: list[Any] = []

    def check(
        metric: str,
        *,
        month: str,
        expect: Ratio | None = None,
        value: str | None = None,
        state: FigureState | None = None,
        as_of: str = "",
        **tables: str,
    ) -> MetricRow:
        """Days and instants are the city's; `as_of` is by default the end of the month."""
        period = _month(month)
        end = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), SHANGHAI)
        instant = local(as_of) if as_of else end
        store = FactsStore.open(tmp_path / f"facts-{len(opened)}.duckdb")
        engine = MetricEngine(Catalogue.load(), city(), store)
        opened.extend((engine, store))
        for name, text in tables.items():
            _store(store, name, text, instant)
        [result] = engine.run([MetricQuery(metric, period)], scope=Scope.whole_city())
        row = result.total
        if expect is not None:
            assert row.ratio == expect
        if value is not None:
            assert row.shown(result.metric.decimals) == value
        if state is not None:
            assert row.state is state
        return row

    yield check
    for thing in opened:
        thing.close()


def _store(store: FactsStore, name: str, text: str, as_of: datetime) -> None:
    fact, source, usual = FACT_OF[name]
    rows = parsed(fact, text_table(text))
    begun = local("2026-10-01T08:00")
    base = {**USUAL[fact], **usual, TIMES[fact]: begun}
    store_rows(store, source, fact, [{**base, **row} for row in rows], complete_to=as_of)


def _month(text: str) -> Period:
    first = date.fromisoformat(f"{text}-01")
    return Period(first, month_end(first))
