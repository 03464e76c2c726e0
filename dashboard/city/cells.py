"""Cells of a pack as values: an unreadable one is a fault and counts as left out."""

import re
from datetime import date
from decimal import Decimal

from dashboard.city.faults import Faults
from dashboard.city.files import Row
from dashboard.core.errors import UsageError
from dashboard.core.values import UNKNOWN, parse_day

YES = frozenset({"true", "1", "yes", "y", "t", "是"})
NO = frozenset({"false", "0", "no", "n", "f", "否"})
"""What a text may say for a boolean, here and in code tables; letters of any case."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


def day(row: Row, column: str, faults: Faults) -> date | None:
    if not row[column]:
        return None
    try:
        return parse_day(row[column], column)
    except UsageError as error:
        faults.add(row.where, f"`{column}`: {error.problem}", error.fix)
        return None


def number(row: Row, column: str, faults: Faults) -> Decimal | None:
    if not row[column]:
        return None
    if _NUMBER.fullmatch(row[column]):
        return Decimal(row[column])
    problem = f"`{column}`: `{row[column]}` is not a number."
    faults.add(row.where, problem, "write digits only, as 12345 or 12.5")
    return None


def degrees(row: Row, column: str, limit: int, faults: Faults) -> float | None:
    found = number(row, column, faults)
    if found is not None and abs(found) > limit:
        problem = f"`{column}`: {found} is not between -{limit} and {limit}."
        faults.add(row.where, problem, "write degrees of WGS-84; are `lon` and `lat` swapped?")
        return None
    return None if found is None else float(found)


def boolean(row: Row, column: str, faults: Faults) -> bool | None:
    text = row[column].lower()
    if text in YES or text in NO:
        return text in YES
    faults.add(row.where, f"`{column}`: `{row[column]}` is neither yes nor no.", "write 1 or 0")
    return None


def filled(row: Row, columns: tuple[str, ...], faults: Faults) -> bool:
    """Whether none of these cells is empty; each empty one is a fault."""
    empty = [column for column in columns if not row[column]]
    for column in empty:
        faults.add(row.where, f"`{column}` is empty.", "fill it in, or remove the row")
    return not empty


def first_lines(rows: list[Row], key: str, faults: Faults) -> dict[str, Row]:
    """Rows by their key; a key that comes again is a fault, and the first row stands."""
    found: dict[str, Row] = {}
    for row in rows:
        if row[key] == UNKNOWN:
            fix = "choose another code"
            faults.add(row.where, f"The code `{UNKNOWN}` means “none given”.", fix)
        elif row[key] in found:
            first = found[row[key]].where
            fix = f"remove this row or the one at {first}"
            faults.add(row.where, f"`{row[key]}` is there twice.", fix)
        else:
            found[row[key]] = row
    return found
