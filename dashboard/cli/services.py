"""From a city folder to the services that answer for it: the same for every command."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.city.load import load_city
from dashboard.config import Settings
from dashboard.metrics.catalogue import Catalogue
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore


def open_services(
    folder: Path, data_dir: Path | None, settings: Settings, *, create: bool = True
) -> Services:
    """Load the pack and open both databases.

    Args:
        folder: Of the city pack.
        data_dir: Where databases and landed files are; None: as the settings say.
        create: Make the databases where absent; otherwise that is an error.

    Raises:
        PackError: There is no such pack, or it is faulty.
        StoreError: The facts are absent, in use, or of another version.
    """
    city = load_city(folder)
    place = data_dir or settings.data_dir_of(city.id)
    facts = FactsStore.open(
        place / "facts.duckdb",
        create=create,
        threads=settings.query_threads,
        memory_limit=settings.memory_limit,
    )
    try:
        state = StateStore.open(settings.state_url or f"sqlite:///{place / 'state.sqlite'}")
    except BaseException:
        facts.close()
        raise
    return Services(settings, city, Catalogue.load(), facts, state, place)


@contextmanager
def opened(
    arguments: argparse.Namespace, settings: Settings, *, create: bool = False
) -> Iterator[Services]:
    services = open_services(arguments.city, arguments.data, settings, create=create)
    try:
        yield services
    finally:
        services.close()
