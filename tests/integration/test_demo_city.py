"""The demonstration city, ingested: nothing refused, something in every column, deadlines kept."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from sqlalchemy import Boolean, Column, ColumnElement, Select, func, select

from dashboard import facts as schema
from dashboard.city.load import load_city
from dashboard.core.values import UNKNOWN
from dashboard.demo import write_demo
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore

UNTIL = date(2026, 11, 21)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NOT_DELIVERED = {
    "incidents": {"delivered_verdict", "category_3_code"},
    "incident_steps": {"from_state", "to_state"},
    "applications": {"community_code", "grid_code"},
    "reviews": {"community_code", "grid_code", "due_provisional"},
    "calls": set(),
}
"""Columns that this city has nothing for."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_demo(folder, incidents=6000, days=60, until=UNTIL)
    return folder


@pytest.fixture(scope="module")
def reports() -> list[SourceReport]:
    return []


@pytest.fixture(scope="module")
def facts(pack: Path, reports: list[SourceReport], tmp_path_factory: Any) -> Iterator[FactsStore]:
    data = tmp_path_factory.mktemp("data")
    store = FactsStore.open(data / "facts.duckdb")
    state = StateStore.open(f"sqlite:///{data}/state.sqlite")
    city = load_city(pack)
    reports += [
        run_source(spec, city, store, state, data, lambda: NOW) for spec in city.sources.values()
    ]
    yield store
    store.close()
    state.close()


def test_no_row_is_refused(facts: FactsStore, reports: list[SourceReport]) -> None:
    assert facts.version().version > 0
    assert [(r.source, r.error) for r in reports if r.error or r.quarantined] == []


def told(column: "Column[Any]") -> Any:
    """How many rows say something; for yes and no, how many different things are said."""
    if isinstance(column.type, Boolean):
        return func.count(column.distinct())
    said: ColumnElement[bool] = column.is_not(None)
    if getattr(column.default, "arg", None) == UNKNOWN:
        said &= column != UNKNOWN
    return func.count().filter(said)


@pytest.mark.parametrize("fact", schema.FACT_TABLES)
def test_every_column_has_something_to_tell(facts: FactsStore, fact: str) -> None:
    table = schema.FACT_TABLES[fact]
    columns = [column for column in table.columns if column.name not in NOT_DELIVERED[fact]]
    [row] = facts.read(select(*(told(column) for column in columns)))
    least = [2 if isinstance(column.type, Boolean) else 1 for column in columns]
    silent = [c.name for c, count, few in zip(columns, row, least, strict=True) if count < few]
    assert silent == []


def test_each_batch_is_a_delivery(facts: FactsStore, reports: list[SourceReport]) -> None:
    own = schema.deliveries.c
    found = facts.read(
        select(own.source, func.sum(own.read), func.sum(own.accepted), func.count())
        .group_by(own.source)
        .order_by(own.source)
    )
    expected = [(r.source, r.read, r.accepted, len(r.batches)) for r in reports]
    assert [tuple(row) for row in found] == sorted(expected)
    wrong = (own.filled > own.cells) | (own.cells == 0)
    assert facts.read(select(func.count()).where(wrong)) == [(0,)]


def works(day: date) -> bool:
    return day != date(2026, 4, 20) and bool(chinese_calendar.is_workday(day))


def slots(day: date) -> list[tuple[datetime, datetime]]:
    """The working hours of one day of 2026."""
    hours = ((8, 12), (14, 18)) if works(day) else ()
    at = [[datetime(day.year, day.month, day.day, hour, tzinfo=ZONE) for hour in span]
          for span in hours]  # fmt: skip
    return [(begin, end) for begin, end in at]


def counted(start: datetime, end: datetime) -> timedelta:
    """Working time between two instants, day by day."""
    total, day = timedelta(), start.date()
    while day <= end.date():
        for begin, stop in slots(day):
            total += max(min(stop, end) - max(begin, start), timedelta())
        day += timedelta(days=1)
    return total


