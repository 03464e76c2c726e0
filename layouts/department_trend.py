"""A department's curve in the band of its peers, for any figure it has a place by."""

from dash import html
from dash.development.base_component import Component

from dashboard.boards.department import Department
from dashboard.boards.peers import AmongPeers
from dashboard.figures.months import peers_figure, steps_of
from layouts.components.filter_bar import option, popover
from layouts.components.plots import Twin, plot, png_button
from layouts.frame import Frame
from layouts.kpi import source_line
from layouts.units import decimal_cell, month_words


def trend_panel(frame: Frame, data: Department) -> list[Component]:
    name, unit = frame.metric_name(data.trend_metric), frame.name_of("department", data.code)
    if data.trend is None or not data.trend.rows:
        key = "not_applicable" if data.trend is None else "no_data"
        return [_title(frame, data, name), html.P(frame.text(key), className="empty")]
    among = data.trend
    bands = {step: (b.low, b.median, b.high) for step, b in among.bands.items()}
    figure = peers_figure(unit, among.result, among.rows, bands, words=month_words(frame))
    source = source_line(frame, among.result.query.period)
    return [
        _title(frame, data, name),
        _keys(frame, unit, target=among.result.target is not None),
        *plot(frame, f"{unit} · {name}", figure, _twin(frame, unit, among), source=source),
    ]


def _title(frame: Frame, data: Department, name: str) -> Component:
    """With the choice of the figure."""
    address = frame.address.without("after")
    options = [
        option(
            frame.metric_name(one.metric),
            address.set_({"metric": one.metric.id}).href,
            chosen=one.metric.id == data.trend_metric.id,
        )
        for one in data.place
    ]
    tools = [popover(name, options, active=False), png_button(frame)]
    return html.Div(
        [html.H2(frame.text("among_peers")), html.Span(tools, className="tools")],
        className="panel-head",
    )


def _keys(frame: Frame, unit: str, *, target: bool) -> Component:
    keys = [("now", unit), ("median", frame.text("median")), ("band", frame.text("peers"))]
    if target:
        keys.append(("target", frame.text("target")))
    return keys_line(keys)


def keys_line(keys: list[tuple[str, str]]) -> Component:
    """What each line of a chart is: a stroke of its look, then its name."""
    words = [html.Span([html.I(className=f"key key-{look}"), name]) for look, name in keys]
    return html.P(words, className="keys")


def _twin(frame: Frame, unit: str, among: AmongPeers) -> Twin:
    result = among.result

    def own(step: str) -> str:
        row = among.rows.get(step)
        return "—" if row is None else frame.figure(result.metric, row)

    def median(step: str) -> str:
        band = among.bands.get(step)
        return decimal_cell(frame, result, None if band is None else band.median)

    rows = [(step, (own(step), median(step))) for step in steps_of(result)]
    return Twin(frame.text("month"), (unit, frame.text("median")), rows)
