"""Cases that are put off: deferred until the season or the money is there, or simply extended."""

import numpy as np

from dashboard.demo.limits import Deadlines, Limits
from dashboard.demo.lives import NEVER, Dues, Flags, Numbers, Times
from dashboard.demo.rhythm import DAY, Seconds

DEFERRED, EXTENDED = 0.012, 0.028
"""Share of the cases with limits in days, for a unit that is as good as most."""
UP_TO_DAYS = 40


def defer(
    times: Times,
    dues: Dues,
    limits: Limits,
    weakness: Numbers,
    rng: np.random.Generator,
    *,
    deadlines: Deadlines,
) -> Dues:
    """Suspends some cases: the working time on the list does not count."""
    signed, size = times["signed"], len(times["signed"])
    begins = signed + (rng.uniform(0.1, 0.5, size) * DAY).astype(np.int64)
    ends = begins + rng.integers(5, UP_TO_DAYS, size) * DAY
    waits = limits.in_days & (rng.random(size) < DEFERRED * weakness) & (begins < dues.disposal)
    times["suspended"] = np.where(waits, begins, NEVER)
    times["resumed"] = np.where(waits, ends, NEVER)
    return _chosen(waits, deadlines.paused(dues, begins, ends), dues)


def extend(
    times: Times,
    dues: Dues,
    limits: Limits,
    weakness: Numbers,
    rng: np.random.Generator,
    *,
    deadlines: Deadlines,
) -> Dues:
    """Extends some cases, shortly before their deadline and on the unit's own application."""
    size = len(dues.closing)
    begun = begins(times)
    longer = limits.in_days & (rng.random(size) < EXTENDED * weakness) & (begun < dues.disposal)
    room = np.maximum(dues.disposal - begun, 0)
    at = begun + (rng.uniform(0.6, 0.95, size) * room).astype(np.int64)
    times["extended"] = np.where(longer, at, NEVER)
    return _chosen(longer, deadlines.extended(dues, limits), dues)


def _chosen(moved: Flags, later: Dues, dues: Dues) -> Dues:
    return Dues(
        np.where(moved, later.disposal, dues.disposal),
        np.where(moved, later.closing, dues.closing),
    )


def begins(times: Times) -> Seconds:
    """When the unit can get on with it: signed, and neither waiting nor asking for more time."""
    start = times["signed"]
    for name in ("resumed", "extended"):
        at = times.get(name)
        start = start if at is None else np.where(at < NEVER, at, start)
    return np.asarray(start)


def weakness_of(slow: Flags, behind: Flags) -> Numbers:
    """How much likelier than elsewhere a case is to be put off."""
    return np.asarray((1 + 2.6 * slow) * (1 + 0.8 * behind))
