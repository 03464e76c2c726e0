"""What a mapping swallowed without refusing a row, counted so that it stays visible."""
# ruff: noqa: S608 - texts of a pack go in quoted; values of a source never do

import duckdb

from dashboard.city.model import FieldRule
from dashboard.ingest.compiled import Compiled, cell_column, mark
from dashboard.ingest.fields import among, literal, raw_cells, raw_text
from dashboard.store.batches import Noted

KINDS = {
    "missing_marker": "cells that held a marker for “no value”",
    "stripped": "cells of which a part was dropped",
    "kept_unknown": "codes kept though no table knows them",
    "unknown": "values that count as unknown",
    "closed_at_once": "rows closed in the very instant they were created",
}


def notes_of(database: duckdb.DuckDBPyConnection, compiled: Compiled) -> list[Noted]:
    """Reads `raw` and `work`."""
    cells = [
        (kind, rule.field, condition, raw_text(rule))
        for rule in compiled.spec.fields
        if rule.reads
        for kind, condition in _cell_quirks(rule, compiled.spec.missing)
    ]
    flags = [
        (flag.note, flag.field, mark(position), cell_column(flag.field))
        for position, flag in enumerate(compiled.flags)
        if flag.note
    ]
    return _counted(database, cells, "raw AS r") + _counted(database, flags, "work")


def _cell_quirks(rule: FieldRule, missing: tuple[str, ...]) -> list[tuple[str, str]]:
    markers = sorted(set(missing) - {""})
    held = " OR ".join(f"{cell} IN {among(markers)}" for cell in raw_cells(rule))
    quirks = [("missing_marker", held)] if markers else []
    if rule.strip:
        quirks.append(("stripped", f"regexp_matches({raw_text(rule)}, {literal(rule.strip)})"))
    return quirks


def _counted(
    database: duckdb.DuckDBPyConnection, quirks: list[tuple[str, str, str, str]], relation: str
) -> list[Noted]:
    if not quirks:
        return []
    columns = ", ".join(
        f"count(*) FILTER ({condition}), min({shown}) FILTER ({condition})"
        for _, _, condition, shown in quirks
    )
    found = database.execute(f"SELECT {columns} FROM {relation}").fetchone() or ()
    counts = zip(found[::2], found[1::2], strict=True)
    return [
        Noted(kind, field, count, example or "")
        for (kind, field, _, _), (count, example) in zip(quirks, counts, strict=True)
        if count
    ]
