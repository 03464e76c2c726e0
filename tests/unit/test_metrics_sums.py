"""What must hold for every metric, cut, filter and scope, whatever the facts are."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.access.scope import Scope
from dashboard.core.values import UNKNOWN, FigureState, Period, Ratio
from dashboard.facts import incidents
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import MAX_LIMIT, IncidentLister, IncidentQuery
from dashboard.metrics.model import Metric, MetricQuery, MetricRow, filters
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.crowd import Crowd

CATALOGUE = Catalogue.load()
EVERYTHING = Scope.whole_city()
METRICS = list(CATALOGUE)
ADDING = [metric for metric in METRICS if metric.adds_up]
LISTABLE = [metric for metric in METRICS if metric.fact.table is incidents]
CODES = {
    "district": ("D1", "D2", UNKNOWN),
    "street": ("S11", "S12", "S21", UNKNOWN),
    "department": ("B1", "B2", "B3", UNKNOWN),
    "category": ("x:01", "x:02", "x:0101", "x:010101", UNKNOWN),
    "category_2": ("x:0101", "x:0102", UNKNOWN),
    "source": ("hotline", "grid", "verdicts", "hall", "ratings"),
    "kind": ("hotline", "grid"),
    "state": ("closed", "handling", "suspended", "voided"),
    "channel": ("电话", UNKNOWN),
}
FEW = settings(max_examples=25, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactsStore]:
    store = FactsStore.open(tmp_path_factory.mktemp("crowd") / "facts.duckdb")
    Crowd().fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def engine(store: FactsStore) -> Iterator[MetricEngine]:
    engine = MetricEngine(CATALOGUE, city(), store)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def lister(engine: MetricEngine, store: FactsStore) -> IncidentLister:
    return IncidentLister(CATALOGUE, engine.dimensions, store)


def periods() -> st.SearchStrategy[Period]:
    days = st.dates(date(2026, 7, 25), date(2026, 10, 25))
    return st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))


def wheres(metric: Metric) -> st.SearchStrategy[Any]:
    known = {name: codes for name, codes in CODES.items() if name in metric.fact.cuts}
    optional = {
        name: st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
        for name, codes in known.items()
    }
    return st.fixed_dictionaries({}, optional=optional).map(few).map(filters)


def few(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """More than two filters at once leave nothing to add up."""
    return dict(sorted(chosen.items())[-2:])


def scopes() -> st.SearchStrategy[Scope]:
    districts = st.frozensets(st.sampled_from(CODES["district"]))
    departments = st.frozensets(st.sampled_from(CODES["department"]))
    return st.builds(
        lambda some, others: Scope.of(districts=some, departments=others), districts, departments
    )


def below(ratio: Ratio) -> Decimal:
    return ratio.denominator or Decimal(0)


def total(engine: MetricEngine, query: MetricQuery, scope: Scope) -> MetricRow:
    [result] = engine.run([query], scope=scope)
    return result.total


@pytest.mark.parametrize("metric", ADDING, ids=lambda metric: metric.id)
@given(data=st.data())
@FEW
def test_parts_add_up_to_the_whole(engine: MetricEngine, metric: Metric, data: Any) -> None:
    period, where = data.draw(periods()), data.draw(wheres(metric))
    cuts = data.draw(st.lists(st.sampled_from(metric.cuts), min_size=1, max_size=2, unique=True))
    whole = MetricQuery(metric.id, period, (), where)
    parts = MetricQuery(metric.id, period, tuple(cuts), where)
    [figure, cut] = engine.run([whole, parts], scope=EVERYTHING)
    if figure.total.state in (FigureState.NOT_DUE, FigureState.NOT_DELIVERED):
        return
    assert sum(row.ratio.numerator for row in cut.rows) == figure.total.ratio.numerator
    assert sum(below(row.ratio) for row in cut.rows) == below(figure.total.ratio)


@pytest.mark.parametrize("metric", LISTABLE, ids=lambda metric: metric.id)
@given(data=st.data())
@FEW
def test_a_figure_counts_the_incidents_it_lists(
    engine: MetricEngine, lister: IncidentLister, metric: Metric, data: Any
) -> None:
    period, where, scope = data.draw(periods()), data.draw(wheres(metric)), data.draw(scopes())
    row = total(engine, MetricQuery(metric.id, period, (), where), scope)
    if row.state in (FigureState.NOT_DUE, FigureState.NOT_DELIVERED):
        return
    listed = IncidentQuery(period, where, metric=metric.id)
    assert lister.total(listed, scope=scope) == row.ratio.numerator
    if metric.denominator is not None:
        listed = IncidentQuery(period, where, metric=metric.id, part="denominator")
        assert lister.total(listed, scope=scope) == row.ratio.denominator


@pytest.mark.parametrize("metric", ADDING, ids=lambda metric: metric.id)
@given(data=st.data())
@FEW
def test_a_scope_never_widens(engine: MetricEngine, metric: Metric, data: Any) -> None:
    query = MetricQuery(metric.id, data.draw(periods()), (), data.draw(wheres(metric)))
    narrow, wide = (
        total(engine, query, scope).ratio for scope in (data.draw(scopes()), EVERYTHING)
    )
    assert narrow.numerator <= wide.numerator
    assert below(narrow) <= below(wide)


def test_a_numerator_never_exceeds_its_denominator(engine: MetricEngine) -> None:
    period = Period(date(2026, 8, 1), date(2026, 10, 20))
    rates = [metric for metric in METRICS if metric.denominator is not None]
    queries = [MetricQuery(metric.id, period, ("department",)) for metric in rates]
    for result in engine.run(queries, scope=EVERYTHING):
        assert all(row.ratio.numerator <= below(row.ratio) for row in result.rows)
        assert sum(below(row.ratio) for row in result.rows) > 0  # otherwise this proves nothing


def test_a_scope_shows_its_rows_alone(lister: IncidentLister) -> None:
    period = Period(date(2026, 8, 1), date(2026, 10, 20))
    scope = Scope.of(districts=frozenset({"D1"}), departments=frozenset({"B3"}))
    page = lister.page(IncidentQuery(period, limit=MAX_LIMIT), scope=scope)
    assert page.total > 0
    assert all(row["district_code"] == "D1" or row["department_code"] == "B3" for row in page.rows)


def test_an_empty_scope_shows_nothing(engine: MetricEngine, lister: IncidentLister) -> None:
    period = Period(date(2026, 8, 1), date(2026, 10, 20))
    nobody = Scope.of(districts=frozenset(), departments=frozenset())
    assert lister.page(IncidentQuery(period), scope=nobody).total == 0
    query = MetricQuery("city.received_count", period)
    assert total(engine, query, nobody).ratio.numerator == 0


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "due_at", "-closed_at"])
def test_pages_show_every_incident_once(lister: IncidentLister, sort: str) -> None:
    query = IncidentQuery(Period(date(2026, 9, 1), date(2026, 9, 30)), sort=sort, limit=90)
    seen: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        page = lister.page(IncidentQuery(**{**vars(query), "after": after}), scope=EVERYTHING)
        seen += [(row["source"], row["source_id"]) for row in page.rows]
        after = page.next
    assert len(seen) == len(set(seen)) == page.total
