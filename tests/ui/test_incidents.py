"""The list of incidents: what its address says is what it shows, counts and exports."""

import csv
from pathlib import Path

import pytest

from tests.browser import OpenScreen, Screen

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

ROWS = ".incidents tbody tr"
NUMBERS = ".incidents tbody td:nth-child(2)"
AUTUMN = "from=2026-09-01&to=2026-10-31"


def total(screen: Screen) -> int:
    return int(screen.page.locator("[data-total]").get_attribute("data-total") or -1)


@pytest.mark.parametrize(
    "filters",
    [{}, {"kind": "grid"}, {"state": "closed"}, {"source": "hotline", "state": "closed"},
     {"metric": "hotline.on_time_rate", "part": "denominator"}],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_list_to_what_the_api_counts(
    open_screen: OpenScreen, filters: dict[str, str]
) -> None:
    asked = {"from": "2026-09-01", "to": "2026-10-31", **filters}
    screen = open_screen("/incidents?" + "&".join(f"{k}={v}" for k, v in asked.items()))
    answer = screen.site.get("/api/v1/incidents", {**asked, "limit": 50})
    assert total(screen) == answer["total"] > 0
    assert screen.texts(NUMBERS) == [row["source_id"] for row in answer["rows"]]


def test_the_list_behind_a_figure_has_as_many_incidents_as_the_figure_counts(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}&metric=hotline.on_time_rate&part=numerator")
    [row] = screen.site.get(
        "/api/v1/metrics/hotline.on_time_rate", {"from": "2026-09-01", "to": "2026-10-31"}
    )["rows"]
    assert total(screen) == row["numerator"]


def test_a_filter_is_chosen_from_its_list_and_cleared_again(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}")
    everything = total(screen)
    screen.page.locator("summary.chip", has_text="热线 + 网格").click()
    with screen.redrawn():
        screen.page.get_by_role("link", name="网格事件", exact=True).click()
    screen.until(f"+document.querySelector('[data-total]').dataset.total < {everything}")
    assert screen.asked["kind"] == ["grid"]
    with screen.redrawn():
        screen.page.get_by_role("link", name="清除筛选").click()
    screen.until(f"+document.querySelector('[data-total]').dataset.total === {everything}")
    assert "kind" not in screen.asked


def test_a_long_list_of_choices_is_searched_by_typing(open_screen: OpenScreen) -> None:
    screen = open_screen("/incidents")
    screen.page.locator("summary.chip", has_text="全部部门").click()
    options = screen.page.locator("details[open] .option:visible")
    before = options.count()
    last = options.last.inner_text()
    screen.page.locator("details[open] input").fill(last)
    assert 1 <= options.count() < before
    with screen.redrawn():
        options.filter(has_text=last).first.click()
    assert screen.asked["department"]


def test_the_list_is_sorted_by_a_click_on_its_heading(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}")
    newest = screen.texts(".incidents tbody td:first-child")
    assert newest == sorted(newest, reverse=True)
    with screen.redrawn():
        screen.page.locator("th a.sort").first.click()
    screen.until("document.querySelector('th[aria-sort=ascending]')")
    oldest = screen.texts(".incidents tbody td:first-child")
    assert oldest == sorted(oldest)
    assert oldest[0] < newest[-1]


def test_the_next_page_shows_other_rows_and_the_first_comes_back(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}")
    first = screen.texts(NUMBERS)
    with screen.redrawn():
        screen.page.get_by_role("link", name="下一页").click()
    screen.until(f"document.querySelector('{NUMBERS}').textContent !== '{first[0]}'")
    second = screen.texts(NUMBERS)
    assert len(second) == 50
    assert not set(first) & set(second)
    assert screen.asked["after"]
    with screen.redrawn():
        screen.page.get_by_role("link", name="回到首页").click()
    screen.until(f"document.querySelector('{NUMBERS}').textContent === '{first[0]}'")


def test_text_is_found_after_enter(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}")
    wanted = screen.texts(NUMBERS)[3]
    box = screen.page.locator("#incidents-search")
    box.fill(wanted)
    with screen.redrawn():
        box.press("Enter")
    screen.until("document.querySelector('[data-total]').dataset.total === '1'")
    assert screen.asked["q"] == [wanted]
    assert screen.texts(NUMBERS) == [wanted]


def test_nothing_found_says_what_to_do(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}&q=没有这样的字")
    assert total(screen) == 0
    assert "放宽时间" in screen.page.locator(".empty").inner_text()


def test_a_row_opens_its_incident_and_the_way_back_keeps_the_list(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}&kind=hotline&state=closed")
    number = screen.texts(NUMBERS)[0]
    screen.page.locator(f"{ROWS} td.title a").first.click()
    screen.page.wait_for_selector(".record")
    assert number in screen.page.locator(".record").inner_text()
    assert screen.page.locator(".steps li").count() >= 2
    screen.page.locator("a", has_text="返回列表").click()
    screen.page.wait_for_selector(ROWS)
    assert screen.asked["state"] == ["closed"]
    assert screen.texts(NUMBERS)[0] == number


def test_the_export_has_every_row_of_the_list_and_opens_in_a_spreadsheet(
    open_screen: OpenScreen, tmp_path: Path
) -> None:
    screen = open_screen(f"/incidents?{AUTUMN}&kind=grid&lang=en")
    with screen.page.expect_download() as downloading:
        screen.page.get_by_role("link", name="Export CSV").click()
    path = tmp_path / "incidents.csv"
    downloading.value.save_as(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.DictReader(file)) == total(screen)
