"""Callers who call again: tickets about a matter that an earlier ticket was about."""

from dataclasses import dataclass, fields, replace

import numpy as np

from dashboard.demo.cases import World
from dashboard.demo.lives import Case, Codes, Flags, Numbers, taken
from dashboard.demo.places import PER_GRID
from dashboard.demo.rhythm import DAY
from dashboard.demo.vocabulary import BEHIND, SLOW, department_index

WITHIN = 15
"""Days after which a call about the same matter counts as a new one."""
SHARE = 0.085
"""Of the tickets, those that a caller could have called about before."""


@dataclass(frozen=True)
class Linked:
    """`earlier` of the new cases counts through all of them, the remembered ones first."""

    all: Case
    new: Case


class Repeats:
    """Links the tickets of one month after the other; remembers the last days of the one before."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.before: Case | None = None
        topics = world.topics
        self.desk = np.array([hours == "office" for hours in topics.hours])
        """Topics that people ask about, rather than complain."""
        self.slow = topics.department == department_index()[SLOW]
        self.chronic_from = len(world.regions.grids) * PER_GRID

    def link(self, case: Case, rng: np.random.Generator) -> Linked:
        """Some cases become a second call about an earlier one, and chronic places call again."""
        old = 0 if self.before is None else len(self.before)
        whole = case if self.before is None else joined(self.before, case)
        again, earlier = self._called_again(whole, old, rng)
        for name in ("topic", "place", "grid", "district", "heating"):
            values = getattr(whole, name)
            values[again] = values[earlier]
        whole.earlier[:] = -1
        whole.earlier[again] = earlier
        self._link_chronic(whole, old)
        recent = np.flatnonzero(whole.created >= whole.created[-1] - WITHIN * DAY)
        self.before = taken(whole, recent)
        return Linked(whole, taken(whole, np.arange(old, len(whole))))

    def _called_again(self, case: Case, old: int, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """Which cases are second calls, and of which: not of second calls of this month again."""
        size = len(case)
        chosen = (rng.random(size) < SHARE) & ~self.desk[case.topic] & ~self._is_chronic(case)
        chosen[:old] = False
        again = np.flatnonzero(chosen)
        asked = case.created[again] - (rng.uniform(0.4, WITHIN, len(again)) * DAY).astype(np.int64)
        earlier = np.searchsorted(case.created, asked, side="right") - 1
        angry = rng.random(len(again)) < self._anger(case, earlier)
        recent = case.created[again] - case.created[earlier] <= WITHIN * DAY
        fits = (earlier >= 0) & recent & angry
        fits &= ~chosen[earlier] & ~self.desk[case.topic[earlier]]
        return again[fits], earlier[fits]

    def _anger(self, case: Case, which: Codes) -> Numbers:
        """How likely people call again: where they wait longer, and where it is cold."""
        trouble = self.slow[case.topic[which]] | (case.district[which] == BEHIND)
        return np.asarray(0.5 + 0.5 * (trouble | case.heating[which]))

    def _is_chronic(self, case: Case) -> Flags:
        return np.asarray(case.place >= self.chronic_from)

    def _link_chronic(self, case: Case, old: int) -> None:
        """Each visit to a chronic place to the one before it, if that is not long ago."""
        own = np.flatnonzero(self._is_chronic(case))
        key = case.place[own] * len(self.world.topics.codes) + case.topic[own]
        order = np.lexsort((own, key))
        own, key = own[order], key[order]
        near = np.diff(case.created[own]) <= WITHIN * DAY
        follows = np.flatnonzero((np.diff(key) == 0) & near) + 1
        follows = follows[own[follows] >= old]
        case.earlier[own[follows]] = own[follows - 1]


def joined(first: Case, second: Case) -> Case:
    return replace(
        first,
        **{
            own.name: np.concatenate([getattr(first, own.name), getattr(second, own.name)])
            for own in fields(Case)
        },
    )
