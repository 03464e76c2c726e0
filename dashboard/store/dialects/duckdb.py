"""DuckDB's way of writing facts: stage a batch from Arrow, compare, merge. No primary key.

A primary key on the facts makes the same upsert three to a hundred times slower (docs/adr), so
that one row per (source, source_id) is kept by this module, which is the only writer.
"""
# ruff: noqa: S608 - the only texts put into SQL are identifiers and defaults of our own tables

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Column, Connection, Table
from sqlalchemy.schema import CreateTable, SetColumnComment, SetTableComment

from dashboard import facts

_DIALECT = Dialect()

ORIGIN = ("source", "source_id", "updated_at", "recorded_at", "batch_id", "batch_row", "row_hash")


@dataclass(frozen=True)
class Origin:
    """What every row of one batch has in common."""

    source: str
    batch_id: str
    recorded_at: datetime
    landed_at: datetime
    computed: Collection[str] = field(default_factory=frozenset)
    """Columns that the source did not give: another value in them is no other version."""


def create_tables(connection: Connection) -> None:
    """The tables with their comments, where absent."""
    for table in facts.metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        if table.comment:
            connection.execute(SetTableComment(table))
        for column in table.columns:
            if column.comment:
                connection.execute(SetColumnComment(column))


def table_names(connection: Connection) -> set[str]:
    found = _driver(connection).execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in found}


