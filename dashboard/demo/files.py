"""Writes tables as CSV with the same bytes for the same rows, plain or gzipped."""

import gzip
import io
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import pyarrow as pa
from pyarrow import csv

PLAIN = csv.WriteOptions(quoting_style="none")
"""No text of ours holds a comma, a quote or a line break in ASCII, so nothing needs quotes."""


def write_csv(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    csv.write_csv(table, body, PLAIN)
    if path.suffix != ".gz":
        path.write_bytes(body.getvalue())
        return
    # No name and no time in the header: the same rows give the same bytes on any day.
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(body.getbuffer())


class Writer:
    """Formats and packs one table while the next is being made; never more than two wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool = ThreadPoolExecutor(1)
        self._under_way: list[Future[None]] = []

    def write(self, name: str, table: pa.Table) -> None:
        path = self.folder / f"{name}.csv.gz"
        while len(self._under_way) >= 2:
            self._under_way.pop(0).result()
        self._under_way.append(self._pool.submit(write_csv, path, table))

    def __enter__(self) -> "Writer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)
        if kind is None:
            for future in self._under_way:
                future.result()
