"""Deadlines that no source sends: computed when rows arrive, and again when steps, limits or the
calendar say otherwise.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from dashboard import facts as schema
from dashboard.city.limits import with_computed
from dashboard.city.model import City, LimitRule, SourceSpec, WorkSettings
from dashboard.core.working_clock import Limit, LimitUnit
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore
from tests.small_city import SHANGHAI, rule, small_city, source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOTLINE = source(
    *map(rule, ("source_id", "created_at", "dispatched_at", "signed_at", "state", "urgency")),
    *map(rule, ("request_type", "category", "updated_at")),
    rule("kind", value="hotline"),
    name="hotline",
    connector={"type": "csv", "path": "hotline*.csv"},
)
STEPS = source(
    *map(rule, ("source_id", "incident_id", "at", "action")),
    rule("incident_source", value="hotline"),
    name="steps",
    fact="incident_steps",
    connector={"type": "csv", "path": "steps*.csv"},
)
TICKETS = (
    "source_id,created_at,dispatched_at,signed_at,state,urgency,request_type,category,updated_at"
)
LIFE = "source_id,incident_id,at,action"
FIVE_DAYS = Limit(Decimal(5), LimitUnit.WORK_DAYS_CIVIL)
TEN_DAYS = Limit(Decimal(10), LimitUnit.WORK_DAYS_CIVIL)
TEN_HOURS = Limit(Decimal(10), LimitUnit.WORK_HOURS)
TICKET = "A,2026-02-13 17:00:00,2026-02-13 17:00:00,,handling,normal,complaint,0101,2026-02-13"


def limit(name: str, allowed: Limit = FIVE_DAYS, **changes: Any) -> LimitRule:
    plain = LimitRule(name, "handle", allowed, "created", "办法", kind="hotline")
    return replace(plain, **changes)


@dataclass
class House:
    """A city with its sources, its stores, and a clock that moves on with every run."""

    folder: Path
    facts: FactsStore
    state: StateStore
    limits: tuple[LimitRule, ...] = (limit("all"),)
    calendar: Mapping[date, bool] = field(default_factory=dict)
    work: WorkSettings = field(default_factory=WorkSettings)
    specs: tuple[SourceSpec, ...] = (HOTLINE, STEPS)
    now: datetime = NOW

    @property
    def city(self) -> City:
        sources = with_computed({spec.name: spec for spec in self.specs}, self.limits)
        return small_city(
            self.folder,
            sources=sources,
            limits=self.limits,
            calendar=self.calendar,
            work=self.work,
        )

    def run(self, *names: str, **options: Any) -> SourceReport:
        city = self.city
        for name in names or city.sources:
            self.now += timedelta(minutes=1)
            report = run_source(
                city.sources[name], city, self.facts, self.state, self.folder / "var",
                lambda: self.now, **options,
            )  # fmt: skip
            assert report.error is None
        return report

    def write(self, name: str, header: str, *rows: str) -> None:
        (self.folder / f"{name}.csv").write_text("\n".join([header, *rows, ""]), "utf-8")

    def tickets(self, *rows: str, file: str = "hotline") -> None:
        self.write(file, TICKETS, *rows)

    def steps(self, *rows: str, file: str = "steps") -> None:
        self.write(file, LIFE, *rows)

    def stored(self, table: Any = schema.incidents) -> dict[str, Mapping[str, Any]]:
        return {row.source_id: row._mapping for row in self.facts.read(select(table))}

    def due(self, ticket: str = "A", column: str = "due_at") -> str | None:
        return local(self.stored()[ticket][column])

    def history(self) -> list[Mapping[str, Any]]:
        table = schema.incidents_history
        rows = self.facts.read(select(table).order_by(table.c.superseded_at))
        return [row._mapping for row in rows]


def local(instant: datetime | None) -> str | None:
    if instant is None:
        return None
    return f"{instant.replace(tzinfo=UTC).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def build(folder: Path, **changes: Any) -> House:
    facts = FactsStore.open(folder / "var/facts.duckdb")
    return House(folder, facts, StateStore.open(f"sqlite:///{folder}/var/state.sqlite"), **changes)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = build(tmp_path)
    built.steps()
    yield built
    built.facts.close()
    built.state.close()


# --- when a row arrives


def test_a_row_without_a_deadline_gets_the_one_of_its_limit(house: House) -> None:
    house.tickets(TICKET)
    house.run()
    row = house.stored()["A"]
    assert house.due() == "2026-02-27 23:59:59"  # Spring Festival, and 14 February worked
    assert row["due_on"] == date(2026, 2, 27)
    assert (row["limit_rule"], row["due_provisional"]) == ("all", False)
    assert house.history() == []


def test_the_most_particular_limit_counts(house: House) -> None:
    hours = Limit(Decimal(2), LimitUnit.URGENT_HOURS)
    house.limits = (
        limit("all"),
        limit("roads", category="gb:01"),
        limit("urgent roads", hours, category="gb:01", urgency="urgent"),
        limit("old", hours, request_type="complaint", valid_to=date(2025, 12, 31)),
    )
    house.tickets(
        TICKET,
        TICKET.replace("A,", "B,").replace("normal", "urgent"),
        TICKET.replace("A,", "C,").replace("0101", ""),
        TICKET.replace("A,2026-02-13", "D,2025-02-13").replace("0101", ""),
    )
    house.run()
    chosen = {name: row["limit_rule"] for name, row in house.stored().items()}
    assert chosen == {"A": "roads", "B": "urgent roads", "C": "all", "D": "old"}
    assert house.due("B") == "2026-02-13 19:00:00"


def test_where_no_limit_is_for_a_row_it_has_no_deadline(house: House) -> None:
    house.limits = (limit("other", urgency="emergency"),)
    house.tickets(TICKET)
    house.run()
    row = house.stored()["A"]
    assert (row["due_at"], row["due_on"], row["limit_rule"]) == (None, None, None)


def test_a_clock_that_starts_with_dispatch_waits_for_it(house: House) -> None:
    house.limits = (limit("all", starts="dispatched"), limit("sign", TEN_HOURS, stage="sign"))
    house.tickets(TICKET.replace(",2026-02-13 17:00:00,,", ",,,"))
    house.run()
    row = house.stored()["A"]
    assert (row["due_at"], row["limit_rule"]) == (None, "all")
    assert local(row["sign_due_at"]) == "2026-02-24 09:00:00"


def test_a_deadline_that_is_sent_is_never_touched(house: House) -> None:
    sending = replace(HOTLINE, fields=(*HOTLINE.fields, rule("due_at")))
    house.specs = (sending, STEPS)
    header = f"{TICKETS},due_at"
    house.write("hotline", header, f"{TICKET},2026-02-20 12:00:00", f"B{TICKET[1:]},")
    house.steps("1,A,2026-02-14 09:00:00,suspend", "2,A,2026-02-26 09:00:00,resume")
    house.run()
    stored = house.stored()
    assert local(stored["A"]["due_at"]) == "2026-02-20 12:00:00"
    assert stored["B"]["due_at"] is None
    assert {row["limit_rule"] for row in stored.values()} == {None}


def test_a_new_version_of_a_row_gets_a_new_deadline(house: House) -> None:
    house.limits = (limit("all"), limit("urgent", TEN_HOURS, urgency="urgent"))
    house.tickets(TICKET)
    house.run()
    house.tickets(TICKET.replace("normal", "urgent").replace("0101,2026-02-13", "0101,2026-02-14"))
    house.run()
    assert house.stored()["A"]["limit_rule"] == "urgent"
    assert [row["limit_rule"] for row in house.history()] == ["all"]


def test_the_same_row_again_changes_nothing_though_its_steps_moved_it(house: House) -> None:
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,suspend", "2,A,2026-02-26 09:00:00,resume")
    house.run()
    before = house.stored()["A"]
    house.tickets(TICKET, file="hotline2")
    report = house.run("hotline")
    assert (report.accepted, report.unchanged) == (0, 1)
    assert house.stored()["A"] == before


def test_a_run_without_news_leaves_the_data_as_they_are(house: House) -> None:
    house.tickets(TICKET)
    house.run()
    version = house.facts.version()
    house.run()
    assert house.facts.version() == version


# --- what steps change


def test_a_deferral_moves_the_deadline_and_the_version_before_is_history(house: House) -> None:
    house.tickets(TICKET)
    house.run("hotline")
    house.steps("1,A,2026-02-14 09:00:00,suspend")
    report = house.run("steps")
    assert house.due() is None
    assert house.stored()["A"]["limit_rule"] == "all"
    assert report.notes["recomputed due_at"] == 1
    house.steps("2,A,2026-02-26 09:00:00,resume", file="steps2")
    house.run("steps")
    assert house.due() == "2026-03-03 23:59:59"  # one day used, four from 27 February on
    first, second = house.history()
    assert [local(row["due_at"]) for row in (first, second)] == ["2026-02-27 23:59:59", None]
    assert first["superseded_at"] == second["recorded_at"]
    assert house.stored()["A"]["recorded_at"] == second["superseded_at"]


def test_an_extension_adds_what_the_limit_says(house: House) -> None:
    house.limits = (limit("all", extension=Decimal(2)),)
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,extend", "2,A,2026-02-15 09:00:00,extend")
    house.run()
    assert house.due() == "2026-03-04 23:59:59"  # nine days


def test_extensions_may_be_counted_by_the_source_instead(house: House) -> None:
    counting = replace(HOTLINE, fields=(*HOTLINE.fields, rule("extension_count")))
    house.specs = (counting, STEPS)
    house.write("hotline", f"{TICKETS},extension_count", f"{TICKET},1")
    house.run()
    assert house.due() == "2026-03-05 23:59:59"  # ten days, 28 February worked


def test_after_a_return_the_clock_begins_anew_with_the_next_dispatch(house: House) -> None:
    house.limits = (limit("all", starts="dispatched"),)
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,return")
    house.run()
    assert house.due() is None
    house.steps("2,A,2026-02-25 10:00:00,dispatch", file="steps2")
    house.run("steps")
    assert house.due() == "2026-03-03 23:59:59"


def test_a_return_does_not_stop_a_clock_that_runs_since_the_call(house: House) -> None:
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,return")
    house.run()
    assert house.due() == "2026-02-27 23:59:59"


def test_what_was_deferred_by_a_unit_that_returned_it_is_over_with_the_next_dispatch(
    house: House,
) -> None:
    house.limits = (limit("all", starts="dispatched"),)
    house.tickets(TICKET)
    house.steps(
        "1,A,2026-02-13 18:00:00,suspend",
        "2,A,2026-02-14 09:00:00,return",
        "3,A,2026-02-25 10:00:00,dispatch",
    )
    house.run()
    assert house.due() == "2026-03-03 23:59:59"


def test_steps_that_name_no_source_are_those_of_any_that_has_the_incident(house: House) -> None:
    unnamed = tuple(one for one in STEPS.fields if one.field != "incident_source")
    house.specs = (HOTLINE, replace(STEPS, fields=unnamed))
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,extend")
    house.run()
    assert house.due() == "2026-03-05 23:59:59"


def test_a_step_that_turns_out_otherwise_takes_its_effect_back(house: House) -> None:
    house.tickets(TICKET, TICKET.replace("A,", "B,"))
    house.steps("1,A,2026-02-14 09:00:00,extend")
    house.run()
    assert house.due("A") == "2026-03-05 23:59:59"
    house.steps("1,B,2026-02-14 09:00:00,extend", file="steps2")
    house.run("steps")
    assert (house.due("A"), house.due("B")) == ("2026-02-27 23:59:59", "2026-03-05 23:59:59")


def test_steps_fill_in_for_instants_that_the_source_does_not_send(house: House) -> None:
    bare = replace(
        HOTLINE, fields=tuple(one for one in HOTLINE.fields if one.field != "dispatched_at")
    )
    house.specs, house.limits = (bare, STEPS), (limit("all", starts="dispatched"),)
    house.tickets(TICKET)
    house.run()
    assert house.due() is None
    house.steps("1,A,2026-02-14 09:00:00,dispatch", file="steps2")
    house.run("steps")
    assert house.due() == "2026-02-28 23:59:59"


# --- limits and calendar change


def test_other_limits_count_with_the_next_run(house: House) -> None:
    house.tickets(TICKET)
    house.run()
    house.limits = (limit("ten", TEN_DAYS),)
    report = house.run("hotline")
    assert house.due() == "2026-03-05 23:59:59"
    assert report.notes["recomputed due_at"] == 1
    assert [row["limit_rule"] for row in house.history()] == ["all"]
    assert house.run("hotline").notes["recomputed due_at"] == 0


def test_limits_that_come_later_are_for_rows_that_are_there_already(house: House) -> None:
    rules, house.limits = house.limits, ()
    house.tickets(TICKET)
    house.run()
    assert house.due() is None
    house.limits = rules
    house.run("hotline")
    assert house.due() == "2026-02-27 23:59:59"


def test_without_limits_no_computed_deadline_stays(house: House) -> None:
    house.tickets(TICKET)
    house.run()
    house.limits = ()
    house.run("hotline")
    row = house.stored()["A"]
    assert (row["due_at"], row["due_on"], row["limit_rule"]) == (None, None, None)


def test_a_year_that_is_published_settles_its_deadlines(house: House) -> None:
    house.tickets(TICKET.replace("2026-02-13 17", "2026-12-30 17"), TICKET.replace("A,", "B,"))
    house.run()
    assert house.due() == "2027-01-07 23:59:59"
    assert house.stored()["A"]["due_provisional"] is True
    assert house.stored()["B"]["due_provisional"] is False
    house.calendar = {date(2027, 1, 4): False}
    house.work = WorkSettings(published_years=frozenset({2027}))
    house.run("hotline")
    assert house.due() == "2027-01-08 23:59:59"
    assert house.stored()["A"]["due_provisional"] is False
    [before] = house.history()
    assert (before["source_id"], before["due_provisional"]) == ("A", True)


def test_a_rebuilt_store_has_the_same_deadlines(house: House) -> None:
    house.tickets(TICKET)
    house.steps("1,A,2026-02-14 09:00:00,extend")
    house.run()
    before = house.due()
    house.facts.close()
    (house.folder / "var/facts.duckdb").unlink()
    house.facts = FactsStore.open(house.folder / "var/facts.duckdb")
    for name in ("steps", "hotline"):
        house.run(name, replay=True)
    assert house.due() == before == "2026-03-05 23:59:59"


# --- reviews


def test_only_negative_reviews_are_to_be_rectified(house: House) -> None:
    fields = map(rule, ("source_id", "level", "reviewed_at"))
    reviews = source(
        *fields,
        rule("active", value="true"),
        name="reviews",
        fact="reviews",
        connector={"type": "csv", "path": "reviews.csv"},
    )
    house.specs = (reviews,)
    house.limits = (limit("bad", stage="rectify", starts="reviewed", kind=""),)
    rows = [f"{level},{level},2026-12-30 17:00:00" for level in range(1, 6)]
    house.write("reviews", "source_id,level,reviewed_at", *rows)
    house.run()
    stored = house.stored(schema.reviews)
    due = {name: local(row["rectify_due_at"]) for name, row in sorted(stored.items())}
    late = "2027-01-07 23:59:59"
    assert list(due.values()) == [late, late, None, None, None]
    assert stored["1"]["rectify_due_on"] == date(2027, 1, 7)
    assert [stored[level]["due_provisional"] for level in "125"] == [True, True, False]


# --- whatever the order, however many at once


def lives(seed: int, size: int) -> tuple[list[str], list[str]]:
    """Tickets and their steps, at random; whole hours, so that steps meet."""
    rng = np.random.default_rng(seed)
    tickets, steps = [], []
    for number in range(size):
        begun = datetime(2026, 1, 5, 9) + timedelta(hours=int(rng.integers(0, 8_000)))  # noqa: DTZ001
        urgency = rng.choice(["normal", "urgent"])
        sent = begun + timedelta(hours=3)
        tickets.append(f"{number},{begun},{sent},,handling,{urgency},,0101,2026-11-01")
        for step in range(int(rng.integers(0, 6))):
            at = begun + timedelta(hours=int(rng.integers(0, 100)))
            action = rng.choice(["suspend", "resume", "extend", "return", "dispatch"])
            steps.append(f"{number}-{step},{number},{at},{action}")
    return tickets, steps


def two_limits() -> tuple[LimitRule, ...]:
    return (
        limit("all", starts="dispatched"),
        limit("urgent", Limit(Decimal(9), LimitUnit.WORK_HOURS), urgency="urgent"),
    )


def test_the_order_in_which_sources_arrive_makes_no_difference(tmp_path: Path) -> None:
    tickets, steps = lives(1, 150)
    found = []
    for order in itertools.permutations(("hotline", "steps-even", "steps-odd")):
        folder = tmp_path / "-".join(order)
        folder.mkdir()
        house = build(folder, limits=two_limits())
        for part in order:
            if part == "hotline":
                house.tickets(*tickets)
            else:
                house.steps(*steps[part == "steps-odd" :: 2], file=part)
            house.run(part.partition("-")[0])
        found.append({name: row["due_at"] for name, row in house.stored().items()})
        house.facts.close()
        house.state.close()
    assert all(one == found[0] for one in found)
    assert len(set(found[0].values())) > 50


def test_a_whole_batch_agrees_with_each_of_its_rows_alone(house: House) -> None:
    tickets, steps = lives(2, 400)
    house.limits = two_limits()
    house.tickets(*tickets)
    house.steps(*steps)
    house.run()
    together = {name: (row["due_at"], row["limit_rule"]) for name, row in house.stored().items()}
    own = {ticket.partition(",")[0]: [] for ticket in tickets}
    for step in steps:
        _, ticket, at, action = step.split(",")
        own[ticket].append((moment(at), action))
    for ticket in tickets:
        name, created, dispatched, _, _, urgency, *_ = ticket.split(",")
        anew = urgency == "normal"
        life = Life(moment(dispatched if anew else created), own[name], anew=anew)
        allowed = house.limits[not anew].extended(life.extensions)
        due = house.city.clock.due(life.start, allowed, life.pauses).at if life.start else None
        naive = due.replace(tzinfo=None) if due else None
        assert together[name] == (naive, house.limits[not anew].id), (ticket, own[name])


@dataclass
class Life:
    """One ticket, told step by step."""

    begun: datetime
    steps: Sequence[tuple[datetime, str]]
    anew: bool

    @property
    def start(self) -> datetime | None:
        returns = [at for at, action in self.steps if action == "return"]
        if not returns or not self.anew:
            return self.begun
        sent = [self.begun, *(at for at, action in self.steps if action == "dispatch")]
        return min((at for at in sent if at >= max(returns)), default=None)

    @property
    def extensions(self) -> int:
        start = self.start
        return sum(
            action == "extend" and start is not None and at >= start for at, action in self.steps
        )

    @property
    def pauses(self) -> list[tuple[datetime, datetime | None]]:
        found: list[tuple[datetime, datetime | None]] = []
        paused: datetime | None = None
        for at in sorted({at for at, _ in self.steps}):
            together = [action for when, action in self.steps if when == at]
            more = together.count("suspend") - together.count("resume")
            if more > 0 and paused is None:
                paused = at
            elif more < 0 and paused is not None:
                found.append((paused, at))
                paused = None
        if paused is not None and self.start is not None and paused >= self.start:
            found.append((paused, None))
        return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
