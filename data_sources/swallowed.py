"""A stray quote makes a CSV cell swallow the lines after it: valid, and silently wrong.

No parser can tell it from a text of several lines, so this looks at what such a cell holds: lines
that are rows themselves.
"""

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.core.errors import SourceRefused
from data_sources.base import RaggedRow

TOO_MANY_LINES = 1000
"""No text of a citizen or a clerk has so many."""


def without_swallowed(
    rows: pa.RecordBatch, delimiter: str, origin: str
) -> tuple[pa.RecordBatch, list[RaggedRow]]:
    """The rows that are one row each, and those that hold others, as torn lines.

    Raises:
        SourceRefused: One cell holds so many lines that the rest of the file is in it.
    """
    suspects = _with_line_breaks(rows)
    if not suspects:
        return rows, []
    separators = rows.num_columns - 1
    torn: dict[int, RaggedRow] = {}
    for place, cells in zip(suspects, rows.take(pa.array(suspects)).to_pylist(), strict=True):
        inner = [line for cell in cells.values() for line in cell.splitlines()[1:]]
        if len(inner) > TOO_MANY_LINES:
            raise SourceRefused(
                f'One cell holds {len(inner)} lines: a quote (") opens and never closes.',
                where=f"{origin}, row that begins {delimiter.join(cells.values())[:60]!r}",
                fix="close or double the quote, or export the file again",
            )
        if separators > 1 and any(line.count(delimiter) >= separators for line in inner):
            text = delimiter.join(cells.values())
            torn[place] = RaggedRow(None, text, rows.num_columns, rows.num_columns + len(inner))
    kept = pa.array([place not in torn for place in range(rows.num_rows)])
    return rows.filter(kept), list(torn.values())


def _with_line_breaks(rows: pa.RecordBatch) -> list[int]:
    found: set[int] = set()
    for column in rows.columns:
        marks = pc.match_substring(column, "\n")
        if pc.any(marks).as_py():
            found.update(pc.indices_nonzero(marks).to_pylist())
    return sorted(found)
