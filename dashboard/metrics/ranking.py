"""Who is ahead: places inside a group of comparable units, and whether the cases can tell.

A place is counted on the figure people see, so that equal figures share it. Few cases make a place
a matter of luck: `told_apart` says whether two rates differ by more than that.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dashboard.city.model import Group
from dashboard.core.values import UNKNOWN, Ratio
from dashboard.metrics.arithmetic import HUNDRED, ONE
from dashboard.metrics.comparison import as_shown
from dashboard.metrics.model import Metric, MetricRow

NORMAL_95 = Decimal("1.959963984540054")
"""Of a normal distribution, 95 % lies within so many standard deviations."""


@dataclass(frozen=True)
class Ranked:
    """`rank` is None for a unit that is listed but not ranked: too few cases, or no figure.

    `like_next` is True where the cases cannot tell this unit from the one ranked after it; None
    where that is not asked, or the figure is no share of cases.
    """

    row: MetricRow
    rank: int | None
    tied: bool = False
    like_next: bool | None = None


@dataclass(frozen=True)
class GroupRanking:
    """`group` is None for the units that the city puts in no group: listed, not ranked."""

    group: Group | None
    ranked: tuple[Ranked, ...]


def places(values: Sequence[Decimal], *, lower_first: bool = False) -> list[int]:
    """Competition ranking: 1, 2, 2, 4. One place for each value, in the order given."""
    order = sorted(values, reverse=not lower_first)
    first: dict[Decimal, int] = {}
    for place, value in enumerate(order, 1):
        first.setdefault(value, place)
    return [first[value] for value in values]


def ranking(
    metric: Metric, rows: Iterable[MetricRow], cut: str, *, by_chance: bool = False
) -> list[Ranked]:
    """Best first in the metric's own direction; what cannot be ranked follows, largest first: units
    with too few cases, and the rows that name no unit.

    Args:
        by_chance: Also say of each unit whether the cases tell it from the next one.
    """
    judged: list[tuple[Decimal, MetricRow]] = []
    others: list[MetricRow] = []
    for row in rows:
        if row.value is not None and row.group[cut] != UNKNOWN:
            judged.append((as_shown(metric, row.value), row))
        else:
            others.append(row)
    lower_first = metric.direction == "lower_is_better"
    sign = 1 if lower_first else -1
    judged.sort(key=lambda pair: (sign * pair[0], -_size(pair[1])))
    taken = places([shown for shown, _ in judged], lower_first=lower_first)
    shared = Counter(taken)
    ranked = [
        Ranked(row, place, tied=shared[place] > 1)
        for (_, row), place in zip(judged, taken, strict=True)
    ]
    if by_chance and metric.form == "rate":
        ranked = _with_neighbours(ranked)
    return ranked + [Ranked(row, None) for row in sorted(others, key=lambda row: -_size(row))]


def rankings(
    metric: Metric,
    rows: Iterable[MetricRow],
    cut: str,
    groups: Mapping[str, Group],
    *,
    by_chance: bool = False,
) -> list[GroupRanking]:
    """One ranking for each group of this cut, in the pack's order, and one for what is in none.
    A city without groups for the cut has one ranking of all.
    """
    rows = list(rows)
    own = [group for group in groups.values() if group.dimension == cut]
    if not own:
        return [GroupRanking(None, tuple(ranking(metric, rows, cut, by_chance=by_chance)))]
    found = [
        GroupRanking(group, tuple(ranking(metric, members, cut, by_chance=by_chance)))
        for group in own
        if (members := _of(rows, cut, group.codes))
    ]
    placed = {code for group in own for code in group.codes}
    rest = ranking(metric, (row for row in rows if row.group[cut] not in placed), cut)
    if rest:
        unranked = tuple(replace(one, rank=None, tied=False) for one in rest)
        found.append(GroupRanking(None, unranked))
    return found


def _of(rows: Iterable[MetricRow], cut: str, codes: Collection[str]) -> list[MetricRow]:
    return [row for row in rows if row.group[cut] in codes]


def _size(row: MetricRow) -> Decimal:
    return row.ratio.denominator or row.ratio.numerator


def _with_neighbours(ranked: Sequence[Ranked]) -> list[Ranked]:
    last = len(ranked) - 1
    return [
        replace(one, like_next=_alike(one.row.ratio, ranked[i + 1].row.ratio)) if i < last else one
        for i, one in enumerate(ranked)
    ]


def _alike(one: Ratio, other: Ratio) -> bool | None:
    told = told_apart(one, other)
    return None if told is None else not told


def interval(ratio: Ratio) -> tuple[Decimal, Decimal] | None:
    """Where the rate behind these cases lies, 19 times in 20, in per cent; None where the ratio is
    no share of cases. Weighted cases (half counts) give an interval that is rather too wide.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
    """
    found = _wilson(ratio)
    return None if found is None else (found[0] * HUNDRED, found[1] * HUNDRED)


def difference(one: Ratio, other: Ratio) -> tuple[Decimal, Decimal] | None:
    """Where `one` − `other` lies, 19 times in 20, in percentage points.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10.
    """
    first, second = _wilson(one), _wilson(other)
    if first is None or second is None:
        return None
    p, q = _share(one), _share(other)
    below = ((p - first[0]) ** 2 + (second[1] - q) ** 2).sqrt()
    above = ((first[1] - p) ** 2 + (q - second[0]) ** 2).sqrt()
    return (p - q - below) * HUNDRED, (p - q + above) * HUNDRED


def told_apart(one: Ratio, other: Ratio) -> bool | None:
    """Whether two rates differ by more than chance would have it."""
    found = difference(one, other)
    return None if found is None else not found[0] <= 0 <= found[1]


def _share(ratio: Ratio) -> Decimal:
    return ratio.numerator / (ratio.denominator or ONE)


def _wilson(ratio: Ratio) -> tuple[Decimal, Decimal] | None:
    n, z2 = ratio.denominator, NORMAL_95**2
    if not n or not 0 <= ratio.numerator <= n:
        return None
    p = ratio.numerator / n
    middle = p + z2 / (2 * n)
    reach = NORMAL_95 * (p * (1 - p) / n + z2 / (4 * n * n)).sqrt()
    whole = 1 + z2 / n
    return max(Decimal(0), (middle - reach) / whole), min(ONE, (middle + reach) / whole)
