"""Names in a query string → a question. One reading for API, command line and pages."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Period
from dashboard.metrics.model import Where, filters

FILTERS = (
    "district",
    "street",
    "community",
    "grid",
    "department",
    "first_department",
    "category",
    "category_2",
    "category_3",
    "source",
    "kind",
    "channel",
    "request_type",
    "state",
    "urgency",
    "supervisor",
    "acceptor",
    "shift_leader",
    "dispatcher",
)
"""Filters in the order they are shown; each may be given several times."""

MAX_CODES = 500
"""Codes one filter may name: an address with more is a mistake or an attack."""


def where_of(parameters: Iterable[tuple[str, str]]) -> Where:
    """The filters among these pairs; empty values are no filter."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        if name in FILTERS and value:
            found.setdefault(name, []).append(value)
    for name, codes in found.items():
        if len(codes) > MAX_CODES:
            raise UsageError(
                f"`{name}` names {len(codes)} codes.",
                where=name,
                fix=f"give at most {MAX_CODES}, or a level above",
            )
    return filters(found)


def period_of(parameters: Mapping[str, str], default: Period) -> Period:
    """`from` and `to`, each of which may be left out."""
    first, last = parameters.get("from", ""), parameters.get("to", "")
    if not first and not last:
        return default
    if not first:
        return Period.parse(last if last < str(default.first) else str(default.first), last)
    return Period.parse(first, last or str(max(default.last, default.first)))


def refuse_unknown(names: Iterable[str], known: Sequence[str]) -> None:
    """A misspelt filter must not answer for the whole city."""
    for name in names:
        if name not in known:
            raise UsageError(
                f"Unknown parameter `{name}`.", where=name, fix=did_you_mean(name, known)
            )
