"""A document as one HTML page that asks for nothing: style and charts are inside it."""

from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from dashboard.reports.curve import svg
from dashboard.reports.document import Block, Cell, Curve, Document, Grid, Heading, Paragraph
from dashboard.reports.words import words

STYLE = Path(__file__).parent / "bulletin.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SMALL = 5
"""Rows of a table that is kept on one page."""


def page(document: Document, seal: str) -> str:
    """
    Args:
        seal: SHA-256 of the sealed content; empty for a draft.
    """
    language = "en" if document.language == "en" else "zh-CN"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(_heading(document))}</title>"
        f"<style>{_style()}{_margins(document)}</style></head><body>"
        f"{''.join(_body(document, seal))}</body></html>\n"
    )


@cache
def _style() -> str:
    return STYLE.read_text("utf-8")


def _heading(document: Document) -> str:
    return f"{document.title} {document.issue}".strip()


def _margins(document: Document) -> str:
    """What stands on every printed page: which issue it is, the page, and the marks."""
    font = 'font: 8.5pt "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #5B6B82'
    about = " ".join((_heading(document), document.number)).strip()
    counted = words("page", document.language, page="\0", pages="\1")
    said = _quoted(counted).replace("\0", '" counter(page) "').replace("\1", '" counter(pages) "')
    marks = " · ".join(document.marks)
    return (
        f"@page {{ @bottom-left {{ content: {_quoted(about)}; {font} }}"
        f" @bottom-right {{ content: {said}; {font} }}"
        f" @top-right {{ content: {_quoted(marks)}; {font} }} }}"
    )


def _quoted(text: str) -> str:
    """A string of CSS inside a style element: no quote, tag or escape can end it."""
    unsafe = {'"': "\\22 ", "\\": "\\5c ", "<": "\\3c ", ">": "\\3e ", "\n": " "}
    return '"' + "".join(unsafe.get(sign, sign) for sign in text) + '"'


def _body(document: Document, seal: str) -> Iterator[str]:
    yield from _header(document)
    if document.to:
        to = words("to", document.language)
        colon = "：" if document.language == "zh" else ": "
        yield f'<p class="to">{escape(to)}{colon}{escape(document.to)}</p>'
    yield "<main>"
    for block in document.blocks:
        yield _block(block)
    yield "</main>"
    yield from _footer(document, seal)


def _header(document: Document) -> Iterator[str]:
    yield "<header>"
    if document.marks:
        marks = "".join(f"<span>{escape(mark)}</span>" for mark in document.marks)
        yield f'<p class="marks">{marks}</p>'
    yield f"<h1>{escape(document.title)}</h1>"
    yield f'<p class="issue">{escape(document.issue)}</p>'
    yield f'<p class="period">{escape(document.period)}</p>'
    yield (
        f'<p class="line"><span>{escape(document.unit)}</span>'
        f"<span>{escape(document.date)}</span></p></header>"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h2>{escape(block.text)}</h2>"
        case Paragraph():
            return f"<p>{escape(block.text)}</p>"
        case Grid():
            return "".join(_grid(block))
        case Curve():
            return _curve(block)


def _grid(grid: Grid) -> Iterator[str]:
    yield '<figure class="whole">' if len(grid.rows) <= SMALL else "<figure>"
    if grid.caption:
        yield f"<figcaption>{escape(grid.caption)}</figcaption>"
    columns = "".join(f'<col style="width:{share}%">' for share in grid.wide)
    heads = "".join(
        f'<th scope="col"{_class(at, grid, "")}>{escape(head)}</th>'
        for at, head in enumerate(grid.heads)
    )
    yield f"<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>"
    for row in grid.rows:
        cells = "".join(_cell(at, grid, cell) for at, cell in enumerate(row))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
    for note in grid.notes:
        yield f'<p class="note">{escape(note)}</p>'
    yield "</figure>"


def _cell(at: int, grid: Grid, cell: Cell) -> str:
    return f"<td{_class(at, grid, cell.mark)}>{escape(cell.text)}</td>"


def _class(at: int, grid: Grid, mark: str) -> str:
    names = " ".join(filter(None, ("number" if at in grid.numbers else "", mark)))
    return f' class="{names}"' if names else ""


def _curve(curve: Curve) -> str:
    caption = f"<figcaption>{escape(curve.caption)}</figcaption>" if curve.caption else ""
    return f'<figure class="whole">{caption}{svg(curve)}</figure>'


def _footer(document: Document, seal: str) -> Iterator[str]:
    yield "<footer><dl>"
    for label, value in document.about:
        yield f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>"
    if seal:
        label = escape(words("seal", document.language))
        yield f'<dt>{label}</dt><dd class="seal">{seal}</dd>'
    yield f"</dl><p>{escape(document.note)}</p></footer>" if document.note else "</dl></footer>"
