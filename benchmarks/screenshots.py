"""The pictures in docs/images, taken from the running demonstration city: `make screenshots`."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SETTLED_MS = 2500
"""Long enough for map and chart on a slow machine; a picture is not a measurement."""

PICTURES = {
    "overview": ("/?metric=hotline.satisfaction_rate", 1440, 930),
    "overview-dark-en": ("/?metric=hotline.on_time_rate&lang=en&theme=dark", 1440, 930),
    "overview-phone": ("/", 390, 844),
    "kpi": ("/kpi", 1440, 930),
    "passport": ("/?passport=hotline.on_time_rate", 1440, 930),
    "wall": ("/wall", 1920, 1080),
    "incidents": ("/incidents", 1440, 900),
}
"""Name → address, width, height."""


def main() -> None:
    city = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "cities" / "demo"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with served(city) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name, (path, width, height) in PICTURES.items():
            take(browser, f"{address}{path}", (width, height), IMAGES / f"{name}.png")
            print(f"{name}.png")
        browser.close()


def take(browser: Browser, url: str, size: tuple[int, int], target: Path) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(url)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=target)
    page.close()


@contextmanager
def served(city: Path) -> Iterator[str]:
    """A server of its own on a free port, ended by its pid."""
    command = [sys.executable, "-m", "dashboard", "serve", "--city", str(city), "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None  # noqa: S101 — PIPE was asked for
        yield next(
            found.group() for line in server.stdout if (found := re.search(r"http://\S+", line))
        )
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
