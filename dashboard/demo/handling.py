"""From the signature to the closing: when a unit is done, what is sent back, who checks it."""

import numpy as np

from dashboard.demo.limits import Limits
from dashboard.demo.lives import NEVER, Dues, Flags, Times
from dashboard.demo.pauses import begins
from dashboard.demo.rhythm import DAY, HOUR, MINUTE, Seconds, WorkingCalendar, clock_times


def handle(
    times: Times,
    dues: Dues,
    limits: Limits,
    on_time: Flags,
    rng: np.random.Generator,
    *,
    calendar: WorkingCalendar,
) -> None:
    """Fills in the replies, and the rework of one case in twenty."""
    size = len(on_time)
    start = begins(times)
    late = _late(start, dues.closing, limits, calendar, rng)
    within = _within(start, dues.disposal, limits, calendar, rng)
    replied = np.where(on_time, within, np.maximum(late, start + HOUR))
    again = rng.random(size) < 0.05
    span = replied - start
    times["first_reply"] = np.where(again, start + (0.5 * span).astype(np.int64), NEVER)
    times["rework"] = np.where(again, start + (0.75 * span).astype(np.int64), NEVER)
    times["replied"] = replied


def _within(
    start: Seconds,
    due: Seconds,
    limits: Limits,
    calendar: WorkingCalendar,
    rng: np.random.Generator,
) -> Seconds:
    """Some time before the deadline; what may take days is done in office hours."""
    size = len(start)
    room = np.maximum(due - start, 30 * MINUTE)
    within = start + (room * (0.04 + 0.86 * rng.beta(1.5, 2.2, size))).astype(np.int64)
    daytime = within // DAY * DAY + clock_times(rng, size)
    fits = (daytime > start + 20 * MINUTE) & (daytime < due - HOUR)
    fits &= limits.in_days & calendar.works_on(within // DAY)
    return np.asarray(np.where(fits, daytime, within))


def _late(
    start: Seconds,
    due: Seconds,
    limits: Limits,
    calendar: WorkingCalendar,
    rng: np.random.Generator,
) -> Seconds:
    size = len(start)
    overrun = (1 + rng.geometric(0.42, size)) * rng.choice((1, 9, 30), size, p=(0.92, 0.06, 0.02))
    days = calendar.after(due // DAY, overrun) * DAY + clock_times(rng, size)
    wait = np.maximum(due - start, HOUR) * rng.lognormal(-0.6, 0.8, size)
    return np.asarray(np.where(limits.in_days, days, due + wait.astype(np.int64)))


def close(
    times: Times, due: Seconds, on_time: Flags, rng: np.random.Generator, *, hotline: bool
) -> None:
    """Fills in the follow-up call, which the hotline makes, and the closing."""
    replied = times["replied"]
    size = len(replied)
    wait = (HOUR * rng.lognormal(0.9 if hotline else -0.1, 0.6, size)).astype(np.int64)
    prompt = on_time & (rng.random(size) < 0.985)
    left = np.maximum(due - replied, 2 * MINUTE)
    wait = np.where(prompt, np.minimum(wait, (left * 0.8).astype(np.int64)), wait)
    if hotline:
        times["followed_up"] = replied + wait
        wait = wait + np.minimum(rng.integers(2, 9, size) * MINUTE, left // 10)
    times["closed"] = replied + np.maximum(wait, MINUTE)
