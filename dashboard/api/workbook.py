"""A workbook people can print and count with: numbers as numbers, headings that stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Microsoft YaHei"
HEAD = PatternFill("solid", fgColor="E6F1FB")
RULE = Side(style="thin", color="C3CFDC")
NARROWEST, WIDEST = 6, 60
FORBIDDEN = str.maketrans(dict.fromkeys(r"[]:*?/", " "))
"""Signs that the name of a sheet may not have."""


@dataclass(frozen=True)
class Number:
    """A figure as it is shown, with its decimals even where they are zeros."""

    value: Decimal
    decimals: int


Value = str | int | date | Number | None


@dataclass(frozen=True)
class Table:
    """One sheet. `notes` stand above the headings: whose figures, of which days, how complete."""

    name: str
    notes: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]


def workbook(tables: Iterable[Table]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for table in tables:
        _write(book.create_sheet(_sheet_name(table.name, book.sheetnames)), table)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_name(name: str, taken: Sequence[str]) -> str:
    """At most 31 signs, and each name once."""
    plain = name.translate(FORBIDDEN).strip()[:31] or "-"
    number = 2
    while plain in taken:
        plain = f"{name.translate(FORBIDDEN).strip()[:28]} {number}"
        number += 1
    return plain


def _write(sheet: Worksheet, table: Table) -> None:
    for note in table.notes:
        sheet.append([None])
        _fill(sheet.cell(sheet.max_row, 1), note)
        sheet.cell(sheet.max_row, 1).font = Font(name=FONT, size=10, color="5B6B82")
    if table.notes:
        sheet.cell(1, 1).font = Font(name=FONT, size=13, bold=True)
    top = len(table.notes) + 1
    for column, head in enumerate(table.heads, 1):
        cell = sheet.cell(top, column)
        _fill(cell, head)
        cell.font = Font(name=FONT, size=10, bold=True)
        cell.fill, cell.border = HEAD, Border(bottom=RULE)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for line, row in enumerate(table.rows, top + 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column)
            _fill(cell, value)
            cell.font, cell.border = Font(name=FONT, size=10), Border(bottom=RULE)
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
    _arrange(sheet, table, top)


def _fill(cell: Cell, value: Value) -> None:
    """Text stays text, whatever it begins with: a spreadsheet must not run it."""
    match value:
        case Number():
            cell.value = value.value
            zeros = "." + "0" * value.decimals if value.decimals else ""
            cell.number_format = f"#,##0{zeros}"
        case str():
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
            cell.data_type = "s"
        case datetime():
            cell.value, cell.number_format = value, "yyyy-mm-dd hh:mm"
        case date():
            cell.value, cell.number_format = value, "yyyy-mm-dd"
        case int():
            cell.value, cell.number_format = value, "#,##0"


def _arrange(sheet: Worksheet, table: Table, top: int) -> None:
    """Widths by content, headings that stay, and paper that holds all columns."""
    for column, head in enumerate(table.heads, 1):
        texts = [head, *(_text(row[column - 1]) for row in table.rows if column <= len(row))]
        width = max(map(_signs, texts), default=0) + 2
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = max(NARROWEST, min(WIDEST, width))
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    if table.rows:
        last = get_column_letter(len(table.heads))
        sheet.auto_filter.ref = f"A{top}:{last}{top + len(table.rows)}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case Number():
            return f"{value.value:,.{value.decimals}f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def _signs(text: str) -> int:
    """Width in columns: a Chinese sign takes two."""
    longest = max(text.split("\n"), key=len, default="")
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in longest)
