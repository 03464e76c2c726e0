"""Deadlines that no source sends, kept true: with every batch of incidents, reviews or steps, and
again when limits or the calendar have changed.

A computed deadline follows from the row, all steps of it that are known, the limits and the working
days of the pack, and nothing else; so it does not matter which source came first.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, column, func, select, table, union

from dashboard.city.model import City, SourceSpec
from dashboard.core.values import UNKNOWN
from dashboard.facts import FACT_TABLES, incident_steps
from dashboard.ingest.deadline_columns import DeadlineColumns
from dashboard.ingest.step_times import ACTIONS
from dashboard.store.facts_store import FactsStore, FactsWriter, Upserted
from dashboard.store.revisions import note, noted, read, revise

CHUNK = 200_000
"""Rows computed again at once."""

_STEP = incident_steps.c
_INCOMING = table("incoming", column("source_id"), column("incident_id"))
_WANTED = table("wanted", column("id"))


class Deadlines:
    """Those that one run of a source can move: of its own rows, or of the incidents it tells about.

    `notes` counts rows whose deadlines were computed again.
    """

    def __init__(self, spec: SourceSpec, city: City) -> None:
        self.notes: Counter[str] = Counter()
        self._spec, self._city = spec, city
        self._own = DeadlineColumns(spec, city, spec.computed) if spec.computed else None
        self._noted = False
        self._told = [
            DeadlineColumns(other, city, other.computed)
            for other in city.sources.values()
            if spec.fact == "incident_steps" and other.fact == "incidents" and other.computed
        ]

    def upsert(
        self, writer: FactsWriter, rows: pa.Table, *, recorded_at: datetime, landed_at: datetime
    ) -> Upserted:
        """Store a batch with the deadlines of its rows, and those that it moves elsewhere."""
        computed: tuple[str, ...] = ()
        if self._own and rows.num_rows:
            computed = self._own.names
            rows = _with(rows, self._own.of(rows, _steps(writer, self._own, rows["source_id"])))
            self._note(writer, self._own)
        replaced = [_replaced(writer, told, rows) for told in self._told if rows.num_rows]
        counts = writer.upsert(
            self._spec.fact, rows, recorded_at=recorded_at, landed_at=landed_at, computed=computed
        )
        if counts.accepted:
            for told, ids in zip(self._told, replaced, strict=False):
                concerned = read(writer, _concerned(told), incoming=rows, wanted=ids)
                self._again(writer, told, concerned, recorded_at)
        return counts

    def refresh(self, facts: FactsStore, at: datetime) -> None:
        """Compute all of the source again where limits or calendar are not what they were."""
        known = json.loads(noted(facts, self._key) or "{}")
        self._noted = known.get("digest") == (self._own.digest if self._own else None)
        if self._noted:
            return
        if not known and not _any(facts, self._spec):
            return  # the first batch will leave the word
        fields = (self._spec.computed | set(known.get("fields", ()))) - self._spec.maps
        columns = DeadlineColumns(self._spec, self._city, fields)
        with facts.commit(source=self._spec.name, batch_id="", committed_at=at) as writer:
            for span in _spans(writer, columns):
                stored = FACT_TABLES[columns.fact].c
                ids = select(stored.source_id.label("id")).where(
                    stored.source == columns.source, span
                )
                self._again(writer, columns, read(writer, ids), at)
            self._note(writer, columns)

    def _again(
        self, writer: FactsWriter, columns: DeadlineColumns, ids: pa.Table, at: datetime
    ) -> None:
        """Compute stored rows again and write those that come out otherwise."""
        if not ids.num_rows:
            return
        rows = read(writer, _stored(columns), wanted=ids)
        made = columns.of(rows, _steps(writer, columns, rows["source_id"]))
        other = pa.table({"source_id": rows["source_id"]})
        changed = _with(other, made).filter(_differ(rows, made))
        revise(writer, columns.fact, columns.source, changed, at=at)
        if changed.num_rows:
            self.notes[f"recomputed {' '.join(sorted(columns.fields))}"] += changed.num_rows

    @property
    def _key(self) -> str:
        return f"deadlines {self._spec.name}"

    def _note(self, writer: FactsWriter, columns: DeadlineColumns) -> None:
        if not self._noted:
            digest = self._own.digest if self._own else None
            said = {"digest": digest, "fields": sorted(columns.fields)}
            note(writer, self._key, json.dumps(said))
            self._noted = True


def _any(facts: FactsStore, spec: SourceSpec) -> bool:
    stored = FACT_TABLES[spec.fact].c
    return bool(facts.read(select(stored.source).where(stored.source == spec.name).limit(1)))


def _with(rows: pa.Table, more: pa.Table) -> pa.Table:
    for name in more.column_names:
        rows = rows.append_column(name, more[name])
    return rows


def _differ(before: pa.Table, after: pa.Table) -> pa.ChunkedArray:
    """Which rows differ in any column of `after`."""
    found = pa.chunked_array([pa.repeat(pa.scalar(False), after.num_rows)])  # noqa: FBT003
    for name in after.column_names:
        old, new = before[name].cast(after[name].type), after[name]
        both_null = pc.and_(pc.is_null(old), pc.is_null(new))
        found = pc.or_(found, pc.invert(pc.coalesce(pc.equal(old, new), both_null)))
    return found


def _stored(columns: DeadlineColumns) -> Select[tuple[object, ...]]:
    stored = FACT_TABLES[columns.fact].c
    names = dict.fromkeys((*columns.needs, *columns.names))
    return select(*(stored[name] for name in names)).where(
        stored.source == columns.source, stored.source_id.in_(select(_WANTED.c.id))
    )


def _steps(writer: FactsWriter, columns: DeadlineColumns, ids: pa.ChunkedArray) -> pa.Table:
    """The steps of those incidents that have one of those watched."""
    moved = select(_STEP.incident_id).where(
        _of(columns), _STEP.action.in_(columns.watched), _STEP.incident_id.in_(select(_WANTED.c.id))
    )
    statement = select(_STEP.incident_id, _STEP.action, _STEP.at).where(
        _of(columns), _STEP.action.in_(ACTIONS), _STEP.incident_id.in_(moved)
    )
    return read(writer, statement, wanted=pa.table({"id": ids}))


def _of(columns: DeadlineColumns) -> ColumnElement[bool]:
    return _STEP.incident_source.in_([columns.source, UNKNOWN])


def _replaced(writer: FactsWriter, columns: DeadlineColumns, rows: pa.Table) -> pa.Table:
    """Incidents of steps that a batch is about to write otherwise."""
    incoming = select(_INCOMING.c.source_id)
    statement = select(_STEP.incident_id.label("id")).where(
        _STEP.source == writer.source,
        _STEP.action.in_(columns.watched),
        _STEP.source_id.in_(incoming),
    )
    return read(writer, statement.distinct(), incoming=rows)


def _concerned(columns: DeadlineColumns) -> Select[tuple[object, ...]]:
    """Incidents that a batch of steps tells about and that have one of those watched; and those
    that had one before.
    """
    now = select(_STEP.incident_id.label("id")).where(
        _of(columns),
        _STEP.action.in_(columns.watched),
        _STEP.incident_id.in_(select(_INCOMING.c.incident_id)),
    )
    both = union(now, select(_WANTED.c.id)).subquery()
    return select(both.c.id)


def _spans(writer: FactsWriter, columns: DeadlineColumns) -> Iterator[ColumnElement[bool]]:
    """All rows of a source in spans of days, none much above CHUNK."""
    stored = FACT_TABLES[columns.fact].c
    day = stored[columns.day]
    statement = select(day, func.count().label("rows")).where(stored.source == columns.source)
    days: Sequence[tuple[date, int]] = [
        (row[0], row[1])
        for row in writer.connection.execute(statement.group_by(day).order_by(day)).all()
    ]
    first, rows = None, 0
    for position, (last, count) in enumerate(days):
        first, rows = first or last, rows + count
        if rows >= CHUNK or position == len(days) - 1:
            yield day.between(first, last)
            first, rows = None, 0
