"""A document as a Word file, for those who have to work on with it."""

from datetime import datetime
from io import BytesIO
from typing import Any, Literal

import docx as python_docx
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from dashboard.reports.document import Block, Cell, Curve, Document, Grid, Heading, Paragraph
from dashboard.reports.word_chart import add_chart
from dashboard.reports.words import words

BODY, HEADS, MONO = ("仿宋", "Times New Roman"), ("黑体", "Arial"), ("宋体", "Consolas")
"""East Asian and Western face: what the offices of this field have on every machine. Where they
are absent, Word takes its own substitute.
"""

DARK, LIGHT = "142033", "DDE4EC"
INK, MUTED, MISSED = (RGBColor.from_string(c) for c in (DARK, "5B6B82", "C2410C"))
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
"""Word reads the properties of a paragraph in the order of its schema."""

WIDTH_MM = 162
Side = Literal["left", "right", "center"]
_SIDES = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}


def docx(document: Document, seal: str, issued_at: datetime) -> bytes:
    """
    Args:
        seal: SHA-256 of the sealed content; empty for a draft.
    """
    word = python_docx.Document()
    _page(word)
    _styles(word)
    _properties(word, document, issued_at)
    _every_page(word, document)
    _head(word, document)
    for block in document.blocks:
        _block(word, block, document)
    _foot(word, document, seal)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _page(word: WordDocument) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.header_distance, section.footer_distance = Mm(13), Mm(12)


def _styles(word: WordDocument) -> None:
    normal = word.styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(12), INK
    normal.paragraph_format.line_spacing = 1.4
    normal.paragraph_format.space_after = Pt(4)
    _faces(normal.element.get_or_add_rPr(), BODY)
    _languages(normal.element.get_or_add_rPr())
    heading = word.styles["Heading 1"]
    heading.font.size, heading.font.bold, heading.font.color.rgb = Pt(14), False, INK
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(16), Pt(4)
    heading.paragraph_format.keep_with_next = True
    _faces(heading.element.get_or_add_rPr(), HEADS)
    title = word.styles["Title"]
    title.font.size, title.font.bold, title.font.color.rgb = Pt(26), False, INK
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(18), Pt(6)
    _faces(title.element.get_or_add_rPr(), HEADS)
    borders = title.element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        title.element.pPr.remove(borders)


def _faces(properties: Any, faces: tuple[str, str]) -> None:
    """Word chooses by script: without `eastAsia` Chinese falls to whatever the theme says."""
    eastern, western = faces
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), western)
    fonts.set(qn("w:eastAsia"), eastern)


def _languages(properties: Any) -> None:
    """Which language each script is proofread in."""
    properties.append(_element("lang", val="en-GB", eastAsia="zh-CN"))


def _properties(word: WordDocument, document: Document, issued_at: datetime) -> None:
    about = word.core_properties
    about.title = f"{document.title} {document.issue}".strip()
    about.author = about.last_modified_by = document.unit
    about.subject, about.identifier = document.period, document.number
    about.keywords, about.comments = "、".join(document.marks), ""
    about.created = about.modified = issued_at.replace(tzinfo=None)
    about.language = "en" if document.language == "en" else "zh-CN"


def _every_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    above = section.header.paragraphs[0]
    _aligned(above, "right")
    _run(above, " · ".join(document.marks), HEADS, 9, MUTED)
    below = section.footer.paragraphs[0]
    _tab_right(below)
    about = " ".join((document.title, document.issue, document.number)).strip()
    _run(below, f"{about}\t", HEADS, 8.5, MUTED)
    counted = words("page", document.language, page="\0", pages="\1")
    before, _, rest = counted.partition("\0")
    between, _, after = rest.partition("\1")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _run(below, text, HEADS, 8.5, MUTED)
        if field:
            _field(below, field)


def _head(word: WordDocument, document: Document) -> None:
    word.add_paragraph(document.title, style="Title")
    for text, colour in ((document.issue, INK), (document.period, MUTED)):
        line = word.add_paragraph()
        _aligned(line, "center", after=0)
        _run(line, text, HEADS, 12, colour)
    line = word.add_paragraph()
    _tab_right(line)
    line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(12), Pt(14)
    _run(line, f"{document.unit}\t{document.date}", HEADS, 11, INK)
    _rule(line, "bottom")
    if document.to:
        colon = "：" if document.language == "zh" else ": "
        word.add_paragraph(f"{words('to', document.language)}{colon}{document.to}")


def _block(word: WordDocument, block: Block, document: Document) -> None:
    match block:
        case Heading():
            word.add_heading(block.text, level=1)
        case Paragraph():
            paragraph = word.add_paragraph(block.text)
            if document.language == "zh":
                paragraph.paragraph_format.first_line_indent = Pt(24)
        case Grid():
            _grid(word, block)
        case Curve():
            _caption(word, block.caption)
            add_chart(word, block, WIDTH_MM)


def _caption(word: WordDocument, text: str) -> None:
    if text:
        caption = word.add_paragraph()
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
        _run(caption, text, HEADS, 10.5, INK)


