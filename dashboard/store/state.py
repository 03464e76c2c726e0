"""The state: cursors, batches, quarantine, notes. Transactional; SQLite, or PostgreSQL."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, case, func, insert, select, update

from dashboard.store.batches import BatchEnd, BatchStart, end_batch, set_source
from dashboard.store.data_version import naive
from dashboard.store.engines import state_engine
from dashboard.store.migrations import upgrade
from dashboard.store.state_schema import batches, notes, quarantine, sources


@dataclass(frozen=True)
class SourceState:
    """How far a source got. Instants are aware; counts are since the beginning."""

    name: str
    cursor: Mapping[str, Any] | None = None
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    complete_to: datetime | None = None
    read: int = 0
    accepted: int = 0
    unchanged: int = 0
    quarantined: int = 0


class StateStore:
    """Safe from any thread: every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> "StateStore":
        """Open and migrate to the newest schema."""
        engine = state_engine(url)
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        self.engine.dispose()

    def source(self, name: str) -> SourceState:
        return self.sources().get(name, SourceState(name))

    def sources(self) -> Mapping[str, SourceState]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(sources)).mappings().all()
        return MappingProxyType({row["name"]: _source_state(dict(row)) for row in rows})

    def open_quarantine(self) -> Mapping[str, int]:
        """Rows still in quarantine, by source."""
        others = quarantine.c.others
        rows = case((others > 0, others), else_=1)
        statement = (
            select(quarantine.c.source, func.sum(rows))
            .where(quarantine.c.resolved_at.is_(None))
            .group_by(quarantine.c.source)
        )
        with self.engine.connect() as connection:
            counts = {source: int(count) for source, count in connection.execute(statement)}
        return MappingProxyType(counts)

    def quarantined(self, source: str, *, limit: int | None = None) -> Sequence[Row[Any]]:
        """Rows of a source still in quarantine, newest batch first."""
        statement = (
            select(quarantine)
            .where(quarantine.c.source == source, quarantine.c.resolved_at.is_(None))
            .order_by(quarantine.c.batch_id.desc(), quarantine.c.batch_row)
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def notes(self, source: str) -> Sequence[Row[Any]]:
        """Quirks in the rows of a source as they now stand: kind, field, count, example."""
        statement = (
            select(
                notes.c.kind,
                notes.c.field,
                func.sum(notes.c.count).label("count"),
                func.min(notes.c.example).label("example"),
            )
            .join(batches, batches.c.id == notes.c.batch_id)
            .where(notes.c.source == source, batches.c.superseded_at.is_(None))
            .group_by(notes.c.kind, notes.c.field)
            .order_by(notes.c.kind, notes.c.field)
        )
        with self.engine.connect() as connection:
            return list(connection.execute(statement))

    def stored_batches(self, source: str) -> Sequence[Row[Any]]:
        """Batches that reached the facts, oldest first."""
        statement = (
            select(batches)
            .where(batches.c.source == source, batches.c.outcome == "stored")
            .order_by(batches.c.id)
        )
        with self.engine.connect() as connection:
            return connection.execute(statement).all()

    def batch(self, batch_id: str) -> Row[Any] | None:
        with self.engine.connect() as connection:
            return connection.execute(select(batches).where(batches.c.id == batch_id)).first()

    def quarantined_rows(self, source: str) -> Mapping[str, frozenset[int] | None]:
        """Batch → its rows still in quarantine; None where not all of them are listed."""
        found: dict[str, set[int]] = {}
        entries = self.quarantined(source)
        for entry in entries:
            found.setdefault(entry.batch_id, set()).add(entry.batch_row)
        beyond = {entry.batch_id for entry in entries if entry.others}
        return {
            batch_id: None if batch_id in beyond else frozenset(rows)
            for batch_id, rows in found.items()
        }

    def left_behind(self, source: str) -> Sequence[Row[Any]]:
        """Batches of a process that died before they were stored; a run begins by naming them."""
        with self.engine.connect() as connection:
            return connection.execute(select(batches).where(_running(source))).all()

    def attempt(self, source: str, at: datetime) -> None:
        """Note that a run begins, and that what was left behind is given up."""
        values = {"outcome": "abandoned", "finished_at": naive(at)}
        with self.engine.begin() as connection:
            set_source(connection, source, {"last_attempt_at": naive(at)})
            connection.execute(update(batches).where(_running(source)).values(**values))

    def begin_batch(self, start: BatchStart) -> None:
        values = {**vars(start), "landed_at": naive(start.landed_at), "outcome": "running"}
        with self.engine.begin() as connection:
            connection.execute(insert(batches), values)

    def end_batch(self, end: BatchEnd) -> None:
        """Counts, quarantine and notes of a batch whose facts are committed."""
        with self.engine.begin() as connection:
            end_batch(connection, end)

    def fail_batch(self, batch_id: str, at: datetime) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                update(batches)
                .where(batches.c.id == batch_id)
                .values(outcome="failed", finished_at=naive(at))
            )

    def succeed(self, source: str, at: datetime, *, complete_to: datetime | None) -> None:
        values = {"last_success_at": naive(at), "last_error": None, "last_error_at": None}
        if complete_to:
            values["complete_to"] = naive(complete_to)
        with self.engine.begin() as connection:
            set_source(connection, source, values)

    def fail(self, source: str, at: datetime, error: str) -> None:
        with self.engine.begin() as connection:
            set_source(connection, source, {"last_error": error, "last_error_at": naive(at)})

    def save_cursor(self, source: str, cursor: Mapping[str, Any]) -> None:
        with self.engine.begin() as connection:
            set_source(connection, source, {"cursor": json.dumps(cursor, ensure_ascii=False)})


def _running(source: str) -> ColumnElement[bool]:
    return (batches.c.source == source) & (batches.c.outcome == "running")


def _source_state(row: dict[str, Any]) -> SourceState:
    values: dict[str, Any] = {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
    values["cursor"] = json.loads(values["cursor"]) if values["cursor"] else None
    return SourceState(**values)