def after(start: datetime, work: timedelta) -> datetime:
    """When so much working time is over."""
    day = start.date()
    while True:
        for begin, stop in slots(day):
            there = max(stop - max(begin, start), timedelta())
            if work <= there:
                return max(begin, start) + work
            work -= there
        day += timedelta(days=1)


def slow_due(rule: dict[str, str], steps: list[Any]) -> datetime:
    """The limit from the last dispatch on, deferred and extended as the steps tell."""
    at: dict[str, list[datetime]] = {}
    for step in sorted(steps, key=lambda step: step.at):
        at.setdefault(step.action, []).append(step.at.replace(tzinfo=UTC).astimezone(ZONE))
    start = at["dispatch"][-1]
    number = float(rule["limit"]) + float(rule["extension"]) * len(at.get("extend", []))
    if rule["unit"] == "urgent_hours":
        return start + timedelta(hours=number)
    work = timedelta(hours=number * (8 if rule["unit"] == "work_days_by_slots" else 1))
    for begin, end in zip(at.get("suspend", []), at.get("resume", []), strict=True):
        work += counted(begin, end)
    return after(start, work)


def test_deadlines_of_the_grid_follow_from_the_limits_of_the_pack(
    facts: FactsStore, pack: Path
) -> None:
    with (pack / "limits.csv").open(encoding="utf-8", newline="") as lines:
        rules = {row["rule"]: row for row in csv.DictReader(lines)}
    i, s = schema.incidents.c, schema.incident_steps.c
    steps: dict[str, list[Any]] = {}
    for step in facts.read(
        select(s.incident_id, s.action, s.at).where(s.incident_source == "grid")
    ):
        steps.setdefault(step.incident_id, []).append(step)
    cases = facts.read(
        select(i.source_id, i.limit_rule, i.due_at, i.disposal_due_at, i.condition_code).where(
            i.source == "grid",
            i.state == "closed",
            i.due_at < datetime(2026, 12, 31),  # noqa: DTZ001
        )
    )
    assert len(cases) > 1500
    moved = [
        case
        for case in cases
        if {"extend", "suspend", "return"} & {step.action for step in steps[case.source_id]}
    ]
    assert len(moved) > 50
    for case in [*moved, *cases[:300]]:
        name = case.limit_rule.removesuffix("-handle")
        assert case.condition_code.startswith(name)
        for stage, due in (("handle", case.due_at), ("dispose", case.disposal_due_at)):
            expected = slow_due(rules[f"{name}-{stage}"], steps[case.source_id])
            assert due.replace(tzinfo=UTC) == expected


def test_the_lives_of_the_city_were_told_with_the_same_deadlines(facts: FactsStore) -> None:
    i = schema.incidents.c
    kept: list[Any] = [i.replied_at <= i.disposal_due_at, i.closed_at <= i.due_at]
    closed = facts.read(select(*kept).where(i.source == "grid", i.state == "closed"))
    for stage in zip(*closed, strict=True):
        assert 0.88 < sum(stage) / len(stage) < 0.97


def test_a_case_that_waits_without_an_end_has_no_deadline(facts: FactsStore) -> None:
    i = schema.incidents.c
    waiting = facts.read(select(i.due_at).where(i.source == "grid", i.state == "suspended"))
    assert waiting
    assert {row.due_at for row in waiting} == {None}


def test_deadlines_beyond_the_published_calendar_are_provisional(facts: FactsStore) -> None:
    i = schema.incidents.c
    spans: Select[Any] = (
        select(i.due_provisional, func.min(i.due_on), func.max(i.due_on))
        .where(i.source == "grid", i.due_at.is_not(None))
        .group_by(i.due_provisional)
        .order_by(i.due_provisional)
    )
    (settled, _, last), (open_still, first, _) = map(tuple, facts.read(spans))
    assert (settled, open_still) == (False, True)
    assert last < date(2027, 1, 1)
    assert first > date(2026, 12, 20)
