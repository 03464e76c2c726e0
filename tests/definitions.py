"""Definitions of metrics as people write them: complete, but for what a test changes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.metrics.catalogue import Catalogue

WORDS = {
    "name": "练习指标", "name_en": "Exercise", "formula": "甲÷乙", "formula_en": "this ÷ that",
    "counts": "甲", "counts_en": "this", "of": "乙", "of_en": "that",
    "exclusions": "", "exclusions_en": "", "standard": "练习", "status": "assumed",
    "owner": "练习科", "why": "练习", "why_en": "An exercise.", "unit": "%", "unit_en": "%",
    "direction": "higher_is_better", "decimals": 1, "since": date(2020, 1, 1),
}  # fmt: skip
RATE: Mapping[str, Any] = {
    "numerator": "tickets.done_on_time",
    "denominator": "tickets.due",
    "time": "due",
    "min_denominator": 1,
}
WORDLESS = ("counts", "counts_en", "of", "of_en")


def table(name: str, **keys: Any) -> str:
    """One table; a key given as None is left out."""
    whole = {**WORDS, **(RATE if name.endswith("_rate") else {}), **keys}
    lines = [f"{key} = {_toml(value)}" for key, value in whole.items() if value is not None]
    return "\n".join([f"[{name}]", *lines, ""])


def score(name: str, parts: list[dict[str, Any]], **keys: Any) -> str:
    """A score has no numerator in words either."""
    return table(name, **dict.fromkeys(WORDLESS), parts=parts, **keys)


def catalogue(folder: Path, *tables: str) -> Catalogue:
    """They stand in one domain, `own`."""
    (folder / "own.toml").write_text("\n".join(tables), "utf-8")
    return Catalogue.load(folder)


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
        case list() | tuple():
            return "[" + ", ".join(_toml(one) for one in value) + "]"
        case str():
            return f'"{value}"'
    return str(value)
