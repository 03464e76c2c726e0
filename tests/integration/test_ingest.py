"""Whole runs: from files to facts, on real files and databases, with everything that goes wrong."""

import errno
import itertools
import json
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from dashboard import facts as schema
from dashboard.city.model import SourceSpec
from dashboard.core.errors import StoreError
from dashboard.ingest.land import landed
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore
from data_sources.base import Batch, Cursor
from tests.small_city import rule, small_city, source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "source_id,created_at,updated_at,state,department\n"
SPEC = source(
    rule("source_id"),
    rule("created_at"),
    rule("updated_at"),
    rule("state", table={"办": "handling", "完": "closed"}),
    rule("department", otherwise="unknown"),
)
ORIGIN = {"batch_id", "batch_row", "recorded_at"}


@dataclass
class House:
    """A pack folder with its data, two stores, and a clock that can be set."""

    folder: Path
    facts: FactsStore
    state: StateStore
    now: datetime = NOW

    def run(self, spec: SourceSpec = SPEC, **options: Any) -> SourceReport:
        city = small_city(self.folder)
        data = self.folder / "var"
        report = run_source(spec, city, self.facts, self.state, data, lambda: self.now, **options)
        assert report.read == report.accepted + report.unchanged + report.quarantined
        return report

    def file(self, text: str, name: str = "a.csv") -> None:
        (self.folder / name).write_text(text)

    def incidents(self) -> dict[str, Mapping[str, Any]]:
        rows = self.facts.read(select(schema.incidents))
        return {row.source_id: row._mapping for row in rows}

    def states(self) -> dict[str, str]:
        return {source_id: row["state"] for source_id, row in self.incidents().items()}


