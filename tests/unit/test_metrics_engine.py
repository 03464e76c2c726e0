"""The engine: what is asked once, what is said instead of a figure."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select

from dashboard.access.scope import Scope
from dashboard.city.model import Target
from dashboard.core.errors import UsageError
from dashboard.core.values import FigureState, Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery, MetricResult, filters
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.crowd import AS_OF, Crowd
from tests.rows import local, store_rows

SPAN = Period(date(2026, 8, 1), date(2026, 10, 20))
EVERYTHING = Scope.whole_city()


@contextmanager
def filled(folder: Path) -> Iterator[tuple[MetricEngine, FactsStore]]:
    store = FactsStore.open(folder / "facts.duckdb")
    Crowd().fill(store)
    engine = MetricEngine(Catalogue.load(), city(), store)
    yield engine, store
    engine.close()
    store.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MetricEngine]:
    """Shared: nobody adds facts to its store."""
    with filled(tmp_path_factory.mktemp("engine")) as (engine, _):
        yield engine


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[MetricEngine, FactsStore]]:
    """Nobody has asked it anything yet."""
    with filled(tmp_path) as made:
        yield made


def ask(engine: MetricEngine, metric: str, **rest: object) -> MetricResult:
    by = rest.pop("by", ())
    query = MetricQuery(metric, SPAN, by, filters(rest))  # type: ignore[arg-type]
    return engine.run([query], scope=EVERYTHING)[0]


def test_figures_over_the_same_rows_cost_one_statement(
    fresh: tuple[MetricEngine, FactsStore],
) -> None:
    engine, store = fresh
    ask(engine, "hotline.received_count")  # the first one also asks what is provisional
    before = store.queries
    names = ("hotline.on_time_rate", "hotline.response_rate")
    engine.run([MetricQuery(name, SPAN) for name in names], scope=EVERYTHING)
    assert store.queries - before == 1


def test_the_same_question_is_asked_once_a_data_version(
    fresh: tuple[MetricEngine, FactsStore],
) -> None:
    engine, store = fresh
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
        ("hotline.open_at_count", {"by": ("month", "day")}, "name one of day, week, month, year"),
        ("hotline.composite_score", {"by": ("supervisor",)}, "known: category"),
        ("service.active_review_rate", {"by": ("channel",)}, "known: community"),
        ("service.active_review_rate", {"channel": "web"}, "known: community"),
        ("hotline.call_count", {"district": "D1"}, "known: source"),
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


def test_a_target_of_the_definition_holds_where_the_city_has_set_none(
    engine: MetricEngine,
) -> None:
    usual = ask(engine, "hotline.answer_rate").target
    assert usual is not None
    assert (str(usual.value), usual.source.split()[0]) == ("95", "GB/T")
    own = Target("hotline.answer_rate", Decimal(80), date(2026, 1, 1), "令 9 号")
    other = MetricEngine(Catalogue.load(), replace(city(), targets=(own,)), engine._store)
    target = ask(other, "hotline.answer_rate").target
    other.close()
    assert target is not None
    assert (str(target.value), target.source) == ("80", "令 9 号")


def test_a_source_whose_rows_do_not_count_does_not_hold_a_figure_back(
    fresh: tuple[MetricEngine, FactsStore],
) -> None:
    """The verdicts deliver no deadline: that they ended in 2020 says nothing about deadlines."""
    engine, store = fresh
    store_rows(store, "verdicts", "incidents", [], complete_to=local("2020-01-01T00:00"))
    assert ask(engine, "hotline.on_time_rate").complete_to == AS_OF
    received = ask(engine, "hotline.received_count").complete_to
    assert received is not None
    assert received.year == 2020


@pytest.mark.parametrize("by", [("day",), ("district",), ("district", "day"), ("day", "district")])
def test_a_stock_looks_neither_ahead_nor_where_nothing_ever_was(
    engine: MetricEngine, by: tuple[str, ...]
) -> None:
    ahead = MetricQuery("hotline.open_at_count", Period(date(2026, 11, 1), date(2026, 11, 5)), by)
    nothing = MetricQuery("hotline.open_at_count", SPAN, by, filters({"state": "voided"}))
    later, empty = engine.run([ahead, nothing], scope=EVERYTHING)
    assert later.rows == ()
    assert {row.ratio.numerator for row in empty.rows} <= {0}


def test_a_stock_ends_with_the_last_day_of_the_facts(engine: MetricEngine) -> None:
    on = Period(date(2026, 10, 18), date(2026, 10, 25))
    [curve] = engine.run([MetricQuery("grid.open_at_count", on, ("day",))], scope=EVERYTHING)
    assert [row.group["day"] for row in curve.rows] == ["2026-10-18", "2026-10-19", "2026-10-20"]


def test_a_stock_of_a_source_that_does_not_deliver_it_is_said_at_every_step(
    engine: MetricEngine,
) -> None:
    rows = ask(engine, "hotline.open_at_count", by=("month", "source")).rows
    states = {(row.group["source"], row.state) for row in rows}
    assert states == {
        ("hotline", FigureState.OK),
        ("verdicts", FigureState.NOT_DELIVERED),
    }


def test_what_is_asked_for_the_band_of_several_figures_is_each_one_s_own(
    engine: MetricEngine,
) -> None:
    moving = [m for m in engine.catalogue if m.joining or m.undecided]
    queries = [MetricQuery(metric.id, SPAN) for metric in moving]
    together = engine.settlings(queries, scope=EVERYTHING)
    for query, settling in zip(queries, together, strict=True):
        district = replace(query, where=filters({"district": "D1"}))
        engine.settling(district, scope=EVERYTHING)  # another question does not disturb it
        alone = MetricEngine(engine.catalogue, engine.city, engine._store)
        assert alone.settling(query, scope=EVERYTHING) == settling, query.metric
        alone.close()
    assert sum(settling.undecided > 0 for settling in together) > 15


def test_a_score_is_settled_when_the_last_of_its_parts_is(engine: MetricEngine) -> None:
    score = engine.catalogue["grid.department_score"]
    queries = [MetricQuery(metric, SPAN) for metric in (score.id, *(p.id for p in score.parts))]
    whole, *parts = engine.settlings(queries, scope=EVERYTHING)
    assert whole.undecided == sum(part.undecided for part in parts) > 0
    assert whole.band is None


def test_facts_that_arrive_between_two_statements_do_not_mix_two_versions(
    tmp_path: Path,
) -> None:
    """The second statement of one run would already have seen the new row."""
    store = Interrupted(FactsStore.open(tmp_path / "facts.duckdb").engine)
    Crowd().fill(store)
    engine = MetricEngine(Catalogue.load(), city(), store, statements_at_once=1)
    queries = [MetricQuery("city.received_count", SPAN, by) for by in ((), ("district",))]
    engine.run(queries, scope=EVERYTHING)
    store.arriving = [{"source_id": "new", "kind": "grid", "state": "closed", "created_at": AS_OF}]
    asked = [replace(query, where=filters({"kind": "grid"})) for query in queries]
    whole, parts = engine.run(asked, scope=EVERYTHING)
    assert not store.arriving
    assert whole.total.ratio.numerator == sum(row.ratio.numerator for row in parts.rows)
    assert whole.data_version == parts.data_version == store.version().version
    engine.close()
    store.close()


class Interrupted(FactsStore):
    """A store into which rows arrive while the answer to a question is being read."""

    arriving: Sequence[dict[str, object]] = ()

    def read(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        found = super().read(statement)
        rows, self.arriving = self.arriving, ()
        if rows:
            store_rows(self, "grid", "incidents", rows, complete_to=AS_OF)
        return found
