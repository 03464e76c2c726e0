"""CSV files under a glob: exports laid down by another system, or a feed that is replayed.

Every cell is text. Header names are made unique (`备注`, `备注#2`) and never empty (`#3`).
With `release`, rows whose instant lies in the future are not yet delivered: the files play a
live feed. A file that has not changed since it was delivered to its end is not opened again.
"""

import csv
import glob
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyarrow import csv as arrow_csv

from dashboard.core.errors import SourceChanged, SourceRefused, SourceUnavailable
from data_sources.base import Batch, Cursor, RaggedRow
from data_sources.release import Gate, iso
from data_sources.swallowed import without_swallowed
from data_sources.text_files import TextFile, inspect, open_utf8

BATCH_ROWS = 200_000
BATCH_BYTES = 256 << 20
BLOCK = 8 << 20
"""A single row must fit in one."""
MAX_HEADER = 1 << 20


@dataclass(frozen=True)
class FileMark:
    """How far one file is delivered. Instants are ISO 8601 in UTC, which sort as text."""

    size: int
    changed: int
    encoding: str
    released_to: str = ""
    next_release: str = ""
    newest: str = ""

    def fits(self, fingerprint: tuple[int, int]) -> bool:
        return (self.size, self.changed) == fingerprint

    def has_news(self, now: datetime) -> bool:
        return bool(self.next_release) and self.next_release <= iso(now)


