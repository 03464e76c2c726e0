"""What every definition of the catalogue says, whatever it is about."""

import re

import pytest

from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.model import AMOUNTS, PERCENTILES, Metric, Words

METRICS = list(Catalogue.load())
CHINESE = re.compile(r"[\u4e00-\u9fff]")

each = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)


@each
def test_both_languages_say_the_same_things(metric: Metric) -> None:
    said = {name: bool(getattr(metric.zh, name)) for name in Words.__dataclass_fields__}
    told = {name: bool(getattr(metric.en, name)) for name in Words.__dataclass_fields__}
    assert told | {"unit": True} == said | {"unit": True}


@each
def test_each_language_is_written_in_itself(metric: Metric) -> None:
    assert CHINESE.search(metric.name)
    assert CHINESE.search(metric.formula)
    english = [getattr(metric.en, name) for name in Words.__dataclass_fields__]
    assert not any(CHINESE.search(text) for text in english)


@each
def test_what_is_counted_and_of_what_is_said_in_words(metric: Metric) -> None:
    assert bool(metric.zh.counts) == (metric.form != "score")
    divided = metric.bottom is not None or metric.base is not None
    assert bool(metric.zh.of) == divided


@each
def test_a_figure_is_judged_from_enough_cases(metric: Metric) -> None:
    judged = metric.form not in AMOUNTS and metric.form != "score"
    assert (metric.min_denominator > 0) == judged


@each
def test_who_says_so_is_written_down(metric: Metric) -> None:
    assert metric.standard
    assert metric.owner
    assert metric.why
    assert not (metric.status == "standard" and "业内通行" in metric.standard)
    assert (metric.target is not None) == bool(metric.target_source)


@each
def test_what_it_needs_is_the_same_above_and_beside(metric: Metric) -> None:
    """Otherwise a source could count in the figure and not in its band."""
    beside = [measure for measure in (metric.joining, metric.undecided) if measure]
    needed = {need for leg in metric.legs for need in leg.measure.needs}
    assert all(set(measure.needs) <= needed for measure in beside)


def test_names_are_not_shared_within_a_domain() -> None:
    for words in ("zh", "en"):
        names = [(metric.id.partition(".")[0], getattr(metric, words).name) for metric in METRICS]
        assert len(names) == len(set(names))


def test_every_kind_of_arithmetic_is_in_use() -> None:
    assert {metric.form for metric in METRICS} >= {
        "count",
        "snapshot",
        "rate",
        "mean",
        "seconds_mean",
        "hours_mean",
        "per_10k",
        "density",
        "score",
        *PERCENTILES,
    }


def test_every_measure_is_part_of_a_figure() -> None:
    used = {(leg.fact.name, leg.measure.name) for metric in METRICS for leg in metric.legs} | {
        (metric.legs[-1].fact.name, measure.name)
        for metric in METRICS
        for measure in (metric.joining, metric.undecided)
        if measure
    }
    facts = {leg.fact.name: leg.fact for metric in METRICS for leg in metric.legs}
    known = {(fact.name, name) for fact in facts.values() for name in fact.measures}
    assert known == used
