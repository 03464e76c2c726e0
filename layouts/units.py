"""What pages of one department and of one district show alike: figures among their peers."""

from collections.abc import Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.peers import Place
from dashboard.boards.units import UnitFigure
from dashboard.core.values import FigureState
from dashboard.figures.months import MonthWords, steps_of
from dashboard.metrics.model import MetricResult, MetricRow
from layouts.attributes import attributes
from layouts.components.figures import definition, figure_value
from layouts.components.plots import Twin
from layouts.components.standing import standing_mark, target_words
from layouts.frame import Frame
from layouts.kpi import league_href
from layouts.kpi_cards import change_note, change_words, redefined_mark


def place_panel(frame: Frame, level: str, figures: Sequence[UnitFigure]) -> list[Component]:
    """Figures this unit has cases for in a table, the others by name below it."""
    absent = {
        state: [frame.metric_name(one.metric) for one in figures if _state(one) is state]
        for state in (FigureState.NO_DATA, FigureState.NOT_DELIVERED)
    }
    there = [one for one in figures if _state(one) not in absent]
    table = [place_table(frame, level, there)] if there else []
    words = {FigureState.NO_DATA: "without_cases", FigureState.NOT_DELIVERED: "not_delivered_yet"}
    return [
        *table,
        *(
            html.P(f"{frame.text(words[state])} {frame.listed(names)}", className="panel-foot")
            for state, names in absent.items()
            if names
        ),
    ]


def _state(one: UnitFigure) -> FigureState | None:
    """None where the filters do not apply. A score that lacks a part says which in its row."""
    if one.row is None or one.row.missing:
        return FigureState.TOO_FEW if one.row is not None else None
    return one.row.state


def place_table(frame: Frame, level: str, figures: Sequence[UnitFigure]) -> Component:
    """Each figure with its place among the units ranked with this one, and their median."""
    heads = (
        ("metric", ""),
        ("value", "num"),
        ("target", "num wide"),
        ("ranked_at", "num"),
        ("median", "num wide"),
        ("period_on_period", "num"),
        ("year_on_year", "num wide"),
    )
    head = [html.Th(frame.text(key), scope="col", className=css) for key, css in heads]
    rows = [_place_row(frame, level, one) for one in figures]
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="places"),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **attributes({"aria-label": frame.text("place_among_peers")}),
    )


def _place_row(frame: Frame, level: str, one: UnitFigure) -> Component:
    metric = one.metric
    name = html.A(
        frame.metric_name(metric),
        href=league_href(frame, level, metric.id),
        title=definition(frame, metric),
    )
    cells: list[Component] = [html.Th(name, scope="row")]
    if one.result is None or one.row is None:
        cells.append(html.Td(frame.text("not_applicable"), colSpan=6, className="muted"))
        return html.Tr(cells)
    target = target_words(frame, one.result) if one.result.target else "—"
    target = target.removeprefix(frame.text("target")).strip()
    cells += [
        html.Td(_figure(frame, one, one.result, one.row), className="num"),
        html.Td(target, className="num wide muted"),
        html.Td(place_words(frame, one.place), className="num"),
        html.Td(_median(frame, one), className="num wide muted"),
        html.Td(_compared(frame, one, 0), className="num"),
        html.Td(_compared(frame, one, 1), className="num wide"),
    ]
    return html.Tr(cells, className="is-missed" if one.standing == "missed" else "")


def _compared(frame: Frame, one: UnitFigure, which: int) -> list[Component | str]:
    found = (one.before, one.year_before)[which]
    mark = redefined_mark(frame, redefined=one.redefined[which])
    return [*change_words(frame, one.metric, found), *mark]


def _figure(
    frame: Frame, one: UnitFigure, result: MetricResult, row: MetricRow
) -> list[Component | str]:
    unit = frame.unit(result.metric) if row.value is not None else ""
    return [
        standing_mark(frame, one.standing, said=False),
        figure_value(frame, result, row),
        html.Span(row.grade or unit, className="unit"),
    ]


def place_words(frame: Frame, place: Place | None) -> list[Component | str]:
    if place is None or place.rank is None:
        return [html.Span(frame.text("unranked"), className="muted")]
    tied = "=" if place.tied else ""
    return [html.B(f"{place.rank}{tied}"), html.Span(f" / {place.of}", className="muted")]


def _median(frame: Frame, one: UnitFigure) -> str:
    if one.place is None or one.place.median is None:
        return "—"
    return frame.number(one.place.median, one.metric.decimals)


def fact_tile(frame: Frame, one: UnitFigure) -> Component:
    """An amount: name, figure, changes."""
    metric, result, row = one.metric, one.result, one.row
    name = html.H3(frame.metric_name(metric), title=definition(frame, metric))
    if result is None or row is None:
        return html.Div(
            [name, html.P(frame.text("not_applicable"), className="muted")], className="fact"
        )
    unit = frame.unit(metric) if row.value is not None else ""
    return html.Div(
        [
            name,
            html.P(
                [figure_value(frame, result, row), html.Span(unit, className="unit")],
                className="fact-figure",
            ),
            html.P(
                [
                    change_note(frame, metric, "period_on_period", one.before),
                    change_note(frame, metric, "year_on_year", one.year_before),
                ],
                className="card-changes",
            ),
        ],
        className="fact",
    )


def month_words(frame: Frame) -> MonthWords:
    return MonthWords(
        frame.text("month_so_far"), frame.text("target"), frame.text("median"), frame.text("peers")
    )


def months_twin(frame: Frame, results: Sequence[MetricResult]) -> Twin:
    """The figures of a chart by month, as a table."""
    by_month = [{row.group["month"]: row for row in result.rows} for result in results]
    names = [frame.metric_name(result.metric) for result in results]
    rows = [
        (
            step,
            [
                _cell(frame, result, rows.get(step))
                for result, rows in zip(results, by_month, strict=True)
            ],
        )
        for step in steps_of(results[0])
    ]
    return Twin(frame.text("month"), names, rows)


def _cell(frame: Frame, result: MetricResult, row: MetricRow | None) -> str:
    if row is None:
        return "0" if result.metric.is_amount and result.rows else "—"
    return frame.figure(result.metric, row)


def decimal_cell(frame: Frame, result: MetricResult, value: Decimal | None) -> str:
    return "—" if value is None else frame.number(value, result.metric.decimals)
