"""On which line of a TOML file a table or key stands; the parser itself does not say."""

import re
from collections.abc import Mapping

Lines = Mapping[tuple[str, ...], int]
"""Keys from the top of the file down → line."""

_PART = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"\s*\[\[?\s*({_PATH})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_PATH})\s*=")


def lines_of(text: str) -> Lines:
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if head := _TABLE.match(line):
            table = _keys(head[1])
            found.setdefault(table, number)
        elif entry := _KEY.match(line):
            found.setdefault((*table, *_keys(entry[1])), number)
    return found


def with_line(where: str, lines: Mapping[str, Lines]) -> str:
    """`city.toml [city] zone` → `city.toml, line 6 [city] zone`.

    What stands on no line of its own gets the line of what it is in. `lines` is by file.
    """
    name, *steps = where.split(" ")
    path = tuple(step.strip("[]") for step in steps)
    known = lines.get(name, {})
    while path and path not in known:
        path = path[:-1]
    return " ".join((f"{name}, line {known[path]}", *steps)) if path else where


def _keys(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, path))
