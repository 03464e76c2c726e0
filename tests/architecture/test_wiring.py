"""Callbacks: wired to what is on the page, never blocking it, and carrying no data through it."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from dash.development.base_component import Component
from fastapi import FastAPI

from callbacks.pages import page_at
from dashboard.app import create_app
from dashboard.front import as_json
from dashboard.services import Services
from layouts.validation import every_component

LARGEST_STORE = 64 * 1024
KPI = ("/kpi", "/kpi/league?level=department", "/kpi/department/B1", "/kpi/district/D1")
PAGES = (
    "/", "/?district=D1", "/?metric=hotline.on_time_rate", "/wall", "/incidents", "/nowhere",
    "/bulletins", *KPI,
)  # fmt: skip
YEARS = "/?from=2020-01-01&to=2026-10-20"


def test_two_applications_in_one_process_both_have_every_callback(services: Services) -> None:
    first, second = (create_app(services).state.pages for _ in range(2))
    assert set(first.callback_map) == set(second.callback_map) != set()
    assert len(first.callback_map) >= 3


def test_no_callback_of_the_server_blocks_the_event_loop(pages: Any) -> None:
    of_server = {
        name: entry["callback"] for name, entry in pages.callback_map.items() if "callback" in entry
    }
    assert len(of_server) >= 3
    for name, callback in of_server.items():
        assert inspect.iscoroutinefunction(inspect.unwrap(callback)), name


def test_every_id_a_callback_names_has_its_place(pages: Any) -> None:
    placed = {node.id for node in walk(every_component()) if getattr(node, "id", None)}
    assert named_ids(pages) - placed == set()


def named_ids(pages: Any) -> set[str]:
    found: set[str] = set()
    for entry in pages._callback_list:
        outputs = re.findall(r"(?:^|\.\.)([\w-]+)\.", entry["output"])
        found |= {*outputs, *(one["id"] for one in (*entry["inputs"], *entry["state"]))}
    return found


def test_ids_stand_on_a_page_once(services: Services) -> None:
    for url in PAGES:
        ids = [node.id for node in walk(page_at(services, url, {})) if getattr(node, "id", None)]
        assert len(ids) == len(set(ids)), url


def test_every_id_of_a_page_is_known_to_the_validation(services: Services) -> None:
    known = {node.id for node in walk(every_component()) if getattr(node, "id", None)}
    for url in ("/", "/wall", "/incidents", "/bulletins", *KPI):
        ids = {node.id for node in walk(page_at(services, url, {})) if getattr(node, "id", None)}
        assert {one for one in ids - known if not one.startswith("card-")} <= {"main"}, url


@pytest.mark.parametrize("url", [*PAGES, YEARS])
def test_stores_hold_little_and_nothing_but_json(services: Services, url: str) -> None:
    stores = [n for n in walk(page_at(services, url, {})) if n._type == "Store"]
    for store in stores:
        written = as_json(getattr(store, "data", None))
        assert len(written) < LARGEST_STORE, store.id
        assert json.loads(written) == store.data, store.id


def test_nothing_is_hidden_from_the_check_of_the_wiring(server: FastAPI, pages: Any) -> None:
    assert pages.config.suppress_callback_exceptions is False
    assert server.state.front is not None


def walk(node: Any) -> Iterator[Any]:
    if isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from walk(child)
