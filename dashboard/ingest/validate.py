"""Why a row is put into quarantine: codes for machines, sentences for people."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

REASONS = MappingProxyType(
    {
        "ragged_row": "The line does not have the cells its header promises: {value}.",
        "missing_required": "`{field}` is empty, and no row can be without it.",
        "unknown_code": "`{field}`: `{value}` is in no code table of the pack.",
        "unknown_region": "`{field}`: `{value}` is no region of the pack.",
        "unknown_category": "`{field}`: `{value}` is no category of the pack.",
        "unknown_department": "`{field}`: `{value}` is no department of the pack.",
        "bad_instant": "`{field}`: `{value}` is not a time in the form the mapping names.",
        "bad_number": "`{field}`: `{value}` is not a number that fits.",
        "bad_boolean": "`{field}`: `{value}` is neither yes nor no.",
        "closed_before_created": "It was closed ({value}) before it was created.",
    }
)
"""Reason code → sentence."""


@dataclass(frozen=True)
class RowFault:
    reason: str
    field: str
    value: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 80 else self.value[:79] + "…"
        return REASONS[self.reason].format(field=self.field, value=shown)


@dataclass(frozen=True)
class Rejected:
    """A row that stays out of the facts. The first fault is its reason, the message has all."""

    batch_row: int
    source_id: str
    faults: tuple[RowFault, ...]
    raw: dict[str, Any]

    @property
    def reason(self) -> str:
        return self.faults[0].reason

    @property
    def message(self) -> str:
        return " ".join(str(fault) for fault in self.faults)


@dataclass(frozen=True)
class Refused:
    """The rows of a batch that stay out: some of each reason one by one, the rest as a number."""

    listed: list[Rejected]
    unlisted: Mapping[str, int]

    @property
    def count(self) -> int:
        return len(self.listed) + sum(self.unlisted.values())


LISTED = 1000
"""Rows listed of one reason in one batch; all of them are in the landed file anyway."""


@dataclass(frozen=True)
class Flag:
    """Something to watch for: a condition in SQL over one row while it is mapped.

    A fault (`reason`) keeps the row out; a note (`note`) only counts it, so that what a mapping
    swallows stays visible.
    """

    field: str
    condition: str
    reason: str = ""
    note: str = ""


def between_fields(present: AbstractSet[str]) -> list[Flag]:
    """What must hold between the fields of one row."""
    flags = []
    for begun in ("created_at", "accepted_at"):
        if {begun, "closed_at"} <= present:
            flags += _closed(begun)
    return flags


def _closed(begun: str) -> list[Flag]:
    start, end = f'q."i:{begun}"', 'q."i:closed_at"'
    by_days = f'q."d:{begun}" OR q."d:closed_at"'
    day_before = f'q."l:closed_at"::DATE < q."l:{begun}"::DATE'
    backwards = f"CASE WHEN {by_days} THEN {day_before} ELSE {end} < {start} END"
    at_once = f"NOT ({by_days}) AND {end} = {start}"
    return [
        Flag("closed_at", backwards, reason="closed_before_created"),
        Flag("closed_at", at_once, note="closed_at_once"),
    ]
