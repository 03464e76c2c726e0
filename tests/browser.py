"""A served city and a browser page that remembers everything that went wrong in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from playwright.sync_api import ConsoleMessage, Page, Request, Response

REPOSITORY = Path(__file__).parent.parent
NAMES = ("chromium", "google-chrome", "chromium-browser")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), "")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
)
PATIENCE_MS = 20_000
READY = """() => {
  const carrier = document.querySelector("[data-page-version]");
  return carrier && !document.querySelector('[data-dash-is-loading="true"]');
}"""
FIGURES = """() => [...document.querySelectorAll("[data-metric]")].map((node) => ({
  ...node.dataset, text: node.textContent,
}))"""


OVERLAPPING = """(selector) => {
  const boxes = [...document.querySelectorAll(selector)]
    .filter((node) => node.textContent.trim())
    .map((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return { text: node.textContent, box: range.getBoundingClientRect() };
    }).filter(({ box }) => box.width && box.height);
  const found = [];
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    const least = Math.min(a.box.height, b.box.height);
    if (wide > 2 && high > least / 2) found.push(`${a.text} / ${b.text}`);
  }));
  return found;
}"""
"""Pairs of texts among the elements of a selector that lie over each other."""
DESK_TEXTS = (
    ".header .nav-link, .header .city, .header .switch, .crumb, .chip, .tile-name, "
    ".tile .figure, .tile .note, .line-name, .line-figure, .panel h2, .panel-note, "
    ".bar-end"
)
WALL_TEXTS = (
    ".wall h1, .wall h2, .wall .panel-note, .wall .light, .wall-figure .figure, .tile-notes, "
    ".wall-headline .figure, .wall .empty, .wall-clock, .wall .legend-end, .strip-when"
)


@dataclass(frozen=True)
class Site:
    """A running server, and the pack and data it serves."""

    address: str
    pack: Path
    data: Path
    http: httpx.Client

    def get(self, path: str, params: Any = None) -> Any:
        answer = self.http.get(f"{self.address}{path}", params=params)
        answer.raise_for_status()
        return answer.json()

    def push(self, source: str, rows: list[dict[str, str]]) -> Any:
        answer = self.http.post(f"{self.address}/api/v1/ingest/{source}", json=rows)
        answer.raise_for_status()
        return answer.json()


ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("YIPING_")},
    "YIPING_PULL_SECONDS": "0",
    "PYTHONUTF8": "1",
}
"""Nothing is pulled while a test looks: figures change only when a test pushes rows."""


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dashboard", *arguments]


def run(*arguments: str) -> None:
    subprocess.run(program(*arguments), check=True, env=ENVIRONMENT, cwd=REPOSITORY)


@contextmanager
def served(pack: Path, data: Path) -> Iterator[Site]:
    """The program itself, on a port of its own choice, until the end of the block."""
    serving = subprocess.Popen(
        program("serve", "--city", str(pack), "--data", str(data), "--port", "0"),
        env=ENVIRONMENT,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        assert "answers at" in said, said
        with httpx.Client(trust_env=False, timeout=30) as http:
            yield Site(said.split()[-1], pack, data, http)
    finally:
        serving.terminate()
        serving.communicate(timeout=20)


@dataclass
class Screen:
    """One page. `faults` are console errors, failed answers and requests to any other host."""

    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site.address}{path}", wait_until="load")
        self.ready()

    def ready(self) -> None:
        self.page.wait_for_function(READY)

    @contextmanager
    def redrawn(self) -> Iterator[None]:
        """Inside, something is done that makes the server draw the page anew."""
        with self.page.expect_response("**/_dash-update-component*"):
            yield
        self.ready()

    def until(self, condition: str, timeout: float = PATIENCE_MS) -> None:
        """Also across a navigation, in the moment of which a document has no element yet."""
        self.page.wait_for_function(
            f"document.documentElement !== null && ({condition})", timeout=timeout
        )

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_inner_texts()

    def figures(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.page.evaluate(FIGURES)
        return found

    @property
    def asked(self) -> dict[str, list[str]]:
        """The parameters in the address bar."""
        return parse_qs(urlsplit(self.page.url).query)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(
            self.site.address
        ):
            self.faults.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} for {response.url}")


def differs(site: Site, figure: dict[str, str]) -> str:
    """What the API answers otherwise than the page shows, or nothing."""
    pairs = [part.split("=", 1) for part in figure["group"].split(";") if part]
    params = [("from", figure["from"]), ("to", figure["to"])]
    params += [(name, code) for name, codes in pairs for code in codes.split(",")]
    [row] = site.get(f"/api/v1/metrics/{figure['metric']}", params)["rows"] or [NOTHING]
    shown = (
        figure["value"] or None,
        Decimal(figure["numerator"]),
        Decimal(figure["denominator"]) if figure["denominator"] else None,
        figure["state"],
    )
    answered = (
        row["value"],
        Decimal(str(row["numerator"])),
        None if row["denominator"] is None else Decimal(str(row["denominator"])),
        row["state"],
    )
    return "" if shown == answered else f"{figure}: the page {shown}, the API {answered}"


NOTHING: dict[str, Any] = {"value": None, "numerator": 0, "denominator": None, "state": "no_data"}

OpenScreen = Callable[..., Screen]
