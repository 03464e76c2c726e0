"""The wall follows the facts; nobody touches it."""

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
)
from dashboard.boards.wall import ask_wall
from dashboard.services import Services
from layouts.address import Address
from layouts.frame import Frame
from layouts.ids import WALL, WallIds
from layouts.shell import all_lights
from layouts.wall import WallParts, wall_page, wall_parts

OUTPUTS = (
    Output(WallIds.TITLE, "children"),
    Output(WallIds.HOTLINE, "children"),
    Output(WallIds.TREND_SOURCE, "data"),
    Output(WallIds.TOP, "children"),
    Output(WallIds.MAP_TITLE, "children"),
    Output(WallIds.HEADLINE, "children"),
    Output(WallIds.MAP_LEGEND, "children"),
    Output(WallIds.AREAS, "url"),
    Output(WallIds.OUTLINES, "url"),
    Output(WallIds.AREAS, "hideout"),
    Output(WallIds.GRID, "children"),
    Output(WallIds.GRID_TREND_SOURCE, "data"),
    Output(WallIds.DEPARTMENTS, "children"),
    Output(WallIds.SERVICE, "children"),
    Output(WallIds.STRIP, "children"),
)
"""In the order of `WallParts`."""


def parts(services: Services, frame: Frame) -> WallParts:
    data = ask_wall(services.engine, services.lister, services.last_day, scope=scope_of_caller())
    return wall_parts(frame, data, geography=services.geography)


def page(services: Services, frame: Frame) -> Component:
    dark = dataclasses.replace(frame, theme="dark")
    return wall_page(dark, parts(services, dark), version=services.version.version)


def register(app: Any, services: Services) -> None:
    """Wire this page to `app`."""

    @app.callback(
        *OUTPUTS,
        Output(WALL.lights, "children"),
        Output(WALL.notice, "children"),
        Input(WALL.version, "data"),
        Input(WALL.net, "n_intervals"),
        State(WALL.address, "href"),
        prevent_initial_call=True,
    )
    async def follow(_version: int, _intervals: int, href: str) -> tuple[Any, ...]:
        address, cookies = Address.parse(href), request_cookies(app)
        return await in_thread(services, lambda: answer(services, address, cookies))

    browser.chart(app, WallIds.TREND, WallIds.TREND_SOURCE)
    browser.chart(app, WallIds.GRID_TREND, WallIds.GRID_TREND_SOURCE)


def answer(services: Services, address: Address, cookies: dict[str, str]) -> tuple[Any, ...]:
    """Every part anew; on a failure the last good picture stays, with the reason in the header."""
    try:
        frame = dataclasses.replace(frame_of(services, address, cookies), theme="dark")
        drawn = parts(services, frame)
    except Exception as error:  # noqa: BLE001 — the last edge: told and logged
        problem, _, _ = told(error, language_of(services, address, cookies))
        return (*(no_update for _ in OUTPUTS), no_update, problem)
    values = (getattr(drawn, field.name) for field in dataclasses.fields(drawn))
    return (*values, all_lights(frame), "")
