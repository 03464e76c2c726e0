"""The consistency check: a fault planted in one path is found, told, and forgotten once mended."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import Row, Select

from callbacks.boundary import frame_of
from dashboard.access.scope import Scope
from dashboard.api import wire
from dashboard.core.values import Period
from dashboard.jobs import sentinel
from dashboard.jobs.scheduler import Scheduler
from dashboard.jobs.sentinel import check_figure, check_figures, paths_of
from dashboard.metrics.model import MetricQuery, filters
from dashboard.metrics.sampling import sample
from dashboard.metrics.watch import Question
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from layouts.address import Address
from layouts.shell import all_lights, lights
from tests.crowd import AS_OF, Crowd
from tests.integration.conftest import Api, make_api, make_services
from tests.rows import store_rows

SPAN = Period(date(2026, 8, 1), date(2026, 10, 20))
FILED = Question(MetricQuery("grid.filed_count", SPAN, (), filters({"district": "D1"})), "month")
ON_TIME = Question(MetricQuery("hotline.on_time_rate", SPAN), "department")
NEW = {
    "source_id": "new", "kind": "grid", "state": "closed", "district_code": "D1",
    "created_at": AS_OF, "filed_at": AS_OF,
}  # fmt: skip


class Leaking(FactsStore):
    """A store that loses a row where it is told to, and that sees how many read at once."""

    lost_in = ""
    at_once = 0
    most_at_once = 0

    def read(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.001)
        found = super().read(statement)
        self.at_once -= 1
        lost = self.lost_in == "tables" and statement._group_by_clauses
        return found[:-1] if lost else found

    def stream(self, statement: Select[Any], chunk: int = 50_000) -> Iterator[pa.Table]:
        for table in super().stream(statement, chunk):
            yield table.slice(1) if self.lost_in == "exports" else table


@pytest.fixture(autouse=True)
def _without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else works here who could be hindered."""
    monkeypatch.setattr(sentinel, "REST", 0)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = make_services(tmp_path)
    made.facts.close()
    services = replace(made, facts=Leaking(FactsStore.open(tmp_path / "facts.duckdb").engine))
    Crowd().fill(services.facts)
    yield services
    services.close()


@pytest.fixture
def store(services: Services) -> Leaking:
    assert isinstance(services.facts, Leaking)
    return services.facts


def check(services: Services, question: Question) -> dict[str, str] | None:
    """What the paths say of the part in which they differ."""
    with paths_of(services) as paths:
        found = check_figure(services, paths, question)
    return None if found is None else dict(found.told)


def test_while_nothing_is_wrong_every_path_says_the_same(services: Services) -> None:
    check_figures(services, Event())
    assert services.watch.asked >= sentinel.FIGURES
    assert services.watch.rounds == 1
    assert services.watch.alarms == ()


def test_each_path_is_asked(services: Services) -> None:
    with paths_of(services) as paths:
        told = {name: path(FILED) for name, path in paths.items()}
    assert set(told) == {"figure", "fresh", "table", "list", "export", "api"}
    assert all("numerator" in said for said in told.values())
    assert len({said["numerator"] for said in told.values()}) == 1
    assert int(told["figure"]["numerator"]) > 100


@pytest.mark.parametrize(("place", "path"), [("tables", "table"), ("exports", "export")])
def test_a_row_lost_on_one_path_is_found(
    services: Services, store: Leaking, place: str, path: str
) -> None:
    store.lost_in = place
    told = check(services, FILED)
    assert told is not None
    assert [name for name, said in told.items() if said != told["figure"]] == [path]
    assert int(told[path]) < int(told["figure"])


