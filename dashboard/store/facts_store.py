"""The facts: read with Core selects, written in commits that each raise the data version."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Engine, Row, Select, Table, insert, select

from dashboard import facts
from dashboard.city.model import City
from dashboard.core.errors import StoreError, did_you_mean
from dashboard.store import data_version, deliveries, dimensions
from dashboard.store.data_version import DataVersion, naive
from dashboard.store.deliveries import Delivery
from dashboard.store.dialects import arrangement
from dashboard.store.dialects import duckdb as dialect
from dashboard.store.engines import duckdb_engine, full_disk_named

__all__ = ["DataVersion", "FactsStore", "FactsWriter", "Upserted"]

CHUNK = 50_000
QUIET_S = 10
"""Longer than this nobody is kept waiting in a round: a first load shows how it grows."""


@dataclass(frozen=True)
class Upserted:
    """Rows that changed the facts, and rows that were known already (or older than known)."""

    accepted: int
    unchanged: int

    def __add__(self, other: "Upserted") -> "Upserted":
        return Upserted(self.accepted + other.accepted, self.unchanged + other.unchanged)


@dataclass
class FactsWriter:
    """Open for the length of one commit; all of it is written, or none."""

    connection: Connection
    source: str
    batch_id: str
    complete_to: datetime | None = None
    written: Upserted = Upserted(0, 0)
    delivered: bool = False
    noted: bool = False
    """Something that is no row changed, and is to be kept."""

    def upsert(
        self,
        fact: str,
        rows: pa.Table,
        *,
        recorded_at: datetime,
        landed_at: datetime | None = None,
        computed: Collection[str] = (),
    ) -> Upserted:
        """Insert or replace by (source, source_id).

        Args:
            fact: One of `facts.FACT_TABLES`.
            rows: Any columns of that table, `source_id` among them, instants in UTC. What is
                absent or NULL gets the column's default. `source`, `batch_id`, `recorded_at` and
                `row_hash` are filled here; `batch_row` counts from 1 where absent.
            recorded_at: When we learned of these versions.
            landed_at: Stands for `updated_at` where the source gives none; default `recorded_at`.
            computed: Columns of ours among them: other values there are no other version.
        """
        table = _fact_table(fact)
        if not rows.num_rows:
            return Upserted(0, 0)
        _check_columns(table, rows)
        origin = dialect.Origin(
            self.source,
            self.batch_id,
            naive(recorded_at),
            naive(landed_at or recorded_at),
            frozenset(computed),
        )
        accepted = dialect.upsert(self.connection, table, _without_zones(rows), origin)
        counts = Upserted(accepted, rows.num_rows - accepted)
        self.written += counts
        return counts

    def deliver(self, delivery: Delivery) -> None:
        """Note what the batch brought, beside its rows."""
        deliveries.write(self.connection, self.source, self.batch_id, delivery)
        self.delivered = True

    def move_delivery(self, counts: Mapping[str, int]) -> None:
        """Refused rows of the batch were mapped again: read stays, where they ended moves."""
        deliveries.move(self.connection, self.source, self.batch_id, counts)
        self.delivered = True

    def forget_delivery(self) -> None:
        """The batch was not stored to its end and will be pulled again."""
        self.delivered = deliveries.forget(self.connection, self.source, self.batch_id)


class FactsStore:
    """One per process. Reading is safe from any thread; one commit runs at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.queries = 0
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._listeners: list[Callable[[DataVersion], None]] = []
        self._telling = threading.Lock()
        self._rounds = 0
        self._untold = False
        self._quiet_since = 0.0
        with engine.connect() as connection:
            self._version = data_version.load(connection)

    @classmethod
    def open(
        cls, path: Path, *, create: bool = True, threads: int = 0, memory_limit: str = ""
    ) -> "FactsStore":
        """Open the fact file, making it and its tables where absent.

        Raises:
            StoreError: It is absent and `create` is false, it is in use, or of another version.
        """
        if not create and not path.exists():
            raise StoreError(
                "There are no facts yet.", where=str(path), fix="run `ingest` or `serve` first"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = duckdb_engine(path, threads=threads, memory_limit=memory_limit)
        try:
            with engine.begin() as connection:
                _check_or_create(connection, path)
            return cls(engine)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        self.engine.dispose()

    def read(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """All rows of one select."""
        self._count()
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def stream(self, statement: Select[Any], chunk: int = CHUNK) -> Iterator[pa.Table]:
        """The rows of one select as Arrow tables of about `chunk` rows, in bounded memory."""
        self._count()
        with self.engine.connect() as connection:
            result: Any = connection.execution_options(duckdb_arrow=True).execute(statement)
            with result.batches(chunk) as batches:
                for batch in batches:
                    yield pa.Table.from_batches([batch])

    def delivered_batches(self, source: str) -> frozenset[str]:
        """Batches of a source that are in these facts."""
        own = facts.deliveries.c
        rows = self.read(select(own.batch_id).where(own.source == source))
        return frozenset(row.batch_id for row in rows)

    def version(self) -> DataVersion:
        """Known without a query."""
        return self._version

    def on_commit(self, callback: Callable[[DataVersion], None]) -> None:
        """Call `callback` after each commit that raised the version, in the committing thread."""
        self._listeners.append(callback)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """A round of commits, of which `on_commit` tells once, at its end."""
        with self._telling:
            self._rounds += 1
            self._quiet_since = time.monotonic()
        try:
            yield
        finally:
            with self._telling:
                self._rounds -= 1
                due = self._untold
            if due:
                self._tell()

    @contextmanager
    def commit(
        self,
        *,
        source: str,
        batch_id: str,
        complete_to: datetime | None = None,
        committed_at: datetime | None = None,
    ) -> Iterator[FactsWriter]:
        """One transaction. It raises the version if rows changed, a batch was delivered, or
        `complete_to` moved.

        `complete_to` may also be set on the writer before the block ends; None leaves it.
        """
        with self._writing, full_disk_named():
            before = self._version
            with self.engine.connect() as connection, connection.begin() as transaction:
                writer = FactsWriter(connection, source, batch_id, complete_to)
                yield writer
                moved = writer.complete_to not in (None, before.complete_to.get(source))
                if not (writer.written.accepted or writer.delivered or writer.noted or moved):
                    transaction.rollback()
                    return
                after = before.after(source, writer.complete_to, committed_at or datetime.now(UTC))
                data_version.append(connection, after, source, batch_id)
            self._version = after
        self._tell()

    def _tell(self) -> None:
        with self._telling:
            now = time.monotonic()
            self._untold = self._rounds > 0 and now - self._quiet_since < QUIET_S
            if self._untold:
                return
            self._quiet_since = now
        for listener in self._listeners:
            listener(self._version)

    def write_dimensions(self, city: City) -> bool:
        """Replace regions, departments and categories; False if they are as they were."""
        wanted = dimensions.rows_of(city)
        with self.engine.connect() as connection:
            if dimensions.are_stored(connection, wanted):
                return False
        with self.commit(source="", batch_id="dimensions") as writer:
            writer.written = Upserted(dimensions.replace(writer.connection, wanted), 0)
        return True

    def checkpoint(self) -> None:
        """Fold the log into the file: after a bulk load, and at quiet hours."""
        with self._writing, full_disk_named(), self.engine.connect() as connection:
            dialect.checkpoint(connection)

    def arrange(self) -> bool:
        """Put late rows behind all others where too many lie among them; False if that was so.

        Writes the whole table of incidents anew: after a bulk load, and at night.
        """
        with self._writing, full_disk_named(), self.engine.connect() as connection:
            if arrangement.is_arranged(connection):
                return False
            with connection.begin():
                arrangement.arrange(connection)
        return True

    def _count(self) -> None:
        with self._counting:
            self.queries += 1


def _fact_table(fact: str) -> Table:
    try:
        return facts.FACT_TABLES[fact]
    except KeyError:
        raise StoreError(
            f"There is no fact table `{fact}`.", fix=did_you_mean(fact, facts.FACT_TABLES)
        ) from None


_FILLED_HERE = frozenset({"source", "batch_id", "recorded_at", "row_hash"})


def _check_columns(table: Table, rows: pa.Table) -> None:
    known = set(table.columns.keys()) - _FILLED_HERE
    for name in rows.column_names:
        if name not in known:
            raise StoreError(
                f"Rows for `{table.name}` carry a column `{name}` that cannot be written.",
                fix=did_you_mean(name, known),
            )
    if "source_id" not in rows.column_names:
        raise StoreError(f"Rows for `{table.name}` carry no `source_id`.")


def _check_or_create(connection: Connection, path: Path) -> None:
    existing = dialect.table_names(connection)
    info = facts.store_info
    if info.name not in existing:
        if existing:
            raise StoreError(
                "This database is not a fact store of Yiping.",
                where=str(path),
                fix="give another data folder with --data or YIPING_DATA_DIR",
            )
        dialect.create_tables(connection)
        connection.execute(
            insert(info), {"key": "facts_version", "value": str(facts.FACTS_VERSION)}
        )
        return
    version = connection.scalar(select(info.c.value).where(info.c.key == "facts_version"))
    if version != str(facts.FACTS_VERSION):
        raise StoreError(
            f"The fact store has version {version}, this program needs {facts.FACTS_VERSION}.",
            where=str(path),
            fix="move the file away and run `ingest --replay`: the landed batches rebuild it",
        )


def _without_zones(rows: pa.Table) -> pa.Table:
    """Aware instants as UTC without an offset, as the tables hold them."""
    fields = [
        pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f
        for f in rows.schema
    ]
    return rows.cast(pa.schema(fields))
