"""/api/v1/metrics: the catalogue, and the figures."""

from typing import Any

from fastapi import APIRouter, Request

from dashboard.access.scope import Scope
from dashboard.api import wire
from dashboard.api.caller import off_loop, scope_of
from dashboard.api.errors import NotFound, guarded_router
from dashboard.api.parameters import METRIC, Given, described, metric_query
from dashboard.core.errors import UsageError
from dashboard.services import Services


def metrics_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/metrics", tags=["metrics"])
    engine = services.engine

    @router.get("")
    async def catalogue(request: Request) -> dict[str, Any]:
        """The catalogue: every metric with its definition and the cuts it allows."""
        Given.of(request, ())
        entries = [
            wire.catalogue_entry(metric, engine.targets(metric.id))
            for metric in services.engine.catalogue
        ]
        return {"metrics": entries, "digest": services.engine.catalogue.digest}

    @router.get("/{metric}", openapi_extra=described(METRIC))
    async def figures(metric: str, request: Request) -> dict[str, Any]:
        """One metric over a period, cut and filtered; numerator and denominator always with it."""
        refuse_unknown_metric(services, metric)
        given, scope = Given.of(request, METRIC), scope_of(request)
        return await off_loop(services, lambda: metric_figures(services, metric, given, scope))

    return router


def metric_figures(services: Services, metric: str, given: Given, scope: Scope) -> dict[str, Any]:
    """What the address of a figure answers."""
    query = metric_query(given, metric, services.default_period)
    [result] = services.engine.run([query], scope=scope)
    return wire.metric_answer(result, services.city.zone)


def refuse_unknown_metric(services: Services, metric: str) -> None:
    try:
        services.engine.catalogue[metric]
    except UsageError as unknown:
        raise NotFound(unknown.problem, where=unknown.where, fix=unknown.fix) from None
