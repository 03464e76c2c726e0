"""Rows with a late day lie behind all others on disk; nothing else about them changes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import select, text

from dashboard.facts import incidents
from dashboard.store.dialects import arrangement
from dashboard.store.facts_store import FactsStore

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 300


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FactsStore]:
    monkeypatch.setattr(arrangement, "GROUP", 20)
    store = FactsStore.open(tmp_path / "facts.duckdb")
    with store.commit(source="hotline", batch_id="b1") as writer:
        writer.upsert("incidents", _incidents(late_every=7), recorded_at=BEGUN)
    yield store
    store.close()


def _incidents(*, late_every: int) -> pa.Table:
    created = [BEGUN + timedelta(hours=5 * i) for i in range(ROWS)]
    after = [timedelta(days=90 if i % late_every == 0 else 2) for i in range(ROWS)]
    closed = [at + days for at, days in zip(created, after, strict=True)]
    return pa.table(
        {
            "source_id": [f"T{i}" for i in range(ROWS)],
            "kind": ["hotline"] * ROWS,
            "state": ["closed"] * ROWS,
            "created_at": created,
            "created_on": [at.date() for at in created],
            "closed_at": closed,
            "closed_on": [at.date() for at in closed],
        }
    )


def _late_rows(facts: FactsStore) -> list[bool]:
    with facts.engine.connect() as connection:
        found = connection.execute(
            text("SELECT closed_on - created_on > 30 FROM incidents ORDER BY rowid")
        )
        return [late for (late,) in found]


def test_late_rows_end_up_behind_all_others(facts: FactsStore) -> None:
    assert facts.arrange()
    late = _late_rows(facts)
    assert late == sorted(late)
    assert any(late)


def test_an_arranged_table_is_left_alone(facts: FactsStore) -> None:
    facts.arrange()
    assert not facts.arrange()


def test_arranging_changes_no_row_and_no_version(facts: FactsStore) -> None:
    everything = select(incidents).order_by(incidents.c.source_id)
    before, version = facts.read(everything), facts.version()
    facts.arrange()
    assert facts.read(everything) == before
    assert facts.version() == version


def test_an_arranged_table_keeps_its_comments_and_takes_further_rows(facts: FactsStore) -> None:
    facts.arrange()
    with facts.engine.connect() as connection:
        comments = connection.execute(
            text("SELECT count(*) FROM duckdb_columns() WHERE table_name = 'incidents' "
                 "AND comment IS NULL")
        ).scalar()  # fmt: skip
    assert comments == 0
    with facts.commit(source="hotline", batch_id="b2") as writer:
        again = writer.upsert("incidents", _incidents(late_every=7), recorded_at=BEGUN)
    assert (again.accepted, again.unchanged) == (0, ROWS)


def test_a_missing_receipt_day_is_still_refused_afterwards(facts: FactsStore) -> None:
    facts.arrange()
    with facts.engine.connect() as connection:
        nullable = connection.execute(
            text("SELECT is_nullable FROM duckdb_columns() WHERE table_name = 'incidents' "
                 "AND column_name = 'created_on'")
        ).scalar()  # fmt: skip
    assert nullable is False
