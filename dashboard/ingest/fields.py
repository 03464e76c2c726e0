"""One field rule of a pack as DuckDB SQL: clean the cell, look it up, read it as what it is.

Every text of a pack goes in as a quoted literal or identifier, and every value of a source stays
a value: nothing that a file contains can become a statement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlalchemy import Boolean, DateTime, Double, Integer, Table

from dashboard.city.cells import NO, YES
from dashboard.city.fields import MEMBERS, limits
from dashboard.city.model import FieldRule
from dashboard.core.values import UNKNOWN
from dashboard.ingest.validate import Flag
from dashboard.store.dialects.duckdb import quoted

DEADLINES = frozenset({"due_at", "sign_due_at", "disposal_due_at", "promised_at", "rectify_due_at"})
"""A deadline given as a day is met until that day ends."""


@dataclass(frozen=True)
class FieldSql:
    """Four steps, each over the one before: raw `r` → cells `c` → texts `p` → values `q`.

    `cell`, `text` and the values of `parsed` and `outputs` are expressions; `joins` belong to the
    last step, `lookup` to the second.
    """

    rule: FieldRule
    cell: str
    text: str
    lookup: str = ""
    parsed: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    joins: str = ""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Zones:
    """Of times that name none, and of the city's days."""

    source: str
    city: str

    def aware(self, naive: str) -> str:
        return f"timezone({literal(self.source)}, {naive})"

    def local(self, instant: str) -> str:
        return f"timezone({literal(self.city)}, {instant})"

    def day_end(self, instant: str) -> str:
        """The last second of the source's day; a day has 23 to 25 hours."""
        midnight = f"date_trunc('day', timezone({literal(self.source)}, {instant}))"
        return f"{self.aware(f'{midnight} + INTERVAL 1 DAY')} - INTERVAL 1 SECOND"


@dataclass(frozen=True)
class Reference:
    """A tree of the pack: the relation that holds it, and which columns it fills."""

    relation: str
    fills: Mapping[str, str]
    reason: str


def _references() -> dict[str, Reference]:
    regions = {f"{level}_code": level for level in ("district", "street", "community", "grid")}
    categories = {f"category_{depth}_code": f"level_{depth}" for depth in (1, 2, 3)}
    found = {
        "region": Reference("paths:region", regions, "unknown_region"),
        "category": Reference("paths:category", categories, "unknown_category"),
    }
    for column in regions:
        found[column] = Reference("paths:region", {column: "code"}, "unknown_region")
    for column in categories:
        found[column] = Reference("paths:category", {column: "code"}, "unknown_category")
    for name in ("department", "first_department", "from_department", "to_department"):
        reference = Reference("known:department", {f"{name}_code": "code"}, "unknown_department")
        found[name] = found[f"{name}_code"] = reference
    return found


REFERENCES = MappingProxyType(_references())
"""Fields that name a place, a category or a unit of the pack."""


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def among(texts: Iterable[str]) -> str:
    return "(" + ", ".join(literal(text) for text in texts) + ")"


def raw_cells(rule: FieldRule) -> list[str]:
    """What the source sent for a field; the blanks around it are gone before SQL sees it."""
    return [f"r.{quoted(column)}" for column in rule.reads]


def raw_text(rule: FieldRule) -> str:
    """The cells as one text, `|` between two."""
    return _joined(raw_cells(rule))


def _joined(cells: list[str]) -> str:
    return cells[0] if len(cells) == 1 else " || '|' || ".join(f"coalesce({c}, '')" for c in cells)


