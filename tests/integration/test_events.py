"""The event stream, over a real server."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from tests.crowd import AS_OF
from tests.integration.conftest import Api
from tests.rows import store_rows

Lines = Iterator[str]


@pytest.fixture
def server(empty: Api) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(empty.app, log_level="warning", timeout_graceful_shutdown=3)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    empty.app.state.events.close()
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@contextmanager
def stream(url: str) -> Iterator[tuple[httpx.Response, Lines]]:
    with httpx.stream("GET", f"{url}/events", timeout=10) as answer:
        yield answer, answer.iter_lines()


def version_in(lines: Lines) -> dict[str, Any]:
    for line in lines:
        if line.startswith("data: "):
            told: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return told
    raise AssertionError("the stream ended")


def add_ticket(empty: Api, name: str) -> None:
    row = {"source_id": name, "kind": "hotline", "state": "closed", "created_at": AS_OF}
    store_rows(empty.services.facts, "hotline", "incidents", [row], complete_to=AS_OF)


def test_the_present_version_comes_first(empty: Api, server: str) -> None:
    add_ticket(empty, "A")
    with stream(server) as (answer, lines):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        assert next(lines) == "retry: 2000"
        told = version_in(lines)
    assert told == {
        "version": 1,
        "as_of": "2026-10-20T12:00:00+08:00",
        "boot": empty.app.state.events.boot,
    }


def test_every_open_page_hears_of_a_commit(empty: Api, server: str) -> None:
    with stream(server) as (_, one), stream(server) as (_, other):
        assert version_in(one)["version"] == version_in(other)["version"] == 0
        begun = time.monotonic()
        add_ticket(empty, "A")
        assert version_in(one)["version"] == version_in(other)["version"] == 1
        assert time.monotonic() - begun < 2


def test_a_burst_of_commits_ends_at_the_last(empty: Api, server: str) -> None:
    with stream(server) as (_, lines):
        version_in(lines)
        for number in range(5):
            add_ticket(empty, str(number))
        versions = [version_in(lines)["version"]]
        while versions[-1] < 5:
            versions.append(version_in(lines)["version"])
        assert versions[-1] == 5
        assert len(versions) <= 5


def test_a_page_that_leaves_is_forgotten(empty: Api, server: str) -> None:
    hub = empty.app.state.events
    with stream(server) as (_, lines):
        version_in(lines)
        assert len(hub) == 1
    deadline = time.monotonic() + 5
    while len(hub) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(hub) == 0


def test_a_server_that_stops_ends_its_streams(empty: Api, server: str) -> None:
    with stream(server) as (_, lines):
        version_in(lines)
        empty.app.state.events.close()
        assert list(lines) is not None  # the stream ended instead of timing out
