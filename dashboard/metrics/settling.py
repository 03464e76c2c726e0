"""The band a figure can still take while rows of its period are undecided."""

from decimal import Decimal
from typing import NamedTuple

from dashboard.metrics.arithmetic import HUNDRED, ONE, quotient


class Band(NamedTuple):
    """Both ends can be reached. Equal ends: the figure is settled."""

    low: Decimal
    high: Decimal

    @property
    def settled(self) -> bool:
        return self.low == self.high


def band(
    numerator: Decimal,
    denominator: Decimal | None,
    *,
    joining: Decimal = Decimal(0),
    open_members: Decimal = Decimal(0),
    scale: Decimal = HUNDRED,
) -> Band | None:
    """Lowest and highest value of numerator ÷ denominator once everything is decided.

    Args:
        numerator: What counts already and cannot be lost again; a row adds 1 at most.
        denominator: None for a count, which joining rows can only raise.
        joining: Rows outside of the denominator that may still enter it, each with or without
            entering the numerator, or stay out: not yet due, not yet closed.
        open_members: Rows of the denominator that are not in the numerator and may still enter it.

    Returns:
        None where no figure can come of it: nothing below, and nothing that could join.

    The lowest figure has every joining row below and none above. The highest has all of them above
    and below, unless the rate passes 100 % already: then each of them lowers it, and the highest
    has as few as there can be.
    """
    most = numerator + open_members
    if denominator is None:
        return Band(numerator, most + joining)
    low = quotient(numerator, denominator + joining, scale)
    if low is None:
        return None
    fewest = Decimal(0) if denominator else min(joining, ONE)
    ends = (quotient(most + n, denominator + n, scale) for n in (fewest, joining))
    return Band(low, max(end for end in ends if end is not None))
