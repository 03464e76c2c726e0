"""Curves by months: one figure, several amounts, or one unit in the band of its peers.

Colours are names of tokens in assets/tokens.css, which the browser looks up when it draws: the same
chart serves both themes and the printer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboard.core.values import FigureState, Grain, bucket, bucket_name, buckets
from dashboard.figures.trend import FONT
from dashboard.metrics.model import MetricResult, MetricRow, Target

DATA, CONTEXT, MUTED, LINE, PANEL, TEXT, BAND = (
    f"var(--{name})" for name in ("data", "context", "muted", "line", "panel", "text", "band")
)
HOVER = "%{x}  <b>%{y:,.5~g}</b><extra>%{fullData.name}</extra>"
SOLID, DASHED, DOTTED = "solid", "dash", "dot"

Band = tuple[Decimal, Decimal, Decimal]
"""Lower quarter, median, upper quarter."""


@dataclass(frozen=True)
class MonthWords:
    """What a chart says, in the page's language."""

    so_far: str
    target: str
    median: str
    band: str


def months_figure(
    results: Sequence[tuple[str, MetricResult]], *, words: MonthWords
) -> dict[str, Any]:
    """One line each, the first in the colour of data; a month that is not over is a ring."""
    names = steps_of(results[0][1])
    traces: list[dict[str, Any]] = []
    for (name, result), colour in zip(results, (DATA, MUTED), strict=False):
        values = values_by_month(result)
        over = _over(result, names)
        traces.append(_line(name, names[:over], values[:over], colour, 2.2))
        if over < len(names):
            said = f"{name} · {words.so_far}"
            traces.append(_ring(said, names[over:], values[over:], colour))
    first = results[0][1]
    traces = _with_target(traces, first.target, names, words.target)
    return {"data": traces, "layout": _layout(names, amount=first.metric.is_amount)}


def peers_figure(
    name: str,
    result: MetricResult,
    own: Mapping[str, MetricRow],
    bands: Mapping[str, Band],
    *,
    words: MonthWords,
) -> dict[str, Any]:
    """The unit's own line over the middle half of its peers and their median."""
    names = steps_of(result)
    low, middle, high = (
        [float(bands[step][i]) if step in bands else None for step in names] for i in range(3)
    )
    traces = [
        *_band(words.band, names, low, high),
        _line(words.median, names, middle, MUTED, 1.4, dash=DASHED),
        _line(name, names, [_value(own.get(s)) for s in names], DATA, 2.4, mode="lines+markers"),
    ]
    traces = _with_target(traces, result.target, names, words.target)
    return {"data": traces, "layout": _layout(names, amount=False)}


def steps_of(result: MetricResult) -> list[str]:
    """Names of all months asked for, whether they have rows or not."""
    return [bucket_name(day, Grain.MONTH) for day in buckets(result.query.period, Grain.MONTH)]


def values_by_month(result: MetricResult) -> list[float | None]:
    """A month without rows is zero for an amount that is complete to there, else a gap."""
    rows = {row.group[Grain.MONTH]: row for row in result.rows}
    last = bucket_name((result.complete_to or result.as_of).date(), Grain.MONTH)
    zero = 0.0 if result.metric.is_amount and result.rows else None
    return [
        _value(rows[step]) if step in rows else (zero if step <= last else None)
        for step in steps_of(result)
    ]


def _value(row: MetricRow | None) -> float | None:
    if row is None or row.state is not FigureState.OK or row.value is None:
        return None
    return float(row.value)


def _over(result: MetricResult, names: Sequence[str]) -> int:
    """How many months of an amount are over; rates need not wait for the end."""
    current = bucket_name(bucket(result.as_of.date(), Grain.MONTH), Grain.MONTH)
    if result.metric.form != "count" or current not in names[1:]:
        return len(names)
    return names.index(current)


def _line(
    name: str,
    x: Sequence[str],
    y: Sequence[float | None],
    colour: str,
    width: float,
    *,
    dash: str = SOLID,
    mode: str = "lines",
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": mode,
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"size": 5, "color": colour, "line": {"width": 0}},
        "connectgaps": False,
        "hovertemplate": HOVER,
    }


def _ring(name: str, x: Sequence[str], y: Sequence[float | None], colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": list(x),
        "y": list(y),
        "marker": {"color": PANEL, "size": 7, "line": {"color": colour, "width": 1.6}},
        "hovertemplate": HOVER,
    }


def _band(
    name: str, x: Sequence[str], low: Sequence[float | None], high: Sequence[float | None]
) -> list[dict[str, Any]]:
    """An area between two lines; months without enough peers are a gap."""
    silent = {"hoverinfo": "skip", "hovertemplate": None}
    return [
        _line(name, x, low, BAND, 0) | silent,
        _line(name, x, high, BAND, 0) | silent | {"fill": "tonexty", "fillcolor": BAND},
    ]


def _with_target(
    traces: list[dict[str, Any]], target: Target | None, names: Sequence[str], word: str
) -> list[dict[str, Any]]:
    """A dotted line, as a trace: it takes part in the scale, and its name is told on hovering."""
    if target is None:
        return traces
    return [_line(word, names, [float(target.value)] * len(names), TEXT, 1, dash=DOTTED), *traces]


def _layout(names: Sequence[str], *, amount: bool) -> dict[str, Any]:
    ticks = [names[i] for i in sorted({0, (len(names) - 1) // 2, len(names) - 1})]
    return {
        "autosize": True,
        "margin": {"l": 40, "r": 24, "t": 8, "b": 24},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 11, "color": MUTED},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": PANEL, "font": {"color": TEXT}},
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(names),
            "range": [-0.4, len(names) - 0.6],
            "tickvals": ticks,
            "showgrid": False,
            "linecolor": LINE,
            "fixedrange": True,
            "tickangle": 0,
        },
        "yaxis": {
            "gridcolor": LINE,
            "zeroline": False,
            "fixedrange": True,
            "nticks": 4,
            "rangemode": "tozero" if amount else "normal",
            "tickformat": ",~g",
        },
    }