def build(folder: Path) -> House:
    facts = FactsStore.open(folder / "var/facts.duckdb")
    return House(folder, facts, StateStore.open(f"sqlite:///{folder}/var/state.sqlite"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = build(tmp_path)
    yield built
    built.facts.close()
    built.state.close()


def line(source_id: str, hour: int = 0, state: str = "办", unit: str = "U1") -> str:
    return f"{source_id},2026-11-20 08:00:00,2026-11-20 {hour:02d}:00:00,{state},{unit}\n"


def test_a_file_becomes_facts_and_every_row_is_accounted_for(house: House) -> None:
    house.file(HEADER + line("1") + line("2", unit="U9") + line("3", state="?") + "torn\n")
    report = house.run()
    assert (report.read, report.accepted, report.quarantined, report.error) == (4, 2, 2, None)
    assert report.notes == {"unknown department": 1}
    assert house.states() == {"1": "handling", "2": "handling"}
    known = house.state.source("hotline")
    assert (known.read, known.accepted, known.quarantined) == (4, 2, 2)
    reasons = {entry.reason for entry in house.state.quarantined("hotline")}
    assert reasons == {"unknown_code", "ragged_row"}


def test_each_fact_leads_back_to_the_row_as_it_came(house: House) -> None:
    house.file(HEADER + line("1") + line("2", 3, "完"))
    house.run()
    fact = house.incidents()["2"]
    batch = house.state.batch(fact["batch_id"])
    assert batch is not None
    raw = landed(house.folder / "var" / batch.landed_path).to_pylist()[fact["batch_row"] - 1]
    assert (raw["source_id"], raw["state"]) == ("2", "完")


def test_a_second_run_over_the_same_file_reads_nothing_and_raises_no_version(house: House) -> None:
    house.file(HEADER + line("1"))
    house.run()
    before = house.facts.version()
    assert house.run().read == 0
    assert house.facts.version() == before


def test_the_same_rows_again_are_unchanged(house: House) -> None:
    house.file(HEADER + line("1") + line("2", state="?"))
    house.run()
    house.file(HEADER + line("1") + line("2", state="?") + "\n")
    report = house.run()
    assert (report.accepted, report.unchanged, report.quarantined) == (0, 1, 1)
    assert house.state.open_quarantine() == {"hotline": 1}


def noted(house: House) -> dict[str, int]:
    return {f"{note.kind} {note.field}": note.count for note in house.state.notes("hotline")}


def test_notes_speak_of_the_rows_as_they_now_stand(house: House) -> None:
    house.file(HEADER + line("1", unit="U9") + line("2", unit="U8"))
    house.file(HEADER + line("3", unit="U9"), "b.csv")
    house.run()
    assert noted(house) == {"unknown department": 3}
    house.file(HEADER + line("1", unit="U9") + line("2"))
    house.run()
    assert noted(house) == {"unknown department": 2}
    rules = [replace(r, strip="[89]") if r.field == "department" else r for r in SPEC.fields]
    house.run(replace(SPEC, fields=tuple(rules)), replay=True)
    assert noted(house) == {"stripped department": 2, "unknown department": 2}


def test_a_corrected_row_leaves_the_quarantine(house: House) -> None:
    house.file(HEADER + line("2", state="?"))
    house.run()
    house.file(HEADER + line("2", 5, "完"))
    assert house.run().accepted == 1
    assert house.state.open_quarantine() == {}


def test_a_mended_line_leaves_the_quarantine(house: House) -> None:
    house.file(HEADER + line("1") + "torn\n" + line("", state="?"))
    house.run()
    assert house.state.open_quarantine() == {"hotline": 2}
    house.file(HEADER + line("1") + line("2") + line("3"))
    house.run()
    assert house.state.open_quarantine() == {}


def test_an_older_version_that_comes_late_changes_nothing(house: House) -> None:
    house.file(HEADER + line("1", 9, "完"), "a.csv")
    house.run()
    house.file(HEADER + line("1", 8, "办"), "b.csv")
    assert house.run().unchanged == 1
    assert house.states() == {"1": "closed"}


def test_what_was_known_before_is_kept(house: House) -> None:
    house.file(HEADER + line("1", 8))
    house.run()
    house.now += timedelta(hours=1)
    house.file(HEADER + line("1", 9, "完"))
    house.run()
    past = house.facts.read(select(schema.incidents_history))
    assert [(row.state, row.superseded_at.replace(tzinfo=UTC)) for row in past] == [
        ("handling", house.now)
    ]


def test_a_corrected_mapping_replays_what_it_refused(house: House) -> None:
    house.file(HEADER + line("1") + line("2", state="回"))
    house.run()
    house.file("gone", "a.txt")
    (house.folder / "a.csv").unlink()
    states = {"办": "handling", "完": "closed", "回": "replied"}
    rules = [replace(r, table=states) if r.field == "state" else r for r in SPEC.fields]
    corrected = replace(SPEC, fields=tuple(rules))
    report = house.run(corrected, replay=True)
    assert (report.read, report.accepted, report.unchanged) == (2, 1, 1)
    assert house.states() == {"1": "handling", "2": "replied"}
    known = house.state.source("hotline")
    assert (known.read, known.accepted, known.quarantined) == (2, 2, 0)
    assert house.state.open_quarantine() == {}
    assert house.run(corrected, replay=True).read == 0


def test_a_replay_with_the_same_mapping_takes_only_what_is_in_quarantine(house: House) -> None:
    house.file(HEADER + line("1") + line("2", state="?"))
    house.run()
    report = house.run(replay=True)
    assert (report.read, report.quarantined) == (1, 1)
    assert house.state.open_quarantine() == {"hotline": 1}
    assert house.state.source("hotline").quarantined == 1


def test_a_mass_refused_by_one_wrong_code_is_counted_whole_and_replayed_whole(
    house: House,
) -> None:
    rows = "".join(line(str(n), state="回" if n % 3 else "办") for n in range(3000))
    house.file(HEADER + rows)
    assert (house.run().quarantined, house.state.open_quarantine()) == (2000, {"hotline": 2000})
    house.file(HEADER + rows + "\n")
    house.run()
    assert house.state.open_quarantine() == {"hotline": 2000}
    assert house.run(replay=True).read == 3000
    assert house.state.open_quarantine() == {"hotline": 2000}
    states = {"办": "handling", "回": "replied"}
    rules = [replace(r, table=states) if r.field == "state" else r for r in SPEC.fields]
    house.run(replace(SPEC, fields=tuple(rules)), replay=True)
    assert house.state.open_quarantine() == {}
    known = house.state.source("hotline")
    assert (known.quarantined, known.read) == (0, known.accepted + known.unchanged)
    assert len(house.states()) == 3000


def test_pushed_rows_take_the_same_way_and_leave_the_cursor_alone(house: House) -> None:
    class Pushed:
        def pull(self, _since: Cursor | None, _now: datetime) -> Iterator[Batch]:
            names = HEADER.strip().split(",")
            cells = [text.strip().split(",") for text in (line("7"), line("8", state="?"))]
            rows = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in cells])
            yield Batch(rows, "POST", complete=True)

        def columns(self) -> list[str]:
            return []

    house.file(HEADER + line("1"))
    house.run()
    cursor = house.state.source("hotline").cursor
    report = house.run(source=Pushed())
    assert (report.accepted, report.quarantined, len(report.batches)) == (1, 1, 1)
    assert house.state.source("hotline").cursor == cursor


