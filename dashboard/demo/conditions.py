"""Filing conditions: one matter may be filed for several reasons, each with its own time limit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 3
"""Conditions that one topic can have."""


@dataclass(frozen=True)
class Conditions:
    """One entry a condition, those of one topic side by side; a topic has at least one."""

    codes: list[str]
    words: list[str]
    """What is to be seen on the spot; empty where a topic has one condition only."""
    topic: NDArray[np.int64]
    count: NDArray[np.int64]
    unit: NDArray[np.str_]
    """h hours round the clock, w working hours, d working days."""
    first: NDArray[np.int64]
    """Topic → its first condition."""
    reached: NDArray[np.float64]
    """Topic × MOST: running share of its conditions."""

    def draw(self, topic: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """A condition for each topic named."""
        share = rng.random(len(topic))
        passed = sum(share > self.reached[topic, number] for number in range(MOST - 1))
        return np.asarray(self.first[topic] + passed)


def make_conditions(own: list[dict[str, str]], more: list[dict[str, str]]) -> Conditions:
    """`more` replaces the one limit of a topic of `own` by several conditions."""
    several: dict[str, list[dict[str, str]]] = {}
    for row in more:
        several.setdefault(row["matter"], []).append(row)
    flat: list[tuple[int, str, dict[str, str]]] = []
    reached = np.ones((len(own), MOST))
    for topic, row in enumerate(own):
        rows = several.get(row.get("code", ""), [{"share": "1", **row}])
        reached[topic, : len(rows)] = np.cumsum([float(one["share"]) for one in rows])
        reached[topic, len(rows) - 1 :] = 1
        flat += [
            (topic, f"{row.get('code', '')}-{number}", one) for number, one in enumerate(rows, 1)
        ]
    topics = np.array([topic for topic, *_ in flat])
    return Conditions(
        [code for _, code, _ in flat],
        [one.get("condition", "") for *_, one in flat],
        topics,
        count=np.array([int(one["limit"][:-1]) for *_, one in flat]),
        unit=np.array([one["limit"][-1] for *_, one in flat]),
        first=np.searchsorted(topics, np.arange(len(own))),
        reached=reached,
    )
