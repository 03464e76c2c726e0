"""One run of one source: pull, land, map, upsert; or its landed batches once more.

Raw rows are on disk before anything is made of them, and the cursor moves last, so that a process
killed at any point is simply run again: what was stored already counts as unchanged.
"""

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.city.model import City, SourceSpec
from dashboard.core.clock import Clock
from dashboard.core.errors import (
    DashboardError,
    SourceChanged,
    StoreError,
)
from dashboard.ingest.accounts import Landed, deliver, refusals
from dashboard.ingest.deadlines import Deadlines
from dashboard.ingest.land import ROW, forget_torn, land, landed, landing_path
from dashboard.ingest.mapping import Mapped, Mapper
from dashboard.ingest.turns import turn
from dashboard.store.batches import BatchEnd, BatchStart
from dashboard.store.facts_store import FactsStore, Upserted
from dashboard.store.state import StateStore
from data_sources import registry
from data_sources.base import Batch, Source

logger = logging.getLogger(__name__)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class SourceReport:
    """What one run did. read = accepted + unchanged + quarantined, always.

    `notes` counts quirks as `kind field`; `error` is None after a run that came to its end.
    """

    source: str
    read: int
    accepted: int
    unchanged: int
    quarantined: int
    seconds: float
    notes: Counter[str]
    complete_to: datetime | None = None
    error: str | None = None
    batches: tuple[str, ...] = ()


def run_source(  # noqa: PLR0917 - the parts a run needs, in the order they are made
    spec: SourceSpec,
    city: City,
    facts: FactsStore,
    state: StateStore,
    data_dir: Path,
    clock: Clock,
    *,
    replay: bool = False,
    progress: Progress | None = None,
    source: Source | None = None,
) -> SourceReport:
    """Run `spec` once to its end. A failure is reported, never raised: other sources go on.

    Args:
        replay: Instead of asking the source, map its landed rows again: those in quarantine, or
            all of them where the mapping has changed or the facts were lost.
        progress: Called with the number of rows read so far.
        source: Asked instead of the connector of `spec`: rows that were pushed.
    """
    begun = time.perf_counter()
    run = _Run(spec, city, facts, state, data_dir, clock, progress or _quiet, source)
    error: str | None = None
    try:
        with turn(data_dir, spec.name):
            run.begin()
            with Mapper(spec, city) as mapper:
                run.replay(mapper) if replay else run.pull(mapper)
    except DashboardError as known:
        error = str(known)
    except Exception as unknown:  # a fault in one source must not stop the others
        logger.exception("source %s", spec.name)
        error = f"{type(unknown).__name__}: {unknown}"
    if error:
        _note_failure(state, spec.name, clock(), error)
    return run.report(time.perf_counter() - begun, error)


def _note_failure(state: StateStore, source: str, at: datetime, error: str) -> None:
    try:
        state.fail(source, at, error)
    except DashboardError as full:
        logger.warning("source %s: the state cannot be written: %s", source, full)


def _quiet(_: int) -> None:
    pass


