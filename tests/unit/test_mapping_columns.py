"""A field made from several columns: joined, missing markers left out, then looked up as one."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from dashboard.core.errors import SourceChanged
from dashboard.ingest.land import land
from dashboard.ingest.mapping import Mapped, Mapper
from data_sources.base import Batch
from tests.small_city import rule, small_city, source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TABLE = {"路|坑": "gb:0101", "路|": "gb:01", "|坑": "gb:0101"}


def mapped(tmp_path: Path, **cells: str) -> Mapped:
    spec = source(
        rule("source_id"),
        rule("created_at"),
        rule("category", columns=("main", "sub"), table=TABLE),
        missing=("", "-"),
    )
    row = {"source_id": "1", "created_at": "2026-11-21", **cells}
    raw = land(Batch(pa.Table.from_pylist([row]), "test"), tmp_path / "landed.parquet")
    with Mapper(spec, small_city()) as mapper:
        return mapper.map(raw, landed_at=NOW)


@pytest.mark.parametrize(
    ("main", "sub", "codes"),
    [
        ("路", "坑", ("gb:01", "gb:0101")),
        (" 路 ", "坑\u3000", ("gb:01", "gb:0101")),
        ("路", "-", ("gb:01", None)),
        ("路", "", ("gb:01", None)),
        ("-", "坑", ("gb:01", "gb:0101")),
        ("-", "", (None, None)),
    ],
)
def test_cells_are_joined_and_a_missing_one_is_empty(
    tmp_path: Path, main: str, sub: str, codes: tuple[str | None, str | None]
) -> None:
    [row] = mapped(tmp_path, main=main, sub=sub).rows.to_pylist()
    assert (row["category_1_code"], row["category_2_code"]) == codes


def test_a_pair_that_no_table_knows_is_refused_as_it_stood(tmp_path: Path) -> None:
    [refused] = mapped(tmp_path, main="路", sub="灯").refused.listed
    [fault] = refused.faults
    assert (fault.reason, fault.value) == ("unknown_category", "路|灯")


def test_a_marker_in_any_of_the_cells_is_noted_once(tmp_path: Path) -> None:
    [note] = mapped(tmp_path, main="路", sub="-").notes
    assert (note.kind, note.field, note.count) == ("missing_marker", "category", 1)
    assert note.example == "路|-"


def test_every_one_of_the_columns_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="sub"):
        mapped(tmp_path, main="路")
