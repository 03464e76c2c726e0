"""The overview follows its address and the facts."""

import dataclasses
from typing import Any

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
from dashboard.boards.overview import ask_overview
from dashboard.services import Services
from layouts.address import Address
from layouts.frame import Frame
from layouts.ids import OVERVIEW, OverviewIds
from layouts.overview import OverviewParts, overview_page, overview_parts
from layouts.shell import lights, shell

OUTPUTS = (
    Output(OverviewIds.FILTERS, "children"),
    Output(OverviewIds.TILES, "children"),
    Output(OverviewIds.GROUPS, "children"),
    Output(OverviewIds.MAP_TITLE, "children"),
    Output(OverviewIds.MAP_LEGEND, "children"),
    Output(OverviewIds.AREAS, "url"),
    Output(OverviewIds.OUTLINES, "url"),
    Output(OverviewIds.AREAS, "hideout"),
    Output(OverviewIds.LEAGUE, "children"),
    Output(OverviewIds.TREND_TITLE, "children"),
    Output(OverviewIds.TREND_SOURCE, "data"),
    Output(OverviewIds.DEPARTMENTS, "children"),
    Output(OverviewIds.TOP, "children"),
)
"""In the order of `OverviewParts`."""


def parts(services: Services, frame: Frame) -> OverviewParts:
    data = ask_overview(
        services.engine, services.board, view_of(services, frame.address), scope=scope_of_caller()
    )
    return overview_parts(frame, data, geography=services.geography)


def page(services: Services, frame: Frame) -> Component:
    body = overview_page(frame, parts(services, frame))
    return shell(frame, body, ids=OVERVIEW, version=services.version.version)


def register(app: Any, services: Services) -> None:
    """Wire this page to `app`."""

    @app.callback(
        *OUTPUTS,
        Output(OVERVIEW.lights, "children"),
        Output(OVERVIEW.notice, "children"),
        Input(OVERVIEW.address, "search"),
        Input(OVERVIEW.version, "data"),
        State(OVERVIEW.address, "pathname"),
        prevent_initial_call=True,
    )
    async def follow(search: str | None, _version: int, path: str) -> tuple[Any, ...]:
        address = Address.parse(f"{path}{search or ''}")
        cookies = request_cookies(app)
        return await in_thread(services, lambda: answer(services, address, cookies))

    browser.map_click(app, OverviewIds.AREAS, OVERVIEW)
    browser.chart(app, OverviewIds.TREND, OverviewIds.TREND_SOURCE)


def answer(services: Services, address: Address, cookies: dict[str, str]) -> tuple[Any, ...]:
    """Every part anew, or the reason in the notice with the page left as it was."""
    try:
        frame = frame_of(services, address, cookies)
        drawn = parts(services, frame)
    except Exception as error:  # noqa: BLE001 — the last edge: told and logged
        problem, fix, where = told(error, language_of(services, address, cookies))
        return (*(no_update for _ in OUTPUTS), no_update, f"{problem} {where} {fix}")
    values = (getattr(drawn, field.name) for field in dataclasses.fields(drawn))
    return (*values, lights(frame), "")
