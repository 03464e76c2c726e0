"""`serve`: pages, API and clock in one process."""

import argparse
import asyncio
import errno
import logging
import signal
import socket
import urllib.error
import urllib.request
from typing import Any

import uvicorn

from dashboard.cli.arguments import Commands, command, say, tell, with_city
from dashboard.cli.services import opened
from dashboard.config import Settings
from dashboard.core.errors import DashboardError
from dashboard.jobs.scheduler import Scheduler
from dashboard.services import Services

GRACE_S = 3
"""Open answers may end for so long; event streams are ended at once."""


class PortError(DashboardError):
    code = "port"


def add(commands: Commands) -> None:
    parser = with_city(command(commands, "serve", run, "web, API and scheduler in one process"))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8050)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    listening = listen(arguments.host, arguments.port)
    with listening, opened(arguments, settings, create=True) as services:
        serve(services, listening)
    return 0


def serve(services: Services, listening: socket.socket) -> None:
    from dashboard.app import create_app  # noqa: PLC0415 - Dash takes a second to import

    services.facts.write_dimensions(services.city)
    app = create_app(services)
    scheduler = Scheduler(services)
    _leave_quietly()
    config = uvicorn.Config(
        app,
        log_level=services.settings.log_level,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        workers=1,
    )
    server = Server(config, app.state.events, address_of(listening))
    scheduler.start()
    try:
        server.run(sockets=[listening])
    finally:
        scheduler.stop()


class Server(uvicorn.Server):
    """Says its address when it answers; ends the event streams before it waits for answers."""

    def __init__(self, config: uvicorn.Config, hub: Any, address: str) -> None:
        super().__init__(config)
        self._hub, self._address = hub, address
        self._announcing: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announcing = asyncio.create_task(self._announce())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._hub.close()
        await super().shutdown(sockets)

    async def _announce(self) -> None:
        if await asyncio.to_thread(answers, self._address):
            say(f"Yiping answers at {self._address}")
        else:
            tell(f"Yiping listens at {self._address} but does not answer: see the log")


def answers(address: str) -> bool:
    """Asks for a page, which also prepares the pages for the first reader."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/readyz", timeout=60), opener.open(address, timeout=60):
            return True
    except (OSError, urllib.error.URLError):
        return False


def listen(host: str, port: int) -> socket.socket:
    """Taken before anything else is opened: a second start fails at once."""
    try:
        return socket.create_server((host, port), family=_family(host), backlog=2048)
    except (OSError, OverflowError) as error:
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise PortError(
            f"Port {port} of {host} is in use." if in_use else f"Cannot listen: {error}.",
            where="--host, --port",
            fix="stop the other program, or take another port with --port",
        ) from None


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def address_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _leave_quietly() -> None:
    """When the server has ended it raises its signal again: by then it has been obeyed."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)
