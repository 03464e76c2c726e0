"""One of each component a callback may name, for Dash to check the wiring against at start."""

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from layouts.ids import INCIDENTS, OVERVIEW, WALL, Carriers, IncidentsIds, OverviewIds, WallIds

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
}


def every_component() -> Component:
    parts = [
        SPECIAL.get(name, html.Div)(id=name)
        for ids in (OverviewIds, WallIds, IncidentsIds)
        for name in ids
    ]
    for page in (OVERVIEW, WALL, INCIDENTS):
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
    ]