def _grid(word: WordDocument, grid: Grid) -> None:
    _caption(word, grid.caption)
    table = word.add_table(rows=1 + len(grid.rows), cols=len(grid.heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(table)
    _widths(table, grid)
    for at, head in enumerate(grid.heads):
        _fill(table.rows[0].cells[at], Cell(head, "strong"), right=at in grid.numbers, faces=HEADS)
    _repeated(table)
    for number, (cells, row) in enumerate(zip(grid.rows, list(table.rows)[1:], strict=True)):
        row._tr.get_or_add_trPr().append(_element("cantSplit"))  # noqa: SLF001
        for at, (cell, place) in enumerate(zip(cells, row.cells, strict=True)):
            _fill(place, cell, right=at in grid.numbers, faces=BODY)
            place.paragraphs[0].paragraph_format.keep_with_next = _held(grid, number)
    for text in grid.notes:
        note = word.add_paragraph()
        note.paragraph_format.space_after = Pt(0)
        _run(note, text, BODY, 9, MUTED)
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _held(grid: Grid, number: int) -> bool:
    """Two rows stay with the heading, two with the notes: no page begins or ends with one alone."""
    last = len(grid.rows) - 1
    if number == last:
        return bool(grid.notes)
    return min(number, last - 1 - number) < 2


def _widths(table: Table, grid: Grid) -> None:
    """Both in the grid and in every cell: Word reads the one, other programs the other."""
    for at, share in enumerate(grid.wide):
        width = Mm(WIDTH_MM * share / 100)
        table.columns[at].width = width
        for cell in table.columns[at].cells:
            cell.width = width


def _borders(table: Table) -> None:
    """Lines across only: heavy above and below, light between the rows."""
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (("top", 8, DARK), ("bottom", 8, DARK), ("insideH", 4, LIGHT)):
        borders.append(_element(side, val="single", sz=size, space=0, color=colour))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w=51, type="dxa"))
    properties: Any = table._tbl.tblPr  # noqa: SLF001
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")


def _repeated(table: Table) -> None:
    """The heading stands on every page that the table reaches."""
    properties: Any = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
    properties.append(_element("cantSplit"))
    properties.append(_element("tblHeader"))
    for cell in table.rows[0].cells:
        borders = OxmlElement("w:tcBorders")
        borders.append(_element("bottom", val="single", sz=6, space=0, color=DARK))
        cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001


def _fill(place: _Cell, cell: Cell, *, right: bool, faces: tuple[str, str]) -> None:
    paragraph = place.paragraphs[0]
    _aligned(paragraph, "right" if right else "left", after=2)
    paragraph.paragraph_format.space_before = Pt(2)
    paragraph.paragraph_format.line_spacing = 1.0
    colour = {"missed": MISSED, "muted": MUTED}.get(cell.mark, INK)
    for number, line in enumerate(cell.text.split("\n")):
        run = _run(paragraph, line, faces, 9.5, colour)
        run.bold = cell.mark in ("missed", "strong")
        if number + 1 < len(cell.text.split("\n")):
            run.add_break()


def _foot(word: WordDocument, document: Document, seal: str) -> None:
    lines = [*document.about]
    if seal:
        lines.append((words("seal", document.language), seal))
    for number, (label, value) in enumerate(lines):
        line = word.add_paragraph()
        line.paragraph_format.space_after = Pt(1)
        line.paragraph_format.line_spacing = 1.1
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.left_indent = Mm(34)
        line.paragraph_format.first_line_indent = Mm(-34)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(34))
        if number == 0:
            line.paragraph_format.space_before = Pt(20)
            _rule(line, "top")
        _run(line, f"{label}\t", HEADS, 9, MUTED)
        _run(line, value, MONO if value == seal else HEADS, 9, INK)
    note = word.add_paragraph()
    note.paragraph_format.line_spacing = 1.1
    _run(note, document.note, HEADS, 9, MUTED)


def _run(
    paragraph: WordParagraph, text: str, faces: tuple[str, str], size: float, colour: RGBColor
) -> Run:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(size), colour
    _faces(run._r.get_or_add_rPr(), faces)  # noqa: SLF001 - python-docx has no other way in
    return run


def _aligned(paragraph: WordParagraph, side: Side, after: float = 4) -> None:
    paragraph.alignment = _SIDES[side]
    paragraph.paragraph_format.space_after = Pt(after)


def _tab_right(paragraph: WordParagraph) -> None:
    """What follows the tab ends at the right margin, without the stops of a footer's style."""
    paragraph.style = "Normal"
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT)


def _rule(paragraph: WordParagraph, side: str) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(_element(side, val="single", sz=10, space=8, color=DARK))
    properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    properties.insert_element_before(borders, *AFTER_BORDERS)


def _field(paragraph: WordParagraph, name: str) -> None:
    """A number that Word counts itself."""
    field = _element("fldSimple", instr=name)
    field.append(_run(paragraph, "1", HEADS, 8.5, MUTED)._r)  # noqa: SLF001
    paragraph._p.append(field)  # noqa: SLF001


def _element(tag: str, **attributes: object) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made