def append(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Row-wise inserts take seconds for thousands of rows; through Arrow it is milliseconds."""
    if not rows:
        return
    raw = _driver(connection)
    raw.register("incoming", pa.Table.from_pylist([dict(row) for row in rows]))
    try:
        raw.execute(f"INSERT INTO {quoted(table.name)} BY NAME SELECT * FROM incoming")
    finally:
        raw.unregister("incoming")


def upsert(connection: Connection, table: Table, rows: pa.Table, origin: Origin) -> int:
    """Write what is new or newer; return how many rows that was.

    Of several versions of one row in `rows` the newest counts. A version older than the stored
    one never overwrites it, and one with the same values changes nothing.
    """
    raw = _driver(connection)
    raw.register("incoming", rows)
    try:
        _stage(raw, table, rows.column_names, origin)
    finally:
        raw.unregister("incoming")
    accepted = _write(raw, table)
    raw.execute("DROP TABLE staged")
    raw.execute("DROP TABLE known")
    return accepted


def revise(connection: Connection, table: Table, rows: pa.Table, source: str, at: datetime) -> None:
    """Write other values into stored rows, by `source_id`; an incident's version until then goes
    to the history, unless it is of that very moment.
    """
    raw, name = _driver(connection), quoted(table.name)
    chosen = "f.source = $source AND f.source_id = r.source_id"
    values = {"source": source, "at": at}
    with beside(connection, revised=rows):
        if table is facts.incidents:
            raw.execute(
                "INSERT INTO incidents_history BY NAME SELECT f.*, $at AS superseded_at "
                f"FROM incidents AS f, revised AS r WHERE {chosen} AND f.recorded_at < $at",
                values,
            )
        names = [name for name in rows.column_names if name != "source_id"]
        changed = ", ".join(f"{quoted(c)} = r.{quoted(c)}" for c in names)
        raw.execute(
            f"UPDATE {name} AS f SET {changed}, recorded_at = $at FROM revised AS r WHERE {chosen}",
            values,
        )


@contextmanager
def beside(connection: Connection, **tables: pa.Table) -> Iterator[None]:
    """Arrow tables that statements of this connection can name."""
    raw = _driver(connection)
    for name, rows in tables.items():
        raw.register(name, rows)
    try:
        yield
    finally:
        for name in tables:
            raw.unregister(name)


def checkpoint(connection: Connection) -> None:
    """Fold the write-ahead log into the file."""
    _driver(connection).execute("CHECKPOINT")


def quoted(name: str) -> str:
    """An identifier that may hold anything, quotes included."""
    return '"' + name.replace('"', '""') + '"'


def _driver(connection: Connection) -> Any:
    """The driver's own connection: only there can Arrow be registered as a table."""
    return connection.connection.driver_connection


def _stage(raw: Any, table: Table, given: Collection[str], origin: Origin) -> None:
    values = ", ".join(
        f"{_value(c, given, origin.computed)} AS {quoted(c.name)}" for c in table.columns
    )
    total, distinct = raw.execute(
        "SELECT count(*), count(DISTINCT source_id) FROM incoming"
    ).fetchone()
    newest = (
        ""
        if total == distinct
        else " QUALIFY row_number() OVER "
        "(PARTITION BY source_id ORDER BY updated_at DESC, batch_row DESC) = 1"
    )
    raw.execute(
        "CREATE OR REPLACE TEMP TABLE staged AS "
        f"SELECT * FROM (SELECT {values} FROM incoming AS i){newest}",
        {
            "source": origin.source,
            "batch_id": origin.batch_id,
            "recorded_at": origin.recorded_at,
            "landed_at": origin.landed_at,
        },
    )


def _value(column: "Column[Any]", given: Collection[str], computed: Collection[str]) -> str:
    kind = str(column.type.compile(dialect=_DIALECT))
    name = column.name
    made = {
        "source": "$source",
        "batch_id": "$batch_id",
        "recorded_at": "$recorded_at",
        "updated_at": "coalesce(i.updated_at, $landed_at)" if name in given else "$landed_at",
        "batch_row": "i.batch_row" if name in given else "(row_number() OVER ())",
        "row_hash": _digest(set(given) - set(computed)),
    }
    default = _default(column)
    if name in made:
        value = made[name]
    elif name in given:
        value = f"coalesce(i.{quoted(name)}, {default})" if default else f"i.{quoted(name)}"
    else:
        value = default or "NULL"
    return f"{value}::{kind}"


def _default(column: "Column[Any]") -> str:
    value = getattr(column.default, "arg", None)
    match value:
        case bool() | int():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
    return ""


def _digest(given: Collection[str]) -> str:
    """Of the values the source gave; its version counts where it gave one."""
    names = sorted(name for name in given if name == "updated_at" or name not in ORIGIN)
    texts = ", ".join(f"coalesce(i.{quoted(name)}::VARCHAR, chr(30))" for name in names)
    return f"md5(concat_ws(chr(31), {texts}))" if names else "''"


def _write(raw: Any, table: Table) -> int:
    name = quoted(table.name)
    raw.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT f.rowid AS stored_row, s.source_id, "
        "s.updated_at >= f.updated_at AND s.row_hash <> f.row_hash AS changed "
        f"FROM {name} AS f JOIN staged AS s ON f.source = s.source AND f.source_id = s.source_id"
    )
    new = raw.execute(
        f"INSERT INTO {name} BY NAME SELECT s.* FROM staged AS s "
        f"ANTI JOIN known AS k ON s.source_id = k.source_id{_load_order(table)}"
    ).fetchone()[0]
    raw.execute("DELETE FROM known WHERE NOT changed")
    changed = raw.execute("SELECT count(*) FROM known").fetchone()[0]
    if changed:
        _supersede(raw, table)
    return int(new) + int(changed)


def _supersede(raw: Any, table: Table) -> None:
    name = quoted(table.name)
    if table is facts.incidents:
        raw.execute(
            "INSERT INTO incidents_history BY NAME "
            "SELECT f.*, s.recorded_at AS superseded_at FROM incidents AS f "
            "JOIN known AS k ON f.rowid = k.stored_row "
            "JOIN staged AS s ON s.source_id = k.source_id"
        )
    mutable = ", ".join(
        f"{quoted(column.name)} = s.{quoted(column.name)}"
        for column in table.columns
        if column.name not in ("source", "source_id")
    )
    raw.execute(
        f"MERGE INTO {name} AS f USING (SELECT s.*, k.stored_row FROM staged AS s "
        "JOIN known AS k ON s.source_id = k.source_id) AS s "
        f"ON f.rowid = s.stored_row WHEN MATCHED THEN UPDATE SET {mutable}"
    )


def _load_order(table: Table) -> str:
    """Rows of one day side by side let the engine skip the days nobody asked for."""
    for name in ("created_at", "at", "accepted_at", "reviewed_at", "started_at"):
        if name in table.c:
            return f" ORDER BY s.{quoted(name)}"
    return ""
