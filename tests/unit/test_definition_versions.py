"""A definition that changed: what was counted before stays as it was counted then."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.scope import Scope
from dashboard.core.values import Period
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister, IncidentQuery
from dashboard.metrics.model import MetricQuery, MetricResult
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.crowd import Crowd
from tests.definitions import catalogue, score, table

EVERYTHING = Scope.whole_city()
CHANGED = date(2026, 9, 10)
BEFORE = Period(date(2026, 8, 1), date(2026, 9, 9))
AFTER = Period(CHANGED, date(2026, 10, 20))
WHOLE = Period(BEFORE.first, AFTER.last)
OLD = {"numerator": "tickets.returned", "denominator": "tickets.dispatched", "time": "dispatched"}
NEW = {"numerator": "tickets.done_on_time", "denominator": "tickets.due", "time": "due"}
RATES = (
    table(
        "moved_rate", **NEW, decimals=2, since=CHANGED, earlier=[{"since": date(2020, 1, 1), **OLD}]
    ),
    table("old_rate", **OLD),
    table("new_rate", **NEW, decimals=2),
)
Ask = Callable[..., MetricResult]


def halves(*metrics: str) -> list[dict[str, Any]]:
    return [{"metric": metric, "weight": "0.5"} for metric in metrics]


SCORES = (
    score("old_score", halves("own.old_rate", "own.new_rate")),
    score("new_score", [{"metric": "own.old_rate", "weight": "1"}]),
    score(
        "moved_score",
        [{"metric": "own.old_rate", "weight": "1"}],
        since=CHANGED,
        earlier=[{"since": date(2020, 1, 1), "parts": halves("own.old_rate", "own.new_rate")}],
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactsStore]:
    store = FactsStore.open(tmp_path_factory.mktemp("versions") / "facts.duckdb")
    Crowd().fill(store)
    yield store
    store.close()


@pytest.fixture
def engine(tmp_path: Path, store: FactsStore) -> Iterator[MetricEngine]:
    engine = MetricEngine(catalogue(tmp_path, *RATES, *SCORES), city(), store)
    yield engine
    engine.close()


@pytest.fixture
def ask(engine: MetricEngine) -> Ask:
    def asked(metric: str, period: Period, *by: str) -> MetricResult:
        return engine.run([MetricQuery(f"own.{metric}", period, by)], scope=EVERYTHING)[0]

    return asked


def told(result: MetricResult) -> list[tuple[Any, ...]]:
    return [(dict(r.group), r.ratio, r.value, r.state, r.grade) for r in result.rows]


@pytest.mark.parametrize("by", [(), ("district",), ("month",), ("day", "department")])
@pytest.mark.parametrize("what", ["rate", "score"])
def test_a_period_before_the_change_is_counted_as_it_was(
    ask: Ask, what: str, by: tuple[str, ...]
) -> None:
    assert told(ask(f"moved_{what}", BEFORE, *by)) == told(ask(f"old_{what}", BEFORE, *by))
    assert told(ask(f"moved_{what}", AFTER, *by)) == told(ask(f"new_{what}", AFTER, *by))


@pytest.mark.parametrize("what", ["rate", "score"])
def test_a_period_across_the_change_is_counted_as_on_its_last_day(ask: Ask, what: str) -> None:
    for by in ((), ("district",)):
        assert told(ask(f"moved_{what}", WHOLE, *by)) == told(ask(f"new_{what}", WHOLE, *by))


@pytest.mark.parametrize("what", ["rate", "score"])
@pytest.mark.parametrize(
    ("grain", "by", "first_new"),
    [
        ("day", (), "2026-09-10"),
        ("week", (), "2026-W37"),  # 7 to 13 September
        ("month", (), "2026-09"),
        ("month", ("district",), "2026-09"),
        ("year", (), "2026"),
    ],
)
def test_each_step_of_time_is_counted_as_on_its_own_last_day(
    ask: Ask, what: str, grain: str, by: tuple[str, ...], first_new: str
) -> None:
    def steps(version: str) -> list[tuple[Any, ...]]:
        return told(ask(f"{version}_{what}", WHOLE, grain, *by))

    old = [row for row in steps("old") if row[0][grain] < first_new]
    new = [row for row in steps("new") if row[0][grain] >= first_new]
    assert steps("moved") == old + new
    assert new


def test_the_list_behind_an_old_figure_is_that_of_its_own_definition(
    ask: Ask, engine: MetricEngine, store: FactsStore
) -> None:
    lister = IncidentLister(engine.catalogue, engine.planner, store)
    for period in (BEFORE, AFTER, WHOLE):
        ratio = ask("moved_rate", period).total.ratio
        for part, counted in (("numerator", ratio.numerator), ("denominator", ratio.denominator)):
            listed = IncidentQuery(period, metric="own.moved_rate", part=part)
            assert lister.total(listed, scope=EVERYTHING) == counted


def test_an_answer_says_which_version_it_was_counted_by(ask: Ask) -> None:
    assert ask("moved_rate", BEFORE).metric.since == date(2020, 1, 1)
    assert ask("moved_rate", WHOLE).metric.since == CHANGED


def test_before_the_first_version_the_first_one_holds(tmp_path: Path) -> None:
    metric = catalogue(tmp_path, *RATES)["own.moved_rate"]
    assert metric.at(date(1999, 1, 1)) is metric.earlier[0]


def test_a_city_s_own_way_of_scoring_holds_from_its_own_day_on(
    tmp_path: Path, store: FactsStore
) -> None:
    scheme = {
        "source": "令 3 号",
        "since": CHANGED,
        "parts": [{"metric": "own.new_rate", "weight": "1"}],
        "grades": [["good", "50"], ["poor", ""]],
    }
    made = replace(city(), scoring={"own": {"old_score": scheme}})
    engine = MetricEngine(catalogue(tmp_path, *RATES, *SCORES), made, store)
    query = MetricQuery("own.old_score", WHOLE, ("day",))
    steps, rates, usual = engine.run(
        [query, *(replace(query, metric=f"own.{name}_rate") for name in ("new", "old"))],
        scope=EVERYTHING,
    )
    new, old = ({row.group["day"]: row.value for row in one.rows} for one in (rates, usual))
    engine.close()
    for row in steps.rows:
        day = row.group["day"]
        if row.value is None:
            continue
        if day >= str(CHANGED):
            expected = new[day]
            assert row.grade == ("good" if row.value >= 50 else "poor")
        else:
            shown = [old[day], new[day]]
            expected = sum((v for v in shown if v is not None), Decimal(0)) / 2
            assert row.grade == ""
        assert expected is not None
        assert abs(row.value - expected) <= Decimal("0.1")  # parts are added up as shown
    assert {bool(row.grade) for row in steps.rows} == {True, False}
