"""The workbench `/incidents`, thin: filters, a table by pages, an export."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.boards.view import View
from dashboard.core.states import FINISHED
from dashboard.metrics.listing import IncidentPage
from dashboard.metrics.model import Metric
from layouts.attributes import attributes
from layouts.components.filter_bar import breadcrumbs, clear_link, filter_choices, period_choice
from layouts.components.links import page_link
from layouts.figure_address import PASSPORT
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


def incidents_page(
    frame: Frame, view: View, listed: IncidentPage, metric: Metric
) -> list[Component]:
    """Args:
    metric: The figure that counts what is listed.
    """
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
        html.Section(table(frame, listed, metric), id=IncidentsIds.TABLE, className="panel"),
    ]


def filters(frame: Frame, view: View) -> list[Component]:
    return [
        breadcrumbs(frame, view),
        period_choice(frame, view),
        *filter_choices(frame, view, FILTERS),
        clear_link(frame, view),
    ]


def table(frame: Frame, listed: IncidentPage, metric: Metric) -> list[Component]:
    bar = html.Div(
        [
            html.Span(
                [frame.text("total"), " ", _total(frame, listed, metric), " ", frame.text("items")],
                **attributes({"data-total": str(listed.total)}),
            ),
            _members_note(frame, metric),
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
        html.Td(moment(frame, row["created_at"]), className="nowrap"),
        html.Td(row["source_id"], className="optional muted nowrap"),
        html.Td(html.A(title, href=record_href(frame, row)), className="title"),
        html.Td(frame.name_of("category", category), className="optional"),
        html.Td(place(frame, row), className="optional"),
        html.Td(frame.name_of("department", row["department_code"]), className="optional"),
        html.Td(state(frame, row["state"])),
        html.Td(_due(frame, row, as_of), className="nowrap optional"),
        html.Td(
            moment(frame, row["closed_at"]) if row["closed_at"] else "",
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
    shown = moment(frame, row["due_at"])
    return html.Span(f"{shown} {frame.text('overdue_by')}", className="overdue") if late else shown


def moment(frame: Frame, instant: datetime | None) -> str:
    return (
        ""
        if instant is None
        else f"{instant.replace(tzinfo=UTC).astimezone(frame.zone):%Y-%m-%d %H:%M}"
    )


def _total(frame: Frame, listed: IncidentPage, metric: Metric) -> Component:
    """How many there are; a button that opens the figure they are counted by. What was found by
    its words is counted by no figure.
    """
    shown = f"{listed.total:,}"
    if frame.address.get("q"):
        return html.B(shown)
    label = f"{shown} · {frame.metric_name(metric)}, {frame.text('passport')}"
    return html.B(
        shown,
        role="button",
        tabIndex=0,
        **attributes({**_opens(metric), "aria-expanded": "false", "aria-label": label}),
    )


SEE = {"numerator": "see_numerator", "denominator": "see_denominator"}


def _members_note(frame: Frame, metric: Metric) -> Component:
    """When the list was opened from a figure, it says which part of which figure it is, and leads
    to that figure's passport and to the other part.
    """
    if not frame.address.get("metric"):
        return html.Span()
    here = frame.address.without("after")
    part = here.get("part") or "numerator"
    words = frame.words(metric).counts if part == "numerator" else frame.words(metric).of
    passport = page_link(
        frame.text("passport"),
        href=here.set_({PASSPORT: metric.id}).href,
        **attributes(_opens(metric)),
    )
    listable = ("numerator",) if metric.bottom is None else ("numerator", "denominator")
    others = [
        page_link(
            frame.text(SEE[other]),
            href=here.set_({"part": other}).href,
        )
        for other in listable
        if other != part
    ]
    everything = page_link(frame.text("list_all"), href=here.without("metric", "part").href)
    named = frame.text("list_of").format(name=frame.metric_name(metric), part=frame.text(part))
    return html.Span(
        [html.B(named), html.Span(words, className="muted"), passport, *others, everything],
        className="members",
    )


def _opens(metric: Metric) -> dict[str, str]:
    return {"data-passport": metric.id, "data-pg": ""}


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
