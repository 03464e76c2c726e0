"""Each fault of a pack: where it is, what it is, how to mend it."""

import re
import time
from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.city.check import check_city
from dashboard.city.fields import FACTS, known_fields, required_fields
from dashboard.city.model import SourceSpec
from dashboard.core.errors import Fault, SourceRefused
from tests.pack_files import COLUMNS, FILES, features, spoil, square, write_pack

REGIONS, SOURCE = "regions.csv", "sources/hotline.toml"


def only(faults: list[Fault]) -> tuple[str, str, str]:
    [fault] = faults
    return fault.where, fault.problem, fault.fix


def test_a_good_pack_has_no_fault(tmp_path: Path) -> None:
    assert check_city(write_pack(tmp_path), known_metrics=(), columns_of=lambda _: COLUMNS) == []


SPOILT = [
    # file, what it says, what it says now → where, problem, fix
    ("city.toml", "format = 1", "format = 2", "line 1 format", "Format 2 is not", "format = 1"),
    ("city.toml", "format = 1\n", "", "city.toml format", "is missing", "format = 1"),
    ("city.toml", 'code = "99"', 'code = "99', "city.toml, line 3", "not TOML", "quotes"),
    ("city.toml", "name_en", "nam_en", "city.toml, line 5 [city] nam_en", "no key", "`name_en`"),
    ("city.toml", "[city]", "x = 1\n[city]", "city.toml, line 2 x", "no key `x`", "city"),
    ("city.toml", 'code = "99"', "code = 99", "city.toml, line 3 [city] code", "a text", '"99"'),
    ("city.toml", 'name = "小城"\n', "", "city.toml, line 2 [city] name", "is missing", "name ="),
    ("city.toml", "hanghai", "hangai", "line 6 [city] zone", "no time zone", "`Asia/Shanghai`"),
    ("city.toml", '"zh"', '"de"', "line 7 [city] language", "no language `de`", '"en"'),
    ("city.toml", '"street"', '"stret"', "line 8 [city] levels", "`stret`", "`street`"),
    ("city.toml", '"city", ', "", "line 8 [city] levels", "first level", "city"),
    ("city.toml", 'version = "2026"\n', "", "[gb] version", "is missing", "version"),
    (REGIONS, "parent", "parnt", "regions.csv, line 1", "no column `parnt`", "`parent`"),
    (REGIONS, ",valid_from", ",name", "regions.csv, line 1", "`name` is there twice", "remove"),
    (REGIONS, "Bridge,,,,,", "Bridge", "regions.csv, line 4", "5 cells; the header", "commas"),
    (REGIONS, "桥街道", '"桥街道', "regions.csv, line 4", "as CSV", "quote"),
    (REGIONS, "S1,street", "D1,street", "regions.csv, line 4", "twice", "regions.csv, line 3"),
    (REGIONS, "S1,street,D1", "S1,street,D7", "regions.csv, line 4", "parent `D7`", "D1"),
    (REGIONS, "S1,street,D1", "S1,street,", "regions.csv, line 4", "no parent", "above"),
    (REGIONS, "S1,street", "S1,sreet", "regions.csv, line 4", "level `sreet`", "`street`"),
    (REGIONS, "S1,street", "S1,grid", "regions.csv, line 4", "level `grid`", "`levels`"),
    (REGIONS, "D1,district", "D1,street", "regions.csv, line 4", "cannot lie in `D1`", "parent"),
    (REGIONS, "99,city,,", "99,city,D1,", "regions.csv, line 2", "has a parent", "empty"),
    (REGIONS, "D1,district,99", "D1,city,", "regions.csv, line 3", "second city", "one city"),
    (REGIONS, ",200,", ",-1,", "regions.csv, line 3", "-1 is not a number of people", "0 or more"),
    (REGIONS, ",200,", ",many,", "regions.csv, line 3", "`many` is not a number", "digits"),
    (REGIONS, "112.5", "512.5", "regions.csv, line 2", "not between -180 and 180", "WGS-84"),
    (REGIONS, "33.5", "112.5", "regions.csv, line 2", "not between -90 and 90", "swapped"),
    (REGIONS, "112.5,33.5", "112.5,", "regions.csv, line 2", "Only one", "both"),
    (REGIONS, "2020-01-01", "2020-02-31", "regions.csv, line 3", "not a day", "2026-11-21"),
    (REGIONS, "01-01,", "01-01,2019-12-31", "regions.csv, line 3", "before", "swap"),
    (REGIONS, "东区", "", "regions.csv, line 3", "`name` is empty", "fill"),
    ("departments.csv", "Team,U1", "Team,U9", "departments.csv, line 3", "`U9`", "`U"),
    ("departments.csv", "Urban,", "Urban,U2", "departments.csv, line 2", "circle: U1 → U2", "one"),
    ("departments.csv", "U2,", "-,", "departments.csv, line 3", "none given", "another"),
    ("categories.csv", "gb,0101", "bg,0101", "categories.csv, line 3", "system `bg`", "`gb`"),
    ("categories.csv", "0101,01,", "0101,1,", "categories.csv, line 3", "`gb:1`", "`gb:01`"),
    ("codes/state.csv", "closed", "closd", "codes/state.csv, line 3", "no state", "`closed`"),
    ("codes/state.csv", "已结案", "办理中", "codes/state.csv, line 3", "twice", "line 2"),
    ("codes/state.csv", "closed", "", "codes/state.csv, line 3", "`to` is empty", "`-`"),
    ("codes/unit.csv", "U1", "U7", "codes/unit.csv, line 2", "no department", "`U"),
    ("codes/kind_of.csv", "0101", "0102", "codes/kind_of.csv, line 2", "no category", "`gb:0101`"),
    (SOURCE, "incidents", "incident", f"{SOURCE}, line 1 fact", "no fact", "`incidents`"),
    (SOURCE, "title", "titel", f"{SOURCE}, line 2 titel", "no key `titel`", "`title`"),
    (SOURCE, "30m", "30 min", f"{SOURCE}, line 3 freshness", "not a span", "30m"),
    (SOURCE, "[fields]\n", "[felds]\n", f"{SOURCE}, line 7 felds", "no key `felds`", "`fields`"),
    (SOURCE, "path =", "pth =", f"{SOURCE}, line 6 [connector] pth", "no key `pth`", "`path`"),
    (SOURCE, "[fields]", 'encoding="utf9"\n[fields]', "encoding", "no encoding", "`utf-8`"),
    (SOURCE, "[fields]", 'delimiter=";;"\n[fields]', "delimiter", "one character", "delimiter"),
    (SOURCE, "[connector]", 'zone = "Mars"\n[connector]', "line 4 zone", "`Mars`", "Asia"),
    (SOURCE, "[connector]", 'locate = "block"\n[connector]', "locate", "`block`", "street"),
    (SOURCE, "region =", "regon =", f"{SOURCE}, line 14 [fields] regon", "no field", "`region`"),
    (SOURCE, 'source_id = "编号"\n', "", "line 7 [fields]", "needs `source_id`", "source_id ="),
    (SOURCE, 'kind = { value = "hotline" }\n', "", "line 7 [fields]", "`kind`", "kind ="),
    (SOURCE, '"街道"\n', "'街道'\nurgency = { value = 'high' }\n", "urgency", "no urg", "normal"),
    (SOURCE, '"hotline" }', '"hotlin" }', "[fields] kind value", "no kind", "`hotline`"),
    (SOURCE, "value = false", 'value = "jein"', "[fields] excluded value", "yes nor no", "write"),
    (SOURCE, "value = false", "otherwise = 'keep'", "[fields] excluded", "Neither", "exactly one"),
    (SOURCE, "value = false", "value = 1, column = 'x'", "[fields] excluded", "Both", "exactly"),
    (SOURCE, '"街道"', "7", "line 14 [fields] region", "column or a table", "column"),
    (SOURCE, '"state" }', '"stat" }', "[fields] state table", "codes/stat.csv", "`state`"),
    (SOURCE, "strip", "stripp", "[fields] department stripp", "no key", "`strip`"),
    (SOURCE, "（.*）$", "(.*", "[fields] department strip", "regular expression", "bracket"),
    (SOURCE, "（.*）$", "(?=x)", "[fields] department strip", "regular expression", "re2"),
    (SOURCE, '"unknown"', '"unknwn"', "[fields] department otherwise", "unknwn", "`unknown`"),
    (SOURCE, "%Y-%m-%d %H:%M", "YYYY-MM-DD", "[fields] created_at format", "not the format", "%Y"),
    (SOURCE, 'table = "state"', 'table = "state", format = "%Y"', "state format", "no inst", "rem"),
    (SOURCE, '["大类", "小类"]', '["大类"]', "category columns", "at least two", "column ="),
]  # fmt: skip


