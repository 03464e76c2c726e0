"""The mapping of one source, run over landed batches.

Vectorised: an in-memory DuckDB reads the raw rows as a registered table and writes canonical ones
as Arrow. No rule ever runs row by row.
"""
# ruff: noqa: S608 - only identifiers of our own go into these statements

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.city.model import City, SourceSpec
from dashboard.core.errors import SourceChanged, did_you_mean
from dashboard.ingest.compiled import FILLED, UNTIL, compile_source, digest, mark
from dashboard.ingest.fields import literal
from dashboard.ingest.land import RAGGED, ROW, SHAPE
from dashboard.ingest.notes import notes_of
from dashboard.ingest.relations import LEVELS, digest_of, relations
from dashboard.ingest.validate import LISTED, Refused, Rejected, RowFault
from dashboard.store.batches import Noted
from dashboard.store.dialects.duckdb import quoted

if TYPE_CHECKING:
    from dashboard.ingest.locate import Locator


@dataclass(frozen=True)
class Mapped:
    """One batch after mapping. `newest` is the newest instant, not in the future, of its rows;
    one given as a day counts to the end of that day. `cells` counts the values that the mapping
    asks for, over all rows, and `filled` those that were there; a torn line has none.
    """

    rows: pa.Table
    refused: Refused
    notes: list[Noted]
    newest: datetime | None
    cells: int
    filled: int = 0

    def ids_among(self, ids: Sequence[str]) -> set[str]:
        """Those of `ids` that are rows here."""
        if not self.rows.num_rows:
            return set()
        asked = pa.array(ids, pa.string())
        return set(asked.filter(pc.is_in(asked, self.rows.column("source_id"))).to_pylist())


