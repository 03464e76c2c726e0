"""Workbooks: numbers are numbers, text is never run, headings stay."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl

from dashboard.api.workbook import Number, Table, Value, workbook


def opened(*tables: Table) -> Any:
    return openpyxl.load_workbook(BytesIO(workbook(tables)))


def cells(*row: Value) -> Any:
    sheet = opened(Table("t", ["title"], [str(i) for i in range(len(row))], [row])).active
    return [sheet.cell(3, column) for column in range(1, len(row) + 1)]


def test_figures_are_numbers_with_their_decimals() -> None:
    rate, count, nothing = cells(Number(Decimal("95.0"), 1), Number(Decimal(1234), 0), None)
    assert (rate.value, rate.number_format) == (95, "#,##0.0")
    assert (count.value, count.number_format) == (1234, "#,##0")
    assert nothing.value is None


def test_days_and_instants_are_dates() -> None:
    day, instant = cells(date(2026, 11, 21), datetime(2026, 11, 21, 9, 30))  # noqa: DTZ001
    assert (day.is_date, day.number_format) == (True, "yyyy-mm-dd")
    assert (instant.is_date, instant.number_format) == (True, "yyyy-mm-dd hh:mm")


def test_text_that_looks_like_a_formula_stays_text() -> None:
    for text in ("=1+1", "+1", "@SUM(A1)", "-2"):
        [cell] = cells(text)
        assert (cell.value, cell.data_type) == (text, "s")


def test_signs_that_a_workbook_cannot_hold_are_left_out() -> None:
    assert cells("a\x00b\x1fc")[0].value == "abc"


def test_headings_are_marked_frozen_and_repeated_on_paper() -> None:
    sheet = opened(Table("t", ["title", "days"], ["a", "b"], [["1", "2"]])).active
    assert [cell.value for cell in sheet[3]] == ["a", "b"]
    assert all(cell.font.bold and cell.fill.fgColor.rgb.endswith("E6F1FB") for cell in sheet[3])
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref == "A3:B4"


def test_names_of_sheets_are_short_allowed_and_unlike() -> None:
    long = "部门/榜:按时办结率" * 5
    book = opened(*(Table(long, (), ["a"], []) for _ in range(3)))
    assert len(set(book.sheetnames)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_a_chinese_sign_takes_two_columns() -> None:
    sheet = opened(Table("t", (), ["一二三四五", "abcdefghij"], [])).active
    assert sheet.column_dimensions["A"].width == sheet.column_dimensions["B"].width == 12
