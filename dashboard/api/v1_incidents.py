"""/api/v1/incidents: the rows behind every figure, one by one, in pages or as a file."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from dashboard.access.scope import Scope
from dashboard.api import wire
from dashboard.api.caller import off_loop, scope_of
from dashboard.api.errors import NotFound, guarded_router
from dashboard.api.exports import FORMATS, Export, refuse_too_long, streamed, uniform
from dashboard.api.origins import origin_of
from dashboard.api.parameters import EXPORT, LIST, Given, described, incident_query, language_of
from dashboard.api.sheet import Sheet
from dashboard.core.errors import did_you_mean
from dashboard.metrics.listing import IncidentQuery
from dashboard.services import Services

EXPORTS_AT_ONCE = 4
"""Each keeps a connection to the facts open for as long as its reader takes."""


def incidents_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/incidents", tags=["incidents"])
    zone, exporting = services.city.zone, asyncio.Semaphore(EXPORTS_AT_ONCE)

    @router.get("", openapi_extra=described(LIST))
    async def listed(request: Request) -> dict[str, Any]:
        """A page of incidents; with `metric`, exactly those its figure counts."""
        given, scope = Given.of(request, LIST), scope_of(request)

        def answer() -> dict[str, Any]:
            query = incident_query(given, services.default_period)
            return wire.incident_page(services.lister.page(query, scope=scope), zone)

        return await off_loop(services, answer)

    @router.get("/export.{extension}", openapi_extra=described(EXPORT))
    async def export(extension: str, request: Request) -> StreamingResponse:
        """The whole filtered set as csv, xlsx, geojson or parquet."""
        if extension not in FORMATS:
            raise NotFound(
                f"There is no export as `{extension}`.",
                where=f"export.{extension}",
                fix=did_you_mean(extension, FORMATS),
            )
        given, scope = Given.of(request, EXPORT), scope_of(request)
        query = incident_query(given, services.default_period)
        language = language_of(given, services.city)
        first = replace(query, limit=1, after="")
        page = await off_loop(services, lambda: services.lister.page(first, scope=scope))
        refuse_too_long(extension, page.total)

        async def body() -> AsyncIterator[bytes]:
            async with exporting:
                parts = FORMATS[extension].parts(_export(services, query, scope, language))
                async for part in streamed(services, parts):
                    yield part

        name = f"incidents_{query.period.first}_{query.period.last}.{extension}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        media_type = FORMATS[extension].media_type
        return StreamingResponse(body(), media_type=media_type, headers=headers)

    @router.get("/{source}/{source_id:path}")
    async def one(source: str, source_id: str, request: Request) -> dict[str, Any]:
        """One incident, its steps, and where it came from."""
        Given.of(request, ())
        scope = scope_of(request)
        return await off_loop(services, lambda: _one(services, source, source_id, scope))

    return router


def _export(services: Services, query: IncidentQuery, scope: Scope, language: str) -> Export:
    zone = services.city.zone
    sheet = Sheet(services.engine.dimensions, zone, language)
    tables = uniform(services.lister.export(query, scope=scope))
    return Export(tables, sheet, zone, language)


def _one(services: Services, source: str, source_id: str, scope: Scope) -> dict[str, Any]:
    found = services.lister.one(source, source_id, scope=scope)
    if found is None:
        raise NotFound(
            f"There is no incident `{source_id}` of `{source}`.",
            where=f"{source}/{source_id}",
            fix="take `source` and `source_id` from the list of incidents",
        )
    zone = services.city.zone
    return {
        "incident": wire.record(found.fields, zone),
        "steps": [wire.record(step, zone) for step in found.steps],
        "origin": origin_of(services, found.fields),
    }
