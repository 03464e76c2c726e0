"""The two stores on real databases: what a commit is, what an upsert keeps, what a lock says."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Date, String, column, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from dashboard import facts
from dashboard.core.errors import ConfigError, StoreError
from dashboard.core.values import Grain
from dashboard.store.batches import BatchEnd, BatchStart, Refusal
from dashboard.store.facts_store import DataVersion, FactsStore, Upserted
from dashboard.store.functions import contains_text, median_of, seconds_between, start_of
from dashboard.store.migrations import upgrade
from dashboard.store.state import StateStore
from dashboard.store.state_schema import metadata
from tests.small_city import small_city

T0 = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FactsStore]:
    opened = FactsStore.open(tmp_path / "facts.duckdb")
    yield opened
    opened.close()


def version_of(source_id: str, hours: int, state: str = "handling") -> dict[str, Any]:
    return {
        "source_id": source_id,
        "created_at": T0,
        "created_on": date(2026, 11, 1),
        "updated_at": T0 + timedelta(hours=hours),
        "state": state,
    }


def write(store: FactsStore, *rows: dict[str, Any], batch: str = "b", hours: int = 0) -> Upserted:
    with store.commit(source="hotline", batch_id=batch) as writer:
        return writer.upsert(
            "incidents",
            pa.Table.from_pylist(list(rows)),
            recorded_at=T0 + timedelta(hours=hours),
        )


def states(store: FactsStore) -> dict[str, str]:
    table = facts.incidents.c
    return dict(tuple(row) for row in store.read(select(table.source_id, table.state)))


def test_a_newer_version_replaces_and_the_older_one_is_kept_in_history(store: FactsStore) -> None:
    write(store, version_of("A", 0), hours=1)
    assert write(store, version_of("A", 5, "closed"), hours=6) == Upserted(1, 0)
    assert states(store) == {"A": "closed"}
    past = store.read(select(facts.incidents_history))
    assert [(row.state, row.superseded_at.hour) for row in past] == [("handling", 14)]


def test_an_older_version_never_overwrites(store: FactsStore) -> None:
    write(store, version_of("A", 5, "closed"))
    assert write(store, version_of("A", 0)) == Upserted(0, 1)
    assert states(store) == {"A": "closed"}


def test_the_same_values_change_nothing_and_raise_no_version(store: FactsStore) -> None:
    write(store, version_of("A", 0))
    before = store.version()
    assert write(store, version_of("A", 0), batch="again") == Upserted(0, 1)
    assert store.version() == before


def test_of_several_versions_in_one_batch_the_newest_counts(store: FactsStore) -> None:
    rows = (version_of("A", 1), version_of("A", 3, "closed"), version_of("A", 2))
    assert write(store, *rows) == Upserted(1, 2)
    assert states(store) == {"A": "closed"}


def test_without_updated_at_the_landing_time_stands_for_it(store: FactsStore) -> None:
    def landed(state: str, hours: int) -> Upserted:
        row = version_of("A", 0, state)
        del row["updated_at"]
        return write(store, row, hours=hours)

    assert landed("handling", 1).accepted == 1
    assert landed("handling", 2).unchanged == 1
    assert landed("closed", 3).accepted == 1
    assert landed("handling", 2).unchanged == 1
    assert states(store) == {"A": "closed"}


def test_what_is_not_given_gets_the_default_of_its_column(store: FactsStore) -> None:
    write(store, version_of("A", 0))
    row = store.read(select(facts.incidents))[0]
    assert (row.kind, row.district_code, row.excluded, row.batch_row) == ("-", "-", False, 1)
    assert (row.source, row.batch_id, row.lon) == ("hotline", "b", None)


def test_the_same_id_of_two_sources_is_two_rows(store: FactsStore) -> None:
    write(store, version_of("A", 0))
    with store.commit(source="grid", batch_id="g") as writer:
        rows = pa.Table.from_pylist([version_of("A", 0)])
        writer.upsert("incidents", rows, recorded_at=T0)
    assert store.read(select(func.count()).select_from(facts.incidents))[0][0] == 2


def test_a_commit_is_all_or_nothing(store: FactsStore) -> None:
    def fail_half_way() -> None:
        with store.commit(source="x", batch_id="b") as writer:
            rows = pa.Table.from_pylist([version_of("A", 0)])
            writer.upsert("incidents", rows, recorded_at=T0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert (states(store), store.version().version) == ({}, 0)


def test_completeness_alone_raises_the_version_too(store: FactsStore) -> None:
    for hour, expected in ((1, 1), (1, 1), (2, 2)):
        at = T0 + timedelta(hours=hour)
        with store.commit(source="hotline", batch_id="", complete_to=at):
            pass
        assert (store.version().version, store.version().as_of) == (expected, at)


def test_as_of_is_the_newest_completeness_and_each_source_keeps_its_own(store: FactsStore) -> None:
    later = T0 + timedelta(hours=3)
    for source, instant in (("a", T0), ("b", later)):
        with store.commit(source=source, batch_id="", complete_to=instant):
            pass
    write(store, version_of("A", 0))
    assert store.version().complete_to == {"a": T0, "b": later}
    assert (store.version().as_of, store.version().version) == (later, 3)


def test_the_version_is_told_to_listeners_and_costs_no_query(store: FactsStore) -> None:
    told: list[DataVersion] = []
    store.on_commit(told.append)
    write(store, version_of("A", 0))
    write(store, version_of("A", 0))
    before = store.queries
    assert told == [store.version()]
    assert store.queries == before
    states(store)
    assert store.queries == before + 1


def test_of_a_long_round_it_is_told_now_and_then(
    store: FactsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[DataVersion] = []
    store.on_commit(told.append)
    with store.quiet():
        write(store, version_of("A", 0))
        assert told == []
        monkeypatch.setattr("dashboard.store.facts_store.QUIET_S", 0)
        write(store, version_of("B", 0))
        assert told == [store.version()]
    assert told == [store.version()]


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "facts.duckdb"
    first = FactsStore.open(path)
    with first.commit(source="hotline", batch_id="b", complete_to=T0) as writer:
        rows = pa.Table.from_pylist([version_of("A", 0)])
        writer.upsert("incidents", rows, recorded_at=T0)
    version = first.version()
    first.checkpoint()
    first.close()
    second = FactsStore.open(path, create=False)
    assert (states(second), second.version()) == ({"A": "handling"}, version)
    second.close()


def test_reading_goes_on_in_many_threads_while_one_writes(store: FactsStore) -> None:
    faults: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                seen = states(store)
                assert len(seen) % 10 == 0  # a commit is seen whole
        except BaseException as fault:  # noqa: BLE001 - carried to the main thread
            faults.append(fault)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for batch in range(10):
        write(store, *(version_of(f"{batch}-{n}", 0) for n in range(10)))
    for thread in threads:
        thread.join()
    assert (faults, len(states(store))) == ([], 100)


def test_large_results_stream_in_portions(store: FactsStore) -> None:
    write(store, *(version_of(str(n), 0) for n in range(5000)))
    statement = select(facts.incidents.c.source_id).where(facts.incidents.c.source == "hotline")
    sizes = [portion.num_rows for portion in store.stream(statement, 2048)]
    assert (sum(sizes), max(sizes)) == (5000, 2048)


def test_dimensions_are_written_once(store: FactsStore) -> None:
    city = small_city()
    assert store.write_dimensions(city)
    assert not store.write_dimensions(city)
    assert store.version().version == 1
    assert store.write_dimensions(replace(city, departments={}))
    assert store.read(select(func.count()).select_from(facts.departments))[0][0] == 0
    assert store.read(select(func.count()).select_from(facts.regions))[0][0] == 5


def test_a_column_that_cannot_be_written_is_named(store: FactsStore) -> None:
    with pytest.raises(StoreError, match="did you mean `state`"):
        write(store, {**version_of("A", 0), "stat": "x"})
    with (
        pytest.raises(StoreError, match="did you mean `incidents`"),
        store.commit(source="x", batch_id="b") as writer,
    ):
        writer.upsert("incident", pa.table({"source_id": ["A"]}), recorded_at=T0)


def test_a_second_process_is_told_whose_file_it_is(tmp_path: Path, store: FactsStore) -> None:
    code = (
        "import sys; from pathlib import Path; from dashboard.store.facts_store import FactsStore;"
        "FactsStore.open(Path(sys.argv[1]))"
    )
    path = tmp_path / "facts.duckdb"
    assert store.version().version == 0
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert "in use by another process" in ended.stderr
    assert str(path) in ended.stderr


def test_a_store_of_another_version_or_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "facts.duckdb"
    with pytest.raises(StoreError, match="no facts yet"):
        FactsStore.open(path, create=False)
    store = FactsStore.open(path)
    with store.engine.begin() as connection:
        connection.execute(update(facts.store_info).values(value="0"))
    store.close()
    with pytest.raises(StoreError, match="has version 0"):
        FactsStore.open(path)
    (tmp_path / "text.duckdb").write_text("not a database, " * 1000)
    with pytest.raises(StoreError, match="cannot be opened"):
        FactsStore.open(tmp_path / "text.duckdb")


def test_every_column_carries_its_comment_in_the_database(store: FactsStore) -> None:
    with store.engine.connect() as connection:
        query = "SELECT count(*) FROM duckdb_columns() WHERE comment IS NULL AND NOT internal"
        assert connection.exec_driver_sql(query).scalar() == 0


DAY = column("day", Date)


@pytest.mark.parametrize(
    ("expression", "duckdb", "clickhouse"),
    [
        (
            median_of(column("x")),
            "quantile_cont(x, 0.5)",
            "quantileExactInclusive(0.5)(`x`)",
        ),
        (
            seconds_between(column("a"), column("b")),
            "date_diff('second', a, b)",
            "dateDiff('second', `a`, `b`)",
        ),
        (
            contains_text(column("t", String), "5G%"),
            "contains(lower(t), lower('5G%'))",
            "(positionCaseInsensitiveUTF8(`t`, '5G%') > 0)",
        ),
        (
            contains_text(column("t", String), "噪音%"),
            "contains(t, '噪音%')",
            "(positionCaseInsensitiveUTF8(`t`, '噪音%') > 0)",
        ),
        (start_of(Grain.DAY, DAY), "day", "`day`"),
        (
            start_of(Grain.WEEK, DAY),
            "CAST(date_trunc('week', day) AS DATE)",
            "toMonday(`day`)",
        ),
        (
            start_of(Grain.MONTH, DAY),
            "CAST(date_trunc('month', day) AS DATE)",
            "toStartOfMonth(`day`)",
        ),
        (
            start_of(Grain.YEAR, DAY),
            "CAST(date_trunc('year', day) AS DATE)",
            "toStartOfYear(`day`)",
        ),
    ],
)
def test_each_engine_gets_its_own_words(expression: Any, duckdb: str, clickhouse: str) -> None:
    for dialect, words in ((Dialect(), duckdb), (ClickHouseDialect(), clickhouse)):
        kw = {"literal_binds": True}
        text = str(expression.compile(dialect=dialect, compile_kwargs=kw)).replace("%%", "%")
        assert text == words


def test_the_words_mean_what_they_say(store: FactsStore) -> None:
    rows = [version_of(str(n), n) | {"title": title} for n, title in enumerate(("Ab%", "a_b", ""))]
    rows.append(version_of("3", 9) | {"title": None})
    write(store, *rows)
    table = facts.incidents.c
    age = seconds_between(table.created_at, table.updated_at)
    assert store.read(select(median_of(age)))[0][0] == 1.5 * 3600
    found = [
        [row[0] for row in store.read(select(table.source_id).where(contains_text(table.title, t)))]
        for t in ("B%", "A_", "%", "噪音")
    ]
    assert found == [["0"], ["1"], ["0"], []]
    starts = [start_of(grain, table.created_on) for grain in (Grain.WEEK, Grain.MONTH, Grain.YEAR)]
    assert tuple(store.read(select(*starts).limit(1))[0]) == (
        date(2026, 10, 26),
        date(2026, 11, 1),
        date(2026, 1, 1),
    )
    assert store.read(select(literal(1)))[0][0] == 1


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not tools:
        pytest.skip("no PostgreSQL server is installed here")
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        yield from _serve_postgres(tools[-1].parent, Path(name), port)


def _serve_postgres(binaries: Path, folder: Path, port: int) -> Iterator[str]:
    as_postgres = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    make = [*as_postgres, str(binaries / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8"]
    subprocess.run([*make, "-U", "postgres"], check=True, capture_output=True, cwd=folder)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [*as_postgres, str(binaries / "pg_ctl"), "-D", data, "-w"]
    start = [*control, "-o", options, "-l", str(folder / "log"), "start"]
    subprocess.run(start, check=True, capture_output=True, cwd=folder)
    yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    stop = [*control, "-m", "immediate", "stop"]
    subprocess.run(stop, check=True, capture_output=True, cwd=folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateStore]:
    if request.param == "sqlite":
        opened = StateStore.open(f"sqlite:///{tmp_path / 'state.sqlite'}")
    else:
        opened = StateStore.open(request.getfixturevalue("postgres"))
    yield opened
    with opened.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    opened.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(state: StateStore) -> None:
    upgrade(state.engine)
    with state.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def begin(state: StateStore, batch: str) -> None:
    state.begin_batch(BatchStart(batch, "hotline", "a.csv", f"{batch}.parquet", T0, 10, 3, "m1"))


def refusal(row: int, source_id: str) -> Refusal:
    raw = {"编号": source_id}
    return Refusal(row, source_id, "unknown_code", "no such code", "state", "?", raw)


def end(batch: str, *refused: Refusal, stored: set[str], **more: Any) -> BatchEnd:
    def among(ids: Any) -> set[str]:
        return stored & set(ids)

    counts = {"accepted": len(stored), "unchanged": 0}
    counts["quarantined"] = len(refused)
    return BatchEnd(batch, "hotline", T0, "m1", **counts, refused=refused, stored=among, **more)


def test_a_refused_row_stays_open_until_its_row_is_stored(state: StateStore) -> None:
    state.attempt("hotline", T0)
    begin(state, "1")
    state.end_batch(end("1", refusal(2, "B"), refusal(3, "C"), stored={"A"}))
    assert state.open_quarantine() == {"hotline": 2}
    begin(state, "2")
    state.end_batch(end("2", refusal(1, "C"), stored={"B"}))
    assert [(entry.batch_id, entry.source_id) for entry in state.quarantined("hotline")] == [
        ("2", "C")
    ]
    begin(state, "3")
    known = state.source("hotline")
    assert (known.read, known.accepted, known.quarantined) == (5, 2, 3)


def test_a_replayed_row_moves_from_refused_to_accepted(state: StateStore) -> None:
    state.attempt("hotline", T0)
    begin(state, "1")
    state.end_batch(end("1", refusal(2, "B"), refusal(3, "C"), stored={"A"}))
    rows = frozenset({2, 3})
    state.end_batch(end("1", refusal(3, "C"), stored={"B"}, replayed=rows))
    known = state.source("hotline")
    assert (known.read, known.accepted, known.quarantined) == (3, 2, 1)
    assert state.quarantined_rows("hotline") == {"1": frozenset({3})}


def test_instants_come_back_aware_and_cursors_as_they_were(state: StateStore) -> None:
    state.save_cursor("hotline", {"文件": {"a": 1}})
    state.succeed("hotline", T0, complete_to=T0)
    state.fail("hotline", T0, "gone")
    known = state.source("hotline")
    assert known.cursor == {"文件": {"a": 1}}
    assert (known.last_success_at, known.complete_to, known.last_error) == (T0, T0, "gone")
    state.succeed("hotline", T0, complete_to=None)
    assert (state.source("hotline").last_error, state.source("hotline").complete_to) == (None, T0)


def test_batches_left_running_are_given_up_and_named(state: StateStore) -> None:
    begin(state, "1")
    assert [batch.landed_path for batch in state.left_behind("hotline")] == ["1.parquet"]
    state.attempt("hotline", T0)
    assert state.left_behind("hotline") == []
    assert state.stored_batches("hotline") == []


def test_a_state_elsewhere_is_refused() -> None:
    with pytest.raises(ConfigError, match="mysql"):
        StateStore.open("mysql://x/y")
    with pytest.raises(ConfigError):
        StateStore.open("nonsense")


def test_the_state_holds_no_row_without_its_batch(state: StateStore) -> None:
    row = {"id": 1, "source": "s", "batch_id": "none", "batch_row": 1, "source_id": ""}
    texts = dict.fromkeys(("reason", "message", "field", "value", "raw", "raw_hash"), "")
    values = {**row, **texts, "quarantined_at": T0.replace(tzinfo=None)}
    with state.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(metadata.tables["quarantine"]), values)
