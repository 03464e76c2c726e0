"""What is there at the end of each step of time: what was there before, plus what came, less what
went. Exactly what counting anew for each day would give, in three scans whatever the number of
days.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from dashboard.core.values import Grain, Period, bucket, bucket_name, buckets

Key = tuple[str, ...]
Counts = Mapping[Key, Decimal]
"""Number of rows by group; the values of a group in the order of its cuts."""


def over_time(
    by: Sequence[str], days: Period, before: Counts, came: Counts, went: Counts
) -> dict[Key, Decimal]:
    """The stock at the end of each step, by group.

    Args:
        by: Cuts, one of them a step of time.
        days: From the first day asked for to the last one that is known.
        before: What was there the day before, by the cuts without the step.
        came: What came on `days`, by all cuts; steps by their name.
        went: What went, likewise.
    """
    position = next(i for i, name in enumerate(by) if name in set(Grain))
    grain = Grain(by[position])
    change: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for counts, sign in ((came, 1), (went, -1)):
        for key, number in counts.items():
            change[key] += sign * number
    others = {*before, *(key[:position] + key[position + 1 :] for key in change)}
    names = [bucket_name(day, grain) for day in buckets(days, grain)]
    found: dict[Key, Decimal] = {}
    if not others and len(by) == 1:
        others = {()}  # nothing was ever there: a curve of zeros, where there is one curve only
    for other in others:
        stock = before.get(other, Decimal(0))
        for name in names:
            key = (*other[:position], name, *other[position:])
            stock += change.get(key, Decimal(0))
            found[key] = stock
    return found


def steps(period: Period, grain: Grain) -> list[Period]:
    """The period in steps of time, the first and last as much of them as it holds."""
    firsts = list(buckets(period, grain))
    lasts = [day - timedelta(days=1) for day in firsts[1:]] + [period.last]
    return [
        Period(max(first, period.first), last)
        for first, last in zip(firsts, lasts, strict=True)
        if bucket(last, grain) == first
    ]
