"""The incident list follows its address and the facts; one incident has a page of its own."""

from typing import Any
from urllib.parse import unquote

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks import browser
from callbacks.boundary import (
    frame_of,
    in_thread,
    language_of,
    request_cookies,
    scope_of_caller,
    told,
    view_of,
)
from dashboard.metrics.listing import IncidentPage, IncidentQuery
from dashboard.metrics.model import Metric
from dashboard.services import Services
from layouts.address import Address
from layouts.frame import Frame
from layouts.ids import INCIDENT, INCIDENTS, IncidentsIds
from layouts.incident import record_body
from layouts.incidents import filters, incidents_page, table
from layouts.shell import lights, message, shell

PAGE_SIZE = 50


def listed(services: Services, frame: Frame) -> IncidentPage:
    address, view = frame.address, view_of(services, frame.address)
    query = IncidentQuery(
        view.period,
        view.where,
        q=address.get("q"),
        metric=address.get("metric"),
        part=address.get("part") or "numerator",
        sort=address.get("sort") or "-created_at",
        after=address.get("after"),
        limit=PAGE_SIZE,
    )
    return services.lister.page(query, scope=scope_of_caller())


EVERY_INCIDENT = "city.received_count"
"""What counts the list where it was not opened from a figure."""


def counted_by(services: Services, frame: Frame) -> Metric:
    """The figure whose rows are listed, in its version for the days of the page."""
    metric = services.engine.catalogue[frame.address.get("metric") or EVERY_INCIDENT]
    return metric.at(frame.days.last) if frame.days else metric


def page(services: Services, frame: Frame) -> Component:
    found, metric = listed(services, frame), counted_by(services, frame)
    body = incidents_page(frame, view_of(services, frame.address), found, metric)
    return shell(frame, body, ids=INCIDENTS, version=services.version.version)


def record_page(services: Services, frame: Frame) -> Component:
    _, _, source, source_id = (unquote(part) for part in frame.address.path.split("/", 3))
    record = services.lister.one(source, source_id, scope=scope_of_caller())
    if record is None:
        body = [message(frame, frame.text("no_incident"), "")]
    else:
        body = record_body(frame, record)
    return shell(frame, body, ids=INCIDENT, version=services.version.version)


def register(app: Any, services: Services) -> None:
    """Wire this page to `app`."""

    @app.callback(
        Output(IncidentsIds.FILTERS, "children"),
        Output(IncidentsIds.TABLE, "children"),
        Output(INCIDENTS.lights, "children"),
        Output(INCIDENTS.notice, "children"),
        Input(INCIDENTS.address, "search"),
        Input(INCIDENTS.version, "data"),
        State(INCIDENTS.address, "pathname"),
        prevent_initial_call=True,
    )
    async def follow(search: str | None, _version: int, path: str) -> tuple[Any, ...]:
        address = Address.parse(f"{path}{search or ''}")
        cookies = request_cookies(app)
        return await in_thread(services, lambda: answer(services, address, cookies))

    browser.search_box(app, IncidentsIds.SEARCH, INCIDENTS)


def answer(services: Services, address: Address, cookies: dict[str, str]) -> tuple[Any, ...]:
    """Filters and table anew, or the reason in the notice with the page left as it was."""
    try:
        frame = frame_of(services, address, cookies)
        view = view_of(services, address)
        drawn = table(frame, listed(services, frame), counted_by(services, frame))
        return filters(frame, view), drawn, lights(frame), ""
    except Exception as error:  # noqa: BLE001 — the last edge: told and logged
        problem, fix, where = told(error, language_of(services, address, cookies))
        return no_update, no_update, no_update, f"{problem} {where} {fix}"