class Mapper:
    """Holds a database of its own: a context manager, for one thread."""

    def __init__(self, spec: SourceSpec, city: City) -> None:
        self._compiled = compile_source(spec, city)
        trees = relations(city)
        self.digest = digest(spec, digest_of(trees))
        self._locator = _locator(spec, city, self._compiled.outputs)
        self._levels = _levels_of(spec)
        self._database = duckdb.connect(config={"autoload_known_extensions": "false"})
        self._database.execute(f"SET TimeZone = '{spec.zone.key}'")
        for name, table in {**trees, **_code_tables(spec)}.items():
            self._load(name, table)

    def __enter__(self) -> "Mapper":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def map(self, raw: pa.Table, *, landed_at: datetime, origin: str = "") -> Mapped:
        """Canonical rows of a landed batch, and every row that cannot be one with its reasons.

        Raises:
            SourceChanged: A column that the mapping reads is not there.
        """
        torn = _torn(raw)
        whole = raw.filter(pc.is_null(raw.column(RAGGED)))
        if not whole.num_rows:
            return Mapped(pa.table({}), torn, [], None, self._cells(raw))
        self.check_columns(raw.column_names, origin)
        self._database.register("raw", self._trimmed(whole))
        self._run(
            f"CREATE OR REPLACE TEMP TABLE work AS {self._compiled.statement}",
            landed=landed_at.astimezone(UTC).replace(tzinfo=None),
        )
        refused = self._refused(whole)
        refused = Refused(torn.listed + refused.listed, {**torn.unlisted, **refused.unlisted})
        notes = notes_of(self._database, self._compiled)
        self._database.unregister("raw")
        return Mapped(
            self._good_rows(), refused, notes, self._newest(), self._cells(raw), self._filled()
        )

    def _run(self, statement: str, **values: Any) -> duckdb.DuckDBPyConnection:
        return self._database.execute(statement, values)

    def _load(self, name: str, table: pa.Table) -> None:
        self._database.register("loading", table)
        self._run(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS SELECT * FROM loading")
        self._database.unregister("loading")

    def check_columns(self, present: list[str], origin: str) -> None:
        """Raise SourceChanged where a column that the mapping reads is not there."""
        for column, field in self._compiled.columns_read().items():
            if column not in present:
                raise SourceChanged(
                    f"The source has no column `{column}`, which `{field}` is made from.",
                    where=origin or self._compiled.spec.where,
                    fix=did_you_mean(column, [name for name in present if name[0] != "#"]),
                )

    def _trimmed(self, raw: pa.Table) -> pa.Table:
        """Only the columns that are read, without the blanks around their cells."""
        read = sorted(self._compiled.columns_read())
        cells = {name: pc.utf8_trim_whitespace(raw.column(name)) for name in read}
        return pa.table({ROW: raw.column(ROW), **cells})

    def _faulty(self) -> str:
        marks = [mark(n) for n, flag in enumerate(self._compiled.flags) if flag.reason]
        return " OR ".join(marks) or "FALSE"

    def _refused(self, raw: pa.Table) -> Refused:
        reasons = " ".join(
            f"WHEN {mark(n)} THEN {literal(flag.reason)}"
            for n, flag in enumerate(self._compiled.flags)
            if flag.reason
        )
        if not reasons:
            return Refused([], {})
        found = self._run(
            "SELECT *, count(*) OVER (PARTITION BY reason) AS alike "
            f"FROM (SELECT *, CASE {reasons} END AS reason FROM work WHERE {self._faulty()}) "
            "QUALIFY row_number() OVER (PARTITION BY reason ORDER BY batch_row) "
            f"<= {LISTED} ORDER BY batch_row"
        )
        rows = found.to_arrow_table().to_pylist()
        places = np.searchsorted(raw.column(ROW).to_numpy(), [row["batch_row"] for row in rows])
        sent = raw.drop_columns([ROW, RAGGED, SHAPE]).take(pa.array(places, pa.int64())).to_pylist()
        listed = [
            Rejected(row["batch_row"], row["c:source_id"] or "", self._faults(row), cells)
            for row, cells in zip(rows, sent, strict=True)
        ]
        alike = {row["reason"]: row["alike"] for row in rows}
        return Refused(listed, {r: n - LISTED for r, n in alike.items() if n > LISTED})

    def _faults(self, row: Mapping[str, Any]) -> tuple[RowFault, ...]:
        return tuple(
            RowFault(flag.reason, flag.field, row[f"c:{flag.field}"] or "")
            for position, flag in enumerate(self._compiled.flags)
            if flag.reason and row[f"flag:{position}"]
        )

    def _good_rows(self) -> pa.Table:
        outputs = {name: f"w.{quoted(name)}" for name in self._compiled.outputs}
        join = ""
        if self._locator:
            self._load("located", self._locator.find(self._unplaced()))
            given = {level: outputs.get(f"{level}_code", "NULL") for level in self._levels}
            # A point never overrules a code: where they disagree, the code stands alone.
            agrees = " AND ".join(
                f"coalesce(nullif({code}, '-'), found.{level}, '') = coalesce(found.{level}, '')"
                for level, code in given.items()
            )
            join = (
                "LEFT JOIN located AS l ON l.batch_row = w.batch_row "
                f'LEFT JOIN "paths:region" AS found ON found.key = l.code AND {agrees}'
            )
            for level, code in given.items():
                outputs[f"{level}_code"] = f"coalesce(found.{level}, {code})"
        chosen = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in outputs.items())
        return self._run(
            f"SELECT w.batch_row, {chosen} FROM work AS w {join} WHERE NOT ({self._faulty()})"
        ).to_arrow_table()

    def _cells(self, raw: pa.Table) -> int:
        return int(raw.num_rows) * sum(bool(rule.reads) for rule in self._compiled.spec.fields)

    def _filled(self) -> int:
        found = self._run(f"SELECT sum({FILLED}) FROM work").fetchone()
        return int(found[0]) if found else 0

    def _newest(self) -> datetime | None:
        found = self._run(f"SELECT max({UNTIL}) FROM work WHERE NOT ({self._faulty()})").fetchone()
        return found[0].replace(tzinfo=UTC) if found and found[0] else None

    def _unplaced(self) -> pa.Table:
        code = f"{self._levels[-1]}_code"
        given = f"nullif({quoted(code)}, '-')" if code in self._compiled.outputs else "NULL"
        return self._run(
            "SELECT batch_row, lon, lat FROM work "
            f"WHERE {given} IS NULL AND lon IS NOT NULL AND lat IS NOT NULL"
        ).to_arrow_table()


def _torn(raw: pa.Table) -> Refused:
    torn = raw.filter(pc.is_valid(raw.column(RAGGED))).select([ROW, RAGGED, SHAPE])
    listed = [
        Rejected(row[ROW], "", (RowFault("ragged_row", "", row[SHAPE]),), {"line": row[RAGGED]})
        for row in torn.slice(0, LISTED).to_pylist()
    ]
    more = torn.num_rows - len(listed)
    return Refused(listed, {"ragged_row": more} if more else {})


def _levels_of(spec: SourceSpec) -> tuple[str, ...]:
    """The levels that `locate` fills: the one found by polygon and those above it."""
    return LEVELS[: LEVELS.index(spec.locate) + 1] if spec.locate in LEVELS else ()


def _locator(spec: SourceSpec, city: City, outputs: Mapping[str, str]) -> "Locator | None":
    if (
        spec.locate is None
        or spec.locate not in city.geometry
        or not {"lon", "lat"} <= set(outputs)
    ):
        return None
    from dashboard.ingest.locate import Locator  # noqa: PLC0415 - geopandas is slow to import

    return Locator.read(city.geometry[spec.locate])


def _code_tables(spec: SourceSpec) -> dict[str, pa.Table]:
    schema = pa.schema([("given", pa.string()), ("code", pa.string())])
    return {
        f"codes:{rule.field}": pa.table(
            {"given": list(rule.table), "code": list(rule.table.values())}, schema=schema
        )
        for rule in spec.fields
        if rule.table is not None
    }
