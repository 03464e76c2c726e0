"""Sealed rows and claimed runs, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from dashboard.core.values import Period
from dashboard.store.bulletins import BulletinStore, Position, Run, Sealed, Series, StoredFile
from dashboard.store.state import StateStore
from tests.integration import test_stores

postgres, state = test_stores.postgres, test_stores.state

NOW = datetime(2026, 10, 20, 4, tzinfo=UTC)
MINUTES = timedelta(minutes=10)


def write(position: Position) -> tuple[str, str]:
    return f"内容 {position.number} {position.before}", f"hash-{position.number}"


def series(day: int, template: str = "daily", year: int = 2026) -> Series:
    return Series(template, year, Period(date(2026, 10, day), date(2026, 10, day)))


def sealed(store: BulletinStore, day: int) -> Sealed:
    return store.seal(series(day), NOW, write)[0]


def test_what_is_sealed_comes_back_as_it_was(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    one, new = store.seal(series(1), NOW, write)
    assert new
    assert (one.number, one.serial, one.issued_at) == ("daily-2026-001", 1, NOW)
    assert store.bulletin(one.number) == one == store.of_period("daily", series(1).period)
    assert store.seal(series(1), NOW, lambda _: ("other", "other")) == (one, False)
    assert store.bulletin("daily-2026-002") is None


def test_numbers_are_without_gaps_however_many_seal_at_once(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda day: sealed(store, day), range(1, 13)))
    assert sorted(one.serial for one in done) == list(range(1, 13))
    by_serial = {one.serial: one for one in done}
    for serial in range(2, 13):
        before = by_serial[serial - 1]
        assert str((before.number, before.sha256)) in by_serial[serial].content
    assert len(store.all()) == 12
    assert len(store.all(limit=5)) == 5


def test_a_year_begins_with_one_and_goes_on_from_the_last(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    sealed(store, 1)
    next_year, _ = store.seal(series(2, year=2027), NOW, write)
    assert next_year.number == "daily-2027-001"
    assert "daily-2026-001" in next_year.content
    assert store.seal(series(3), NOW, write)[0].number == "daily-2026-002"  # a clock set back


def test_errata_are_numbered_within_their_bulletin(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    one = sealed(store, 1)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: store.seal_erratum(one.number, NOW, write), range(4)))
    numbers = [f"daily-2026-001-E{n}" for n in (1, 2, 3, 4)]
    assert sorted(erratum.number for erratum in done) == numbers
    assert [erratum.number for erratum in store.errata_of([one.number])] == numbers
    assert store.errata_of([]) == []
    assert one.number in {e.number: e for e in done}[numbers[0]].content


def test_a_file_written_anew_takes_the_place_of_the_lost_one(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    store.save_file("daily-2026-001", StoredFile("pdf", "a" * 64, 10, NOW))
    second = StoredFile("pdf", "b" * 64, 11, NOW)
    store.save_file("daily-2026-001", second)
    assert store.files() == {"daily-2026-001": {"pdf": second}}
    assert store.files("other") == {}


def test_one_of_many_takes_a_run(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.claim("daily", NOW, NOW, MINUTES), range(8)))
    assert sum(taken) == 1
    [run] = store.runs("daily")
    assert run == Run("daily", NOW, "running", 1, NOW)


def test_a_run_that_is_done_is_never_taken_again(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    assert store.claim("daily", NOW, NOW, MINUTES)
    store.end_run("daily", NOW, number="daily-2026-001")
    assert not store.claim("daily", NOW, NOW + timedelta(days=1), MINUTES)
    [run] = store.runs("daily")
    assert (run.state, run.number, run.error) == ("done", "daily-2026-001", None)


def test_a_run_that_failed_is_taken_three_times_each_after_a_while(state: StateStore) -> None:
    store = BulletinStore(state.engine)
    taken = []
    for minute in range(0, 60, 5):
        at = NOW + timedelta(minutes=minute)
        if store.claim("daily", NOW, at, MINUTES):
            taken.append(minute)
            store.end_run("daily", NOW, error="no room")
    assert taken == [0, 10, 20]
    [run] = store.runs("daily")
    assert (run.state, run.tries, run.error) == ("failed", 3, "no room")