@dataclass(frozen=True)
class CsvSource:
    """Files go by the name they have in `folder`, so that it can be moved; else by their path."""

    folder: Path
    pattern: str
    zone: ZoneInfo
    encoding: str = "auto"
    delimiter: str = ","
    member: str = ""
    release: str = ""
    batch_rows: int = BATCH_ROWS

    def columns(self) -> list[str]:
        name, path = next(iter(self._files().items()))
        with open_utf8(inspect(path, name, member=self.member, encoding=self.encoding)) as stream:
            return self._header(stream, name)

    def pull(self, since: Cursor | None, now: datetime) -> Iterator[Batch]:
        before = {name: FileMark(**mark) for name, mark in (since or {}).get("files", {}).items()}
        marks: dict[str, FileMark] = {}
        held: Batch | None = None
        for name, path in self._files().items():
            fingerprint = _fingerprint(path, name)
            known = before.get(name)
            if known and not known.fits(fingerprint):
                known = None
            if known and not known.has_news(now):
                marks[name] = known
                continue
            for batch in self._file(TextFile(path, name), fingerprint, known, now, marks):
                if held:
                    yield held
                held = batch
        last = held or Batch(pa.table({}), self._name(self.folder / self.pattern))
        yield replace(
            last, complete=True, cursor=_cursor(marks), seen_until=self._seen_until(marks, now)
        )

    def _files(self) -> dict[str, Path]:
        found = sorted(self.folder / name for name in glob.glob(self.pattern, root_dir=self.folder))  # noqa: PTH207 - `..`
        if not found:
            raise SourceUnavailable(
                "No file is there.",
                where=self._name(self.folder / self.pattern),
                fix="put the export there, or correct `path` in [connector]",
            )
        return {self._name(path): path for path in found}

    def _name(self, path: Path) -> str:
        whole, home = path.parent.resolve() / path.name, self.folder.resolve()
        return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)

    def _seen_until(self, marks: Mapping[str, FileMark], now: datetime) -> datetime | None:
        """Up to now while rows are still to come; a feed that ran dry ends with its last row."""
        newest = max((mark.newest for mark in marks.values()), default="")
        return min(now, datetime.fromisoformat(newest)) if newest else None

    def _file(
        self,
        file: TextFile,
        fingerprint: tuple[int, int],
        known: FileMark | None,
        now: datetime,
        marks: dict[str, FileMark],
    ) -> Iterator[Batch]:
        if known:
            file = replace(file, member=self.member, encoding=known.encoding)
        else:
            file = inspect(file.path, file.name, member=self.member, encoding=self.encoding)
        gate = Gate(self.release, self.zone, now, known.released_to if known else "", file.name)
        for number, batch in enumerate(self._batches(file, gate)):
            yield replace(batch, anew=gate.first_time and number == 0)
        marks[file.name] = FileMark(*fingerprint, file.encoding, *gate.marks())
        yield Batch(pa.table({}), file.name, cursor=_cursor(marks))

    def _batches(self, file: TextFile, gate: Gate) -> Iterator[Batch]:
        pending: list[pa.RecordBatch] = []
        ragged: list[RaggedRow] = []
        for part in self._parts(file, ragged, gate):
            pending.append(part)
            rows = sum(p.num_rows for p in pending)
            if rows >= self.batch_rows or sum(p.nbytes for p in pending) >= BATCH_BYTES:
                yield Batch(pa.Table.from_batches(pending), file.name, tuple(ragged))
                pending, ragged[:] = [], []
        if sum(p.num_rows for p in pending) or ragged:
            rows_table = pa.Table.from_batches(pending) if pending else pa.table({})
            yield Batch(rows_table, file.name, tuple(ragged))

    def _parts(
        self, file: TextFile, ragged: list[RaggedRow], gate: Gate
    ) -> Iterator[pa.RecordBatch]:
        with open_utf8(file) as stream:
            names = self._header(stream, file.name)
            gate.check(names)
            if not stream.peek(1):  # type: ignore[attr-defined]
                return
            try:
                reader = self._reader(stream, names, ragged, deliver_ragged=gate.first_time)
                for part in reader:
                    whole, torn = without_swallowed(part, self.delimiter, file.name)
                    ragged.extend(torn if gate.first_time else ())
                    yield from gate.pass_on(whole)
            except pa.ArrowInvalid as error:
                raise SourceRefused(
                    f"The rows cannot be told apart: {error}",
                    where=file.name,
                    fix='look for a quote (") that opens and never closes, or another `delimiter`',
                ) from error

    def _reader(
        self,
        stream: IO[bytes],
        names: list[str],
        ragged: list[RaggedRow],
        *,
        deliver_ragged: bool,
    ) -> Any:
        def on_ragged(row: Any) -> str:
            if deliver_ragged:
                number = row.number + 1 if row.number else None
                ragged.append(RaggedRow(number, row.text, row.expected_columns, row.actual_columns))
            return "skip"

        return arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=BLOCK, column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=on_ragged
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string())
            ),
        )

    def _header(self, stream: IO[bytes], name: str) -> list[str]:
        line = b""
        while not line.strip() or line.count(b'"') % 2:
            more = stream.readline(MAX_HEADER)
            if not more or len(line) > MAX_HEADER:
                raise SourceChanged(
                    "The file has no header row.",
                    where=name,
                    fix="export it with the column names in its first line",
                )
            line += more
        text = line.decode().strip("\r\n")
        return _unique(next(csv.reader(io.StringIO(text), delimiter=self.delimiter)))


REQUIRED = frozenset({"path"})
OPTIONAL = frozenset({"encoding", "delimiter", "member", "release"})


def from_config(options: Mapping[str, Any], *, folder: Path, zone: ZoneInfo) -> CsvSource:
    """From `[connector]`; `path` is relative to the folder of the pack."""
    given: dict[str, Any] = {name: str(options[name]) for name in OPTIONAL & options.keys()}
    return CsvSource(folder, str(options["path"]), zone, **given)


def _cursor(marks: Mapping[str, FileMark]) -> Cursor:
    return {"files": {name: asdict(mark) for name, mark in marks.items()}}


def _unique(names: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for position, given in enumerate(names, start=1):
        name = given.strip() or f"#{position}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return unique


def _fingerprint(path: Path, name: str) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise SourceUnavailable(
            f"The file cannot be read: {error.strerror}",
            where=name,
            fix="check that it is there and may be read",
        ) from error
    return stat.st_size, stat.st_mtime_ns
