"""One demonstration city, served by the program itself, and fresh browser pages on it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from dashboard.demo import write_demo
from tests.browser import ARGUMENTS, CHROMIUM, REPOSITORY, OpenScreen, Screen, Site, run, served

SHANGHAI = ZoneInfo("Asia/Shanghai")


def need_chromium() -> None:
    if not CHROMIUM:
        pytest.skip("no Chromium here: `make test` installs it, or apt-get install chromium")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    need_chromium()
    folder = tmp_path_factory.mktemp("site")
    pack, data = folder / "demo", folder / "data"
    pack.mkdir()
    write_demo(pack, until=datetime.now(SHANGHAI).date(), incidents=6000, days=400, seed=1)
    run("ingest", "--city", str(pack), "--data", str(data))
    with served(pack, data) as site:
        yield site


@pytest.fixture(scope="module")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A city without outlines, before its first data."""
    need_chromium()
    with served(REPOSITORY / "tests/packs/nyc311", tmp_path_factory.mktemp("bare")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module only: while it lives, asyncio.run works nowhere in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_screen(site: Site, browser: Browser) -> Iterator[OpenScreen]:
    """Opens a page of its own cookies; at the end nothing may have gone wrong on any of them."""
    screens: list[Screen] = []

    def opened(path: str, *, width: int = 1440, height: int = 900, **options: Any) -> Screen:
        on = options.pop("on", site)
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        screen = Screen(context.new_page(), on)
        screens.append(screen)
        screen.open(path)
        return screen

    yield opened
    faults = [fault for screen in screens for fault in screen.faults]
    for screen in screens:
        screen.page.context.close()
    assert faults == []
