"""Rows that play a live feed: each is delivered once its instant has come."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.core.errors import SourceChanged, did_you_mean


class Gate:
    """Lets a row pass once its instant has come; without a release column, every row."""

    def __init__(
        self, column: str, zone: ZoneInfo, now: datetime, released_to: str, origin: str
    ) -> None:
        self.column, self.zone, self.origin = column, zone, origin
        self.now, self.released_to = iso(now), released_to
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
        instants, until = _instants(rows.column(self.column), self.zone)
        self._note(instants, until)
        due = pc.less_equal(instants, _micros(self.now))
        if not self.first_time:
            due = pc.and_(due, pc.greater(instants, _micros(self.released_to)))
        # Without an instant it cannot wait for one: it is delivered with the first pull.
        passes = pc.fill_null(due, self.first_time)
        yield rows.filter(passes)

    def _note(self, instants: pa.Array, until: pa.Array) -> None:
        newest = pc.max(until).as_py()
        if newest is None:
            return
        self.newest = max(self.newest, _from_micros(newest))
        coming = pc.min(instants.filter(pc.greater(instants, _micros(self.now)))).as_py()
        if coming is not None:
            following = _from_micros(coming)
            self.next = min(self.next or following, following)


def _instants(texts: pa.Array, zone: ZoneInfo) -> tuple[pa.Array, pa.Array]:
    """Microseconds since 1970: when each begins, and up to when it reaches, which differs for a
    day. NULL where a text is no instant. No offset means `zone`.
    """
    cells = pa.table({"cell": pc.utf8_trim_whitespace(texts)})
    with duckdb.connect() as database:
        database.execute(f"SET TimeZone = '{zone.key}'")
        database.register("cells", cells)
        found = database.execute(
            "SELECT epoch_us(instant), epoch_us(CASE WHEN length(cell) > 10 THEN instant "
            "ELSE instant + INTERVAL 1 DAY - INTERVAL 1 SECOND END) FROM "
            "(SELECT cell, try_cast(nullif(cell, '') AS TIMESTAMPTZ) AS instant FROM cells)"
        ).to_arrow_table()
    begins, until = (column.combine_chunks() for column in found.columns)
    return begins, until


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _micros(iso: str) -> int:
    return round((datetime.fromisoformat(iso) - _EPOCH).total_seconds() * 1_000_000)


def _from_micros(micros: int) -> str:
    return iso(datetime.fromtimestamp(micros / 1_000_000, UTC))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
