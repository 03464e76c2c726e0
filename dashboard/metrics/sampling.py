"""Questions like those that people ask, drawn by dice that fall the same way each time."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from dashboard.core.values import Grain, Period
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.model import Metric, MetricQuery, Where, filters
from dashboard.metrics.watch import Question

FILTERED_BY = ("district", "street", "department", "category", "source")
"""Dimensions whose codes the pack knows and people filter by."""


def sample(
    metrics: Sequence[Metric], dimensions: Dimensions, today: date, seed: str, number: int
) -> Iterator[Question]:
    """Metrics of all kinds over recent days, half of them filtered."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(number):
        metric = dice.choice(metrics)
        where = _filter(metric, dimensions, dice)
        query = MetricQuery(metric.id, dice.choice(_periods(today)), (), where)
        yield Question(query, dice.choice(_cuts(metric)))


def _periods(today: date) -> list[Period]:
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    return [
        Period(today, today),
        Period(today - timedelta(days=6), today),
        Period(month, today),
        Period(before.replace(day=1), before),
        Period(today - timedelta(days=364), today),
    ]


def _filter(metric: Metric, dimensions: Dimensions, dice: random.Random) -> Where:
    names = [name for name in FILTERED_BY if name in metric.dimensions]
    if not names or dice.random() < 0.5:
        return ()
    name = dice.choice(names)
    codes = list(dimensions.codes(name) or ())
    return filters({name: dice.choice(codes)}) if codes else ()


def _cuts(metric: Metric) -> list[str]:
    steps = () if metric.form == "snapshot" else tuple(grain.value for grain in Grain)
    return [*steps, *metric.dimensions]
