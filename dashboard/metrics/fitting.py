"""Whether what a definition says fits the arithmetic that its name ends in."""

from collections.abc import Iterator, Mapping

from dashboard.core.errors import Fault
from dashboard.metrics.definition import Definition
from dashboard.metrics.facts.base import Arithmetic
from dashboard.metrics.model import HAVE_BASE, HAVE_DENOMINATOR, Form, Metric

ADDED: frozenset[Arithmetic] = frozenset({"count", "sum"})
COUNTED_AS: Mapping[Form, frozenset[Arithmetic]] = {
    "count": ADDED,
    "snapshot": frozenset({"count"}),
    "rate": ADDED,
    "mean": frozenset({"sum"}),
    "seconds_mean": frozenset({"sum"}),
    "hours_mean": frozenset({"sum"}),
    "hours_median": frozenset({"median"}),
    "hours_p90": frozenset({"p90"}),
    "per_10k": ADDED,
    "density": ADDED,
}
"""How the numerator of each form may be counted; what stands below is counted or summed."""

OF_COUNTS = ("numerator", "denominator", "time", "denominator_time", "joining", "undecided")
OF_SCORES = ("parts", "grades")


def keys_that_do_not_fit(form: Form, given: Definition, where: str) -> Iterator[Fault]:
    """Keys that this form does not have; left in, they would be believed to count."""
    divided = form in HAVE_DENOMINATOR or form in HAVE_BASE
    unfit = OF_COUNTS if form == "score" else OF_SCORES
    if not divided:
        unfit = (*unfit, "denominator", "denominator_time")
    for key in dict.fromkeys(unfit):
        if getattr(given, key):
            problem = f"`{key}` says nothing in a {form.replace('_', ' ')}."
            fix = "leave it out, or let the name end in its arithmetic"
            yield Fault(f"{where} {key}", problem, fix)
    if divided and not given.denominator:
        wanted = f"region.{HAVE_BASE[form]}" if form in HAVE_BASE else "fact.measure"
        problem = f"A {form.replace('_', ' ')} needs a denominator."
        yield Fault(where, problem, f'add `denominator = "{wanted}"`')


def measures_that_do_not_fit(metric: Metric, given: Definition, where: str) -> Iterator[Fault]:
    """A median under a name that says mean, a stock counted by the day something came in."""
    above, below = metric.numerator, metric.denominator
    stock = above is not None and above.begins is not None
    if above is not None and (
        above.arithmetic not in COUNTED_AS[metric.form] or stock != (metric.form == "snapshot")
    ):
        problem = f"`{given.numerator}` does not fit the arithmetic of `{metric.id}`."
        yield Fault(f"{where} numerator", problem, "let the name end as the measure counts")
    if below is not None and (below.arithmetic not in ADDED or below.begins is not None):
        problem = f"Nothing can be divided by `{given.denominator}`."
        yield Fault(f"{where} denominator", problem, "take a count or a sum")
    if metric.bottom and metric.bottom.fact is not metric.fact and not metric.dimensions:
        fix = "take both from facts that share a district or department"
        yield Fault(where, "Numerator and denominator share no cut.", fix)