def test_lost_facts_are_rebuilt_from_the_landed_batches(house: House) -> None:
    house.file(HEADER + line("1", 8), "a.csv")
    house.run()
    house.file(HEADER + line("1", 9, "完") + line("2"), "b.csv")
    house.run()
    before, complete = house.states(), house.facts.version().complete_to
    house.facts.close()
    (house.folder / "var/facts.duckdb").unlink()
    house.facts = FactsStore.open(house.folder / "var/facts.duckdb")
    house.run(replay=True)
    assert house.states() == before
    assert house.facts.version().complete_to == complete


def test_without_an_updated_at_a_replay_does_not_bring_back_the_past(house: House) -> None:
    fields = tuple(r for r in SPEC.fields if r.field != "updated_at")
    spec = replace(SPEC, fields=fields)
    house.file(HEADER + line("1", state="办"))
    house.run(spec)
    house.now += timedelta(hours=1)
    house.file(HEADER + line("1", state="完"))
    house.run(spec)
    house.now += timedelta(hours=1)
    house.run(replace(spec, fields=(*fields, rule("title", "state"))), replay=True)
    assert house.incidents()["1"]["title"] == "完"


BAD_FILES = {
    "wrong encoding": b"source_id\n" + "你好你好你好你好".encode() + b"\xff\xff\n",
    "empty": b"",
    "missing column": b"source_id,created_at,updated_at,stat,department\n",
    "not a gzip": b"plain text",
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_failing_source_leaves_the_facts_and_says_why(house: House, name: str) -> None:
    house.file(HEADER + line("1"))
    house.run()
    before = house.facts.version()
    bad = house.folder / ("z.csv.gz" if name == "not a gzip" else "z.csv")
    body = BAD_FILES[name]
    bad.write_bytes(body + line("9").encode() if name == "missing column" else body)
    report = house.run(replace(SPEC, connector={"type": "csv", "path": "*.csv*"}))
    assert report.error
    assert f"at   {bad.name}" in report.error
    assert "fix" in report.error
    assert (house.states(), house.facts.version()) == ({"1": "handling"}, before)
    known = house.state.source("hotline")
    assert (known.last_error, known.last_success_at) == (report.error, NOW)
    bad.unlink()
    assert house.run().error is None
    assert house.state.source("hotline").last_error is None


def test_a_missing_column_is_named_with_the_nearest(house: House) -> None:
    house.file(HEADER.replace("state", "stat") + line("1"))
    error = house.run().error or ""
    assert "`state`" in error
    assert "did you mean `stat`" in error
    assert not list((house.folder / "var").glob("landed/**/*.parquet"))


def test_a_header_alone_is_a_success_without_rows(house: House) -> None:
    house.file(HEADER)
    report = house.run()
    assert (report.read, report.error) == (0, None)


def test_a_fault_of_the_program_is_reported_and_leaves_nothing_half_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    house.file(HEADER + line("1"))
    with monkeypatch.context() as broken:
        broken.setattr("dashboard.store.facts_store.FactsWriter.upsert", fall_over)
        report = house.run()
    assert report.error == "ZeroDivisionError: boom"
    assert not list((house.folder / "var").glob("landed/**/*.parquet"))
    assert (house.run().accepted, house.states()) == (1, {"1": "handling"})


def test_a_full_disk_is_named_and_leaves_nothing_half_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    house.file(HEADER + line("1"))
    left = house.folder / "var/landed/hotline/left.partial"
    left.parent.mkdir(parents=True)
    left.touch()
    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        assert "The disk is full" in (house.run().error or "")
    assert not list(left.parent.iterdir())
    with house.state.engine.begin() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(StoreError, match="disk is full"):
            connection.execute(text("CREATE TABLE big AS SELECT randomblob(1000000)"))


def test_a_live_feed_is_complete_to_now_and_a_dry_one_to_its_last_row(house: House) -> None:
    connector = {"type": "csv", "path": "*.csv", "release": "updated_at"}
    spec = replace(SPEC, connector=connector)
    house.file(HEADER + line("1", 8) + line("2", 20))
    house.now = datetime(2026, 11, 20, 6, tzinfo=UTC)  # 14:00 in the city
    assert house.run(spec).complete_to == house.now
    version = house.facts.version()
    assert (set(house.states()), version.as_of) == ({"1"}, house.now)
    house.now += timedelta(minutes=1)
    assert house.run(spec).read == 0
    assert (house.facts.version().as_of, house.facts.version().version) == (
        house.now,
        version.version + 1,
    )
    house.now += timedelta(days=1)
    assert house.run(spec).complete_to == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert set(house.states()) == {"1", "2"}


def test_without_release_it_is_complete_to_the_newest_change_it_read(house: House) -> None:
    house.file(HEADER + line("1", 8) + line("2", 9))
    assert house.run().complete_to == datetime(2026, 11, 20, 1, tzinfo=UTC)
    house.file(HEADER + line("3", 5), "b.csv")
    assert house.run().complete_to == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_other_facts_take_the_same_way(house: House) -> None:
    house.file("id,at,n\n1,2026-11-20 08:00:00,40\n1,2026-11-20 08:00:00,x\n")
    rules = (
        rule("source_id", "id"),
        rule("started_at", "at"),
        rule("offered", "n"),
        rule("answered", "n"),
    )
    report = house.run(source(*rules, name="calls", fact="calls"))
    assert (report.accepted, report.quarantined, report.error) == (1, 1, None)
    row = house.facts.read(select(schema.calls))[0]
    assert (row.offered, str(row.started_on)) == (40, "2026-11-20")


KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from dashboard.store.state import StateStore
    from dashboard.store.facts_store import FactsStore
    from tests.integration import test_ingest as t

    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    {patch}
    t.build(Path({folder!r})).run()
"""
MOMENTS = {
    "after landing, before the batch is noted": "StateStore.begin_batch = die",
    "after landing, before the commit": "FactsStore.commit = die",
    "after the commit, before the state": "StateStore.end_batch = die",
    "before the cursor moves": "StateStore.save_cursor = die",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_the_next_run_finishes_the_work(tmp_path: Path, moment: str) -> None:
    (tmp_path / "a.csv").write_text(HEADER + line("1") + line("2", state="?") + line("3"))
    root = str(Path(__file__).parents[2])
    code = textwrap.dedent(KILLED).format(root=root, patch=MOMENTS[moment], folder=str(tmp_path))
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    house = build(tmp_path)
    report = house.run()
    assert report.error is None
    assert house.states() == {"1": "handling", "3": "handling"}
    assert house.state.open_quarantine() == {"hotline": 1}
    assert house.facts.read(select(func.count()).select_from(schema.incidents_history))[0][0] == 0
    house.facts.close()
    house.state.close()


cells = st.tuples(
    st.sampled_from(["1", "2", "3", "4", ""]),
    st.integers(0, 23),
    st.sampled_from(["办", "完", "?"]),
    st.sampled_from(["U1", "U2", "U9", "-", ""]),
)
files = st.lists(st.lists(cells, max_size=6), min_size=1, max_size=4)


@given(files, st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_whatever_comes_in_whatever_order_the_facts_are_the_same(
    contents: list[list[tuple[str, int, str, str]]], dice: random.Random
) -> None:
    # One version has one content: the hour and the row decide the state.
    seen: dict[tuple[str, int], tuple[str, str]] = {}
    texts = []
    for rows in contents:
        lines = (
            line(key, hour, *seen.setdefault((key, hour), (state, unit)))
            for key, hour, state, unit in rows
        )
        texts.append(HEADER + "".join(lines))
    shuffled = dice.sample(texts, len(texts))
    outcomes = [_ingested(order) for order in (texts, shuffled)]
    assert outcomes[0] == outcomes[1]


def _ingested(texts: list[str]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        house = build(Path(folder))
        for number, text in enumerate(texts):
            house.file(text, f"{number}.csv")
            house.run()
        for path in Path(folder).glob("*.csv"):
            path.write_text(path.read_text() + "\n")  # changed, with the same rows
        again = house.run()
        assert (again.accepted, again.error) == (0, None)
        open_entries = house.state.open_quarantine()
        facts = {
            key: {name: value for name, value in row.items() if name not in ORIGIN}
            for key, row in house.incidents().items()
        }
        house.facts.close()
        house.state.close()
        refused = {"quarantine": json.dumps(bool(open_entries))}
        return {**facts, **refused}


PINGSHAN = Path(__file__).parents[2] / "../shared/data/pingshan/events_flat.csv"


@pytest.mark.skipif(not PINGSHAN.exists(), reason="the real data are not beside the repository")
def test_ten_thousand_real_events_arrive_once(house: House) -> None:
    verdicts = {"intime": "on_time", "overtime": "overdue"}
    rules = (
        rule("source_id", "REC_ID"),
        rule("created_at", "CREATE_DATE"),
        rule("kind", value="grid"),
        rule("delivered_verdict", "ACHIEVE_STATUS", table=verdicts, otherwise="unknown"),
        rule("department", "DISPOSE_UNIT_ID", otherwise="keep"),
    )
    connector = {"type": "csv", "path": str(PINGSHAN)}
    spec = source(*rules, connector=connector, missing=("", "-"))
    report = house.run(spec)
    assert (report.read, report.quarantined, report.error) == (10_000, 0, None)
    assert report.accepted == len(house.incidents())
    hours = {row["created_hour"] for row in itertools.islice(house.incidents().values(), 50)}
    assert hours == {None}
