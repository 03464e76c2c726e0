"""KPI pages: every figure is the one the API answers, sums hold, and workbooks say the same."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from dashboard.access.scope import Scope
from dashboard.api import kpi_exports, kpi_pages
from dashboard.boards.kpi import kpi_board
from dashboard.boards.league import LeagueTable
from dashboard.core.values import UNKNOWN, FigureState
from dashboard.metrics.model import MetricResult, MetricRow
from dashboard.reports import pdf as printing
from tests.integration.conftest import Api

WHOLE = Scope.whole_city()
AUTUMN = (("from", "2026-09-01"), ("to", "2026-10-20"))
NARROWED = (("district", "D1"), ("category", "x:01"), ("kind", "hotline"))
Pairs = tuple[tuple[str, str], ...]


def answered(api: Api, result: MetricResult, row: MetricRow) -> dict[str, Any] | None:
    """The same figure asked of the API as one question without a cut."""
    where = {name: list(codes) for name, codes in result.query.where} | dict(row.group)
    period = result.query.period
    asked = {"from": str(period.first), "to": str(period.last), **where}
    answer = api.get(f"/api/v1/metrics/{result.metric.id}", **asked)
    assert answer.status_code == 200, answer.text
    [found] = answer.json()["rows"] or [None]
    return found


def agrees(api: Api, result: MetricResult, row: MetricRow) -> None:
    found = answered(api, result, row)
    assert found is not None
    shown = row.shown(result.metric.decimals, result.metric.rounding)
    assert (found["value"], found["state"]) == (shown, row.state.value), result.query


def scorecards(api: Api, *pairs: tuple[str, str]) -> Any:
    return kpi_pages.scorecards(api.services, (*AUTUMN, *pairs), scope=WHOLE)


def league(api: Api, *pairs: tuple[str, str]) -> LeagueTable:
    return kpi_pages.league(api.services, (*AUTUMN, *pairs), scope=WHOLE)


@pytest.mark.parametrize("pairs", [(), *((pair,) for pair in NARROWED), NARROWED])
def test_every_card_shows_the_figure_the_api_answers(crowded: Api, pairs: Pairs) -> None:
    cards = scorecards(crowded, *pairs).cards
    there = [card for card in cards if card.tile.result is not None]
    assert len(there) >= 8
    for card in there:
        agrees(crowded, card.tile.result, card.tile.result.total)


def test_a_filter_a_metric_does_not_know_leaves_a_card_that_says_so(crowded: Api) -> None:
    cards = {card.metric.id: card for card in scorecards(crowded, ("category", "x:01")).cards}
    assert cards["hotline.on_time_rate"].tile.result is not None
    assert cards["hotline.answer_rate"].tile.result is None
    assert cards["hotline.answer_rate"].standing is None


def test_before_the_first_data_every_card_says_so(empty: Api) -> None:
    states = {
        card.tile.result.total.state
        for card in scorecards(empty).cards
        if card.metric.min_denominator
    }
    assert states <= {FigureState.NO_DATA, FigureState.NOT_DELIVERED, FigureState.NOT_DUE}


def test_standings_count_every_card_once_and_the_missed_ones_are_named(crowded: Api) -> None:
    data = scorecards(crowded)
    assert sum(data.standings.values()) == len(data.cards)
    assert len(data.missed) == data.standings["missed"] >= 1
    assert all(card.gap is not None and card.gap < 0 for card in data.missed)


def test_the_parts_of_a_score_add_up_to_it(crowded: Api) -> None:
    [score] = [card for card in scorecards(crowded).cards if card.metric.id.endswith("e_score")]
    total = score.tile.result.total
    assert total.value is not None
    assert sum(part.earned for part in score.parts) == total.value
    assert sum(part.most for part in score.parts) == total.ratio.denominator


def test_one_domain_asks_for_nothing_else(crowded: Api) -> None:
    data = scorecards(crowded, ("domain", "grid"))
    assert {card.metric.id.partition(".")[0] for card in data.cards} == {"grid"}


@pytest.mark.parametrize(
    ("level", "metric"),
    [
        (level, metric)
        for level in ("district", "street", "department")
        for metric in kpi_board().league[level]
    ],
)
def test_every_row_of_every_league_table_is_the_figure_the_api_answers(
    crowded: Api, level: str, metric: str
) -> None:
    table = league(crowded, ("level", level), ("metric", metric))
    assert table.result is not None
    for entry in table.entries:
        agrees(crowded, table.result, entry.ranked.row)
        for column in table.columns:
            if column.result is not None and entry.code in column.rows:
                agrees(crowded, column.result, column.rows[entry.code])


def test_places_are_how_many_are_better_and_one(crowded: Api) -> None:
    """The dumb way: count, for each unit, those with a better figure as shown."""
    table = league(crowded, ("level", "department"), ("metric", "hotline.return_rate"))
    shown = {
        entry.code: Decimal(entry.ranked.row.shown(1) or 0)
        for entry in table.entries
        if entry.ranked.row.value is not None and entry.code != UNKNOWN
    }
    places = {e.code: e.ranked.rank for e in table.entries if e.ranked.rank is not None}
    assert places == {
        code: 1 + sum(other < value for other in shown.values()) for code, value in shown.items()
    }


def test_small_units_and_rows_that_name_none_are_listed_last_and_not_ranked(crowded: Api) -> None:
    few = (("from", "2026-10-15"), ("to", "2026-10-20"), ("level", "department"))
    table = kpi_pages.league(crowded.services, few, scope=WHOLE)
    ranks = [entry.ranked.rank for entry in table.entries]
    assert None in ranks
    assert all(rank is None for rank in ranks[ranks.index(None) :])
    unranked = [entry for entry in table.entries if entry.ranked.rank is None]
    assert all(e.code == UNKNOWN or e.ranked.row.value is None for e in unranked)


def test_the_counts_of_a_league_table_add_up_to_the_city(crowded: Api) -> None:
    table = league(crowded, ("level", "department"), ("metric", "hotline.on_time_rate"))
    assert table.result is not None
    [whole] = crowded.get("/api/v1/metrics/hotline.on_time_rate", **dict(AUTUMN)).json()["rows"]
    ratios = [entry.ranked.row.ratio for entry in table.entries]
    assert sum(ratio.numerator for ratio in ratios) == whole["numerator"]
    assert sum(ratio.denominator or 0 for ratio in ratios) == whole["denominator"]


def order(table: LeagueTable) -> list[str]:
    return [entry.code for entry in table.entries]


@pytest.mark.parametrize("sort", ["rank", "name", "change", "hotline.received_count"])
def test_a_minus_turns_the_order_round_and_leaves_the_places(crowded: Api, sort: str) -> None:
    asked = (("level", "department"), ("metric", "hotline.on_time_rate"))
    first = league(crowded, *asked, ("sort", sort))
    turned = league(crowded, *asked, ("sort", f"-{sort}"))
    last = [code for code in order(first) if code == UNKNOWN]
    plain = [code for code in order(first) if code not in last]
    assert [code for code in order(turned) if code not in last] == plain[::-1]
    places = [{e.code: e.ranked.rank for e in table.entries} for table in (first, turned)]
    assert places[0] == places[1]


def test_a_column_is_sorted_best_first(crowded: Api) -> None:
    table = league(
        crowded, ("level", "department"), ("metric", "hotline.on_time_rate"),
        ("sort", "hotline.received_count"),
    )  # fmt: skip
    [column] = [c for c in table.columns if c.metric.id == "hotline.received_count"]
    counts = [column.rows[code].ratio.numerator for code in order(table)]
    assert counts == sorted(counts, reverse=True)


def test_who_cannot_be_told_apart_is_said_only_when_it_is_asked(crowded: Api) -> None:
    asked = (("level", "department"), ("metric", "hotline.on_time_rate"))
    assert all(e.ranked.like_next is None for e in league(crowded, *asked).entries)
    marked = league(crowded, *asked, ("chance", "1")).entries
    assert any(e.ranked.like_next is not None for e in marked)


def test_the_parts_of_a_score_stand_beside_it(crowded: Api) -> None:
    table = league(crowded, ("level", "department"), ("metric", "grid.department_score"))
    assert [c.metric.id for c in table.columns] == [p.id for p in table.metric.parts]
    ranked = [entry for entry in table.entries if entry.ranked.rank]
    assert ranked
    assert all(entry.ranked.row.grade in "ABCDE" for entry in ranked)


def department(api: Api, code: str = "B1", *pairs: tuple[str, str]) -> Any:
    return kpi_pages.department(api.services, code, (*AUTUMN, *pairs), scope=WHOLE)


@pytest.mark.parametrize("pairs", [(), (("district", "D1"),)])
def test_every_figure_of_a_department_is_the_one_the_api_answers(
    crowded: Api, pairs: Pairs
) -> None:
    data = department(crowded, "B1", *pairs)
    figures = (*data.place, *data.volumes, *data.returns)
    asked = [(figure.result, figure.row) for figure in figures]
    asked += [(clock.result, clock.result.total) for clock in data.clocks]
    asked += pairs_of(data.categories.results, data.categories.rows)
    for result, row in asked:
        if result is not None and row is not None:
            agrees(crowded, result, row)
    for result in data.months:
        for row in result.rows:
            agrees_by_month(crowded, result, row)


def pairs_of(results: Any, rows: Any) -> list[tuple[Any, Any]]:
    """Each figure of a table with the answer it is of."""
    return [pair for one in rows for pair in zip(results, one.rows, strict=True)]


def agrees_by_month(api: Api, result: MetricResult, row: MetricRow) -> None:
    """Asked of the API by month, as the curve is."""
    period, where = result.query.period, {n: list(c) for n, c in result.query.where}
    asked = {"from": str(period.first), "to": str(period.last), "by": "month", **where}
    rows = api.get(f"/api/v1/metrics/{result.metric.id}", **asked).json()["rows"]
    [found] = [one for one in rows if one["group"] == dict(row.group)]
    assert found["numerator"] == row.ratio.numerator


def test_categories_of_a_department_add_up_to_its_volume(crowded: Api) -> None:
    data = department(crowded)
    received = next(f for f in data.volumes if f.metric.id == "hotline.received_count")
    counted = [row.rows[0].ratio.numerator for row in data.categories.rows if row.rows[0]]
    assert sum(counted) == received.row.ratio.numerator


def test_the_worst_category_comes_first_and_what_cannot_be_judged_last(crowded: Api) -> None:
    rates = [row.rows[1] and row.rows[1].value for row in department(crowded).categories.rows]
    known = [rate for rate in rates if rate is not None]
    assert rates == [*sorted(known), *[None] * (len(rates) - len(known))]


def test_what_waits_is_listed_longest_first_and_counted_like_its_figure(crowded: Api) -> None:
    data = department(crowded)
    waiting = {one.metric.id: one for one in data.waiting}
    clocks = {one.metric.id: one.result.total for one in data.clocks if one.result}
    for name, one in waiting.items():
        moments = [row["created_at"] for row in one.page.rows]
        assert moments == sorted(moments)
        assert one.page.total == clocks[name].ratio.numerator


def test_a_department_without_a_case_has_a_page_all_the_same(crowded: Api) -> None:
    empty = kpi_pages.department(
        crowded.services, "B3", (("from", "2020-01-01"), ("to", "2020-01-31")), scope=WHOLE
    )
    states = {figure.row.state for figure in empty.place if figure.row is not None}
    assert states <= {FigureState.NO_DATA, FigureState.NOT_DELIVERED}


def test_every_figure_of_a_district_is_the_one_the_api_answers(crowded: Api) -> None:
    data = kpi_pages.district(crowded.services, "D1", AUTUMN, scope=WHOLE)
    for figure in data.place:
        if figure.result is not None and figure.row is not None:
            agrees(crowded, figure.result, figure.row)
    assert data.streets is not None
    assert data.streets.result is not None
    codes = {entry.code for entry in data.streets.entries}
    assert codes <= {"S11", "S12", UNKNOWN}
    for entry in data.streets.entries:
        agrees(crowded, data.streets.result, entry.ranked.row)
    assert len(data.workers) == 3
    for result, row in pairs_of(data.worker_columns, data.workers):
        if row is not None:
            agrees(crowded, result, row)


PAGES = ["/kpi", "/kpi/league", "/kpi/department/B1", "/kpi/district/D1"]


def book(api: Api, path: str, **asked: Any) -> Any:
    answer = api.get(f"/api/v1{path}.xlsx", **{**dict(AUTUMN), **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return openpyxl.load_workbook(BytesIO(answer.content))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    heads = [cell.value for cell in sheet[3]]
    return [
        dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4, values_only=True)
    ]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_ends_with_the_definition_of_every_figure_in_it(
    crowded: Api, path: str, language: str
) -> None:
    opened = book(crowded, path, lang=language)
    head = {"zh": "标识", "en": "Id"}[language]
    last = rows_of(opened.worksheets[-1])
    defined = {row[head] for row in last}
    named = {row[head] for sheet in opened.worksheets for row in rows_of(sheet) if head in row}
    assert named <= defined
    assert {f"{'Formula' if language == 'en' else '公式'}"} <= set(last[0])


def test_the_workbook_of_the_scorecards_says_what_the_api_answers(crowded: Api) -> None:
    rows = rows_of(book(crowded, "/kpi", lang="en").worksheets[0])
    assert len(rows) == sum(len(domain.all) for domain in kpi_board().domains)
    for row in rows:
        answer = crowded.get(f"/api/v1/metrics/{row['Id']}", **dict(AUTUMN)).json()
        [found] = answer["rows"]
        value = None if row["Value"] is None else Decimal(str(row["Value"]))
        assert value == (None if found["value"] is None else Decimal(found["value"])), row["Id"]
        assert row["Numerator"] == found["numerator"], row["Id"]
        assert row["Denominator"] == found["denominator"], row["Id"]


def test_the_workbook_of_a_league_table_keeps_its_order_places_and_figures(crowded: Api) -> None:
    asked = (("level", "department"), ("metric", "hotline.return_rate"))
    table = league(crowded, *asked)
    rows = rows_of(book(crowded, "/kpi/league", lang="en", **dict(asked)).worksheets[0])
    assert [row["Code"] for row in rows] == order(table)
    assert [row["Rank"] for row in rows] == [entry.ranked.rank for entry in table.entries]
    values = [row["Return rate %"] for row in rows]
    shown = [entry.ranked.row.shown(1) for entry in table.entries]
    assert [None if v is None else Decimal(str(v)) for v in values] == [
        None if text is None else Decimal(text) for text in shown
    ]


@pytest.mark.parametrize(
    ("path", "asked", "status", "said"),
    [
        ("/kpi.docx", {}, 404, "docx"),
        ("/kpi.xlsx", {"nonsense": "1"}, 400, "nonsense"),
        ("/kpi.xlsx", {"period": "this_mont"}, 400, "this_mont"),
        ("/kpi.xlsx", {"domain": "hotlin"}, 400, "hotlin"),
        ("/kpi.xlsx", {"from": "2026-10-02", "to": "2026-10-01"}, 400, "ends before"),
        ("/kpi/league.xlsx", {"level": "village"}, 400, "village"),
        ("/kpi/league.xlsx", {"metric": "hotline.answer_rate"}, 400, "district"),
        ("/kpi/league.xlsx", {"sort": "colour"}, 400, "colour"),
        ("/kpi/department/B9.xlsx", {}, 400, "B9"),
        ("/kpi/district/D9.pdf", {}, 400, "D9"),
    ],
)
def test_what_cannot_be_exported_is_told(
    crowded: Api, path: str, asked: dict[str, str], status: int, said: str
) -> None:
    answer = crowded.get(f"/api/v1{path}", **asked)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in error["message"] + error["where"]
    assert error["fix"]


SERVED = "http://elsewhere.example:8050/api/v1"
"""As it is called from outside; the port is that of the socket."""


def test_without_chromium_the_pdf_is_refused_and_says_what_to_install(
    crowded: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing.shutil, "which", lambda _: None)
    answer = crowded.get(f"{SERVED}/kpi.pdf")
    assert answer.status_code == 503
    assert "chromium" in answer.json()["error"]["fix"]


def test_a_server_without_a_port_says_that_no_browser_can_open_it(crowded: Api) -> None:
    answer = crowded.get("/api/v1/kpi.pdf")
    assert answer.status_code == 503
    assert "port" in answer.json()["error"]["message"]


def test_a_pdf_is_of_a_page_of_this_machine_in_light_and_for_paper(
    crowded: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def print_it(address: str, _size: object) -> bytes:
        opened.append(address)
        return b"%PDF-"

    monkeypatch.setattr(kpi_exports, "pdf_of", print_it)
    answer = crowded.get(f"{SERVED}/kpi/league.pdf", level="street", lang="en")
    assert answer.content == b"%PDF-"
    [address] = opened
    assert address == ("http://127.0.0.1:8050/kpi/league?level=street&lang=en&theme=light&print=1")
