"""`/kpi/department/…`: what a department has on its desk, how it stands, what it should look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dash import html
from dash.development.base_component import Component

from dashboard.boards.department import CategoryRow, Clock, Department
from dashboard.boards.units import UnitFigure
from dashboard.core.values import UNKNOWN
from dashboard.figures.months import months_figure
from dashboard.metrics.model import MetricResult
from layouts.attributes import attributes
from layouts.components import panels
from layouts.components.figures import definition, figure_value
from layouts.components.plots import plot, png_button
from layouts.department_trend import keys_line, trend_panel
from layouts.department_waiting import returns_panel, waiting_panel
from layouts.figure_address import filtered
from layouts.frame import Frame
from layouts.kpi import Head, chosen_filters, head, league_href, source_line
from layouts.units import fact_tile, month_words, months_twin, place_panel

LOOKS = ("now", "second")
"""Of the lines of a chart of amounts."""


@dataclass(frozen=True)
class DepartmentParts:
    """Everything on the page that changes, by the id it stands under."""

    head: list[Component]
    strip: list[Component]
    place: list[Component]
    trend: list[Component]
    categories: list[Component]
    waiting: list[Component]
    returns: list[Component]
    volumes: list[Component]
    foot: list[Component]


def department_parts(
    frame: Frame, data: Department, as_of: datetime, rests_on: Component
) -> DepartmentParts:
    return DepartmentParts(
        head=_head(frame, data),
        strip=_strip(frame, data),
        place=_place(frame, data),
        trend=trend_panel(frame, data),
        categories=_categories(frame, data),
        waiting=waiting_panel(frame, data, as_of),
        returns=returns_panel(frame, data),
        volumes=_volumes(frame, data),
        foot=[rests_on],
    )


def _head(frame: Frame, data: Department) -> list[Component]:
    name = frame.name_of("department", data.code)
    way = (
        (frame.text("kpi"), frame.address.without("metric").at("/kpi").href),
        (frame.text("departments_of"), league_href(frame, "department")),
    )
    filters = chosen_filters(frame, data.asked, but=("department",))
    path = f"/kpi/department/{data.code}"
    return head(frame, Head(name, path, data.asked, way, filters))


def _strip(frame: Frame, data: Department) -> list[Component]:
    """Volumes of the period, and what the clocks say now."""
    group = frame.pick(data.group.name, data.group.name_en) if data.group else ""
    return [
        html.Section(
            [
                html.Div(panels.heading(frame.text("volumes"), group), className="panel-head"),
                html.Div([fact_tile(frame, one) for one in _busy(data.volumes)], className="facts"),
            ],
            className="panel",
        ),
        html.Section(
            [
                html.Div(
                    panels.heading(frame.text("clocks"), frame.text("clocks_note")),
                    className="panel-head",
                ),
                html.Div([_clock(frame, one) for one in data.clocks], className="facts"),
            ],
            className="panel",
        ),
    ]


def _busy(volumes: Sequence[UnitFigure]) -> Sequence[UnitFigure]:
    """Amounts this department has, or had; all of them where it has none."""
    found = [
        one
        for one in volumes
        if one.row is not None and (one.row.ratio.numerator or (one.before and one.before.value))
    ]
    return found or volumes


def _clock(frame: Frame, one: Clock) -> Component:
    """What waits now, with the way to the list of it."""
    metric = one.metric
    name = html.H3(frame.metric_name(metric), title=definition(frame, metric))
    if one.result is None:
        note = html.P(frame.text("not_applicable"), className="muted")
        return html.Div([name, note], className="fact")
    row = one.result.total
    unit = frame.unit(metric) if row.value is not None else ""
    figure = [figure_value(frame, one.result, row), html.Span(unit, className="unit")]
    href = filtered("/incidents", one.result.query, metric=metric.id).href
    listed = html.A(
        frame.text("list_open"),
        href=href,
        **attributes({"aria-label": f"{frame.text('list_open')} {frame.metric_name(metric)}"}),
    )
    return html.Div(
        [
            name,
            html.P(figure, className="fact-figure"),
            html.P(listed if row.value else "", className="card-changes"),
        ],
        className="fact",
    )


def _place(frame: Frame, data: Department) -> list[Component]:
    group = frame.pick(data.group.name, data.group.name_en) if data.group else ""
    title = html.Div(panels.heading(frame.text("place_among_peers"), group), className="panel-head")
    return [title, *place_panel(frame, "department", data.place)]


def _categories(frame: Frame, data: Department) -> list[Component]:
    title = html.Div(
        panels.heading(frame.text("worst_categories"), frame.text("worst_first")),
        className="panel-head",
    )
    if data.categories is None or not data.categories.rows:
        key = "not_applicable" if data.categories is None else "no_data"
        return [title, html.P(frame.text(key), className="empty")]
    results = data.categories.results
    heads = [html.Th(frame.text("category"), scope="col")]
    heads += [
        html.Th(
            frame.metric_name(r.metric),
            scope="col",
            className="num",
            title=definition(frame, r.metric),
        )
        for r in results
    ]
    rows = [_category(frame, data, row, results) for row in data.categories.rows]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table")
    return [title, _scroll(frame, table, "worst_categories")]


def _category(
    frame: Frame, data: Department, row: CategoryRow, results: Sequence[MetricResult]
) -> Component:
    """The name leads to the list of its incidents."""
    assert data.categories is not None  # noqa: S101 — rows come from there
    name = frame.name_of(data.categories.cut, row.code)
    query = results[0].query
    address = filtered("/incidents", query).set_({"category": row.code})
    link = html.A(name, href=address.href) if row.code != UNKNOWN else html.Span(name)
    cells: list[Component] = [html.Th(link, scope="row")]
    for result, figure in zip(results, row.rows, strict=True):
        if figure is None:
            cells.append(html.Td("0" if result.metric.is_amount else "—", className="num muted"))
        else:
            cells.append(html.Td(figure_value(frame, result, figure), className="num"))
    return html.Tr(cells)


def _scroll(frame: Frame, table: Component, key: str) -> Component:
    return html.Div(
        table,
        className="table-scroll",
        role="region",
        tabIndex=0,
        **attributes({"aria-label": frame.text(key)}),
    )


def _volumes(frame: Frame, data: Department) -> list[Component]:
    title = html.Div(
        [html.H2(frame.text("volumes_by_month")), html.Span(png_button(frame), className="tools")],
        className="panel-head",
    )
    if not data.months or not data.months[0].rows:
        return [title, html.P(frame.text("no_data"), className="empty")]
    named = [(frame.metric_name(result.metric), result) for result in data.months]
    keys = keys_line([(look, name) for look, (name, _) in zip(LOOKS, named, strict=False)])
    figure = months_figure(named, words=month_words(frame))
    source = source_line(frame, data.months[0].query.period)
    unit = frame.name_of("department", data.code)
    title_words = f"{unit} · {frame.text('volumes_by_month')}"
    twin = months_twin(frame, data.months)
    return [
        title,
        keys,
        *plot(frame, title_words, figure, twin, source=source),
    ]
