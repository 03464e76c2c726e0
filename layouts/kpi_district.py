"""`/kpi/district/…`: a district's place, its streets, its months, and who works there."""

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.district import District, Worker
from dashboard.core.values import FigureState
from dashboard.figures.areas import Areas, areas
from dashboard.figures.months import months_figure
from dashboard.metrics.model import Metric, MetricResult
from layouts.components import panels
from layouts.components.figures import definition, figure_value
from layouts.components.filter_bar import option, popover
from layouts.components.plots import chart_block, plot, png_button
from layouts.frame import Frame
from layouts.kpi import LEAGUES, Head, chosen_filters, head, league_href, source_line, unit_href
from layouts.kpi_cards import change_words
from layouts.kpi_league import league_scroll
from layouts.units import month_words, months_twin, place_panel


@dataclass(frozen=True)
class DistrictParts:
    """Everything on the page that changes, by the id it stands under."""

    head: list[Component]
    place: list[Component]
    map_title: list[Component]
    map_legend: list[Component]
    areas_url: str
    outlines_url: str
    hideout: dict[str, Any]
    months: list[Component]
    streets: list[Component]
    top: list[Component]
    workers: list[Component]
    foot: list[Component]


def district_parts(
    frame: Frame,
    data: District,
    absent: FigureState,
    choices: list[Metric],
    rests_on: Component,
    *,
    geography: str,
) -> DistrictParts:
    """
    Args:
        absent: Why there is no figure of any street, where there is none.
        choices: Metrics the map may show.
    """
    result = data.streets.result if data.streets else None
    shaded = areas(result, data.child) if result and data.child else None
    return DistrictParts(
        head=_head(frame, data),
        place=_place(frame, data),
        map_title=_map_title(frame, data, choices),
        map_legend=panels.legend(frame, shaded, result),
        areas_url=map_url(data, geography),
        outlines_url=map_url(data, geography),
        hideout=hideout(frame, data, shaded),
        months=_months(frame, data),
        streets=_streets(frame, data, absent),
        top=_top(frame, data),
        workers=_workers(frame, data),
        foot=[rests_on],
    )


def map_url(data: District, geography: str) -> str:
    if data.child is None:
        return ""
    return f"/geo/{data.child}.geojson?v={geography}&within={data.code}"


def hideout(frame: Frame, data: District, shaded: Areas | None) -> dict[str, Any]:
    """A click on a street leads nowhere: its figures are in the table beside the map."""
    result = data.streets.result if data.streets else None
    return panels.map_hideout(frame, shaded, result, {})


def _head(frame: Frame, data: District) -> list[Component]:
    name = frame.name_of("district", data.code)
    way = (
        (frame.text("kpi"), frame.address.without("metric", "sort").at("/kpi").href),
        (frame.text("league_district"), league_href(frame, "district")),
    )
    filters = chosen_filters(frame, data.asked, but=("district",))
    return head(frame, Head(name, f"/kpi/district/{data.code}", data.asked, way, filters))


def _place(frame: Frame, data: District) -> list[Component]:
    group = frame.pick(data.group.name, data.group.name_en) if data.group else ""
    title = html.Div(panels.heading(frame.text("place_among_peers"), group), className="panel-head")
    return [title, *place_panel(frame, "district", data.place)]


def _map_title(frame: Frame, data: District, choices: list[Metric]) -> list[Component]:
    address = frame.address.without("after", "sort")
    options = [
        option(
            frame.metric_name(metric),
            address.set_({"metric": metric.id}).href,
            chosen=metric.id == data.metric.id,
        )
        for metric in choices
    ]
    title = html.H2(f"{frame.text(data.child or 'district')} · {frame.metric_name(data.metric)}")
    note = "" if data.child and panels.can_draw(frame, data.child) else frame.text("no_map")
    chooser = popover(frame.text("other_metric"), options, active=False)
    return [title, html.Span([html.Span(note, className="panel-note"), chooser], className="tools")]