def compile_field(
    rule: FieldRule, table: Table, *, missing: Iterable[str], zones: Zones
) -> FieldSql:
    name = rule.field
    cell, codes = f"c.{quoted('c:' + name)}", quoted(f"codes:{name}")
    base = FieldSql(rule, _cell(rule, missing), cell)
    if rule.table is not None:
        found = f"LEFT JOIN {codes} ON {codes}.given = {cell}"
        base = replace(base, text=f"{codes}.code", lookup=found)
    if name in REFERENCES:
        return _reference(base, REFERENCES[name])
    kind = table.c[name].type
    if isinstance(kind, DateTime):
        return _instant(base, table, zones)
    if isinstance(kind, Boolean):
        return _boolean(base)
    if isinstance(kind, Double | Integer):
        return _number(base, table)
    return _code_or_text(base)


def _cell(rule: FieldRule, missing: Iterable[str]) -> str:
    """Missing markers as NULL, then what `strip` matches dropped."""
    if rule.value is not None:
        return literal(rule.value)
    markers = among(sorted({"", *missing}))
    cells = [f"CASE WHEN {cell} IN {markers} THEN NULL ELSE {cell} END" for cell in raw_cells(rule)]
    known = _joined(cells)
    if len(cells) > 1:  # missing where all are
        known = f"CASE WHEN coalesce({', '.join(cells)}) IS NOT NULL THEN {known} END"
    if not rule.strip:
        return known
    kept = f"regexp_replace({known}, {literal(rule.strip)}, '', 'g')"
    return f"nullif(trim({kept}), '')"


def _columns(base: FieldSql) -> tuple[str, str]:
    """The cell and the text of this field in the last two steps."""
    name = base.rule.field
    return f"q.{quoted('c:' + name)}", f"q.{quoted('t:' + name)}"


def _known_or(base: FieldSql, value: str, is_known: str, reason: str) -> tuple[str, Flag]:
    """The value where it is known; else what `otherwise` says, and the flag that says so."""
    cell, text = _columns(base)
    name = base.rule.field
    strange = f"{cell} IS NOT NULL AND NOT coalesce({is_known}, FALSE)"
    if base.rule.table is not None:  # a code table may say that a text means “none”
        strange += f" AND {text} IS DISTINCT FROM {literal(UNKNOWN)}"
    match base.rule.otherwise:
        case "keep":
            instead, flag = f"coalesce({text}, {cell})", Flag(name, strange, note="kept_unknown")
        case "unknown":
            instead, flag = literal(UNKNOWN), Flag(name, strange, note="unknown")
        case _:
            return value, Flag(name, strange, reason=reason)
    return f"CASE WHEN {strange} THEN {instead} ELSE {value} END", flag


def _reference(base: FieldSql, reference: Reference) -> FieldSql:
    alias = quoted(f"ref:{base.rule.field}")
    _, text = _columns(base)
    outputs = {}
    for position, (column, level) in enumerate(reference.fills.items()):
        value, flag = _known_or(
            base, f"{alias}.{level}", f"{alias}.code IS NOT NULL", reference.reason
        )
        outputs[column] = value if position == 0 else f"{alias}.{level}"
    join = f"LEFT JOIN {quoted(reference.relation)} AS {alias} ON {alias}.key = {text}"
    return replace(base, outputs=outputs, joins=join, flags=(flag,))


def _code_or_text(base: FieldSql) -> FieldSql:
    name = base.rule.field
    _, text = _columns(base)
    if name not in MEMBERS and base.rule.table is None:
        return replace(base, outputs={name: text})
    known = f"{text} IN {among(MEMBERS[name])}" if name in MEMBERS else f"{text} IS NOT NULL"
    value, flag = _known_or(base, text, known, "unknown_code")
    return replace(base, outputs={name: value}, flags=(flag,))


