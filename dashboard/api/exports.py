"""A whole filtered set as a file: written in parts, in memory that does not grow with it."""

import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from dashboard.api import xlsx
from dashboard.api.caller import off_loop
from dashboard.api.sheet import Sheet, headings, stored_schema
from dashboard.core.errors import UsageError
from dashboard.services import Services

BOM = b"\xef\xbb\xbf"
"""Without it a spreadsheet reads Chinese as its system's own encoding."""

SMALL = 4096
PIECE = 1 << 20
Parts = Generator[bytes, None, None]


@dataclass(frozen=True)
class Export:
    """What a writer needs: the stored rows, and how they are shown."""

    tables: Iterator[pa.Table]
    sheet: Sheet
    zone: ZoneInfo
    language: str


def csv_parts(export: Export) -> Parts:
    yield BOM + (",".join(_quoted(text) for text in headings(export.language)) + "\n").encode()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    for table in export.tables:
        part = BytesIO()
        csv.write_csv(export.sheet.shown(table), part, options)
        yield part.getvalue()


def geojson_parts(export: Export) -> Parts:
    yield b'{"type":"FeatureCollection","features":['
    between = b""
    for table in _small(export.tables):
        features = [orjson.dumps(_feature(row)) for row in _told(table, export.zone)]
        yield between + b",\n".join(features)
        between = b",\n"
    yield b"]}"


def parquet_parts(export: Export) -> Parts:
    """Codes and instants as they are stored; the instants say that they are UTC."""
    schema = pa.schema(
        [
            pa.field(f.name, pa.timestamp("us", "UTC")) if pa.types.is_timestamp(f.type) else f
            for f in stored_schema()
        ]
    )
    with TemporaryFile() as file:
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for table in export.tables:
                writer.write_table(table.cast(schema))
        yield from _pieces(file)


def xlsx_parts(export: Export) -> Parts:
    shown = (export.sheet.shown(table) for table in _small(export.tables))
    yield from xlsx.workbook(headings(export.language), shown)


@dataclass(frozen=True)
class Format:
    media_type: str
    parts: Callable[[Export], Parts]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", csv_parts),
    "geojson": Format("application/geo+json", geojson_parts),
    "parquet": Format("application/vnd.apache.parquet", parquet_parts),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_parts),
}


def refuse_too_long(extension: str, total: int) -> None:
    if extension == "xlsx" and total > xlsx.ROWS:
        raise UsageError(
            f"A worksheet holds {xlsx.ROWS} rows, these are {total}.",
            where="export.xlsx",
            fix="take export.csv or export.parquet, or fewer days",
        )


def uniform(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same types in every part."""
    schema = stored_schema()
    for table in tables:
        yield table.cast(schema)


async def streamed(services: Services, parts: Parts) -> AsyncIterator[bytes]:
    """The parts, made in a thread; a reader who leaves ends the query behind them."""
    one_at_a_time = threading.Lock()

    def following() -> bytes | None:
        with one_at_a_time:
            return next(parts, None)

    def end() -> None:
        with one_at_a_time:
            parts.close()

    try:
        while (part := await off_loop(services, following)) is not None:
            yield part
    finally:
        with suppress(RuntimeError):  # the threads are gone, and the query with them
            services.threads.submit(end)


def _small(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """What becomes objects or text of its own takes many times its size while it does."""
    for table in tables:
        for start in range(0, table.num_rows, SMALL):
            yield table.slice(start, SMALL)


def _told(table: pa.Table, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Rows with instants in the city's zone, as everywhere in the API."""
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            local = pc.assume_timezone(table.column(at), "UTC").cast(pa.timestamp("us", zone.key))
            text = pc.strftime(
                pc.floor_temporal(local, unit="second").cast(pa.timestamp("s", zone.key)),
                "%Y-%m-%dT%H:%M:%S%Ez",
            )
            table = table.set_column(at, field.name, text)
    return list(table.to_pylist())


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    lon, lat = row.pop("lon"), row.pop("lat")
    placed = lon is not None and lat is not None
    geometry = {"type": "Point", "coordinates": [lon, lat]} if placed else None
    return {"type": "Feature", "geometry": geometry, "properties": row}


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
