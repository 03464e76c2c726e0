"""What the steps of incidents say about their clocks: when they stood still, began anew, got more.

Everything is an array over incidents, or over what happened to them with the position of whose it
was; in which order steps were delivered never matters.
"""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.core.working_clock import NEVER, Instants, Pauses, Places

ACTIONS = ("suspend", "resume", "extend", "return", "dispatch", "sign", "filed")
"""Those that can move a deadline."""

Counts = NDArray[np.int64]
_LATEST = np.iinfo(np.int64).max


class StepTimes:
    def __init__(self, steps: pa.Table, ids: pa.ChunkedArray) -> None:
        """
        Args:
            steps: `incident_id`, `action`, `at`, of any incidents.
            ids: The incidents that positions count; one may come several times.
        """
        self._size = len(ids)
        self._whose, step = _matches(steps.column("incident_id"), ids)
        at = steps.column("at").cast(pa.timestamp("us")).to_numpy()
        self._at: Instants = np.asarray(at, "datetime64[us]")[step]
        action = pc.index_in(steps.column("action"), value_set=pa.array(ACTIONS))
        self._action = pc.fill_null(action, -1).to_numpy()[step]

    @cached_property
    def pauses(self) -> Pauses:
        """Spans between a suspension and the next resumption; the last may have no end.

        Of what happens at one instant only the balance counts: suspended and resumed at once is
        nothing, resumed and suspended at once is one long pause.
        """
        rows, at, suspended = self._balance()
        turns = np.ones(len(rows), np.bool_)
        turns[1:] = (rows[1:] != rows[:-1]) | (suspended[1:] != suspended[:-1])
        rows, at, suspended = rows[turns], at[turns], suspended[turns]
        ends = np.full(len(rows), NEVER)
        resumed = rows[1:] == rows[:-1]
        ends[:-1][resumed] = at[1:][resumed]
        return Pauses(rows[suspended], at[suspended], ends[suspended])

    def last(self, action: str) -> Instants:
        """By incident; NaT where it never happened."""
        rows, at = self._of(action)
        found = np.full(self._size, -_LATEST)
        np.maximum.at(found, rows, at.astype(np.int64))
        return _instants(found, -_LATEST)

    def first(self, action: str, since: Instants) -> Instants:
        """The first one not before `since`; where that is NaT, the first of all."""
        rows, at = self._of(action)
        counts = np.isnat(since[rows]) | (at >= since[rows])
        found = np.full(self._size, _LATEST)
        np.minimum.at(found, rows[counts], at[counts].astype(np.int64))
        return _instants(found, _LATEST)

    def how_often(self, action: str, since: Instants) -> Counts:
        """Not before `since`; never where that is NaT."""
        rows, at = self._of(action)
        return np.bincount(rows[at >= since[rows]], minlength=self._size)

    def _of(self, action: str) -> tuple[Places, Instants]:
        own = self._action == ACTIONS.index(action)
        return self._whose[own], self._at[own]

    def _balance(self) -> tuple[Places, Instants, NDArray[np.bool_]]:
        """Whose, when, and whether it was suspended: each instant once, in order."""
        suspends, resumes = self._of("suspend"), self._of("resume")
        rows = np.concatenate([suspends[0], resumes[0]])
        at = np.concatenate([suspends[1], resumes[1]])
        change = np.repeat([1, -1], [len(suspends[0]), len(resumes[0])])
        order = np.lexsort((at, rows))
        rows, at, change = rows[order], at[order], change[order]
        if not len(rows):
            return rows, at, np.empty(0, np.bool_)
        new = np.ones(len(rows), np.bool_)
        new[1:] = (rows[1:] != rows[:-1]) | (at[1:] != at[:-1])
        balance = np.add.reduceat(change, np.flatnonzero(new))
        counts = balance != 0
        return rows[new][counts], at[new][counts], balance[counts] > 0


def _instants(micros: NDArray[np.int64], none: int) -> Instants:
    return np.where(micros == none, NEVER, micros.astype("datetime64[us]"))


def _matches(wanted: pa.ChunkedArray, ids: pa.ChunkedArray) -> tuple[Places, Places]:
    """Every pair of a place in `ids` and a place in `wanted` that hold the same."""
    once = pc.unique(ids)
    key = pc.index_in(ids, value_set=once).to_numpy()
    order, many = np.argsort(key, kind="stable"), np.bincount(key, minlength=len(once))
    found = pc.fill_null(pc.index_in(wanted, value_set=once), -1).to_numpy()
    at = np.flatnonzero(found >= 0)
    times = many[found[at]]
    before = np.cumsum(times) - times
    within = np.arange(int(times.sum())) - np.repeat(before, times)
    firsts = (np.cumsum(many) - many)[found[at]]
    return order[np.repeat(firsts, times) + within], np.repeat(at, times)
