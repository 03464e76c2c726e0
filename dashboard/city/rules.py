"""[fields] of a source: one rule a canonical field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.city.codes import CodeTable, Use, check_meanings
from dashboard.city.fields import Codes, is_instant, known_fields, problem_with, required_fields
from dashboard.city.files import Table
from dashboard.city.model import FieldRule
from dashboard.core.errors import did_you_mean
from dashboard.core.values import UNKNOWN

_KEYS = ("column", "columns", "value", "table", "otherwise", "strip", "format", "formats")
_FROM = ("column", "columns", "value")
_Otherwise = Literal["reject", "keep", "unknown"]
_OTHERWISE: Mapping[str, _Otherwise] = {name: name for name in get_args(_Otherwise)}
_DIRECTIVE = re.compile(r"%(-?.?)", re.DOTALL)
_DIRECTIVES = frozenset("aAbBcdfgGHIjLmMnpSuUVwWxXyYzZ%")


@dataclass(frozen=True)
class Context:
    """What the rules of one source are read against."""

    fact: str
    tables: Mapping[str, CodeTable]
    codes: Codes


def read_rules(fields: Table, context: Context) -> tuple[FieldRule, ...]:
    known = known_fields(context.fact)
    rules = []
    for field, given in fields.entries.items():
        if field not in known:
            problem = f"`{context.fact}` has no field `{field}`."
            fields.faults.add(fields.at(field), problem, did_you_mean(field, known))
        elif rule := _rule(field, given, fields, context):
            rules.append(rule)
    for field in required_fields(context.fact):
        if field not in fields.entries:
            problem = f"`{context.fact}` needs `{field}`, and nothing says where it comes from."
            fields.faults.add(fields.where, problem, f'add {field} = "its column"')
    return tuple(rules)


def _rule(field: str, given: object, fields: Table, context: Context) -> FieldRule | None:
    if isinstance(given, str):
        given = {"column": given}
    if not isinstance(given, dict):
        fix = f'write {field} = "its column", or {field} = {{ value = "…" }}'
        fields.faults.add(fields.at(field), f"`{field}` must be a column or a table.", fix)
        return None
    entries: dict[str, Any] = given
    rule = Table(entries, fields.at(field), fields.faults)
    rule.only(*_KEYS)
    if not _has_one_origin(rule):
        return None
    table = _code_table(rule, field, context)
    return FieldRule(
        field=field,
        column=rule.text("column") if "column" in entries else "",
        columns=_columns(rule) if "columns" in entries else (),
        value=_constant(rule, field, context) if "value" in entries else None,
        table=table.meanings if table else None,
        otherwise=_otherwise(rule),
        strip=_strip(rule),
        formats=_formats(rule, field, context),
        where=rule.where,
    )


def _has_one_origin(rule: Table) -> bool:
    given = [key for key in _FROM if key in rule.entries]
    if len(given) == 1:
        return True
    problem = (
        f"Both `{given[0]}` and `{given[1]}` are given."
        if given
        else "Neither `column` nor `columns` nor `value` is given."
    )
    rule.faults.add(rule.where, problem, "give exactly one of column, columns, value")
    return False


def _columns(rule: Table) -> tuple[str, ...]:
    columns = rule.texts("columns", ())
    if len(columns) < 2 or not all(columns):
        fix = 'write columns = ["…", "…"]; for one column, write column = "…"'
        rule.faults.add(rule.at("columns"), "`columns` needs at least two names.", fix)
    return columns


def _constant(rule: Table, field: str, context: Context) -> str | None:
    value = rule.entries["value"]
    if isinstance(value, bool):
        value = "true" if value else "false"
    if not isinstance(value, str | int | float) or value == "":
        rule.faults.add(rule.at("value"), "The constant must be a text.", 'write value = "…"')
        return None
    text = str(value)
    if "table" not in rule.entries and text != UNKNOWN:
        problem, known = problem_with(context.fact, field, text, context.codes)
        if problem:
            fix = rule.faults.near(text, known, "write a code of the pack") if known else ""
            rule.faults.add(rule.at("value"), problem, fix or "write it as the field reads it")
    return text


def _code_table(rule: Table, field: str, context: Context) -> CodeTable | None:
    if "table" not in rule.entries:
        return None
    name = rule.text("table").removesuffix(".csv")
    table = context.tables.get(name)
    if table:
        check_meanings(table, Use(context.fact, field, rule.where), context.codes, rule.faults)
    elif name:
        known = did_you_mean(name, context.tables)
        fix = f"add codes/{name}.csv with the columns from,to; {known}"
        rule.faults.add(rule.at("table"), f"There is no code table codes/{name}.csv.", fix)
    return table


def _otherwise(rule: Table) -> _Otherwise:
    given = rule.text("otherwise", "reject")
    if given in _OTHERWISE:
        return _OTHERWISE[given]
    problem = f"`{given}` does not say what to do with an unknown text."
    rule.faults.add(rule.at("otherwise"), problem, did_you_mean(given, _OTHERWISE))
    return "reject"


def _strip(rule: Table) -> str:
    pattern = rule.text("strip", "")
    try:
        # RE2, as the mapping itself runs it: it has no look-around and no back references.
        pc.replace_substring_regex(pa.scalar(""), pattern=pattern, replacement="")
    except pa.ArrowInvalid as error:
        problem = f"`{pattern}` is not a regular expression: {error}."
        fix = "see github.com/google/re2/wiki/Syntax; a bracket that is meant needs a \\"
        rule.faults.add(rule.at("strip"), problem, fix)
    return pattern


def _formats(rule: Table, field: str, context: Context) -> tuple[str, ...]:
    if "format" in rule.entries and "formats" in rule.entries:
        fix = "give one of them"
        rule.faults.add(rule.where, "Both `format` and `formats` are given.", fix)
    key = "format" if "format" in rule.entries else "formats"
    formats = (rule.text("format"),) if key == "format" else rule.texts("formats", ())
    if formats and not is_instant(context.fact, field):
        fix = f"remove `{key}`"
        rule.faults.add(rule.at(key), f"`{field}` is no instant and has no format.", fix)
    for form in formats:
        if form and not _is_format(form):
            problem = f"`{form}` is not the format of a time."
            rule.faults.add(rule.at(key), problem, "write it as %Y-%m-%d %H:%M:%S")
    return formats


def _is_format(form: str) -> bool:
    marks = _DIRECTIVE.findall(form)
    return bool(marks) and all(mark.removeprefix("-") in _DIRECTIVES for mark in marks)
