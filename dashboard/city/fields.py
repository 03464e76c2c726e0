"""What a source can fill: the fields of each fact, which of them it must fill, and with what."""

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Boolean, DateTime, Double, Integer, Table

from dashboard.city.cells import NO, YES
from dashboard.core.states import STATES
from dashboard.facts import DAY_OF, FACT_TABLES

_ORIGIN = frozenset({"source", "recorded_at", "batch_id", "batch_row", "row_hash"})
_COMPUTED = frozenset({"created_hour"})
_ALSO_REQUIRED = MappingProxyType({"incidents": ("kind", "state"), "incident_steps": ("action",)})
_MEMBERS = MappingProxyType(
    {
        "kind": ("hotline", "grid"),
        "state": tuple(STATES),
        "from_state": tuple(STATES),
        "to_state": tuple(STATES),
        "urgency": ("normal", "urgent", "emergency"),
        "satisfaction": ("satisfied", "basically_satisfied", "dissatisfied"),
        "delivered_verdict": ("on_time", "overdue"),
    }
)
FACTS = tuple(FACT_TABLES)
_LEVELS = frozenset({"district_code", "street_code", "community_code", "grid_code"})
_DEPTHS = frozenset({"category_1_code", "category_2_code", "category_3_code"})


@dataclass(frozen=True)
class Codes:
    """The codes of a pack that a source may name."""

    regions: Collection[str]
    departments: Collection[str]
    categories: Collection[str]


def known_fields(fact: str) -> frozenset[str]:
    """Every field a rule may be for: columns of the fact, and names that stand for several."""
    columns = set(FACT_TABLES[fact].columns.keys()) - _ORIGIN - _COMPUTED - set(DAY_OF[fact])
    virtual = {name.removesuffix("_code") for name in columns if name.endswith("department_code")}
    if columns >= _LEVELS:
        virtual.add("region")
    if columns >= _DEPTHS:
        virtual.add("category")
    return frozenset(columns | virtual)


def required_fields(fact: str) -> tuple[str, ...]:
    """Those no row can be without and nothing fills in."""
    filled = {*_ORIGIN, *DAY_OF[fact], "updated_at"}
    needed = [
        column.name
        for column in FACT_TABLES[fact].columns
        if not column.nullable and column.default is None and column.name not in filled
    ]
    return (*needed, *_ALSO_REQUIRED.get(fact, ()))


def is_instant(fact: str, field: str) -> bool:
    return field in FACT_TABLES[fact].c and isinstance(FACT_TABLES[fact].c[field].type, DateTime)


def problem_with(fact: str, field: str, text: str, codes: Codes) -> tuple[str, Collection[str]]:
    """Why `text` cannot be the value of a field, and what could; empty where it can.

    `-` (none given) is left to the caller.
    """
    what, known = _codes_of(field, codes)
    if known:
        return ("", ()) if text in known else (f"`{text}` is no {what}.", known)
    return _misread(FACT_TABLES[fact], field, text), ()


def _codes_of(field: str, codes: Codes) -> tuple[str, Collection[str]]:
    if field in _MEMBERS:
        return field, _MEMBERS[field]
    if field == "region" or field in _LEVELS:
        return "region", codes.regions
    if field == "category" or field in _DEPTHS:
        return "category", codes.categories
    if field.removesuffix("_code").endswith("department"):
        return "department", codes.departments
    return "", ()


def _misread(table: Table, field: str, text: str) -> str:
    kind = table.c[field].type if field in table.c else None
    if isinstance(kind, Boolean) and text.lower() not in YES | NO:
        return f"`{text}` is neither yes nor no."
    if isinstance(kind, Integer | Double) and not _is_number(text):
        return f"`{text}` is not a number."
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
