"""What runs by the clock."""

import time
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from dashboard.jobs.pull import pull_sources
from dashboard.jobs.scheduler import Scheduler
from dashboard.services import Services
from tests.cities import SOURCES, city
from tests.integration.conftest import make_services

HEADING = ",".join(rule.column for rule in SOURCES[0].fields if rule.column)
ROW = {
    "source_id": "T-1", "state": "closed", "created_at": "2026-10-01T09:00", "region": "S11",
    "excluded": "no",
}  # fmt: skip


@pytest.fixture
def services(tmp_path: Path) -> Services:
    cells = [ROW.get(name, "") for name in HEADING.split(",")]
    (tmp_path / "hotline.csv").write_text(f"{HEADING}\n{','.join(cells)}\n", "utf-8")
    made = make_services(tmp_path)
    return replace(made, city=city(tmp_path, sources=[SOURCES[1], SOURCES[0]]))


def test_a_source_that_fails_does_not_stop_the_next(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    pull_sources(services, Event())
    states = services.state.sources()
    assert states["grid"].last_error is not None
    assert states["hotline"].accepted == 1
    assert "source grid" in caplog.text
    services.close()


def test_pulling_again_changes_nothing(services: Services) -> None:
    pull_sources(services, Event())
    before = services.version
    pull_sources(services, Event())
    assert services.version.version == before.version
    services.close()


def test_pages_hear_once_of_a_round_whatever_it_commits(services: Services, tmp_path: Path) -> None:
    told: list[int] = []
    services.on_commit(lambda version: told.append(version.version))
    grid = (tmp_path / "hotline.csv").read_text("utf-8")
    (tmp_path / "grid.csv").write_text(grid, "utf-8")
    pull_sources(services, Event())
    assert services.version.version > 2
    assert told == [services.version.version]
    pull_sources(services, Event())
    assert len(told) == 1
    services.close()


def test_a_stopped_process_begins_no_source(services: Services) -> None:
    stop = Event()
    stop.set()
    pull_sources(services, stop)
    assert not services.state.sources()
    services.close()


def test_the_first_pull_comes_with_the_start(services: Services) -> None:
    scheduler = Scheduler(services)
    scheduler.start()
    deadline = time.monotonic() + 10
    while not services.state.source("hotline").accepted and time.monotonic() < deadline:
        time.sleep(0.05)
    scheduler.stop()
    assert services.state.source("hotline").accepted == 1
    services.close()
