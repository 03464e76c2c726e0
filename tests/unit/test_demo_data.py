"""The demonstration city's data: repeatable, alive, true to its own codes, nobody's in person."""

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
import shapely

from dashboard.demo import write_demo

UNTIL = date(2026, 11, 21)
SOURCES = ("hotline", "grid", "hotline_steps", "grid_steps", "service", "estate", "household",
           "reviews", "calls")  # fmt: skip


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, incidents=6000, days=60, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def rows(pack: Path) -> Iterator[Any]:
    """`rows(source)` is a relation of the history, `rows(source, "live")` of the live days."""
    with duckdb.connect() as connection:
        for source in SOURCES:
            for when, pattern in (("past", "-[2h]*"), ("live", "-live-*")):
                if source != "estate" or when == "past":
                    connection.sql(
                        f"create table {source}_{when} as from "
                        f"read_csv('{pack}/data/{source}{pattern}.csv.gz', sample_size=-1)"
                    )
        yield lambda source, when="past": connection.table(f"{source}_{when}")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_demo(tmp_path / name, incidents=500, days=20, until=UNTIL)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_another_seed_is_another_city(pack: Path, tmp_path: Path) -> None:
    write_demo(tmp_path, incidents=500, days=20, until=UNTIL, seed=2)
    assert digests(tmp_path)["regions/grid.geojson"] != digests(pack)["regions/grid.geojson"]


def test_a_second_run_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    write_demo(tmp_path, incidents=400, days=45, until=UNTIL)
    write_demo(tmp_path, incidents=400, days=10, until=UNTIL)
    assert not list((tmp_path / "data").glob("*-2026-10.csv.gz"))


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    write_demo(tmp_path, incidents=300, days=10, until=UNTIL, progress=told.append)
    assert told[0] == "regions"
    assert "hotline 2026-11" in told


def test_history_holds_exactly_the_incidents_asked_for(rows: Any) -> None:
    counts = [rows(source).count("*").fetchone()[0] for source in ("hotline", "grid")]
    assert counts == [3600, 2400]


def test_history_knows_nothing_of_the_day_that_begins(rows: Any) -> None:
    for source, clock in (("hotline", "更新时间"), ("grid", "更新时间"), ("service", "更新时间"),
                          ("reviews", "更新时间"), ("hotline_steps", "操作时间")):  # fmt: skip
        newest = rows(source).aggregate(f"max({clock})").fetchone()[0]
        assert newest.date() < UNTIL


def test_open_tickets_go_on_changing_in_the_live_feed(rows: Any) -> None:
    past, live = rows("hotline"), rows("hotline", "live")
    carried = past.join(live.set_alias("l"), "工单编号").count("*").fetchone()[0]
    assert carried > 5
    versions = live.aggregate("工单编号, count(*) n, count(distinct 更新时间) d").filter("n <> d")
    assert versions.fetchall() == []


def test_live_files_hold_their_own_day_in_order(pack: Path) -> None:
    for source in SOURCES:
        files = sorted((pack / "data").glob(f"{source}-live-*.csv.gz"))
        assert len(files) == (0 if source == "estate" else 7)
        clock = tomllib.loads((pack / f"sources/{source}.toml").read_text("utf-8"))
        column = clock["connector"]["release"]
        for path in files:
            found = duckdb.sql(f"select \"{column}\" from read_csv('{path}')").fetchall()
            instants = [instant for (instant,) in found]
            assert instants == sorted(instants)
            assert {str(instant)[:10] for instant in instants} <= {path.name[-17:-7]}


def test_the_estate_office_stopped_yesterday_afternoon(rows: Any) -> None:
    newest = rows("estate").aggregate("max(更新时间)").fetchone()[0]
    assert str(newest) < "2026-11-20 17:40:00"
    assert str(newest) > "2026-11-20 12:00:00"


def test_every_word_of_a_file_is_mapped(pack: Path, rows: Any) -> None:
    """Each code table covers every value of its column, and yields codes that the pack knows."""
    for source in SOURCES:
        spec = tomllib.loads((pack / f"sources/{source}.toml").read_text("utf-8"))
        missing = set(spec.get("missing", [""])) | {None}
        for rule in spec["fields"].values():
            if not (isinstance(rule, dict) and "table" in rule):
                continue
            known = {row["from"] for row in table(pack / f"codes/{rule['table']}.csv")}
            for when in ("past", "live") if source != "estate" else ("past",):
                column = f'cast("{rule["column"]}" as varchar)'
                words = {w for (w,) in rows(source, when).select(column).distinct().fetchall()}
                words = {re.sub(rule.get("strip", "$^"), "", w) for w in words - missing}
                unpadded = {word.lstrip("0") for word in known}
                assert {word.lstrip("0") for word in words} <= unpadded


