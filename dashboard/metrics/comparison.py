"""A figure beside another: its change since then, and how it stands to its target.

Rates change in percentage points, durations in their unit, counts in per cent. Everything is judged
on the figures as shown, so that the page never contradicts itself.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dashboard.metrics.arithmetic import percent_change, rounded
from dashboard.metrics.model import AMOUNTS, HAVE_BASE, Form, Metric, MetricRow

ChangeKind = Literal["percent", "points", "absolute"]
Standing = Literal["met", "near", "missed"]

SIZES = AMOUNTS | HAVE_BASE.keys()
"""Forms that say how much there is: they change in per cent."""


def as_shown(metric: Metric, value: Decimal) -> Decimal:
    return rounded(value, metric.decimals, metric.rounding)


@dataclass(frozen=True)
class Change:
    """`value` is None where there is nothing to compare with: no base, or a base of zero."""

    kind: ChangeKind
    value: Decimal | None


def change(metric: Metric, now: MetricRow, then: MetricRow) -> Change:
    kind = change_kind(metric.form)
    if not metric.comparable or now.value is None or then.value is None:
        return Change(kind, None)
    if kind == "percent":
        found = percent_change(now.value, then.value)
        return Change(kind, None if found is None else rounded(found, 1))
    return Change(kind, as_shown(metric, now.value) - as_shown(metric, then.value))


def change_kind(form: Form) -> ChangeKind:
    if form in SIZES:
        return "percent"
    return "points" if form == "rate" else "absolute"


def standing(metric: Metric, value: Decimal | None, target: Decimal | None) -> Standing | None:
    """Where a figure stands to its target; None where there is nothing to judge.

    The metric's bands are the edges of met and near. A target in force takes the place of the
    first; without bands a target is met or missed.
    """
    first = metric.bands[:1] if target is None else (target,)
    edges = (*first, *metric.bands[1:2])
    if value is None or not edges or metric.direction == "neutral":
        return None
    sign = -1 if metric.direction == "lower_is_better" else 1
    reached = [sign * as_shown(metric, value) >= sign * edge for edge in edges]
    if reached[0]:
        return "met"
    return "near" if any(reached) else "missed"


def meets_target(metric: Metric, value: Decimal | None, target: Decimal | None) -> bool | None:
    """Whether a target is met; None without one, and where there is nothing to judge."""
    found = standing(metric, value, target) if target is not None else None
    return None if found is None else found == "met"
