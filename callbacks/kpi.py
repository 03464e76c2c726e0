"""KPI pages follow their address and the facts: scorecards, leagues, departments, districts."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks import browser, kpi_parts
from callbacks.boundary import (
    frame_of,
    in_thread,
    language_of,
    request_cookies,
    told,
)
from dashboard.services import Services
from layouts.address import Address
from layouts.frame import Frame
from layouts.ids import (
    DEPARTMENT,
    DISTRICT,
    KPI,
    LEAGUE,
    Carriers,
    DepartmentIds,
    DistrictIds,
    KpiIds,
    LeagueIds,
)
from layouts.kpi_pages import department_page, district_page, two_parts
from layouts.shell import lights, shell

Parts = Any
"""A dataclass with one field for each output, in their order."""


@dataclass(frozen=True)
class KpiPage:
    """`parts` asks and draws; `body` puts the parts in their places."""

    carriers: Carriers
    outputs: Sequence[Output]
    parts: Callable[[Services, Frame], Parts]
    body: Callable[[Frame, Parts], list[Component]]

    def page(self, services: Services, frame: Frame) -> Component:
        drawn = self.parts(services, frame)
        version = services.version.version
        return shell(frame, self.body(frame, drawn), ids=self.carriers, version=version)


def _children(ids: type[StrEnum]) -> list[Output]:
    return [Output(name, "children") for name in ids]


def _district_outputs() -> list[Output]:
    ids = DistrictIds
    return [
        Output(ids.HEAD, "children"),
        Output(ids.PLACE, "children"),
        Output(ids.MAP_TITLE, "children"),
        Output(ids.MAP_LEGEND, "children"),
        Output(ids.AREAS, "url"),
        Output(ids.OUTLINES, "url"),
        Output(ids.AREAS, "hideout"),
        Output(ids.MONTHS, "children"),
        Output(ids.STREETS, "children"),
        Output(ids.TOP, "children"),
        Output(ids.WORKERS, "children"),
        Output(ids.FOOT, "children"),
    ]


SCORECARDS = KpiPage(
    KPI, _children(KpiIds), kpi_parts.scorecards, lambda _, drawn: two_parts(KpiIds, drawn)
)
LEAGUES = KpiPage(
    LEAGUE, _children(LeagueIds), kpi_parts.league, lambda _, drawn: two_parts(LeagueIds, drawn)
)
DEPARTMENTS = KpiPage(
    DEPARTMENT,
    _children(DepartmentIds),
    kpi_parts.department,
    lambda _, drawn: department_page(drawn),
)
DISTRICTS = KpiPage(DISTRICT, _district_outputs(), kpi_parts.district, district_page)
PAGES = (SCORECARDS, LEAGUES, DEPARTMENTS, DISTRICTS)


def page_of(path: str) -> KpiPage | None:
    """The KPI page of a path: `/kpi/department/D01` and the like name their unit."""
    parts = [part for part in path.split("/") if part]
    whole = {("kpi",): SCORECARDS, ("kpi", "league"): LEAGUES}
    if tuple(parts) in whole:
        return whole[tuple(parts)]
    if len(parts) == 3 and parts[0] == "kpi":
        return {"department": DEPARTMENTS, "district": DISTRICTS}.get(unquote(parts[1]))
    return None


def register(app: Any, services: Services) -> None:
    """Wire these pages to `app`."""
    for page in PAGES:
        _follow(app, services, page)
    browser.map_click(app, DistrictIds.AREAS, DISTRICT)


def _follow(app: Any, services: Services, page: KpiPage) -> None:
    @app.callback(
        *page.outputs,
        Output(page.carriers.lights, "children"),
        Output(page.carriers.notice, "children"),
        Input(page.carriers.address, "search"),
        Input(page.carriers.version, "data"),
        State(page.carriers.address, "pathname"),
        prevent_initial_call=True,
    )
    async def follow(search: str | None, _version: int, path: str) -> tuple[Any, ...]:
        address = Address.parse(f"{path}{search or ''}")
        cookies = request_cookies(app)
        return await in_thread(services, lambda: answer(services, page, address, cookies))


def answer(
    services: Services, page: KpiPage, address: Address, cookies: dict[str, str]
) -> tuple[Any, ...]:
    """Every part anew, or the reason in the notice with the page left as it was."""
    try:
        frame = frame_of(services, address, cookies)
        drawn = page.parts(services, frame)
    except Exception as error:  # noqa: BLE001 — the last edge: told and logged
        problem, fix, where = told(error, language_of(services, address, cookies))
        return (*(no_update for _ in page.outputs), no_update, f"{problem} {where} {fix}")
    values = (getattr(drawn, field.name) for field in dataclasses.fields(drawn))
    return (*values, lights(frame), "")
