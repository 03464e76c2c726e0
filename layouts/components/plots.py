"""Charts of the KPI pages: drawn by assets/kpi.js, each with its data as a table and as a PNG."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes
from layouts.frame import Frame


@dataclass(frozen=True)
class Twin:
    """What a chart shows, as a table: the heading of the steps, those of the columns, the rows."""

    head: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def plot(
    frame: Frame, title: str, figure: Mapping[str, Any], twin: Twin, *, source: str
) -> list[Component]:
    """
    Args:
        title: Stands over the picture that is saved; on the page it stands in the heading.
        source: Stands under it: city, days, data.
    """
    said = {
        "data-figure": json.dumps(figure, ensure_ascii=False, separators=(",", ":")),
        "data-title": title,
        "data-source": source,
        "aria-label": f"{title}, {_in_words(twin)}",
    }
    picture = html.Div(className="plot", role="img", **attributes(said))
    return [picture, _twin(frame, title, twin)]


def png_button(frame: Frame) -> Component:
    """Saves the chart of the block it stands in."""
    return html.Button(
        "PNG",
        type="button",
        className="tool png",
        **attributes({"aria-label": frame.text("save_png")}),
    )


def chart_block(head: Sequence[Component | str], body: Sequence[Component]) -> Component:
    """A heading with its tools over one chart."""
    return html.Div([html.Div(list(head), className="panel-head"), *body], className="chart-block")


def _in_words(twin: Twin) -> str:
    """The last step of each line: what somebody who does not see the chart wants first."""
    if not twin.rows:
        return ""
    step, values = twin.rows[-1]
    pairs = zip(twin.columns, values, strict=True)
    return f"{step}: " + ", ".join(f"{name} {value}" for name, value in pairs)


def _twin(frame: Frame, title: str, twin: Twin) -> Component:
    heads = [html.Th(name, scope="col", className="num") for name in twin.columns]
    rows = [
        html.Tr(
            [
                html.Th(step, scope="row"),
                *(html.Td(value, className="num") for value in values),
            ]
        )
        for step, values in twin.rows
    ]
    table = html.Table(
        [
            html.Caption(title, className="sr-only"),
            html.Thead(html.Tr([html.Th(twin.head, scope="col"), *heads])),
            html.Tbody(rows),
        ]
    )
    return html.Details(
        [html.Summary(frame.text("as_table")), html.Div(table, className="twin-scroll")],
        className="twin",
    )
