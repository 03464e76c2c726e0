"""A written definition → a metric whose names stand for real measures, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace

from dashboard.core.errors import Fault, did_you_mean
from dashboard.metrics.definition import Definition
from dashboard.metrics.facts import FACTS
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.fitting import keys_that_do_not_fit, measures_that_do_not_fit
from dashboard.metrics.model import HAVE_BASE, INSTANT, Form, Leg, Metric, Words

ENDINGS: Mapping[str, Form] = {
    "_hours_median": "hours_median",
    "_hours_p90": "hours_p90",
    "_hours_mean": "hours_mean",
    "_seconds_mean": "seconds_mean",
    "_mean": "mean",
    "_rate": "rate",
    "_count": "count",
    "_per_10k": "per_10k",
    "_density": "density",
    "_score": "score",
}
"""How an id ends says its arithmetic; the first that fits counts."""


def form_of(metric_id: str) -> Form | None:
    return next((form for end, form in ENDINGS.items() if metric_id.endswith(end)), None)


def resolve(
    metric_id: str,
    definition: Definition,
    known: Mapping[str, Metric],
    where: str,
    faults: list[Fault],
) -> Metric | None:
    """`known`: metrics that a score may have as parts."""
    form = form_of(metric_id)
    if form is None:
        endings = ", ".join(ENDINGS)
        problem = f"The name `{metric_id}` does not say its arithmetic."
        faults.append(Fault(where, problem, f"end it in one of {endings}"))
        return None
    if definition.time == INSTANT and form == "count":
        form = "snapshot"
    before = len(faults)
    faults.extend(keys_that_do_not_fit(form, definition, where))
    metric = _worded(metric_id, form, definition, where)
    if form == "score":
        score = resolve_score(metric, known, where, faults)
        return score if len(faults) == before else None
    top = _leg(definition.numerator, definition.time, f"{where} numerator", faults)
    metric = replace(metric, top=top)
    if top is not None:
        metric = _with_denominator(metric, definition, top, where, faults)
        faults.extend(measures_that_do_not_fit(metric, definition, where))
        metric = replace(
            metric,
            joining=_beside(definition.joining, metric, f"{where} joining", faults),
            undecided=_beside(definition.undecided, metric, f"{where} undecided", faults),
        )
    return metric if len(faults) == before and top is not None else None


def resolve_score(
    metric: Metric, known: Mapping[str, Metric], where: str, faults: list[Fault]
) -> Metric | None:
    if metric.scheme is None:
        faults.append(Fault(where, "A score needs `parts`.", 'add parts = [{ metric = "…" }]'))
        return None
    found = list(metric.scheme.faults(where))
    for part in metric.scheme.parts:
        if part.metric not in known:
            fix = did_you_mean(part.metric, known)
            found.append(Fault(f"{where} parts", f"Unknown metric `{part.metric}`.", fix))
    faults.extend(found)
    if found:
        return None
    return replace(metric, parts=tuple(known[part.metric] for part in metric.scheme.parts))


def _worded(metric_id: str, form: Form, given: Definition, where: str) -> Metric:
    zh = Words(
        given.name,
        given.formula,
        given.counts,
        given.of,
        given.exclusions,
        given.unit,
        given.why,
    )
    en = Words(
        given.name_en,
        given.formula_en,
        given.counts_en,
        given.of_en,
        given.exclusions_en,
        given.unit_en,
        given.why_en,
    )
    return Metric(
        id=metric_id,
        form=form,
        zh=zh,
        en=en,
        direction=given.direction,
        decimals=given.decimals,
        standard=given.standard,
        status=given.status,
        owner=given.owner,
        since=given.since,
        scheme=given.scheme(),
        base=HAVE_BASE.get(form),
        rounding=given.rounding,
        min_denominator=given.min_denominator,
        comparable=given.comparable,
        target=given.target,
        target_source=given.target_source,
        bands=given.bands,
        where=where,
    )


def _leg(name: str | None, time: str | None, where: str, faults: list[Fault]) -> Leg | None:
    if not name or not time:
        missing = "time" if name else "numerator"
        faults.append(Fault(where, f"`{missing}` is missing.", f"add `{missing} = …`"))
        return None
    found = _measure(name, where, faults)
    if found is None:
        return None
    fact, measure = found
    snapshot = time == INSTANT and measure.begins is not None
    if not snapshot and time not in fact.times:
        problem = f"`{fact.name}` has no time `{time}`."
        faults.append(Fault(where, problem, did_you_mean(time, fact.times)))
        return None
    return Leg(fact, time, measure)


def _with_denominator(
    metric: Metric, given: Definition, top: Leg, where: str, faults: list[Fault]
) -> Metric:
    if given.denominator is None:
        return metric
    if metric.base is not None:
        wanted = f"region.{metric.base}"
        if given.denominator != wanted:
            problem = f"`{metric.id}` is divided by `{given.denominator}`."
            faults.append(Fault(f"{where} denominator", problem, f"take `{wanted}`"))
        return metric
    time = given.denominator_time or top.time
    return replace(metric, bottom=_leg(given.denominator, time, f"{where} denominator", faults))


def _beside(name: str | None, metric: Metric, where: str, faults: list[Fault]) -> Measure | None:
    """A measure counted beside the figure: of the fact that its denominator is of."""
    if name is None:
        return None
    found = _measure(name, where, faults)
    if found is None:
        return None
    base = metric.bottom or metric.top or None
    if base is not None and found[0] is not base.fact:
        problem = f"`{name}` is not of `{base.fact.name}`."
        faults.append(Fault(where, problem, f"take a measure of `{base.fact.name}`"))
        return None
    return found[1]


def _measure(name: str, where: str, faults: list[Fault]) -> tuple[Fact, Measure] | None:
    fact_name, _, measure_name = name.partition(".")
    fact = FACTS.get(fact_name)
    if fact is None or measure_name not in fact.measures:
        known = {f"{f.name}.{m}" for f in FACTS.values() for m in f.measures}
        faults.append(Fault(where, f"Measure `{name}` does not exist.", did_you_mean(name, known)))
        return None
    return fact, fact.measures[measure_name]
