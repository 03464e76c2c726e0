"""The wall: one glass of any size, nothing to touch, and nothing to reload."""

from typing import Any

import pytest

from tests.browser import OVERLAPPING, WALL_TEXTS, OpenScreen, Screen, differs
from tests.pushing import new_ticket

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

GLASS = [(1366, 768), (1920, 1080), (3840, 2160), (7680, 2160), (1080, 1920)]
CUT = """() => {
  const cut = [];
  const inside = (node, frame, what) => {
    const a = node.getBoundingClientRect(), b = frame.getBoundingClientRect();
    if (a.left < b.left - 1.5 || a.right > b.right + 1.5 ||
        a.top < b.top - 1.5 || a.bottom > b.bottom + 1.5) {
      cut.push(`${what} ${node.className} "${node.textContent}" ` +
        [a.left, a.top, a.right, a.bottom, "in", b.left, b.top, b.right, b.bottom].map(
          (v) => typeof v === "number" ? Math.round(v) : v).join(" "));
    }
  };
  const glass = { getBoundingClientRect: () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight }) };
  for (const node of document.querySelectorAll(
      ".wall .figure, .wall-clock, .wall h1, .wall h2, .wall .light, .wall .city, .strip-when, .wall .chart-frame"))
    inside(node, glass, "glass");
  for (const node of document.querySelectorAll(".wall-figure .figure"))
    inside(node, node.closest(".wall-figure"), "cell");
  for (const node of document.querySelectorAll(".wall-block"))
    inside(node, node.closest(".wall-column"), "column");
  for (const list of document.querySelectorAll(".wall-block .bars")) {
    const b = list.getBoundingClientRect();
    const whole = [...list.children].filter((bar) => bar.getBoundingClientRect().left < b.right - 1);
    for (const bar of whole) inside(bar, list, "list");
    if (whole.length < Math.min(3, list.children.length)) cut.push(`only ${whole.length} bars`);
  }
  return cut;
}"""  # noqa: E501
RECEIVED = ".block-hotline [data-metric='hotline.received_count']"


@pytest.mark.parametrize(("width", "height"), GLASS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_scrolls_and_nothing_is_cut_off(
    open_screen: OpenScreen, width: int, height: int, language: str
) -> None:
    screen = open_screen(f"/wall?lang={language}", width=width, height=height)
    screen.page.wait_for_selector(".wall .area-label", state="attached")
    size = screen.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert size[0] <= width
    assert size[1] <= height
    assert screen.page.evaluate(CUT) == []
    assert screen.page.evaluate(OVERLAPPING, WALL_TEXTS) == []


def test_there_is_nothing_to_touch(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall", width=1920, height=1080)
    controls = screen.page.locator(
        ".wall :is(button, input, select, textarea, summary, [tabindex])"
    )
    assert controls.count() == 0
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate("document.activeElement === document.body")


def test_every_source_says_to_when_it_is_complete(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall", width=1920, height=1080)
    lights = screen.texts(".wall .light")
    sources: Any = screen.site.get("/api/v1/sources")["sources"]
    assert len(lights) == len(sources)
    for source, light in zip(sources, lights, strict=True):
        assert source["title"] in light
        assert any(part in light for part in moments(source["complete_to"])), (source, light)


def moments(complete_to: str) -> list[str]:
    """How the header may write an instant: minutes today, day and minutes this year, else days."""
    return [complete_to[11:16], complete_to[:10]]


def test_every_figure_on_the_glass_is_the_one_the_api_answers(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall", width=1920, height=1080)
    figures = screen.figures()
    assert len(figures) >= 20
    assert [found for figure in figures if (found := differs(screen.site, figure))] == []


@pytest.mark.parametrize(("path", "selector"), [
    ("/wall", RECEIVED),
    ("/", "[data-metric='hotline.received_count']"),
    ("/?metric=hotline.received_count&lang=en", ".tiles [data-metric='city.received_count']"),
])  # fmt: skip
def test_a_pushed_ticket_is_counted_within_five_seconds_without_a_reload(
    open_screen: OpenScreen, path: str, selector: str
) -> None:
    screen = open_screen(path, width=1920, height=1080)
    screen.until("window.yiping.listening")
    screen.page.evaluate("window.stillHere = true")
    before = numerator(screen, selector)
    pushed = screen.site.push("hotline", [new_ticket(screen.site)])
    assert pushed["accepted"] == 1, pushed
    screen.until(
        f'+document.querySelector("{selector}").dataset.numerator === {before + 1}', timeout=5000
    )
    assert screen.page.evaluate("window.stillHere")


def numerator(screen: Screen, selector: str) -> int:
    return int(screen.page.locator(selector).first.get_attribute("data-numerator") or -1)


def test_a_list_counts_a_pushed_ticket_too(open_screen: OpenScreen) -> None:
    screen = open_screen("/incidents")
    screen.until("window.yiping.listening")
    total = int(screen.page.locator("[data-total]").get_attribute("data-total") or -1)
    ticket = new_ticket(screen.site)
    assert screen.site.push("hotline", [ticket])["accepted"] == 1
    screen.until(f'+document.querySelector("[data-total]").dataset.total === {total + 1}', 5000)
    assert ticket["标题"] in screen.texts(".incidents tbody tr")[0]


def test_the_clock_shows_the_time_of_the_city(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall", width=1920, height=1080, timezone_id="America/New_York")
    screen.until("document.querySelector('.wall-clock').textContent.length === 5")
    shown = screen.page.locator(".wall-clock").inner_text()
    shanghai = screen.page.evaluate(
        """() => [0, 60000].map((ago) => new Date(Date.now() - ago).toLocaleTimeString(
            "en-GB", {hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai"}))"""
    )
    assert shown in shanghai


def test_a_lost_connection_is_said_on_the_glass(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall", width=1920, height=1080)
    screen.until("window.yiping.listening")
    words = screen.page.locator(".wall-lost")
    assert not words.is_visible()
    screen.page.evaluate("document.documentElement.dataset.connection = 'lost'")
    assert words.is_visible()
