"""Clocks and summaries: medians and tails of repeated runs, never a verdict."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True)
class Times:
    """Milliseconds of repeated runs."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def p95(self) -> float:
        """The smallest run that at least 95 % of the runs do not exceed."""
        return sorted(self.runs)[ceil(len(self.runs) * 0.95) - 1]


def milliseconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def tell(text: str) -> None:
    """Progress, for whoever waits: results go into the document."""
    print(text, file=sys.stderr, flush=True)
