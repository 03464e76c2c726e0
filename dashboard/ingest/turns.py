"""Runs of one source come one after the other."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from dashboard.core.errors import SourceUnavailable

_TURNS: defaultdict[str, Lock] = defaultdict(Lock)
TURN_S = 60


@contextmanager
def turn(data_dir: Path, source: str) -> Iterator[None]:
    """One run of a source at a time: two would take each other's batches for left behind."""
    lock = _TURNS[f"{data_dir}:{source}"]
    if not lock.acquire(timeout=TURN_S):
        raise SourceUnavailable(
            f"`{source}` is being run already.", where=source, fix="try again when that run ended"
        )
    try:
        yield
    finally:
        lock.release()
