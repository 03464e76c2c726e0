"""All field rules of a source as one SQL statement, and what stands in it under which name."""
# ruff: noqa: S608 - texts of a pack go in quoted (fields.py); values of a source never do

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Table

from dashboard.city.fields import known_fields, required_columns
from dashboard.city.model import City, SourceSpec
from dashboard.core.errors import Fault, PackError, did_you_mean
from dashboard.facts import FACT_TABLES
from dashboard.ingest.fields import DEADLINES, FieldSql, Zones, compile_field
from dashboard.ingest.land import ROW
from dashboard.ingest.validate import Flag, between_fields
from dashboard.store.dialects.duckdb import quoted

VERSION = 1
"""Raised when the same rules come to mean something else, so that a replay maps all rows anew."""


FILLED = quoted("#filled")
"""How many of the values that a mapping asks a row for are there."""

UNTIL = quoted("#until")
"""Up to when a row shows its source to be complete: its newest instant that has come. An instant
given as a day stands for all of it."""


@dataclass(frozen=True)
class Compiled:
    """`statement` reads `raw` and gives, row by row, `batch_row`, the cells that flags point to
    (`cell_column`), the `outputs`, one truth value a flag (`mark`), FILLED and UNTIL. Its parameter
    is the instant of landing.
    """

    spec: SourceSpec
    table: Table
    outputs: Mapping[str, str]
    flags: tuple[Flag, ...]
    statement: str

    def columns_read(self) -> dict[str, str]:
        """Column of the source → the field made from it."""
        return {column: rule.field for rule in self.spec.fields for column in rule.reads}


def compile_source(spec: SourceSpec, city: City) -> Compiled:
    """Compile without touching data.

    Raises:
        PackError: A rule for a field that the fact does not have, or none for one it needs.
    """
    table = FACT_TABLES[spec.fact]
    _check_fields(spec)
    zones = Zones(spec.zone.key, city.zone.key)
    fields = [compile_field(rule, table, missing=spec.missing, zones=zones) for rule in spec.fields]
    flags = _flags(fields, table)
    outputs = _outputs(fields, table)
    return Compiled(spec, table, outputs, flags, _statement(fields, outputs, flags))


def digest(spec: SourceSpec, trees: str) -> str:
    """Changes whenever the same raw row could become another fact."""
    rules = sorted(
        (r.field, r.reads, r.value, sorted((r.table or {}).items()), r.table is None,
         r.otherwise, r.strip, r.formats)
        for r in spec.fields
    )  # fmt: skip
    said = (VERSION, spec.fact, rules, sorted(spec.missing), spec.zone.key, spec.locate, trees)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def mark(position: int) -> str:
    return quoted(f"flag:{position}")


def cell_column(field: str) -> str:
    return quoted(f"c:{field}")


def _check_fields(spec: SourceSpec) -> None:
    known, where = known_fields(spec.fact), spec.where or spec.name
    faults = [
        Fault(
            rule.where or f"{where} {rule.field}",
            f"`{spec.fact}` has no field `{rule.field}`.",
            did_you_mean(rule.field, known),
        )
        for rule in spec.fields
        if rule.field not in known
    ]
    faults += [
        Fault(where, f"Nothing says where `{name}` comes from.", f"add `{name} = …` to [fields]")
        for name in required_columns(spec.fact)
        if name not in spec.delivers
    ]
    if faults:
        raise PackError(faults)


def _flags(fields: list[FieldSql], table: Table) -> tuple[Flag, ...]:
    empty = [
        Flag(name, f"q.{cell_column(name)} IS NULL", reason="missing_required")
        for name in required_columns(table.name)
    ]
    flags = [flag for field in fields for flag in field.flags]
    return (*empty, *flags, *between_fields({field.rule.field for field in fields}))


def _outputs(fields: list[FieldSql], table: Table) -> dict[str, str]:
    """A column filled twice takes what is given directly, then what a tree says."""
    found: dict[str, list[str]] = {}
    for field in sorted(fields, key=lambda f: f.rule.field not in table.c):
        for column, value in field.outputs.items():
            found.setdefault(column, []).append(value)
    return {
        column: values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"
        for column, values in found.items()
    }


def _statement(fields: list[FieldSql], outputs: Mapping[str, str], flags: tuple[Flag, ...]) -> str:
    cells = [f"{f.cell} AS {cell_column(f.rule.field)}" for f in fields]
    texts = [f"{f.text} AS {quoted('t:' + f.rule.field)}" for f in fields]
    parsed = [f"{sql} AS {quoted(name)}" for f in fields for name, sql in f.parsed.items()]
    kept = [f"q.{cell_column(name)}" for name in sorted({flag.field for flag in flags})]
    made = [f"{sql} AS {quoted(name)}" for name, sql in outputs.items()]
    marks = [
        f"coalesce({flag.condition}, FALSE) AS {mark(position)}"
        for position, flag in enumerate(flags)
    ]
    sums = [f"{_filled(fields)} AS {FILLED}", f"{_until(fields)} AS {UNTIL}"]
    return (
        f"WITH cells AS (SELECT r.{quoted(ROW)} AS batch_row{_more(cells)} FROM raw AS r), "
        f"texts AS (SELECT c.*{_more(texts)} FROM cells AS c {_joined(f.lookup for f in fields)}), "
        f"parsed AS (SELECT p.*{_more(parsed)} FROM texts AS p) "
        f"SELECT q.batch_row{_more([*kept, *made, *marks, *sums])} "
        f"FROM parsed AS q {_joined(f.joins for f in fields)}"
    )


def _filled(fields: list[FieldSql]) -> str:
    there = [
        f"(q.{cell_column(f.rule.field)} IS NOT NULL)::INTEGER" for f in fields if f.rule.reads
    ]
    return " + ".join(["0", *there])


def _until(fields: list[FieldSql]) -> str:
    names = [f.rule.field for f in fields if f"u:{f.rule.field}" in f.parsed]
    come = [
        f"CASE WHEN q.{quoted('i:' + name)} <= $landed "
        f"THEN least(q.{quoted('u:' + name)}, $landed) END"
        for name in names
        if name not in DEADLINES
    ]
    return f"greatest({', '.join(come)})"


def _more(columns: Iterable[str]) -> str:
    return "".join(f", {column}" for column in columns)


def _joined(joins: Iterable[str]) -> str:
    return " ".join(join for join in joins if join)
