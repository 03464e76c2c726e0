"""Which page an address opens, drawn whole on the server: first paint needs no second request."""

from collections.abc import Callable
from dataclasses import replace

from dash.development.base_component import Component

from callbacks import bulletins, incidents, kpi, overview, wall
from callbacks.boundary import frame_of, told
from dashboard.services import Services
from layouts.address import Address
from layouts.frame import Frame
from layouts.ids import Carriers
from layouts.shell import message, shell

Page = Callable[[Services, Frame], Component]

PAGES: dict[str, Page] = {
    "/": overview.page,
    "/wall": wall.page,
    "/incidents": incidents.page,
    "/bulletins": bulletins.page,
}
"""Path → page. `/incidents/{source}/{id}` is one incident; `/kpi/…` are those of callbacks/kpi."""

NOWHERE = Carriers("message")


def page_at(services: Services, url: str, cookies: dict[str, str]) -> Component:
    """The page of a path with its query string; a fault is told on a page that still works."""
    frame = replace(frame_of(services, Address.parse(url), cookies), opened_with=_query(url))
    try:
        return _page(frame.address.path)(services, frame)
    except Exception as error:  # noqa: BLE001 — the last edge: told, logged, never a blank page
        problem, fix, where = told(error, frame.language)
        body = message(frame, problem, fix, where)
        return shell(frame, [body], ids=NOWHERE, version=services.version.version)


def _page(path: str) -> Page:
    plain = path.rstrip("/") or "/"
    if plain in PAGES:
        return PAGES[plain]
    if plain.startswith("/incidents/"):
        return incidents.record_page
    found = kpi.page_of(plain)
    return found.page if found else _missing


def _missing(services: Services, frame: Frame) -> Component:
    body = message(frame, frame.text("not_found"), "", frame.address.path)
    return shell(frame, [body], ids=NOWHERE, version=services.version.version)


def _query(url: str) -> str:
    _, mark, query = url.partition("?")
    return mark + query if query else ""
