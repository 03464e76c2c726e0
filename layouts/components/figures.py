"""A figure on the page: never alone, and always tied to its definition."""

from decimal import Decimal
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.overview import Tile
from dashboard.figures.spark import spark
from dashboard.metrics.comparison import meets_target
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from layouts.attributes import attributes
from layouts.components.links import page_link
from layouts.figure_address import group_of, question_of
from layouts.frame import Frame, origin


def figure_value(
    frame: Frame, result: MetricResult, row: MetricRow, *, opens: bool = True
) -> Component:
    """The figure itself with the attributes that lead to where it came from.

    Args:
        opens: Whether it opens its passport; not inside the passport itself.
    """
    shown = frame.figure(result.metric, row)
    marks = origin(result.metric, result, row)
    if opens:
        marks |= opener(frame, result, row)
    css = f"figure is-{_standing(result, row)}"
    button: dict[str, Any] = (
        {} if not opens or frame.untouched else {"role": "button", "tabIndex": 0}
    )
    return html.Strong(shown, className=css, **button, **attributes(marks))


def opener(frame: Frame, result: MetricResult, row: MetricRow) -> dict[str, str]:
    """What a click needs to open the passport, and a screen reader to say what it is of."""
    asked = question_of(result.query, row)
    marks = {"data-pg": group_of(frame, asked)}
    if frame.untouched:
        return marks
    names = [frame.name_of(name, code) for name, code in row.group.items()]
    value = f"{frame.figure(result.metric, row)} {_unit(frame, result.metric, row)}".strip()
    label = " ".join([*names, frame.metric_name(result.metric), value])
    return marks | {"aria-expanded": "false", "aria-label": f"{label}, {frame.text('passport')}"}


def hint(frame: Frame, result: MetricResult) -> Component:
    """A sign for the eye that the figure beside it can be opened; the figure is the button."""
    marks = {"data-passport": result.metric.id, "aria-hidden": "true"}
    marks["data-pg"] = group_of(frame, question_of(result.query, result.total))
    return html.Span("i", className="passport-hint", **attributes(marks))


def _standing(result: MetricResult, row: MetricRow) -> str:
    if row.value is None:
        return row.state.value.replace("_", "-")
    target = result.target
    met = meets_target(result.metric, row.value, target.value if target else None)
    return "missed" if met is False else "plain"


def tile(frame: Frame, tile: Tile, *, selected: bool) -> Component:
    """A key figure: value, unit, target, sample, both comparisons and a curve.

    The whole tile is a link to the metric; its figure is a button of its own above it.
    """
    metric = tile.metric
    if tile.result is None:
        note = html.Span(frame.text("not_applicable"), className="figure is-no-data")
        return html.Div([_named(frame, metric, "tile-name"), note], className="tile is-off")
    row = tile.result.total
    return html.Div(
        [
            html.Span(
                [_chooser(frame, metric, "tile-name", "tile-link"), hint(frame, tile.result)],
                className="tile-head",
            ),
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
        className=f"tile{' is-selected' if selected else ''}",
    )


def small_tile(frame: Frame, tile: Tile, *, selected: bool) -> Component:
    """One line: name, figure, change."""
    metric = tile.metric
    if tile.result is None:
        note = html.Span(frame.text("not_applicable"), className="line-note")
        return html.Div([_named(frame, metric, "line-name"), note], className="line is-off")
    row = tile.result.total
    return html.Div(
        [
            _chooser(frame, metric, "line-name", "line-link"),
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
        className=f"line{' is-selected' if selected else ''}",
    )


def _named(frame: Frame, metric: Metric, css: str) -> Component:
    return html.Span(frame.metric_name(metric), className=css)


def _chooser(frame: Frame, metric: Metric, css: str, link: str) -> Component:
    """The name as a link that covers all of its box (assets/passport.css)."""
    return page_link(
        frame.metric_name(metric),
        href=frame.address.set_({"metric": metric.id}).href,
        className=f"{css} {link}",
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
