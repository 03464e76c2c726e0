"""A pack as it is written → the City that everything else reads, or every fault of it at once."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.city.links import circles, depths
from dashboard.city.load import load_city
from dashboard.core.errors import Fault, PackError
from tests.pack_files import FILES, spoil, write_pack


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(PackError) as raised:
        load_city(folder)
    return list(raised.value.faults)


def test_a_small_pack_becomes_a_city(tmp_path: Path) -> None:
    city = load_city(write_pack(tmp_path / "small"))
    assert (city.id, city.code, city.name, city.zone) == (
        "small", "99", "小城", ZoneInfo("Asia/Shanghai"),
    )  # fmt: skip
    assert city.regions["99"].point == (112.5, 33.5)
    assert city.regions["D1"].population == 200
    assert city.regions["D1"].valid_from == date(2020, 1, 1)
    assert city.departments["U2"].parent == "U1"
    assert (city.categories["gb:0101"].parent, city.categories["gb:0101"].depth) == ("gb:01", 2)
    assert city.calendar == {}
    assert city.targets == ()


def test_a_source_becomes_its_rules(tmp_path: Path) -> None:
    source = load_city(write_pack(tmp_path)).sources["hotline"]
    rules = {rule.field: rule for rule in source.fields}
    assert source.freshness == timedelta(minutes=30)
    assert source.missing == ("",)
    assert source.zone == ZoneInfo("Asia/Shanghai")
    assert source.constant("kind") == "hotline"
    assert rules["region"].column == "街道"
    assert rules["category"].columns == ("大类", "小类")
    assert rules["state"].table == {"办理中": "handling", "已结案": "closed"}
    assert rules["created_at"].formats == ("%Y-%m-%d %H:%M",)
    assert (rules["department"].strip, rules["department"].otherwise) == ("（.*）$", "unknown")
    assert rules["excluded"].value == "false"


def test_calendar_and_targets_are_read_where_they_are(tmp_path: Path) -> None:
    calendar = "date,is_workday,name\n2026-10-10,1,调休\n2026-10-12,0,\n"
    targets = "metric,value,since,source\nhotline.on_time_rate,95.5,2026-01-01,办法\n"
    city = load_city(write_pack(tmp_path, **{"calendar.csv": calendar, "targets.csv": targets}))
    assert city.calendar == {date(2026, 10, 10): True, date(2026, 10, 12): False}
    [target] = city.targets
    assert (target.value, target.since) == (Decimal("95.5"), date(2026, 1, 1))


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    plain = load_city(write_pack(tmp_path))
    regions = "\ufeff" + FILES["regions.csv"].replace("\n", "\r\n")
    assert load_city(write_pack(tmp_path, **{"regions.csv": regions})) == plain


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    header, *rows = FILES["categories.csv"].splitlines()
    turned = "\n".join([header, *reversed(rows)])
    city = load_city(write_pack(tmp_path, **{"categories.csv": turned}))
    assert city.categories["gb:0101"].depth == 2


def test_a_late_export_does_not_keep_a_city_from_starting(tmp_path: Path) -> None:
    assert load_city(write_pack(tmp_path, **{"data/hotline-1.csv": None})).sources


def test_with_one_category_system_a_source_need_not_name_it(tmp_path: Path) -> None:
    spoil(tmp_path, "codes/kind_of.csv", "gb:0101", "0101")
    assert load_city(tmp_path).sources


def test_a_missing_folder_names_its_nearest_sibling(tmp_path: Path) -> None:
    write_pack(tmp_path / "yunzhou")
    [fault] = faults_of(tmp_path / "yunzou")
    assert fault.problem == "There is no such folder."
    assert fault.fix == f"did you mean `{tmp_path / 'yunzhou'}`?"


def test_a_folder_without_city_toml_is_no_pack(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path)
    assert (fault.where, fault.problem) == (str(tmp_path), "This folder is not a city pack.")
    assert "city.toml" in fault.fix


def test_all_faults_come_at_once_and_each_once(tmp_path: Path) -> None:
    spoil(tmp_path, "city.toml", "Asia/Shanghai", "Asia/Shanghi")
    for name, old, new in [
        ("regions.csv", "D1,district,99", "D1,district,98"),
        ("departments.csv", "U2,执法队,Team,U1", "U2,执法队,Team,U3"),
        ("codes/state.csv", "closed", "closd"),
        ("sources/hotline.toml", "30m", "soon"),
    ]:
        (tmp_path / name).write_text(FILES[name].replace(old, new), encoding="utf-8")
    faults = faults_of(tmp_path)
    assert [fault.where for fault in faults] == [
        "city.toml, line 6 [city] zone",
        "regions.csv, line 3",
        "departments.csv, line 3",
        "sources/hotline.toml, line 3 freshness",
        "codes/state.csv, line 3",
    ]
    assert all(fault.fix for fault in faults)


@given(st.dictionaries(st.integers(0, 20).map(str), st.integers(0, 20).map(str)))
def test_a_code_is_in_a_circle_exactly_when_its_parents_lead_back_to_it(
    parents: dict[str, str],
) -> None:
    def leads_back(code: str) -> bool:
        at = parents.get(code)
        for _ in parents:
            if at == code:
                return True
            at = parents.get(at or "")
        return False

    around = {code for circle in circles(parents) for code in circle}
    assert around == {code for code in parents if leads_back(code)}
    assert depths(parents).keys() == parents.keys()
