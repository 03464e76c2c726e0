"""Columns that line up in a terminal, Chinese ones included."""

import unicodedata
from collections.abc import Iterator, Sequence


def width(text: str) -> int:
    """Cells a text takes: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def aligned(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> Iterator[str]:
    """The first row is the heading; columns in `right` end together, as numbers do."""
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [_cell(text, widths[at], to_right=at in right) for at, text in enumerate(row)]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "  ".join("-" * size for size in widths)


def _cell(text: str, size: int, *, to_right: bool) -> str:
    gap = " " * (size - width(text))
    return gap + text if to_right else text + gap
