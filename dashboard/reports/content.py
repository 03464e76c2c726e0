"""What is sealed: every figure with its numerator and denominator, as JSON with one spelling."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboard.core.errors import StoreError
from dashboard.core.values import Period
from dashboard.metrics.model import MetricQuery, MetricResult, MetricRow, filters
from dashboard.metrics.settlement import Settling
from dashboard.store.bulletins import Sealed

FORMAT = 1
Figures = dict[str, dict[str, Any] | None]
"""Key of one figure (metric, question, group) → what it was."""


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write it: keys sorted, no blanks, UTF-8, decimals as texts."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(text: str) -> str:
    """SHA-256 of the text as UTF-8: what `sha256sum` says of the .json file."""
    return hashlib.sha256(text.encode()).hexdigest()


def intact(one: Sealed) -> bool:
    return digest(one.content) == one.sha256


def told_of(one: Sealed) -> dict[str, Any]:
    """
    Raises:
        StoreError: It is no longer what was sealed.
    """
    if not intact(one):
        raise StoreError(
            f"The content of {one.number} is not what was sealed.",
            where=one.number,
            fix="see `bulletin --verify`; a backup of the state has it as it was",
        )
    told: dict[str, Any] = json.loads(one.content)
    return told


def figures(results: Iterable[MetricResult]) -> list[dict[str, Any]]:
    """Every answer the bulletin rests on, those it compares with included."""
    return sorted((_answer(result) for result in results), key=canonical)


def _answer(result: MetricResult) -> dict[str, Any]:
    metric, target = result.metric, result.target
    return {
        "metric": metric.id,
        "name": metric.name,
        "name_en": metric.name_en,
        "unit": metric.unit,
        "unit_en": metric.unit_en,
        "query": _query(result.query),
        "target": str(target.value) if target else None,
        "complete_to": result.complete_to.isoformat() if result.complete_to else None,
        "rows": [{"group": dict(row.group), **_figure(row, result)} for row in result.rows],
    }


def settling(found: Mapping[MetricQuery, Settling]) -> list[dict[str, Any]]:
    """What the figures that are not settled may still become."""
    told = (
        {
            "metric": query.metric,
            "query": _query(query),
            "low": _plain(one.band.low) if one.band else None,
            "high": _plain(one.band.high) if one.band else None,
            "undecided": one.undecided,
            "settles_on": one.settles_on.isoformat() if one.settles_on else None,
        }
        for query, one in found.items()
        if not one.settled
    )
    return sorted(told, key=canonical)


def _query(query: MetricQuery) -> dict[str, Any]:
    return {
        "from": str(query.period.first),
        "to": str(query.period.last),
        "by": list(map(str, query.by)),
        "where": {name: list(codes) for name, codes in query.where},
    }


def query_of(metric: str, told: Mapping[str, Any]) -> MetricQuery:
    """The question that was asked, to ask it again."""
    period = Period(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))
    return MetricQuery(metric, period, tuple(told["by"]), filters(told["where"]))


def _figure(row: MetricRow, result: MetricResult) -> dict[str, Any]:
    told: dict[str, Any] = {
        "numerator": _plain(row.ratio.numerator),
        "denominator": None if row.ratio.denominator is None else _plain(row.ratio.denominator),
        "value": None if row.value is None else str(result.metric.shown(row.value)),
        "state": row.state.value,
    }
    return told | ({"grade": row.grade} if row.grade else {})


def _plain(count: Decimal) -> str:
    """One spelling of one number: 100, never 1E+2 or 100.0."""
    return f"{count.normalize():f}"


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it was; None on the side where it is not there."""

    metric: str
    query: Mapping[str, Any]
    group: Mapping[str, str]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def told(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "query": dict(self.query),
            "group": dict(self.group),
            "before": self.before and dict(self.before),
            "after": self.after and dict(self.after),
        }


def flat(answers: Iterable[Mapping[str, Any]]) -> Figures:
    """One entry a figure."""
    found: Figures = {}
    for answer in answers:
        for row in answer["rows"]:
            figure = {name: value for name, value in row.items() if name != "group"}
            found[_key(answer["metric"], answer["query"], row["group"])] = figure
    return found


def corrected(found: Figures, changes: Iterable[Mapping[str, Any]]) -> Figures:
    """The same after an erratum."""
    later = dict(found)
    for change in changes:
        key = _key(change["metric"], change["query"], change["group"])
        if change["after"] is None:
            later.pop(key, None)
        else:
            later[key] = dict(change["after"])
    return later


def differences(before: Figures, after: Figures) -> list[Difference]:
    """The figures of the whole first, then those of its parts."""
    changed = [k for k in before.keys() | after.keys() if before.get(k) != after.get(k)]
    found = [
        Difference(told["metric"], told["query"], told["group"], before.get(key), after.get(key))
        for key, told in ((key, json.loads(key)) for key in changed)
    ]
    return sorted(found, key=lambda one: (len(one.query["by"]), canonical(one.told())))


def _key(metric: str, query: Mapping[str, Any], group: Mapping[str, str]) -> str:
    return canonical({"metric": metric, "query": query, "group": group})
