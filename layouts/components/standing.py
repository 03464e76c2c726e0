"""How a figure stands to its target: a shape and a word, never colour alone."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.metrics.comparison import Standing
from dashboard.metrics.model import Metric, MetricResult
from layouts.attributes import attributes
from layouts.frame import Frame

WORDS: dict[Standing, str] = {
    "met": "met",
    "near": "near",
    "missed": "missed",
}


def standing_mark(frame: Frame, standing: Standing | None, *, said: bool = True) -> Component:
    """The shape with its word; the word is for screen readers only where there is no room."""
    if standing is None:
        return html.Span()
    word = html.Span(frame.text(WORDS[standing]), className="" if said else "sr-only")
    title = {} if said else {"title": frame.text(WORDS[standing])}
    return html.Span(
        [html.I(className=f"mark mark-{standing}", **attributes({"aria-hidden": "true"})), word],
        className=f"standing is-{standing}",
        **attributes(title),
    )


def target_words(frame: Frame, result: MetricResult) -> str:
    if result.target is None:
        return frame.text("no_target")
    return f"{frame.text('target')} {number(result.target.value)}"


def gap_words(frame: Frame, metric: Metric, gap: Decimal) -> str:
    """How far it is to the target, in the unit that changes are told in."""
    unit = frame.text("points") if metric.form == "rate" else frame.unit(metric)
    return f"{frame.text('short_of')} {number(abs(gap))} {unit}".strip()


def number(value: Decimal) -> str:
    """As it was written: 95, not 95.0."""
    return f"{value.normalize():f}"