def _instant(base: FieldSql, table: Table, zones: Zones) -> FieldSql:
    name = base.rule.field
    text = f"p.{quoted('t:' + name)}"
    if base.rule.formats:
        read = _by_formats(text, base.rule.formats, zones)
    else:
        read = _by_iso(text, zones)
    day_end = zones.day_end(read.instant)
    until = f"CASE WHEN {read.day_only} THEN {day_end} ELSE {read.instant} END"
    utc = f"make_timestamp(epoch_us({until if name in DEADLINES else read.instant}))"
    value, local, is_day = (f"q.{quoted(step + name)}" for step in ("i:", "l:", "d:"))
    outputs = {name: value}
    day = name.removesuffix("_at") + "_on"
    if day in table.c:
        outputs[day] = f"CASE WHEN {value} IS NOT NULL THEN {local}::DATE END"
    if name == "created_at" and "created_hour" in table.c:
        outputs["created_hour"] = f"CASE WHEN {is_day} THEN NULL ELSE hour({local}) END"
    return replace(
        base,
        parsed={
            # Years outside these are slips of the keyboard, and more than Python can hold.
            f"i:{name}": f"CASE WHEN year({utc}) BETWEEN 1900 AND 2199 THEN {utc} END",
            f"l:{name}": read.local,
            f"d:{name}": read.day_only,
            f"u:{name}": f"make_timestamp(epoch_us({until}))",
        },
        outputs=outputs,
        flags=(_unreadable(base, value, "bad_instant"),),
    )


@dataclass(frozen=True)
class _Reading:
    """An aware instant, the city's own time of it, and whether only a day was given."""

    instant: str
    local: str
    day_only: str


def _by_iso(text: str, zones: Zones) -> _Reading:
    instant = f"CASE WHEN {text} LIKE '____-__-__%' THEN try_cast({text} AS TIMESTAMPTZ) END"
    return _Reading(instant, zones.local(instant), f"length({text}) = 10")


def _by_formats(text: str, formats: tuple[str, ...], zones: Zones) -> _Reading:
    tries = {form: f"try_strptime({text}, {literal(form)})" for form in formats}
    timed = [tried for form, tried in tries.items() if _has_time(form)]
    day_only = f"coalesce({', '.join(['NULL', *timed])}) IS NULL"
    if zones.source == zones.city and not any(_has_offset(form) for form in formats):
        local = f"coalesce({', '.join(['NULL', *tries.values()])})"
        return _Reading(zones.aware(local), local, day_only)
    aware = [t if _has_offset(form) else zones.aware(t) for form, t in tries.items()]
    instant = f"coalesce({', '.join(['NULL', *aware])})"
    return _Reading(instant, zones.local(instant), day_only)


def _has_offset(form: str) -> bool:
    return "%z" in form or "%Z" in form


def _has_time(form: str) -> bool:
    return any(mark in form.replace("%-", "%") for mark in ("%H", "%I", "%c", "%X"))


def _number(base: FieldSql, table: Table) -> FieldSql:
    name = base.rule.field
    _, text = _columns(base)
    number = f"try_cast({text} AS DOUBLE)"
    smallest, largest = limits(table, name)
    fits = f"{number} BETWEEN {smallest} AND {largest}"
    value = f"CASE WHEN {fits} THEN {number} END"
    if isinstance(table.c[name].type, Integer):
        value = f"CASE WHEN {fits} AND {number} = floor({number}) THEN {number}::BIGINT END"
    return replace(base, outputs={name: value}, flags=(_unreadable(base, value, "bad_number"),))


def _boolean(base: FieldSql) -> FieldSql:
    _, text = _columns(base)
    value = (
        f"CASE WHEN lower({text}) IN {among(sorted(YES))} THEN TRUE "
        f"WHEN lower({text}) IN {among(sorted(NO))} THEN FALSE END"
    )
    flag = _unreadable(base, value, "bad_boolean")
    return replace(base, outputs={base.rule.field: value}, flags=(flag,))


def _unreadable(base: FieldSql, value: str, reason: str) -> Flag:
    """A cell that does not read as what it should be; `otherwise` may let it count as none."""
    cell, _ = _columns(base)
    condition = f"{cell} IS NOT NULL AND {value} IS NULL"
    if base.rule.otherwise == "unknown":
        return Flag(base.rule.field, condition, note="unknown")
    return Flag(base.rule.field, condition, reason=reason)
