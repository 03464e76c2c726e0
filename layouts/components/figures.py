"""A figure on the page: never alone, and always tied to its definition."""

from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.compare import meets_target
from dashboard.boards.overview import Tile
from dashboard.figures.spark import spark
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from layouts.attributes import attributes
from layouts.components.links import page_link
from layouts.frame import Frame, origin


def figure_value(frame: Frame, result: MetricResult, row: MetricRow) -> Component:
    """The figure itself with the attributes that lead to where it came from."""
    marks = attributes(origin(result.metric, result, row))
    standing = _standing(result, row)
    return html.Strong(frame.figure(result.metric, row), className=f"figure is-{standing}", **marks)


def _standing(result: MetricResult, row: MetricRow) -> str:
    if row.value is None:
        return row.state.value.replace("_", "-")
    target = result.target
    met = meets_target(result.metric, row.value, target.value if target else None)
    return "missed" if met is False else "plain"


def tile(frame: Frame, tile: Tile, *, selected: bool) -> Component:
    """A key figure: value, unit, target, sample, both comparisons and a curve."""
    metric = tile.metric
    head = html.Span(frame.metric_name(metric), className="tile-name")
    if tile.result is None:
        note = html.Span(frame.text("not_applicable"), className="figure is-no-data")
        return html.Div([head, note], className="tile is-off")
    row = tile.result.total
    return page_link(
        [
            head,
            html.Span(
                [
                    figure_value(frame, tile.result, row),
                    html.Span(_unit(frame, metric, row), className="unit"),
                    spark_line(frame, tile),
                ],
                className="tile-figure",
            ),
            html.Span(_notes(frame, tile), className="tile-notes"),
        ],
        href=frame.address.set_({"metric": metric.id}).href,
        className=f"tile{' is-selected' if selected else ''}",
        title=definition(frame, metric),
    )


def small_tile(frame: Frame, tile: Tile, *, selected: bool) -> Component:
    """One line: name, figure, change."""
    metric = tile.metric
    name = html.Span(frame.metric_name(metric), className="line-name")
    if tile.result is None:
        note = html.Span(frame.text("not_applicable"), className="line-note")
        return html.Div([name, note], className="line is-off")
    row = tile.result.total
    return page_link(
        [
            name,
            html.Span(
                [
                    figure_value(frame, tile.result, row),
                    html.Span(_unit(frame, metric, row), className="unit"),
                ],
                className="line-figure",
            ),
            html.Span(
                [
                    html.Span(frame.text("period_on_period"), className="sr-only"),
                    frame.change(tile.before, metric),
                ],
                className="line-note",
            ),
        ],
        href=frame.address.set_({"metric": metric.id}).href,
        className=f"line{' is-selected' if selected else ''}",
        title=definition(frame, metric),
    )


def spark_line(frame: Frame, tile: Tile) -> Component:
    return spark_image(spark(tile.spark), curve_label(frame, tile.metric))


def curve_label(frame: Frame, metric: Metric) -> str:
    return frame.text("fortnight" if metric.form == "count" else "twelve_weeks")


def spark_image(source: str, label: str) -> Component:
    style = {"--curve": f'url("{source}")'} if source else {}
    return html.Span(
        className="spark" if source else "spark is-empty",
        style=style,
        role="img",
        **attributes({"aria-label": label}),
    )


def definition(frame: Frame, metric: Metric) -> str:
    """The definition in words: who says so, before it is asked."""
    formula = frame.pick(metric.formula, metric.formula_en)
    status = f"（{frame.text('assumed')}）" if metric.status == "assumed" else ""
    return f"{metric.id}\n{formula}\n{metric.standard}{status}"


def _unit(frame: Frame, metric: Metric, row: MetricRow) -> str:
    return frame.unit(metric) if row.value is not None else ""


def _notes(frame: Frame, tile: Tile) -> list[Component]:
    assert tile.result is not None  # noqa: S101 — the caller has drawn the other case
    first = target_note(frame, tile.result, tile.result.total)
    changes = (("year_on_year", tile.year_before), ("period_on_period", tile.before))
    return [
        first,
        *(
            html.Span(
                [html.Em(frame.text(key)), frame.change(found, tile.metric)], className="note"
            )
            for key, found in changes
        ),
    ]


def target_note(frame: Frame, result: MetricResult, row: MetricRow) -> Component:
    """The target where there is one, in words when it is missed; else the sample or daily mean."""
    metric, target = result.metric, result.target
    if target is None:
        return html.Span(_sample(frame, result, row), className="note")
    met = meets_target(metric, row.value, target.value)
    key = "target"
    if met is False:
        higher = metric.direction == "higher_is_better"
        key = "below_target" if higher else "above_target"
    words: list[Any] = [html.Em(frame.text(key)), f"{target.value.normalize():f}"]
    return html.Span(words, className=f"note{' is-missed' if met is False else ''}")


def _sample(frame: Frame, result: MetricResult, row: MetricRow) -> list[Any]:
    if result.metric.form != "count":
        return [frame.counts(result.metric, row)]
    days = _days_so_far(result, frame)
    mean = row.ratio.numerator / Decimal(max(1, days))
    return [html.Em(frame.text("daily_mean")), frame.number(mean)]


def _days_so_far(result: MetricResult, frame: Frame) -> int:
    last = min(result.query.period.last, frame.last_day)
    return (last - result.query.period.first).days + 1
