"""The hand-made city with its crowd of facts, and the application in front of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from dashboard.app import create_app
from dashboard.config import Settings
from dashboard.metrics.catalogue import Catalogue
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore
from tests.cities import city
from tests.crowd import AS_OF, Crowd


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("house")
    services = Services(
        settings=Settings.load({"YIPING_THREADS": "2"}),
        city=city(folder),
        catalogue=Catalogue.load(),
        facts=FactsStore.open(folder / "facts.duckdb"),
        state=StateStore.open(f"sqlite:///{folder / 'state.sqlite'}"),
        data_dir=folder,
        clock=lambda: AS_OF + timedelta(minutes=15),
    )
    Crowd().fill(services.facts)
    yield services
    services.close()


@pytest.fixture(scope="module")
def server(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture(scope="module")
def pages(server: FastAPI) -> Any:
    """The Dash application inside the server."""
    return server.state.pages
