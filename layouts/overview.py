"""The overview `/`: a figure, its target, its trend, who is behind."""

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.overview import Overview
from dashboard.boards.view import DRILL
from dashboard.city.tree import ancestors
from dashboard.core.values import FigureState
from dashboard.figures.areas import Areas, areas
from dashboard.figures.trend import TrendWords, trend_figure
from layouts.attributes import attributes
from layouts.components import panels
from layouts.components.figures import small_tile, tile
from layouts.components.filter_bar import breadcrumbs, clear_link, filter_choices, period_choice
from layouts.frame import Frame
from layouts.ids import OverviewIds
from layouts.kpi import LEAGUES, league_href

FILTERS = (
    ("department", "all_departments"),
    ("category", "all_categories"),
    ("kind", "all_kinds"),
    ("source", "all_sources"),
)


@dataclass(frozen=True)
class OverviewParts:
    """Everything on the page that changes, by the id it stands under."""

    filters: list[Component]
    tiles: list[Component]
    groups: list[Component]
    map_title: list[Component]
    map_legend: list[Component]
    areas_url: str
    outlines_url: str
    hideout: dict[str, Any]
    league: list[Component]
    trend_title: list[Component]
    trend: dict[str, Any]
    departments: list[Component]
    top: list[Component]


def overview_parts(frame: Frame, data: Overview, *, geography: str) -> OverviewParts:
    """Args:
    geography: Fingerprint of the pack's outlines, so that the browser keeps them until they change.
    """
    shaded = areas(data.map_result, data.map_level) if data.map_result and data.map_level else None
    return OverviewParts(
        filters=_filters(frame, data),
        tiles=[tile(frame, t, selected=t.metric == data.metric) for t in data.tiles],
        groups=_groups(frame, data),
        map_title=_map_title(frame, data),
        map_legend=panels.legend(frame, shaded, data.map_result),
        areas_url=map_url(data, data.map_level, geography),
        outlines_url=map_url(data, outline_level(data), geography),
        hideout=hideout(frame, data, shaded),
        league=_league(frame, data),
        trend_title=_trend_title(frame, data),
        trend=trend(frame, data),
        departments=_departments(frame, data),
        top=_top(frame, data),
    )


def overview_page(frame: Frame, parts: OverviewParts) -> list[Component]:
    ids = OverviewIds
    the_map = panels.map_view(
        ids.AREAS, ids.OUTLINES, parts.areas_url, parts.outlines_url, parts.hideout
    )
    chart = panels.graph(ids.TREND, ids.TREND_SOURCE, parts.trend, frame.text("trend"))
    return [
        html.Div(parts.filters, id=ids.FILTERS, className="filter-bar"),
        html.Div(parts.tiles, id=ids.TILES, className="tiles"),
        html.Div(
            [
                html.Section(
                    [
                        html.Div(parts.map_title, id=ids.MAP_TITLE, className="panel-head"),
                        html.Div(the_map, className="map-frame"),
                        html.Div(parts.map_legend, id=ids.MAP_LEGEND, className="legend"),
                    ],
                    className="panel panel-map",
                ),
                html.Section(parts.league, id=ids.LEAGUE, className="panel panel-league"),
                html.Section(parts.groups, id=ids.GROUPS, className="panel panel-groups"),
                html.Section(
                    [
                        html.Div(parts.trend_title, id=ids.TREND_TITLE, className="panel-head"),
                        chart,
                    ],
                    className="panel panel-trend",
                ),
                html.Section(
                    parts.departments, id=ids.DEPARTMENTS, className="panel panel-departments"
                ),
                html.Section(parts.top, id=ids.TOP, className="panel panel-top"),
            ],
            className="overview-grid",
        ),
    ]


def outline_level(data: Overview) -> str | None:
    """Borders and names of what a click leads to, drawn above finer areas."""
    focus = data.view.focus
    if focus is None and data.map_level == "street":
        return "district"
    return data.map_level


def map_url(data: Overview, level: str | None, geography: str) -> str:
    """Where the browser fetches the outlines; the fingerprint makes them cacheable for good."""
    if level is None:
        return ""
    within = f"&within={data.view.focus[1]}" if data.view.focus else ""
    return f"/geo/{level}.geojson?v={geography}{within}"


def hideout(frame: Frame, data: Overview, shaded: Areas | None) -> dict[str, Any]:
    return panels.map_hideout(frame, shaded, data.map_result, drill_targets(frame, data))


def drill_targets(frame: Frame, data: Overview) -> dict[str, str]:
    """Where a click on each area leads: to itself, or to the district it lies in."""
    target = outline_level(data)
    if data.map_level is None or target not in DRILL:
        return {}
    if data.view.focus and data.view.focus[0] == data.map_level:
        return {}
    found: dict[str, str] = {}
    for region in frame.city.regions.values():
        if region.level == data.map_level:
            above = ancestors(frame.city.regions, region.code)
            found[region.code] = f"{target}={above[target]}" if target in above else ""
    return found


