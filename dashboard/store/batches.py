"""A batch in the state: how it begins, and everything that changes in the moment it is stored."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from dashboard.store.data_version import naive
from dashboard.store.state_schema import batches, notes, quarantine, sources

MANY = 500
"""Values in one IN list, well under what any database takes."""


@dataclass(frozen=True)
class BatchStart:
    id: str
    source: str
    origin: str
    landed_path: str
    landed_at: datetime
    bytes: int
    read: int
    mapping_digest: str


@dataclass(frozen=True)
class Refusal:
    """A row that goes into quarantine; or, with `others`, so many more of the same reason."""

    batch_row: int
    source_id: str
    reason: str
    message: str
    field: str
    value: str
    raw: Mapping[str, Any]
    others: int = 0


@dataclass(frozen=True)
class Noted:
    kind: str
    field: str
    count: int
    example: str


@dataclass(frozen=True)
class BatchEnd:
    """What became of a batch.

    `stored` answers which of some ids are facts now. `replayed` are the batch rows that were
    mapped again; None for a batch that is new. `anew` is the origin that it delivers again from
    the first row, where it does.
    """

    id: str
    source: str
    finished_at: datetime
    mapping_digest: str
    accepted: int
    unchanged: int
    quarantined: int
    refused: Sequence[Refusal]
    stored: Callable[[Sequence[str]], set[str]]
    notes: Sequence[Noted] = ()
    replayed: frozenset[int] | None = None
    anew: str | None = None


def end_batch(connection: Connection, end: BatchEnd) -> None:
    """Counts, quarantine and notes of a batch whose facts are committed."""
    before = connection.execute(select(batches).where(batches.c.id == end.id)).one()
    entries = _open_entries(connection, end.source)
    if end.replayed is None:
        closed = _superseded(entries, end)
        counts = _first_counts(end)
        before_counts = dict.fromkeys(counts, 0)
        if end.anew is not None:
            _supersede(connection, end)
        _write_notes(connection, end)
    else:
        whole = len(end.replayed) == before.read
        if whole:  # else its rows are counted in the notes already
            connection.execute(delete(notes).where(notes.c.batch_id == end.id))
            _write_notes(connection, end)
        own = [entry for entry in entries if entry.batch_id == end.id]
        closed = [entry.id for entry in own if whole or entry.batch_row in end.replayed]
        again = before.quarantined if whole else len(closed)
        counts = moved_counts(before, again - end.quarantined)
        before_counts = {name: getattr(before, name) for name in counts}
    _close(connection, closed, end.finished_at)
    if end.refused:
        connection.execute(insert(quarantine), [_entry(end, row) for row in end.refused])
    connection.execute(
        update(batches)
        .where(batches.c.id == end.id)
        .values(
            outcome="stored",
            finished_at=naive(end.finished_at),
            mapping_digest=end.mapping_digest,
            **counts,
        )
    )
    added = {name: sources.c[name] + counts[name] - before_counts[name] for name in counts}
    set_source(connection, end.source, added)


def set_source(connection: Connection, name: str, values: Mapping[str, Any]) -> None:
    known = connection.scalar(select(sources.c.name).where(sources.c.name == name))
    if known is None:
        connection.execute(insert(sources).values(name=name))
    connection.execute(update(sources).where(sources.c.name == name).values(**values))


def _first_counts(end: BatchEnd) -> dict[str, int]:
    counts = {
        "accepted": end.accepted,
        "unchanged": end.unchanged,
        "quarantined": end.quarantined,
    }
    return {"read": sum(counts.values()), **counts}


def moved_counts(before: Row[Any], rescued: int) -> dict[str, int]:
    """A replayed row was read once already; what moves is where it ended."""
    accepted = before.accepted + rescued
    return {
        "accepted": max(accepted, 0),
        "unchanged": before.unchanged + min(accepted, 0),
        "quarantined": before.quarantined - rescued,
    }


def _open_entries(connection: Connection, source: str) -> Sequence[Row[Any]]:
    entry = quarantine.c
    rows: Sequence[Row[Any]] = connection.execute(
        select(quarantine, batches.c.origin)
        .join(batches, batches.c.id == entry.batch_id)
        .where(entry.source == source, entry.resolved_at.is_(None))
    ).all()
    return rows


def _superseded(entries: Sequence[Row[Any]], end: BatchEnd) -> list[int]:
    """Entries whose row is stored now, or came again and is refused again. A row without an id,
    as a torn line is, cannot be known again: it is done with when its origin comes anew.
    """
    if not entries:
        return []
    ids = end.stored([entry.source_id for entry in entries if entry.source_id])
    ids |= {row.source_id for row in end.refused if row.source_id}
    again = {_digest(row.raw) for row in end.refused if not row.others}
    return [
        entry.id
        for entry in entries
        if entry.source_id in ids
        or entry.raw_hash in again
        or (entry.origin == end.anew and (entry.others or not entry.source_id))
    ]


def _close(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    for some in _portions(ids):
        condition: ColumnElement[bool] = quarantine.c.id.in_(some)
        connection.execute(update(quarantine).where(condition).values(resolved_at=naive(at)))


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), MANY):
        yield ids[start : start + MANY]


def _supersede(connection: Connection, end: BatchEnd) -> None:
    """Earlier batches of the origin that this one begins anew."""
    earlier = (
        (batches.c.source == end.source)
        & (batches.c.origin == end.anew)
        & (batches.c.id != end.id)
        & batches.c.superseded_at.is_(None)
    )
    connection.execute(update(batches).where(earlier).values(superseded_at=naive(end.finished_at)))


def _write_notes(connection: Connection, end: BatchEnd) -> None:
    if end.notes:
        shared = {"source": end.source, "batch_id": end.id}
        connection.execute(insert(notes), [{**shared, **vars(note)} for note in end.notes])


def _entry(end: BatchEnd, row: Refusal) -> dict[str, Any]:
    return {
        **vars(row),
        "source": end.source,
        "batch_id": end.id,
        "raw": _json(row.raw),
        "raw_hash": "" if row.others else _digest(row.raw),
        "quarantined_at": naive(end.finished_at),
    }


def _json(raw: Mapping[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True).replace("\\u0000", "")


def _digest(raw: Mapping[str, Any]) -> str:
    return hashlib.blake2b(_json(raw).encode(), digest_size=16).hexdigest()
