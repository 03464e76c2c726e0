"""What is out of the ordinary on the first live day: a broken heating main in one corner."""

from datetime import date

import numpy as np

from dashboard.demo.cases import World
from dashboard.demo.lives import Case
from dashboard.demo.places import PER_GRID
from dashboard.demo.rhythm import DAY, HOUR, instant
from dashboard.demo.vocabulary import BEHIND


def burst(world: World, case: Case, day: date, rng: np.random.Generator) -> Case:
    """Adds calls from two neighbouring streets of the district that is behind, from 09:20 on.

    In the heating season radiators stay cold there, otherwise the power is out. Only the hotline.
    """
    if world.topics.kind != "hotline":
        return case
    start = instant(day)
    usual = int(((case.created >= start) & (case.created < start + DAY)).sum())
    size = max(4, round(0.075 * usual))
    since = start + 9 * HOUR + 1200
    created = since + (rng.exponential(2.2, size).clip(0, 11) * HOUR).astype(np.int64)
    streets = np.unique(world.regions.street[world.regions.district == BEHIND])[:2]
    grids = np.flatnonzero(np.isin(world.regions.street, streets))
    around = grids[: max(6, len(grids) // 3)]
    place = rng.choice(around, size) * PER_GRID + rng.integers(0, PER_GRID, size)
    cold = (
        world.seasons.weights["heat"][
            np.searchsorted(np.arange(len(world.seasons.days)) + world.seasons.first, start // DAY)
        ]
        > 0.3
    )
    topic = np.full(size, 0 if cold else world.topics.codes.index("0301"))
    grid = world.places.grid[place]
    return _merged(
        case,
        Case(
            created,
            np.zeros(size, np.int64),
            topic,
            place,
            grid,
            world.regions.district[grid],
            np.full(size, bool(cold)),
            np.full(size, -1),
        ),
    )


def _merged(case: Case, more: Case) -> Case:
    created = np.concatenate([case.created, more.created])
    order = np.argsort(created, kind="stable")
    day = created[order] // DAY
    serial = np.arange(len(day)) - np.searchsorted(day, day) + 1
    return Case(
        created[order],
        serial,
        *(
            np.concatenate([getattr(case, name), getattr(more, name)])[order]
            for name in ("topic", "place", "grid", "district", "heating", "earlier")
        ),
    )
