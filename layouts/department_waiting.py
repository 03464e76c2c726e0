"""What waits longest at a department, and what came back: in and out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.department import Department, Flow, Waiting
from dashboard.boards.units import UnitFigure
from dashboard.core.values import UNKNOWN, FigureState
from dashboard.metrics.model import MetricResult
from layouts.attributes import attributes
from layouts.components import panels
from layouts.components.figures import figure_value
from layouts.figure_address import filtered
from layouts.frame import Frame
from layouts.incidents import place, record_href
from layouts.kpi import unit_href
from layouts.kpi_cards import short_day
from layouts.units import fact_tile, place_words

HOUR, DAY = 3600, 86_400
MOST = 5
"""Units that tickets came from or went to."""


def waiting_panel(frame: Frame, data: Department, as_of: datetime) -> list[Component]:
    title = html.Div(
        panels.heading(frame.text("longest_waiting"), frame.text("as_of_now")),
        className="panel-head",
    )
    blocks = [_waiting_list(frame, one, as_of) for one in data.waiting]
    return (
        [title, *blocks] if blocks else [title, html.P(frame.text("none_now"), className="empty")]
    )


def _waiting_list(frame: Frame, one: Waiting, as_of: datetime) -> Component:
    name = frame.metric_name(one.metric)
    query = {"sort": "created_at", "metric": one.metric.id}
    asked = filtered("/incidents", one.question, **query)
    head_line = html.Div(
        [
            html.H3(name),
            html.A(
                f"{frame.text('total')} {one.page.total:,} {frame.text('items')}",
                href=asked.href,
                **attributes({"aria-label": f"{name}: {one.page.total:,} {frame.text('items')}"}),
            ),
        ],
        className="waiting-head",
    )
    if not one.page.rows:
        return html.Div([head_line, html.P(frame.text("none_now"), className="muted")])
    rows = [_waiting_row(frame, row, as_of) for row in one.page.rows]
    return html.Div([head_line, html.Ol(rows, className="waiting")])


def _waiting_row(frame: Frame, row: dict[str, Any], as_of: datetime) -> Component:
    """What, where, since when; overdue in working time of the city."""
    created = row["created_at"].replace(tzinfo=UTC)
    where = " · ".join(filter(None, (place(frame, row), frame.name_of("state", row["state"]))))
    words: list[Component] = [html.Span(where, className="muted")]
    if row["due_at"] is not None and row["state"] != "suspended":
        words.append(_clock_words(frame, row["due_at"].replace(tzinfo=UTC), as_of))
    since = f"{frame.text('waits_for')} {_span(frame, as_of - created)}"
    return html.Li(
        [
            html.A(row["title"] or row["source_id"], href=record_href(frame, row)),
            html.Span(since, className="waits", title=short_day(frame, created.date())),
            html.Span(words, className="waiting-note"),
        ]
    )


def _clock_words(frame: Frame, due: datetime, as_of: datetime) -> Component:
    left = frame.city.clock.remaining(as_of, due)
    day = frame.city.clock.day_seconds or DAY
    size = _working(frame, abs(int(left.total_seconds())), day)
    if left < timedelta(0):
        return html.Span(f"{frame.text('overdue_by')} {size}", className="overdue")
    return html.Span(f"{frame.text('left_over')} {size}")


def _working(frame: Frame, seconds: int, day: int) -> str:
    if seconds >= day:
        return f"{seconds // day} {frame.text('working_days')}"
    if seconds >= HOUR:
        return f"{seconds // HOUR} {frame.text('working_hours')}"
    return frame.text("within_the_hour")


def _span(frame: Frame, waited: timedelta) -> str:
    if waited >= timedelta(days=1):
        return f"{waited.days} {frame.text('days')}"
    return f"{int(waited.total_seconds() // HOUR)} {frame.text('hours')}"


def returns_panel(frame: Frame, data: Department) -> list[Component]:
    title = html.Div(panels.heading(frame.text("returns")), className="panel-head")
    rows = html.Div([_return(frame, one) for one in data.returns], className="facts")
    return [title, rows, *(_flow(frame, data, data.flow) if data.flow else [])]


def _return(frame: Frame, one: UnitFigure) -> Component:
    amount = one.metric.is_amount
    ranked = not amount and one.place is not None and one.place.rank is not None
    words = [frame.text("ranked_at"), " ", *place_words(frame, one.place)] if ranked else ""
    return html.Div([fact_tile(frame, one), html.P(html.Span(words), className="card-changes")])


def _flow(frame: Frame, data: Department, flow: Flow) -> list[Component]:
    """Tickets that came here after others had returned them, and that left here that way."""
    pairs = (("came_in", flow.inward, "first_department"), ("went_out", flow.outward, "department"))
    return [
        html.Div(
            [_flow_list(frame, data, key, result, cut) for key, result, cut in pairs],
            className="flows",
        )
    ]


def _flow_list(
    frame: Frame, data: Department, key: str, result: MetricResult, cut: str
) -> Component:
    rows = [
        row
        for row in result.rows
        if row.group[cut] not in (data.code, UNKNOWN) and row.state is FigureState.OK
    ]
    rows.sort(key=lambda row: -row.ratio.numerator)
    items = [
        html.Li(
            [
                html.A(
                    frame.name_of("department", row.group[cut]),
                    href=unit_href(frame, "department", row.group[cut]),
                ),
                figure_value(frame, result, row),
            ]
        )
        for row in rows[:MOST]
    ]
    total = sum(int(row.ratio.numerator) for row in rows)
    words = html.H3(f"{frame.text(key)} {total:,} {frame.text('items')}")
    body = (
        html.Ol(items, className="flow")
        if items
        else html.P(frame.text("none_now"), className="muted")
    )
    return html.Div([words, body])
