"""Where the parts of each KPI page stand."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components import panels
from layouts.frame import Frame
from layouts.ids import DepartmentIds, DistrictIds
from layouts.kpi_department import DepartmentParts
from layouts.kpi_district import DistrictParts


def two_parts(ids: Any, drawn: Any) -> list[Component]:
    """A head and what is below it."""
    return [
        html.Div(drawn.head, id=ids.HEAD, className="kpi-head"),
        html.Div(drawn.body, id=ids.BODY, className="kpi-body"),
    ]


def department_page(parts: DepartmentParts) -> list[Component]:
    ids = DepartmentIds
    left = {
        ids.PLACE: parts.place,
        ids.CATEGORIES: parts.categories,
        ids.VOLUMES: parts.volumes,
    }
    right = {ids.TREND: parts.trend, ids.WAITING: parts.waiting, ids.RETURNS: parts.returns}
    columns = [
        html.Div([_panel(name, children) for name, children in side.items()], className="stack")
        for side in (left, right)
    ]
    return [
        html.Div(parts.head, id=ids.HEAD, className="kpi-head"),
        html.Div(
            [
                html.Div(parts.strip, id=ids.STRIP, className="unit-strip"),
                html.Div(columns, className="unit-columns"),
            ],
            className="unit-page",
        ),
        html.Div(parts.foot, id=ids.FOOT),
    ]


def district_page(frame: Frame, parts: DistrictParts) -> list[Component]:
    ids = DistrictIds
    the_map = panels.map_view(
        ids.AREAS, ids.OUTLINES, parts.areas_url, parts.outlines_url, parts.hideout
    )
    label = frame.text("map")
    map_panel = html.Section(
        [
            html.Div(parts.map_title, id=ids.MAP_TITLE, className="panel-head"),
            html.Div(the_map, className="map-frame", title=label),
            html.Div(parts.map_legend, id=ids.MAP_LEGEND, className="legend"),
        ],
        className="panel panel-district-map",
    )
    return [
        html.Div(parts.head, id=ids.HEAD, className="kpi-head"),
        html.Div(
            html.Div(
                [
                    _panel(ids.PLACE, parts.place),
                    map_panel,
                    _panel(ids.MONTHS, parts.months),
                    _panel(ids.STREETS, parts.streets),
                    _panel(ids.TOP, parts.top),
                    _panel(ids.WORKERS, parts.workers),
                ],
                className="unit-grid",
            ),
            className="unit-page",
        ),
        html.Div(parts.foot, id=ids.FOOT),
    ]


def _panel(name: Any, children: list[Component]) -> Component:
    return html.Section(children, id=name, className=f"panel panel-{name}")
