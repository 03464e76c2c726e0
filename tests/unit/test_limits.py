"""limits.csv and [calendar]: what they say, what is wrong with them, what a city should know."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.__main__ import main
from dashboard.city.check import check_city
from dashboard.city.faults import Faults
from dashboard.city.limit_choice import Case, choose, is_for, narrower, turning_days, valid_on
from dashboard.city.limit_conflicts import check_conflicts
from dashboard.city.limits import LAYOUT
from dashboard.city.load import load_city
from dashboard.city.model import Category, City, LimitRule, Stage, Start
from dashboard.city.notices import notices_of
from dashboard.city.tree import category_path
from dashboard.core.work_calendar import WorkCalendar
from dashboard.core.working_clock import SLOTS, Limit, LimitUnit, Slot, WorkingClock
from tests.pack_files import FILES, write_pack

HEADER = (
    "kind,request_type,urgency,category,condition,stage,limit,unit,starts,valid_from,valid_to,"
    "basis\n"
)
TODAY = date(2026, 11, 21)


def pack(folder: Path, *rows: str, header: str = HEADER, city: str = "", **files: str) -> Path:
    limits = header + "".join(f"{row}\n" for row in rows)
    main = FILES["city.toml"] + city
    return write_pack(folder, **{"limits.csv": limits, "city.toml": main, **files})


def loaded(folder: Path, *rows: str, **options: str) -> City:
    return load_city(pack(folder, *rows, **options))


# --- what a pack says


def test_a_row_becomes_a_rule(tmp_path: Path) -> None:
    row = "hotline,complaint,urgent,gb:01,broken,handle,4,work_hours,dispatched,2026-01-01,,办法"
    [rule] = loaded(tmp_path, row).limits
    assert rule == LimitRule(
        id="handle/hotline/complaint/urgent/gb:01/broken/2026-01-01",
        stage="handle",
        limit=Limit(Decimal(4), LimitUnit.WORK_HOURS),
        starts="dispatched",
        basis="办法",
        kind="hotline",
        request_type="complaint",
        urgency="urgent",
        category="gb:01",
        condition="broken",
        valid_from=date(2026, 1, 1),
        where="limits.csv, line 2",
    )


def test_a_pack_may_name_its_rules_and_say_what_an_extension_adds(tmp_path: Path) -> None:
    header = "rule,stage,limit,unit,starts,extension,priority,basis\n"
    row = "L1,handle,5,work_days_civil,created,3,1,办法"
    [rule] = loaded(tmp_path, row, header=header).limits
    assert (rule.id, rule.priority) == ("L1", 1)
    assert rule.extended(2) == Limit(Decimal(11), LimitUnit.WORK_DAYS_CIVIL)


def test_an_extension_without_a_length_gives_the_limit_once_more(tmp_path: Path) -> None:
    [rule] = loaded(tmp_path, "hotline,,,,,handle,5,days,created,,,办法").limits
    assert rule.extended(1) == Limit(Decimal(10), LimitUnit.DAYS)


def test_a_source_has_the_deadlines_that_limits_give_and_none_that_it_sends(
    tmp_path: Path,
) -> None:
    rows = [
        "hotline,,,,,handle,5,days,created,,,办法",
        "hotline,,,,,sign,2,work_hours,dispatched,,,办法",
        "grid,,,,,dispose,5,days,created,,,办法",
        ",,,,,rectify,5,work_days_civil,reviewed,,,办法",
    ]
    source = loaded(tmp_path, *rows).sources["hotline"]
    assert source.computed == {"due_at", "sign_due_at"}
    assert source.delivers >= {"due_at", "created_at"}
    sending = FILES["sources/hotline.toml"] + 'due_at = "时限"\n'
    source = loaded(tmp_path, *rows, **{"sources/hotline.toml": sending}).sources["hotline"]
    assert source.computed == {"sign_due_at"}


def test_without_a_word_a_city_works_office_hours_and_keeps_the_national_holidays(
    tmp_path: Path,
) -> None:
    city = load_city(write_pack(tmp_path))
    assert (city.work.country, city.work.slots) == ("CN", SLOTS)
    assert city.clock.zone == city.zone
    assert not city.clock.calendar.is_workday(date(2026, 10, 1))
    assert city.limits == ()


def test_a_city_has_its_own_hours_days_and_years(tmp_path: Path) -> None:
    table = """
