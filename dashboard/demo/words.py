"""Numbers as the words and instants of an export, column by column."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.demo.lives import NEVER
from dashboard.demo.rhythm import Seconds


def instants(at: Seconds) -> pa.Array:
    return pa.array(at, mask=at >= NEVER).cast(pa.timestamp("s"))


def masked(values: NDArray[np.int64], known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, mask=~known)


def words_of(
    words: "list[str] | tuple[str, ...]",
    index: NDArray[np.int64],
    known: NDArray[np.bool_] | None = None,
) -> pa.Array:
    return pc.take(pa.array(words), pa.array(index) if known is None else masked(index, known))


def yes_no(flag: NDArray[np.bool_], known: NDArray[np.bool_]) -> pa.Array:
    return words_of(("否", "是"), flag.astype(np.int64), known)


def join(parts: list[pa.Array]) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")
