"""Expressions that both fact engines have under different names. Nothing else may name an engine.

Each is a Core construct, so that a query stays one query; tests hold the text for every dialect.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, Double, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from dashboard.core.values import Grain

DUCKDB, CLICKHOUSE = "duckdb", "clickhousedb"


class _Median(FunctionElement[float]):
    type = Double()
    inherit_cache = True


class _P90(FunctionElement[float]):
    type = Double()
    inherit_cache = True


class _Seconds(FunctionElement[int]):
    type = BigInteger()
    inherit_cache = True


class _Contains(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


class _ContainsAsItIs(_Contains):
    inherit_cache = True


class _StartOfWeek(FunctionElement[Any]):
    type = Date()
    inherit_cache = True


class _StartOfMonth(FunctionElement[Any]):
    type = Date()
    inherit_cache = True


class _StartOfYear(FunctionElement[Any]):
    type = Date()
    inherit_cache = True


_STARTS = {Grain.WEEK: _StartOfWeek, Grain.MONTH: _StartOfMonth, Grain.YEAR: _StartOfYear}


def median_of(expression: ColumnElement[Any]) -> ColumnElement[float]:
    """Exact, the mean of the two middle values where their number is even; NULLs are left out."""
    return _Median(expression)


def p90_of(expression: ColumnElement[Any]) -> ColumnElement[float]:
    """The value that nine in ten do not exceed, exact, interpolated between two neighbours."""
    return _P90(expression)


def seconds_between(earlier: ColumnElement[Any], later: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole seconds; negative if `later` is the earlier one."""
    return _Seconds(earlier, later)


def contains_text(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether `text` occurs literally, whatever the case: `%` and `_` are only characters.

    Chinese has no case, and not to look for any makes the same scan five times as fast.
    """
    contains = _ContainsAsItIs if text.lower() == text.upper() else _Contains
    return contains(column, literal(text))


def start_of(grain: Grain, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """First day of the week (Monday), month or year; a day is its own start."""
    return day if grain is Grain.DAY else _STARTS[grain](day)


@compiles(_Median, DUCKDB)
def _(element: _Median, compiler: SQLCompiler, **kw: Any) -> str:
    return f"quantile_cont({_arguments(element, compiler, kw)}, 0.5)"


@compiles(_Median, CLICKHOUSE)
def _(element: _Median, compiler: SQLCompiler, **kw: Any) -> str:
    return f"quantileExactInclusive(0.5)({_arguments(element, compiler, kw)})"


@compiles(_P90, DUCKDB)
def _(element: _P90, compiler: SQLCompiler, **kw: Any) -> str:
    return f"quantile_cont({_arguments(element, compiler, kw)}, 0.9)"


@compiles(_P90, CLICKHOUSE)
def _(element: _P90, compiler: SQLCompiler, **kw: Any) -> str:
    return f"quantileExactInclusive(0.9)({_arguments(element, compiler, kw)})"


@compiles(_Seconds, DUCKDB)
def _(element: _Seconds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date_diff('second', {_arguments(element, compiler, kw)})"


@compiles(_Seconds, CLICKHOUSE)
def _(element: _Seconds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"dateDiff('second', {_arguments(element, compiler, kw)})"


@compiles(_Contains, DUCKDB)
def _(element: _Contains, compiler: SQLCompiler, **kw: Any) -> str:
    column, text = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"contains(lower({column}), lower({text}))"


@compiles(_ContainsAsItIs, DUCKDB)
def _(element: _ContainsAsItIs, compiler: SQLCompiler, **kw: Any) -> str:
    return f"contains({_arguments(element, compiler, kw)})"


@compiles(_ContainsAsItIs, CLICKHOUSE)
@compiles(_Contains, CLICKHOUSE)
def _(element: _Contains, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(positionCaseInsensitiveUTF8({_arguments(element, compiler, kw)}) > 0)"


def _start_of(function: type[FunctionElement[Any]], part: str, clickhouse: str) -> None:
    @compiles(function, DUCKDB)
    def _(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return f"CAST(date_trunc('{part}', {_arguments(element, compiler, kw)}) AS DATE)"

    @compiles(function, CLICKHOUSE)
    def _(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return f"{clickhouse}({_arguments(element, compiler, kw)})"


_start_of(_StartOfWeek, "week", "toMonday")
_start_of(_StartOfMonth, "month", "toStartOfMonth")
_start_of(_StartOfYear, "year", "toStartOfYear")


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, kw: dict[str, Any]) -> str:
    return ", ".join(compiler.process(clause, **kw) for clause in element.clauses)
