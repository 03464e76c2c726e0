"""The catalogue as pages for people: written to docs/metrics/, held there by a test."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.model import Leg, Metric
from dashboard.metrics.scoring import Part

INTRODUCTION = """# What each figure means

Written from `dashboard/metrics/definitions/*.toml` by `make docs`. A status of *assumed* says that
the official formula is not published and a working definition is used; *field usage* that practice
agrees on it; *delivered* that the source itself gives the verdict. Fewer cases than the minimum
are said in words, never shown as 0 or 100 %.
"""

DOMAINS = {
    "city": "The whole city",
    "hotline": "The 12345 hotline",
    "grid": "Grid management",
    "service": "Government service",
    "data": "Data",
}
DIRECTIONS = {
    "higher_is_better": "higher is better",
    "lower_is_better": "lower is better",
    "neutral": "neither",
}


def pages(catalogue: Catalogue) -> Mapping[str, str]:
    """File name → Markdown: an index, and one page a domain."""
    found = {"README.md": "\n".join(_index(catalogue)) + "\n"}
    for domain, title in DOMAINS.items():
        sections = ["\n".join(_section(metric)) for metric in _of(catalogue, domain)]
        found[f"{domain}.md"] = "\n".join([f"# {title}\n", *sections]) + "\n"
    return found


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(Catalogue.load()).items():
        (folder / name).write_text(text, "utf-8")


def _of(catalogue: Catalogue, domain: str) -> Iterator[Metric]:
    return (metric for metric in catalogue if metric.id.partition(".")[0] == domain)


def _index(catalogue: Catalogue) -> Iterator[str]:
    yield INTRODUCTION
    for domain, title in DOMAINS.items():
        yield f"## [{title}]({domain}.md)\n"
        yield "| id | 中文 | English | unit | status |\n|---|---|---|---|---|"
        for metric in _of(catalogue, domain):
            unit = metric.unit_en or metric.unit
            names = f"{metric.name} | {metric.name_en}"
            yield f"| `{metric.id}` | {names} | {unit} | {metric.status} |"
        yield ""


def _section(metric: Metric) -> Iterator[str]:
    yield f"## {metric.name} · {metric.name_en}\n"
    yield f"`{metric.id}`\n"
    yield f"{metric.formula}。\n"
    yield f"{metric.formula_en[:1].upper()}{metric.formula_en[1:]}.\n"
    yield "| | |\n|---|---|"
    yield from (f"| {name} | {value} |" for name, value in _facts(metric))
    yield ""
    for earlier in metric.earlier:
        yield f"Before {metric.since}, since {earlier.since}: {earlier.formula_en}.\n"


def _facts(metric: Metric) -> Iterable[tuple[str, str]]:
    yield from _arithmetic(metric)
    if metric.en.exclusions:
        yield "left out", f"{metric.zh.exclusions} {metric.en.exclusions}"
    yield "unit", metric.unit_en or metric.unit
    yield "better", DIRECTIONS[metric.direction]
    if metric.min_denominator:
        yield "minimum of cases", str(metric.min_denominator)
    if metric.target is not None:
        yield "target", f"{metric.target} ({metric.target_source})"
    yield "source", f"{metric.standard} ({metric.status})"
    yield "owner, since", f"{metric.owner}, {metric.since}"
    yield "why", f"{metric.why} {metric.why_en}"


def _arithmetic(metric: Metric) -> Iterable[tuple[str, str]]:
    for name, leg in (("numerator", metric.top), ("denominator", metric.bottom)):
        if leg is not None:
            yield name, _counted(leg)
    if metric.base:
        yield "denominator", metric.base.replace("_", " ")
    if metric.scheme:
        yield "made of", "; ".join(_part(part) for part in metric.scheme.parts)
        if metric.scheme.grades:
            yield "grades", ", ".join(_grade(*grade) for grade in metric.scheme.grades)


def _counted(leg: Leg) -> str:
    by = leg.time.replace("_", " ")
    return f"`{leg.fact.name}.{leg.measure.name}` by the day it was {by}: {leg.measure.meaning}"


def _part(part: Part) -> str:
    turned = "100 − " if part.inverse else ""
    banded = " in bands" if part.bands else ""
    if part.points:
        most, edge = part.points.max, part.points.threshold
        return f"`{part.metric}` up to {most} points from {edge} on"
    return f"{part.weight} × {turned}`{part.metric}`{banded}"


def _grade(name: str, lowest: object) -> str:
    return name if lowest is None else f"{name} from {lowest}"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
