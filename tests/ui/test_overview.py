"""The overview: every figure is the API's, and every click leads where it says."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from tests.browser import OpenScreen, Screen, differs

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

HERE = ".crumb.is-here"


def agrees_with_the_api(screen: Screen, at_least: int) -> None:
    figures = screen.figures()
    assert len(figures) >= at_least
    wrong = [found for figure in figures if (found := differs(screen.site, figure))]
    assert wrong == []


def first_district(screen: Screen) -> tuple[str, str]:
    """Code and name of the first district of the league."""
    link = screen.page.locator(".league tbody a").first
    return link.get_attribute("href", timeout=5000) or "", link.inner_text()


def districts_by_name(screen: Screen) -> dict[str, str]:
    outlines = screen.site.get("/geo/district.geojson")
    return {f["properties"]["name"]: f["properties"]["code"] for f in outlines["features"]}


def click_district_on_map(screen: Screen) -> str:
    """The middle of a district's name lies on its canvas. Returns the name."""
    label = screen.page.locator(".area-label").first
    label.wait_for()
    screen.page.wait_for_timeout(400)  # the map still moves to its bounds
    box, name = label.bounding_box(), label.inner_text()
    assert box is not None
    with screen.redrawn():
        screen.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return name


def focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("(s) => document.activeElement.matches(s)", selector))


