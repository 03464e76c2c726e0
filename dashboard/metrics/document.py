"""The catalogue as a page for people: written to docs/metrics.md, held there by a test."""

from collections.abc import Iterable, Iterator

from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.model import Metric

INTRODUCTION = """# What each figure means

Written from `dashboard/metrics/definitions/*.toml` by `make docs`. A status of *assumed* says that
the official formula is not published and a working definition is used; *field usage* that practice
agrees on it; *delivered* that the source itself gives the verdict. Fewer cases than the minimum
are said in words, never shown as 0 or 100 %.
"""

DIRECTIONS = {
    "higher_is_better": "higher is better",
    "lower_is_better": "lower is better",
    "neutral": "neither",
}


def document(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    sections = ("\n".join(_section(metric)) for metric in catalogue)
    return "\n".join([INTRODUCTION, *sections]) + "\n"


def _section(metric: Metric) -> Iterator[str]:
    yield f"## {metric.name} · {metric.name_en}\n"
    yield f"`{metric.id}`\n"
    yield f"{metric.formula}。\n"
    yield f"{metric.formula_en[:1].upper()}{metric.formula_en[1:]}.\n"
    yield "| | |\n|---|---|"
    yield from (f"| {name} | {value} |" for name, value in _facts(metric))
    yield ""


def _facts(metric: Metric) -> Iterable[tuple[str, str]]:
    yield "numerator", f"`{metric.fact.name}.{metric.numerator.name}`: {metric.numerator.meaning}"
    if metric.denominator is not None:
        below = metric.denominator
        yield "denominator", f"`{metric.fact.name}.{below.name}`: {below.meaning}"
    yield "counted by the day it was", metric.time.replace("_", " ")
    yield "unit", metric.unit_en or metric.unit
    yield "better", DIRECTIONS[metric.direction]
    if metric.min_denominator:
        yield "minimum of cases", str(metric.min_denominator)
    yield "source", f"{metric.standard} ({metric.status})"
    yield "owner", metric.owner
    yield "why", f"{metric.why} {metric.why_en}"
