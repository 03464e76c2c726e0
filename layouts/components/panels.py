"""Panels of the overview: map, league table, ranked bars, trend."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.boards.overview import League, Top
from dashboard.core.values import UNKNOWN, FigureState, half_up
from dashboard.figures.areas import CLASSES, Areas
from dashboard.figures.spark import spark
from dashboard.metrics.comparison import Change, meets_target
from dashboard.metrics.model import MetricResult, MetricRow
from dashboard.metrics.ranking import Ranked
from layouts.attributes import attributes
from layouts.components.figures import curve_label, figure_value, spark_image
from layouts.components.links import page_link
from layouts.figure_address import group_of, question_of
from layouts.frame import Frame

GRAPH_CONFIG: Any = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "locale": "en",
}
"""The library's own button would send the chart to its maker's cloud."""


def panel(title: Sequence[Component | str], body: Sequence[Component], name: str) -> Component:
    return html.Section(
        [html.Div(list(title), className="panel-head"), *body], className=f"panel panel-{name}"
    )


def heading(title: str, note: str = "") -> list[Component]:
    return [html.H2(title), html.Span(note, className="panel-note")]


def graph(graph_id: str, source_id: str, figure: Mapping[str, Any], label: str) -> Component:
    """Every chart is made here, so that none can talk to another host.

    The figure waits in a store; the browser scales its type and lines to the page, then draws.
    """
    return html.Div(
        [
            dcc.Store(id=source_id, data=dict(figure)),
            dcc.Graph(id=graph_id, config=GRAPH_CONFIG, className="chart"),
        ],
        className="chart-frame",
        role="img",
        **attributes({"aria-label": label}),
    )


def map_view(
    areas_id: str,
    outlines_id: str,
    areas_url: str,
    outlines_url: str,
    hideout: Mapping[str, Any],
    *,
    still: bool = False,
) -> Component:
    """Areas on a canvas; outlines with names in a pane above them,
    whichever arrives first. No tiles: nothing is fetched elsewhere.
    `still` for a wall, where nobody touches it.
    """
    view: Component = dl.MapContainer(
        [
            dl.GeoJSON(
                id=areas_id,
                url=areas_url,
                hideout=dict(hideout),
                zoomToBounds=True,
                style={"variable": "yiping.areaStyle"},
                hoverStyle={"variable": "yiping.hoverStyle"},
                onEachFeature={"variable": "yiping.onArea"},
                pointToLayer={"variable": "yiping.pointOf"},
            ),
            dl.Pane(
                dl.GeoJSON(
                    id=outlines_id,
                    url=outlines_url,
                    hideout=dict(hideout),
                    interactive=False,
                    style={"variable": "yiping.outlineStyle"},
                    onEachFeature={"variable": "yiping.onOutline"},
                    pointToLayer={"variable": "yiping.noPoint"},
                ),
                name="outlines",
                style={"zIndex": 450, "pointerEvents": "none"},
            ),
        ],
        center=[0, 0],
        zoom=2,
        preferCanvas=True,
        zoomAnimation=False,
        fadeAnimation=False,
        attributionControl=False,
        zoomControl=not still,
        dragging=not still,
        keyboard=not still,
        doubleClickZoom=not still,
        touchZoom=not still,
        scrollWheelZoom=False,
        zoomSnap=0.1,
        minZoom=2,
        maxZoom=18,
        className="map",
    )
    return view


def can_draw(frame: Frame, level: str) -> bool:
    """Whether the pack says where regions of this level are."""
    city = frame.city
    return level in city.geometry or any(
        region.point for region in city.regions.values() if region.level == level
    )


def map_hideout(
    frame: Frame, areas: Areas | None, result: MetricResult | None, drill: Mapping[str, str]
) -> dict[str, Any]:
    """What the browser needs to colour and label each area.

    Args:
        drill: Region code → `level=code` that a click leads to.
    """
    shown: dict[str, Any] = {}
    if areas is not None and result is not None:
        for code, row in areas.rows.items():
            unit = frame.unit(result.metric) if row.value is not None else ""
            counts = frame.counts(result.metric, row)
            label = f"{frame.figure(result.metric, row)} {unit}".strip()
            label = f"{label}（{counts}）" if counts else label
            group = group_of(frame, question_of(result.query, row))
            shown[code] = [areas.classes[code], label, group]
    touched = result is not None and not frame.untouched
    return {
        "shown": shown,
        "metric": result.metric.id if result else "",
        "hint": frame.text("area_hint") if touched else "",
        "drill": dict(drill),
        "none": frame.text("no_data"),
        "english": frame.language == "en",
        "theme": frame.theme,
    }


def legend(frame: Frame, areas: Areas | None, result: MetricResult | None) -> list[Component]:
    """The ramp with the figures where its shades begin, and what the pale hatch means."""
    if areas is None or result is None or not areas.breaks:
        return []
    decimals = result.metric.decimals
    low, high = areas.breaks[0], areas.breaks[-1]
    shades = [html.I(className=f"shade shade-{i}") for i in range(CLASSES)]
    few = any(row.state is not FigureState.OK for row in areas.rows.values())
    return [
        html.Span(f"{half_up(low, decimals):,}", className="legend-end"),
        html.Span(shades, className="ramp"),
        html.Span(
            f"≥ {half_up(high, decimals):,} {frame.unit(result.metric)}", className="legend-end"
        ),
        *([html.I(className="shade shade-none"), html.Span(frame.text("too_few"))] if few else []),
    ]


def league_table(frame: Frame, league: League) -> Component:
    """Regions ranked: place, name, figure, counts, change, a curve."""
    metric = league.result.metric
    heads = (
        ("#", "num"),
        (frame.text(league.level), ""),
        (frame.unit(metric) or frame.text("value"), "num"),
        (frame.text("counts"), "num wide"),
        (frame.text("change"), "num"),
        (curve_label(frame, metric), "curve"),
    )
    wanted = [h for h in heads if metric.form != "count" or "wide" not in h[1]]
    return html.Table(
        [
            html.Thead(
                html.Tr([html.Th(name, className=kind, scope="col") for name, kind in wanted])
            ),
            html.Tbody([_league_row(frame, league, ranked) for ranked in league.ranked]),
        ],
        className="league",
    )


def _league_row(frame: Frame, league: League, ranked: Ranked) -> Component:
    metric, row = league.result.metric, ranked.row
    code = row.group[league.level]
    target = frame.address.without("after").set_({league.level: code})
    curve = spark_image(spark(league.sparks.get(code, ())), curve_label(frame, metric))
    cells = [
        html.Td("" if ranked.rank is None else str(ranked.rank), className="num rank"),
        html.Td(page_link(frame.name_of(league.level, code), href=target.href)),
        html.Td(figure_value(frame, league.result, row), className="num"),
        *(
            [html.Td(frame.counts(metric, row), className="num wide muted")]
            if metric.form != "count"
            else []
        ),
        html.Td(frame.change(league.before.get(code), metric), className="num"),
        html.Td(curve, className="curve"),
    ]
    return html.Tr(cells, className="" if ranked.rank else "is-unranked")


def department_bars(
    frame: Frame,
    result: MetricResult,
    ranked: Sequence[Ranked],
    limit: int = 12,
    *,
    still: bool = False,
) -> list[Component]:
    """Departments best to worst with the target as a line; small ones counted below, not ranked."""
    judged = [r for r in ranked if r.rank is not None]
    shown = (
        judged if len(judged) <= limit else [*judged[: limit // 2], None, *judged[-limit // 2 :]]
    )
    widest = max((r.row.value or 0 for r in judged), default=0)
    target = result.target.value if result.target else None
    rows = [
        html.Li("⋯", className="bar-gap")
        if r is None
        else _bar(
            frame,
            result,
            r.row,
            "department",
            widest,
            place=str(r.rank),
            target=target,
            still=still,
        )
        for r in shown
    ]
    return [
        html.Ol(rows, className="bars"),
        html.P(_unranked(frame, result, ranked), className="panel-foot"),
    ]


def _unranked(frame: Frame, result: MetricResult, ranked: Sequence[Ranked]) -> list[Any]:
    """What is listed but not ranked: small units as a number, cases with no unit as a figure."""
    others = [r.row for r in ranked if r.rank is None]
    named = [row for row in others if row.group["department"] != UNKNOWN]
    words: list[Any] = [f"{len(named)} {frame.text('not_ranked')}"] if named else []
    for row in others:
        if row.group["department"] == UNKNOWN:
            words += [
                " · " if words else "",
                f"{frame.text('no_department')} ",
                figure_value(frame, result, row),
                frame.unit(result.metric) if row.value is not None else "",
            ]
    return words


def why_empty(frame: Frame, ranked: Sequence[Ranked]) -> str:
    """The reason in the figure's own words: too few, not delivered, no data."""
    states = {r.row.state for r in ranked}
    return frame.state(states.pop()) if len(states) == 1 else frame.text("no_data")