@dataclass
class _Run:
    spec: SourceSpec
    city: City
    facts: FactsStore
    state: StateStore
    data_dir: Path
    clock: Clock
    progress: Progress
    source: Source | None = None
    batches: list[str] = field(default_factory=list)
    written: Upserted = field(default_factory=lambda: Upserted(0, 0))
    quarantined: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None
    complete_to: datetime | None = None

    def __post_init__(self) -> None:
        self.deadlines = Deadlines(self.spec, self.city)

    def begin(self) -> None:
        for left in self.state.left_behind(self.spec.name):  # it will be pulled again
            with self.facts.commit(source=self.spec.name, batch_id=left.id) as writer:
                writer.forget_delivery()
            (self.data_dir / left.landed_path).unlink(missing_ok=True)
        self.state.attempt(self.spec.name, self.clock())
        forget_torn(landing_path(self.data_dir, self.spec.name, "").parent)
        self.deadlines.refresh(self.facts, self.clock())

    def pull(self, mapper: Mapper) -> None:
        spec, now = self.spec, self.clock()
        if spec.name not in self.facts.version().complete_to:
            self._rebuild(mapper)
        before = self.state.source(spec.name)
        self.newest = self.complete_to = before.complete_to
        source = self.source or registry.create(
            spec.connector, folder=self.city.folder, zone=spec.zone, where=spec.where
        )
        for batch in source.pull(before.cursor, now):
            if batch.size:
                self._store(batch, mapper, now)
            if batch.complete:
                self._complete(batch.seen_until or self.newest)
            if batch.cursor is not None:
                self.state.save_cursor(spec.name, batch.cursor)
        self.state.succeed(spec.name, self.clock(), complete_to=self.complete_to)

    def replay(self, mapper: Mapper) -> None:
        now = self.clock()
        known = self.state.source(self.spec.name)
        there = self.facts.delivered_batches(self.spec.name)
        waiting = self.state.quarantined_rows(self.spec.name)
        for batch in self.state.stored_batches(self.spec.name):
            everything = batch.id not in there or batch.mapping_digest != mapper.digest
            rows = None if everything else waiting.get(batch.id, frozenset())
            if rows is None or rows:
                self._store_again(batch, rows, mapper, now)
        self._complete(known.complete_to)

    def _rebuild(self, mapper: Mapper) -> None:
        """Store again what the facts have lost: nothing, where the source is new. A batch that the
        mapping no longer fits is noted, and the source goes on without it.
        """
        there, now = self.facts.delivered_batches(self.spec.name), self.clock()
        for batch in self.state.stored_batches(self.spec.name):
            if batch.id in there:
                continue
            try:
                self._store_again(batch, None, mapper, now)
            except SourceChanged as changed:
                logger.warning("source %s, batch %s: %s", self.spec.name, batch.id, changed)
                self.notes["not_rebuilt batch"] += 1
        self._complete(self.state.source(self.spec.name).complete_to)

    def report(self, seconds: float, error: str | None) -> SourceReport:
        read = self.written.accepted + self.written.unchanged + self.quarantined
        return SourceReport(
            self.spec.name,
            read,
            self.written.accepted,
            self.written.unchanged,
            self.quarantined,
            seconds,
            self.notes + self.deadlines.notes,
            self.complete_to,
            error,
            tuple(self.batches),
        )

    def _complete(self, instant: datetime | None) -> None:
        self.complete_to = instant
        if instant:
            with self.facts.commit(
                source=self.spec.name, batch_id="", complete_to=instant, committed_at=self.clock()
            ):
                pass

    def _store(self, batch: Batch, mapper: Mapper, now: datetime) -> None:
        mapper.check_columns(batch.rows.column_names, batch.origin)
        batch_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        path = landing_path(self.data_dir, self.spec.name, batch_id)
        raw = land(batch, path)
        start = BatchStart(
            id=batch_id,
            source=self.spec.name,
            origin=batch.origin,
            landed_path=str(path.relative_to(self.data_dir)),
            landed_at=now,
            bytes=path.stat().st_size,
            read=raw.num_rows,
            mapping_digest=mapper.digest,
        )
        try:
            self.state.begin_batch(start)
            mapped = mapper.map(raw, landed_at=now, origin=batch.origin)
            counts = self._upsert(mapped, batch_id, now, landed_at=now, read=raw.num_rows)
        except Exception:
            path.unlink(missing_ok=True)  # the cursor has not moved: it will be pulled again
            self.state.fail_batch(batch_id, self.clock())
            raise
        anew = batch.origin if batch.anew else None
        self._finish(mapped, counts, batch_id, mapper.digest, anew=anew)

    def _store_again(
        self, batch: Any, rows: frozenset[int] | None, mapper: Mapper, now: datetime
    ) -> None:
        raw = landed(self.data_dir / batch.landed_path)
        if rows is not None:
            raw = raw.filter(pc.is_in(raw.column(ROW), pa.array(sorted(rows), pa.int32())))
        mapper.check_columns(raw.column_names, batch.origin)
        landed_at = batch.landed_at.replace(tzinfo=UTC)
        mapped = mapper.map(raw, landed_at=landed_at, origin=batch.origin)
        counts = self._upsert(
            mapped, batch.id, now, landed_at=landed_at, read=raw.num_rows, earlier=batch
        )
        replayed = frozenset(np.asarray(raw.column(ROW)).tolist())
        self._finish(mapped, counts, batch.id, mapper.digest, replayed=replayed)

    def _upsert(
        self,
        mapped: Mapped,
        batch_id: str,
        now: datetime,
        *,
        landed_at: datetime,
        read: int,
        earlier: Any = None,
    ) -> Upserted:
        with self.facts.commit(
            source=self.spec.name, batch_id=batch_id, committed_at=now
        ) as writer:
            counts = self.deadlines.upsert(
                writer, mapped.rows, recorded_at=now, landed_at=landed_at
            )
            told = counts.accepted + counts.unchanged + mapped.refused.count
            if told != read:
                raise StoreError(
                    f"{read} rows were read, {told} accounted for; nothing was stored.",
                    where=f"{self.spec.name}, batch {batch_id}",
                    fix="this is a fault of the program: please report it with the landed file",
                )
            deliver(
                writer,
                Landed(landed_at, self.spec, self.city, self.complete_to),
                mapped,
                counts,
                earlier,
            )
        return counts

    def _finish(
        self,
        mapped: Mapped,
        counts: Upserted,
        batch_id: str,
        digest: str,
        *,
        replayed: frozenset[int] | None = None,
        anew: str | None = None,
    ) -> None:
        self.state.end_batch(
            BatchEnd(
                id=batch_id,
                source=self.spec.name,
                finished_at=self.clock(),
                mapping_digest=digest,
                accepted=counts.accepted,
                unchanged=counts.unchanged,
                quarantined=mapped.refused.count,
                refused=refusals(mapped.refused),
                stored=mapped.ids_among,
                notes=mapped.notes,
                replayed=replayed,
                anew=anew,
            )
        )
        self.batches.append(batch_id)
        self.written += counts
        self.quarantined += mapped.refused.count
        self.notes.update({f"{note.kind} {note.field}": note.count for note in mapped.notes})
        self.newest = max(filter(None, (self.newest, mapped.newest)), default=None)
        self.progress(self.written.accepted + self.written.unchanged + self.quarantined)
