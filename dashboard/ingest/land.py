"""Raw rows as they came, kept for good: a wrong mapping is mended by replaying them.

One Parquet file a batch, append-only. Beside the source's own columns it holds the number of the
row in the batch and, for a line that has too many or too few cells, the line itself.
"""

import errno
import os
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from dashboard.core.errors import SourceChanged
from dashboard.store.engines import disk_full
from data_sources.base import Batch

ROW, RAGGED, SHAPE = "#batch_row", "#ragged", "#shape"
"""Names a source cannot have: `#3` is its own way to number columns without a name."""


def landing_path(data_dir: Path, source: str, batch_id: str) -> Path:
    return data_dir / "landed" / source / f"{batch_id}.parquet"


def land(batch: Batch, path: Path) -> pa.Table:
    """Write the batch, all or nothing, and return it with the columns named above."""
    rows = _numbered(batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as stream:
            parquet.write_table(rows, stream, compression="zstd", compression_level=1)
            stream.flush()
            os.fsync(stream.fileno())
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno == errno.ENOSPC:
            raise disk_full(str(path.parent)) from error
        raise
    return rows


def forget_torn(folder: Path) -> None:
    """What a process left that died while it landed a batch."""
    for partial in folder.glob("*.partial"):
        partial.unlink()


def landed(path: Path) -> pa.Table:
    """A landed batch as `land` returned it."""
    return parquet.read_table(path)


def _numbered(batch: Batch) -> pa.Table:
    rows = batch.rows
    taken = {ROW, RAGGED, SHAPE}.intersection(rows.column_names)
    if taken:
        name = taken.pop()
        raise SourceChanged(
            f"A column is called `{name}`, a name kept for landed rows.",
            where=batch.origin,
            fix="rename it at the source",
        )
    none = pa.nulls(rows.num_rows, pa.string())
    rows = rows.append_column(RAGGED, none).append_column(SHAPE, none)
    if batch.ragged:
        torn = pa.table(
            {
                RAGGED: pa.array([row.text for row in batch.ragged], pa.string()),
                SHAPE: pa.array([_shape(row.row, row.expected, row.found) for row in batch.ragged]),
            }
        )
        rows = pa.concat_tables([rows, torn], promote_options="default")
    numbers = pa.array(range(1, rows.num_rows + 1), pa.int32())
    return rows.append_column(ROW, numbers)


def _shape(row: int | None, expected: int, found: int) -> str:
    place = f"row {row} of the file: " if row else ""
    return f"{place}{found} cells where the header has {expected}"