def test_a_list_that_counts_otherwise_is_found(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = services.lister.total
    monkeypatch.setattr(services.lister, "total", lambda *a, **k: counted(*a, **k) - 1)
    told = check(services, ON_TIME)
    assert told is not None
    assert int(told["list"]) == int(told["figure"]) - 1


def test_an_address_that_says_otherwise_is_found(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "number", lambda value: value and int(value) + 1)
    told = check(services, ON_TIME)
    assert told is not None
    assert int(told["api"]) == int(told["figure"]) + 1


def test_a_remembered_answer_that_is_no_longer_true_is_found(
    services: Services, store: Leaking
) -> None:
    """Facts that changed without a new data version: what is in memory is of before."""
    assert check(services, FILED) is None
    version = store.version()
    store_rows(store, "grid", "incidents", [NEW], complete_to=AS_OF)
    store._version = version
    told = check(services, FILED)
    assert told is not None
    assert int(told["fresh"]) == int(told["figure"]) + 1


def test_an_alarm_is_raised_told_everywhere_and_cleared_when_figures_agree(
    services: Services, store: Leaking, caplog: pytest.LogCaptureFixture
) -> None:
    api = make_api(services)
    store.lost_in = "tables"
    check(services, FILED)
    [alarm] = services.watch.alarms
    assert (alarm.question, alarm.metric.id) == (FILED, "grid.filed_count")
    assert int(alarm.difference.told["table"]) < int(alarm.difference.told["figure"])
    assert logged(caplog, logging.ERROR) == [
        f"figures differ: {FILED}: {alarm.difference} (data version {alarm.data_version})"
    ]
    assert differing(api) == 1
    assert all(words in on_the_page(services, "zh") for words in alarm.difference.told.values())
    check(services, FILED)
    assert len(logged(caplog, logging.ERROR)) == 1  # an alarm that stands is not told anew

    store.lost_in = ""
    store_rows(store, "grid", "incidents", [NEW], complete_to=AS_OF)
    check_figures(services, Event())
    assert services.watch.alarms == ()
    assert logged(caplog, logging.WARNING) == [f"figures agree again: {FILED}"]
    assert differing(api) == 0
    assert on_the_page(services, "zh") == ""


def logged(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    own = [one for one in caplog.records if one.name == sentinel.__name__]
    return [record.getMessage() for record in own if record.levelno == level]


def differing(api: Api) -> int:
    """The same for whoever watches over the process."""
    ready = api.get("/readyz").json()["figures_that_differ"]
    assert f"\nyiping_figures_that_differ {ready}\n" in api.get("/metrics").text
    assert isinstance(ready, int)
    return ready


def on_the_page(services: Services, language: str) -> str:
    """What the header says about it, on a desk page and on the wall."""
    frame = frame_of(services, Address("/", (("lang", language),)), {})
    desk, wall = ([words_of(part) for part in made(frame)] for made in (lights, all_lights))
    [told] = {
        next((t for t in texts if frame.text("do_not_quote") in t), "") for texts in (desk, wall)
    }
    return told


def words_of(part: Any) -> str:
    """All that can be read in a component."""
    inner = getattr(part, "children", part)
    if isinstance(inner, list):
        return " ".join(map(words_of, inner))
    return words_of(inner) if hasattr(inner, "children") else str(inner or "")


def test_the_alarm_is_a_sentence_in_both_languages(services: Services, store: Leaking) -> None:
    store.lost_in = "tables"
    check(services, FILED)
    told = services.watch.alarms[0].difference.told
    right, wrong = told["figure"], told["table"]
    assert f"网格立案量（2026年8月1日–10月20日，东城区，分子）：页面 {right}" in on_the_page(
        services, "zh"
    )
    assert f"分组合计 {wrong}" in on_the_page(services, "zh")
    english = on_the_page(services, "en")
    assert f"(1 Aug – 20 Oct 2026, East, Numerator): page {right}" in english
    assert f"sum of its table {wrong}" in english


def test_facts_that_arrive_meanwhile_raise_no_alarm(services: Services) -> None:
    def arriving(_: Question) -> dict[str, str]:
        row = {"source_id": str(time.monotonic()), "kind": "grid", "state": "closed"}
        rows = [{**row, "created_at": AS_OF}]
        store_rows(services.facts, "grid", "incidents", rows, complete_to=AS_OF)
        return {"numerator": str(services.version.version)}

    paths = {"figure": arriving, "fresh": arriving}
    assert check_figure(services, paths, FILED) is None
    assert services.watch.alarms == ()
    assert services.watch.asked == 0


def test_a_difference_that_does_not_come_back_raises_no_alarm(services: Services) -> None:
    numbers = iter(("1", "2", "3", "3"))
    paths = {name: lambda _: {"numerator": next(numbers)} for name in ("figure", "fresh")}
    assert check_figure(services, paths, FILED) is None
    assert services.watch.alarms == ()


def test_a_path_that_fails_does_not_end_the_round(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> int:
        raise RuntimeError("no list today")

    monkeypatch.setattr(services.lister, "total", broken)
    check_figures(services, Event())
    assert services.watch.rounds == 1
    assert 0 < services.watch.asked < sentinel.FIGURES
    assert any("could not be asked" in text for text in logged(caplog, logging.ERROR))


def test_it_asks_one_statement_at_a_time_and_rests_in_between(
    services: Services, store: Leaking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentinel, "REST", 9)
    monkeypatch.setattr(sentinel, "FIGURES", 4)
    store.most_at_once = 0
    began, used = time.monotonic(), time.thread_time()
    check_figures(services, Event())
    assert store.most_at_once == 1
    assert time.thread_time() - used < (time.monotonic() - began) / 3


def test_it_stops_with_the_process(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentinel, "REST", 10_000)
    stop = Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    check_figures(services, stop)
    assert time.monotonic() - began < 5
    assert services.watch.rounds == 0


def test_the_same_data_are_asked_the_same_questions(services: Services) -> None:
    def drawn(seed: str) -> list[Question]:
        metrics, dimensions = list(services.engine.catalogue), services.engine.dimensions
        return list(sample(metrics, dimensions, services.last_day, seed, 200))

    assert drawn("5:0") == drawn("5:0") != drawn("6:0")
    asked = drawn("5:0")
    services.engine.run([question.query for question in asked], scope=Scope.whole_city())
    assert {services.engine.catalogue[one.query.metric].form for one in asked} >= {
        "count", "rate", "score", "snapshot", "hours_median",
    }  # fmt: skip


@pytest.mark.parametrize(("seconds", "jobs"), [(0, 0), (300, 1)])
def test_how_often_is_a_setting(services: Services, seconds: int, jobs: int) -> None:
    settings = services.settings.model_copy(update={"sentinel_seconds": seconds})
    scheduler = Scheduler(replace(services, settings=settings))
    own = [job for job in scheduler._clock.get_jobs() if job.func is check_figures]
    assert len(own) == jobs
