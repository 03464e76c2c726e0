"""A trend as SVG, drawn from the document alone: no script, no font but the page's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from dashboard.figures.palette import PALETTES
from dashboard.reports.document import Curve

WIDTH, HEIGHT = 680, 210
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 30, 26
MOST_TICKS = 8
STYLES = (("data", 2.0), ("context", 1.4))
"""Colour and width of this period's line and of the one a year before."""


@dataclass(frozen=True)
class Axis:
    """Round steps that hold every value."""

    low: float
    high: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float], *, from_zero: bool) -> "Axis":
        low, high = min(values), max(values)
        low = min(0.0, low) if from_zero else low
        reach = (high - low) or abs(high) or 1.0
        step = _round_step(reach / 4)
        first = step * (low // step)
        last = step * -(-high // step)
        return cls(first, last if last > first else first + step, step)

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + i * self.step for i in range(count + 1)]

    def y(self, value: float) -> float:
        room = HEIGHT - TOP - BOTTOM
        return round(HEIGHT - BOTTOM - (value - self.low) / (self.high - self.low) * room, 1)


def _round_step(rough: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    while power > rough:
        power /= 10
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough)


def svg(curve: Curve) -> str:
    values = [float(v) for line in curve.lines for v in line.values if v is not None]
    values += [float(curve.target)] if curve.target else []
    if not values:
        return ""
    axis = Axis.over(values, from_zero=curve.from_zero)
    parts = [*_grid(axis), *_steps(curve.steps), *_target(curve, axis), *_lines(curve, axis)]
    parts += _legend(curve)
    label = escape(f"{curve.caption}（{curve.unit}）" if curve.unit else curve.caption)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _x(at: int, count: int) -> float:
    return round(LEFT + at * (WIDTH - LEFT - RIGHT) / max(1, count - 1), 1)


def _grid(axis: Axis) -> Iterator[str]:
    colours = PALETTES["light"]
    for tick in axis.ticks:
        y = axis.y(tick)
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="{colours.line}"/>'
        yield _text(LEFT - 6, y + 4, f"{tick:,.6g}", "end")


def _steps(steps: Sequence[str]) -> Iterator[str]:
    every = max(1, -(-len(steps) // MOST_TICKS))
    for at, name in enumerate(steps):
        if (len(steps) - 1 - at) % every == 0:
            edge = "end" if at == len(steps) - 1 else "middle"
            yield _text(_x(at, len(steps)), HEIGHT - 8, name, edge)


def _target(curve: Curve, axis: Axis) -> Iterator[str]:
    if curve.target:
        y = axis.y(float(curve.target))
        yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" {_dotted()}/>'


def _dotted() -> str:
    return f'stroke="{PALETTES["light"].muted}" stroke-dasharray="3 3"'


def _lines(curve: Curve, axis: Axis) -> Iterator[str]:
    """The older line lies below; a gap in the figures is a gap in the line."""
    for line, (colour, width) in reversed(list(zip(curve.lines, STYLES, strict=False))):
        path, drawing = "", False
        for at, value in enumerate(line.values):
            if value is not None:
                x, y = _x(at, len(curve.steps)), axis.y(float(value))
                path += f"{'L' if drawing else 'M'}{x} {y}"
            drawing = value is not None
        stroke = getattr(PALETTES["light"], colour)
        yield (
            f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width}"'
            ' stroke-linejoin="round" stroke-linecap="round"/>'
        )


def _legend(curve: Curve) -> Iterator[str]:
    x = LEFT
    for line, (colour, width) in zip(curve.lines, STYLES, strict=False):
        stroke = getattr(PALETTES["light"], colour)
        yield f'<path d="M{x} 12h22" stroke="{stroke}" stroke-width="{width}"/>'
        yield _text(x + 28, 16, line.name, "start")
        x += 44 + 12 * len(line.name)
    if curve.target:
        yield f'<path d="M{x} 12h22" {_dotted()}/>'
        yield _text(x + 28, 16, f"{curve.target_name} {curve.target}", "start")
    if curve.unit:
        yield _text(WIDTH - RIGHT, 16, curve.unit, "end")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
