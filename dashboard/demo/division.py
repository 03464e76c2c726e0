"""Cuts the grids into connected, compact, evenly sized parts: districts, streets, communities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.geometry import Labels, Mesh, Points

DISTRICTS = np.array(
    [
        (1.2, 1.2),
        (1.5, 10.5),
        (-8.5, 3.5),
        (2.0, -8.0),
        (17.0, 11.5),
        (12.0, 3.0),
        (-6.0, 15.0),
        (-19.0, 8.0),
        (-14.0, -9.5),
        (16.0, -8.0),
    ]
)
"""Where districts grow from, in the order of `names.DISTRICTS`."""

SHARES = np.array([0.125, 0.105, 0.12, 0.13, 0.085, 0.11, 0.065, 0.08, 0.09, 0.09])
"""Share of the unit grids that falls to each district."""


@dataclass(frozen=True)
class Division:
    """Cell → number of its district, street and community; each counts over the whole city."""

    district: Labels
    street: Labels
    community: Labels

    def border(self, mesh: Mesh) -> Labels:
        """What each edge parts: 0 grids, 1 communities, 2 streets, 3 districts."""
        left, right = mesh.sides.T
        levels = (self.community, self.street, self.district)
        parts = sum((level[left] != level[right]).astype(np.int64) for level in levels)
        return np.asarray(np.where(right >= 0, parts, 0))


def divide(mesh: Mesh, streets: int, communities: int, rng: np.random.Generator) -> Division:
    total = len(mesh.rings)
    pairs = mesh.sides[mesh.sides[:, 1] >= 0]
    seat_bank = np.array([mesh.bank[_nearest(mesh.centres, seat)] for seat in DISTRICTS])
    district = np.zeros(total, dtype=np.int64)
    for bank in np.unique(mesh.bank):
        own, seats = np.flatnonzero(mesh.bank == bank), np.flatnonzero(seat_bank == bank)
        part = _balanced(mesh.centres[own], DISTRICTS[seats], SHARES[seats], moving=False)
        district[own] = seats[part]
    district = _connected(district, pairs)
    street = _split_all(mesh, district, pairs, total / streets, rng)
    community = _split_all(mesh, street, pairs, total / communities, rng)
    return Division(district, street, community)


def _split_all(
    mesh: Mesh,
    parents: Labels,
    pairs: Labels,
    size: float,
    rng: np.random.Generator,
) -> Labels:
    """Cuts every parent into parts of about `size` cells, numbered on through the city."""
    labels = np.zeros(len(parents), dtype=np.int64)
    within = pairs[parents[pairs[:, 0]] == parents[pairs[:, 1]]]
    done = 0
    for parent in range(int(parents.max()) + 1):
        own = np.flatnonzero(parents == parent)
        count = max(1, min(len(own), round(len(own) / size)))
        points = mesh.centres[own]
        seeds = _spread(points, count, rng)
        labels[own] = done + _balanced(points, seeds, np.full(count, 1 / count), moving=True)
        done += count
    return _dense(_connected(labels, within), parents)


def _dense(labels: Labels, parents: Labels) -> Labels:
    """Numbers without gaps, parent by parent and from north to south inside by first sight."""
    keys = parents * (int(labels.max()) + 1) + labels
    return np.asarray(np.unique(keys, return_inverse=True)[1])


def _nearest(points: Points, target: Points) -> int:
    return int(np.argmin(((points - target) ** 2).sum(1)))


def _spread(points: Points, count: int, rng: np.random.Generator) -> Points:
    chosen = [points[rng.integers(len(points))]]
    gap = ((points - chosen[0]) ** 2).sum(1)
    for _ in range(count - 1):
        pick = int(np.searchsorted(np.cumsum(gap) / gap.sum(), rng.random()))
        chosen.append(points[min(pick, len(points) - 1)])
        gap = np.minimum(gap, ((points - chosen[-1]) ** 2).sum(1))
    return np.array(chosen)


def _balanced(
    points: Points,
    seeds: Points,
    shares: NDArray[np.float64],
    *,
    moving: bool,
) -> Labels:
    """A power diagram whose weights are moved until every part holds its share of the points."""
    wanted = len(points) * shares / shares.sum()
    weight = np.zeros(len(seeds))
    unit = np.prod(np.ptp(points, axis=0) + 0.1) / len(seeds)
    for step in np.linspace(0.35, 0.02, 40 if moving else 160):
        distance = ((points[:, None] - seeds[None]) ** 2).sum(2) - weight
        labels = np.argmin(distance, axis=1)
        count = np.bincount(labels, minlength=len(seeds))
        weight += step * unit * (wanted - count) / wanted
        if moving:
            filled = count > 0
            middle = np.stack([np.bincount(labels, points[:, i], len(seeds)) for i in (0, 1)], 1)
            seeds = np.where(filled[:, None], middle / np.maximum(count, 1)[:, None], seeds)
    return np.asarray(labels, dtype=np.int64)


def _connected(labels: Labels, pairs: Labels) -> Labels:
    """Enclaves go to the neighbour they touch most, until every part hangs together."""
    labels = labels.copy()
    for _ in range(20):
        piece = _pieces(labels, pairs)
        size = np.bincount(piece)
        order = np.lexsort((-size[piece], labels))
        first = np.unique(labels[order], return_index=True)[1]
        main = dict(zip(labels[order][first].tolist(), piece[order][first].tolist(), strict=True))
        stray = piece != np.array([main[label] for label in labels.tolist()])
        if not stray.any():
            break
        moved = False
        for number in np.unique(piece[stray]):
            moved |= _hand_over(labels, piece == number, pairs)
        if not moved:
            break
    return labels


def _hand_over(labels: Labels, cells: NDArray[np.bool_], pairs: Labels) -> bool:
    ahead = pairs[cells[pairs[:, 0]] & ~cells[pairs[:, 1]]][:, 1]
    behind = pairs[cells[pairs[:, 1]] & ~cells[pairs[:, 0]]][:, 0]
    around = labels[np.concatenate([ahead, behind])]
    if not len(around):
        return False
    labels[cells] = np.bincount(around).argmax()
    return True


def _pieces(labels: Labels, pairs: Labels) -> Labels:
    """Connected pieces of equal label, by letting the smallest number spread."""
    inner = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    piece = np.arange(len(labels))
    while True:
        low = np.minimum(piece[inner[:, 0]], piece[inner[:, 1]])
        spread = piece.copy()
        np.minimum.at(spread, inner[:, 0], low)
        np.minimum.at(spread, inner[:, 1], low)
        spread = spread[spread]
        if (spread == piece).all():
            return np.asarray(np.unique(piece, return_inverse=True)[1])
        piece = spread
