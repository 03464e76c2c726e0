"""What each batch brought is kept with the facts: counted once, however often it is mapped."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import func, select, update

from dashboard import facts as schema
from dashboard.city.model import SourceSpec
from dashboard.core.errors import StoreError
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore
from data_sources.base import Batch, Cursor, RaggedRow
from tests.small_city import rule, small_city, source

NOW = datetime(2026, 11, 21, 17, tzinfo=UTC)
"""One o'clock at night in the city: the next day has begun there."""
SPEC = source(
    rule("source_id"),
    rule("kind", value="hotline"),
    rule("created_at"),
    rule("updated_at"),
    rule("state", table={"办": "handling"}),
    rule("title", strip="！$"),
    missing=("", "无"),
    freshness=timedelta(hours=1),
)
COLUMNS = ("source_id", "created_at", "updated_at", "state", "title")


def cells(source_id: str, state: str = "办", title: str = "漏水") -> tuple[str, ...]:
    return (source_id, "2026-11-20 08:00:00", "2026-11-20 09:00:00", state, title)


@dataclass
class Asked:
    """A source that answers with the rows it is given; without rows, that there is nothing new."""

    rows: list[tuple[str, ...]]
    torn: int = 0
    parts: int = 1
    complete: bool = True

    def pull(self, _since: Cursor | None, now: datetime) -> Iterator[Batch]:
        for number in range(self.parts):
            own = self.rows[number :: self.parts]
            table = pa.table(
                {name: pa.array([row[n] for row in own], pa.string())
                 for n, name in enumerate(COLUMNS)}
            )  # fmt: skip
            ragged = [RaggedRow(None, "torn", len(COLUMNS), 1)] * (0 if number else self.torn)
            last = self.complete and number == self.parts - 1
            yield Batch(table, "asked", ragged, seen_until=now if last else None, complete=last)

    def columns(self) -> list[str]:
        return list(COLUMNS)


