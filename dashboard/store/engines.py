"""SQLAlchemy engines: DuckDB for the facts, SQLite or PostgreSQL for the state."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from dashboard.core.errors import ConfigError, StoreError

READERS = 32
"""Connections to the facts kept at hand; a request beyond them waits its turn."""

_DUCKDB_SETTINGS = {
    "autoinstall_known_extensions": "false",  # nothing is ever fetched from another host
    "autoload_known_extensions": "false",
    "checkpoint_threshold": "1GB",  # checkpoints are asked for, not suffered in mid-query
    "preserve_insertion_order": "false",
}


def duckdb_engine(path: Path, *, threads: int = 0, memory_limit: str = "") -> Engine:
    """One database instance of this process; each SQLAlchemy connection is a cursor of it.

    Raises:
        StoreError: The file is held by another process, or is not a DuckDB file.
    """
    root = _open_duckdb(path, _settings(threads, memory_limit))
    engine = create_engine(
        "duckdb://",
        creator=lambda: ConnectionWrapper(root.cursor()),
        poolclass=QueuePool,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=60,
    )

    def close_root(_: Engine) -> None:
        root.close()

    event.listen(engine, "engine_disposed", close_root)
    event.listen(engine, "handle_error", _name_a_full_disk)
    return engine


def _settings(threads: int, memory_limit: str) -> dict[str, str]:
    """DuckDB's own defaults, one thread a core and 80 % of memory, where nothing is asked for."""
    settings = dict(_DUCKDB_SETTINGS)
    if threads:
        settings["threads"] = str(threads)
    if memory_limit:
        settings["memory_limit"] = memory_limit
    return settings


def _open_duckdb(path: Path, settings: dict[str, str]) -> duckdb.DuckDBPyConnection:
    try:
        root = duckdb.connect(str(path), config=dict(settings))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise StoreError(
                "The fact file is in use by another process; DuckDB belongs to one at a time.",
                where=str(path),
                fix="stop the other process, or ask it instead: `serve` answers queries and "
                "takes rows through its API",
            ) from error
        raise StoreError(
            f"The fact file cannot be opened: {error}",
            where=str(path),
            fix="check that it is a DuckDB file, that its folder exists and may be written",
        ) from error
    root.execute("SET GLOBAL TimeZone = 'UTC'")
    return root


def state_engine(url: str) -> Engine:
    """`sqlite:///path` or a PostgreSQL URL."""
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise _unusable(url) from error
    if backend == "postgresql":
        target = make_url(url).set(drivername="postgresql+psycopg")
        return create_engine(target, pool_pre_ping=True)
    if backend != "sqlite":
        raise _unusable(url)
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "handle_error", _name_a_full_disk)
    return engine


_FULL = ("disk is full", "no space left")


def _name_a_full_disk(failure: ExceptionContext) -> None:
    error = failure.original_exception
    if any(sign in str(error).lower() for sign in _FULL):
        path = failure.engine.url.database if failure.engine else None
        raise disk_full(path or "the facts") from error


@contextmanager
def full_disk_named() -> Iterator[None]:
    """The same for what goes to DuckDB past SQLAlchemy."""
    try:
        yield
    except duckdb.Error as error:
        if any(sign in str(error).lower() for sign in _FULL):
            raise disk_full("the facts") from error
        raise


def disk_full(where: str) -> StoreError:
    return StoreError(
        "The disk is full; nothing was stored in part.",
        where=where,
        fix="make room and run it again: it goes on from where it was",
    )


def _unusable(url: str) -> ConfigError:
    scheme = url.partition(":")[0]
    return ConfigError(
        f"The state cannot be kept in `{scheme}`.",
        where="state database URL",
        fix="use sqlite:///path/to/state.sqlite or postgresql://user@host/database",
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
