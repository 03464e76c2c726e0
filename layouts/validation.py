"""One of each component a callback may name, for Dash to check the wiring against at start."""

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import (
    BULLETINS,
    DEPARTMENT,
    DISTRICT,
    INCIDENTS,
    KPI,
    LEAGUE,
    OVERVIEW,
    WALL,
    BulletinsIds,
    Carriers,
    DepartmentIds,
    DistrictIds,
    IncidentsIds,
    KpiIds,
    LeagueIds,
    OverviewIds,
    WallIds,
)

SPECIAL = {
    OverviewIds.AREAS: dl.GeoJSON,
    OverviewIds.OUTLINES: dl.GeoJSON,
    OverviewIds.TREND: dcc.Graph,
    WallIds.AREAS: dl.GeoJSON,
    WallIds.OUTLINES: dl.GeoJSON,
    WallIds.TREND: dcc.Graph,
    WallIds.GRID_TREND: dcc.Graph,
    IncidentsIds.SEARCH: dcc.Input,
    OverviewIds.TREND_SOURCE: dcc.Store,
    WallIds.TREND_SOURCE: dcc.Store,
    WallIds.GRID_TREND_SOURCE: dcc.Store,
    DistrictIds.AREAS: dl.GeoJSON,
    DistrictIds.OUTLINES: dl.GeoJSON,
}


IDS = (
    OverviewIds,
    WallIds,
    IncidentsIds,
    KpiIds,
    LeagueIds,
    DepartmentIds,
    DistrictIds,
    BulletinsIds,
)
PAGES = (OVERVIEW, WALL, INCIDENTS, KPI, LEAGUE, DEPARTMENT, DISTRICT, BULLETINS)


def every_component() -> Component:
    parts = [SPECIAL.get(name, html.Div)(id=name) for ids in IDS for name in ids]
    for page in PAGES:
        parts.extend(_carriers(page))
    return html.Div(parts)


def _carriers(ids: Carriers) -> list[Component]:
    return [
        dcc.Location(id=ids.address),
        dcc.Store(id=ids.version),
        dcc.Interval(id=ids.net),
        html.Div(id=ids.lights),
        html.Div(id=ids.notice),
        html.I(id=ids.drilled),
        html.Div(id=ids.passport),
        dcc.Store(id=ids.passport_asked),
    ]