@pytest.mark.parametrize("case", SPOILT, ids=lambda case: f"{case[3]}: {case[4]}")
def test_a_fault_says_where_and_what_and_how_to_mend_it(
    tmp_path: Path, case: tuple[str, str, str, str, str, str]
) -> None:
    name, old, new, where, problem, fix = case
    faults = check_city(spoil(tmp_path, name, old, new))
    assert any(
        where in fault.where and problem in fault.problem and fix in fault.fix for fault in faults
    ), "\n".join(map(str, faults))


@pytest.mark.parametrize("name", ["regions.csv", "departments.csv", "categories.csv"])
def test_a_missing_file_is_a_fault(tmp_path: Path, name: str) -> None:
    faults = check_city(write_pack(tmp_path, **{name: None}))
    assert (name, "The file is missing.") in [(fault.where, fault.problem) for fault in faults]


def test_a_missing_file_under_a_similar_name_is_pointed_to(tmp_path: Path) -> None:
    write_pack(tmp_path, **{"departments.csv": None})
    (tmp_path / "department.csv").write_text(FILES["departments.csv"], encoding="utf-8")
    fault = next(f for f in check_city(tmp_path) if f.where == "departments.csv")
    assert fault.fix == "did you mean `department.csv`?"


def test_an_optional_file_under_a_similar_name_is_not_lost(tmp_path: Path) -> None:
    write_pack(tmp_path, **{"target.csv": "metric,value,since,source\n"})
    assert only(check_city(tmp_path)) == (
        "target.csv", "No such file belongs to a pack.", "did you mean `targets.csv`?",
    )  # fmt: skip