@dataclass
class House:
    folder: Path
    now: datetime = NOW
    facts: FactsStore = field(init=False)
    state: StateStore = field(init=False)

    def __post_init__(self) -> None:
        self.facts = FactsStore.open(self.folder / "facts.duckdb")
        self.state = StateStore.open(f"sqlite:///{self.folder}/state.sqlite")

    def close(self) -> None:
        self.facts.close()
        self.state.close()

    def asks(self, *rows: tuple[str, ...], spec: SourceSpec = SPEC, **options: Any) -> SourceReport:
        return self.run(spec, source=Asked(list(rows), **options))

    def run(self, spec: SourceSpec = SPEC, **options: Any) -> SourceReport:
        city = small_city(self.folder)
        return run_source(
            spec, city, self.facts, self.state, self.folder, lambda: self.now, **options
        )

    def loses_its_facts(self) -> None:
        self.facts.close()
        (self.folder / "facts.duckdb").unlink()
        self.facts = FactsStore.open(self.folder / "facts.duckdb")

    def deliveries(self) -> list[Any]:
        own = schema.deliveries
        return list(self.facts.read(select(own).order_by(own.c.landed_at, own.c.batch_id)))

    def verdicts(self) -> list[bool | None]:
        return [row.on_time for row in self.deliveries()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = House(tmp_path)
    yield built
    built.close()


def test_a_batch_is_noted_with_its_rows_and_the_day_it_landed(house: House) -> None:
    report = house.asks(cells("1"), cells("2"), cells("3", state="?"), torn=1)
    [row] = house.deliveries()
    assert (row.source, row.batch_id) == ("hotline", report.batches[0])
    assert (row.landed_at, row.landed_on) == (NOW.replace(tzinfo=None), date(2026, 11, 22))
    counted = (row.read, row.accepted, row.unchanged, row.quarantined)
    assert counted == (4, 2, 0, 2)
    assert counted == (report.read, report.accepted, report.unchanged, report.quarantined)


def test_constants_are_not_asked_for_and_torn_lines_hold_no_value(house: House) -> None:
    house.asks(cells("1"), cells("2", title="无"), cells("3", title="！"), torn=1)
    [row] = house.deliveries()
    assert (row.cells, row.filled) == (4 * 5, 3 * 5 - 2)


def test_a_value_that_is_refused_was_there_all_the_same(house: House) -> None:
    house.asks(cells("1", state="?"))
    [row] = house.deliveries()
    assert (row.quarantined, row.cells, row.filled) == (1, 5, 5)


def test_a_batch_of_nothing_but_torn_lines_is_a_delivery(house: House) -> None:
    house.asks(torn=2)
    [row] = house.deliveries()
    assert (row.read, row.quarantined, row.cells, row.filled) == (2, 2, 10, 0)


def test_known_rows_that_come_again_are_a_delivery_and_raise_the_version(house: House) -> None:
    house.asks(cells("1"), complete=False)
    before = house.facts.version()
    house.now += timedelta(minutes=5)
    house.asks(cells("1"), complete=False)
    assert [(row.accepted, row.unchanged) for row in house.deliveries()] == [(1, 0), (0, 1)]
    assert house.facts.version().version == before.version + 1


def test_an_empty_answer_is_no_delivery_but_a_sign_of_life(house: House) -> None:
    house.asks(cells("1"))
    for _ in range(4):
        house.now += timedelta(minutes=30)
        house.asks()
    house.now += timedelta(minutes=30)
    house.asks(cells("2"))
    assert house.verdicts() == [None, True]


def test_a_source_silent_beyond_its_limit_was_late(house: House) -> None:
    house.asks(cells("1"))
    for minutes in (60, 61, 1):
        house.now += timedelta(minutes=minutes)
        house.asks(cells("2"))
    assert house.verdicts() == [None, True, False, True]


def test_parts_that_land_at_one_instant_share_their_verdict(house: House) -> None:
    rows = [cells(str(number)) for number in range(4)]
    house.asks(*rows, parts=2)
    house.now += timedelta(hours=3)
    house.asks(*rows, parts=2)
    assert house.verdicts() == [None, None, False, False]


def test_a_replay_counts_nothing_twice(house: House) -> None:
    house.asks(cells("1"), cells("2", state="完"), torn=1)
    house.now += timedelta(hours=3)
    house.asks(cells("3", state="完"))
    before = house.deliveries()
    house.run(replay=True)
    assert house.deliveries() == before
    mended = replace(
        SPEC,
        fields=tuple(
            replace(own, table={"办": "handling", "完": "closed"}) if own.field == "state" else own
            for own in SPEC.fields
        ),
    )
    house.run(mended, replay=True)
    told = [(row.read, row.accepted, row.quarantined) for row in house.deliveries()]
    assert told == [(3, 2, 1), (1, 1, 0)]
    assert house.verdicts() == [None, False]
    for row in house.deliveries():
        batch = house.state.batch(row.batch_id)
        assert batch is not None
        assert (batch.read, batch.accepted, batch.unchanged, batch.quarantined) == (
            row.read, row.accepted, row.unchanged, row.quarantined,
        )  # fmt: skip


def test_a_mapping_that_asks_for_more_is_measured_anew(house: House) -> None:
    house.asks(cells("1", title="无"))
    fields = (*SPEC.fields, rule("address", "title"))
    house.run(replace(SPEC, fields=fields), replay=True)
    [row] = house.deliveries()
    assert (row.cells, row.filled) == (6, 4)


@pytest.mark.parametrize("replay", [True, False])
def test_lost_facts_come_back_with_their_deliveries_whatever_is_run(
    house: House, *, replay: bool
) -> None:
    house.asks(cells("1"), cells("2", state="?"))
    house.now += timedelta(minutes=30)
    house.asks(cells("1"), cells("3"))
    before = house.deliveries()
    house.loses_its_facts()
    house.now += timedelta(hours=9)
    house.run(replay=True) if replay else house.asks()
    assert house.deliveries() == before
    assert house.facts.read(select(func.count()).select_from(schema.incidents)) == [(2,)]
    house.asks(cells("4"))
    assert house.verdicts()[2:] == [not replay]


def test_facts_of_an_older_version_come_back_as_their_refusal_advises(house: House) -> None:
    house.asks(cells("1"), cells("2"))
    before, path = house.deliveries(), house.folder / "facts.duckdb"
    with house.facts.engine.begin() as connection:
        connection.execute(update(schema.store_info).values(value="1"))
    house.facts.close()
    with pytest.raises(StoreError, match="move the file away and run `ingest --replay`"):
        FactsStore.open(path)
    path.rename(house.folder / "old.duckdb")
    house.facts = FactsStore.open(path)
    house.run(replay=True)
    assert house.deliveries() == before
    assert house.facts.version().complete_to == {"hotline": NOW}


def test_a_batch_that_the_mapping_no_longer_fits_does_not_stop_its_source(house: House) -> None:
    house.asks(cells("1"))
    house.loses_its_facts()
    wider = replace(SPEC, fields=(*SPEC.fields, rule("address", "where")))
    report = house.asks(spec=wider)
    assert (report.error, report.notes) == (None, {"not_rebuilt batch": 1})
    assert house.deliveries() == []
    assert "`where`" in (house.run(wider, replay=True).error or "")


def test_refused_rows_are_not_mapped_again_by_every_run(house: House) -> None:
    house.asks(cells("1", state="?"), complete=False)
    house.now += timedelta(minutes=1)
    assert house.asks(complete=False).read == 0


def test_who_was_late_is_not_guessed_when_facts_are_rebuilt(house: House) -> None:
    house.asks(cells("1"))
    house.now += timedelta(hours=5)
    house.asks(cells("2"))
    house.now += timedelta(minutes=5)
    house.asks(cells("3"))
    assert house.verdicts() == [None, False, True]
    house.loses_its_facts()
    house.run(replay=True)
    assert house.verdicts() == [None, None, True]


def test_a_batch_that_died_before_its_end_is_not_counted_beside_its_second_coming(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as cut:
        cut.setattr(StateStore, "end_batch", power_cut)
        cut.setattr(StateStore, "fail_batch", power_cut)
        with pytest.raises(SystemExit):
            house.asks(cells("1"))
    assert len(house.deliveries()) == 1
    house.asks(cells("1"))
    [row] = house.deliveries()
    assert (row.read, row.accepted, row.unchanged) == (1, 0, 1)
