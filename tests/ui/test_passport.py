"""The passport beside the page: a click on a figure opens it, and all it says is the API's."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator

from tests.browser import OpenScreen, Screen, differs
from tests.pushing import new_ticket

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

OCTOBER = "from=2026-10-01&to=2026-10-31"
DAYS = {"from": "2026-10-01", "to": "2026-10-31"}
PANEL = ".passport"
VALUE = ".passport-value .figure"
OPEN = "document.documentElement.dataset.passport === 'open'"
CLOSED = "!document.documentElement.dataset.passport"
KINDS = {
    "a rate": "hotline.on_time_rate",
    "a count": "city.received_count",
    "a rate of the grid": "grid.on_time_closing_rate",
}


def tile(screen: Screen, metric: str) -> Locator:
    return screen.page.locator(f".tile [data-metric='{metric}'], .line [data-metric='{metric}']")


def opened(screen: Screen, figure: Locator) -> dict[str, str]:
    """Clicks a figure and gives the one in the panel."""
    figure.first.click()
    return shown(screen)


def shown(screen: Screen) -> dict[str, str]:
    screen.until(OPEN)
    found: dict[str, str] = screen.page.locator(VALUE).evaluate("(node) => ({...node.dataset})")
    return found


def passport(screen: Screen, metric: str, params: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = screen.site.get(f"/api/v1/passport/{metric}", params or DAYS)
    return found


@pytest.mark.parametrize("metric", KINDS.values(), ids=KINDS)
def test_a_click_on_a_figure_opens_what_the_api_says_of_it(
    open_screen: OpenScreen, metric: str
) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    figure = opened(screen, tile(screen, metric))
    assert figure["metric"] == metric
    assert differs(screen.site, figure) == ""
    told, page = passport(screen, metric), screen.page
    assert figure["value"] == told["value"]
    text = page.locator(PANEL).inner_text()
    for said in ("name", "formula", "standard", "owner", "counts"):
        assert told["definition"][said] in text
    assert f"v{told['data_version']}" in text
    assert told["as_of"][:16].replace("T", " ") in text
    assert all(source["title"] in text for source in told["sources"])
    assert screen.asked["passport"] == [metric]
    assert "pg" not in screen.asked


@pytest.mark.parametrize("metric", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("part", ["numerator", "denominator"])
def test_its_lists_have_as_many_incidents_as_the_figure_counts(
    open_screen: OpenScreen, metric: str, part: str
) -> None:
    screen = open_screen(f"/?{OCTOBER}&passport={metric}")
    figure = shown(screen)
    link = screen.page.locator(f"a[data-part='{part}']")
    if not figure[part]:
        assert link.count() == 0
        return
    link.click()
    screen.page.wait_for_selector("[data-total]")
    total = screen.page.locator("[data-total]").get_attribute("data-total")
    assert Decimal(total or -1) == Decimal(figure[part])
    note = screen.page.locator(".members").inner_text()
    name = passport(screen, metric)["definition"]["name"]
    assert name in note
    assert {"numerator": "分子", "denominator": "分母"}[part] in note


def test_a_list_leads_back_to_the_figure_it_is_of(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{OCTOBER}&metric=hotline.on_time_rate&kind=hotline")
    figure = opened(screen, screen.page.locator(".members a", has_text="数字护照"))
    assert (figure["metric"], figure["group"]) == ("hotline.on_time_rate", "kind=hotline")
    assert differs(screen.site, figure) == ""
    assert screen.page.locator(".members").is_visible()


def test_the_total_of_a_list_is_a_figure_as_well(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{OCTOBER}&kind=grid&state=closed")
    total = screen.page.locator("[data-total]").get_attribute("data-total")
    figure = opened(screen, screen.page.locator("[data-total] [role=button]"))
    assert figure["metric"] == "city.received_count"
    assert figure["value"] == total


def test_a_figure_of_a_group_opens_the_passport_of_that_group(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}&metric=hotline.on_time_rate&kind=hotline")
    row = screen.page.locator(".league [data-metric]").first
    on_page: dict[str, str] = row.evaluate("(node) => ({...node.dataset})")
    figure = opened(screen, row)
    for name in ("value", "numerator", "denominator", "from", "to"):
        assert figure[name] == on_page[name], name
    assert sorted(figure["group"].split(";")) == sorted(on_page["group"].split(";"))
    assert screen.asked["pg"] == [on_page["pg"]]
    district = on_page["pg"].removeprefix("district=")
    told = passport(
        screen, "hotline.on_time_rate", {**DAYS, "kind": "hotline", "district": district}
    )
    assert told["value"] == (figure["value"] or None)
    by = [button.inner_text() for button in screen.page.locator(".why-choice").all()]
    assert "区" not in by


def test_the_page_is_not_drawn_anew_for_it(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    asked: list[str] = []
    screen.page.on(
        "request",
        lambda request: (
            asked.append(request.post_data or "")
            if "_dash-update-component" in request.url
            else None
        ),
    )
    before = screen.figures()
    opened(screen, tile(screen, "city.received_count"))
    screen.page.keyboard.press("Escape")
    screen.until(CLOSED)
    assert len(asked) == 1
    assert "overview-passport" in asked[0]
    assert screen.figures()[: len(before)] == before


def test_escape_closes_it_and_gives_the_focus_back(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    figure = tile(screen, "hotline.on_time_rate").first
    figure.focus()
    screen.page.keyboard.press("Enter")
    shown(screen)
    assert figure.get_attribute("aria-expanded") == "true"
    assert screen.page.evaluate("!!document.activeElement.closest('.passport')")
    screen.page.keyboard.press("Escape")
    screen.until(CLOSED)
    assert figure.get_attribute("aria-expanded") == "false"
    assert figure.evaluate("(node) => node === document.activeElement")
    assert "passport" not in screen.asked
    assert not screen.page.locator(PANEL).is_visible()


def test_the_space_bar_opens_it_and_its_button_closes_it(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    tile(screen, "hotline.on_time_rate").first.press(" ")
    shown(screen)
    screen.page.get_by_role("button", name="关闭").click()
    screen.until(CLOSED)


def test_back_closes_it_and_forward_opens_it_again(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    before = screen.page.url
    opened(screen, tile(screen, "hotline.on_time_rate"))
    opened(screen, tile(screen, "city.received_count"))
    screen.page.go_back()
    screen.until(CLOSED)
    assert screen.page.url == before
    screen.page.go_forward()
    assert shown(screen)["metric"] == "city.received_count"


def test_a_reload_shows_the_same_and_it_closes_then_too(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    figure = opened(screen, screen.page.locator(".league [data-metric]"))
    screen.page.reload()
    screen.ready()
    assert shown(screen) == figure
    screen.page.keyboard.press("Escape")
    screen.until(CLOSED)
    assert "passport" not in screen.asked


def test_its_address_opens_it_anywhere(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    figure = opened(screen, screen.page.locator(".league [data-metric]"))
    link = screen.page.locator("[data-copy-link]").first.get_attribute("data-copy-link") or ""
    other = open_screen(link)
    assert shown(other) == figure
    other.page.keyboard.press("Escape")
    other.until(CLOSED)
    assert {"passport", "pg"}.isdisjoint(other.asked)


def test_what_it_was_before_is_a_figure_with_a_passport_of_its_own(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    opened(screen, tile(screen, "hotline.on_time_rate"))
    screen.page.locator(".passport-table [data-metric]").first.click()
    screen.until("document.querySelector('.passport-value .figure').dataset.to === '2026-09-30'")
    figure = shown(screen)
    assert differs(screen.site, figure) == ""
    screen.page.go_back()
    screen.until("document.querySelector('.passport-value .figure').dataset.to === '2026-10-31'")
    screen.page.keyboard.press("Escape")
    screen.until(CLOSED)


def test_the_column_of_causes_adds_up_on_the_page(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}&passport=hotline.on_time_rate")
    shown(screen)
    for choice in screen.page.locator(".why-choice").all():
        choice.click()
        rows = screen.page.locator(".why-part.is-shown [data-effect]").all()
        total = screen.page.locator(".why-part.is-shown [data-change]").get_attribute("data-change")
        effects = [Decimal(row.get_attribute("data-effect") or 0) for row in rows]
        assert sum(effects) == Decimal(total or 0)
        assert len(rows) >= 2


def test_the_parts_of_a_score_add_up_on_the_page(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}&passport=hotline.composite_score")
    figure = shown(screen)
    cells = screen.page.locator("[data-points]").all()
    points = [Decimal(cell.get_attribute("data-points") or 0) for cell in cells]
    assert len(points) == 3
    assert sum(points) == Decimal(figure["value"])


def test_on_a_wide_screen_it_covers_nothing(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}", width=1440)
    opened(screen, tile(screen, "grid.on_time_closing_rate"))
    panel = screen.page.locator(PANEL).bounding_box()
    assert panel is not None
    for box in boxes(screen, "main .tile, main .panel"):
        assert box["x"] + box["width"] <= panel["x"]
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 1440


def boxes(screen: Screen, selector: str) -> list[Any]:
    return [box for node in screen.page.locator(selector).all() if (box := node.bounding_box())]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_phone_it_is_a_sheet_below_the_figure(open_screen: OpenScreen, language: str) -> None:
    screen = open_screen(f"/?{OCTOBER}&lang={language}", width=390, height=844)
    figure = tile(screen, "grid.rework_rate").first
    opened(screen, figure)
    box, panel = figure.bounding_box(), screen.page.locator(PANEL).bounding_box()
    assert box is not None
    assert panel is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= panel["y"]
    assert panel["y"] + panel["height"] <= 845
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_cannot_be_shown_is_told_in_the_panel(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}&passport=hotline.on_time_rate&pg=district%3Dnowhere")
    screen.until(OPEN)
    assert screen.page.locator(".passport [role=alert]:visible").count() == 1
    assert len(screen.figures()) > 30


def test_a_choice_on_the_page_closes_it_and_the_way_back_opens_it(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    opened(screen, tile(screen, "hotline.on_time_rate"))
    with screen.redrawn():
        screen.page.locator(".league tbody a").first.click()
    screen.until(CLOSED)
    assert screen.asked["district"]
    screen.page.go_back()
    assert shown(screen)["metric"] == "hotline.on_time_rate"


def test_the_other_language_keeps_it_open(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}&passport=hotline.on_time_rate")
    shown(screen)
    screen.page.get_by_role("link", name="EN", exact=True).click()
    screen.until("document.documentElement.lang === 'en'")
    assert shown(screen)["metric"] == "hotline.on_time_rate"
    assert screen.page.locator(".passport h2").inner_text() == "Passport"


def test_a_figure_of_the_wall_opens_as_well_and_closes_by_itself_or_by_escape(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen("/wall", width=1920, height=1080)
    figure = screen.page.locator(".block-grid [data-metric]").last
    on_glass: dict[str, str] = figure.evaluate("(node) => ({...node.dataset})")
    found = opened(screen, figure)
    assert (found["value"], found["from"], found["to"]) == (
        on_glass["value"],
        on_glass["from"],
        on_glass["to"],
    )
    box, panel = figure.bounding_box(), screen.page.locator(PANEL).bounding_box()
    assert box is not None
    assert panel is not None
    assert panel["x"] + panel["width"] <= box["x"]
    screen.page.keyboard.press("Escape")
    screen.until(CLOSED)


def test_the_other_mouse_button_opens_the_figure_of_an_area(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{OCTOBER}")
    label = screen.page.locator(".area-label").first
    label.wait_for()
    screen.page.wait_for_timeout(400)  # the map still moves to its bounds
    box = label.bounding_box()
    assert box is not None
    screen.page.mouse.click(
        box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, button="right"
    )
    figure = shown(screen)
    assert figure["metric"] == "city.received_count"
    assert figure["group"].startswith("street=")
    assert differs(screen.site, figure) == ""


def test_it_follows_the_facts_while_it_is_open(open_screen: OpenScreen) -> None:
    screen = open_screen("/?passport=hotline.received_count")
    screen.until("window.yiping.listening")
    before = int(shown(screen)["numerator"])
    assert screen.site.push("hotline", [new_ticket(screen.site)])["accepted"] == 1
    value = "document.querySelector('.passport-value .figure')"
    screen.until(f"+{value}.dataset.numerator === {before + 1}")
    assert differs(screen.site, shown(screen)) == ""
