"""Rows in the body of a request, as a source: JSON array or NDJSON → a batch of texts."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from dashboard.api.errors import BadBody, TooLarge
from dashboard.city.model import SourceSpec
from data_sources.base import Batch, Cursor

MAX_BYTES = 16 << 20
MAX_COLUMNS = 500


@dataclass(frozen=True)
class PushedRows:
    """A source that is asked once: what was pushed. What it has no more of is complete."""

    rows: pa.Table
    origin: str

    def pull(self, _since: Cursor | None, _now: datetime) -> Iterator[Batch]:
        yield Batch(self.rows, self.origin, complete=True)

    def columns(self) -> list[str]:
        return list(self.rows.column_names)


async def body_of(stream: AsyncIterator[bytes], limit: int = MAX_BYTES) -> bytes:
    """The whole body, or a refusal as soon as it is too long, whatever its headers say."""
    body = bytearray()
    async for part in stream:
        body += part
        if len(body) > limit:
            raise TooLarge(
                f"The body is longer than {limit >> 20} MB.",
                where="body",
                fix="send the rows in several requests",
            )
    return bytes(body)


def objects_of(body: bytes) -> list[dict[str, Any]]:
    """A JSON array of objects, or one object a line."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise BadBody("The body is empty.", where="body", fix="send a JSON array or NDJSON")
    if text.startswith(b"["):
        found = _parsed(text, "body")
    else:
        lines = enumerate(text.splitlines(), 1)
        found = [_parsed(line, f"line {at}") for at, line in lines if line.strip()]
    for number, row in enumerate(found, 1):
        if not isinstance(row, dict):
            raise BadBody(
                f"Row {number} is not an object.",
                where=f"row {number}",
                fix="send each row as {column: value, …}",
            )
    return list(found)


def table_of(objects: list[dict[str, Any]], spec: SourceSpec) -> pa.Table:
    """Every column text, as connectors deliver it. A key left out has no value there."""
    names = list(dict.fromkeys(key for row in objects for key in row))
    if len(names) > MAX_COLUMNS or any(name == "" or name.startswith("#") for name in names):
        raise BadBody(
            f"The rows have {len(names)} different keys, or one that is empty or begins with #.",
            where="body",
            fix="send the columns that the source names, each value under its key",
        )
    read = [column for rule in spec.fields for column in rule.reads]
    names = list(dict.fromkeys([*names, *read]))
    try:
        cells = [pa.array([text_of(row.get(n)) for row in objects], pa.string()) for n in names]
        return pa.table(cells, names=names)
    except UnicodeEncodeError as error:
        raise BadBody(f"Not a text: {error}.", where="body", fix="send UTF-8") from None


def unread(objects: list[dict[str, Any]], spec: SourceSpec) -> list[str]:
    """Keys that no field of the mapping reads: a misspelt one shows here."""
    read = {column for rule in spec.fields for column in rule.reads}
    return sorted({key for row in objects for key in row} - read)


def text_of(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: bytes, where: str) -> Any:
    """Numbers stay the digits they were sent as: an id of twenty digits is no float."""
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadBody(
            f"The {where} is not JSON: {error}.",
            where=where,
            fix="send a JSON array of objects, or one object a line",
        ) from None