def test_a_file_that_is_not_utf8_names_byte_and_line(tmp_path: Path) -> None:
    write_pack(tmp_path)
    (tmp_path / "codes/state.csv").write_bytes("from,to\n办理中,handling\n".encode("gb18030"))
    fault = next(f for f in check_city(tmp_path) if "UTF-8" in f.problem)
    assert (fault.where, fault.problem) == ("codes/state.csv, line 2", "Byte 8 is not UTF-8.")
    assert "UTF-8" in fault.fix


def test_a_category_too_deep_is_a_fault(tmp_path: Path) -> None:
    deep = FILES["categories.csv"] + "gb,010101,0101,深,\ngb,01010101,010101,太深,\n"
    where, problem, fix = only(check_city(write_pack(tmp_path, **{"categories.csv": deep})))
    assert (where, "4 levels deep" in problem) == ("categories.csv, line 5", True)
    assert "depth 1 or 2" in fix


def test_the_calendar_names_bad_days_and_flags(tmp_path: Path) -> None:
    calendar = "date,is_workday,name\n2026-13-01,1,\n2026-10-01,maybe,\n"
    bad_day, bad_flag = check_city(write_pack(tmp_path, **{"calendar.csv": calendar}))
    assert (bad_day.where, "not a day" in bad_day.problem) == ("calendar.csv, line 2", True)
    assert (bad_flag.where, "`maybe`" in bad_flag.problem) == ("calendar.csv, line 3", True)
    assert bad_flag.fix == "write 1 or 0"


