"""/api/docs: every address of the API on one page that loads nothing from anywhere."""

import html
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse

from dashboard import __version__
from dashboard.api.errors import guarded_router

TITLE = "Yiping 一屏 API"
STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
section { border-top: 1px solid #8886; padding: .5rem 0 }
h2 { font-size: 1rem; margin: .5rem 0 } code { font-family: ui-monospace, monospace }
table { border-collapse: collapse } td { padding: .1rem 1rem .1rem 0; vertical-align: top }
"""


def docs_router(routers: Sequence[APIRouter]) -> APIRouter:
    router = guarded_router(include_in_schema=False)

    @lru_cache(maxsize=1)
    def schema() -> dict[str, Any]:
        routes = [route for described in routers for route in described.routes]
        return get_openapi(title=TITLE, version=__version__, routes=routes)

    @router.get("/api/openapi.json")
    async def openapi() -> dict[str, Any]:
        return schema()

    @router.get("/api/docs")
    async def docs() -> HTMLResponse:
        return HTMLResponse("".join(_page(schema())))

    return router


def _page(schema: dict[str, Any]) -> Iterator[str]:
    yield (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        f"<style>{STYLE}</style></head><body><h1>{TITLE}</h1>"
        '<p>Machine-readable: <a href="openapi.json">openapi.json</a>. Errors: <code>'
        "{error: {code, message, where, fix}}</code>.</p>"
    )
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield from _operation(f"{method.upper()} {path}", operation)
    yield "</body></html>"


def _operation(heading: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<section><h2><code>{html.escape(heading)}</code></h2>"
    yield f"<p>{html.escape(operation.get('description', ''))}</p><table>"
    for parameter in operation.get("parameters", ()):
        meaning = parameter.get("description", f"in the {parameter['in']}")
        yield f"<tr><td><code>{html.escape(parameter['name'])}</code></td>"
        yield f"<td>{html.escape(meaning)}</td></tr>"
    yield "</table></section>"
