"""A strip: figures as points on one common scale, which need not begin at zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

EDGE = 4
"""Per cent of the strip left free at both ends."""


@dataclass(frozen=True)
class Strip:
    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal | None]) -> "Strip":
        known = [value for value in values if value is not None]
        return cls(min(known, default=Decimal(0)), max(known, default=Decimal(0)))

    def place(self, value: Decimal) -> float:
        """Per cent from the left; in the middle where all are alike."""
        if self.high == self.low:
            return 50.0
        share = (value - self.low) / (self.high - self.low)
        return round(EDGE + float(max(Decimal(0), min(Decimal(1), share))) * (100 - 2 * EDGE), 2)
