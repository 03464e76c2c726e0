"""/events: one stream that tells every open page of a new data version.

One asyncio.Event a subscriber: a shared Condition deadlocks when many leave at once.
"""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from dashboard.api.errors import guarded_router
from dashboard.api.wire import instant
from dashboard.services import Services
from dashboard.store.data_version import DataVersion

KEEP_ALIVE_S = 15
GAP_S = 0.3
"""Pause after a message: a bulk load commits many times a second, pages need only the last."""

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
RETRY, STILL_HERE = b"retry: 2000\n\n", b": still here\n\n"

Subscriber = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class Hub:
    """Who listens. `boot` changes with every start, so that pages reload after an update."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._subscribers: set[Subscriber] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.boot = secrets.token_hex(6)
        services.on_commit(self._told)

    def __len__(self) -> int:
        return len(self._subscribers)

    def close(self) -> None:
        """End every stream, so that a server that stops need not wait for its pages."""
        self._closed = True
        self._wake()

    async def stream(self) -> AsyncIterator[bytes]:
        """The present version at once, then each new one."""
        yield RETRY
        with self._subscribed() as changed:
            while not self._closed:
                changed.clear()
                yield self._message()
                await asyncio.sleep(GAP_S)
                while not self._closed and not await _set_within(changed, KEEP_ALIVE_S):
                    yield STILL_HERE

    def _told(self, _version: DataVersion) -> None:
        self._wake()

    def _wake(self) -> None:
        """Called from the thread that committed; events belong to their own loop."""
        with self._lock:
            waiting = list(self._subscribers)
        for loop, changed in waiting:
            with suppress(RuntimeError):  # that loop has ended
                loop.call_soon_threadsafe(changed.set)

    @contextmanager
    def _subscribed(self) -> Iterator[asyncio.Event]:
        subscriber = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._subscribers.add(subscriber)
        try:
            yield subscriber[1]
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    def _message(self) -> bytes:
        version = self._services.version
        told: dict[str, Any] = {
            "version": version.version,
            "as_of": instant(version.as_of, self._services.city.zone),
            "boot": self.boot,
        }
        return b"event: version\ndata: " + orjson.dumps(told) + b"\n\n"


async def _set_within(changed: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return False
    return True


def events_router(hub: Hub) -> APIRouter:
    router = guarded_router(tags=["events"])

    @router.get("/events")
    async def events() -> Response:
        """Server-sent events: `version` with {version, as_of, boot} whenever the facts change."""
        return StreamingResponse(hub.stream(), media_type="text/event-stream", headers=HEADERS)

    return router