def tab_to(page: Page, selector: str, within: int = 250) -> None:
    for _ in range(within):
        page.keyboard.press("Tab")
        if focused(page, selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


@pytest.mark.parametrize(
    "query",
    ["", "?kind=hotline", "?metric=hotline.on_time_rate", "?metric=city.closing_hours_median"],
)
def test_every_figure_is_the_one_the_api_answers(open_screen: OpenScreen, query: str) -> None:
    agrees_with_the_api(open_screen(f"/{query}"), at_least=30)


def test_figures_of_a_department_are_the_ones_the_api_answers(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    link = screen.page.locator(".panel-departments a.bar-name").first
    name = link.inner_text()
    with screen.redrawn():
        link.click()
    assert name in screen.texts("summary.chip.is-active")
    assert screen.asked["department"]
    agrees_with_the_api(screen, at_least=20)


def test_clicks_lead_from_the_map_to_streets_to_communities_and_back(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen("/?from=2026-10-01&to=2026-10-31")
    districts = districts_by_name(screen)
    whole = screen.figures()[0]["value"]
    name = click_district_on_map(screen)
    code = districts[name]
    screen.until(f"document.querySelector('{HERE}').textContent === '{name}'")
    assert screen.asked["district"] == [code]
    streets = screen.texts(".league tbody a")
    listed = screen.site.get("/geo/street.geojson", {"within": code})["features"]
    assert set(streets) <= {f["properties"]["name"] for f in listed} | {"未填"}
    agrees_with_the_api(screen, at_least=20)

    street = screen.page.locator(".league tbody a").first
    street_name = street.inner_text()
    with screen.redrawn():
        street.click()
    screen.until(f"document.querySelector('{HERE}').textContent === '{street_name}'")
    assert screen.texts(".crumb") == ["全市", name, street_name]
    heading = screen.texts(".panel-league h2")[0]
    assert heading.startswith("社区")
    deepest = screen.figures()

    screen.page.reload()
    screen.ready()
    assert screen.figures() == deepest

    with screen.redrawn():
        screen.page.get_by_role("link", name=name, exact=True).first.click()
    screen.until(f"document.querySelector('{HERE}').textContent === '{name}'")
    assert "street" not in screen.asked
    with screen.redrawn():
        screen.page.locator(".crumbs a").first.click()
    screen.until(f"document.querySelector('{HERE}').textContent === '全市'")
    assert screen.figures()[0]["value"] == whole


def test_the_back_button_goes_back_to_the_figures_before(open_screen: OpenScreen) -> None:
    screen = open_screen("/?from=2026-10-01&to=2026-10-31")
    before = screen.figures()
    href, name = first_district(screen)
    with screen.redrawn():
        screen.page.locator(".league tbody a").first.click()
    screen.until(f"document.querySelector('{HERE}').textContent === '{name}'")
    assert screen.page.url.endswith(href)
    assert screen.figures() != before
    with screen.redrawn():
        screen.page.go_back()
    screen.until(f"document.querySelector('{HERE}').textContent === '全市'")
    assert screen.figures() == before


def test_a_copied_address_opens_the_same_figures(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    href, name = first_district(screen)
    with screen.redrawn():
        screen.page.locator(".league tbody a").first.click()
    screen.until(f"document.querySelector('{HERE}').textContent === '{name}'")
    assert open_screen(href).figures() == screen.figures()


def test_a_tile_chooses_what_map_league_and_trend_show(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    with screen.redrawn():
        screen.page.locator("a.tile-link", has_text="按时办结率").first.click()
    screen.until("document.querySelector('.tile.is-selected').innerText.includes('按时办结率')")
    for panel in (".panel-map", ".panel-league", ".panel-trend", ".panel-departments"):
        assert "按时办结率" in screen.texts(f"{panel} h2")[0]


def test_everything_can_be_reached_and_used_by_keyboard(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    page = screen.page
    tab_to(page, ".skip", within=1)
    tab_to(page, ".nav-link")
    tab_to(page, "summary.chip")
    page.keyboard.press("Enter")
    assert page.locator("details.popover[open] .option").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("details.popover[open]").count() == 0
    assert focused(page, "summary.chip")
    tab_to(page, "a.tile-link")
    tab_to(page, ".league a")
    name = page.evaluate("document.activeElement.textContent")
    with screen.redrawn():
        page.keyboard.press("Enter")
    screen.until(f"document.querySelector('{HERE}').textContent === '{name}'")
    assert screen.asked["district"]


def test_the_skip_link_leads_past_the_header(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    screen.page.keyboard.press("Tab")
    assert screen.page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.press("Tab")
    assert screen.page.evaluate("!!document.activeElement.closest('#main')")


def test_a_popover_closes_when_something_else_is_clicked(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    screen.page.locator("summary.chip").nth(1).click()
    screen.page.wait_for_selector("details.popover[open]")
    screen.page.locator(".panel-trend h2").click()
    assert screen.page.locator("details.popover[open]").count() == 0


def test_a_preset_changes_the_days_and_the_figures(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    before = screen.figures()[0]
    screen.page.locator("summary.chip").first.click()
    with screen.redrawn():
        screen.page.get_by_role("link", name="上月", exact=True).click()
    screen.until(f"document.querySelector('[data-metric]').dataset.from !== '{before['from']}'")
    after = screen.figures()[0]
    last = date.fromisoformat(after["to"])
    assert last + timedelta(days=1) == date.fromisoformat(before["to"]).replace(day=1)
    assert after["from"] == str(last.replace(day=1))
    assert (screen.asked["from"], screen.asked["to"]) == ([after["from"]], [after["to"]])
    assert differs(screen.site, after) == ""


def choose_days(screen: Screen, first: str, last: str) -> None:
    screen.page.locator("summary.chip").first.click()
    screen.page.get_by_label("从").fill(first)
    screen.page.get_by_label("至").fill(last)
    with screen.redrawn():
        screen.page.get_by_role("button", name="应用").click()


def test_any_two_days_can_be_chosen(open_screen: OpenScreen) -> None:
    screen = open_screen("/")
    choose_days(screen, "2026-09-10", "2026-09-12")
    screen.until("document.querySelector('[data-metric]').dataset.from === '2026-09-10'")
    assert screen.asked["to"] == ["2026-09-12"]
    assert screen.texts("summary.chip")[0] == "2026年9月10–12日"
    agrees_with_the_api(screen, at_least=20)


def test_impossible_days_are_told_and_leave_the_page_usable(open_screen: OpenScreen) -> None:
    screen = open_screen("/?from=2026-10-01&to=2026-10-31")
    before = screen.figures()
    choose_days(screen, "2026-09-12", "2026-09-10")
    notice = screen.page.locator(".notice")
    notice.wait_for()
    assert "2026-09-12" in notice.inner_text()
    assert screen.figures() == before
    choose_days(screen, "2026-09-10", "2026-09-12")
    screen.until("document.querySelector('[data-metric]').dataset.from === '2026-09-10'")
    assert not notice.is_visible()


def test_the_whole_page_stays_within_its_width_while_drilled(open_screen: OpenScreen) -> None:
    screen = open_screen("/", width=390, height=844)
    with screen.redrawn():
        screen.page.locator(".league tbody a").first.click()
    screen.until("document.querySelectorAll('.crumb').length === 2")
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390
