"""What a source can fill: the fields of each fact, which of them it must fill, and with what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import BigInteger, Boolean, DateTime, Double, Integer, SmallInteger, Table

from dashboard.city.cells import NO, YES
from dashboard.core.states import STATES
from dashboard.facts import DAY_OF, FACT_TABLES

_ORIGIN = frozenset({"source", "recorded_at", "batch_id", "batch_row", "row_hash"})
_COMPUTED = frozenset({"created_hour", "due_provisional", "limit_rule"})
_ALSO_REQUIRED = MappingProxyType({"incidents": ("kind", "state"), "incident_steps": ("action",)})
MEMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kind": ("hotline", "grid"),
        "state": tuple(STATES),
        "from_state": tuple(STATES),
        "to_state": tuple(STATES),
        "action": (
            "received", "filed", "dispatch", "sign", "return", "extend", "suspend", "resume",
            "reply", "follow_up", "rework", "close",
        ),
        "urgency": ("normal", "urgent", "emergency"),
        "satisfaction": ("satisfied", "basically_satisfied", "dissatisfied"),
        "delivered_verdict": ("on_time", "overdue"),
    }
)  # fmt: skip
"""Fields with a closed list of codes."""

_RANGES = MappingProxyType({"lon": (-180, 180), "lat": (-90, 90), "level": (1, 5)})
_LARGEST: Mapping[type[object], int] = MappingProxyType(
    {SmallInteger: 2**15 - 1, Integer: 2**31 - 1, BigInteger: 2**53, Double: 10**15}
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


def required_columns(fact: str) -> tuple[str, ...]:
    """Those no row can be without and nothing fills in."""
    filled = {*_ORIGIN, *DAY_OF[fact], "updated_at"}
    return tuple(
        column.name
        for column in FACT_TABLES[fact].columns
        if not column.nullable and column.default is None and column.name not in filled
    )


def required_fields(fact: str) -> tuple[str, ...]:
    """Those that a source must have a rule for, though a row may come without."""
    return (*required_columns(fact), *_ALSO_REQUIRED.get(fact, ()))


def limits(table: Table, field: str) -> tuple[int, int]:
    """The smallest and the largest number that a field can hold."""
    largest = _LARGEST[type(table.c[field].type)]
    return _RANGES.get(field, (-largest, largest))


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
    if field in MEMBERS:
        return field, MEMBERS[field]
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
    if isinstance(kind, Integer | Double):
        return _miscounted(text, limits(table, field), whole=isinstance(kind, Integer))
    return ""


def _miscounted(text: str, limits: tuple[int, int], *, whole: bool) -> str:
    try:
        number = float(text)
    except ValueError:
        return f"`{text}` is not a number."
    smallest, largest = limits
    if not smallest <= number <= largest:
        return f"`{text}` is not between {smallest} and {largest}."
    return f"`{text}` is not a whole number." if whole and number % 1 else ""
