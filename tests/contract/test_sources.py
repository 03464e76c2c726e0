"""What every connector promises, whatever it reads. A new one joins by a line in CASES."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from data_sources import registry
from data_sources.base import Batch, Source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _csv(folder: Path, **options: str) -> Source:
    (folder / "one.csv").write_text(
        "id,at,名\n1,2026-11-20T00:00:00Z,甲\n2,2026-11-21T00:00:00Z,乙\n"
    )
    (folder / "two.csv").write_text("id,at,名\n3,2026-11-21T06:00:00Z,丙\n")
    given = {"type": "csv", "path": "*.csv", **options}
    return registry.create(given, folder=folder, zone=ZoneInfo("UTC"))


CASES: dict[str, Callable[[Path], Source]] = {
    "csv": _csv,
    "csv with release": lambda folder: _csv(folder, release="at"),
}


@pytest.fixture(params=CASES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    return CASES[request.param](tmp_path)


def ids(batches: list[Batch]) -> list[str]:
    return [row["id"] for batch in batches if batch.size for row in batch.rows.to_pylist()]


def test_every_type_in_the_registry_is_held_to_this(source: Source) -> None:
    assert source
    assert {name.split()[0] for name in CASES} == set(registry.CONNECTORS)


def test_every_column_is_text_under_its_own_name(source: Source) -> None:
    for batch in source.pull(None, NOW):
        if batch.size:
            assert batch.rows.column_names == source.columns()
            assert all(field.type == pa.string() for field in batch.rows.schema)


def test_all_rows_come_once(source: Source) -> None:
    assert sorted(ids(list(source.pull(None, NOW)))) == ["1", "2", "3"]


def test_only_the_last_batch_is_complete_and_has_a_cursor_in_json(source: Source) -> None:
    batches = list(source.pull(None, NOW))
    assert [batch.complete for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert json.loads(json.dumps(batches[-1].cursor)) == batches[-1].cursor


def test_from_its_cursor_nothing_comes_twice(source: Source) -> None:
    cursor = list(source.pull(None, NOW))[-1].cursor
    assert ids(list(source.pull(json.loads(json.dumps(cursor)), NOW))) == []


def test_it_never_claims_to_have_seen_the_future(source: Source) -> None:
    seen = list(source.pull(None, NOW))[-1].seen_until
    assert seen is None or seen <= NOW
