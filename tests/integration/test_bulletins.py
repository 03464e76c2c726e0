"""Bulletins over real stores: issued once, sealed for good, corrected only by errata."""

import hashlib
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import docx
import pypdf
import pytest

from dashboard.access.scope import Scope
from dashboard.core.errors import StoreError, UsageError
from dashboard.core.values import Period, parse_day
from dashboard.jobs.bulletins import issue_due
from dashboard.metrics.model import MetricQuery, MetricRow
from dashboard.reports import pdf as printing
from dashboard.reports.archive import archive, listed, sealed, verify, verify_all
from dashboard.reports.corrections import Correction, correct, propose
from dashboard.reports.files import file_of, make_all, path_of
from dashboard.reports.issue import Issued, issue, period_asked, store_of
from dashboard.reports.loader import template_named
from dashboard.services import Services
from tests.bulletins import FULL, HEAD, pack
from tests.crowd import AS_OF, Crowd
from tests.integration.conftest import Api, make_api, make_services
from tests.rows import local, store_rows

YESTERDAY = Period(parse_day("2026-10-19", ""), parse_day("2026-10-19", ""))
DAILY = (
    HEAD
    + """
[sections.a]
text = "{period} {hotline.received_count}"
figures = ["hotline.received_count"]
"""
)
NAMED = (
    "",
    "2026-09",
    "2026-W41",
    "2026-Q3",
    "2025",
    "last_month",
    "2026-10-01..2026-10-09",
)
needs_chromium = pytest.mark.skipif(
    not any(map(shutil.which, printing.NAMES)), reason="no Chromium on this machine"
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = AS_OF + timedelta(minutes=15)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    made = opened(tmp_path, clock)
    Crowd().fill(made.facts)
    yield made
    made.close()


def opened(folder: Path, clock: Callable[[], datetime]) -> Services:
    pack(folder, full=FULL, daily=DAILY)
    return make_services(folder, clock)


@pytest.fixture
def without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none, where a test is not about PDF."""
    monkeypatch.setattr(printing, "NAMES", ("no-such-browser",))


def issued(services: Services, name: str = "full", period: str = "") -> Issued:
    template = template_named(name, services.city, services.engine.catalogue)
    return issue(services, template, period_asked(services, template, period), "周")


def one_more_ticket(services: Services, number: int = 1) -> None:
    """Came late, for yesterday: every count of it is now higher by one."""
    created = local("2026-10-19T10:00")
    row = {"source_id": f"late-{number}", "kind": "hotline", "state": "handling",
           "created_at": created, "district_code": "D1"}  # fmt: skip
    store_rows(services.facts, "hotline", "incidents", [row], complete_to=AS_OF)


def tampered(services: Services, statement: str, *values: object) -> None:
    """Past the program, as someone with the file could."""
    with sqlite3.connect(services.data_dir / "state.sqlite") as connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


# Issuing


def test_a_bulletin_has_a_number_a_seal_and_every_figure_with_its_counts(
    services: Services,
) -> None:
    done = issued(services)
    assert done.new
    told = json.loads(done.sealed.content)
    assert done.sealed.number == told["number"] == "full-2026-001"
    assert hashlib.sha256(done.sealed.content.encode()).hexdigest() == done.sealed.sha256
    assert told["data_version"] == services.version.version
    assert told["catalogue"] == services.engine.catalogue.digest
    assert datetime.fromisoformat(told["as_of"]) == services.version.as_of
    assert told["period"] == {"from": "2026-10-19", "to": "2026-10-19"}
    for answer in told["figures"]:
        asked = answer["query"]
        period = Period(parse_day(asked["from"], ""), parse_day(asked["to"], ""))
        where = tuple((name, tuple(codes)) for name, codes in asked["where"].items())
        query = MetricQuery(answer["metric"], period, tuple(asked["by"]), where)
        [result] = services.engine.run([query], scope=Scope.whole_city())
        assert len(result.rows) == len(answer["rows"])
        for row, figure in zip(result.rows, answer["rows"], strict=True):
            assert figure["group"] == row.group
            assert Decimal(figure["numerator"]) == row.ratio.numerator
            assert (figure["value"] is None) is (row.value is None)
            assert figure["state"] == row.state.value


def printed(row: MetricRow, decimals: int) -> str:
    """A second way to print a figure."""
    if row.value is None:
        return {"too_few": "样本不足", "no_data": "无数据"}[row.state.value]
    number = row.value.quantize(Decimal(10) ** -decimals, rounding=ROUND_HALF_UP)
    return f"{number:,}"


def test_the_word_file_shows_the_figures_of_the_engine(services: Services) -> None:
    word = docx.Document(BytesIO(file_of(services, issued(services).sealed, "docx")))
    figures, districts = ([[c.text for c in row.cells] for row in t.rows] for t in word.tables)
    metrics = ["hotline.received_count", "hotline.on_time_rate", "city.closing_hours_median"]
    for line, name in zip(figures[1:], metrics, strict=True):
        metric = services.engine.catalogue[name]
        [result] = services.engine.run([MetricQuery(name, YESTERDAY)], scope=Scope.whole_city())
        assert line[0] == metric.name
        assert line[1].rstrip("*†").startswith(printed(result.total, metric.decimals))
    rate, count = (
        {row.group["district"]: row for row in result.rows}
        for result in services.engine.run(
            [
                MetricQuery("hotline.on_time_rate", YESTERDAY, ("district",)),
                MetricQuery("hotline.received_count", YESTERDAY, ("district",)),
            ],
            scope=Scope.whole_city(),
        )
    )
    names = {
        region.name: code for region in services.city.regions.values() for code in [region.code]
    }
    shown = {names[line[1]]: line for line in districts[1:] if line[1] in names}
    for code, line in shown.items():
        assert line[2].rstrip("*") == printed(rate[code], 1)
        assert line[4] == printed(count[code], 0)
    assert districts[-1][1] == "全市"


def test_what_the_text_finds_is_what_the_rows_say(services: Services) -> None:
    """The two largest, and the missed targets, once more by hand."""
    told = json.loads(issued(services).sealed.content)
    text = "".join(b["text"] for b in told["document"]["blocks"] if b["block"] == "paragraph")
    query = MetricQuery("hotline.received_count", YESTERDAY, ("department",))
    [result] = services.engine.run([query], scope=Scope.whole_city())
    counts = sorted(
        ((row.ratio.numerator, row.group["department"]) for row in result.rows
         if row.group["department"] != "-"), reverse=True,
    )  # fmt: skip
    for count, code in counts[:2]:
        assert f"{services.city.departments[code].name}（{count}件）" in text
    [rate] = services.engine.run(
        [MetricQuery("hotline.on_time_rate", YESTERDAY)], scope=Scope.whole_city()
    )
    missed = rate.total.value is not None and rate.total.value < 95
    assert ("未达标：按时办结率" in text) is missed
    assert text.startswith("2026年10月19日，云州市受理")


def test_numbers_run_within_a_template_and_a_year_and_each_names_the_one_before(
    services: Services, clock: Clock
) -> None:
    days = ["2026-10-17", "2026-10-18", "2026-10-19"]
    found = [issued(services, "daily", day).sealed for day in days]
    assert [one.number for one in found] == [f"daily-2026-00{n}" for n in (1, 2, 3)]
    assert issued(services, "full").sealed.number == "full-2026-001"
    clock.now = local("2027-01-02T09:00")
    assert issued(services, "daily", "2026-10-16").sealed.number == "daily-2027-001"
    before = [json.loads(one.content)["before"] for one in found]
    assert before[0] is None
    assert before[1] == {"number": found[0].number, "sha256": found[0].sha256}
    last = store_of(services).bulletin("daily-2027-001")
    assert last is not None
    assert json.loads(last.content)["before"]["number"] == "daily-2026-003"


def test_many_at_once_issue_one(services: Services) -> None:
    at_once = threading.Barrier(6)

    def one(_: int) -> Issued:
        at_once.wait()
        return issued(services, "daily")

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(one, range(6)))
    assert {one.sealed.number for one in done} == {"daily-2026-001"}
    assert sum(one.new for one in done) == 1
    assert len(archive(services)) == 1


def test_different_ones_at_once_get_different_numbers(services: Services) -> None:
    days = [f"2026-10-{day}" for day in range(10, 16)]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda day: issued(services, "daily", day), days))
    assert {one.sealed.serial for one in done} == set(range(1, 7))
    assert all(verdict.holds for verdict in verify_all(services))


@pytest.mark.parametrize("period", ["2026-10-20", "2026-10", "2026-10-01..2026-10-31"])
def test_a_period_that_is_not_over_is_not_sealed(services: Services, period: str) -> None:
    with pytest.raises(UsageError, match="not over"):
        issued(services, "daily", period)
    assert archive(services) == []


def test_a_period_the_facts_do_not_reach_is_not_sealed(services: Services, clock: Clock) -> None:
    clock.now = AS_OF + timedelta(days=90)
    with pytest.raises(UsageError, match="facts end on 2026-10-20"):
        issued(services, "daily", "2026-12-01")


def test_rolling_days_end_with_the_last_that_is_over(services: Services) -> None:
    rolling = replace(
        template_named("daily", services.city, services.engine.catalogue), period="rolling_7"
    )
    assert str(period_asked(services, rolling, "").period) == "2026-10-13..2026-10-19"


def test_periods_can_be_named_in_every_way(services: Services) -> None:
    daily = template_named("daily", services.city, services.engine.catalogue)
    found = {asked: str(period_asked(services, daily, asked).period) for asked in NAMED}
    assert found == {
        "": "2026-10-19..2026-10-19",
        "2026-09": "2026-09-01..2026-09-30",
        "2026-W41": "2026-10-05..2026-10-11",
        "2026-Q3": "2026-07-01..2026-09-30",
        "2025": "2025-01-01..2025-12-31",
        "last_month": "2026-09-01..2026-09-30",
        "2026-10-01..2026-10-09": "2026-10-01..2026-10-09",
    }
    with pytest.raises(UsageError):
        period_asked(services, daily, "2026-13")
    by_hand = replace(daily, kind="by_hand", period="")
    with pytest.raises(UsageError, match="no period of its own"):
        period_asked(services, by_hand, "")


def test_an_appraisal_month_does_not_follow_the_calendar(services: Services) -> None:
    shifted = replace(services, city=replace(services.city, appraisal_day=19))
    monthly = replace(
        template_named("daily", services.city, services.engine.catalogue),
        kind="appraisal_month",
        period="last_appraisal_month",
    )
    assert str(period_asked(shifted, monthly, "").period) == "2026-09-19..2026-10-18"
    assert str(period_asked(shifted, monthly, "").before) == "2026-08-19..2026-09-18"
    assert str(period_asked(shifted, monthly, "2026-09").period) == "2026-08-19..2026-09-18"


# Files


@needs_chromium
def test_the_pdf_says_on_every_page_that_it_is_a_demonstration(services: Services) -> None:
    one = issued(services).sealed
    made = make_all(services, one)
    assert made.extensions == ("docx", "html", "json", "pdf")
    pages = pypdf.PdfReader(BytesIO(file_of(services, one, "pdf"))).pages
    # a font draws 日 and its radical ⽇ with one glyph, and pypdf gives back the radical
    texts = [re.sub(r"\s", "", normalize("NFKC", page.extract_text())) for page in pages]
    assert len(texts) >= 2
    for number, text in enumerate(texts, 1):
        assert "演示数据" in text
        assert "full-2026-001" in text
        assert re.search(f"第{number}.共{len(texts)}.", text)
    whole = "".join(texts)
    assert one.sha256 in whole
    assert "城市运行日报" in whole
    [result] = services.engine.run(
        [MetricQuery("hotline.received_count", YESTERDAY)], scope=Scope.whole_city()
    )
    assert f"热线受理量{printed(result.total, 0)}件" in whole


def test_the_json_is_the_very_text_that_was_sealed(services: Services) -> None:
    one = issued(services).sealed
    assert hashlib.sha256(file_of(services, one, "json")).hexdigest() == one.sha256


@pytest.mark.usefixtures("without_chromium")
def test_without_chromium_the_other_forms_come_and_the_error_says_what_to_install(
    services: Services,
) -> None:
    made = make_all(services, issued(services).sealed)
    assert made.extensions == ("docx", "html", "json")
    [problem] = made.problems
    assert "no Chromium" in problem.problem
    assert "apt-get install chromium" in problem.fix


def test_a_browser_that_hangs_is_ended(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "slow-browser"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(printing, "NAMES", (str(slow),))
    monkeypatch.setattr(printing, "LIMIT_S", 0.5)
    with pytest.raises(printing.RenderError, match=r"within 0\.5 seconds"):
        file_of(services, issued(services).sealed, "pdf")


def test_a_file_that_was_lost_is_made_again_and_one_that_was_changed_is_not_given_out(
    services: Services,
) -> None:
    one = issued(services).sealed
    first = file_of(services, one, "html")
    path = path_of(services, one.number, "html")
    path.unlink()
    assert verify(services, one).faults == (
        f"{path.name} is gone; it can be made again from the content",
    )
    assert file_of(services, one, "html") == first
    path.write_bytes(first.replace("受理".encode(), "办理".encode()))
    with pytest.raises(StoreError, match="not the file that was made"):
        file_of(services, one, "html")
    assert not verify(services, one).holds


# Seals


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("content = replace(content, '受理', '办理')", "has the hash"),
        ("content = content || ' '", "has the hash"),
        ("content = 'not json'", "cannot be read"),
        ("period_last = '2026-10-18'", "its period is kept as"),
        ("issued_at = '2026-01-01 00:00:00'", "its issue is kept as"),
        ("sha256 = '0'", "sealed was 0"),
    ],
)
def test_whatever_is_changed_past_the_program_is_caught(
    services: Services, change: str, fault: str
) -> None:
    one = issued(services, "daily").sealed
    assert verify(services, one).holds
    tampered(services, f"UPDATE bulletins SET {change}")
    verdict = verify(services, sealed(services, one.number))
    assert any(fault in told for told in verdict.faults), verdict.faults
    [line] = archive(services)
    assert line.number == one.number
    assert line.holds is change.startswith(("period", "issued"))


def test_a_byte_of_any_file_is_caught(services: Services) -> None:
    one = issued(services).sealed
    for extension in ("docx", "html", "json"):
        content = bytearray(file_of(services, one, extension))
        content[len(content) // 2] ^= 1
        path_of(services, one.number, extension).write_bytes(content)
    names = [f"{one.number}.{extension} is not the file" for extension in ("docx", "html", "json")]
    faults = verify(services, one).faults
    assert all(any(name in fault for fault in faults) for name in names)


def test_one_that_is_taken_out_or_sealed_anew_breaks_the_next(services: Services) -> None:
    first, second, third = (
        issued(services, "daily", f"2026-10-{day}").sealed for day in (17, 18, 19)
    )
    forged = second.content.replace("周", "王")
    forged_hash = hashlib.sha256(forged.encode()).hexdigest()
    tampered(
        services,
        "UPDATE bulletins SET content = ?, sha256 = ? WHERE serial = 2",
        forged, forged_hash,
    )  # fmt: skip
    assert [v.number for v in verify_all(services) if not v.holds] == [third.number]
    tampered(services, "DELETE FROM bulletins WHERE serial = 1")
    faults = {v.number: v.faults for v in verify_all(services)}
    assert faults[second.number] == (f"{first.number}, which it follows, is gone",)


def test_what_is_no_longer_what_was_sealed_is_not_given_out(services: Services) -> None:
    one = issued(services, "daily").sealed
    tampered(services, "UPDATE bulletins SET content = replace(content, '受理', '办理')")
    changed = sealed(services, one.number)
    for extension in ("html", "json", "docx"):
        with pytest.raises(StoreError, match="not what was sealed"):
            file_of(services, changed, extension)
    with pytest.raises(StoreError, match="not what was sealed"):
        propose(services, changed)
    told = make_api(services).get(f"/api/v1/bulletins/{one.number}").json()
    assert (told["holds"], told["content"]) == (False, None)


# Corrections


def test_issuing_again_is_unchanged_while_the_figures_are(services: Services) -> None:
    first = issued(services)
    again = issued(services)
    assert (again.new, again.sealed) == (False, first.sealed)
    assert propose(services, again.sealed).unchanged
    with pytest.raises(UsageError, match="stands as it was issued"):
        correct(services, propose(services, again.sealed), Correction("核对", "周"))


def test_a_ticket_that_came_late_is_an_erratum_and_the_bulletin_stays(services: Services) -> None:
    one = issued(services, "daily").sealed
    one_more_ticket(services)
    assert issued(services, "daily").sealed == one
    proposal = propose(services, one)
    [difference] = [
        d for d in proposal.differences
        if d.query["from"] == "2026-10-19" and d.query["to"] == "2026-10-19"
    ]  # fmt: skip
    assert difference.before is not None
    assert difference.after is not None
    assert int(difference.after["value"]) == int(difference.before["value"]) + 1
    erratum = correct(services, proposal, Correction("一件工单迟到入库", "周"))
    assert erratum.number == "daily-2026-001-E1"
    assert sealed(services, one.number) == one
    told = json.loads(erratum.content)
    assert told["corrects"] == {"number": one.number, "sha256": one.sha256}
    assert told["reason"] == "一件工单迟到入库"
    assert told["issued_by"] == "周"
    assert all(verdict.holds for verdict in verify_all(services))
    word = docx.Document(BytesIO(file_of(services, erratum, "docx")))
    cells = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    was, is_now = (f"{figure['value']}件" for figure in (difference.before, difference.after))
    assert ["热线受理量", "全市", "2026年10月19日", was, is_now] in cells
    everything = "".join(paragraph.text for paragraph in word.paragraphs)
    assert one.number in everything
    assert "一件工单迟到入库" in everything
    [line] = archive(services)
    assert [e.number for e in line.errata] == [erratum.number]
    assert listed(services, erratum.number) == line


def test_what_an_erratum_has_said_is_not_proposed_again(services: Services) -> None:
    one = issued(services, "daily").sealed
    one_more_ticket(services, 1)
    correct(services, propose(services, one), Correction("迟到", "周"))
    assert propose(services, one).unchanged
    one_more_ticket(services, 2)
    second = correct(services, propose(services, one), Correction("又一件", "周"))
    assert second.number == "daily-2026-001-E2"
    [change] = [
        c for c in json.loads(second.content)["changes"]
        if c["query"]["from"] == c["query"]["to"] == "2026-10-19"
    ]  # fmt: skip
    assert int(change["after"]["value"]) - int(change["before"]["value"]) == 1
    assert json.loads(second.content)["before"]["number"] == "daily-2026-001-E1"
    assert all(verdict.holds for verdict in verify_all(services))


@pytest.mark.parametrize(("reason", "who"), [("", "周"), ("  ", "周"), ("迟到", "")])
def test_an_erratum_says_why_and_who(services: Services, reason: str, who: str) -> None:
    one = issued(services, "daily").sealed
    one_more_ticket(services)
    with pytest.raises(UsageError, match="An erratum needs"):
        correct(services, propose(services, one), Correction(reason, who))


# By the clock


def at(clock: Clock, text: str) -> datetime:
    clock.now = local(text)
    return clock.now


def loaded_to(services: Services, text: str) -> None:
    """Every source complete to then, as a running pull leaves it."""
    for name in services.city.sources:
        with services.facts.commit(source=name, batch_id="to", complete_to=local(text)):
            pass


def only_daily(services: Services) -> None:
    (services.city.folder / "bulletins" / "full.toml").unlink()


@pytest.mark.usefixtures("without_chromium")
def test_a_schedule_begins_when_it_is_first_seen(services: Services, clock: Clock) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    assert issue_due(services, started) == []
    loaded_to(services, "2026-10-21T08:29")
    at(clock, "2026-10-21T08:29")
    assert issue_due(services, started) == []
    at(clock, "2026-10-21T08:30")
    assert issue_due(services, started) == ["daily-2026-001"]
    [line] = archive(services)
    assert str(line.period) == "2026-10-20..2026-10-20"
    assert (line.issued_by, line.files) == ("schedule", ("docx", "html", "json"))
    assert issue_due(services, started) == []


@pytest.mark.usefixtures("without_chromium")
def test_runs_missed_while_the_process_was_down_are_made_up_once(
    services: Services, clock: Clock
) -> None:
    only_daily(services)
    issue_due(services, at(clock, "2026-10-20T12:15"))
    loaded_to(services, "2026-10-24T00:10")
    started = at(clock, "2026-10-24T08:20")
    assert issue_due(services, started) == [f"daily-2026-00{n}" for n in (1, 2, 3)]
    assert [str(line.period.first) for line in reversed(archive(services))] == [
        "2026-10-20", "2026-10-21", "2026-10-22",
    ]  # fmt: skip
    assert issue_due(services, started) == []
    at(clock, "2026-10-24T08:31")
    assert issue_due(services, started) == ["daily-2026-004"]


@pytest.mark.usefixtures("without_chromium")
def test_two_processes_never_issue_the_same_run_twice(services: Services, clock: Clock) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    loaded_to(services, "2026-10-21T08:30")
    at(clock, "2026-10-21T08:30")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: issue_due(services, started), range(4)))
    assert sorted(number for numbers in done for number in numbers) == ["daily-2026-001"]
    runs = store_of(services).runs("daily")
    assert [(run.state, run.tries) for run in runs] == [("passed over", 0), ("done", 1)]


@pytest.mark.usefixtures("without_chromium")
def test_a_run_waits_for_late_sources_and_then_names_them(services: Services, clock: Clock) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    at(clock, "2026-10-21T08:30")
    assert issue_due(services, started) == []
    assert len(store_of(services).runs("daily")) == 1
    at(clock, "2026-10-21T10:30")
    assert issue_due(services, started) == ["daily-2026-001"]
    told = json.loads(sealed(services, "daily-2026-001").content)
    assert "hotline" in told["late"]
    assert "未齐来源" in dict(told["document"]["about"])


@pytest.mark.usefixtures("without_chromium")
def test_a_bulletin_that_would_say_nothing_waits_until_there_is_something(
    services: Services, clock: Clock
) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    at(clock, "2026-10-23T12:00")
    assert issue_due(services, started) == ["daily-2026-001"]  # of the 20th, as far as it goes
    assert [run.state for run in store_of(services).runs("daily")] == ["passed over", "done"]
    loaded_to(services, "2026-10-23T12:00")
    assert issue_due(services, started) == ["daily-2026-002", "daily-2026-003"]


@pytest.mark.usefixtures("without_chromium")
def test_what_people_issued_before_the_clock_is_not_issued_again(
    services: Services, clock: Clock
) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    loaded_to(services, "2026-10-21T08:30")
    at(clock, "2026-10-21T08:00")
    issued(services, "daily", "2026-10-20")
    at(clock, "2026-10-21T08:30")
    assert issue_due(services, started) == []
    assert store_of(services).runs("daily")[-1].number == "daily-2026-001"


@pytest.mark.usefixtures("without_chromium")
def test_a_run_that_fails_is_tried_again_later_and_not_for_ever(
    services: Services,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    loaded_to(services, "2026-10-21T08:30")
    clock.now = local("2026-10-21T08:30")
    with monkeypatch.context() as broken:
        broken.setattr("dashboard.jobs.bulletins.seal", lambda *_: 1 / 0)
        for _ in range(60):
            assert issue_due(services, started) == []
            clock.now += timedelta(minutes=1)
    run = store_of(services).runs("daily")[-1]
    assert (run.state, run.tries) == ("failed", 3)
    assert run.error is not None
    assert "ZeroDivisionError" in run.error
    assert caplog.text.count("bulletin daily") == 3
    assert issue_due(services, started) == []


@pytest.mark.usefixtures("without_chromium")
def test_a_run_whose_process_died_is_taken_up_again(services: Services, clock: Clock) -> None:
    only_daily(services)
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    loaded_to(services, "2026-10-21T08:30")
    due = at(clock, "2026-10-21T08:30")
    assert store_of(services).claim("daily", due, due, timedelta(minutes=10))
    assert issue_due(services, started) == []
    at(clock, "2026-10-21T08:41")
    assert issue_due(services, started) == ["daily-2026-001"]


@pytest.mark.usefixtures("without_chromium")
def test_a_faulty_template_does_not_stop_the_others(
    services: Services, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    only_daily(services)
    pack(services.city.folder, bad="format = 7")
    started = at(clock, "2026-10-20T12:15")
    issue_due(services, started)
    loaded_to(services, "2026-10-21T08:30")
    at(clock, "2026-10-21T08:30")
    assert issue_due(services, started) == ["daily-2026-001"]
    assert "bulletins/bad.toml" in caplog.text


# The API


@pytest.fixture
def api(services: Services, without_chromium: None) -> Api:  # noqa: ARG001 - takes it away
    return make_api(services)


def test_the_api_issues_lists_and_hands_out_every_form(api: Api) -> None:
    body = json.dumps({"template": "daily", "by": "周"})
    made = api.post("/api/v1/bulletins", body)
    assert made.status_code == 201
    told = made.json()
    assert (told["state"], told["number"], told["issued_by"]) == ("issued", "daily-2026-001", "周")
    assert told["problems"][0]["code"] == "render"
    again = api.post("/api/v1/bulletins", body)
    assert (again.status_code, again.json()["state"]) == (200, "unchanged")
    [line] = api.get("/api/v1/bulletins", limit="5").json()["bulletins"]
    assert line["period"] == {"from": "2026-10-19", "to": "2026-10-19"}
    for name in ("docx", "html", "json"):
        answer = api.get(line["links"][name])
        assert answer.status_code == 200
        assert answer.content
    sealed_text = api.get(line["links"]["json"]).content
    assert hashlib.sha256(sealed_text).hexdigest() == line["sha256"]
    assert (
        api.get(line["links"]["html"])
        .headers["content-security-policy"]
        .startswith("default-src 'none'")
    )
    missing = api.get(line["links"]["pdf"])
    assert missing.status_code == 503
    assert "apt-get install chromium" in missing.json()["error"]["fix"]
    one = api.get(line["links"]["self"]).json()
    assert (one["holds"], one["faults"]) == (True, [])
    assert one["content"]["figures"]


def test_the_api_proposes_and_seals_errata(api: Api) -> None:
    api.post("/api/v1/bulletins", '{"template": "daily"}')
    one_more_ticket(api.services)
    again = api.post("/api/v1/bulletins", '{"template": "daily"}').json()
    assert again["state"] == "differs"
    assert again["differences"][0]["metric"] == "hotline.received_count"
    refused = api.post("/api/v1/bulletins/daily-2026-001/errata", '{"by": "周"}')
    assert refused.status_code == 400
    made = api.post("/api/v1/bulletins/daily-2026-001/errata", '{"by": "周", "reason": "迟到"}')
    assert made.status_code == 201
    assert made.json()["corrects"] == "daily-2026-001"
    assert api.get("/api/v1/bulletins/daily-2026-001-E1.html").status_code == 200
    [line] = api.get("/api/v1/bulletins").json()["bulletins"]
    assert [e["reason"] for e in line["errata"]] == ["迟到"]


@pytest.mark.parametrize(
    ("path", "body", "status", "fix"),
    [
        ("", '{"template": "dayly"}', 400, "did you mean `daily`?"),
        ("", '{"tempate": "daily"}', 422, "did you mean `template`?"),
        ("", '{"template": "daily", "period": "2026-10-20"}', 400, "end it yesterday"),
        ("", '{"template": "daily", "period": "x"}', 400, "known: "),
        ("", "[]", 422, "send an object of texts"),
        ("", "{", 422, "send an object of texts"),
        ("/daily-2026-009/errata", '{"reason": "r", "by": "b"}', 404, ""),
    ],
)
def test_what_cannot_be_issued_is_refused_with_a_way_out(
    api: Api, path: str, body: str, status: int, fix: str
) -> None:
    answer = api.post(f"/api/v1/bulletins{path}", body)
    assert answer.status_code == status
    assert fix in answer.json()["error"]["fix"]


@pytest.mark.parametrize(
    "path", ["/none-2026-001", "/none-2026-001.pdf", "/../state.sqlite.json", "/daily-2026-001.exe"]
)
def test_what_is_not_there_is_not_found(api: Api, path: str) -> None:
    api.post("/api/v1/bulletins", '{"template": "daily"}')
    assert api.get(f"/api/v1/bulletins{path}").status_code == 404


def test_a_page_of_another_site_may_not_issue(api: Api) -> None:
    answer = api.send(
        "POST",
        "/api/v1/bulletins",
        content='{"template": "daily"}',
        headers={"origin": "http://elsewhere", "host": "yiping"},
    )
    assert answer.status_code == 403
    assert archive(api.services) == []


def test_the_api_says_what_its_bulletins_are(api: Api) -> None:
    schema: dict[str, Any] = api.get("/api/openapi.json").json()["paths"]
    assert "post" in schema["/api/v1/bulletins"]
    assert "get" in schema["/api/v1/bulletins/{number}.{extension}"]
