"""Services of the hand-made city over real stores, and the API in front of them."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from dashboard import api
from dashboard.config import Settings
from dashboard.metrics.catalogue import Catalogue
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore
from tests.cities import city
from tests.crowd import AS_OF, Crowd

DISTRICTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": code, "secret": "of the pack"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 39], [x + 1, 39], [x + 1, 40], [x, 40], [x, 39]]],
            },
        }
        for code, x in (("D1", 116), ("D2", 115))
    ],
}


@dataclass
class Api:
    """Asks the application without a network."""

    app: FastAPI
    services: Services

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.send("GET", path, params=params)

    def post(self, path: str, body: str | bytes) -> httpx.Response:
        return self.send("POST", path, content=body)

    def send(self, method: str, path: str, **rest: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://yiping") as client:
                return await client.request(method, path, **rest)

        return asyncio.run(ask())


def make_services(folder: Path, clock: Callable[[], datetime] | None = None) -> Services:
    (folder / "district.geojson").write_text(json.dumps(DISTRICTS), "utf-8")
    return Services(
        settings=Settings.load({"YIPING_THREADS": "4"}),
        city=city(folder, geometry={"district": folder / "district.geojson"}),
        catalogue=Catalogue.load(),
        facts=FactsStore.open(folder / "facts.duckdb"),
        state=StateStore.open(f"sqlite:///{folder / 'state.sqlite'}"),
        data_dir=folder,
        clock=clock or (lambda: AS_OF + timedelta(minutes=15)),
    )


def make_api(services: Services) -> Api:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    api.include(app, services)
    return Api(app, services)


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Read only: shared by every test of a session."""
    services = make_services(tmp_path_factory.mktemp("crowded"))
    Crowd().fill(services.facts)
    yield make_api(services)
    services.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Api]:
    services = make_services(tmp_path)
    yield make_api(services)
    services.close()