def category_bars(
    frame: Frame, top: Top, limit: int = 10, *, still: bool = False
) -> list[Component]:
    widest = max((row.ratio.numerator for row in top.rows), default=0)
    rows = [
        _bar(
            frame,
            top.result,
            row,
            top.cut,
            widest,
            change=top.before.get(row.group[top.cut]),
            still=still,
        )
        for row in top.rows[:limit]
    ]
    return [html.Ol(rows, className="bars")]


def _bar(
    frame: Frame,
    result: MetricResult,
    row: MetricRow,
    dimension: str,
    widest: Any,
    *,
    place: str = "",
    change: Change | None = None,
    target: Any = None,
    still: bool = False,
) -> Component:
    full = 100 if result.metric.form == "rate" else float(widest) or 1
    width = min(100.0, float(row.value or 0) / full * 100)
    marks = [html.I(className="bar-fill", style={"width": f"{width:.1f}%"})]
    if target is not None and result.metric.form == "rate":
        marks.append(html.I(className="bar-target", style={"left": f"{float(target):.1f}%"}))
    ends = [figure_value(frame, result, row)]
    if change is not None or not place:
        ends.append(html.Span(frame.change(change, result.metric), className="bar-change"))
    missed = meets_target(result.metric, row.value, target) is False
    return html.Li(
        [
            html.Span(place, className="bar-place"),
            _bar_name(frame, dimension, row.group[dimension], still=still),
            html.Span(marks, className="bar-track"),
            html.Span(ends, className="bar-end"),
        ],
        className=f"bar{' is-missed' if missed else ''}",
    )


def _bar_name(frame: Frame, dimension: str, code: str, *, still: bool) -> Component:
    """A link that filters by it; on a wall, where nobody touches anything, only the name."""
    name = frame.name_of(dimension, code)
    if still:
        return html.Span(name, className="bar-name")
    name_filter = "category" if dimension.startswith("category") else dimension
    address = frame.address.without("after", *_levels(dimension))
    return page_link(name, href=address.set_({name_filter: code}).href, className="bar-name")


def _levels(dimension: str) -> tuple[str, ...]:
    return ("category", "category_2", "category_3") if dimension.startswith("category") else ()


def trend_words(frame: Frame) -> dict[str, str]:
    return {
        "now": frame.text("this_year"),
        "year_before": frame.text("last_year"),
        "target": frame.text("target"),
        "so_far": frame.text("so_far"),
    }
