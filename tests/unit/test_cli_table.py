"""Columns that line up."""

from dashboard.cli.table import aligned, width


def test_a_chinese_sign_is_two_cells_wide() -> None:
    assert width("东城区 D1") == 9


def test_columns_line_up_and_numbers_end_together() -> None:
    rows = [["name", "n"], ["东城区", "7"], ["West", "120"]]
    assert list(aligned(rows, right=frozenset({1}))) == [
        "name      n",
        "------  ---",
        "东城区    7",
        "West    120",
    ]
