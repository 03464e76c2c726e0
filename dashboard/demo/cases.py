"""Draws what happens in the city on a span of days: topics, hours, places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.lives import Case, Codes
from dashboard.demo.places import CHRONIC, PER_GRID, Places
from dashboard.demo.regions import Regions
from dashboard.demo.rhythm import DAY, HOUR, HOURS, Seasons
from dashboard.demo.vocabulary import Topics

STORM, AFTER_STORM = 26.0, 5.0
"""How much more often floods are reported on the day of the storm, and on the day after."""
SHARE_CHRONIC = 0.014


@dataclass(frozen=True)
class World:
    """Everything a case can be drawn from, for one kind of cases."""

    topics: Topics
    seasons: Seasons
    regions: Regions
    places: Places
    daily: NDArray[np.float64]
    """Day × topic: weight."""
    near: NDArray[np.float64]
    """Running sum of the weights of the grids."""
    wet: NDArray[np.float64]
    """The same when it storms: by the river above all."""

    @property
    def volume(self) -> NDArray[np.float64]:
        """Weight of every day."""
        return np.asarray(self.daily.sum(1) / self.topics.weight.sum() * self.seasons.volume)


def make_world(
    topics: Topics,
    seasons: Seasons,
    regions: Regions,
    places: Places,
    rng: np.random.Generator,
) -> World:
    daily = np.stack([seasons.weights[name] for name in topics.season], axis=1) * topics.weight
    storm = 1 + (STORM - 1) * seasons.storm
    storm[1:] += (AFTER_STORM - 1) * seasons.storm[:-1]
    daily = np.where(topics.floods, daily * storm[:, None], daily)
    weight = regions.grids.residents**0.85 * rng.lognormal(0, 0.45, len(regions.grids))
    weight *= (1 + 0.12 * rng.normal(0, 1, 10).clip(-1, 1))[regions.district]
    wet = weight * np.where(regions.riverside, 9.0, 0.6)
    return World(topics, seasons, regions, places, daily, np.cumsum(weight), np.cumsum(wet))


def draw_cases(world: World, counts: Codes, rng: np.random.Generator) -> Case:
    """`counts` says how many a day, over the whole span; days without any are passed over."""
    topics, seasons = world.topics, world.seasons
    day = np.repeat(np.arange(len(counts)), counts)
    topic = _pick_row(world.daily, day, rng)
    created = (seasons.first + day) * DAY + _clock(topics, topic, rng)
    order = np.argsort(created, kind="stable")
    created, topic, day = created[order], topic[order], day[order]
    flood = topics.floods[topic] & seasons.storm[day]
    grid = np.where(flood, _pick(world.wet, len(day), rng), _pick(world.near, len(day), rng))
    place = grid * PER_GRID + (PER_GRID * rng.random(len(day)) ** 1.7).astype(np.int64)
    _haunt(world, topic, place, day, rng)
    grid = world.places.grid[place]
    heat = np.array([name == "heat" for name in topics.season])
    first = np.searchsorted(day, day)
    return Case(
        created,
        np.arange(len(day)) - first + 1,
        topic,
        place,
        grid,
        world.regions.district[grid],
        heat[topic],
        np.full(len(day), -1),
    )


def _haunt(
    world: World,
    topic: Codes,
    place: Codes,
    day: Codes,
    rng: np.random.Generator,
) -> None:
    """Turns a few cases into visits to the chronic places: the same few every month.

    Half of the places belong to each kind of cases.
    """
    mine = world.places.chronic[0 if world.topics.kind == "hotline" else 1 :: 2]
    steady = world.topics.steady
    usual = (world.topics.weight > 0) & (np.array(world.topics.season) != "heat")
    free = np.flatnonzero(usual[topic] & ~world.seasons.storm[day])
    share = np.linspace(1.8, 0.4, len(mine)) / len(mine)
    each = 1 + rng.poisson(np.maximum(len(day) * SHARE_CHRONIC * share - 1, 0))
    visits = np.repeat(np.arange(len(mine)), each)
    visits = visits[rng.permutation(len(visits))] if len(visits) > len(free) // 2 else visits
    visits = visits[: len(free) // 2]
    chosen = rng.choice(free, len(visits), replace=False)
    place[chosen] = mine[visits]
    topic[chosen] = steady[(visits + CHRONIC) % len(steady)]


def _pick(running: NDArray[np.float64], size: int, rng: np.random.Generator) -> Codes:
    at = np.searchsorted(running, rng.random(size) * running[-1], side="right")
    return np.asarray(np.minimum(at, len(running) - 1))


def _pick_row(weights: NDArray[np.float64], row: Codes, rng: np.random.Generator) -> Codes:
    """One column for each row named, by that row's weights."""
    share = np.cumsum(weights, axis=1)
    share /= share[:, -1:]
    stacked = (share + np.arange(len(weights))[:, None]).ravel()
    at = np.searchsorted(stacked, row + rng.random(len(row)), side="right")
    return np.asarray((at - row * weights.shape[1]).clip(0, weights.shape[1] - 1))


def _clock(topics: Topics, topic: Codes, rng: np.random.Generator) -> Codes:
    named = list(HOURS)
    weights = np.array([HOURS[name] for name in named], dtype=float)
    profile = np.array([named.index(name) for name in topics.hours])[topic]
    hour = _pick_row(weights, profile, rng)
    return np.asarray(hour * HOUR + rng.integers(0, HOUR, len(topic)))
