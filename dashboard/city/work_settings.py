"""[calendar] of city.toml: working hours, whose holidays, years that calendar.csv completes."""

import re
from collections.abc import Collection
from datetime import date

from dashboard.city.files import Table
from dashboard.city.model import WorkSettings
from dashboard.core.errors import did_you_mean
from dashboard.core.work_calendar import FIRST, LAST, Country
from dashboard.core.working_clock import SLOTS, Slot

_COUNTRIES = ("CN", "none")
_SLOT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")


def read_work(main: Table, own_days: Collection[date]) -> WorkSettings:
    table = main.table("calendar", required=False)
    table.only("country", "slots", "published_years")
    return WorkSettings(_slots(table), _country(table), _years(table, own_days))


def _country(table: Table) -> Country:
    given = table.text("country", "CN")
    if given not in _COUNTRIES:
        problem = f"There is no calendar of `{given}`."
        fix = 'write "CN", or "none" for weekends and the days of calendar.csv alone'
        table.faults.add(table.at("country"), problem, f"{did_you_mean(given, _COUNTRIES)}; {fix}")
    return "none" if given == "none" else "CN"


def _slots(table: Table) -> tuple[Slot, ...]:
    given = table.texts("slots", tuple(map(str, SLOTS)))
    where = table.at("slots")
    found: list[Slot] = []
    for text in given:
        slot = _slot(text)
        if slot is None:
            fix = 'write slots = ["08:00-12:00", "14:00-18:00"]; a day ends at 24:00'
            table.faults.add(where, f"`{text}` is not a span of working hours.", fix)
        elif found and slot.start < found[-1].end:
            problem = f"`{text}` begins before the slot before it has ended."
            table.faults.add(where, problem, "write slots in order, none over another")
        else:
            found.append(slot)
    if not given:
        table.faults.add(where, "A day without working hours has no limits.", "name one slot")
    return tuple(found) or SLOTS


def _slot(text: str) -> Slot | None:
    said = _SLOT.fullmatch(text)
    if not said:
        return None
    numbers = [int(number) for number in said.groups() if number]
    start, end = (3600 * numbers[at] + 60 * numbers[at + 1] for at in (0, 2))
    return Slot(start, end) if start < end else None


def _years(table: Table, own_days: Collection[date]) -> frozenset[int]:
    given = table.entries.get("published_years", [])
    where = table.at("published_years")
    if not isinstance(given, list) or not all(type(year) is int for year in given):
        table.faults.add(where, "`published_years` must be a list of years.", "write it as [2027]")
        return frozenset()
    for year in given:
        if not FIRST.year < year <= LAST.year:
            problem = f"No calendar reaches the year {year}."
            table.faults.add(where, problem, f"write years up to {LAST.year}")
        elif not any(day.year == year for day in own_days):
            problem = f"calendar.csv has no day of {year}, which is said to be complete there."
            fix = f"fill in every day of {year} on which work differs, or take {year} out"
            table.faults.add(where, problem, fix)
    return frozenset(given) & set(range(FIRST.year + 1, LAST.year + 1))
