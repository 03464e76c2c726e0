"""limits.csv: how long a city gives itself, by what a case is about."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import get_args

from dashboard.city import cells
from dashboard.city.faults import Faults
from dashboard.city.fields import MEMBERS
from dashboard.city.files import Folder, Layout, Row, read_csv
from dashboard.city.limit_choice import CRITERIA
from dashboard.city.limit_conflicts import check_conflicts
from dashboard.city.model import DEADLINES, Category, LimitRule, SourceSpec, Stage, Start
from dashboard.core.errors import did_you_mean
from dashboard.core.working_clock import Limit, LimitUnit

NAME = "limits.csv"
LAYOUT = Layout(
    ("stage", "limit", "unit", "starts", "basis"),
    ("rule", *CRITERIA, "extension", "priority", "valid_from", "valid_to"),
)
_STAGES: Mapping[str, Stage] = {stage: stage for stage in DEADLINES}
_STARTS: Mapping[str, Start] = {start: start for start in get_args(Start)}
_UNITS: Mapping[str, LimitUnit] = {unit.value: unit for unit in LimitUnit}
_STARTS_OF: Mapping[Stage, tuple[Start, ...]] = MappingProxyType(
    {
        "sign": ("created", "dispatched", "filed"),
        "handle": ("created", "dispatched", "signed", "filed"),
        "dispose": ("created", "dispatched", "signed", "filed"),
        "rectify": ("reviewed",),
    }
)
_MOST_DAYS = 3660
"""Ten years: more is a slip."""


def read_limits(folder: Folder, categories: Mapping[str, Category]) -> tuple[LimitRule, ...]:
    if not folder.has(NAME):
        return ()
    faults = folder.faults
    rules: dict[str, LimitRule] = {}
    for row in read_csv(folder, NAME, LAYOUT):
        rule = _rule(row, categories, faults)
        if rule and rule.id in rules:
            fix = f"name each in `rule`, or remove this row or the one at {rules[rule.id].where}"
            faults.add(rule.where, f"The rule `{rule.id}` is there twice.", fix)
        elif rule:
            rules[rule.id] = rule
    check_conflicts(list(rules.values()), categories, faults)
    return tuple(rules.values())


def with_computed(
    sources: Mapping[str, SourceSpec], limits: tuple[LimitRule, ...]
) -> dict[str, SourceSpec]:
    """Sources with the deadlines that limits give their rows: never one that they send."""
    return {name: replace(spec, computed=_computed(spec, limits)) for name, spec in sources.items()}


def _computed(spec: SourceSpec, limits: tuple[LimitRule, ...]) -> frozenset[str]:
    own = [rule for rule in limits if spec.fact == fact_of(rule.stage)]
    kind = spec.constant("kind")
    fields = {DEADLINES[rule.stage] for rule in own if not kind or rule.kind in ("", kind)}
    return frozenset(fields - spec.maps)


def fact_of(stage: Stage) -> str:
    return "reviews" if stage == "rectify" else "incidents"


def _rule(row: Row, categories: Mapping[str, Category], faults: Faults) -> LimitRule | None:
    cells.filled(row, LAYOUT.required, faults)
    _check_criteria(row, categories, faults)
    stage = _STAGES.get(_known(row, "stage", _STAGES, faults))
    starts = _STARTS.get(_known(row, "starts", _STARTS, faults))
    limit, valid = _limit(row, faults), _valid(row, faults)
    extension = _extension(row, limit, faults)
    priority = _priority(row, faults)
    if not stage or not starts or not limit or not valid:
        return None
    _check_stage(row, stage, starts, faults)
    return LimitRule(
        id=row["rule"] or _name(row),
        stage=stage,
        limit=limit,
        starts=starts,
        basis=row["basis"],
        kind=row["kind"],
        request_type=row["request_type"],
        urgency=row["urgency"],
        category=row["category"],
        condition=row["condition"],
        valid_from=valid[0],
        valid_to=valid[1],
        extension=extension,
        priority=priority,
        where=row.where,
    )


def _name(row: Row) -> str:
    """What tells a rule apart, where the pack does not name it."""
    parts = [row["stage"], *(row[criterion] for criterion in CRITERIA), row["valid_from"]]
    return "/".join(part for part in parts if part)


def _known(row: Row, column: str, known: Collection[str], faults: Faults) -> str:
    if row[column] and row[column] not in known:
        fix = did_you_mean(row[column], known)
        faults.add(row.where, f"`{column}`: there is no `{row[column]}`.", fix)
    return row[column]


def _check_criteria(row: Row, categories: Mapping[str, Category], faults: Faults) -> None:
    _known(row, "kind", MEMBERS["kind"], faults)
    _known(row, "urgency", MEMBERS["urgency"], faults)
    category = row["category"]
    if category and category not in categories:
        fix = faults.near(category, categories, "write it as system:code, from categories.csv")
        faults.add(row.where, f"There is no category `{category}`.", fix)


def _check_stage(row: Row, stage: Stage, starts: Start, faults: Faults) -> None:
    if starts not in _STARTS_OF[stage]:
        fix = f"write one of: {', '.join(_STARTS_OF[stage])}"
        faults.add(row.where, f"A limit to {stage} cannot start when it is {starts}.", fix)
    given = [criterion for criterion in CRITERIA if row[criterion]]
    if stage == "rectify" and given:
        problem = f"A review has no `{given[0]}` that a limit could go by."
        faults.add(row.where, problem, f"leave {', '.join(given)} empty")


def _limit(row: Row, faults: Faults) -> Limit | None:
    unit = _UNITS.get(_known(row, "unit", _UNITS, faults))
    number = _amount(row, "limit", unit, faults)
    return Limit(number, unit) if unit and number else None


def _extension(row: Row, limit: Limit | None, faults: Faults) -> Decimal | None:
    return _amount(row, "extension", limit.unit if limit else None, faults)


def _amount(row: Row, column: str, unit: LimitUnit | None, faults: Faults) -> Decimal | None:
    number = cells.number(row, column, faults)
    if number is None or unit is None:
        return None
    most = _MOST_DAYS * (24 if unit in (LimitUnit.URGENT_HOURS, LimitUnit.WORK_HOURS) else 1)
    if not 0 < number <= most:
        problem = f"`{column}`: {number} is not between 0 and {most}."
        faults.add(row.where, problem, "write how many of the unit, more than 0")
        return None
    if unit is LimitUnit.WORK_DAYS_CIVIL and number % 1:
        problem = f"`{column}`: {number} civil working days cannot be counted."
        fix = "write a whole number, or the unit work_days_by_slots"
        faults.add(row.where, problem, fix)
        return None
    return number


def _priority(row: Row, faults: Faults) -> int:
    number = cells.number(row, "priority", faults) or Decimal(0)
    if number % 1:
        problem = f"`priority`: {number} is not a whole number."
        faults.add(row.where, problem, "write 1, or leave it empty for 0")
    return int(number)


def _valid(row: Row, faults: Faults) -> tuple[date, date] | None:
    first = cells.day(row, "valid_from", faults) or date.min
    last = cells.day(row, "valid_to", faults) or date.max
    if first <= last:
        return first, last
    problem = f"The limit ends on {last}, before it begins on {first}."
    faults.add(row.where, problem, "swap `valid_from` and `valid_to`")
    return None
