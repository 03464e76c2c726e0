"""`/kpi/league`: units ranked inside their groups; what cannot be ranked is listed and says why."""

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.boards.asked import Asked
from dashboard.boards.kpi import KpiBoard
from dashboard.boards.league import LeagueTable
from dashboard.core.values import FigureState
from dashboard.metrics.model import Metric
from layouts.attributes import attributes
from layouts.components.filter_bar import option, popover
from layouts.components.links import page_link
from layouts.components.standing import target_words
from layouts.frame import Frame
from layouts.kpi import LEAGUES, OF_THE_PAGE, Head, chosen_filters, head
from layouts.league_heads import head_cell, headings
from layouts.league_rows import group_rows, strip_of


def metric_choice(
    frame: Frame, board: KpiBoard, metrics: Iterable[Metric], now: Metric
) -> Component:
    """What is ranked by, in the order of the domains."""
    address = frame.address.without("after", "sort")
    known = list(metrics)
    names = {one.id: frame.pick(one.name, one.name_en) for one in board.domains}
    options = [
        option(
            f"{name} · {frame.metric_name(metric)}",
            address.set_({"metric": metric.id}).href,
            chosen=metric.id == now.id,
        )
        for domain, name in names.items()
        for metric in known
        if metric.id.startswith(f"{domain}.")
    ]
    return popover(frame.metric_name(now), options, active=True, search=frame.text("find"))


def chance_switch(frame: Frame, table: LeagueTable) -> Component:
    """Whether to say who cannot be told from the next one."""
    on = table.asked.by_chance
    return page_link(
        frame.text("by_chance"),
        href=frame.address.without("after").set_({"chance": "" if on else "1"}).href,
        className=f"chip switch-chip{' is-active' if on else ''}",
        title=frame.text("by_chance_why"),
        role="switch",
        **attributes({"aria-checked": "true" if on else "false"}),
    )


def league_head(
    frame: Frame, board: KpiBoard, metrics: Iterable[Metric], table: LeagueTable, asked: Asked
) -> list[Component]:
    """The tables of one level; filters that came along stand beside what is ranked by."""
    choices = [
        metric_choice(frame, board, metrics, table.metric),
        *([chance_switch(frame, table)] if table.metric.form == "rate" else []),
        *chosen_filters(frame, asked, but=(table.asked.level,)),
    ]
    way = ((frame.text("kpi"), frame.address.without(*OF_THE_PAGE).at("/kpi").href),)
    title = frame.text(LEAGUES[table.asked.level])
    return head(frame, Head(title, "/kpi/league", asked, way, choices))


def league_panel(frame: Frame, table: LeagueTable, absent: FigureState) -> Component:
    return html.Section(_panel(frame, table, absent), className="panel panel-ranking")


def _panel(frame: Frame, table: LeagueTable, absent: FigureState) -> list[Component]:
    head = html.Div(
        [
            html.H2(
                f"{frame.text(LEAGUES[table.asked.level])} · {frame.metric_name(table.metric)}"
            ),
            html.Span(_note(frame, table), className="panel-note"),
        ],
        className="panel-head",
    )
    if table.result is None or not table.entries:
        key = "not_applicable" if table.result is None else absent.value
        return [head, html.P(frame.text(key), className="empty")]
    return [head, league_scroll(frame, table), *_explained(frame, table)]


def league_scroll(frame: Frame, table: LeagueTable) -> Component:
    """The table in a frame that scrolls sideways where it must, by keyboard too."""
    level = table.asked.level
    label = f"{frame.text(LEAGUES.get(level, level))} · {frame.metric_name(table.metric)}"
    return html.Div(
        _table(frame, table, label),
        className="table-scroll",
        role="region",
        tabIndex=0,
        **attributes({"aria-label": label}),
    )


def _note(frame: Frame, table: LeagueTable) -> str:
    if table.result is None:
        return ""
    words = [target_words(frame, table.result)]
    if table.in_groups:
        words.append(frame.text("ranked_in_groups"))
    return " · ".join(words)


def _explained(frame: Frame, table: LeagueTable) -> list[Component]:
    words = []
    if not any(entry.ranked.rank for entry in table.entries):
        words.append(frame.text("nobody_ranked"))
    if table.metric.min_denominator and any(e.ranked.rank is None for e in table.entries):
        few = frame.text("few_not_ranked").format(count=table.metric.min_denominator)
        words.append(few)
    if any(entry.ranked.tied for entry in table.entries):
        words.append(frame.text("tied_means"))
    if any(table.redefined):
        words.append(f"※ {frame.text('redefined')}")
    if table.asked.by_chance:
        words.append(frame.text("by_chance_why"))
    return [html.P(" ".join(words), className="panel-foot")] if words else []


def _table(frame: Frame, table: LeagueTable, label: str) -> Component:
    heads = headings(frame, table)
    strip = strip_of(table)
    bodies = [group_rows(frame, table, group, len(heads), strip) for group in table.groups]
    return html.Table(
        [
            html.Caption(label, className="sr-only"),
            html.Thead(html.Tr([head_cell(frame, table, one) for one in heads])),
            *bodies,
        ],
        className="ranking",
    )
