"""The engine: what is asked once, what is said instead of a figure."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dashboard.access.scope import Scope
from dashboard.core.errors import UsageError
from dashboard.core.values import FigureState, Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery, MetricResult, filters
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.crowd import AS_OF, Crowd
from tests.rows import store_rows

SPAN = Period(date(2026, 8, 1), date(2026, 10, 20))
EVERYTHING = Scope.whole_city()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactsStore]:
    store = FactsStore.open(tmp_path / "facts.duckdb")
    Crowd().fill(store)
    yield store
    store.close()


@pytest.fixture
def engine(store: FactsStore) -> Iterator[MetricEngine]:
    engine = MetricEngine(Catalogue.load(), city(), store)
    yield engine
    engine.close()


def ask(engine: MetricEngine, metric: str, **rest: object) -> MetricResult:
    by = rest.pop("by", ())
    query = MetricQuery(metric, SPAN, by, filters(rest))  # type: ignore[arg-type]
    return engine.run([query], scope=EVERYTHING)[0]


def test_figures_over_the_same_rows_cost_one_statement(
    engine: MetricEngine, store: FactsStore
) -> None:
    before = store.queries
    names = ("hotline.on_time_rate", "hotline.response_rate")
    engine.run([MetricQuery(name, SPAN) for name in names], scope=EVERYTHING)
    assert store.queries - before == 1


def test_the_same_question_is_asked_once_a_data_version(
    engine: MetricEngine, store: FactsStore
) -> None:
    first = ask(engine, "city.received_count").total.ratio.numerator
    before = store.queries
    ask(engine, "city.received_count")
    assert store.queries == before
    row = {"source_id": "new", "kind": "hotline", "state": "closed", "created_at": AS_OF}
    store_rows(store, "hotline", "incidents", [row], complete_to=AS_OF)
    assert ask(engine, "city.received_count").total.ratio.numerator == first + 1


def test_two_callers_share_an_answer_only_with_the_same_scope(engine: MetricEngine) -> None:
    query = MetricQuery("city.received_count", SPAN)
    east = Scope.of(districts=frozenset({"D1"}), departments=frozenset())
    [narrow], [wide] = (engine.run([query], scope=scope) for scope in (east, EVERYTHING))
    assert narrow.total.ratio.numerator < wide.total.ratio.numerator


def test_what_a_source_does_not_deliver_is_said_not_guessed(engine: MetricEngine) -> None:
    rows = {
        row.group["source"]: row for row in ask(engine, "hotline.return_rate", by=("source",)).rows
    }
    assert rows["hotline"].state is FigureState.OK
    alone = ask(engine, "hotline.return_rate", source="verdicts")
    assert alone.total.state is FigureState.NOT_DELIVERED
    assert alone.total.value is None


def test_a_category_means_all_beneath_it(engine: MetricEngine) -> None:
    def counted(**where: object) -> object:
        return ask(engine, "city.received_count", **where).total.ratio.numerator

    assert counted(category="x:01") == counted(category=["x:01", "x:0101", "x:010101"])
    assert counted(category="x:0101") == counted(category_2="x:0101")
    assert counted(category="x:010101") == counted(category_3="x:010101")


def test_an_answer_is_only_as_complete_as_its_least_complete_source(engine: MetricEngine) -> None:
    both, one = ask(engine, "city.received_count"), ask(engine, "hotline.open_count")
    assert both.complete_to is not None
    assert one.complete_to == AS_OF
    assert both.complete_to < AS_OF
    assert both.sources == ("hotline", "grid", "verdicts")


@pytest.mark.parametrize(
    ("metric", "where", "fix"),
    [
        ("hotline.on_time_rate", {"by": ("distrct",)}, "did you mean `district`?"),
        ("service.praise_rate", {"kind": "grid"}, "did you mean"),
        ("hotline.on_time_rate", {"district": "D9"}, "did you mean"),
        ("hotline.on_time_rate", {"by": ("district", "district")}, "name each cut once"),
    ],
)
def test_an_impossible_question_names_a_possible_one(
    engine: MetricEngine, metric: str, where: dict[str, object], fix: str
) -> None:
    with pytest.raises(UsageError) as refused:
        ask(engine, metric, **where)
    assert fix in refused.value.fix


def test_weeks_begin_on_monday_and_are_named_by_their_year(engine: MetricEngine) -> None:
    weeks = [row.group["week"] for row in ask(engine, "city.received_count", by=("week",)).rows]
    assert weeks[0] == "2026-W31"
    assert weeks == sorted(weeks)


def test_the_target_in_force_goes_with_the_figure(engine: MetricEngine) -> None:
    target = ask(engine, "hotline.on_time_rate").target
    assert target is not None
    assert str(target.value) == "95"
