"""A time zone for whole arrays: between UTC and the time on the wall, without a loop over rows."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dashboard.core.work_calendar import FIRST, LAST

Micros = NDArray[np.int64]
"""Microseconds since 1970-01-01 00:00, in UTC or on the wall."""

SECOND = 1_000_000
DAY = 86_400 * SECOND
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ZoneOffsets:
    """Knows the years of every calendar. A time on the wall that comes twice means the first one;
    one that is skipped is read as if the clocks had not been changed yet, as `datetime` does.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        changes = _changes(zone)
        self._instants = np.array([at for at, _ in changes], np.int64)
        self._offsets = np.array([offset for _, offset in changes], np.int64)
        later = np.maximum(self._offsets, np.roll(self._offsets, 1))
        self._walls = self._instants + later

    def wall(self, instants: Micros) -> Micros:
        at = np.searchsorted(self._instants, instants, side="right") - 1
        return np.asarray(instants + self._offsets[np.maximum(at, 0)])

    def utc(self, walls: Micros) -> Micros:
        at = np.searchsorted(self._walls, walls, side="right") - 1
        return np.asarray(walls - self._offsets[np.maximum(at, 0)])


@lru_cache
def offsets_of(zone: ZoneInfo) -> ZoneOffsets:
    return ZoneOffsets(zone)


def _changes(zone: ZoneInfo) -> list[tuple[int, int]]:
    """From which instant on which offset holds, in microseconds; the first is where days begin."""
    first = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) - timedelta(days=1)
    seconds = [_offset(zone, first + timedelta(days=n)) for n in range((LAST - FIRST).days + 3)]
    found = [(_micros(first), seconds[0] * SECOND)]
    for number, (before, after) in enumerate(pairwise(seconds)):
        if before != after:
            day = first + timedelta(days=number)
            low, high = 0, 86_400
            while high - low > 1:
                middle = (low + high) // 2
                held = _offset(zone, day + timedelta(seconds=middle)) == before
                low, high = (middle, high) if held else (low, middle)
            found.append((_micros(day + timedelta(seconds=high)), after * SECOND))
    return found


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)
