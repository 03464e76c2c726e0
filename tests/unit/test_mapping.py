"""Field rules: what a cell of a source becomes, and when a row is kept out and why."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from dashboard.city.model import FieldRule, SourceSpec
from dashboard.core.errors import PackError, SourceChanged
from dashboard.ingest.land import land
from dashboard.ingest.mapping import Mapped, Mapper
from data_sources.base import Batch, RaggedRow
from tests.small_city import rule, small_city, source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACTIVE = rule("active", value="true")
GIVEN = {"source_id": "A", "created_at": "2026-11-20 10:00:00"}


def instant(text: str) -> datetime:
    """As the facts hold it: UTC without an offset."""
    return datetime.fromisoformat(text)


def mapped(
    tmp_path: Path, spec: SourceSpec, *rows: dict[str, str], city: Any = None, **batch: Any
) -> Mapped:
    table = pa.Table.from_pylist(list(rows))
    raw = land(Batch(table, "test", **batch), tmp_path / "landed.parquet")
    with Mapper(spec, city or small_city()) as mapper:
        return mapper.map(raw, landed_at=NOW)


def one(tmp_path: Path, field: FieldRule, cell: str, **spec: Any) -> dict[str, Any]:
    """The row made from one more cell; its fault if it is refused."""
    rules = [r for r in (rule("source_id"), rule("created_at")) if r.field != field.field]
    row = {**GIVEN, field.column or "unused": cell}
    result = mapped(tmp_path, source(*rules, field, **spec), row)
    if result.refused.listed:
        fault = result.refused.listed[0].faults[0]
        return {"reason": fault.reason, "field": fault.field, "value": fault.value}
    return dict(result.rows.to_pylist()[0])


@pytest.mark.parametrize("cell", ["", "  ", "\u3000", "-", " N/A "])
def test_missing_markers_are_no_value(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, rule("title", "标题"), cell, missing=("", "-", "N/A"))["title"] is None


def test_blanks_around_a_cell_are_dropped(tmp_path: Path) -> None:
    assert one(tmp_path, rule("title"), "\u3000 道路 破损\t")["title"] == "道路 破损"


def test_a_constant_fills_every_row(tmp_path: Path) -> None:
    assert one(tmp_path, rule("kind", value="grid"), "")["kind"] == "grid"


UNITS = {"甲局": "U1"}


@pytest.mark.parametrize(
    ("cell", "otherwise", "expected"),
    [
        ("甲局（重复）", "reject", "U1"),
        ("乙局", "reject", "unknown_department"),
        ("乙局", "keep", "乙局"),
        ("乙局", "unknown", "-"),
        ("", "reject", None),
    ],
)
def test_codes_are_stripped_looked_up_and_otherwise_treated_as_the_rule_says(
    tmp_path: Path, cell: str, otherwise: Any, expected: str | None
) -> None:
    field = rule("department", "单位", table=UNITS, strip="（.*）$", otherwise=otherwise)
    row = one(tmp_path, field, cell)
    assert row.get("reason", row.get("department_code")) == expected


def test_a_state_outside_the_canonical_list_is_refused(tmp_path: Path) -> None:
    assert one(tmp_path, rule("state"), "closed")["state"] == "closed"
    fault = one(tmp_path, rule("state", "状态", table={"完": "done"}), "完")
    assert fault == {"reason": "unknown_code", "field": "state", "value": "完"}


def test_a_region_of_any_level_brings_those_above_it(tmp_path: Path) -> None:
    row = one(tmp_path, rule("region"), "C1")
    codes = [row[f"{level}_code"] for level in ("district", "street", "community", "grid")]
    assert codes == ["D1", "S1", "C1", None]
    assert one(tmp_path, rule("region"), "X9")["reason"] == "unknown_region"


@pytest.mark.parametrize("cell", ["gb:0101", "0101"])
def test_a_category_brings_its_path(tmp_path: Path, cell: str) -> None:
    row = one(tmp_path, rule("category"), cell)
    assert (row["category_1_code"], row["category_2_code"]) == ("gb:01", "gb:0101")


@pytest.mark.parametrize(
    ("cell", "utc", "day", "hour"),
    [
        ("2026-11-20 23:30:00", instant("2026-11-20T15:30:00"), date(2026, 11, 20), 23),
        ("2026-11-20T23:30:00Z", instant("2026-11-20T23:30:00"), date(2026, 11, 21), 7),
        (
            "2026-11-20T23:30:00.5+09:00",
            instant("2026-11-20T14:30:00.500000"),
            date(2026, 11, 20),
            22,
        ),
        ("2026-11-20", instant("2026-11-19T16:00:00"), date(2026, 11, 20), None),
    ],
)
def test_instants_are_utc_and_days_are_the_citys(
    tmp_path: Path, cell: str, utc: datetime, day: date, hour: int | None
) -> None:
    row = one(tmp_path, rule("created_at"), cell)
    assert (row["created_at"], row["created_on"], row["created_hour"]) == (utc, day, hour)


FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%Y年%m月%d日")


@pytest.mark.parametrize(
    ("cell", "utc", "hour"),
    [
        ("11/20/2026 12:30:00 AM", instant("2026-11-20T05:30:00"), 13),
        ("2026年11月20日", instant("2026-11-20T05:00:00"), None),
    ],
)
def test_formats_are_tried_in_the_zone_of_the_source(
    tmp_path: Path, cell: str, utc: datetime, hour: int | None
) -> None:
    field = rule("created_at", formats=FORMATS)
    row = one(tmp_path, field, cell, zone=ZoneInfo("America/New_York"))
    assert (row["created_at"], row["created_hour"]) == (utc, hour)


@pytest.mark.parametrize("cell", ["20.11.2026", "2026-13-01", "infinity", "0001-01-01", "昨天"])
def test_what_is_no_time_is_refused(tmp_path: Path, cell: str) -> None:
    fault = one(tmp_path, rule("created_at"), cell)
    assert fault == {"reason": "bad_instant", "field": "created_at", "value": cell}


def test_a_deadline_given_as_a_day_is_met_until_that_day_ends(tmp_path: Path) -> None:
    row = one(tmp_path, rule("due_at"), "2026-11-25")
    assert (row["due_at"], row["due_on"]) == (
        instant("2026-11-25T15:59:59"),
        date(2026, 11, 25),
    )


@pytest.mark.parametrize(("cell", "value"), [("是", True), ("N", False), ("1", True), ("", None)])
def test_yes_and_no_in_the_ways_people_write_them(tmp_path: Path, cell: str, value: bool) -> None:  # noqa: FBT001
    assert one(tmp_path, rule("solved"), cell)["solved"] is value
    assert one(tmp_path, rule("solved"), "也许")["reason"] == "bad_boolean"


@pytest.mark.parametrize("cell", ["3.7", "nan", "99999", "三", "1e400"])
def test_a_count_that_is_no_count_is_refused(tmp_path: Path, cell: str) -> None:
    assert one(tmp_path, rule("return_count"), cell)["reason"] == "bad_number"


@pytest.mark.parametrize(
    ("cell", "reason"), [("5", None), ("0", "bad_number"), ("6", "bad_number")]
)
def test_a_review_has_one_of_five_levels(tmp_path: Path, cell: str, reason: str | None) -> None:
    rules = (rule("source_id"), rule("reviewed_at", "created_at"), rule("level"), ACTIVE)
    result = mapped(tmp_path, source(*rules, fact="reviews"), {**GIVEN, "level": cell})
    assert [row.reason for row in result.refused.listed] == ([reason] if reason else [])


@pytest.mark.parametrize(("cell", "reason"), [("dispatch", None), ("派单", "unknown_code")])
def test_a_step_is_one_of_the_known_actions(tmp_path: Path, cell: str, reason: str | None) -> None:
    rules = (rule("source_id"), rule("at", "created_at"), rule("incident_id", "source_id"))
    spec = source(*rules, rule("action"), fact="incident_steps")
    result = mapped(tmp_path, spec, {**GIVEN, "action": cell})
    assert [row.reason for row in result.refused.listed] == ([reason] if reason else [])


def test_coordinates_stay_on_the_earth(tmp_path: Path) -> None:
    assert one(tmp_path, rule("lon"), "114.35")["lon"] == 114.35
    assert one(tmp_path, rule("lat"), "114.35")["reason"] == "bad_number"


def test_a_row_without_what_every_row_needs_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    spec = source(rule("source_id"), rule("created_at"), rule("state"))
    result = mapped(tmp_path, spec, {"source_id": "", "created_at": "x", "state": "odd"})
    reasons = [fault.reason for fault in result.refused.listed[0].faults]
    assert reasons == ["missing_required", "bad_instant", "unknown_code"]
    assert result.refused.listed[0].raw == {"source_id": "", "created_at": "x", "state": "odd"}
    assert "`odd`" in result.refused.listed[0].message


@pytest.mark.parametrize(
    ("closed", "refused", "noted"),
    [
        ("2026-11-20 09:59:59", True, 0),
        ("2026-11-20 10:00:00", False, 1),
        ("2026-11-20", False, 0),
        ("2026-11-19", True, 0),
    ],
)
def test_closed_before_created_is_refused_and_at_once_is_counted(
    tmp_path: Path,
    closed: str,
    refused: bool,  # noqa: FBT001
    noted: int,
) -> None:
    spec = source(rule("source_id"), rule("created_at"), rule("closed_at"))
    result = mapped(tmp_path, spec, {**GIVEN, "closed_at": closed})
    assert [row.reason for row in result.refused.listed] == ["closed_before_created"] * refused
    assert sum(note.count for note in result.notes) == noted


def test_what_a_mapping_swallows_is_counted_with_an_example(tmp_path: Path) -> None:
    spec = source(
        rule("source_id"),
        rule("created_at"),
        rule("department", strip="（.*）$", otherwise="keep"),
        missing=("", "-"),
    )
    cells = ("U1（东）", "-", "-", "乙局", "")
    rows = [{**GIVEN, "source_id": str(n), "department": c} for n, c in enumerate(cells)]
    notes = {(n.kind, n.count, n.example) for n in mapped(tmp_path, spec, *rows).notes}
    assert notes == {
        ("missing_marker", 2, "-"),
        ("stripped", 1, "U1（东）"),
        ("kept_unknown", 1, "乙局"),
    }


def test_torn_lines_are_refused_with_the_line_itself(tmp_path: Path) -> None:
    torn = (RaggedRow(7, "B,x,y", 2, 3),)
    result = mapped(tmp_path, source(), GIVEN, ragged=torn)
    assert result.rows.num_rows == 1
    assert (result.refused.listed[0].reason, result.refused.listed[0].raw) == (
        "ragged_row",
        {"line": "B,x,y"},
    )
    assert "row 7 of the file: 3 cells where the header has 2" in result.refused.listed[0].message


def test_a_code_table_may_say_that_a_text_means_none(tmp_path: Path) -> None:
    for name in ("department", "region", "category", "state"):
        row = one(tmp_path, rule(name, "单位", table={"无": "-", "甲": "U1"}), "无")
        assert "reason" not in row
    assert one(tmp_path, rule("department"), "-")["reason"] == "unknown_department"


def test_of_many_rows_refused_alike_a_thousand_are_listed(tmp_path: Path) -> None:
    rows = [{**GIVEN, "source_id": str(n), "state": "?"} for n in range(1500)]
    rows[3]["created_at"] = "?"
    spec = source(rule("source_id"), rule("created_at"), rule("state"))
    refused = mapped(tmp_path, spec, *rows).refused
    assert (refused.count, refused.unlisted) == (1500, {"unknown_code": 499})


def test_a_missing_column_names_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="did you mean `created_at`"):
        mapped(tmp_path, source(rule("source_id"), rule("created_at", "create_at")), GIVEN)


def test_rules_for_no_field_and_fields_without_a_rule_are_faults_of_the_pack() -> None:
    with pytest.raises(PackError) as refused:
        Mapper(source(rule("source_id"), rule("creatd_at"), rule("row_hash")), small_city())
    problems = " ".join(str(fault) for fault in refused.value.faults)
    assert "did you mean `created_at`" in problems
    assert "`row_hash`" in problems
    assert "Nothing says where `created_at`" in problems


def test_texts_of_pack_and_source_never_become_sql(tmp_path: Path) -> None:
    column = "a\"; DROP TABLE work; --'列"
    field = rule("title", column, strip="';--")
    cell = "'); DROP TABLE work; --"
    row = one(tmp_path, field, cell, missing=("' OR 1=1 --",))
    assert row["title"] == cell
    table = {"it's": "U1"}
    assert one(tmp_path, rule("department", column, table=table), "it's")["department_code"] == "U1"


def test_where_no_code_is_given_the_point_decides(tmp_path: Path) -> None:
    square = [[114, 22], [115, 22], [115, 23], [114, 23], [114, 22]]
    shape = {"type": "Polygon", "coordinates": [square]}
    feature = {"type": "Feature", "properties": {"code": "S1"}, "geometry": shape}
    path = tmp_path / "street.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    spec = source(
        *(rule(name) for name in ("source_id", "created_at", "region", "lon", "lat")),
        locate="street",
    )
    places = [("", "114.5", "22.5"), ("D2", "114.5", "22.5"), ("", "10", "10"), ("", "", "")]
    rows = [
        {**GIVEN, "source_id": str(n), "region": region, "lon": lon, "lat": lat}
        for n, (region, lon, lat) in enumerate(places)
    ]
    city = small_city(geometry={"street": path})
    found = mapped(tmp_path, spec, *rows, city=city).rows.sort_by("batch_row").to_pylist()
    assert [(row["district_code"], row["street_code"]) for row in found] == [
        ("D1", "S1"),
        ("D2", None),
        (None, None),
        (None, None),
    ]


def test_the_digest_changes_with_the_rules_and_only_with_them() -> None:
    def digest(spec: SourceSpec) -> str:
        with Mapper(spec, small_city()) as mapper:
            return mapper.digest

    assert digest(source()) == digest(source(title="anders", owner="x"))
    assert digest(source()) != digest(source(missing=("", "-")))
    assert digest(source()) != digest(
        source(*source().fields, rule("state", table={"a": "closed"}))
    )


def test_completeness_is_the_newest_instant_that_is_not_in_the_future(tmp_path: Path) -> None:
    spec = source(rule("source_id"), rule("created_at"), rule("due_at"))
    later = {"source_id": "B", "created_at": "2026-11-20 11:00:00", "due_at": "2026-11-21 10:00:00"}
    future = {**later, "source_id": "C", "created_at": "2027-01-01"}
    newest = mapped(tmp_path, spec, {**GIVEN, "due_at": ""}, later, future).newest
    assert newest == datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "until"),
    [
        ("Asia/Shanghai", "2026-11-20", datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)),
        ("America/New_York", "2026-03-08", datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC)),
        ("Asia/Shanghai", "2026-11-21", NOW),
    ],
)
def test_a_source_that_gives_days_is_complete_to_the_end_of_the_last(
    tmp_path: Path, zone: str, day: str, until: datetime
) -> None:
    rules = (rule("source_id"), rule("created_at"), rule("due_at"))
    rows = [{**GIVEN, "created_at": when, "due_at": "2026-12-31"} for when in ("2026-01-01", day)]
    local = ZoneInfo(zone)
    result = mapped(tmp_path, source(*rules, zone=local), *rows, city=small_city(zone=local))
    assert result.newest == until
