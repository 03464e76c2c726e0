"""How long a person waits, in a real Chromium: loading the overview, filtering it, drilling down,
opening a KPI page.

A page is complete in the frame of the last change to its DOM, its map or its chart, after which
nothing changes for 300 ms and everything is there (probe.js).
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from benchmarks.served import Served
from benchmarks.timing import Times, tell

PROBE = (Path(__file__).parent / "probe.js").read_text("utf-8")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWPORT: Any = {"width": 1440, "height": 930}
WARM_UPS = 3
PAUSE_S = 3
"""Chromium writes its code cache some seconds after a script ran twice."""
FILTER = ".panel-departments a.bar-name"
DRILL = ".league tbody a"

_LOADED = "(page) => window.__probe.loaded(page)"
_SIZES = """() => performance.getEntriesByType("resource")
  .concat(performance.getEntriesByType("navigation"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""
_ANSWER = """() => { const page = performance.getEntriesByType("navigation")[0];
  return page.responseStart - page.requestStart; }"""
_CALLBACK = """() => { const asked = performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes("/_dash-update-component")).pop();
  return asked.responseEnd - asked.requestStart; }"""


@dataclass(frozen=True)
class Waited:
    """`server` is the part of `times` in which the browser waited for the server's answer."""

    name: str
    times: Times
    server: float
    kilobytes: float


@dataclass(frozen=True)
class _One:
    waited: float
    server: float
    sent: int


@dataclass(frozen=True)
class Opened:
    """A page by the name the probe knows its completeness by, and its address."""

    name: str
    address: str


OVERVIEW = Opened("overview", "/")
KPI = {
    "KPI scorecards": Opened("kpi", "/kpi"),
    "KPI league of departments": Opened("league", "/kpi/league?level=department"),
}


def measure(served: Served, *, runs: int) -> Iterator[Waited]:
    with sync_playwright() as playwright:
        yield from _loads(playwright, served, runs)
        with _profile(playwright) as context:
            for name, selector in (("filter", FILTER), ("drill-down", DRILL)):
                for forget in (True, False):
                    how = "server cold" if forget else "server warm"
                    label = f"{name}, {how}"
                    yield _told(
                        label, [_follow(context, served, selector, forget) for _ in range(runs)]
                    )
        yield from _kpi(playwright, served, runs)


def _loads(playwright: Playwright, served: Served, runs: int) -> Iterator[Waited]:
    cold = []
    for _ in range(runs):
        served.forget()
        with _profile(playwright) as context:
            cold.append(_load(context, served, OVERVIEW))
    yield _told("load, browser and server cold", cold)
    with _profile(playwright) as context:
        yield from _warm(context, served, runs, "load", OVERVIEW)


def _kpi(playwright: Playwright, served: Served, runs: int) -> Iterator[Waited]:
    with _profile(playwright) as context:
        for name, page in KPI.items():
            yield from _warm(context, served, runs, f"open {name}", page)


def _warm(
    context: BrowserContext, served: Served, runs: int, name: str, page: Opened
) -> Iterator[Waited]:
    for _ in range(WARM_UPS):
        _load(context, served, page)
    time.sleep(PAUSE_S)
    for how, before in (("server cold", served.forget), ("server warm", _nothing)):
        yield _told(
            f"{name}, browser warm, {how}",
            [_load(context, served, page, before) for _ in range(runs)],
        )


def _nothing() -> None:
    pass


def _told(name: str, ones: list[_One]) -> Waited:
    waited = Waited(
        name,
        Times(tuple(one.waited for one in ones)),
        median(one.server for one in ones),
        median(one.sent for one in ones) / 1024,
    )
    tell(
        f"  {name}: {waited.times.median:.0f} ms, of it server {waited.server:.0f} ms, "
        f"{waited.kilobytes:.0f} KB"
    )
    return waited


@contextmanager
def _profile(playwright: Playwright) -> Iterator[BrowserContext]:
    """A profile of its own on disk, because only such a one keeps compiled scripts."""
    folder = tempfile.mkdtemp()
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=shutil.which("chromium"),
        args=ARGUMENTS,
        viewport=VIEWPORT,
    )
    context.add_init_script(PROBE)
    try:
        yield context
    finally:
        context.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _page(context: BrowserContext, served: Served, opened: Opened) -> Iterator[Page]:
    page = context.new_page()
    page.goto(f"{served.address}{opened.address}")
    try:
        yield page
    finally:
        page.close()


def _load(
    context: BrowserContext,
    served: Served,
    opened: Opened,
    before: Callable[[], None] = _nothing,
) -> _One:
    before()
    with _page(context, served, opened) as page:
        waited = page.evaluate(_LOADED, opened.name)
        return _One(waited, page.evaluate(_ANSWER), page.evaluate(_SIZES))


def _follow(context: BrowserContext, served: Served, selector: str, forget: bool) -> _One:  # noqa: FBT001
    with _page(context, served, OVERVIEW) as page:
        page.evaluate(_LOADED, OVERVIEW.name)
        sent = page.evaluate(_SIZES)
        if forget:
            served.forget()
        waited = page.evaluate("(link) => window.__probe.followed(link)", selector)
        return _One(waited, page.evaluate(_CALLBACK), page.evaluate(_SIZES) - sent)