def trend(frame: Frame, data: Overview, scale: float = 1.0) -> dict[str, Any]:
    if data.trend is None:
        return {"data": [], "layout": {}}
    return trend_figure(
        data.trend,
        data.trend_year_before,
        grain=data.grain,
        words=TrendWords(**panels.trend_words(frame)),
        theme=frame.theme,
        scale=scale,
    )


def _filters(frame: Frame, data: Overview) -> list[Component]:
    listing = frame.address.without("metric").at("/incidents").href
    return [
        breadcrumbs(frame, data.view),
        period_choice(frame, data.view),
        *filter_choices(frame, data.view, FILTERS),
        clear_link(frame, data.view),
        html.Span(className="spacer"),
        html.Button(
            frame.text("copy_link"),
            className="button copy-link",
            type="button",
            **attributes({"data-copied": frame.text("copied")}),
        ),
        html.A(frame.text("view_incidents"), href=listing, className="button"),
    ]


def _groups(frame: Frame, data: Overview) -> list[Component]:
    blocks: list[Component] = []
    for group, tiles in data.groups:
        lines = [small_tile(frame, t, selected=t.metric == data.metric) for t in tiles]
        blocks.append(
            html.Div([html.H2(frame.pick(group.name, group.name_en)), *lines], className="group")
        )
    return blocks


def _map_title(frame: Frame, data: Overview) -> list[Component]:
    if data.map_level is None:
        return panels.heading(frame.metric_name(data.metric))
    title = f"{frame.metric_name(data.metric)} · {frame.text(data.map_level)}"
    if not panels.can_draw(frame, data.map_level):
        return panels.heading(title, frame.text("no_map"))
    can_drill = bool(drill_targets(frame, data))
    return panels.heading(title, frame.text("click_to_drill" if can_drill else "bottom_level"))


def _league(frame: Frame, data: Overview) -> list[Component]:
    name = frame.metric_name(data.metric)
    if data.league is None:
        head = html.Div(panels.heading(name, frame.text("bottom_level")), className="panel-head")
        return [head]
    title = f"{frame.text(data.league.level)} · {name}"
    target = data.league.result.target
    note = f"{frame.text('target')} {target.value.normalize():f}" if target else ""
    heading = [*panels.heading(title, note), *_full_league(frame, data, data.league.level)]
    head = html.Div(heading, className="panel-head")
    if not data.league.ranked:
        return [head, html.P(frame.text("no_data"), className="empty")]
    table = html.Div(panels.league_table(frame, data.league), className="scroll")
    return [head, table]


def _full_league(frame: Frame, data: Overview, level: str) -> list[Component]:
    """The way to the league table with everything beside it, where there is one."""
    if level not in LEAGUES or level not in data.metric.cuts:
        return []
    href = league_href(frame, level, data.metric.id)
    return [html.A(frame.text("full_league"), href=href, className="panel-link")]


def _trend_title(frame: Frame, data: Overview) -> list[Component]:
    grain = {"day": "by_day", "week": "by_week", "month": "by_month"}[data.grain]
    target: list[Any] = []
    if data.trend and data.trend.target:
        target = [html.I(className="key key-target"), frame.text("target")]
    keys = html.Span(
        [
            html.I(className="key key-now"),
            frame.text("this_year"),
            html.I(className="key key-past"),
            frame.text("last_year"),
            *target,
        ],
        className="panel-note keys",
    )
    return [html.H2(f"{frame.metric_name(data.metric)} · {frame.text(grain)}"), keys]


def _departments(frame: Frame, data: Overview) -> list[Component]:
    result = data.departments
    name = frame.metric_name(data.metric)
    target = result.target if result else None
    note = (
        f"{frame.text('target')} {target.value.normalize():f}"
        if target
        else frame.unit(data.metric)
    )
    heading = panels.heading(f"{frame.text('departments')} · {name}", note)
    head = html.Div(
        [*heading, *_full_league(frame, data, "department")],
        className="panel-head",
    )
    if result is None or not any(r.row.state is FigureState.OK for r in data.ranked_departments):
        return [head, html.P(panels.why_empty(frame, data.ranked_departments), className="empty")]
    return [head, *panels.department_bars(frame, result, data.ranked_departments)]


def _top(frame: Frame, data: Overview) -> list[Component]:
    note = frame.text("against_before")
    head = html.Div(panels.heading(frame.text("top_categories"), note), className="panel-head")
    if data.top is None or not data.top.rows:
        key = "not_applicable" if data.top is None else "no_data"
        return [head, html.P(frame.text(key), className="empty")]
    return [head, *panels.category_bars(frame, data.top)]
