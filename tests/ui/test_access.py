"""Everybody can use the pages: no serious finding of axe, every control by keyboard."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import OpenScreen

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

PAGES = [
    "/",
    "/incidents",
    "/kpi",
    "/kpi/league?level=department&chance=1",
    "/kpi/department/D01",
    "/kpi/district/990102",
    "/bulletins",
]
SEVERE = ("serious", "critical")


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(
    open_screen: OpenScreen, path: str, theme: str, width: int
) -> None:
    look = ("&" if "?" in path else "?") + f"theme={theme}"
    screen = open_screen(path + look, width=width, height=900)
    found = Axe().run(screen.page).response["violations"]
    severe = [
        (fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in SEVERE
    ]
    assert severe == []


@pytest.mark.parametrize("path", PAGES)
def test_headings_come_in_order(open_screen: OpenScreen, path: str) -> None:
    screen = open_screen(path)
    levels = screen.page.evaluate(
        "[...document.querySelectorAll('main :is(h1, h2, h3, h4)')].map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    pairs = pairwise(levels)
    assert all(lower - upper <= 1 for upper, lower in pairs)


def test_a_league_table_is_used_by_keyboard_alone(open_screen: OpenScreen) -> None:
    screen = open_screen("/kpi/league?level=district&metric=hotline.on_time_rate")
    reached: set[str] = set()
    for _ in range(60):
        screen.page.keyboard.press("Tab")
        reached.add(
            screen.page.evaluate(
                "document.activeElement.getAttribute('role') || document.activeElement.className"
            )
        )
    assert {"switch", "region", "button"} <= reached
    assert any("kpi-tab" in name for name in reached)
    assert any("sort" in name for name in reached)


def test_a_menu_opens_and_closes_by_keyboard(open_screen: OpenScreen) -> None:
    screen = open_screen("/kpi")
    summary = screen.page.locator(".export summary")
    summary.focus()
    screen.page.keyboard.press("Enter")
    assert screen.page.locator(".export .choices").is_visible()
    screen.page.keyboard.press("Escape")
    assert not screen.page.locator(".export .choices").is_visible()
    assert screen.page.evaluate("document.activeElement.matches('.export summary')")
