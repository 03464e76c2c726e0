"""What happens to cases in the demonstration city: put off, called about again, signed for late."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from dashboard.city.check import check_city
from dashboard.city.limit_choice import Case, choose
from dashboard.city.load import load_city
from dashboard.city.tree import category_path
from dashboard.core.work_calendar import WorkCalendar
from dashboard.demo import write_demo
from dashboard.demo.rhythm import DAY, HOUR, WorkingCalendar, epoch_day, instant
from dashboard.demo.vocabulary import departments, grid_topics
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.local_rules import with_local_rules

UNTIL = date(2026, 8, 1)
SOURCES = (
    "hotline",
    "grid",
    "hotline_steps",
    "grid_steps",
    "service",
    "estate",
    "reviews",
    "calls",
)
UNIT = "regexp_replace(承办单位, '（.*', '') = '水务局'"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_demo(folder, incidents=20_000, days=60, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def ask(pack: Path) -> Iterator[Any]:
    """Answers SQL over the history of each source, and over `…_live`."""
    with duckdb.connect() as connection:
        for source in SOURCES:
            for name, pattern in ((source, "-[2h]*"), (f"{source}_live", "-live-*")):
                if name != "estate_live":
                    files = f"{pack}/data/{source}{pattern}.csv.gz"
                    connection.sql(
                        f"create table {name} as from read_csv('{files}', sample_size=-1)"
                    )
        yield lambda sql: connection.sql(sql).fetchall()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def shares(ask: Any, *columns: str, table: str = "hotline") -> dict[bool, tuple[float, ...]]:
    """Mean of conditions, for the slow department and for all others."""
    means = ", ".join(f"avg(({column})::int)" for column in columns)
    found = ask(f"select {UNIT}, {means} from {table} where 派单时间 is not null group by 1")
    return {slow: tuple(means) for slow, *means in found}


def test_the_slow_department_signs_late_and_puts_off_more(ask: Any) -> None:
    found = shares(ask, "签收时间 <= 签收时限", "延期次数 > 0", "挂账次数 > 0")
    signed, extended, deferred = zip(found[True], found[False], strict=True)
    assert signed[0] + 0.03 < signed[1]
    assert signed[1] > 0.97
    assert extended[0] > 1.5 * extended[1] > 0
    assert deferred[0] > deferred[1] > 0


@pytest.mark.parametrize(
    ("source", "number", "column", "action"),
    [
        ("hotline", "工单编号", "延期次数", "延期"),
        ("hotline", "工单编号", "挂账次数", "挂账"),
        ("grid", "案卷编号", "延期次数", "延期"),
        ("grid", "案卷编号", "缓办次数", "挂账"),
    ],
)
def test_steps_tell_how_often_a_case_was_put_off(
    ask: Any, source: str, number: str, column: str, action: str
) -> None:
    told = ask(f"select {number}, {column} n from {source} where {column} > 0 order by 1")
    stepped = ask(f"select 编号, count(*) from {source}_steps where 环节 = '{action}' group by 1 "
                  "order by 1")  # fmt: skip
    assert told == stepped
    assert told


def test_an_extension_comes_before_the_deadline_it_moves(ask: Any) -> None:
    moved = """
        select min(n.更新时间) < any_value(b.办理时限), min(n.办理时限) > any_value(b.办理时限)
        from hotline_live n join hotline b using (工单编号)
        where n.延期次数 > b.延期次数 and n.挂账次数 = 0 and b.办理时限 is not null
        group by 工单编号
    """
    found = ask(moved)
    assert len(found) > 3
    assert set(found) == {(True, True)}


def test_a_repeat_is_about_the_same_matter_at_the_same_place_within_a_fortnight(ask: Any) -> None:
    found = """
        select count(*), count(e.工单编号),
            count(*) filter (n.地址 = e.地址 and n.诉求分类 = e.诉求分类),
            count(*) filter (n.来电时间 > e.来电时间
                and n.来电时间 <= e.来电时间 + interval 15 day)
        from hotline n left join hotline e on n.重复工单号 = e.工单编号
        where n.重复工单号 is not null
    """
    [counts] = ask(found)
    assert len(set(counts)) == 1
    assert 0.03 < counts[0] / 12_000 < 0.08


def test_chronic_places_are_called_about_again_and_again(ask: Any) -> None:
    often = """
        select avg((重复工单号 is not null)::int) from hotline
        where 地址 in (select 地址 from hotline group by 1 having count(*) > 6)
    """
    assert ask(often)[0][0] > 0.4


def test_repeats_do_not_pause_at_the_turn_of_the_month(ask: Any) -> None:
    days = "select avg((重复工单号 is not null)::int) from hotline where day(来电时间) <= 7 "
    assert ask(days + "and month(来电时间) = 7")[0][0] > 0.02


def test_each_filed_case_has_a_condition_of_its_matter(ask: Any) -> None:
    found = """
        select count(*), count(立案条件),
            count(*) filter (立案条件 not like lpad(案件代码::varchar, 5, '0') || '-%')
        from grid where 立案时间 is not null
    """
    [(filed, with_condition, strange)] = ask(found)
    assert (filed, strange) == (with_condition, 0)
    covers = "select count(distinct 立案条件) from grid where 立案条件 like '01002-%'"
    assert ask(covers) == [(3,)]


def test_every_condition_has_one_limit_of_each_stage(pack: Path) -> None:
    city = load_city(pack)
    topics = grid_topics()
    for code, topic in zip(topics.conditions.codes, topics.conditions.topic, strict=True):
        path = category_path(city.categories, f"gb47678:m{topics.codes[topic]}")
        case = Case(kind="grid", condition=code, categories=path)
        for stage in ("dispose", "handle"):
            own = [rule for rule in city.limits if rule.stage == stage]
            [rule] = choose(own, case, city.categories)
            assert rule.id.startswith((f"{code}-", f"{topics.codes[topic]}-"))
    assert city.sources["grid"].computed == {"due_at", "disposal_due_at"}


def test_people_are_numbers_and_patrol_where_they_belong(ask: Any) -> None:
    for column in ("监督员", "受理员", "值班长", "派遣员"):
        codes = [code for (code,) in ask(f"select distinct {column} from grid") if code]
        assert all(re.fullmatch(r"[SALP]-\d{2,4}", code) for code in codes)
    grids = ask(
        "select 监督员, count(distinct 单元网格编码), "
        "count(distinct 单元网格编码 // 1000000000) from grid group by 1"
    )
    assert max(count for _, count, _ in grids) <= 12
    assert {districts for *_, districts in grids} == {1}


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("按时核实", "来源渠道 = '公众上报' and 案卷状态 <> '上报'"),
        ("有效上报", "来源渠道 = '巡查上报' and 案卷状态 <> '上报'"),
        ("按时立案", "立案时间 is not null"),
        ("是否漏报", "立案时间 is not null"),
        ("按时派遣", "派遣时间 is not null"),
        ("按时核查", "案卷状态 = '结案'"),
    ],
)
def test_a_flag_is_there_once_it_can_be_known(ask: Any, flag: str, told: str) -> None:
    [(strange, both)] = ask(
        f"select count(*) filter (({flag} is not null) <> ({told})), count(distinct {flag}) "
        "from grid"
    )
    assert (strange, both) == (0, 2)


def test_only_what_the_public_told_can_have_been_overlooked(ask: Any) -> None:
    told = ask("select distinct 来源渠道 from grid where 是否漏报 = '是'")
    assert told == [("公众上报",)]
    refused = ask("select distinct 案卷状态 from grid where 有效上报 = '否' order by 1")
    assert refused == [("不予立案",), ("作废",)]


def test_fully_online_is_online_without_a_visit(ask: Any) -> None:
    wrong = "(是否全程网办 = '是') <> (是否网上申请 = '是' and 到现场次数 = 0)"
    assert ask(f"select count(*) from service where {wrong}") == [(0,)]
    [(less, none, longer)] = ask(
        "select count(*) filter (承诺工作日 < 法定工作日), count(*) filter (法定工作日 is null), "
        "count(*) filter (承诺工作日 > 法定工作日) from service"
    )
    assert (less > 0, none > 0, longer) == (True, True, 0)


def test_bad_reviews_alone_have_a_limit_which_some_miss(ask: Any) -> None:
    bad = "满意等级 in ('不满意', '非常不满意')"
    assert ask(f"select count(*) from reviews where (整改期限 is not null) <> ({bad})") == [(0,)]
    [(late, done)] = ask(
        "select count(*) filter (整改完成时间 > 整改期限), count(整改完成时间) from reviews"
    )
    assert 0 < late < 0.3 * done


def test_a_storm_breaks_the_answer_rate(ask: Any) -> None:
    days = ask("select 时段开始::date, sum(接通量) / sum(呼入量) from calls group by 1 order by 2")
    assert days[0][1] < 0.85
    assert days[1][1] > 0.93
    assert ask("select count(*) from calls where 呼损量 > 呼入量 - 接通量") == [(0,)]
    assert ask("select sum(呼损量) / sum(呼入量 - 接通量) from calls")[0][0] > 0.85


def test_the_pack_has_no_fault_and_every_target_a_metric(pack: Path) -> None:
    catalogue = Catalogue.load()
    known = {metric.id for metric in catalogue}
    assert check_city(pack, known_metrics=known) == []
    city = load_city(pack)
    assert len({target.metric for target in city.targets}) >= 20
    assert all("虚构" in target.source for target in city.targets)
    own = with_local_rules(catalogue, city)
    assert own is not catalogue


def test_everyone_is_ranked_in_one_group(pack: Path) -> None:
    city = load_city(pack)
    placed: dict[str, list[str]] = {"district": [], "department": []}
    for group in city.groups.values():
        placed[group.dimension] += group.codes
    districts = [code for code, region in city.regions.items() if region.level == "district"]
    assert sorted(placed["district"]) == sorted(districts)
    assert sorted(placed["department"]) == sorted(row["code"] for row in departments())


def test_the_city_has_a_day_off_of_its_own(pack: Path) -> None:
    own = rows(pack / "calendar.csv")
    assert {row["is_workday"] for row in own} == {"0"}
    days = [date.fromisoformat(row["date"]) for row in own]
    assert [day.year for day in days] == [2026, 2027]
    assert all(day.weekday() < 5 and WorkCalendar().is_workday(day) for day in days)


def test_working_time_is_counted_as_it_is_added() -> None:
    calendar = WorkingCalendar(date(2026, 9, 1), date(2026, 12, 31))
    rng = np.random.default_rng(1)
    start = instant(date(2026, 9, 20)) + rng.integers(0, 40 * DAY, 500)
    seconds = rng.integers(1, 60 * HOUR, 500)
    end = calendar.add_work(start, seconds)
    assert (calendar.worked(end) - calendar.worked(start) == seconds).all()
    days = start // DAY
    assert (calendar.workdays_to(calendar.after(days, 5)) - calendar.workdays_to(days) == 5).all()
    holiday = epoch_day(date(2026, 10, 1)) + np.arange(7)
    assert not calendar.works_on(holiday).any()


def test_founding_day_is_worked_nowhere_in_the_city() -> None:
    day = date(2026, 4, 20)
    calendar = WorkingCalendar(day - timedelta(days=10), day + timedelta(days=10))
    assert not calendar.works_on(np.array([epoch_day(day)]))[0]
