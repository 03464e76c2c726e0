"""KPI pages: figures of the API, order of the ranking, files of what is on screen, a way back."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from tests.browser import CHROMIUM, OVERLAPPING, OpenScreen, Screen, Site, differs

pytestmark = [pytest.mark.ui, pytest.mark.xdist_group("ui")]

QUARTER = "from=2026-08-01&to=2026-10-31"
UNITS = ["/kpi/department/D01", "/kpi/district/990102"]
PAGES = ["/kpi", "/kpi/league?level=district", "/kpi/league?level=department", *UNITS]
LOOKS = [(language, theme) for language in ("zh", "en") for theme in ("light", "dark")]
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef]")
WORDS = (
    ".kpi-tab, .kpi-title h1, .kpi-said, .chip, .button, .panel-head, .card h3, .standing, .note, "
    ".flag, .card-open, th, .keys, .why-not, .fact h3, .tool, .panel-foot, .missed li, .segment"
)
TEXTS = (
    ".kpi-tab, .kpi-title h1, .kpi-said > *, .filter-bar .chip, .segment, .card h3, "
    ".card .figure, .card .standing, .card-counts, .card .note, .standings li, .missed li, "
    ".ranking td, .ranking th, .places td, .fact-figure .figure, .panel-head h2, .waits"
)


def with_(path: str, *more: str) -> str:
    return path + ("&" if "?" in path else "?") + "&".join(more)


def agrees_with_the_api(screen: Screen, at_least: int) -> None:
    figures = screen.figures()
    assert len(figures) >= at_least
    assert [found for figure in figures if (found := differs(screen.site, figure))] == []


def drawn(screen: Screen) -> None:
    """Every chart: those below the screen are drawn when they come near it."""
    for plot in screen.page.locator(".plot").all():
        plot.scroll_into_view_if_needed()
    screen.until("[...document.querySelectorAll('.plot')].every((n) => n.dataset.drawn)")


@pytest.mark.parametrize(
    ("path", "at_least"),
    [
        ("/kpi", 30),
        ("/kpi?domain=grid", 10),
        ("/kpi/league?level=district", 30),
        ("/kpi/league?level=department&metric=hotline.return_rate&chance=1", 60),
        ("/kpi/league?level=street&metric=hotline.received_per_10k", 80),
        ("/kpi/department/D01", 15),
        ("/kpi/department/D01?district=990102", 8),
        ("/kpi/district/990102", 40),
    ],
)
def test_every_figure_is_the_one_the_api_answers(
    open_screen: OpenScreen, path: str, at_least: int
) -> None:
    agrees_with_the_api(open_screen(with_(path, QUARTER)), at_least)


@pytest.mark.parametrize(("language", "theme"), LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_pages_load_cleanly_in_one_language(
    open_screen: OpenScreen, path: str, language: str, theme: str
) -> None:
    screen = open_screen(with_(path, QUARTER, f"lang={language}", f"theme={theme}"))
    drawn(screen)
    assert screen.page.locator("h1").count() == 1
    if language == "en":
        assert [text for text in screen.texts(WORDS) if CJK.search(text)] == []


@pytest.mark.parametrize("width", [390, 768, 1366, 1920, 2560])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_lies_over_another_and_the_page_never_scrolls_sideways(
    open_screen: OpenScreen, path: str, width: int
) -> None:
    screen = open_screen(with_(path, QUARTER, "lang=en"), width=width, height=900)
    assert screen.page.evaluate(OVERLAPPING, TEXTS) == []
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_league_table_has_the_order_and_the_places_of_its_figures(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen(f"/kpi/league?level=district&metric=hotline.satisfaction_rate&{QUARTER}")
    for body in screen.page.locator(".ranking tbody").all():
        values = [
            float(value)
            for cell in body.locator("td.main .figure").all()
            if (value := cell.get_attribute("data-value"))
        ]
        assert values == sorted(values, reverse=True)
        places = [int(re.sub(r"\D", "", t)) for t in body.locator("td.rank").all_inner_texts()
                  if t.strip() != "—"]  # fmt: skip
        assert places == [1 + sum(other > value for other in values) for value in values]


def test_small_units_say_why_they_are_not_ranked(open_screen: OpenScreen) -> None:
    screen = open_screen("/kpi/league?level=department&from=2026-10-01&to=2026-10-07&lang=en")
    reasons = screen.texts(".is-unranked .why-not")
    assert any("not ranked" in reason for reason in reasons)
    first = screen.page.locator("tbody tr.is-unranked td.rank").first
    assert first.inner_text() == "—"


def test_sorting_stands_in_the_address_and_keeps_the_places(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi/league?level=district&metric=hotline.on_time_rate&{QUARTER}")
    head = screen.page.locator(".ranking thead a.sort", has_text="满意率")
    with screen.redrawn():
        head.click()
    screen.until("document.querySelector('th[aria-sort] a').textContent.includes('满意率')")
    assert screen.asked["sort"] == ["hotline.satisfaction_rate"]
    column = screen.page.locator(".ranking th").evaluate_all(
        "(heads) => heads.filter((h) => h.scope === 'col')"
        ".findIndex((h) => h.textContent.includes('满意率'))"
    )
    for body in screen.page.locator(".ranking tbody").all():
        cells = body.locator(f"tr.ranked > *:nth-child({column + 1}) .figure").all()
        shown = [float(v) for cell in cells if (v := cell.get_attribute("data-value"))]
        assert shown == sorted(shown, reverse=True)


def test_who_cannot_be_told_apart_is_marked_by_a_switch(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi/league?level=district&metric=hotline.on_time_rate&{QUARTER}")
    switch = screen.page.get_by_role("switch")
    assert switch.get_attribute("aria-checked") == "false"
    assert screen.page.locator(".alike").count() == 0
    with screen.redrawn():
        switch.click()
    screen.until("document.querySelector('.alike')")
    assert screen.page.get_by_role("switch").get_attribute("aria-checked") == "true"
    assert screen.page.locator(".strip-span").count() > 0


def test_a_period_is_chosen_by_its_name_and_said_with_what_it_is_compared_with(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen("/kpi?lang=en")
    screen.page.locator("summary.chip").first.click()
    with screen.redrawn():
        screen.page.get_by_role("link", name=re.compile("^Last month")).click()
    screen.until("document.querySelectorAll('.kpi-said').length === 1")
    assert screen.asked["period"] == ["last_month"]
    said = screen.texts(".kpi-said")[0]
    assert "vs prev." in said
    assert "YoY" in said
    agrees_with_the_api(screen, 20)
    nav = screen.page.get_by_role("link", name="Overview")
    assert "period=" not in (nav.get_attribute("href") or "")


def test_the_way_down_has_a_way_back(open_screen: OpenScreen) -> None:
    asked = f"level=department&metric=hotline.on_time_rate&{QUARTER}"
    screen = open_screen(f"/kpi/league?{asked}")
    before = screen.figures()
    unit = screen.page.locator("tr.ranked th a").first
    name = unit.inner_text()
    unit.click()
    screen.until("location.pathname.startsWith('/kpi/department/')")
    screen.ready()
    assert screen.texts("h1") == [name]
    assert screen.asked["from"] == ["2026-08-01"]
    screen.page.locator(".crumbs a").last.click()
    screen.until("location.pathname === '/kpi/league'")
    screen.ready()
    assert screen.asked["from"] == ["2026-08-01"]
    screen.page.go_back()
    screen.page.go_back()
    screen.until("location.pathname === '/kpi/league'")
    screen.ready()
    assert screen.figures() == before


def test_a_card_leads_to_who_is_behind_it(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi?{QUARTER}")
    screen.page.locator("#card-hotline-satisfaction_rate h3 a").click()
    screen.until("location.pathname === '/kpi/league'")
    screen.ready()
    assert screen.asked["metric"] == ["hotline.satisfaction_rate"]
    assert screen.asked["level"] == ["district"]


def test_the_overview_leads_to_the_full_league_table(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/?{QUARTER}&metric=hotline.on_time_rate")
    screen.page.locator(".panel-departments a.panel-link").click()
    screen.until("location.pathname === '/kpi/league'")
    screen.ready()
    assert (screen.asked["level"], screen.asked["metric"]) == (
        ["department"], ["hotline.on_time_rate"],
    )  # fmt: skip


def test_the_longest_waiting_lead_to_their_list_and_to_themselves(open_screen: OpenScreen) -> None:
    screen = open_screen("/kpi/department/D01")
    total = screen.page.locator(".waiting-head a").first
    href = total.get_attribute("href") or ""
    counted = int(re.sub(r"\D", "", total.inner_text()))
    answer = screen.site.get("/api/v1/incidents?" + href.split("?")[1].replace("lang=", "l="))
    assert answer["total"] == counted


def test_the_curve_among_the_peers_follows_the_chosen_figure(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi/department/D01?{QUARTER}")
    drawn(screen)
    screen.page.locator(".panel-department-trend summary.chip").click()
    with screen.redrawn():
        screen.page.locator(".panel-department-trend .option", has_text="满意率").click()
    screen.until(
        "document.querySelector('.panel-department-trend .plot').dataset.title.includes('满意率')"
    )
    assert screen.asked["metric"] == ["hotline.satisfaction_rate"]


def test_a_chart_stays_when_new_facts_come(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi/department/D01?{QUARTER}")
    drawn(screen)
    canvas = ".panel-department-trend .plot-canvas"
    screen.page.evaluate(f"document.querySelector('{canvas}').stillHere = true")
    with screen.redrawn():
        screen.page.evaluate("dash_clientside.set_props('department-version', {data: -1})")
    screen.page.wait_for_timeout(300)
    assert screen.page.evaluate(f"document.querySelector('{canvas}').stillHere")
    assert screen.page.locator(f"{canvas} .main-svg").count() > 0


def test_a_chart_has_its_figures_as_a_table(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi/district/990102?{QUARTER}")
    block = screen.page.locator(".multiples .chart-block").first
    block.locator(".twin summary").click()
    assert block.locator(".twin tbody tr").count() == 13
    label = block.locator(".plot").get_attribute("aria-label") or ""
    last = block.locator(".twin tbody tr").last.inner_text().split()
    assert all(part in label for part in last)


def test_a_chart_is_saved_as_a_picture(open_screen: OpenScreen, tmp_path: Path) -> None:
    screen = open_screen(f"/kpi/district/990102?{QUARTER}")
    drawn(screen)
    with screen.page.expect_download() as saving:
        screen.page.locator(".png").first.click()
    path = tmp_path / "chart.png"
    saving.value.save_as(path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > 8000
    assert saving.value.suggested_filename.endswith(".png")


def exported(screen: Screen, name: str) -> tuple[str, bytes]:
    screen.page.locator(".export summary").click()
    with screen.page.expect_download(timeout=90_000) as saving:
        screen.page.locator(f"[data-export={name}]").click()
    return saving.value.suggested_filename, saving.value.path().read_bytes()


def test_the_workbook_has_the_figures_of_the_page(open_screen: OpenScreen) -> None:
    screen = open_screen(
        f"/kpi/league?level=district&metric=hotline.on_time_rate&{QUARTER}&lang=en"
    )
    name, content = exported(screen, "xlsx")
    assert name.endswith("2026-08-01-2026-10-31.xlsx")
    sheet: Any = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    column = heads.index("On-time rate %") + 1
    written = [sheet.cell(row, column).value for row in range(4, sheet.max_row + 1)]
    cells = screen.page.locator("td.main .figure").all()
    shown = [cell.get_attribute("data-value") for cell in cells]
    assert written == [float(value) if value else None for value in shown]


@pytest.mark.parametrize("path", ["/kpi", "/kpi/league?level=department", *UNITS])
def test_the_pdf_has_the_figures_of_the_page(open_screen: OpenScreen, path: str) -> None:
    assert CHROMIUM
    screen = open_screen(with_(path, QUARTER))
    figures = [figure["text"] for figure in screen.figures() if figure["value"]]
    name, content = exported(screen, "pdf")
    assert name.endswith(".pdf")
    pages = pypdf.PdfReader(BytesIO(content)).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert [figure for figure in figures if figure not in text] == []
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages}
    assert sizes <= {(595, 842), (842, 595)}
    assert "总览" not in text


def test_what_cannot_be_exported_is_told_in_the_notice(open_screen: OpenScreen) -> None:
    screen = open_screen(f"/kpi?{QUARTER}&lang=en")
    screen.page.locator(".export summary").click()
    link = screen.page.locator("[data-export=xlsx]")
    link.evaluate("(node) => { node.href = node.href + '&nonsense=1'; }")
    link.click()
    screen.until("document.querySelector('.notice').textContent.includes('nonsense')")
    assert "Not made" in screen.texts(".notice")[0]
    screen.faults[:] = [fault for fault in screen.faults if "400" not in fault]


@pytest.mark.parametrize(
    "path",
    [
        "/kpi?period=this_mont",
        "/kpi?domain=nowhere",
        "/kpi/league?level=village",
        "/kpi/league?level=district&metric=hotline.answer_rate",
        "/kpi/league?sort=colour",
        "/kpi/department/X99",
        "/kpi/district/X99",
        "/kpi/nowhere",
    ],
)
def test_what_cannot_be_shown_is_told_on_a_page_that_works(
    open_screen: OpenScreen, path: str
) -> None:
    screen = open_screen(path)
    told = screen.page.get_by_role("alert")
    assert told.is_visible()
    told.locator("a.button").click()
    screen.page.wait_for_selector("[data-metric]")


def test_a_period_without_data_says_so_everywhere(open_screen: OpenScreen) -> None:
    for path in PAGES:
        screen = open_screen(with_(path, "from=2020-01-01&to=2020-01-31", "lang=en"))
        body = screen.page.locator("main").inner_text()
        assert "No data" in body or "No cases" in body


def test_a_bulletin_is_issued_by_hand_once_and_then_listed_with_its_seal(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen("/bulletins?lang=en")
    assert screen.texts("h1") == ["Bulletins"]
    screen.page.on("dialog", lambda dialog: dialog.accept())
    button = screen.page.locator("[data-template=monthly]")
    with screen.page.expect_navigation(timeout=90_000):
        button.click()
    screen.ready()
    [listed] = screen.site.get("/api/v1/bulletins")["bulletins"]
    row = screen.page.locator(".issued tbody tr").first
    assert listed["number"] in row.inner_text()
    assert row.locator(".seal").get_attribute("title") == f"SHA-256 {listed['sha256']}"
    for link in row.locator("a.file").all():
        assert (
            screen.site.http.get(
                screen.site.address + (link.get_attribute("href") or "")
            ).status_code
            == 200
        )
    screen.page.locator("[data-template=monthly]").click()
    screen.until("document.querySelector('.notice').textContent.includes('issued already')")


def test_a_city_before_its_first_data_says_what_is_not_there(
    open_screen: OpenScreen, bare_site: Site
) -> None:
    for path in ("/kpi", "/kpi/league?level=department", "/kpi/department/DEP", "/bulletins"):
        screen = open_screen(with_(path, "lang=en"), on=bare_site, width=1366)
        body = screen.page.locator("main").inner_text()
        assert re.search("Not delivered|No data|Nothing issued yet", body), path
        assert screen.page.evaluate(OVERLAPPING, TEXTS) == []
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= 1366
