"""A worksheet written in parts: cells are made column by column, never one by one.

A library that writes cell by cell needs minutes for what a district exports in a year.
"""

import zipfile
from collections.abc import Iterator, Sequence
from html import escape

import pyarrow as pa
import pyarrow.compute as pc

ROWS = 1_048_575
"""Rows a worksheet holds below its heading."""

NOT_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org"
MAIN = f"{OFFICE}/spreadsheetml/2006/main"
REL = f"{OFFICE}/officeDocument/2006/relationships"
PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
EPOCH_DAYS = 25_569
"""From the day that spreadsheets count from to 1970-01-01."""

PLAIN = 'fontId="0" fillId="0" borderId="0"'
FILES = {
    "[Content_Types].xml": f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{PART}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{PART}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{PART}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="incidents" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OFFICE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{REL}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    f'<cellStyleXfs count="1"><xf numFmtId="0" {PLAIN}/></cellStyleXfs><cellXfs count="2">'
    f'<xf numFmtId="0" {PLAIN} xfId="0"/>'
    f'<xf numFmtId="164" {PLAIN} xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}
BEGINNING = (
    f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
END = "</sheetData></worksheet>"


class _Outlet:
    """What the archive writes, taken away part by part."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def workbook(headings: Sequence[str], tables: Iterator[pa.Table]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in FILES.items():
            archive.writestr(name, HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((HEAD + BEGINNING + _heading(headings)).encode())
            for table in tables:
                sheet.write(_rows(table))
                yield outlet.taken()
            sheet.write(END.encode())
    yield outlet.taken()


def _heading(headings: Sequence[str]) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in headings)
    return f"<row>{cells}</row>"


def _rows(table: pa.Table) -> bytes:
    cells = [_cells(column.combine_chunks()) for column in table.columns]
    joined = pc.binary_join_element_wise(
        *cells, "", null_handling="replace", null_replacement="<c/>"
    )
    return "".join(f"<row>{row}</row>" for row in joined.to_pylist()).encode()


def _cells(column: pa.Array) -> pa.Array:
    """NULL stays NULL: an empty cell."""
    if pa.types.is_timestamp(column.type):
        seconds = column.cast(pa.timestamp("s")).cast(pa.int64())
        days = pc.add(pc.divide(pc.cast(seconds, pa.float64()), 86_400.0), float(EPOCH_DAYS))
        return _wrapped('<c s="1"><v>', pc.cast(days, pa.string()), "</v></c>")
    if not pa.types.is_string(column.type):
        return _wrapped("<c><v>", pc.cast(column, pa.string()), "</v></c>")
    text = pc.replace_substring_regex(column, NOT_XML, "")
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = pc.replace_substring(text, sign, name)
    opening = '<c t="inlineStr"><is><t xml:space="preserve">'
    return _wrapped(opening, text, "</t></is></c>")


def _wrapped(before: str, text: pa.Array, after: str) -> pa.Array:
    return pc.binary_join_element_wise(before, text, after, "")