[calendar]
country = "none"
slots = ["00:00-07:30", "20:00-24:00"]
published_years = [2027]
"""
    days = "date,is_workday,name\n2027-03-08,0,节\n"
    city = load_city(pack(tmp_path, city=table, **{"calendar.csv": days}))
    assert city.work.slots == (Slot(0, 27_000), Slot(72_000, 86_400))
    assert city.work.published_years == {2027}
    assert not city.clock.calendar.is_workday(date(2027, 3, 8))
    assert city.clock.calendar.is_workday(date(2026, 10, 1))


# --- what is wrong

GOOD = "hotline,,,,,handle,5,work_days_civil,created,,,办法"
SPOILT = [
    # row → problem, fix
    ("hotlin,,,,,handle,5,days,created,,,办法", "no `hotlin`", "`hotline`"),
    ("hotline,,urgnt,,,handle,5,days,created,,,办法", "no `urgnt`", "`urgent`"),
    ("hotline,,,gb:02,,handle,5,days,created,,,办法", "no category `gb:02`", "gb:01"),
    ("hotline,,,,,handel,5,days,created,,,办法", "no `handel`", "`handle`"),
    ("hotline,,,,,handle,5,day,created,,,办法", "no `day`", "`days`"),
    ("hotline,,,,,handle,5,days,create,,,办法", "no `create`", "`created`"),
    ("hotline,,,,,handle,soon,days,created,,,办法", "`soon` is not a number", "digits"),
    ("hotline,,,,,handle,0,days,created,,,办法", "not between 0 and 3660", "more than 0"),
    ("hotline,,,,,handle,99999,days,created,,,办法", "not between", "how many"),
    ("hotline,,,,,handle,1.5,work_days_civil,created,,,办法", "cannot be counted", "by_slots"),
    ("hotline,,,,,handle,5,days,created,,,", "`basis` is empty", "fill"),
    ("hotline,,,,,sign,5,days,signed,,,办法", "cannot start when it is signed", "dispatched"),
    (",,,,,rectify,5,days,created,,,办法", "cannot start when it is created", "reviewed"),
    ("hotline,,,,,rectify,5,days,reviewed,,,办法", "A review has no `kind`", "empty"),
    ("hotline,,,,,handle,5,days,created,2026-02-01,2026-01-01,办法", "before it begins", "swap"),
    ("hotline,,,,,handle,5,days,created,soon,,办法", "not a day", "2026-11-21"),
    (GOOD, "is there twice", "limits.csv, line 2"),
    ("hotline,,,,,handle,7,days,created,2026-01-01,,办法", "both for kind hotline", "valid_to"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "problem", "fix"), SPOILT, ids=lambda text: text[:40])
def test_a_fault_says_the_line_and_how_to_mend_it(
    tmp_path: Path, row: str, problem: str, fix: str
) -> None:
    faults = check_city(pack(tmp_path, GOOD, row))
    assert [fault.where for fault in faults] == ["limits.csv, line 3"] * len(faults)
    assert any(problem in fault.problem and fix in fault.fix for fault in faults), faults


def test_two_rules_that_cross_are_a_fault_until_a_third_one_or_a_priority_decides(
    tmp_path: Path,
) -> None:
    topic = "hotline,,,gb:01,,handle,5,days,created,,,办法"
    urgent = "hotline,,urgent,,,handle,2,urgent_hours,created,,,办法"
    [fault] = check_city(pack(tmp_path, topic, urgent))
    assert fault.where == "limits.csv, line 3"
    assert "both for kind hotline, urgency urgent, category gb:01" in fault.problem
    assert "limits.csv, line 2" in fault.problem
    both = "hotline,,urgent,gb:01,,handle,1,days,created,,,办法"
    assert check_city(pack(tmp_path, topic, urgent, both)) == []
    later = both.replace("created,,", "created,2026-01-01,")
    assert len(check_city(pack(tmp_path, topic, urgent, later))) == 1
    header = HEADER.replace("basis", "basis,priority")
    ranked = [f"{topic},", f"{urgent},1"]
    assert check_city(pack(tmp_path, *ranked, header=header)) == []


CALENDARS = [
    ('country = "NZ"', "country", "no calendar of `NZ`", '"none"'),
    ('slots = ["8-12"]', "slots", "`8-12` is not a span", "08:00-12:00"),
    ('slots = ["12:00-08:00"]', "slots", "`12:00-08:00` is not a span", "24:00"),
    ('slots = ["08:00-12:00", "11:00-15:00"]', "slots", "before the slot before", "in order"),
    ("slots = []", "slots", "without working hours", "slot"),
    ('published_years = ["2027"]', "published_years", "list of years", "[2027]"),
    ("published_years = [2027]", "published_years", "no day of 2027", "2027"),
    ("published_years = [20277]", "published_years", "the year 20277", "2299"),
    ("holidays = 1", "holidays", "no key `holidays`", "known"),
]


@pytest.mark.parametrize(("line", "key", "problem", "fix"), CALENDARS)
def test_a_fault_of_the_calendar_table_says_its_line(
    tmp_path: Path, line: str, key: str, problem: str, fix: str
) -> None:
    [fault] = check_city(pack(tmp_path, city=f"[calendar]\n{line}\n"))
    assert fault.where == f"city.toml, line 14 [calendar] {key}"
    assert problem in fault.problem
    assert fix in fault.fix


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["limits.csv", "city.toml", "calendar.csv"]),
    st.integers(0, 700),
    st.binary(max_size=8) | st.text(alphabet=',"\n[]{}=-0.d\\9', max_size=6).map(str.encode),
)
def test_whatever_the_files_hold_they_are_faulty_or_can_be_used(
    tmp_path: Path, name: str, at: int, noise: bytes
) -> None:
    rows = (GOOD, "hotline,,urgent,gb:01,broken,sign,2,work_hours,dispatched,2026-01-01,,办法")
    table = "[calendar]\nslots = ['08:00-12:00']\npublished_years = [2027]\n"
    days = "date,is_workday,name\n2027-02-08,0,春节\n"
    pack(tmp_path, *rows, city=table, **{"calendar.csv": days})
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:at] + noise + content[at:])
    faults = check_city(tmp_path)
    assert all(fault.where and fault.problem and fault.fix for fault in faults)
    if not faults:
        assert all(str(notice) for notice in notices_of(load_city(tmp_path), TODAY))


# --- what a city should know

CATCH_ALL = "hotline,,,,,handle,5,work_days_civil,created,,,办法"


def notices(folder: Path, *rows: str, today: date = TODAY, **options: str) -> list[str]:
    """Where and what, one text each."""
    city = loaded(folder, *rows, **options)
    return [f"{notice.where}: {notice.problem}" for notice in notices_of(city, today)]


def test_a_year_that_deadlines_can_run_into_is_named_while_it_is_not_published(
    tmp_path: Path,
) -> None:
    [notice] = notices(tmp_path, CATCH_ALL)
    assert notice.startswith("calendar.csv: The working days of 2027 are not published")
    long = CATCH_ALL.replace(",5,", ",300,")  # and once more, if it is extended: 2027 to 2029
    assert len(notices(tmp_path, long)) == 3
    table = "[calendar]\npublished_years = [2027]\n"
    days = "date,is_workday,name\n" + "".join(f"2027-{md},0,\n" for md in HOLIDAYS_2027)
    assert notices(tmp_path, CATCH_ALL, city=table, **{"calendar.csv": days}) == []


HOLIDAYS_2027 = (
    "01-01", "02-05", "02-08", "02-09", "02-10", "02-11", "04-05", "05-03", "06-09", "09-15",
    "10-01", "10-04", "10-05", "10-06",
)  # fmt: skip
"""Made up, about as many as there will be."""


def test_check_says_a_notice_and_calls_the_pack_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "hotline,complaint,,,,handle,5,days,created,,,办法"
    assert main(["check", "--city", str(pack(tmp_path, row))]) == 0
    said = capsys.readouterr().out
    assert "Notice: No source gives a case the request_type `complaint`" in said
    assert "is good" in said.splitlines()[-1]


def test_where_no_limit_counts_working_days_only_this_year_matters(tmp_path: Path) -> None:
    days = CATCH_ALL.replace("work_days_civil", "days")
    assert notices(tmp_path, days) == []
    assert notices(tmp_path) == []
    assert "2027" in notices(tmp_path, today=date(2027, 1, 1))[0]


def test_outside_china_no_year_waits_for_a_notice(tmp_path: Path) -> None:
    assert notices(tmp_path, CATCH_ALL, city='[calendar]\ncountry = "none"\n') == []


def test_a_year_said_to_be_complete_is_doubted_where_days_are_missing(tmp_path: Path) -> None:
    days = {"calendar.csv": "date,is_workday,name\n2027-02-08,0,春节\n"}
    [notice] = notices(tmp_path, city="[calendar]\npublished_years = [2027]\n", **days)
    assert notice.startswith("calendar.csv: 2027 has 258 working days; published years have 24")


def test_cases_without_a_limit_are_named(tmp_path: Path) -> None:
    row = CATCH_ALL.replace("hotline,,,,", "hotline,,,gb:0101,").replace("work_days_civil", "days")
    [notice] = notices(tmp_path, row)
    assert notice.startswith(
        "limits.csv: No limit to handle is for hotline cases of category gb:01"
    )
    urgent = "hotline,,urgent,,,handle,2,urgent_hours,created,,,办法"
    source = FILES["sources/hotline.toml"] + 'urgency = "紧急"\n'
    found = notices(tmp_path, urgent, **{"sources/hotline.toml": source})
    assert "category gb:01, urgency normal, nor for 3 other sorts" in found[0]


def test_a_limit_that_no_row_can_have_is_named(tmp_path: Path) -> None:
    row = "hotline,complaint,,,,handle,5,days,created,,,办法"
    [notice] = notices(tmp_path, row, CATCH_ALL.replace("work_days_civil", "days"))
    assert notice.startswith("limits.csv, line 2: No source gives a case the request_type")
    assert "`complaint`" in notice


def test_a_deadline_that_the_source_sends_anyway_is_named(tmp_path: Path) -> None:
    source = FILES["sources/hotline.toml"] + 'due_at = "时限"\n'
    days = CATCH_ALL.replace("work_days_civil", "days")
    [notice] = notices(tmp_path, days, **{"sources/hotline.toml": source})
    assert notice.startswith("sources/hotline.toml: It sends `due_at` itself")


def test_days_between_two_limits_are_named(tmp_path: Path) -> None:
    first = "hotline,,,,,handle,5,days,created,,2025-12-31,办法"
    second = "hotline,,,,,handle,5,days,created,2026-01-05,,办法"
    [notice] = notices(tmp_path, first, second)
    assert notice.startswith("limits.csv, line 3: No limit to handle holds from 2026-01-01")
    assert "to 2026-01-04" in notice
    assert notices(tmp_path, first, second.replace("01-05", "01-01")) == []


STEPS = """\
fact = "incident_steps"
title = "步骤"
freshness = "1d"
[connector]
type = "csv"
path = "data/steps.csv"
[fields]
source_id = "步骤编号"
incident_id = "编号"
at = "时间"
action = "环节"
"""


def test_extensions_without_a_length_are_named_where_a_source_can_send_one(
    tmp_path: Path,
) -> None:
    days = CATCH_ALL.replace("work_days_civil", "days")
    [notice] = notices(tmp_path, days, **{"sources/steps.toml": STEPS})
    assert notice.startswith("limits.csv, line 2: 1 limits do not say by how much one extension")


# --- which rule wins

CATEGORIES = {
    code: Category(code, "gb", above, depth, code, code)
    for code, above, depth in (
        ("gb:1", "", 1),
        ("gb:11", "gb:1", 2),
        ("gb:12", "gb:1", 2),
        ("gb:2", "", 1),
    )
}
DAYS = (None, date(2026, 1, 1), date(2026, 7, 1))


def one_rule(position: int, criteria: tuple[str, ...], days: tuple[date | None, ...]) -> LimitRule:
    kind, request_type, urgency, category, condition = criteria
    return LimitRule(
        str(position),
        "handle",
        Limit(Decimal(1), LimitUnit.DAYS),
        "created",
        "",
        kind,
        request_type,
        urgency,
        category,
        condition,
        days[0] or date.min,
        days[1] or date.max,
        where=str(position),
    )


CRITERIA = st.tuples(
    st.sampled_from(["", "hotline", "grid"]),
    st.sampled_from(["", "complaint"]),
    st.sampled_from(["", "urgent", "normal"]),
    st.sampled_from(["", *CATEGORIES]),
    st.sampled_from(["", "broken"]),
)
VALID = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).filter(
    lambda days: (days[0] or date.min) <= (days[1] or date.max)
)
RULES = st.lists(st.tuples(CRITERIA, VALID), max_size=6).map(
    lambda drawn: [one_rule(n, *parts) for n, parts in enumerate(drawn)]
)


def every_case() -> Iterator[Case]:
    for kind, request_type, urgency, category, condition in product(
        ("hotline", "grid"), ("", "complaint"), ("", "urgent", "normal"), ("", *CATEGORIES),
        ("", "broken"),
    ):  # fmt: skip
        yield Case(kind, request_type, urgency, condition, category_path(CATEGORIES, category))


@given(RULES)
def test_a_pack_without_conflicts_never_leaves_a_case_open(rules: list[LimitRule]) -> None:
    faults = Faults()
    check_conflicts(rules, CATEGORIES, faults)
    days = turning_days(rules)
    several = any(
        len(choose(valid_on(rules, day), case, CATEGORIES)) > 1
        for day in days
        for case in every_case()
    )
    assert bool(len(faults)) == several


@given(RULES, st.sampled_from(list(every_case())))
def test_the_rule_chosen_is_for_the_case_and_none_is_narrower(
    rules: list[LimitRule], case: Case
) -> None:
    chosen = choose(rules, case, CATEGORIES)
    meant = [rule for rule in rules if is_for(rule, case)]
    assert bool(chosen) == bool(meant)
    for rule in chosen:
        assert rule in meant
        assert all(
            narrower(rule, other, CATEGORIES) or not narrower(other, rule, CATEGORIES)
            for other in meant
        )


@given(RULES)
def test_a_narrower_rule_has_no_case_that_the_other_does_not_have(rules: list[LimitRule]) -> None:
    for rule, other in product(rules, rules):
        inside = all(is_for(other, case) for case in every_case() if is_for(rule, case))
        if narrower(rule, other, CATEGORIES):
            assert inside


# --- what docs/city-pack.md says of them

PAGE = (Path(__file__).parents[2] / "docs" / "city-pack.md").read_text("utf-8")
SECTION = PAGE.partition("\n## limits.csv\n")[2].partition("\n## ")[0]


def test_every_word_of_a_limit_is_on_the_page() -> None:
    words = (*LimitUnit, *get_args(Stage), *get_args(Start), *LAYOUT.required, *LAYOUT.optional)
    assert [word for word in words if f"`{word}`" not in SECTION] == []


def test_the_limits_of_the_page_are_good(tmp_path: Path) -> None:
    example = SECTION.partition("```csv\n")[2].partition("```")[0].replace("gb47678:", "gb:")
    assert check_city(write_pack(tmp_path, **{"limits.csv": example})) == []


@pytest.mark.parametrize("unit", LimitUnit)
def test_a_limit_of_two_ends_where_the_page_says(unit: LimitUnit) -> None:
    start = datetime(2026, 2, 13, 17, tzinfo=ZoneInfo("Asia/Shanghai"))
    end = WorkingClock(WorkCalendar()).due(start, Limit(Decimal(2), unit)).at
    assert end is not None
    [row] = [line for line in SECTION.splitlines() if line.startswith(f"| `{unit}`")]
    local = end.astimezone(start.tzinfo)
    assert f"{local:%A} {local.day} {local:%B}, {local:%H:%M}" in row
