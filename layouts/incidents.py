"""The workbench `/incidents`, thin: filters, a table by pages, an export; and one incident."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.boards.view import View
from dashboard.core.states import FINISHED
from dashboard.metrics.listing import IncidentPage, IncidentRecord
from layouts.attributes import attributes
from layouts.components.filter_bar import breadcrumbs, clear_link, filter_choices, period_choice
from layouts.components.links import page_link
from layouts.frame import Frame
from layouts.ids import IncidentsIds

FILTERS = (
    ("department", "all_departments"),
    ("category", "all_categories"),
    ("kind", "all_kinds"),
    ("state", "all_states"),
    ("source", "all_sources"),
)
SORTABLE = {"created_at": "received_at", "due_at": "due_at", "closed_at": "closed_at"}


def incidents_page(frame: Frame, view: View, listed: IncidentPage) -> list[Component]:
    search = dcc.Input(
        id=IncidentsIds.SEARCH,
        type="search",
        value=frame.address.get("q"),
        placeholder=frame.text("search_placeholder"),
        className="search",
        debounce=True,
    )
    return [
        html.Div(
            [
                html.Div(filters(frame, view), id=IncidentsIds.FILTERS, className="filter-bar"),
                html.Div(
                    html.Label(
                        [html.Span(frame.text("search_placeholder"), className="sr-only"), search]
                    ),
                    className="filter-bar",
                ),
            ],
        ),
        html.Section(table(frame, listed), id=IncidentsIds.TABLE, className="panel"),
    ]


def filters(frame: Frame, view: View) -> list[Component]:
    return [
        breadcrumbs(frame, view),
        period_choice(frame, view),
        *filter_choices(frame, view, FILTERS),
        clear_link(frame, view),
    ]


def table(frame: Frame, listed: IncidentPage) -> list[Component]:
    bar = html.Div(
        [
            html.Span(
                [frame.text("total"), " ", html.B(f"{listed.total:,}"), " ", frame.text("items")],
                **attributes({"data-total": str(listed.total)}),
            ),
            _members_note(frame),
            html.Span(className="spacer"),
            html.A(
                frame.text("export_csv"),
                href=_export(frame),
                className="button",
                download="incidents.csv",
            ),
        ],
        className="list-bar",
    )
    if not listed.rows:
        empty = html.Div(
            [html.P(frame.text("nothing_found")), html.P(frame.text("loosen"), className="muted")],
            className="empty",
        )
        return [bar, empty]
    head = html.Tr([_head(frame, *column) for column in COLUMNS])
    rows = [html.Tr(_cells(frame, row, listed.as_of)) for row in listed.rows]
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="incidents")
    return [bar, html.Div(body, className="table-scroll"), _pager(frame, listed)]


COLUMNS = (
    ("received_at", "created_at", "nowrap"),
    ("number", "", "optional"),
    ("title", "", "title"),
    ("category", "", "optional"),
    ("region", "", "optional"),
    ("department", "", "optional"),
    ("state", "", ""),
    ("due_at", "due_at", "nowrap optional"),
    ("closed_at", "closed_at", "nowrap optional"),
)


def _head(frame: Frame, key: str, sort: str, css: str) -> Component:
    if not sort:
        return html.Th(frame.text(key), className=css, scope="col")
    current = frame.address.get("sort") or "-created_at"
    here = current.removeprefix("-") == sort
    turned = sort if current == f"-{sort}" else f"-{sort}"
    arrow = (" ↓" if current.startswith("-") else " ↑") if here else ""
    order = {"aria-sort": "descending" if current.startswith("-") else "ascending"} if here else {}
    link = page_link(
        frame.text(key) + arrow,
        href=frame.address.without("after").set_({"sort": turned}).href,
        className=f"sort{' is-sorted' if here else ''}",
    )
    return html.Th(link, className=css, scope="col", **attributes(order))


def _cells(frame: Frame, row: Mapping[str, Any], as_of: datetime) -> list[Component]:
    title = row["title"] or row["source_id"]
    category = row["category_2_code"] if row["category_2_code"] != "-" else row["category_1_code"]
    return [
        html.Td(_moment(frame, row["created_at"]), className="nowrap"),
        html.Td(row["source_id"], className="optional muted nowrap"),
        html.Td(html.A(title, href=record_href(frame, row)), className="title"),
        html.Td(frame.name_of("category", category), className="optional"),
        html.Td(place(frame, row), className="optional"),
        html.Td(frame.name_of("department", row["department_code"]), className="optional"),
        html.Td(state(frame, row["state"])),
        html.Td(_due(frame, row, as_of), className="nowrap optional"),
        html.Td(
            _moment(frame, row["closed_at"]) if row["closed_at"] else "",
            className="nowrap optional",
        ),
    ]


def record_href(frame: Frame, row: Mapping[str, Any]) -> str:
    return frame.address.at(f"/incidents/{row['source']}/{row['source_id']}").href


def place(frame: Frame, row: Mapping[str, Any]) -> str:
    """The two smallest regions known: enough to find it, short enough to read."""
    levels = ("district", "street", "community")
    names = [
        frame.name_of(level, row[f"{level}_code"])
        for level in levels
        if row[f"{level}_code"] != "-"
    ]
    return " ".join(names[-2:]) or frame.name_of("district", "-")


def state(frame: Frame, code: str) -> Component:
    finished = " is-finished" if code in FINISHED else ""
    return html.Span(frame.name_of("state", code), className=f"state{finished}")


def _due(frame: Frame, row: Mapping[str, Any], as_of: datetime) -> Component | str:
    if not row["due_at"]:
        return ""
    late = row["state"] not in FINISHED and row["due_at"].replace(tzinfo=UTC) < as_of
    shown = _moment(frame, row["due_at"])
    return html.Span(f"{shown} {frame.text('overdue_by')}", className="overdue") if late else shown


def _moment(frame: Frame, instant: datetime | None) -> str:
    return (
        ""
        if instant is None
        else f"{instant.replace(tzinfo=UTC).astimezone(frame.zone):%Y-%m-%d %H:%M}"
    )


def _members_note(frame: Frame) -> Component:
    """When the list was opened from a figure, it says which part of which figure it is."""
    metric = frame.address.get("metric")
    if not metric:
        return html.Span()
    return html.Span(f"{metric} · {frame.address.get('part') or 'numerator'}", className="muted")


def _export(frame: Frame) -> str:
    return frame.address.without("after", "lang", "theme").at("/api/v1/incidents/export.csv").href


def _pager(frame: Frame, listed: IncidentPage) -> Component:
    links: list[Component] = []
    if frame.address.get("after"):
        links.append(
            page_link(
                frame.text("first_page"),
                href=frame.address.without("after").href,
                className="button",
            )
        )
    if listed.next:
        links.append(
            page_link(
                frame.text("next_page"),
                href=frame.address.set_({"after": listed.next}).href,
                className="button",
            )
        )
    return html.Nav(links, className="pager")


def record_body(frame: Frame, record: IncidentRecord) -> list[Component]:
    """One incident: what it is, what happened to it, where each of it came from."""
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
        *((frame.text(_MOMENTS[name]), _moment(frame, fields[name])) for name in moments),
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
            html.Time(_moment(frame, step["at"])),
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
        (frame.text("updated_at"), _moment(frame, fields["updated_at"])),
        (frame.text("recorded_at"), _moment(frame, fields["recorded_at"])),
    ]
    api = f"/api/v1/incidents/{fields['source']}/{fields['source_id']}"
    link = html.A(frame.text("raw_row"), href=api)
    return html.Section(
        [html.H2(frame.text("origin")), _pairs(pairs), html.P(link)], className="panel"
    )
