"""The headings of a league table: what is in each column, and sorting by it."""

from dataclasses import dataclass
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.league import CHANGE, NAME, RANK, Column, LeagueTable
from dashboard.metrics.model import Metric
from layouts.attributes import attributes
from layouts.components.figures import definition
from layouts.components.links import page_link
from layouts.components.standing import number
from layouts.frame import Frame
from layouts.kpi_cards import CURVES


@dataclass(frozen=True)
class Heading:
    """`sort` is the name it is sorted by, empty where it cannot be; `rises`: a first click puts the
    smallest value on top.
    """

    words: str
    css: str
    sort: str = ""
    said: str = ""
    rises: bool = False


def headings(frame: Frame, table: LeagueTable) -> list[Heading]:
    metric = table.metric
    named = _with_unit(frame, metric)
    heads = [
        Heading("#", "num rank", said=frame.text("ranked_at")),
        Heading(frame.text(table.asked.level), "unit-name", NAME, rises=True),
        Heading(named, "num main", RANK, definition(frame, metric), rises=_rises(metric)),
    ]
    if metric.form == "score":
        heads.append(Heading(frame.text("grade"), "grade-cell"))
    if table.asked.by_chance and metric.form == "rate":
        heads.append(Heading(frame.text("interval"), "num wide", said=frame.text("by_chance_why")))
    heads += [
        Heading(_compared(frame, table, "period_on_period", 0), "num", CHANGE),
        Heading(_compared(frame, table, "year_on_year", 1), "num wide yoy"),
        Heading(frame.text(CURVES[table.grain]), "curve wide"),
    ]
    return heads + [_beside(frame, table, column) for column in table.columns]


def head_cell(frame: Frame, table: LeagueTable, head: Heading) -> Component:
    title = {"title": head.said} if head.said else {}
    if not head.sort:
        return html.Th(head.words, scope="col", className=head.css, **attributes(title))
    now = table.asked.sort.removeprefix("-")
    here = head.sort == now or (head.sort == RANK and now == table.metric.id)
    turned = here and table.asked.sort.startswith("-")
    rising = head.rises != turned
    order = {"aria-sort": "ascending" if rising else "descending"} if here else {}
    arrow = html.Span(
        ("↑" if rising else "↓") if here else "", **attributes({"aria-hidden": "true"})
    )
    following = f"-{head.sort}" if here and not turned else head.sort
    link = page_link(
        [head.words, " ", arrow],
        href=frame.address.without("after").set_({"sort": following}).href,
        className=f"sort{' is-sorted' if here else ''}",
    )
    return html.Th(link, scope="col", className=head.css, **attributes(title | order))


def _compared(frame: Frame, table: LeagueTable, key: str, which: int) -> str:
    """With a sign where the figure then was counted by another definition."""
    return f"{frame.text(key)}{' ※' if table.redefined[which] else ''}"


def _beside(frame: Frame, table: LeagueTable, column: Column) -> Heading:
    metric = column.metric
    said = definition(frame, metric)
    return Heading(_worth(frame, table, metric), "num wide", metric.id, said, rises=_rises(metric))


def _worth(frame: Frame, table: LeagueTable, metric: Metric) -> str:
    """Of a part of a score, also what it weighs."""
    words = _with_unit(frame, metric)
    scheme = table.metric.scheme
    part = next((p for p in scheme.parts if p.metric == metric.id), None) if scheme else None
    if part is None:
        return words
    if part.points:
        return f"{words} /{number(part.points.max)}"
    return f"{words} ×{number((part.weight or Decimal(0)) * 100)}%"


def _rises(metric: Metric) -> bool:
    """Best first: where low is good, the smallest is on top."""
    return metric.direction == "lower_is_better"


def _with_unit(frame: Frame, metric: Metric) -> str:
    unit = "" if metric.form == "score" else frame.unit(metric)
    return f"{frame.metric_name(metric)} {unit}".strip()
