"""Why a figure moved: its change, part by part, as mix and as performance, adding up to the change.

A rate R is Σ wᵢ·rᵢ, where part i (a district, a category) has the share wᵢ of the denominator and
the rate rᵢ of its own. Between two periods R moves because shares move (mix: more of what always
went badly) and because rates move (performance). With Δ for a change and a bar for the mean of the
two periods, each product splits without remainder,

    Δ(wᵢ·rᵢ) = Δwᵢ·r̄ᵢ + w̄ᵢ·Δrᵢ

because the cross terms of the two halves cancel. No period is the base, so that looking backwards
gives the same with the opposite sign. Shares always sum to 1, hence Σ Δwᵢ = 0, and the mean rate of
the whole R̄ may be taken off each r̄ᵢ without changing the sum:

    ΔR = Σ Δwᵢ·(r̄ᵢ − R̄)  +  Σ w̄ᵢ·Δrᵢ
             mix             performance

This way a part that grew explains a rise only where its rate is above the whole. A part that
appears or disappears has one rate only: it is its mean, and all it does is mix. A part with cases
above and none below (closed now, received before) has no rate: what it adds is performance.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from dashboard.core.values import FigureState, Ratio
from dashboard.metrics.arithmetic import HUNDRED, rounded
from dashboard.metrics.model import MetricRow

PRECISION = 60
"""Digits while dividing."""

DECIMALS = 12
"""Of every result: rounded in such a way that parts sum to the change to the last digit."""

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Contribution:
    """What one part did to the change, in the unit of the figure. A count has performance only."""

    key: str
    mix: Decimal
    performance: Decimal
    now: Ratio | None
    then: Ratio | None

    @property
    def total(self) -> Decimal:
        return self.mix + self.performance


@dataclass(frozen=True)
class Decomposition:
    """`parts` come largest effect first; their totals sum to `total`, exactly."""

    total: Decimal
    parts: tuple[Contribution, ...]

    @property
    def mix(self) -> Decimal:
        return sum((part.mix for part in self.parts), _ZERO)

    @property
    def performance(self) -> Decimal:
        return sum((part.performance for part in self.parts), _ZERO)


def by_code(rows: Iterable[MetricRow], cut: str) -> dict[str, Ratio]:
    """The counts of each part of a cut answer, where the source delivers them."""
    return {row.group[cut]: row.ratio for row in rows if row.state is not FigureState.NOT_DELIVERED}


def decompose(
    now: Mapping[str, Ratio], then: Mapping[str, Ratio], *, scale: Decimal = HUNDRED
) -> Decomposition | None:
    """The change from `then` to `now`; None where one of the periods has no figure.

    Args:
        now: Numerator and denominator by part. The parts must not overlap and must be all there is.
            Counts have no denominator, and their parts are the differences.
        then: The same of the earlier period; a part may stand in one of the two only.
        scale: What the quotient is multiplied by: 100 gives percentage points.
    """
    keys = sorted(now.keys() | then.keys())
    if all(ratio.denominator is None for ratio in (*now.values(), *then.values())):
        return _counted(keys, now, then)
    with localcontext() as context:
        context.prec = PRECISION
        whole_now, whole_then = _whole(now), _whole(then)
        if not whole_now.denominator or not whole_then.denominator:
            return None
        mean = (
            whole_now.numerator / whole_now.denominator
            + whole_then.numerator / whole_then.denominator
        ) / 2
        effects = [
            scale * effect
            for key in keys
            for effect in _effects(
                _Share.of(now.get(key), whole_now), _Share.of(then.get(key), whole_then), mean
            )
        ]
        exact = _carried(effects)
    parts = [
        Contribution(key, mix, performance, now.get(key), then.get(key))
        for key, mix, performance in zip(keys, exact[::2], exact[1::2], strict=True)
    ]
    return Decomposition(sum(exact, _ZERO), _largest_first(parts))


def adding_up(values: Sequence[Decimal], total: Decimal, decimals: int) -> list[Decimal]:
    """`values` with so many decimals, summing to `total` as it is shown.

    Each is rounded half-up; what the sum then has too much or too little is spread, one last digit
    each, over those whose rounding went furthest that way.
    """
    step = Decimal(1).scaleb(-decimals)
    shown = [rounded(value, decimals) for value in values]
    short = int((rounded(total, decimals) - sum(shown, _ZERO)) / step)
    sign = 1 if short > 0 else -1
    by_need = sorted(range(len(values)), key=lambda i: (sign * (shown[i] - values[i]), i))
    for turn in range(abs(short) if values else 0):
        shown[by_need[turn % len(values)]] += sign * step
    return shown


@dataclass(frozen=True)
class _Share:
    """A part in one period: share of the denominator, what it adds to the rate, its own rate."""

    weight: Decimal
    added: Decimal
    rate: Decimal | None

    @classmethod
    def of(cls, ratio: Ratio | None, whole: Ratio) -> "_Share":
        above = ratio.numerator if ratio else _ZERO
        below = (ratio.denominator if ratio else None) or _ZERO
        all_below = whole.denominator or Decimal(1)
        return cls(below / all_below, above / all_below, above / below if below else None)


def _effects(now: _Share, then: _Share, mean: Decimal) -> tuple[Decimal, Decimal]:
    """Mix and performance of one part; performance is what mix does not explain of what the part
    adds, which is w̄·Δr where it has both rates.
    """
    rates = [share.rate for share in (now, then) if share.rate is not None]
    own = sum(rates, _ZERO) / len(rates) if rates else _ZERO
    moved = now.weight - then.weight
    return moved * (own - mean), now.added - then.added - moved * own


def _whole(parts: Mapping[str, Ratio]) -> Ratio:
    return sum(parts.values(), Ratio(_ZERO, _ZERO))


def _carried(values: Iterable[Decimal]) -> list[Decimal]:
    """Rounded so that each running sum is the rounded running sum: totals lose nothing."""
    found, exact, given = [], _ZERO, _ZERO
    for value in values:
        exact += value
        found.append(rounded(exact, DECIMALS) - given)
        given += found[-1]
    return found


def _counted(
    keys: Iterable[str], now: Mapping[str, Ratio], then: Mapping[str, Ratio]
) -> Decomposition:
    parts = [
        Contribution(
            key, _ZERO, _numerator(now, key) - _numerator(then, key), now.get(key), then.get(key)
        )
        for key in keys
    ]
    return Decomposition(sum((part.total for part in parts), _ZERO), _largest_first(parts))


def _numerator(parts: Mapping[str, Ratio], key: str) -> Decimal:
    return parts[key].numerator if key in parts else _ZERO


def _largest_first(parts: Iterable[Contribution]) -> tuple[Contribution, ...]:
    return tuple(sorted(parts, key=lambda part: (-abs(part.total), part.key)))
