"""A specification: a text table of facts, a metric, and the figure it must give."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from dashboard.access.scope import Scope
from dashboard.city.fields import known_fields
from dashboard.city.model import City, Region
from dashboard.core.values import FigureState, Period, Ratio, month_end
from dashboard.facts import deliveries
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery, MetricRow, filters
from dashboard.store.facts_store import FactsStore
from tests.cities import SHANGHAI, SOURCES, city, source
from tests.rows import local, parsed, store_rows, text_table

FACT_OF: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tickets": ("incidents", "hotline", {"kind": "hotline"}),
    "grid_events": ("incidents", "grid", {"kind": "grid"}),
    "verdicts": ("incidents", "verdicts", {"kind": "hotline", "state": "closed"}),
    "applications": ("applications", "hall", {}),
    "reviews": ("reviews", "ratings", {"active": True}),
    "calls": ("calls", "exchange", {}),
}
"""Table of a specification → fact table, source, what every row has unless it says otherwise."""

USUAL: dict[str, dict[str, Any]] = {
    "incidents": {"state": "handling", "excluded": False},
    "applications": {"count": 1},
    "reviews": {"level": 5},
    "calls": {"offered": 0, "answered": 0},
}
TIMES = {
    "incidents": "created_at",
    "applications": "accepted_at",
    "reviews": "reviewed_at",
    "calls": "started_at",
}
GRIDS = (
    Region("G111", "grid", "S11", "花园一格", ""),
    Region("G112", "grid", "S11", "花园二格", ""),
    Region("G211", "grid", "S21", "钟楼一格", ""),
)


def spec_city(parameters: Mapping[str, str] | None = None) -> City:
    """A city whose sources deliver every column there is, but for the one that judges itself."""
    fields = known_fields("incidents") - {"kind"}
    full = [
        source("hotline", "incidents", fields, constants={"kind": "hotline"}),
        source("grid", "incidents", fields, constants={"kind": "grid"}),
        *(spec for spec in SOURCES if spec.name == "verdicts"),
        *(
            source(name, fact, known_fields(fact))
            for fact, name, _ in FACT_OF.values()
            if fact != "incidents"
        ),
    ]
    made = city(sources=full)
    regions = {**made.regions, **{grid.code: grid for grid in GRIDS}}
    said = {
        name: {"value": value, "source": "令 2 号"} for name, value in (parameters or {}).items()
    }
    return replace(
        made, regions=regions, levels=(*made.levels, "grid"), scoring={"parameters": said}
    )


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
        grade: str | None = None,
        as_of: str = "",
        where: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        **tables: str,
    ) -> MetricRow:
        """Days and instants are the city's; `as_of` is by default the end of the month."""
        period = _month(month)
        end = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), SHANGHAI)
        instant = local(as_of) if as_of else end
        store = FactsStore.open(tmp_path / f"facts-{len(opened)}.duckdb")
        engine = MetricEngine(Catalogue.load(), spec_city(parameters), store)
        opened.extend((engine, store))
        for name, text in tables.items():
            _store(store, name, text, instant)
        query = MetricQuery(metric, period, (), filters(where or {}))
        [result] = engine.run([query], scope=Scope.whole_city())
        row = result.total
        if expect is not None:
            assert row.ratio == expect
        if value is not None:
            assert row.shown(result.metric.decimals) == value
        if state is not None:
            assert row.state is state
        if grade is not None:
            assert row.grade == grade
        return row

    yield check
    for thing in opened:
        thing.close()


def _store(store: FactsStore, name: str, text: str, as_of: datetime) -> None:
    if name == "deliveries":
        _deliver(store, text, as_of)
        return
    fact, source, usual = FACT_OF[name]
    rows = parsed(fact, text_table(text))
    begun = local("2026-10-01T08:00")
    base = {**USUAL[fact], **usual, TIMES[fact]: begun}
    store_rows(store, source, fact, [{**base, **row} for row in rows], complete_to=as_of)


def _deliver(store: FactsStore, text: str, as_of: datetime) -> None:
    """Batches of one source, as the pipeline notes them; the verdict is given, not found."""
    numbers = dict.fromkeys(("read", "accepted", "unchanged", "quarantined", "cells", "filled"), 0)
    rows = []
    for row in parsed("deliveries", text_table(text)):
        batch = row.pop("source_id")
        landed = row["landed_at"].astimezone(SHANGHAI)
        row |= {"source": "hotline", "batch_id": batch, "landed_on": landed.date()}
        rows.append({**numbers, **row, "landed_at": row["landed_at"].replace(tzinfo=None)})
    with store.commit(source="hotline", batch_id="made", complete_to=as_of) as writer:
        for row in rows:
            writer.connection.execute(insert(deliveries), row)


def _month(text: str) -> Period:
    first = date.fromisoformat(f"{text}-01")
    return Period(first, month_end(first))