def test_every_mapped_column_is_in_the_files(pack: Path, rows: Any) -> None:
    for source in SOURCES:
        spec = tomllib.loads((pack / f"sources/{source}.toml").read_text("utf-8"))
        columns = set(rows(source).columns)
        for rule in spec["fields"].values():
            column = rule if isinstance(rule, str) else rule.get("column")
            assert column is None or column in columns


def test_codes_lead_to_departments_and_categories_of_the_pack(pack: Path) -> None:
    categories = {f"{r['system']}:{r['code']}" for r in table(pack / "categories.csv")}
    for name in ("hotline_category", "grid_category"):
        assert {row["to"] for row in table(pack / f"codes/{name}.csv")} <= categories
    departments = {row["code"] for row in table(pack / "departments.csv")}
    assert len(departments) == 60
    assert {row["to"] for row in table(pack / "codes/departments.csv")} <= departments | {"-"}
    assert all(row["name_en"].isascii() for row in table(pack / "categories.csv"))
    assert all(row["name_en"] for row in table(pack / "categories.csv"))


def test_points_lie_in_the_grid_they_name(pack: Path, rows: Any) -> None:
    collection = shapely.from_geojson((pack / "regions/grid.geojson").read_text("utf-8"))
    codes = [row["code"] for row in table(pack / "regions.csv") if row["level"] == "grid"]
    number = {code: index for index, code in enumerate(codes)}
    found = rows("hotline").select("cast(单元网格编码 as varchar), 经度, 纬度").fetchall()
    shapes = np.array(shapely.get_parts(collection))[[number[code] for code, *_ in found]]
    assert shapely.contains_xy(shapes, [x for _, x, _ in found], [y for *_, y in found]).all()


def test_chronic_places_come_back_every_month(rows: Any) -> None:
    for source, clock in (("hotline", "来电时间"), ("grid", "上报时间")):
        places = rows(source).aggregate(
            f"地址, count(*) n, count(distinct date_trunc('month', {clock})) spread"
        )
        assert places.filter("spread = 3").count("*").fetchone()[0] >= 20


def test_one_department_is_slow_and_one_district_falls_short(rows: Any) -> None:
    due = rows("hotline").filter("办理时限 < timestamp '2026-11-20'")
    kept = "avg((结案时间 is not null and 结案时间 <= 办理时限)::int) kept"
    slow = "regexp_replace(承办单位, '（.*', '') = '水务局' slow"
    by_unit = dict(due.select(f"{slow}, *").aggregate(f"slow, {kept}").fetchall())
    assert by_unit[True] < 0.85
    assert by_unit[False] > 0.93
    content = "avg((满意度 <> '不满意')::int)"
    asked = rows("hotline").filter("满意度 in ('满意', '基本满意', '不满意')")
    behind = "单元网格编码 // 1000000000 = 990106 behind"
    by_place = dict(asked.select(f"{behind}, *").aggregate(f"behind, {content}").fetchall())
    assert by_place[True] + 0.03 < by_place[False]


def test_the_heating_season_shows(rows: Any) -> None:
    heat = (
        rows("hotline")
        .filter("标题 like '%暖%'")
        .aggregate(
            "count(*) filter (来电时间 < '2026-11-05') early, "
            "count(*) filter (来电时间 >= '2026-11-15') late"
        )
    )
    early, late = heat.fetchone()
    assert late > 5 * max(early, 1)


def test_steps_tell_what_the_ticket_says(rows: Any) -> None:
    returned = rows("hotline_steps").filter("环节 = '退单'").aggregate("编号, count(*) n")
    told = rows("hotline").filter("退单次数 > 0").select("工单编号 编号, 退单次数 n")
    assert sorted(returned.fetchall()) == sorted(told.fetchall())


def test_a_life_runs_forward(rows: Any) -> None:
    order = ("来电时间", "派单时间", "签收时间", "办结时间", "回访时间", "结案时间")
    for earlier, later in pairwise(order):
        assert rows("hotline").filter(f"{later} < {earlier}").fetchall() == []


def test_a_storm_fills_the_streets_by_the_river(tmp_path: Path) -> None:
    write_demo(tmp_path, incidents=6000, days=30, until=date(2026, 8, 1))
    by_day = duckdb.sql(
        "select 来电时间::date d, count(*) filter (标题 similar to '.*(积水|倒灌|排水|外溢).*') n "
        f"from read_csv('{tmp_path}/data/hotline-20*.csv.gz') group by 1 order by 2 desc"
    ).fetchall()
    assert by_day[0][1] > 8 * by_day[len(by_day) // 2][1]


def test_no_row_holds_a_number_to_call_or_a_card_number(pack: Path, rows: Any) -> None:
    number = r"(^|[^0-9])(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[0-9]{17}[0-9Xx])([^0-9]|$)"
    for source in ("hotline", "grid"):
        for column in ("标题", "内容", "地址"):
            found = rows(source).filter(f"regexp_matches({column}, '{number}')")
            assert found.fetchall() == []
    assert "fictional" in (pack / "city.toml").read_text("utf-8")
