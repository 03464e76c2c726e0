"""Every question the program can ask is a statement that both fact engines can read."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from duckdb_sqlalchemy import Dialect as DuckDBDialect
from sqlalchemy import Select, func, select

from dashboard import facts
from dashboard.access.scope import Scope
from dashboard.core.values import Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.compiler import parameters
from dashboard.metrics.listing import EXPORTED, LISTED, SORTS, IncidentQuery
from dashboard.metrics.model import Metric, MetricQuery, filters
from dashboard.metrics.provisional import MARKED
from dashboard.metrics.settlement import asked_beside
from dashboard.services import Services
from dashboard.store import state_schema
from dashboard.store.functions import CLICKHOUSE, DUCKDB
from tests.crowd import AS_OF

SPAN = Period(date(2026, 10, 1), date(2026, 10, 20))
SCOPES = (
    Scope.whole_city(),
    Scope.of(districts=frozenset({"D1"}), departments=frozenset({"B1"})),
)
DIALECTS: dict[str, Any] = {DUCKDB: DuckDBDialect, CLICKHOUSE: ClickHouseDialect}
METRICS = list(Catalogue.load())
MOVING = [metric for metric in METRICS if metric.joining or metric.undecided]
FILTERED = filters({"district": "D1", "category": ["x:01", "x:0101"], "department": "B1"})


@pytest.fixture(params=[DUCKDB, CLICKHOUSE])
def dialect(request: pytest.FixtureRequest) -> Any:
    made = DIALECTS[request.param]()
    assert made.name == request.param
    return made


def compiles(statement: Select[Any], dialect: Any) -> None:
    asked = statement.params(**parameters(AS_OF, {}))
    text = str(asked.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    assert text.startswith("SELECT")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_every_metric_by_every_cut(services: Services, metric: Metric, dialect: Any) -> None:
    cuts = [(), *((cut,) for cut in metric.cuts), (metric.dimensions[0], "month")]
    for by, scope in itertools.product(cuts, SCOPES):
        where = tuple(pair for pair in FILTERED if pair[0] in metric.cuts)
        query = MetricQuery(metric.id, SPAN, by, where)
        for statement in services.engine.statements(query, scope=scope):
            compiles(statement, dialect)


@pytest.mark.parametrize("metric", MOVING, ids=lambda metric: metric.id)
def test_every_band_a_figure_can_still_take(
    services: Services, metric: Metric, dialect: Any
) -> None:
    for scope in SCOPES:
        query = MetricQuery(metric.id, SPAN, (), filters({"department": "B1"}))
        for ask in asked_beside(services.engine.planner, metric, query).values():
            compiles(services.engine._compile([ask], scope), dialect)


def test_whether_anything_is_provisional(dialect: Any) -> None:
    compiles(select(MARKED).limit(1), dialect)


def lists() -> Iterator[IncidentQuery]:
    yield IncidentQuery(SPAN)
    yield IncidentQuery(SPAN, FILTERED, q="垃圾 100%_'")
    yield IncidentQuery(SPAN, bbox=(115.0, 38.0, 117.0, 40.0))
    yield IncidentQuery(SPAN, polygon=((115.0, 38.0), (117.0, 38.0), (116.0, 40.0)))
    for metric in METRICS:
        if metric.fact.table.name == "incidents":
            if metric.numerator is not None:
                yield IncidentQuery(SPAN, metric=metric.id)
            if metric.denominator is not None:
                yield IncidentQuery(SPAN, metric=metric.id, part="denominator")


def test_every_list_of_incidents_its_count_and_its_export(services: Services, dialect: Any) -> None:
    for query, scope in itertools.product(lists(), SCOPES):
        for columns in (LISTED, EXPORTED, [func.count()]):
            compiles(services.lister._statement(columns, query, scope), dialect)


def test_every_order_of_a_list(services: Services, dialect: Any) -> None:
    for order in SORTS.values():
        statement = services.lister._statement(LISTED, IncidentQuery(SPAN), SCOPES[0])
        compiles(statement.order_by(order.desc(), order), dialect)


def test_every_column_says_what_it_means() -> None:
    tables = [
        *facts.metadata.sorted_tables,
        *state_schema.metadata.sorted_tables,
    ]
    assert len(tables) > 8
    bare = [f"{t.name}.{c.name}" for t in tables for c in t.columns if not c.comment]
    assert bare == []
