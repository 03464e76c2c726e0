"""A city without outlines, before its first data: said in words, and nothing lies over another."""

import pytest

from tests.browser import DESK_TEXTS, OVERLAPPING, WALL_TEXTS, OpenScreen, Site

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

WORDS = {"/": DESK_TEXTS, "/wall": WALL_TEXTS}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", WORDS)
def test_what_is_not_there_is_said_without_lying_over_anything(
    open_screen: OpenScreen, bare_site: Site, path: str, language: str
) -> None:
    screen = open_screen(f"{path}?lang={language}", on=bare_site, width=1440, height=900)
    body = screen.page.locator("body").inner_text()
    assert ("No outlines" if language == "en" else "该层级没有边界或坐标") in body
    assert ("Not delivered" if language == "en" else "来源未提供") in body
    assert screen.page.evaluate(OVERLAPPING, WORDS[path]) == []
    width = screen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1440


def test_an_empty_list_says_what_to_do(open_screen: OpenScreen, bare_site: Site) -> None:
    screen = open_screen("/incidents?lang=en", on=bare_site)
    assert "No incident matches" in screen.page.locator(".empty").inner_text()
