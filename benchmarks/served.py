"""The services of a prepared pack, and a real server of them in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.prepared import clock_of
from dashboard.city.load import load_city
from dashboard.config import Settings
from dashboard.metrics.catalogue import Catalogue
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore

FORGET = signal.SIGUSR1
"""Asks the served process to drop every answer it keeps, as a new data version would."""


def services_of(pack: Path, data: Path) -> Services:
    city = load_city(pack)
    facts = FactsStore.open(data / "facts.duckdb", create=False)
    state = StateStore.open(f"sqlite:///{data / 'state.sqlite'}")
    now = clock_of(city)
    return Services(
        Settings.load({}),
        city,
        Catalogue.load(),
        facts,
        state,
        data,
        clock=lambda: now,
    )


def forget(services: Services) -> None:
    """Drop every answer that is kept."""
    for name in ("engine", "lister"):
        vars(services).pop(name, None)


@dataclass(frozen=True)
class Served:
    address: str
    process: int

    def forget(self) -> None:
        """The next question is asked of the facts again."""
        os.kill(self.process, FORGET)
        time.sleep(0.05)


@contextmanager
def served(pack: Path, data: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.served", str(pack), str(data), str(port)]
    process = subprocess.Popen(command)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process)
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server did not start")
        try:
            opener.open(address, timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer")


def main(pack: str, data: str, port: str) -> None:
    import uvicorn  # noqa: PLC0415 - only the served process needs it, and Dash after it

    from dashboard.app import create_app  # noqa: PLC0415

    services = services_of(Path(pack), Path(data))

    signal.signal(FORGET, lambda *_: forget(services))
    uvicorn.run(
        create_app(services), port=int(port), log_level="warning", timeout_graceful_shutdown=3
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