def test_targets_need_a_known_metric_and_a_source(tmp_path: Path) -> None:
    targets = "metric,value,since,source\nhotline.ontime,95,2026-01-01,法\na.b,1,2026-01-01,\n"
    write_pack(tmp_path, **{"targets.csv": targets})
    unknown, sourceless = check_city(tmp_path, known_metrics={"hotline.on_time", "a.b"})
    assert (unknown.where, unknown.fix) == (
        "targets.csv, line 2", "did you mean `hotline.on_time`?",
    )  # fmt: skip
    assert (sourceless.where, sourceless.problem) == (
        "targets.csv, line 3", "`source` is empty.",
    )  # fmt: skip


def test_a_path_without_files_says_where_it_looked(tmp_path: Path) -> None:
    where, problem, fix = only(check_city(write_pack(tmp_path, **{"data/hotline-1.csv": None})))
    assert where == f"{SOURCE}, line 6 [connector] path"
    assert f"looked in {tmp_path.resolve() / 'data'}" in problem
    assert "path" in fix


def test_a_mapped_column_that_the_data_lack_is_a_fault(tmp_path: Path) -> None:
    def columns(_: SourceSpec) -> Collection[str]:
        return [*COLUMNS[:-1], "街道代码"]

    assert only(check_city(write_pack(tmp_path), columns_of=columns)) == (
        f"{SOURCE}, line 14 [fields] region",
        "The data has no column `街道`.",
        "did you mean `街道代码`?",
    )


def test_data_that_cannot_be_read_are_a_fault_of_their_source(tmp_path: Path) -> None:
    def columns(_: SourceSpec) -> Collection[str]:
        raise SourceRefused("It is cut off.", where="a.csv", fix="export it again")

    assert only(check_city(write_pack(tmp_path), columns_of=columns)) == (
        f"{SOURCE}, line 4 [connector]",
        "Its columns cannot be read: It is cut off. (a.csv)",
        "export it again",
    )


BOW = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
POINT = {"type": "Point", "coordinates": [1, 1]}


@pytest.mark.parametrize(
    ("content", "where", "problem", "fix"),
    [
        ('{"type":\n "FeatureC', "district.geojson, line 2, column", "not JSON", "again"),
        ("[]", "regions/district.geojson", "not a FeatureCollection", "FeatureCollection"),
        (features([(None, square(0, 0, 1))]), "feature 1", "no `properties.code`", "code"),
        (features([("D2", square(0, 0, 1))]), "feature 1", "`D2` is no region", "`D1`"),
        (features([("S1", square(0, 0, 1))]), "feature 1", "not a district", "street.geojson"),
        (features([("D1", square(0, 0, 1))] * 2), "feature 2", "twice", "MultiPolygon"),
        (features([("D1", None)]), "feature 1 (D1)", "cannot be read", "again"),
        (features([("D1", POINT)]), "feature 1 (D1)", "A Point is no area", "MultiPolygon"),
        (features([("D1", BOW)]), "(D1)", "not valid: Self-intersection", "ST_MakeValid"),
        (features([("D1", square(4e5, 3e6, 10))]), "(D1)", "not degrees", "WGS-84"),
    ],
)  # fmt: skip
def test_a_faulty_polygon_file_says_which_feature(
    tmp_path: Path, content: str, where: str, problem: str, fix: str
) -> None:
    pack = write_pack(tmp_path, **{"regions/district.geojson": content})
    place, what, mend = only(check_city(pack))
    assert where in place
    assert problem in what
    assert fix in mend


def test_a_polygon_file_of_no_level_is_a_fault(tmp_path: Path) -> None:
    pack = write_pack(tmp_path, **{"regions/streets.geojson": features([])})
    where, _, fix = only(check_city(pack))
    assert (where, fix) == ("regions/streets.geojson", "did you mean `street`?")


