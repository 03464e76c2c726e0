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
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from dashboard.core.errors import SourceChanged, SourceRefused, SourceUnavailable, did_you_mean
from data_sources.base import Batch, Cursor, RaggedRow
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

    def fits(self, path: Path) -> bool:
        return (self.size, self.changed) == _fingerprint(path)

    def has_news(self, now: datetime) -> bool:
        return bool(self.next_release) and self.next_release <= _iso(now)


@dataclass(frozen=True)
class CsvSource:
    pattern: str
    zone: ZoneInfo
    encoding: str = "auto"
    delimiter: str = ","
    member: str = ""
    release: str = ""
    batch_rows: int = BATCH_ROWS

    def columns(self) -> list[str]:
        first = self._files()[0]
        with open_utf8(inspect(first, member=self.member, encoding=self.encoding)) as stream:
            return self._header(stream, first)

    def pull(self, since: Cursor | None, now: datetime) -> Iterator[Batch]:
        before = {name: FileMark(**mark) for name, mark in (since or {}).get("files", {}).items()}
        marks: dict[str, FileMark] = {}
        held: Batch | None = None
        for path in self._files():
            known = before.get(str(path))
            if known and known.fits(path) and not known.has_news(now):
                marks[str(path)] = known
                continue
            for batch in self._file(path, known, now, marks):
                if held:
                    yield held
                held = batch
        last = held or Batch(pa.table({}), self.pattern)
        yield replace(
            last, complete=True, cursor=_cursor(marks), seen_until=self._seen_until(marks, now)
        )

    def _files(self) -> list[Path]:
        found = sorted(Path(name) for name in glob.glob(self.pattern))  # noqa: PTH207 - `..`
        if not found:
            raise SourceUnavailable(
                "No file is there.",
                where=self.pattern,
                fix="put the export there, or correct `path` in [connector]",
            )
        return found

    def _seen_until(self, marks: Mapping[str, FileMark], now: datetime) -> datetime | None:
        """Up to now while rows are still to come; a feed that ran dry ends with its last row."""
        newest = max((mark.newest for mark in marks.values()), default="")
        return min(now, datetime.fromisoformat(newest)) if newest else None

    def _file(
        self, path: Path, known: FileMark | None, now: datetime, marks: dict[str, FileMark]
    ) -> Iterator[Batch]:
        size, changed = _fingerprint(path)
        again = known if known and known.fits(path) else None
        if again:
            file = TextFile(path, self.member, again.encoding)
        else:
            file = inspect(path, member=self.member, encoding=self.encoding)
        gate = _Gate(self.release, self.zone, now, again.released_to if again else "", str(path))
        for number, batch in enumerate(self._batches(file, gate)):
            yield replace(batch, anew=gate.first_time and number == 0)
        marks[str(path)] = FileMark(size, changed, file.encoding, *gate.marks())
        yield Batch(pa.table({}), str(path), cursor=_cursor(marks))

    def _batches(self, file: TextFile, gate: "_Gate") -> Iterator[Batch]:
        pending: list[pa.RecordBatch] = []
        ragged: list[RaggedRow] = []
        for part in self._parts(file, ragged, gate):
            pending.append(part)
            rows = sum(p.num_rows for p in pending)
            if rows >= self.batch_rows or sum(p.nbytes for p in pending) >= BATCH_BYTES:
                yield Batch(pa.Table.from_batches(pending), str(file.path), tuple(ragged))
                pending, ragged[:] = [], []
        if sum(p.num_rows for p in pending) or ragged:
            rows_table = pa.Table.from_batches(pending) if pending else pa.table({})
            yield Batch(rows_table, str(file.path), tuple(ragged))

    def _parts(
        self, file: TextFile, ragged: list[RaggedRow], gate: "_Gate"
    ) -> Iterator[pa.RecordBatch]:
        with open_utf8(file) as stream:
            names = self._header(stream, file.path)
            gate.check(names)
            if not stream.peek(1):  # type: ignore[attr-defined]
                return
            try:
                reader = self._reader(stream, names, ragged, deliver_ragged=gate.first_time)
                for part in reader:
                    whole, torn = without_swallowed(part, self.delimiter, str(file.path))
                    ragged.extend(torn if gate.first_time else ())
                    yield from gate.pass_on(whole)
            except pa.ArrowInvalid as error:
                raise SourceRefused(
                    f"The rows cannot be told apart: {error}",
                    where=str(file.path),
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

    def _header(self, stream: IO[bytes], path: Path) -> list[str]:
        line = b""
        while not line.strip() or line.count(b'"') % 2:
            more = stream.readline(MAX_HEADER)
            if not more or len(line) > MAX_HEADER:
                raise SourceChanged(
                    "The file has no header row.",
                    where=str(path),
                    fix="export it with the column names in its first line",
                )
            line += more
        text = line.decode().strip("\r\n")
        return _unique(next(csv.reader(io.StringIO(text), delimiter=self.delimiter)))


class _Gate:
    """Lets a row pass once its instant has come; without a release column, every row."""

    def __init__(
        self, column: str, zone: ZoneInfo, now: datetime, released_to: str, origin: str
    ) -> None:
        self.column, self.zone, self.origin = column, zone, origin
        self.now, self.released_to = _iso(now), released_to
        self.first_time = not released_to
        self.newest, self.next = "", ""
        self.read = 0

    def check(self, names: Sequence[str]) -> None:
        if self.column and self.column not in names:
            raise SourceChanged(
                f"There is no column `{self.column}` to release rows by.",
                where=self.origin,
                fix=did_you_mean(self.column, names),
            )

    def marks(self) -> tuple[str, str, str]:
        if self.column and self.read and not self.newest:
            raise SourceChanged(
                f"No cell of the release column `{self.column}` is an instant.",
                where=self.origin,
                fix="`release` needs a column of ISO 8601 instants",
            )
        return (self.now if self.column else "", self.next, self.newest)

    def pass_on(self, rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        if not self.column:
            yield rows
            return
        self.read += rows.num_rows
        instants = _instants(rows.column(self.column), self.zone)
        self._note(instants)
        due = pc.less_equal(instants, _micros(self.now))
        if not self.first_time:
            due = pc.and_(due, pc.greater(instants, _micros(self.released_to)))
        # Without an instant it cannot wait for one: it is delivered with the first pull.
        passes = pc.fill_null(due, self.first_time)
        yield rows.filter(passes)

    def _note(self, instants: pa.Array) -> None:
        newest = pc.max(instants).as_py()
        if newest is None:
            return
        self.newest = max(self.newest, _from_micros(newest))
        coming = pc.min(instants.filter(pc.greater(instants, _micros(self.now)))).as_py()
        if coming is not None:
            following = _from_micros(coming)
            self.next = min(self.next or following, following)


REQUIRED = frozenset({"path"})
OPTIONAL = frozenset({"encoding", "delimiter", "member", "release"})


def from_config(options: Mapping[str, Any], *, folder: Path, zone: ZoneInfo) -> CsvSource:
    """From `[connector]`; `path` is relative to the folder of the pack."""
    given: dict[str, Any] = {name: str(options[name]) for name in OPTIONAL & options.keys()}
    return CsvSource(pattern=str(folder / str(options["path"])), zone=zone, **given)


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


def _fingerprint(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise SourceUnavailable(f"The file cannot be read: {error}", where=str(path)) from error
    return stat.st_size, stat.st_mtime_ns


def _instants(texts: pa.Array, zone: ZoneInfo) -> pa.Array:
    """Microseconds since 1970; NULL where a text is no instant. No offset means `zone`."""
    cells = pa.table({"cell": texts})
    with duckdb.connect() as database:
        database.execute(f"SET TimeZone = '{zone.key}'")
        database.register("cells", cells)
        found = database.execute(
            "SELECT epoch_us(try_cast(nullif(trim(cell), '') AS TIMESTAMPTZ)) AS instant FROM cells"
        ).to_arrow_table()
    return found.column("instant").combine_chunks()


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _micros(iso: str) -> int:
    return round((datetime.fromisoformat(iso) - _EPOCH).total_seconds() * 1_000_000)


def _from_micros(micros: int) -> str:
    return _iso(datetime.fromtimestamp(micros / 1_000_000, UTC))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
