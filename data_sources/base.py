"""What every connector is: something that can be asked for the rows since the last time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

Cursor = Mapping[str, Any]
"""Where a connector got to, as JSON only it understands; saved when its batch is stored."""


@dataclass(frozen=True)
class RaggedRow:
    """A line without the cells its header promises, as it came; `row` counts from the header, 1."""

    row: int | None
    text: str
    expected: int
    found: int


@dataclass(frozen=True)
class Batch:
    """Rows as they came: every column text, nothing renamed, nothing dropped.

    `cursor` may be saved once this batch is stored; None leaves the last one. The last batch of
    a pull, which may be empty, is `complete`: all that the source had is delivered, up to
    `seen_until` where the source itself can say that. `anew` opens an origin that is delivered
    from its first row, so that what was said of it before no longer holds.
    """

    rows: pa.Table
    origin: str
    ragged: Sequence[RaggedRow] = ()
    seen_until: datetime | None = None
    cursor: Cursor | None = None
    complete: bool = False
    anew: bool = False

    @property
    def size(self) -> int:
        return int(self.rows.num_rows) + len(self.ragged)


class Source(Protocol):
    """A connector, made by `registry.create` from the `[connector]` table of a source."""

    def pull(self, since: Cursor | None, now: datetime) -> Iterator[Batch]:
        """What came since `since`, in bounded batches; the last one is `complete`.

        Raises:
            SourceRefused, SourceUnavailable, SourceChanged: See `dashboard/core/errors.py`.
        """

    def columns(self) -> list[str]:
        """Names of the columns it delivers now, so that a mapping can be checked."""