def _months(frame: Frame, data: District) -> list[Component]:
    """Small multiples: one chart a metric, all of the same thirteen months."""
    title = html.Div(
        panels.heading(frame.text("months_title"), frame.text("months_note")),
        className="panel-head",
    )
    blocks = [_month(frame, data, result) for result in data.months]
    return [title, html.Div(blocks, className="multiples")]


def _month(frame: Frame, data: District, result: MetricResult) -> Component:
    metric = result.metric
    name = frame.metric_name(metric)
    unit = frame.unit(metric)
    there = any(row.state is FigureState.OK for row in result.rows)
    tools: list[Component] = [html.Span(f"{unit} " if unit else "", className="panel-note")]
    said = [
        html.H3(name, title=definition(frame, metric)),
        html.Span([*tools, *([png_button(frame)] if there else [])], className="tools"),
    ]
    if not there:
        return chart_block(said, [html.P(frame.text("no_data"), className="empty")])
    title = f"{frame.name_of('district', data.code)} · {name}"
    figure = months_figure([(name, result)], words=month_words(frame))
    source = source_line(frame, result.query.period)
    twin = months_twin(frame, [result])
    return chart_block(said, plot(frame, title, figure, twin, source=source))


def _streets(frame: Frame, data: District, absent: FigureState) -> list[Component]:
    name = frame.metric_name(data.metric)
    if data.streets is None:
        heads = html.Div(panels.heading(name, frame.text("bottom_level")), className="panel-head")
        return [heads]
    level = data.streets.asked.level
    title = html.Div(
        panels.heading(f"{frame.text(LEAGUES.get(level, level))} · {name}"), className="panel-head"
    )
    if data.streets.result is None or not data.streets.entries:
        key = "not_applicable" if data.streets.result is None else absent.value
        return [title, html.P(frame.text(key), className="empty")]
    return [title, league_scroll(frame, data.streets)]


def _top(frame: Frame, data: District) -> list[Component]:
    title = html.Div(
        panels.heading(frame.text("top_categories"), frame.text("against_before")),
        className="panel-head",
    )
    if data.top is None or not data.top.rows:
        return [title, html.P(frame.text("no_data"), className="empty")]
    top = data.top
    widest = float(top.rows[0].ratio.numerator) or 1.0
    rows = []
    for row in top.rows:
        code = row.group[top.cut]
        share, name = float(row.ratio.numerator) / widest * 100, frame.name_of(top.cut, code)
        bar = html.I(className="bar-fill", style={"width": f"{share:.1f}%"})
        rows.append(
            html.Li(
                [
                    html.Span(name, className="bar-name", title=name),
                    html.Span(bar, className="bar-track"),
                    html.Span(
                        [
                            figure_value(frame, top.result, row),
                            html.Span(
                                change_words(frame, top.metric, top.before.get(code)),
                                className="bar-change",
                            ),
                        ],
                        className="bar-end",
                    ),
                ],
                className="bar",
            )
        )
    return [title, html.Ol(rows, className="bars")]


def _workers(frame: Frame, data: District) -> list[Component]:
    title = html.Div(
        panels.heading(frame.text("at_work_here"), frame.text("most_cases_first")),
        className="panel-head",
    )
    if not data.workers:
        return [title, html.P(frame.text("no_data"), className="empty")]
    heads = [html.Th(frame.text("department"), scope="col")]
    heads += [
        html.Th(
            frame.metric_name(r.metric),
            scope="col",
            className="num",
            title=definition(frame, r.metric),
        )
        for r in data.worker_columns
    ]
    rows = [_worker(frame, data, one) for one in data.workers]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="plain-table")
    return [title, html.Div(table, className="table-scroll", tabIndex=0, role="region")]


def _worker(frame: Frame, data: District, one: Worker) -> Component:
    name = html.A(
        frame.name_of("department", one.code), href=unit_href(frame, "department", one.code)
    )
    cells: list[Component] = [html.Th(name, scope="row")]
    for result, row in zip(data.worker_columns, one.rows, strict=True):
        if row is None:
            cells.append(html.Td("0" if result.metric.is_amount else "—", className="num muted"))
        else:
            cells.append(html.Td(figure_value(frame, result, row), className="num"))
    return html.Tr(cells)
