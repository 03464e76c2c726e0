"""How long the server takes for a whole page: no answer kept, and asked again right after.

The page comes drawn: everything it will show is in the first answer (dashboard/front.py).
"""

import gzip
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks.served import Served, forget
from benchmarks.timing import Times, milliseconds, tell
from callbacks.pages import page_at
from dashboard.front import as_json
from dashboard.services import Services

FIGURE = "data-metric"
"""Every figure carries it: a page that tells a fault has none."""


@dataclass(frozen=True)
class Statements:
    """How many the whole page costs: answers not kept, and kept."""

    cold: int
    warm: int


@dataclass(frozen=True)
class PageMeasured:
    """`family` is the question whose hand-written SQL stands beside the page."""

    name: str
    family: str
    cold: Times
    warm: Times
    statements: Statements
    kilobytes: float
    """As sent, compressed."""


@dataclass(frozen=True)
class Page:
    name: str
    family: str
    address: str


def pages(department: str) -> tuple[Page, ...]:
    league, unit = "KPI league of departments", "KPI page of a department"
    return (
        Page("overview", "overview, month to date", "/"),
        Page("KPI scorecards", "KPI scorecards, month to date", "/kpi"),
        Page(league, league, "/kpi/league?level=department"),
        Page(unit, unit, f"/kpi/department/{department}"),
    )


def count_statements(services: Services, page: Page) -> Statements:
    forget(services)
    counts = []
    for _ in range(2):
        before = services.facts.queries
        _hold_drawn(page, as_json(page_at(services, page.address, {})))
        counts.append(services.facts.queries - before)
    return Statements(*counts)


def measure(
    served: Served, statements: Mapping[Page, Statements], *, runs: int
) -> Iterator[PageMeasured]:
    for page, counted in statements.items():
        body = _get(served, page)
        _hold_drawn(page, gzip.decompress(body).decode())
        get = partial(_get, served, page)
        cold, warm = [], []
        for _ in range(runs):
            served.forget()
            cold.append(milliseconds(get))
            warm.append(milliseconds(get))
        measured = PageMeasured(
            page.name,
            page.family,
            Times(tuple(cold)),
            Times(tuple(warm)),
            counted,
            len(body) / 1024,
        )
        tell(
            f"  page {page.name}: cold {measured.cold.median:.0f} ms, "
            f"warm {measured.warm.median:.0f} ms, {counted.cold} statements, then {counted.warm}"
        )
        yield measured


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _get(served: Served, page: Page) -> bytes:
    """The whole body, as a browser asks for it."""
    asked = urllib.request.Request(  # noqa: S310 - our own server
        f"{served.address}{page.address}", headers={"Accept-Encoding": "gzip"}
    )
    with _OPENER.open(asked) as answer:
        body: bytes = answer.read()
    return body


def _hold_drawn(page: Page, text: str) -> None:
    if FIGURE not in text:
        raise RuntimeError(f"{page.address} has no figure on it")
