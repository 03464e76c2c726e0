"""Scores and bands by hand: plain arithmetic on what was counted, with the city's own rules."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.answers import Numbers, numbers
from dashboard.core.values import Period

CITY_RULES_FROM = date(2026, 1, 1)
"""The demonstration city weighs the three rates in its own way since then."""
FEWEST = 20
FEWEST_OF = {"service.rectification_rate": 5, "grid.filed_density": 1}
"""Cases below which there is no figure."""

Earned = Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class Part:
    """`earned`: points for the figure as printed, with `decimals`."""

    metric: str
    earned: Earned
    scale: int = 100
    decimals: int = 1


def _weighed(weight: str) -> Earned:
    return lambda figure: Decimal(weight) * figure


def _turned(weight: str) -> Earned:
    return lambda figure: Decimal(weight) * (100 - figure)


def _banded(weight: str, edges: Sequence[tuple[int, int]], above: int) -> Earned:
    def earned(figure: Decimal) -> Decimal:
        return Decimal(weight) * next((p for edge, p in edges if figure <= edge), above)

    return earned


def _pointed(most: str, threshold: int, slope: str, floor: str) -> Earned:
    def earned(figure: Decimal) -> Decimal:
        points = Decimal(most) - Decimal(slope) * (threshold - figure)
        return min(Decimal(most), max(Decimal(floor), points))

    return earned


def _rates(prefix: str, *weights: tuple[str, str]) -> list[Part]:
    return [Part(f"{prefix}.{rate}", _weighed(weight)) for rate, weight in weights]


def _three_rates(period: Period) -> list[Part]:
    ours = period.last >= CITY_RULES_FROM
    return _rates(
        "hotline",
        ("response_rate", "0.30"),
        ("resolution_rate", "0.40" if ours else "0.35"),
        ("satisfaction_rate", "0.30" if ours else "0.35"),
    )


_DENSITIES = [(0, 100), (2, 90), (4, 75), (6, 60), (8, 40)]
_CASES = [(50, 100), (100, 90), (200, 75), (500, 60), (1000, 40)]
_TAKEN = [(100, 0), (300, 40), (500, 60), (1200, 75), (2000, 90)]

AREA = [
    Part("grid.filed_density", _banded("0.20", _DENSITIES, 0), scale=1, decimals=2),
    *_rates(
        "grid",
        ("supervision_report_rate", "0.10"),
        ("closing_rate", "0.30"),
        ("on_time_closing_rate", "0.40"),
    ),
]
DEPARTMENT = [
    Part("grid.filed_count", _banded("0.10", _CASES, 0)),
    Part("grid.rework_rate", _turned("0.30")),
    *_rates("grid", ("closing_rate", "0.30"), ("on_time_disposal_rate", "0.30")),
]
SUPERVISOR = [
    Part("grid.omission_rate", _turned("0.20")),
    *_rates(
        "grid",
        ("valid_report_rate", "0.40"),
        ("on_time_verification_rate", "0.20"),
        ("on_time_check_rate", "0.20"),
    ),
]
ACCEPTOR = [
    Part("grid.reported_count", _banded("0.25", _TAKEN, 100)),
    *_rates("grid", ("on_time_verification_rate", "0.40"), ("on_time_check_rate", "0.35")),
]
SHIFT_LEADER = _rates(
    "grid",
    ("on_time_filing_rate", "0.25"),
    ("accurate_filing_rate", "0.40"),
    ("on_time_closing_rate", "0.35"),
)
DISPATCHER = [
    Part("grid.dispatched_count", _banded("0.20", _TAKEN, 100)),
    *_rates("grid", ("on_time_dispatch_rate", "0.40"), ("accurate_dispatch_rate", "0.40")),
]
APPRAISAL = [
    Part("hotline.sign_off_rate", _pointed("10", 95, "1", "0")),
    Part("hotline.on_time_rate", _pointed("20", 95, "1", "0")),
    Part("hotline.satisfaction_rate", _pointed("25", 95, "0.5", "12.5")),
    Part("hotline.passed_down_satisfaction_rate", _pointed("25", 98, "0.5", "12.5")),
]

SCORES: dict[str, Callable[[Period], list[Part]]] = {
    "hotline.composite_score": _three_rates,
    "hotline.points_score": lambda _: APPRAISAL,
    "grid.area_score": lambda _: AREA,
    "grid.department_score": lambda _: DEPARTMENT,
    "grid.supervisor_score": lambda _: SUPERVISOR,
    "grid.acceptor_score": lambda _: ACCEPTOR,
    "grid.shift_leader_score": lambda _: SHIFT_LEADER,
    "grid.dispatcher_score": lambda _: DISPATCHER,
}
"""Score → its parts, as they were at the end of a period."""
FULL = {"hotline.points_score": 80}
"""The most there are, where that is not 100."""


def points(parts: Iterable[Part], figures: Iterable[Numbers]) -> Decimal | None:
    """None where a part has no figure."""
    total = Decimal(0)
    for part, counts in zip(parts, figures, strict=True):
        figure = _printed(part, counts)
        if figure is None:
            return None
        total += part.earned(figure)
    return total


def _printed(part: Part, counts: Numbers) -> Decimal | None:
    above, *below = (Decimal(str(count)) for count in counts) if counts else (Decimal(0), 0)
    if not below:
        return above if part.metric.endswith("_count") else None
    if below[0] < FEWEST_OF.get(part.metric, FEWEST):
        return None
    figure = above * part.scale / below[0]
    return figure.quantize(Decimal(1).scaleb(-part.decimals), ROUND_HALF_UP)


def band(metric: str, figure: Numbers, beside: Sequence[Any]) -> Numbers | None:
    """Lowest, highest, how many rows are undecided, the day (as a number) on which it settles.

    Args:
        figure: Rows above and below the line.
        beside: Rows that may join, the last day of these, rows below that may come above or leave
            it, those of them that stand above.
    """
    above, below = figure
    if below < FEWEST_OF.get(metric, FEWEST):
        return None
    joining, last, waiting, inside = beside
    if not joining + waiting:
        return numbers(0, 0, 0, 0)
    low = (above - inside) / (below + joining) * 100
    most = above + waiting - inside
    high = max(most / below, (most + joining) / (below + joining)) * 100
    day = 0 if waiting or last is None else last.toordinal()
    return numbers(low, high, joining + waiting, day)
