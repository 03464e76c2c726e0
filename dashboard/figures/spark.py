"""A curve small enough to stand beside a figure."""

from collections.abc import Sequence
from decimal import Decimal

from dashboard.core.values import FigureState, Grain
from dashboard.metrics.model import MetricRow

WIDTH, HEIGHT, EDGE = 100, 28, 3


def spark(rows: Sequence[MetricRow]) -> str:
    """A data URI of an SVG mask, or nothing where there are fewer than three points.

    As a mask it takes the colour of the text it stands in, so one picture serves both themes.
    """
    shown = sorted((row for row in rows if row.state is FigureState.OK), key=_step)
    values = [row.value for row in shown if row.value is not None]
    if len(values) < 3:
        return ""
    points = _points(values)
    x, y = points[-1]
    path = " ".join(f"{a:g},{b:g}" for a, b in points)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' "
        "preserveAspectRatio='none'>"
        f"<polyline points='{path}' fill='none' stroke='black' stroke-width='1.6' "
        "stroke-linejoin='round' vector-effect='non-scaling-stroke'/>"
        f"<path d='M{x:g} {y:g}h0' stroke='black' stroke-width='5' stroke-linecap='round' "
        "vector-effect='non-scaling-stroke'/></svg>"
    )
    return "data:image/svg+xml," + svg.replace("<", "%3C").replace(">", "%3E").replace("#", "%23")


def _step(row: MetricRow) -> str:
    """The step of time the row stands for; names of one grain sort as time does."""
    return next((row.group[grain] for grain in Grain if grain in row.group), "")


def _points(values: Sequence[Decimal]) -> list[tuple[float, float]]:
    low, high = float(min(values)), float(max(values))
    reach = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    room = HEIGHT - 2 * EDGE
    return [
        (round(EDGE + i * step, 1), round(HEIGHT - EDGE - (float(v) - low) / reach * room, 1))
        for i, v in enumerate(values)
    ]
