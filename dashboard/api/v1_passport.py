"""/api/v1/passport: everything behind one figure, as data."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request

from dashboard.access.scope import Scope
from dashboard.api import wire
from dashboard.api.caller import off_loop, scope_of
from dashboard.api.errors import guarded_router
from dashboard.api.parameters import Given, described
from dashboard.api.v1_metrics import refuse_unknown_metric
from dashboard.boards.movement import Moved, Movement
from dashboard.boards.passport import Compared, Members, PartOfScore, Passport, ask_passport
from dashboard.metrics import lineage
from dashboard.metrics.comparison import Change
from dashboard.metrics.model import MetricQuery, MetricRow
from dashboard.metrics.question import FILTERS
from dashboard.services import Services

PASSPORT = ("from", "to", *FILTERS)


def passport_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/passport", tags=["metrics"])

    @router.get("/{metric}", openapi_extra=described(PASSPORT))
    async def passport(metric: str, request: Request) -> dict[str, Any]:
        """The passport of one figure: counts, definition and its versions, sources, target,
        changes, what it can still become, why it moved, and which incidents it counts.
        """
        refuse_unknown_metric(services, metric)
        given, scope = Given.of(request, PASSPORT), scope_of(request)
        return await off_loop(services, lambda: metric_passport(services, metric, given, scope))

    return router


def metric_passport(services: Services, metric: str, given: Given, scope: Scope) -> dict[str, Any]:
    """What the address of a passport answers."""
    query = MetricQuery(metric, given.period(services.default_period), (), given.where)
    found = ask_passport(services.engine, services.lister, query, services.lights(), scope=scope)
    return passport_answer(found, services.city.zone)


def passport_answer(passport: Passport, zone: ZoneInfo) -> dict[str, Any]:
    query = passport.result.query
    answer = wire.metric_answer(passport.result, zone)
    [row] = answer.pop("rows")
    return {
        **answer,
        **row,
        "filters": {name: list(codes) for name, codes in query.where},
        "definition": _definition(passport),
        "versions": [
            {
                "number": one.number,
                "since": str(one.metric.since),
                "until": str(one.until) if one.until else None,
                "formula": one.metric.formula,
                "formula_en": one.metric.formula_en,
                "in_force": one is passport.version,
            }
            for one in passport.versions
        ],
        "target": _target(passport),
        "standing": passport.standing,
        "finality": passport.finality,
        "settling": _settling(passport),
        "provisional_years": list(passport.awaited),
        "before": _compared(passport.before),
        "year_before": _compared(passport.year_before),
        "movements": [_movement(one) for one in passport.movements],
        "parts": [_part(one) for one in passport.parts],
        "members": [_members(one, query) for one in passport.members],
        "sources": [
            {
                "name": one.spec.name,
                "title": one.spec.title,
                "owner": one.spec.owner,
                "complete_to": wire.instant(one.complete_to, zone),
                "late": one.late,
                "lacks": one.lacks,
            }
            for one in passport.sources
        ],
        "lineage": _lineage(passport),
    }


def _definition(passport: Passport) -> dict[str, Any]:
    entry = wire.catalogue_entry(passport.metric, ())
    left = ("id", "unit", "unit_en", "targets")
    return {name: value for name, value in entry.items() if name not in left}


def _target(passport: Passport) -> dict[str, str] | None:
    target = passport.target
    if target is None:
        return None
    return {"value": str(target.value), "since": str(target.since), "source": target.source}


def _settling(passport: Passport) -> dict[str, Any]:
    settling, shown = passport.settling, passport.metric.shown
    band = settling.band
    return {
        "undecided": settling.undecided,
        "low": str(shown(band.low)) if band else None,
        "high": str(shown(band.high)) if band else None,
        "settles_on": str(settling.settles_on) if settling.settles_on else None,
    }


def _compared(compared: Compared) -> dict[str, Any]:
    result = compared.result
    return {
        "period": wire.period(result.query.period),
        **wire.metric_row(result.total, result.metric),
        "change": _change(compared.change),
        "redefined": compared.redefined,
    }


def _change(change: Change) -> dict[str, str | None]:
    return {"kind": change.kind, "value": _text(change.value)}


def _movement(moved: Movement) -> dict[str, Any]:
    return {
        "by": moved.cut,
        "then": str(moved.then),
        "now": str(moved.now),
        "change": str(moved.total),
        "mix": _text(moved.mix),
        "performance": _text(moved.performance),
        "parts": [_moved(part, moved) for part in moved.parts],
        "others": {"count": moved.others, "effect": str(moved.others_effect)},
    }


def _moved(part: Moved, moved: Movement) -> dict[str, Any]:
    def shown(row: MetricRow | None) -> dict[str, Any] | None:
        return None if row is None else wire.metric_row(row, moved.result.metric)

    return {
        "code": part.key,
        "effect": str(part.effect),
        "now": shown(part.now),
        "then": shown(part.then),
    }


def _part(one: PartOfScore) -> dict[str, Any]:
    points = one.part.points
    return {
        "metric": one.part.metric,
        "weight": _text(one.part.weight),
        "max_points": None if points is None else str(points.max),
        "threshold": None if points is None else str(points.threshold),
        "inverse": one.part.inverse,
        **wire.metric_row(one.result.total, one.result.metric),
        "points": _text(one.shown),
    }


def _members(one: Members, query: MetricQuery) -> dict[str, Any]:
    parameters = {
        "metric": query.metric,
        "part": one.part,
        **wire.period(query.period),
        **{name: list(codes) for name, codes in query.where},
    }
    return {"part": one.part, "count": one.count, "incidents": parameters}


def _lineage(passport: Passport) -> dict[str, Any]:
    file, table = lineage.definition_of(passport.metric)
    return {
        "definition": {"file": file, "table": table},
        "measures": [
            {
                "part": one.part,
                "measure": one.measure,
                "file": one.file,
                "meaning": one.meaning,
                "arithmetic": one.arithmetic,
                "time": one.time,
                "columns": list(one.columns),
            }
            for one in passport.countings
        ],
        "mappings": [
            {
                "source": one.source,
                "file": one.file,
                "read_from": one.read_from,
                "lacks": one.lacks,
                "columns": {column.column: _mapped(column) for column in one.columns},
            }
            for one in passport.mappings
        ],
        "parameters": _texts(passport.parameters),
    }


def _mapped(column: lineage.Mapped) -> dict[str, Any] | None:
    """None: the source does not send it."""
    if not column.sent:
        return None
    if column.computed:
        return {"computed": True}
    if column.constant is not None:
        return {"constant": column.constant}
    return {"columns": list(column.reads), "coded": column.coded}


def _texts(numbers: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: str(value) for name, value in numbers.items()}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
