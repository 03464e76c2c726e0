"""Every page, in both languages and both themes: it loads cleanly and speaks one language."""

import re

import pytest

from tests.browser import DESK_TEXTS, OVERLAPPING, OpenScreen, Screen, Site

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

LOOKS = [(language, theme) for language in ("zh", "en") for theme in ("light", "dark")]
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
STATIC = (
    ".nav, .scope, .lights, .chip, .button, .panel-head, .tile-name, .line-name, .group h2, th, "
    ".note em, .legend, .panel-foot, .crumbs, .empty, .record dt, .record h2"
)


@pytest.fixture(scope="module")
def incident(site: Site) -> str:
    [row] = site.get("/api/v1/incidents", {"limit": 1, "source": "hotline"})["rows"]
    return f"/incidents/{row['source']}/{row['source_id']}"


def loads(screen: Screen, language: str) -> None:
    html = screen.page.locator("html")
    assert html.get_attribute("lang") == ("en" if language == "en" else "zh-CN")
    body = screen.page.locator("body").inner_text()
    assert ("Demonstration data" if language == "en" else "演示数据") in body


@pytest.mark.parametrize(("language", "theme"), LOOKS)
@pytest.mark.parametrize("path", ["/", "/incidents"])
def test_desk_pages_load_cleanly(
    open_screen: OpenScreen, path: str, language: str, theme: str
) -> None:
    screen = open_screen(f"{path}?lang={language}&theme={theme}")
    loads(screen, language)
    assert screen.page.locator("html").get_attribute("data-theme") == theme


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_one_incident_loads_cleanly_with_its_steps_and_origin(
    open_screen: OpenScreen, incident: str, language: str, theme: str
) -> None:
    screen = open_screen(f"{incident}?lang={language}&theme={theme}")
    loads(screen, language)
    assert screen.page.locator(".steps li").count() > 0
    origin = screen.page.locator(".record .panel").last.inner_text()
    assert ("Batch" if language == "en" else "批次") in origin
    raw = screen.page.locator('a[href^="/api/v1/incidents/"]').get_attribute("href")
    assert raw
    assert screen.site.get(raw)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_loads_cleanly_and_is_always_dark(open_screen: OpenScreen, language: str) -> None:
    screen = open_screen(f"/wall?lang={language}&theme=light", width=1920, height=1080)
    loads(screen, language)
    assert screen.page.locator("html").get_attribute("data-theme") == "dark"
    ground = screen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)) < 64


@pytest.mark.parametrize("path", ["/", "/incidents", "/?metric=hotline.on_time_rate"])
def test_an_english_page_has_no_chinese_labels(open_screen: OpenScreen, path: str) -> None:
    screen = open_screen(path + ("&" if "?" in path else "?") + "lang=en")
    mixed = [text for text in screen.texts(STATIC) if CJK.search(text)]
    assert mixed == []


def test_english_wall_titles_and_figures_have_no_chinese(open_screen: OpenScreen) -> None:
    screen = open_screen("/wall?lang=en", width=1920, height=1080)
    parts = ".wall h1, .wall h2, .wall .panel-note, .wall .tile-name, .wall .tile-notes, .wall-day"
    assert [text for text in screen.texts(parts) if CJK.search(text)] == []


def test_language_and_theme_outlive_the_address_that_set_them(open_screen: OpenScreen) -> None:
    screen = open_screen("/?lang=en&theme=dark")
    screen.open("/incidents")
    loads(screen, "en")
    assert screen.page.locator("html").get_attribute("data-theme") == "dark"


def test_the_language_switch_keeps_the_rest_of_the_address(open_screen: OpenScreen) -> None:
    screen = open_screen("/?kind=hotline&from=2026-11-02&to=2026-11-08")
    screen.page.get_by_role("link", name="EN", exact=True).click()
    screen.until("document.documentElement.lang === 'en'")
    screen.ready()
    assert screen.asked == {
        "kind": ["hotline"], "from": ["2026-11-02"], "to": ["2026-11-08"], "lang": ["en"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        "/?from=2026-02-30&to=2026-03-02",
        "/?district=nowhere",
        "/?metric=hotline.ontime_rate",
        "/incidents?state=nowhere",
        "/incidents?after=nothing",
        "/incidents?sort=colour",
    ],
)
def test_what_cannot_be_shown_is_told_on_a_page_that_works(
    open_screen: OpenScreen, path: str
) -> None:
    screen = open_screen(path)
    told = screen.page.get_by_role("alert")
    assert told.is_visible()
    assert len(told.inner_text().splitlines()) >= 3, told.inner_text()
    told.locator("a.button").click()
    screen.page.wait_for_selector("[data-metric]")


def test_an_unknown_path_is_told(open_screen: OpenScreen) -> None:
    screen = open_screen("/nowhere")
    assert screen.page.get_by_role("alert").is_visible()
    assert screen.page.locator("header .nav-link").count() == 5


def test_an_unknown_incident_is_told(open_screen: OpenScreen) -> None:
    screen = open_screen("/incidents/hotline/none")
    assert screen.page.get_by_role("alert").is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 820, 1100, 1440, 2560])
def test_no_text_lies_over_another(open_screen: OpenScreen, width: int, language: str) -> None:
    screen = open_screen(f"/?lang={language}&metric=hotline.on_time_rate", width=width)
    assert screen.page.evaluate(OVERLAPPING, DESK_TEXTS) == []
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", ["/", "/incidents"])
def test_a_phone_never_scrolls_sideways(open_screen: OpenScreen, path: str, language: str) -> None:
    screen = open_screen(f"{path}?lang={language}", width=390, height=844)
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", ["/", "/incidents", "/wall"])
def test_every_picture_has_a_name_and_every_input_a_label(
    open_screen: OpenScreen, path: str
) -> None:
    screen = open_screen(path)
    if path == "/":
        for chip in screen.page.locator("summary.chip").all():
            chip.click()
    nameless = screen.page.evaluate(
        """() => [
          ...[...document.querySelectorAll("[role=img], img, svg[role]")].filter(
            (node) => !node.getAttribute("aria-label") && !node.getAttribute("alt")),
          ...[...document.querySelectorAll("input, select, textarea")].filter(
            (node) => !node.getAttribute("aria-label") && !(node.labels || []).length),
          ...[...document.querySelectorAll("button, a[href]")].filter(
            (node) => !node.textContent.trim() && !node.getAttribute("aria-label")),
        ].map((node) => node.outerHTML)"""
    )
    assert nameless == []
