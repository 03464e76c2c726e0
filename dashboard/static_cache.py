"""Files that never change under their name: compressed once, kept, and never asked for twice."""

import re
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOR_GOOD = "public, max-age=31536000, immutable"
FINGERPRINTED = re.compile(r"^/_dash-component-suites/|^/assets/|^/geo/")
MAX_FILES = 512

Kept = list[Message]


class StaticCache:
    """ASGI middleware outside of compression: the first answer is kept and sent to all others.

    Only addresses that carry a fingerprint (in the name or as a query) are kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[tuple[str, bytes, bool], Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _keepable(scope):
            await self._app(scope, receive, send)
            return
        packed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        key = (scope["path"], scope["query_string"], packed)
        if key not in self._kept:
            await self._first(key, scope, receive, send)
            return
        for message in self._kept[key]:
            await send(message)

    async def _first(self, key: Any, scope: Scope, receive: Receive, send: Send) -> None:
        messages: Kept = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = FOR_GOOD
            messages.append(message)
            await send(message)

        await self._app(_unconditional(scope), receive, keep)
        whole = bool(messages) and not messages[-1].get("more_body", False)
        if whole and messages[0].get("status") == 200 and len(self._kept) < MAX_FILES:
            self._kept[key] = messages


def _keepable(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    if not FINGERPRINTED.match(path):
        return False
    query: bytes = scope["query_string"]
    return path.startswith("/_dash-component-suites/") or query.startswith((b"m=", b"v="))


def _unconditional(scope: Scope) -> Scope:
    """What is kept for all must be the whole file, whatever the first browser already had."""
    dropped = (b"if-none-match", b"if-modified-since", b"range")
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    return {**scope, "headers": headers}
