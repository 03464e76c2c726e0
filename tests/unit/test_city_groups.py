"""groups.csv and the appraisal month: who is ranked with whom, and from which day on."""

from pathlib import Path

import pytest

from dashboard.city.check import check_city
from dashboard.city.load import load_city
from dashboard.city.model import Group
from tests.pack_files import FILES, spoil, write_pack

HEADER = "group,name,name_en,dimension,code\n"


def with_groups(folder: Path, rows: str) -> Path:
    return write_pack(folder, **{"groups.csv": HEADER + rows})


def test_members_of_a_group_stay_in_their_order(tmp_path: Path) -> None:
    rows = "g2,执法,Teams,department,U2\ng1,区组,,district,D1\ng2,执法,Teams,department,U1\n"
    city = load_city(with_groups(tmp_path, rows))
    assert list(city.groups.values()) == [
        Group("g2", "执法", "Teams", "department", ("U2", "U1")),
        Group("g1", "区组", "", "district", ("D1",)),
    ]


def test_a_pack_without_groups_has_none_and_months_begin_on_the_first(tmp_path: Path) -> None:
    city = load_city(write_pack(tmp_path))
    assert (dict(city.groups), city.appraisal_day) == ({}, 1)


@pytest.mark.parametrize(
    ("row", "problem", "fix"),
    [
        ("g1,甲,,district,D9", "There is no district `D9`.", "`D1`"),
        ("g1,甲,,district,S1", "There is no district `S1`.", "`D1`"),
        ("g1,甲,,distrikt,D1", "`distrikt` is nothing that is ranked", "did you mean `district`?"),
        ("g1,甲,,city,99", "`city` is nothing that is ranked", "did you mean"),
        ("g1,,,district,D1", "`name` is empty.", "fill it in"),
        (
            "g0,执法局,,department,U2",
            "has `执法` as its name, here `执法局`",
            "the same in every row",
        ),
        ("g0,执法,,street,S1", "has `department` as its dimension", "the same in every row"),
        ("g1,甲,,department,U1", "`U1` is in a group already.", "groups.csv, line 2"),
        ("g0,执法,,department,U1", "`U1` is in a group already.", "groups.csv, line 2"),
    ],
)
def test_a_faulty_group_says_where_and_what_and_how_to_mend_it(
    tmp_path: Path, row: str, problem: str, fix: str
) -> None:
    [fault] = check_city(with_groups(tmp_path, f"g0,执法,,department,U1\n{row}\n"))
    assert fault.where == "groups.csv, line 3"
    assert problem in fault.problem
    assert fix in fault.fix


def test_a_misspelt_name_of_the_file_is_not_lost(tmp_path: Path) -> None:
    [fault] = check_city(write_pack(tmp_path, **{"group.csv": HEADER}))
    assert fault.fix == "did you mean `groups.csv`?"


def starting_on(folder: Path, said: str) -> Path:
    city = FILES["city.toml"].replace(
        'code = "99"', f'code = "99"\nappraisal_month_starts_on = {said}'
    )
    return write_pack(folder, **{"city.toml": city})


def test_the_appraisal_month_may_begin_on_the_19th(tmp_path: Path) -> None:
    assert load_city(starting_on(tmp_path, "19")).appraisal_day == 19


@pytest.mark.parametrize("said", ["0", "29", '"19"', "true", "19.0"])
def test_it_begins_on_a_day_that_every_month_has(tmp_path: Path, said: str) -> None:
    [fault] = check_city(starting_on(tmp_path, said))
    assert fault.where == "city.toml, line 4 [city] appraisal_month_starts_on"
    assert "not a day that every month has" in fault.problem
    assert "= 1, or up to 28" in fault.fix


def test_a_misspelt_key_of_the_city_is_a_fault(tmp_path: Path) -> None:
    spoil(tmp_path, "city.toml", 'code = "99"', 'code = "99"\nappraisal_month_start_on = 19')
    [fault] = check_city(tmp_path)
    assert fault.fix == "did you mean `appraisal_month_starts_on`?"
