"""codes/<name>.csv: what a source writes → what it means here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from dashboard.city import cells
from dashboard.city.faults import Faults
from dashboard.city.fields import Codes, problem_with
from dashboard.city.files import Folder, Layout, read_csv
from dashboard.core.values import UNKNOWN


@dataclass(frozen=True)
class CodeTable:
    name: str
    meanings: Mapping[str, str]
    where: Mapping[str, str]
    """By the text of the source."""


def read_code_tables(folder: Folder) -> dict[str, CodeTable]:
    return {PurePosixPath(name).stem: _table(folder, name) for name in folder.names("codes/*.csv")}


def _table(folder: Folder, name: str) -> CodeTable:
    rows: dict[str, str] = {}
    where: dict[str, str] = {}
    for row in read_csv(folder, name, Layout(("from", "to"))):
        given = row["from"]
        if not row["to"]:
            fix = f"write `{UNKNOWN}` where it means “none given”"
            folder.faults.add(row.where, "`to` is empty.", fix)
        elif cells.filled(row, ("from",), folder.faults) and given in rows:
            fix = f"remove this row or the one at {where[given]}"
            folder.faults.add(row.where, f"`{given}` is there twice.", fix)
        elif given:
            rows[given], where[given] = row["to"], row.where
    return CodeTable(PurePosixPath(name).stem, rows, where)


@dataclass(frozen=True)
class Use:
    """Where a code table is used, and for what."""

    fact: str
    field: str
    where: str


def check_meanings(table: CodeTable, use: Use, codes: Codes, faults: Faults) -> None:
    """Every meaning must be a value that the field can have."""
    for given, meaning in table.meanings.items():
        problem, known = problem_with(use.fact, use.field, meaning, codes)
        if problem and meaning != UNKNOWN:
            fix = faults.near(meaning, known, "write a code of the pack") if known else ""
            faults.add(
                table.where[given],
                f"{problem} The table is used at {use.where}.",
                fix or "write it as the field reads it, see docs/city-pack.md",
            )
