"""The people of the grid centre: who saw it, who took it in, who filed it, who sent it on.

They are numbers without names: S-0412 patrols some twelve grids, A-07 sits at a desk.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.lives import NEVER, Case, Codes, Duty, Flags, Numbers
from dashboard.demo.places import PER_GRID
from dashboard.demo.regions import Regions
from dashboard.demo.rhythm import DAY, HOUR, Seconds
from dashboard.demo.vocabulary import BEHIND

GRIDS_EACH = 12
"""Unit grids that one supervisor looks after."""
ACCEPTORS, LEADERS, DISPATCHERS = 14, 6, 9
SHIFT = 8 * HOUR
PATROL, PUBLIC = 0, 1
"""Channels: seen on patrol, told by the public."""


def _habits(purpose: int, people: int, spread: float) -> Numbers:
    """What each of them gets wrong more or less often than the others."""
    return np.asarray(np.abs(np.random.default_rng(purpose).normal(0, spread, people)))


@dataclass(frozen=True)
class Seen:
    """Reports as they come in: from whose grids, how, and which of a patrol are about nothing."""

    supervisor: Codes
    patrol: Flags
    public: Flags
    mistaken: Flags


class Crew:
    def __init__(self, regions: Regions) -> None:
        district = regions.district
        within = np.arange(len(district)) - np.searchsorted(district, district)
        key = district * len(district) + within // GRIDS_EACH
        self.supervisor_of = np.unique(key, return_inverse=True)[1]
        supervisors = int(self.supervisor_of.max()) + 1
        self.supervisors = [f"S-{number:04d}" for number in range(1, supervisors + 1)]
        self.acceptors = [f"A-{number:02d}" for number in range(1, ACCEPTORS + 1)]
        self.leaders = [f"L-{number:02d}" for number in range(1, LEADERS + 1)]
        self.dispatchers = [f"P-{number:02d}" for number in range(1, DISPATCHERS + 1)]
        self.slips = _habits(12, supervisors, 0.014)
        self.chronic_from = len(district) * PER_GRID

    def see(self, case: Case, channel: Codes, rng: np.random.Generator) -> Seen:
        supervisor, patrol = self.supervisor_of[case.grid], channel == PATROL
        mistaken = patrol & (rng.random(len(case)) < 0.004 + self.slips[supervisor])
        return Seen(supervisor, patrol, channel == PUBLIC, mistaken)

    def serve(
        self, case: Case, seen: Seen, ending: Codes, filed: Seconds, rng: np.random.Generator
    ) -> Duty:
        """Who did it, and what of it was in time. What never happened was never late."""
        size, behind = len(case), case.district == BEHIND
        slip = self.slips[seen.supervisor] + 0.03 * behind
        shift = case.created // SHIFT
        leader = (shift % 3 + 3 * (case.created // DAY % 2)) % LEADERS
        dispatcher = rng.choice(DISPATCHERS, size, p=_uneven(DISPATCHERS))
        overlooked = 0.08 + 2.5 * slip + 0.25 * (case.place >= self.chronic_from)
        return Duty(
            supervisor=seen.supervisor,
            acceptor=rng.choice(ACCEPTORS, size, p=_uneven(ACCEPTORS)),
            leader=leader,
            dispatcher=dispatcher,
            public=seen.public,
            patrol=seen.patrol,
            verified=rng.random(size) < 0.975 - 2 * slip,
            filed=rng.random(size) < 0.985 - _habits(13, LEADERS, 0.012)[leader],
            dispatched=rng.random(size) < 0.984 - _habits(14, DISPATCHERS, 0.015)[dispatcher],
            checked=rng.random(size) < 0.972 - 1.5 * slip,
            valid=~np.isin(ending, (2, 5)),
            omitted=seen.public & (filed < NEVER) & (rng.random(size) < overlooked),
        )


def _uneven(people: int) -> Numbers:
    """Some do more than others."""
    load = np.linspace(1.6, 0.4, people)
    return np.asarray(load / load.sum())
