"""Values that the program computes into facts: read beside rows on their way in, written anew."""

from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Select, delete, insert, select

from dashboard import facts
from dashboard.store.data_version import naive
from dashboard.store.dialects import duckdb as dialect
from dashboard.store.facts_store import FactsStore, FactsWriter, Upserted


def read(writer: FactsWriter, statement: Select[Any], **beside: pa.Table) -> pa.Table:
    """The rows of a select within the commit; it may name tables that stand beside the facts."""
    with dialect.beside(writer.connection, **beside):
        arrow: Any = writer.connection.execute(statement.execution_options(duckdb_arrow=True))
        return arrow.all()


def revise(writer: FactsWriter, fact: str, source: str, rows: pa.Table, *, at: datetime) -> None:
    """Set columns of stored rows of a source, which need not be the writer's own.

    Args:
        rows: `source_id`, and the columns to set.
        at: When we learned of it. What stood in an incident until then goes to the history.
    """
    if rows.num_rows:
        table = facts.FACT_TABLES[fact]
        dialect.revise(writer.connection, table, rows, source, naive(at))
        writer.written += Upserted(rows.num_rows, 0)


def noted(store: FactsStore, key: str) -> str | None:
    """A word about the whole store, where it was left."""
    own = facts.store_info.c
    rows = store.read(select(own.value).where(own.key == key))
    return rows[0].value if rows else None


def note(writer: FactsWriter, key: str, value: str) -> None:
    writer.connection.execute(delete(facts.store_info).where(facts.store_info.c.key == key))
    writer.connection.execute(insert(facts.store_info), {"key": key, "value": value})
    writer.noted = True
