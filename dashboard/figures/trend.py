"""The trend: this period's curve over the same span a year before, with the target as a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboard.core.values import FigureState, Grain, bucket, bucket_name, buckets
from dashboard.figures.palette import PALETTES, Palette, Theme
from dashboard.metrics.model import Metric, MetricResult, MetricRow

FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


@dataclass(frozen=True)
class TrendWords:
    """What the chart says, in the page's language."""

    now: str
    year_before: str
    target: str
    so_far: str


def trend_figure(
    now: MetricResult,
    year_before: MetricResult | None,
    *,
    grain: Grain,
    words: TrendWords,
    theme: Theme,
    scale: float = 1.0,
) -> dict[str, Any]:
    """A plotly figure as a plain dict; `scale` enlarges type and lines for walls.

    A step with rows has its figure; a step without is zero for a count that is complete to there,
    and a gap for a rate: nothing was due, which is neither 0 nor 100 %.
    """
    colours = PALETTES[theme]
    steps = list(buckets(now.query.period, grain))
    names = [bucket_name(day, grain) for day in steps]
    values = _values(now, steps, grain)
    partial = unfinished(now, steps, grain)
    traces = [_line(words.now, names, values[:partial], colours.data, 2.2 * scale)]
    if partial is not None:
        traces.append(_so_far(words.so_far, names[partial], values[partial], colours.data, scale))
    if year_before is not None:
        earlier = list(buckets(year_before.query.period, grain))[: len(names)]
        past = _values(year_before, earlier, grain)
        if any(value is not None for value in past):
            traces.insert(
                0, _line(words.year_before, names[: len(past)], past, colours.context, 1.4 * scale)
            )
    target = now.target
    return {
        "data": traces,
        "layout": _layout(now.metric, names, grain, colours, scale)
        | {"shapes": [_target(target.value, colours, scale)] if target else []},
    }


def _values(result: MetricResult, steps: Sequence[date], grain: Grain) -> list[float | None]:
    rows = {row.group[grain]: row for row in result.rows}
    last = (result.complete_to or result.as_of).date()
    return [_value(rows.get(bucket_name(day, grain)), result, day <= last) for day in steps]


def _value(row: MetricRow | None, result: MetricResult, reached: bool) -> float | None:  # noqa: FBT001 — private
    if row is None:
        return 0.0 if reached and result.metric.form == "count" and result.rows else None
    return float(row.value) if row.state is FigureState.OK and row.value is not None else None


def _line(
    name: str, x: Sequence[str], y: Sequence[float | None], colour: str, width: float
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": width},
        "connectgaps": False,
        "hovertemplate": "%{x}  <b>%{y:,.5~g}</b><extra>%{fullData.name}</extra>",
    }


def unfinished(result: MetricResult, steps: Sequence[date], grain: Grain) -> int | None:
    """Position of the step that is still being counted: half a day is not a fall."""
    if result.metric.form != "count":
        return None
    end = result.as_of.date()
    current = next((i for i, day in enumerate(steps) if day == bucket(end, grain)), None)
    return current if current else None


def _so_far(name: str, x: str, y: float | None, colour: str, scale: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x],
        "y": [y],
        "marker": {
            "color": "rgba(0,0,0,0)",
            "size": 7 * scale,
            "line": {"color": colour, "width": 1.6 * scale},
        },
        "hovertemplate": "%{x}  <b>%{y:,.5~g}</b><extra>%{fullData.name}</extra>",
    }


def _target(value: Decimal, colours: Palette, scale: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": float(value),
        "y1": float(value),
        "line": {"color": colours.muted, "width": scale, "dash": "dot"},
    }


def _layout(
    metric: Metric, names: Sequence[str], grain: Grain, colours: Palette, scale: float
) -> dict[str, Any]:
    ticks = _ticks(names)
    return {
        "autosize": True,
        "margin": {"l": 44 * scale, "r": 22 * scale, "t": 8 * scale, "b": 26 * scale},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12 * scale, "color": colours.muted},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": colours.panel, "font": {"color": colours.text}},
        "xaxis": {
            "type": "category",
            "tickvals": ticks,
            "ticktext": [_tick(t, grain) for t in ticks],
            "showgrid": False,
            "linecolor": colours.line,
            "fixedrange": True,
            "tickangle": 0,
        },
        "yaxis": {
            "gridcolor": colours.line,
            "zeroline": False,
            "fixedrange": True,
            "nticks": 5,
            "rangemode": "tozero" if metric.form == "count" else "normal",
            "tickformat": ",~g",
        },
    }


def _ticks(names: Sequence[str]) -> list[str]:
    every = max(1, len(names) // 6)
    return [name for i, name in enumerate(names) if (len(names) - 1 - i) % every == 0]


def _tick(name: str, grain: Grain) -> str:
    """11-21, W47, 2026-11: short, and never a localised “一 2026”."""
    if grain is Grain.DAY:
        return name[5:]
    return name[5:] if grain is Grain.WEEK else name
