"""The text files of a pack: CSV rows that know their line, TOML tables that know their place."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.city.faults import Faults
from dashboard.city.toml_lines import lines_of
from dashboard.core.errors import did_you_mean

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Folder:
    """The folder of a pack; files are named relative to it, in errors too."""

    path: Path
    faults: Faults

    def has(self, name: str) -> bool:
        return (self.path / name).is_file()

    def names(self, pattern: str) -> list[str]:
        return sorted(p.relative_to(self.path).as_posix() for p in self.path.glob(pattern))

    def text(self, name: str) -> str | None:
        """The file as text; None with a fault where it is missing or not UTF-8."""
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            self._missing(name)
            return None
        except OSError as error:
            self.faults.add(name, f"The file cannot be read: {error.strerror}.", "make it readable")
            return None
        try:
            return content.removeprefix(BOM).decode("utf-8")
        except UnicodeDecodeError as error:
            self._not_utf8(name, content, error)
            return None

    def _missing(self, name: str) -> None:
        siblings = [p.name for p in (self.path / name).parent.glob("*") if p.is_file()]
        near = did_you_mean(Path(name).name, siblings)
        fix = near if near.startswith("did you") else "add it, see docs/city-pack.md"
        self.faults.add(name, "The file is missing.", fix)

    def _not_utf8(self, name: str, content: bytes, error: UnicodeDecodeError) -> None:
        offset = error.start + len(content) - len(error.object)
        line = content.count(b"\n", 0, offset) + 1
        self.faults.add(
            f"{name}, line {line}",
            f"Byte {offset} is not UTF-8.",
            "save the file as UTF-8 (in Excel: “CSV UTF-8”)",
        )


@dataclass(frozen=True)
class Row:
    """One row of a CSV file; a column that the file leaves out reads as empty."""

    where: str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Layout:
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


def read_csv(folder: Folder, name: str, layout: Layout) -> list[Row]:
    text = folder.text(name)
    if text is None:
        return []
    lines = _cells(folder, name, text)
    _, header = next(lines, (0, []))
    if not _header_fits(folder.faults, name, header, layout):
        return []
    return [
        Row(f"{name}, line {line}", dict(zip(header, cells, strict=True)))
        for line, cells in lines
        if _row_fits(folder.faults, f"{name}, line {line}", len(cells), len(header))
    ]


def _cells(folder: Folder, name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line that each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        folder.faults.add(
            f"{name}, line {begins}",
            f"The row cannot be read as CSV: {error}.",
            'look for a quote (") that opens and never closes; write a quote inside a cell twice',
        )


def _header_fits(faults: Faults, name: str, header: list[str], layout: Layout) -> bool:
    where, known = f"{name}, line 1", (*layout.required, *layout.optional)
    unknown = [column for column in header if column not in known]
    missing = [column for column in layout.required if column not in header]
    for column in unknown:
        faults.add(where, f"There is no column `{column}` here.", did_you_mean(column, known))
    for column in missing:
        fix = f"add it to the header: {','.join(known)}"
        faults.add(where, f"The column `{column}` is missing.", fix)
    twice = sorted({column for column in header if header.count(column) > 1})
    for column in twice:
        faults.add(where, f"The column `{column}` is there twice.", "remove one of them")
    return not missing and not twice


def _row_fits(faults: Faults, where: str, found: int, expected: int) -> bool:
    if found == expected:
        return True
    faults.add(
        where,
        f"The row has {found} cells; the header has {expected}.",
        "add the missing commas" if found < expected else 'put a cell with a comma in quotes (")',
    )
    return False


@dataclass(frozen=True)
class Table:
    """A table of a TOML file. Reading a key checks it; `only` checks that there are no others."""

    entries: Mapping[str, Any]
    where: str
    faults: Faults
    given: bool = True

    def at(self, key: str) -> str:
        return f"{self.where} {key}"

    def only(self, *known: str) -> None:
        for key in sorted(self.entries.keys() - set(known)):
            self.faults.add(
                self.at(key), f"There is no key `{key}` here.", did_you_mean(key, known)
            )

    def text(self, key: str, default: str | None = None, *, example: str = "…") -> str:
        """A text; without a default it must be there and not be empty."""
        value = self.entries.get(key)
        if value is None or (value == "" and default is None):
            if default is None:
                problem = f"`{key}` is missing." if value is None else f"`{key}` is empty."
                self.faults.add(self.at(key), problem, f'add {key} = "{example}"')
            return default or ""
        if not isinstance(value, str):
            self._wrong(key, "a text", f'write {key} = "{value}"')
            return default or ""
        return value

    def flag(self, key: str) -> bool:
        value = self.entries.get(key, False)
        if not isinstance(value, bool):
            self._wrong(key, "true or false", f"write {key} = true, without quotes")
        return value is True

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.entries.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._wrong(key, "a list of texts", f'write {key} = ["…", "…"]')
            return default
        return tuple(value)

    def table(self, key: str, *, required: bool = True) -> "Table":
        value = self.entries.get(key)
        if value is None and required:
            self.faults.add(self.at(f"[{key}]"), f"[{key}] is missing.", f"add a table [{key}]")
        elif value is not None and not isinstance(value, dict):
            self._wrong(key, "a table", f"write it as [{key}]")
        entries = value if isinstance(value, dict) else {}
        return Table(entries, self.at(f"[{key}]"), self.faults, isinstance(value, dict))

    def _wrong(self, key: str, wanted: str, fix: str) -> None:
        self.faults.add(self.at(key), f"`{key}` must be {wanted}.", fix)


def read_toml(folder: Folder, name: str) -> Table | None:
    text = folder.text(name)
    if text is None:
        return None
    folder.faults.lines[name] = lines_of(text)
    try:
        return Table(tomllib.loads(text), name, folder.faults)
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        place = f", line {said[2]}, column {said[3]}" if said and said[2] else ""
        folder.faults.add(
            f"{name}{place}",
            f"This is not TOML: {said[1] if said else error}.",
            "texts stand in quotes, lists in [ ], and a key is written once",
        )
        return None
