"""The only place where parts are put together: services, API, pages → one ASGI application."""

from pathlib import Path
from typing import Any

from dash import Dash
from fastapi import FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse

from callbacks import incidents, kpi, overview, passport, wall
from callbacks.boundary import in_thread
from dashboard import __version__, api
from dashboard.front import Front
from dashboard.services import Services
from dashboard.static_cache import StaticCache
from layouts.validation import every_component

ROOT = Path(__file__).parent.parent

HEADERS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


def create_app(services: Services) -> FastAPI:
    """The whole application; `state.pages` is the Dash application inside it."""
    server = FastAPI(
        title="Yiping", version=__version__, docs_url=None, redoc_url=None, openapi_url=None
    )
    api.include(server, services)

    async def first_page(request: Request) -> HTMLResponse:
        url = f"{request.url.path}?{request.url.query}"
        front: Front = server.state.front
        page = await in_thread(services, lambda: front.page(url, dict(request.cookies)))
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})

    server.add_api_route("/", first_page, include_in_schema=False)
    app: Any = Dash(
        "yiping",
        server=server,  # type: ignore[arg-type]  # its type does not name its own FastAPI backend
        assets_folder=str(ROOT / "assets"),
        assets_ignore=r".*LICENSE.*",
        update_title="",
        serve_locally=True,
    )
    app.layout = app.validation_layout = every_component()
    for page in (overview, wall, incidents, kpi, passport):
        page.register(app, services)
    app._setup_server()  # noqa: SLF001 — or the first page would be written without assets
    server.add_api_route("/{path:path}", first_page, include_in_schema=False)
    server.state.pages, server.state.front = app, Front(app, services)
    _add_middleware(server)
    return server


def _add_middleware(server: FastAPI) -> None:
    server.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=6)
    server.add_middleware(StaticCache)

    @server.middleware("http")
    async def headers(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
