"""A unit among its peers: its place in its group, and its curve in the band of the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.city.model import Group
from dashboard.core.values import UNKNOWN, FigureState, Grain
from dashboard.metrics.comparison import as_shown
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.metrics.ranking import Ranked, rankings

FEWEST = 3
"""Peers that a band needs: of two units it would give away the other one."""


@dataclass(frozen=True)
class Place:
    """`rank` is None for a unit that is not ranked; `of` counts those that are."""

    rank: int | None
    of: int
    tied: bool
    median: Decimal | None


@dataclass(frozen=True)
class Band:
    """The middle half of the peers in one step of time."""

    low: Decimal
    median: Decimal
    high: Decimal
    peers: int


@dataclass(frozen=True)
class AmongPeers:
    """One unit's figure by steps of time, and the band of its peers in each step that has one."""

    result: MetricResult
    rows: Mapping[str, MetricRow]
    bands: Mapping[str, Band]


def group_of(groups: Mapping[str, Group], cut: str, code: str) -> Group | None:
    own = (group for group in groups.values() if group.dimension == cut and code in group.codes)
    return next(own, None)


def peers_of(groups: Mapping[str, Group], cut: str, code: str) -> Collection[str] | None:
    """Codes of the group a unit is ranked in; None where the city has no groups of its kind.

    A unit that the city puts in no group has no peers.
    """
    if not any(group.dimension == cut for group in groups.values()):
        return None
    group = group_of(groups, cut, code)
    return frozenset(group.codes) if group else frozenset()


def place_of(result: MetricResult, cut: str, code: str, groups: Mapping[str, Group]) -> Place:
    """Where a unit stands in the ranking it takes part in."""
    for ranking in rankings(result.metric, result.rows, cut, groups):
        found = [one for one in ranking.ranked if one.row.group[cut] == code]
        if found:
            return _place(result.metric, found[0], ranking.ranked)
    return Place(None, 0, tied=False, median=None)


def _place(metric: Metric, own: Ranked, ranked: Sequence[Ranked]) -> Place:
    judged = [one for one in ranked if one.rank is not None]
    values = [as_shown(metric, one.row.value) for one in judged if one.row.value is not None]
    middle = quantile(values, Decimal("0.5")) if values else None
    return Place(own.rank, len(judged), tied=own.tied, median=middle)


def among_peers(
    result: MetricResult, cut: str, code: str, peers: Collection[str] | None
) -> AmongPeers:
    """
    Args:
        result: Cut by `cut` and one step of time.
        peers: Codes to compare with; None: every other unit.
    """
    grain = next(grain for grain in Grain if grain in result.query.by)
    own = {row.group[grain]: row for row in result.rows if row.group[cut] == code}
    others: dict[str, list[Decimal]] = {}
    for row in _judged(result.rows):
        unit = row.group[cut]
        if unit not in (code, UNKNOWN) and (peers is None or unit in peers):
            others.setdefault(row.group[grain], []).append(row.value or Decimal(0))
    bands = {step: _band(values) for step, values in others.items() if len(values) >= FEWEST}
    return AmongPeers(result, own, bands)


def _judged(rows: Iterable[MetricRow]) -> Iterable[MetricRow]:
    return (row for row in rows if row.state is FigureState.OK and row.value is not None)


def _band(values: Sequence[Decimal]) -> Band:
    low, middle, high = (quantile(values, Decimal(q)) for q in ("0.25", "0.5", "0.75"))
    return Band(low, middle, high, len(values))


def quantile(values: Iterable[Decimal], share: Decimal) -> Decimal:
    """Interpolated between the two values it lies between, as spreadsheets do."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
