"""The wall `/wall`: one screen, no controls, nothing that needs a hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.overview import Tile
from dashboard.boards.view import DRILL
from dashboard.boards.wall import Wall
from dashboard.core.values import FigureState
from dashboard.figures.areas import areas
from dashboard.figures.trend import TrendWords, trend_figure
from layouts.attributes import attributes
from layouts.components import panels
from layouts.components.figures import figure_value, target_note
from layouts.frame import Frame
from layouts.ids import WALL, WallIds
from layouts.passport import passport_beside
from layouts.shell import all_lights, carriers, city_chip

COLUMNS = {
    "hotline": ("12345 热线", "12345 hotline"),
    "grid": ("网格管理", "Grid management"),
    "service": ("政务服务", "Government service"),
}


@dataclass(frozen=True)
class WallParts:
    """Everything on the wall that changes, by the id it stands under."""

    title: list[Component]
    hotline: list[Component]
    trend: dict[str, Any]
    top: list[Component]
    map_title: list[Component]
    headline: list[Component]
    map_legend: list[Component]
    areas_url: str
    outlines_url: str
    hideout: dict[str, Any]
    grid: list[Component]
    grid_trend: dict[str, Any]
    departments: list[Component]
    service: list[Component]
    strip: list[Component]


def wall_parts(frame: Frame, data: Wall, *, geography: str) -> WallParts:
    shaded = areas(data.map_result, data.map_level) if data.map_result and data.map_level else None
    hotline, grid = data.trends
    outline = "district" if data.map_level == "street" else data.map_level
    return WallParts(
        title=[html.Time(_today(frame), className="wall-day")],
        hotline=_figures(frame, data, "hotline"),
        trend=_trend(frame, data, hotline),
        top=_top(frame, data),
        map_title=_map_title(frame, data),
        headline=_headline(frame, data),
        map_legend=panels.legend(frame, shaded, data.map_result),
        areas_url=_map_url(data.map_level, geography),
        outlines_url=_map_url(outline, geography),
        hideout=panels.map_hideout(frame, shaded, data.map_result, {}),
        grid=_figures(frame, data, "grid"),
        grid_trend=_trend(frame, data, grid),
        departments=_departments(frame, data),
        service=_figures(frame, data, "service"),
        strip=_strip(frame, data),
    )


def wall_page(frame: Frame, parts: WallParts, *, version: int) -> Component:
    ids = WallIds
    the_map = panels.map_view(
        ids.AREAS, ids.OUTLINES, parts.areas_url, parts.outlines_url, parts.hideout, still=True
    )
    glass = html.Div(
        [
            *carriers(frame, WALL, version),
            html.Header(
                [
                    city_chip(frame),
                    html.H1(frame.text("one_screen")),
                    html.Div(parts.title, id=ids.TITLE),
                    html.Div(all_lights(frame), id=WALL.lights, className="lights"),
                    html.Span(frame.text("reconnecting"), className="wall-lost", role="status"),
                    html.Div(id=WALL.notice, className="notice", role="status"),
                    html.B(
                        "", className="wall-clock", **attributes({"data-clock": str(frame.zone)})
                    ),
                ],
                className="wall-header",
            ),
            html.Div(
                [
                    _block(frame, "hotline", parts.hotline, ids.HOTLINE),
                    _chart(frame, "received_30", ids.TREND, ids.TREND_SOURCE, parts.trend),
                    html.Section(parts.top, id=ids.TOP, className="wall-block grow"),
                ],
                className="wall-column wall-left",
            ),
            html.Div(
                [
                    html.Div(parts.map_title, id=ids.MAP_TITLE, className="wall-map-title"),
                    html.Div(parts.headline, id=ids.HEADLINE, className="wall-headline"),
                    html.Div(the_map, className="map-frame"),
                    html.Div(parts.map_legend, id=ids.MAP_LEGEND, className="legend"),
                ],
                className="wall-column wall-map",
            ),
            html.Div(
                [
                    _block(frame, "grid", parts.grid, ids.GRID),
                    _chart(
                        frame, "filed_30", ids.GRID_TREND, ids.GRID_TREND_SOURCE, parts.grid_trend
                    ),
                    html.Section(
                        parts.departments, id=ids.DEPARTMENTS, className="wall-block grow"
                    ),
                    _block(frame, "service", parts.service, ids.SERVICE),
                ],
                className="wall-column wall-right",
            ),
            html.Footer(parts.strip, id=ids.STRIP, className="wall-strip"),
        ],
        className="wall",
    )
    return html.Div([glass, passport_beside(frame, WALL)])


def _block(frame: Frame, name: str, figures: Sequence[Component], block_id: str) -> Component:
    title = html.Div(
        [
            html.H2(frame.pick(*COLUMNS[name])),
            html.Span(frame.text("today_and_week"), className="panel-note"),
        ],
        className="panel-head",
    )
    return html.Section(
        [title, html.Div(list(figures), id=block_id, className="wall-figures")],
        className=f"wall-block block-{name}",
    )


def _chart(
    frame: Frame, key: str, graph_id: str, source_id: str, figure: dict[str, Any]
) -> Component:
    title = html.Div(
        [html.H2(frame.text(key)), html.Span(frame.text("a_day"), className="panel-note")],
        className="panel-head",
    )
    return html.Section(
        [title, panels.graph(graph_id, source_id, figure, frame.text(key))],
        className="wall-block wall-chart",
    )


def _figures(frame: Frame, data: Wall, column: str) -> list[Component]:
    return [_figure(frame, tile) for tile in data.columns[column]]


def _figure(frame: Frame, tile: Tile) -> Component:
    name = html.Span(frame.metric_name(tile.metric), className="tile-name")
    if tile.result is None:
        return html.Div([name], className="wall-figure")
    row = tile.result.total
    value = html.Span(
        [
            figure_value(frame, tile.result, row),
            html.Span(frame.unit(tile.metric) if row.value is not None else "", className="unit"),
        ]
    )
    notes: list[Any] = []
    if tile.result.target:
        notes.append(target_note(frame, tile.result, row))
    if tile.before is not None:
        notes.append(
            html.Span([html.Em(frame.text("week_before")), frame.change(tile.before, tile.metric)])
        )
    late = tile.result.complete_to is not None and any(
        light.late and light.complete_to == tile.result.complete_to for light in frame.lights
    )
    if late:
        moment = frame.moment(tile.result.complete_to)
        notes = [
            html.Span(
                f"{frame.text('data_to')} {moment} · {frame.text('late')}", className="note is-late"
            )
        ]
    return html.Div(
        [name, value, html.Span(notes, className="tile-notes")],
        className=f"wall-figure{' is-late' if late else ''}",
    )


def _trend(frame: Frame, data: Wall, metric: str) -> dict[str, Any]:
    result = data.trends[metric]
    if result is None:
        return {"data": [], "layout": {}}
    words = TrendWords(
        frame.text("this_year"), frame.text("last_year"), frame.text("target"), frame.text("so_far")
    )
    return trend_figure(result, None, grain=data.grain, words=words, theme="dark", scale=1.15)


def _top(frame: Frame, data: Wall) -> list[Component]:
    head = _head(frame.text("top_categories"), frame.text("week_change"))
    if data.top is None or not data.top.rows:
        return [head, html.P(frame.text("no_data"), className="empty")]
    return [head, *panels.category_bars(frame, data.top, limit=8, still=True)]


def _departments(frame: Frame, data: Wall) -> list[Component]:
    result = data.departments
    target = result.target if result else None
    note = frame.text("week") + (
        f" · {frame.text('target')} {target.value.normalize():f}" if target else ""
    )
    name = frame.metric_name(result.metric) if result else ""
    head = _head(f"{frame.text('departments')} · {name}", note)
    if result is None or not any(r.row.state is FigureState.OK for r in data.ranked_departments):
        return [head, html.P(panels.why_empty(frame, data.ranked_departments), className="empty")]
    bars = panels.department_bars(frame, result, data.ranked_departments, limit=6, still=True)
    return [head, *bars]


def _map_title(frame: Frame, data: Wall) -> list[Component]:
    name = frame.metric_name(data.map_result.metric) if data.map_result else ""
    level = frame.text(data.map_level) if data.map_level in DRILL else ""
    drawn = data.map_level is not None and panels.can_draw(frame, data.map_level)
    note = frame.text("week" if drawn else "no_map")
    return [html.H2(f"{name} · {level}"), html.Span(note, className="panel-note")]


def _headline(frame: Frame, data: Wall) -> list[Component]:
    """What waits now, across the whole year: the largest figure on the wall."""
    parts: list[Component] = []
    for tile, css in zip(data.waiting, ("headline-open", "headline-overdue"), strict=True):
        if tile.result is not None:
            parts.append(
                html.Div(
                    [
                        html.Span(frame.metric_name(tile.metric), className="tile-name"),
                        figure_value(frame, tile.result, tile.result.total),
                    ],
                    className=css,
                )
            )
    return parts


def _strip(frame: Frame, data: Wall) -> list[Component]:
    return [
        _strip_part(frame, "longest_overdue", data.overdue, overdue=True, now=data.as_of),
        _strip_part(frame, "newest", data.newest, overdue=False, now=data.as_of),
    ]


def _strip_part(
    frame: Frame, key: str, rows: Sequence[dict[str, Any]], *, overdue: bool, now: datetime
) -> Component:
    items = [
        html.Li(
            [
                html.Span(row["title"] or row["source_id"], className="strip-title"),
                html.Span(_where(frame, row), className="strip-where"),
                html.Span(
                    _when(frame, row, overdue=overdue, now=now),
                    className="strip-when" + (" is-now" if overdue else ""),
                ),
            ]
        )
        for row in rows
    ]
    body = html.Ol(items) if items else html.P(frame.text("none_now"), className="empty")
    return html.Section([html.H2(frame.text(key)), body], className="strip-part")


def _where(frame: Frame, row: dict[str, Any]) -> str:
    street, department = row["street_code"], row["department_code"]
    return f"{frame.name_of('street', street)} · {frame.name_of('department', department)}"


def _when(frame: Frame, row: dict[str, Any], *, overdue: bool, now: datetime) -> str:
    if not overdue:
        return frame.moment(row["created_at"].replace(tzinfo=UTC))
    hours = int((now - row["due_at"].replace(tzinfo=UTC)).total_seconds() // 3600)
    if hours >= 48:
        return f"{frame.text('overdue_by')} {hours // 24} {frame.text('days')}"
    return f"{frame.text('overdue_by')} {hours} {frame.text('hours')}"


def _head(title: str, note: str) -> Component:
    return html.Div(panels.heading(title, note), className="panel-head")


def _map_url(level: str | None, geography: str) -> str:
    return f"/geo/{level}.geojson?v={geography}" if level else ""


WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def _today(frame: Frame) -> str:
    day = frame.last_day
    if frame.language == "en":
        return f"{day:%a} {day.day} {day:%b %Y}"
    return f"{day.month}月{day.day}日 {WEEKDAYS[day.weekday()]}"
