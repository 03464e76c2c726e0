"""One incident: what it is, what happened to it, where each of it came from."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.metrics.listing import IncidentRecord
from layouts.frame import Frame
from layouts.incidents import moment, state


def record_body(frame: Frame, record: IncidentRecord) -> list[Component]:
    fields = record.fields
    return [
        html.Div(
            html.A(f"‹ {frame.text('back')}", href=frame.address.at("/incidents").href),
            className="filter-bar",
        ),
        html.Div(
            [
                html.Section(
                    [
                        html.Div(
                            [
                                state(frame, fields["state"]),
                                html.Span(fields["source_id"], className="muted"),
                            ],
                            className="list-bar",
                        ),
                        html.H1(fields["title"] or fields["source_id"]),
                        html.P(fields["content"] or "", className="content"),
                        _pairs(_facts(frame, fields)),
                    ],
                    className="panel",
                ),
                html.Div([_steps(frame, record.steps), _origin(frame, fields)], className="stack"),
            ],
            className="record",
        ),
    ]


def _facts(frame: Frame, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    levels = [
        frame.name_of(level, fields[f"{level}_code"])
        for level in ("district", "street", "community", "grid")
        if fields[f"{level}_code"] != "-"
    ]
    categories = [
        frame.name_of("category", fields[f"category_{i}_code"])
        for i in (1, 2, 3)
        if fields[f"category_{i}_code"] != "-"
    ]
    moments = ("created_at", "dispatched_at", "due_at", "replied_at", "closed_at", "followed_up_at")
    return [
        (frame.text("kind"), frame.name_of("kind", fields["kind"])),
        (frame.text("category"), " › ".join(categories)),
        (frame.text("region"), " › ".join(levels)),
        (frame.text("place"), fields["address"] or ""),
        (frame.text("department"), frame.name_of("department", fields["department_code"])),
        *((frame.text(_MOMENTS[name]), moment(frame, fields[name])) for name in moments),
        (frame.text("channel"), frame.name_of("channel", fields["channel"])),
        (frame.text("urgency"), frame.name_of("urgency", fields["urgency"])),
        (
            frame.text("returned_times"),
            "" if fields["return_count"] is None else str(fields["return_count"]),
        ),
        (frame.text("exclusion"), fields["exclusion_reason"] or ""),
    ]


_MOMENTS = {
    "created_at": "received_at",
    "dispatched_at": "dispatched_at",
    "due_at": "due_at",
    "replied_at": "replied_at",
    "closed_at": "closed_at",
    "followed_up_at": "followed_up_at",
}


def _pairs(pairs: Sequence[tuple[str, str]]) -> Component:
    shown = [(name, value) for name, value in pairs if value not in ("", "-")]
    return html.Dl(
        [part for name, value in shown for part in (html.Dt(name), html.Dd(value))],
        className="pairs",
    )


def _steps(frame: Frame, steps: Sequence[Mapping[str, Any]]) -> Component:
    title = html.H2(frame.text("steps"))
    if not steps:
        return html.Section(
            [title, html.P(frame.text("no_steps"), className="empty")], className="panel"
        )
    return html.Section(
        [title, html.Ol([_step(frame, step) for step in steps], className="steps")],
        className="panel",
    )


def _step(frame: Frame, step: Mapping[str, Any]) -> Component:
    units = [
        frame.name_of("department", step[key])
        for key in ("from_department_code", "to_department_code")
        if step[key] != "-"
    ]
    action = f"step_{step['action']}"
    return html.Li(
        [
            html.Time(moment(frame, step["at"])),
            html.B(frame.text(action) if frame.knows(action) else step["action"]),
            html.Span(" " + " → ".join(units), className="muted") if units else None,
            html.P(step["reason"]) if step["reason"] else None,
        ]
    )


def _origin(frame: Frame, fields: Mapping[str, Any]) -> Component:
    pairs = [
        (
            frame.text("source"),
            f"{frame.name_of('source', fields['source'])}（{fields['source']}）",
        ),
        (frame.text("batch"), f"{fields['batch_id']} · {frame.text('row')} {fields['batch_row']}"),
        (frame.text("updated_at"), moment(frame, fields["updated_at"])),
        (frame.text("recorded_at"), moment(frame, fields["recorded_at"])),
    ]
    api = f"/api/v1/incidents/{fields['source']}/{fields['source_id']}"
    link = html.A(frame.text("raw_row"), href=api)
    return html.Section(
        [html.H2(frame.text("origin")), _pairs(pairs), html.P(link)], className="panel"
    )
