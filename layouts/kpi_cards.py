"""A scorecard: the figure, how it stands, how it moved, and what it may still become."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.scorecards import Card, ScorePart
from dashboard.core.values import FigureState, Grain
from dashboard.figures.spark import spark
from dashboard.metrics.comparison import Change
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.metrics.settlement import Settling
from layouts.attributes import attributes
from layouts.components.figures import definition, figure_value, hint, spark_image
from layouts.components.standing import standing_mark, target_words
from layouts.frame import MONTHS, Frame
from layouts.ids import card_id
from layouts.kpi import league_href

CURVES = {Grain.WEEK: "twelve_weeks", Grain.MONTH: "twelve_months"}


def card(frame: Frame, one: Card, grain: Grain) -> Component:
    metric, result = one.metric, one.tile.result
    if result is None:
        off = html.P(frame.text("not_applicable"), className="figure is-no-data")
        return _article(frame, one, [off])
    body: list[Component] = [
        html.P(
            [
                *_value(frame, result, result.total),
                *_spark(frame, one, grain),
            ],
            className="card-figure",
        ),
        html.P(_standing(frame, one, result), className="card-standing"),
        html.P(_changes(frame, metric, one), className="card-changes"),
        *_settling(frame, result.metric, one.settling),
        *_provisional(frame, result.total),
    ]
    return _article(frame, one, body)


def score_card(frame: Frame, one: Card, grain: Grain) -> Component:
    """A composite: its grade, and the table of what made it."""
    metric, result = one.metric, one.tile.result
    if result is None:
        return card(frame, one, grain)
    row = result.total
    full = result.metric.scheme.full if result.metric.scheme else Decimal(100)
    body = [
        html.P(
            [
                *([_grade(frame, row.grade)] if row.grade else []),
                *_value(frame, result, row, unit=f"/ {full.normalize():f}"),
                *_spark(frame, one, grain),
            ],
            className="card-figure",
        ),
        html.P(_standing(frame, one, result), className="card-standing"),
        html.P(_changes(frame, metric, one), className="card-changes"),
        *_parts(frame, one.parts),
    ]
    return _article(frame, one, body, css=" card-score")


def _spark(frame: Frame, one: Card, grain: Grain) -> list[Component]:
    """A curve beside a figure; where there is no figure it would be one of zeros."""
    if one.tile.result is None or one.tile.result.total.value is None:
        return []
    return [spark_image(spark(one.tile.spark), frame.text(CURVES[grain]))]


def _article(frame: Frame, one: Card, body: Sequence[Component], css: str = "") -> Component:
    metric = one.metric
    missed = " is-missed" if one.standing == "missed" else ""
    return html.Article(
        [
            html.Div(
                [
                    html.H3(_name(frame, metric)),
                    html.Span([_flag(frame, metric), *_hint(frame, one)], className="tools"),
                ],
                className="card-head",
            ),
            *body,
        ],
        className=f"card{css}{missed}",
        id=card_id(metric.id),
    )


def _hint(frame: Frame, one: Card) -> list[Component]:
    return [] if one.tile.result is None else [hint(frame, one.tile.result)]


def _name(frame: Frame, metric: Metric) -> Component:
    """Leads to who is behind the figure, where it is known by region or by unit."""
    name, said = frame.metric_name(metric), definition(frame, metric)
    level = next((cut for cut in ("district", "department") if cut in metric.cuts), "")
    if not level:
        return html.Span(name, title=said)
    return html.A(name, href=league_href(frame, level, metric.id), title=said)


def _flag(frame: Frame, metric: Metric) -> Component:
    if metric.status != "assumed":
        return html.Span()
    return html.Span(frame.text("assumed"), className="flag", title=metric.standard)


def _value(
    frame: Frame, result: MetricResult, row: MetricRow, unit: str | None = None
) -> list[Component]:
    said = frame.unit(result.metric) if unit is None else unit
    shown = said if row.value is not None else ""
    return [figure_value(frame, result, row), html.Span(shown, className="unit")]


def _grade(frame: Frame, grade: str) -> Component:
    label = f"{frame.text('grade')} {grade}"
    return html.Span(grade, className="grade", role="img", **attributes({"aria-label": label}))


def _standing(frame: Frame, one: Card, result: MetricResult) -> list[Component]:
    words: list[Component] = []
    if one.standing is not None:
        words.append(standing_mark(frame, one.standing))
    words.append(html.Span(target_words(frame, result)))
    counts = "" if result.metric.form == "score" else sample(frame, result.metric, result.total)
    return [*words, html.Span(counts, className="card-counts")] if counts else words


def sample(frame: Frame, metric: Metric, row: MetricRow) -> str:
    """The cases a figure rests on; of an amount it is the amount, and of nothing there are none."""
    absent = row.state in (FigureState.NO_DATA, FigureState.NOT_DELIVERED, FigureState.NOT_DUE)
    return "" if metric.is_amount or absent else frame.counts(metric, row)


def _changes(frame: Frame, metric: Metric, one: Card) -> list[Component]:
    if one.tile.result is None or one.tile.result.total.value is None:
        return []
    pairs = (("period_on_period", one.tile.before), ("year_on_year", one.tile.year_before))
    return [
        change_note(frame, metric, key, found, redefined=redefined)
        for (key, found), redefined in zip(pairs, one.redefined, strict=True)
    ]


def change_note(
    frame: Frame, metric: Metric, key: str, found: Change | None, *, redefined: bool = False
) -> Component:
    """The change in the right unit with an arrow; whether it is good is said by its class only
    where the metric has a good side, and by the arrow and the sign everywhere.
    """
    words = [*change_words(frame, metric, found), *redefined_mark(frame, redefined=redefined)]
    return html.Span([html.Em(frame.text(key)), *words], className="note")


def redefined_mark(frame: Frame, *, redefined: bool) -> list[Component]:
    """The figure then was counted by another definition: a change for orientation only."""
    if not redefined:
        return []
    said = frame.text("redefined")
    marks = attributes({"title": said, "aria-label": said})
    return [html.Span("※", className="redefined", role="img", **marks)]


def change_words(frame: Frame, metric: Metric, found: Change | None) -> list[Component | str]:
    said = frame.change(found, metric)
    if found is None or not found.value:
        return [said]
    arrow = html.I(
        "▲" if found.value > 0 else "▼",
        className=f"arrow {_side(metric, found.value)}",
        **attributes({"aria-hidden": "true"}),
    )
    return [arrow, said]


def _side(metric: Metric, moved: Decimal) -> str:
    if metric.direction == "neutral":
        return ""
    better = (moved > 0) == (metric.direction == "higher_is_better")
    return "is-better" if better else "is-worse"


def _settling(frame: Frame, metric: Metric, settling: Settling | None) -> list[Component]:
    """Provisional: the band it can still take, and the day it settles."""
    if settling is None or settling.settled or settling.band is None:
        return []
    low, high = (frame.number(end, metric.decimals) for end in settling.band)
    if low == high:
        return []
    words = [html.I(className="mark mark-open", **attributes({"aria-hidden": "true"}))]
    text = f"{frame.text('provisional')} {low}–{high}"
    if settling.settles_on:
        day = short_day(frame, settling.settles_on)
        text += f" · {frame.text('final_day').format(day=day)}"
    said = frame.text("final_provisional").format(count=f"{settling.undecided:,}")
    return [html.P([*words, text], className="card-open", title=said)]


def _provisional(frame: Frame, row: MetricRow) -> list[Component]:
    """Deadlines that rest on a calendar not published yet."""
    if not row.provisional:
        return []
    said = frame.text("deadlines_estimated").format(count=f"{row.provisional:,}")
    return [html.P(said, className="card-open")]


def short_day(frame: Frame, day: date) -> str:
    year = "" if day.year == frame.last_day.year else str(day.year)
    if frame.language == "en":
        return f"{day.day} {MONTHS[day.month - 1]} {year}".strip()
    return f"{year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"


def _parts(frame: Frame, parts: Sequence[ScorePart]) -> list[Component]:
    if not parts:
        return []
    heads = (("part_of_score", ""), ("value", "num"), ("points_earned", "num"), ("worth_of", ""))
    table = html.Table(
        [
            html.Caption(frame.text("parts_of_score"), className="sr-only"),
            html.Thead(
                html.Tr(
                    [html.Th(frame.text(key), scope="col", className=css) for key, css in heads]
                )
            ),
            html.Tbody([_part(frame, part) for part in parts]),
        ],
        className="parts",
    )
    return [table]


def _part(frame: Frame, part: ScorePart) -> Component:
    metric, most = part.result.metric, part.most
    earned = "—" if part.earned is None else frame.number(part.earned, 1)
    share = float(part.earned / most * 100) if part.earned is not None and most else 0.0
    bar = html.Span(
        html.I(className="bar-fill", style={"width": f"{max(0.0, min(100.0, share)):.1f}%"}),
        className="bar-track",
    )
    return html.Tr(
        [
            html.Th(frame.metric_name(metric), scope="row"),
            html.Td(_value(frame, part.result, part.row), className="num"),
            html.Td(f"{earned} / {most.normalize():f}", className="num"),
            html.Td(bar, className="part-bar"),
        ]
    )
