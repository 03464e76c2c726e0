"""The rows of a league table: place, unit, figure over its bar, changes, what stands beside it."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.league import Column, Entry, LeagueGroup, LeagueTable
from dashboard.core.values import UNKNOWN, FigureState
from dashboard.figures.spark import spark
from dashboard.figures.strip import Strip
from dashboard.metrics.model import Metric
from layouts.attributes import attributes
from layouts.components.figures import figure_value, spark_image
from layouts.components.standing import standing_mark
from layouts.frame import Frame
from layouts.kpi import unit_href
from layouts.kpi_cards import CURVES, change_words, sample


def group_rows(
    frame: Frame, table: LeagueTable, group: LeagueGroup, span: int, strip: Strip
) -> Component:
    rows: list[Component] = []
    if table.in_groups:
        name = frame.pick(group.group.name, group.group.name_en) if group.group else ""
        words: list[Component] = [html.B(name or frame.text("in_no_group"))]
        if group.group:
            count = frame.text("units_ranked").format(ranked=group.ranked, count=len(group.entries))
            words.append(html.Span(count, className="muted"))
        rows.append(html.Tr(html.Th(words, colSpan=span, scope="rowgroup"), className="group-row"))
    rows += [_row(frame, table, entry, strip, grouped=group.group) for entry in group.entries]
    return html.Tbody(rows)


def _row(
    frame: Frame, table: LeagueTable, entry: Entry, strip: Strip, *, grouped: object
) -> Component:
    assert table.result is not None  # noqa: S101 — without an answer there are no rows
    metric, row = table.result.metric, entry.ranked.row
    cells = [
        html.Td(_rank(frame, entry), className="num rank"),
        _name(frame, table, entry, placed=grouped is not None or not table.in_groups),
        html.Td(_figure(frame, table, entry, strip), className="num main"),
    ]
    if metric.form == "score":
        cells.append(html.Td(row.grade, className="grade-cell"))
    if table.asked.by_chance and metric.form == "rate":
        cells.append(html.Td(_interval(frame, metric, entry), className="num wide muted"))
    cells += [
        html.Td(change_words(frame, metric, entry.before), className="num"),
        html.Td(change_words(frame, metric, entry.year_before), className="num wide yoy"),
        html.Td(
            spark_image(spark(entry.spark), frame.text(CURVES[table.grain])), className="curve wide"
        ),
        *(_beside(frame, column, entry) for column in table.columns),
    ]
    unranked = "" if entry.ranked.rank else " is-unranked"
    missed = " is-missed" if entry.standing == "missed" else ""
    return html.Tr(cells, className=f"ranked{unranked}{missed}")


def _rank(frame: Frame, entry: Entry) -> list[Component | str]:
    ranked = entry.ranked
    if ranked.rank is None:
        return ["—"]
    words: list[Component | str] = [str(ranked.rank)]
    if ranked.tied:
        tied = {"title": frame.text("tied"), "aria-label": frame.text("tied")}
        words.append(html.Span("=", className="tied", role="img", **attributes(tied)))
    if ranked.like_next:
        like = {"title": frame.text("like_next"), "aria-label": frame.text("like_next")}
        words.append(html.Span("≈", className="alike", role="img", **attributes(like)))
    return words


def _name(frame: Frame, table: LeagueTable, entry: Entry, *, placed: bool) -> Component:
    """The unit as a link to its page, and why it is not ranked."""
    level, code = table.asked.level, entry.code
    name = frame.name_of(level, code)
    link = name if code == UNKNOWN else html.A(name, href=unit_href(frame, level, code))
    return html.Th(
        [link, *_reason(frame, table, entry, placed=placed)], scope="row", className="unit-name"
    )


def _reason(frame: Frame, table: LeagueTable, entry: Entry, *, placed: bool) -> list[Component]:
    if entry.ranked.rank is not None:
        return []
    row = entry.ranked.row
    if entry.code == UNKNOWN:
        words = frame.text("names_no_unit")
    elif row.missing:
        names = [frame.metric_name(part) for part in table.metric.parts if part.id in row.missing]
        words = frame.text("parts_missing").format(names=frame.listed(names))
    elif row.state is FigureState.TOO_FEW and row.ratio.denominator is not None:
        words = frame.text("cases_of_needed").format(
            count=frame.number(row.ratio.denominator), needed=table.metric.min_denominator
        )
    elif not placed:
        words = frame.text("in_no_group")
    else:
        return []
    return [html.Span(words, className="why-not")]


def _figure(frame: Frame, table: LeagueTable, entry: Entry, strip: Strip) -> list[Component]:
    """The figure over its place on the scale of all units, with the target as a line and, where
    asked for, what the cases leave open as a span.
    """
    assert table.result is not None  # noqa: S101 — as above
    metric, row, target = table.result.metric, entry.ranked.row, table.result.target
    counts = "" if metric.form == "score" else sample(frame, metric, row)
    shown = html.Span(
        [
            standing_mark(frame, entry.standing, said=False),
            figure_value(frame, table.result, row),
            html.Span(counts, className="counts"),
        ],
        className="main-figure",
    )
    if row.value is None:
        return [shown]
    marks: list[Component] = []
    if table.asked.by_chance and entry.interval:
        low, high = (strip.place(end) for end in entry.interval)
        span = {"left": f"{low}%", "width": f"{high - low:.2f}%"}
        marks.append(html.I(className="strip-span", style=span))
    if target is not None:
        left = {"left": f"{strip.place(target.value)}%"}
        marks.append(html.I(className="strip-target", style=left))
    marks.append(html.I(className="strip-value", style={"left": f"{strip.place(row.value)}%"}))
    return [shown, html.Span(marks, className="strip", **attributes({"aria-hidden": "true"}))]


def strip_of(table: LeagueTable) -> Strip:
    """From the least to the greatest of everything drawn; amounts begin at zero."""
    target = table.result.target if table.result else None
    values = [entry.ranked.row.value for entry in table.entries]
    values.append(target.value if target else None)
    if table.asked.by_chance:
        judged = (
            e.interval for e in table.entries if e.interval and e.ranked.row.value is not None
        )
        values += [end for interval in judged for end in interval]
    return Strip.of([*values, Decimal(0)] if table.metric.is_amount else values)


def _interval(frame: Frame, metric: Metric, entry: Entry) -> str:
    if entry.interval is None or entry.ranked.row.value is None:
        return ""
    low, high = (frame.number(end, metric.decimals) for end in entry.interval)
    return f"{low}–{high}"


def _beside(frame: Frame, column: Column, entry: Entry) -> Component:
    row = column.rows.get(entry.code)
    if column.result is None or row is None:
        return html.Td("—", className="num wide muted")
    return html.Td(figure_value(frame, column.result, row), className="num wide")
