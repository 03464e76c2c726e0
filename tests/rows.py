"""Facts from plain rows: times are the city's own, days follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, SmallInteger

from dashboard.core.values import Ratio
from dashboard.facts import DAY_OF, FACT_TABLES, metadata
from dashboard.store.facts_store import FactsStore
from tests.cities import SHANGHAI

ARROW: dict[type, pa.DataType] = {
    BigInteger: pa.int64(),
    Boolean: pa.bool_(),
    Date: pa.date32(),
    DateTime: pa.timestamp("us", "UTC"),
    Double: pa.float64(),
    Integer: pa.int32(),
    SmallInteger: pa.int16(),
}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def store_rows(
    store: FactsStore,
    source: str,
    fact: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    complete_to: datetime,
) -> None:
    """One batch of one source, complete to an instant."""
    with store.commit(source=source, batch_id="made", complete_to=complete_to) as writer:
        writer.upsert(fact, arrow(fact, rows), recorded_at=complete_to)


def arrow(fact: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    table = FACT_TABLES[fact]
    full = [_with_days(fact, row) for row in rows]
    names = sorted({name for row in full for name in row})
    arrays = [
        pa.array([row.get(name) for row in full], ARROW.get(type(table.c[name].type), pa.string()))
        for name in names
    ]
    return pa.table(arrays, names=names)


def _with_days(fact: str, row: Mapping[str, Any]) -> dict[str, Any]:
    full = dict(row)
    for day, instant in DAY_OF[fact].items():
        at = row.get(instant)
        if at is not None:
            full[day] = at.astimezone(SHANGHAI).date()
    return full


def parsed(fact: str, texts: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Rows of a text table: an empty cell is NULL, `n` repeats its row, `id` is the source's."""
    columns = metadata.tables[fact].c
    rows = []
    for text in texts:
        row = {
            name: _value(columns[name].type, cell)
            for name, cell in text.items()
            if name not in ("id", "n", "source") and cell
        }
        copies = range(int(text.get("n") or 1))
        rows += [{**row, "source_id": f"{text['id']}-{copy}"} for copy in copies]
    return rows


def _value(kind: Any, cell: str) -> Any:
    match kind:
        case DateTime():
            return local(cell).astimezone(UTC)
        case Date():
            return date.fromisoformat(cell)
        case Boolean():
            return {"yes": True, "no": False}[cell]
        case Double():
            return float(cell)
        case Integer():
            return int(cell)
    return cell


def text_table(text: str) -> list[dict[str, str]]:
    """`a | b` over a line of dashes over rows."""
    lines = [line for line in (line.strip() for line in text.splitlines()) if line]
    heading, _, *body = lines
    names = [name.strip() for name in heading.split("|")]
    rows = []
    for line in body:
        cells = [cell.strip() for cell in line.split("|")]
        cells += [""] * (len(names) - len(cells))
        rows.append(dict(zip(names, cells, strict=True)))
    return rows


def ratio(numerator: int, denominator: int | None = None) -> Ratio:
    return Ratio(Decimal(numerator), None if denominator is None else Decimal(denominator))
