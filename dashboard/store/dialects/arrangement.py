"""The order of the rows on disk: rows with a late day behind all others.

DuckDB keeps the smallest and largest value of each column for every 122,880 rows, and skips those
rows where a question's days lie outside. Incidents are stored as they are received, so that days
of closing or follow-up lie close together too, but for a few tickets that took months: one of them
among 122,880 is enough to make the whole group be read. Kept by themselves at the end, they cost
one group, and at ten million incidents a question by day of closing takes a third of the time
(docs/adr/0010).
"""
# ruff: noqa: S608 - only names of our own tables and columns go into these statements

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.schema import CreateTable, SetColumnComment, SetTableComment

from dashboard import facts
from dashboard.store.dialects.duckdb import quoted

GROUP = 122_880
"""Rows that DuckDB keeps one set of limits for."""

LATE_DAYS = 30
"""Days from receipt after which a row counts as late: about one in 200 at a hotline."""

WORTH_GROUPS = 8
"""Below a million rows everything is read in a few milliseconds anyway."""

WORTH_SHARE = 0.2
"""Share of the groups that may hold a late row before the table is written anew."""


def is_arranged(connection: Connection, table: Table = facts.incidents) -> bool:
    """Whether few enough groups hold a late row. Reads the days of the whole table, once."""
    late = _late(table)
    groups, scattered = (
        _driver(connection)
        .execute(
            f"SELECT max(rowid) // {GROUP} + 1, count(DISTINCT rowid // {GROUP}) FILTER ({late}) "
            f"FROM {quoted(table.name)}"
        )
        .fetchone()
    )
    return groups is None or groups < WORTH_GROUPS or scattered <= 2 + groups * WORTH_SHARE


def arrange(connection: Connection, table: Table = facts.incidents) -> None:
    """Write the table anew inside the caller's transaction; readers go on with the old one."""
    raw, name, new = _driver(connection), quoted(table.name), quoted(f"{table.name}_arranged")
    ddl = str(CreateTable(table).compile(connection)).replace(
        table.name, f"{table.name}_arranged", 1
    )
    raw.execute(ddl)
    for rows in (f"NOT ({_late(table)})", _late(table)):
        raw.execute(f"INSERT INTO {new} SELECT * FROM {name} WHERE {rows}")
    raw.execute(f"DROP TABLE {name}")
    raw.execute(f"ALTER TABLE {new} RENAME TO {name}")
    connection.execute(SetTableComment(table))
    for column in table.columns:
        connection.execute(SetColumnComment(column))


def _late(table: Table) -> str:
    days = [day for day in facts.DAY_OF[table.name] if day != "created_on"]
    return " OR ".join(
        f"coalesce({quoted(day)} NOT BETWEEN created_on AND created_on + {LATE_DAYS}, false)"
        for day in days
    )


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
