"""The arithmetic every figure passes through: exact decimals, dividing last, rounding once.

A quotient that does not exist is None, never zero and never a hundred: what has no base has no rate
and no change.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

Rounding = Literal["half_up", "truncate"]

ONE = Decimal(1)
HUNDRED = Decimal(100)
SECONDS_PER_HOUR = Decimal(3600)

_ROUNDING = {"half_up": ROUND_HALF_UP, "truncate": ROUND_DOWN}


def rounded(value: Decimal, decimals: int, rounding: Rounding = "half_up") -> Decimal:
    """Half away from zero, as printed statistics do; or cut off, as some cities print."""
    return value.quantize(ONE.scaleb(-decimals), rounding=_ROUNDING[rounding])


def quotient(numerator: Decimal, denominator: Decimal, scale: Decimal = ONE) -> Decimal | None:
    """`scale` is 100 for per cent, 10,000 for figures per 10,000 residents. May pass 100 %."""
    return numerator * scale / denominator if denominator else None


def hours(seconds: Decimal) -> Decimal:
    return seconds / SECONDS_PER_HOUR


def percent_change(now: Decimal, then: Decimal) -> Decimal | None:
    """In per cent of the size of what was, so that the sign always says which way it went."""
    return quotient(now - then, abs(then), HUNDRED)


def weighted_sum(counts: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
    """Raises ValueError where there are not as many weights as counts."""
    pairs = zip(counts, weights, strict=True)
    return sum((count * weight for count, weight in pairs), Decimal(0))


def weighted(
    counts: Sequence[Decimal],
    weights: Sequence[Decimal],
    denominator: Decimal,
    scale: Decimal = HUNDRED,
) -> Decimal | None:
    """A weighted rate: 614 satisfied at 1 and 34 basically satisfied at 0.6, of 670."""
    return quotient(weighted_sum(counts, weights), denominator, scale)