@pytest.mark.parametrize(("west", "sticks_out"), [(0.0, False), (-0.01, False), (-0.5, True)])
def test_a_region_may_stick_out_of_the_one_above_by_a_sliver_only(
    tmp_path: Path, west: float, *, sticks_out: bool
) -> None:
    pack = write_pack(
        tmp_path,
        **{
            "regions/district.geojson": features([("D1", square(0, 0, 10))]),
            "regions/street.geojson": features([("S1", square(west, 0, 1))]),
        },
    )
    faults = check_city(pack)
    assert [fault.where for fault in faults] == ["regions/street.geojson (S1)"] * sticks_out
    assert not faults or re.search(r"50% of it .* district `D1`", faults[0].problem)


def test_five_thousand_polygons_are_checked_in_seconds(tmp_path: Path) -> None:
    codes = [f"S{number:05d}" for number in range(5000)]
    rows = "".join(f"{code},street,D1,{code},,,,,,\n" for code in codes)
    shapes = [(code, square(n % 100 / 10, n // 100 / 10, 0.1)) for n, code in enumerate(codes)]
    write_pack(
        tmp_path,
        **{
            "regions.csv": FILES["regions.csv"] + rows,
            "regions/district.geojson": features([("D1", square(-1, -1, 20))]),
            "regions/street.geojson": features(shapes),
        },
    )
    began = time.perf_counter()
    assert check_city(tmp_path) == []
    assert time.perf_counter() - began < 15


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(
        [*FILES, "regions/district.geojson", "calendar.csv", "targets.csv", "groups.csv"]
    ),
    st.integers(0, 400),
    st.binary(max_size=12) | st.text(alphabet=',"\n[]{}=-0.d\\', max_size=6).map(str.encode),
)
def test_whatever_a_file_holds_the_check_answers_with_faults(
    tmp_path: Path, name: str, at: int, noise: bytes
) -> None:
    write_pack(tmp_path)
    content = FILES.get(name, "").encode()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content[:at] + noise + content[at:])
    try:
        for fault in check_city(tmp_path, columns_of=lambda _: COLUMNS):
            assert fault.where
            assert fault.problem
            assert fault.fix
    finally:
        (tmp_path / name).unlink()


DOCS = Path(__file__).parents[2] / "docs" / "city-pack.md"


def test_the_pack_in_the_documentation_is_good(tmp_path: Path) -> None:
    chapter = DOCS.read_text(encoding="utf-8").split("## A minimal pack")[1].split("\n## ")[0]
    pattern = r"^(`[^`\n]+`(?:, `[^`\n]+`)*)\n\n((?:```(?:toml|csv)\n.*?\n```\n\n?)+)"
    written = set()
    for names, blocks in re.findall(pattern, chapter, re.MULTILINE | re.DOTALL):
        contents = re.findall(r"```\w+\n(.*?)```", blocks, re.DOTALL)
        for name, content in zip(re.findall(r"`([^`]+)`", names), contents, strict=True):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
            written.add(name)
    assert len(written) == 9
    header = (tmp_path / "data/hotline-2026-11.csv").read_text(encoding="utf-8").splitlines()[0]
    assert check_city(tmp_path, columns_of=lambda _: header.split(",")) == []


@pytest.mark.parametrize("fact", FACTS)
def test_the_documentation_names_every_field_and_which_are_needed(fact: str) -> None:
    text = DOCS.read_text(encoding="utf-8").split(f"### {fact}\n")[1]
    section = re.split(r"\n##", text)[0]
    named = set(re.findall(r"`(\w+)`", section))
    columns = {field for field in known_fields(fact) if not field.endswith("_code")}
    assert columns <= named
    assert set(re.findall(r"\*\*`(\w+)`\*\*", section)) == set(required_fields(fact))
