"""`/bulletins`: what was issued, with number, days, seal and errata; and issuing by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from dash import html
from dash.development.base_component import Component

from dashboard.core.values import Period
from layouts.attributes import attributes
from layouts.frame import Frame
from layouts.kpi_cards import short_day

FORMS = ("docx", "pdf", "html", "json")
SEAL = 12
"""Signs of a hash that are shown; the whole of it is in the title and in the file."""


class Template(Protocol):
    """What can be issued."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def title_en(self) -> str: ...


class IssuedErratum(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...
    @property
    def changes(self) -> int: ...
    @property
    def sha256(self) -> str: ...


class Issued(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def issue(self) -> str: ...
    @property
    def period(self) -> Period: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def issued_by(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def late(self) -> Sequence[str]: ...
    @property
    def errata(self) -> Sequence[IssuedErratum]: ...


def bulletins_page(
    frame: Frame, issued: Sequence[Issued], templates: Sequence[Template]
) -> list[Component]:
    title = [html.H1(frame.text("bulletins")), html.Span(className="spacer")]
    return [
        html.Div([*title, *_issuing(frame, templates)], className="kpi-title bulletins-title"),
        *(_list(frame, issued)),
    ]


def _issuing(frame: Frame, templates: Sequence[Template]) -> list[Component]:
    """One button for each template of the pack; what it answers is told beside it."""
    if not templates:
        return []
    buttons = [
        html.Button(
            f"{frame.text('issue_now')} · {frame.pick(one.title, one.title_en)}",
            type="button",
            className="button issue-now",
            **attributes(
                {
                    "data-template": one.name,
                    "data-by": frame.text("from_the_page"),
                    "data-sure": frame.text("issue_sure"),
                    "data-waiting": frame.text("being_made"),
                    "data-failed": frame.text("not_made"),
                    "data-known": frame.text("issued_before"),
                }
            ),
        )
        for one in templates
    ]
    return [html.Div(buttons, className="issuing")]


def _list(frame: Frame, issued: Sequence[Issued]) -> list[Component]:
    if not issued:
        empty = [
            html.P(frame.text("no_bulletins")),
            html.P(frame.text("bulletins_how"), className="muted"),
        ]
        return [html.Section(html.Div(empty, className="empty"), className="panel")]
    keys = ("number", "title", "period", "issued_at", "seal", "files")
    heads = [
        html.Th(frame.text(key), scope="col", className="wide" if key == "seal" else "")
        for key in keys
    ]
    rows = [row for one in issued for row in _rows(frame, one)]
    table = html.Table(
        [
            html.Caption(frame.text("bulletins"), className="sr-only"),
            html.Thead(html.Tr(heads)),
            html.Tbody(rows),
        ],
        className="issued",
    )
    scroll = html.Div(
        table,
        className="table-scroll",
        role="region",
        tabIndex=0,
        **attributes({"aria-label": frame.text("bulletins")}),
    )
    note = html.P(frame.text("seal_means"), className="panel-foot")
    return [html.Section([scroll, note], className="panel")]


def _rows(frame: Frame, one: Issued) -> list[Component]:
    title = frame.pick(one.title, one.title_en)
    late = [html.Span(frame.text("late_sources"), className="flag")] if one.late else []
    row = html.Tr(
        [
            html.Th(html.Code(one.number), scope="row"),
            html.Td([html.B(title), " ", one.issue, *late]),
            html.Td(frame.period(one.period)),
            html.Td(
                [_moment(frame, one.issued_at), html.Span(one.issued_by, className="muted by")]
            ),
            html.Td(_seal(one.sha256), className="wide"),
            html.Td(_files(one.number)),
        ]
    )
    return [row, *(_erratum(frame, erratum) for erratum in one.errata)]


def _erratum(frame: Frame, one: IssuedErratum) -> Component:
    changes = f"{one.changes} {frame.text('changed_figures')}"
    return html.Tr(
        [
            html.Th(html.Code(one.number), scope="row"),
            html.Td([html.B(frame.text("erratum")), f" · {one.reason} · {changes}"], colSpan=2),
            html.Td(_moment(frame, one.issued_at)),
            html.Td(_seal(one.sha256), className="wide"),
            html.Td(_files(one.number)),
        ],
        className="erratum",
    )


def _moment(frame: Frame, instant: datetime) -> str:
    return f"{short_day(frame, instant.date())} {instant:%H:%M}"


def _seal(sha256: str) -> Component:
    return html.Code(sha256[:SEAL], title=f"SHA-256 {sha256}", className="seal")


def _files(number: str) -> list[Component]:
    return [
        html.A(
            form.upper(),
            href=f"/api/v1/bulletins/{number}.{form}",
            className="file",
            **attributes({"aria-label": f"{number} {form.upper()}"}),
        )
        for form in FORMS
    ]
