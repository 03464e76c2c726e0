"""/api/v1/ingest: rows pushed by a source, through the same mapping as rows that are pulled."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request

from dashboard.api.caller import off_loop
from dashboard.api.errors import Forbidden, NotFound, guarded_router
from dashboard.api.pushed import PushedRows, body_of, objects_of, table_of, unread
from dashboard.api.wire import instant
from dashboard.city.model import SourceSpec
from dashboard.core.errors import SourceUnavailable, did_you_mean
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.services import Services

BODY = {
    "requestBody": {
        "required": True,
        "description": "A JSON array of objects, or NDJSON: one object a line, keys as columns",
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}


def ingest_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/ingest", tags=["ingest"])

    @router.post("/{source}", openapi_extra=BODY)
    async def push(source: str, request: Request) -> dict[str, Any]:
        """Push whole rows of a source; answers counts and the reason of each refused row."""
        refuse_foreign_page(request)
        spec = _spec(services, source)
        body = await body_of(request.stream())
        return await off_loop(services, lambda: _store(services, spec, body))

    return router


def refuse_foreign_page(request: Request) -> None:
    """A page of another site, open in the browser of someone inside, must not write here."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden(
            "Pages of another site may not push rows.", where="Origin", fix="push from a program"
        )


def _spec(services: Services, source: str) -> SourceSpec:
    try:
        return services.city.sources[source]
    except KeyError:
        raise NotFound(
            f"There is no source `{source}`.",
            where="source",
            fix=did_you_mean(source, services.city.sources),
        ) from None


def _store(services: Services, spec: SourceSpec, body: bytes) -> dict[str, Any]:
    objects = objects_of(body)
    report = run_source(
        spec,
        services.city,
        services.facts,
        services.state,
        services.data_dir,
        services.clock,
        source=PushedRows(table_of(objects, spec), f"POST /api/v1/ingest/{spec.name}"),
    )
    if report.error:
        raise SourceUnavailable(
            f"The rows of `{spec.name}` could not be stored.",
            where=spec.name,
            fix="send them again; /api/v1/sources tells the last error",
        )
    return {
        "source": spec.name,
        "read": report.read,
        "accepted": report.accepted,
        "unchanged": report.unchanged,
        "quarantined": report.quarantined,
        "rejected": list(_rejected(services, report)),
        "keys_not_read": unread(objects, spec),
        "complete_to": instant(report.complete_to, services.city.zone),
        "data_version": services.version.version,
    }


def _rejected(services: Services, report: SourceReport) -> Iterator[dict[str, Any]]:
    for entry in services.state.quarantined(report.source):
        if entry.batch_id in report.batches:
            yield {
                "row": entry.batch_row,
                "source_id": entry.source_id,
                "reason": entry.reason,
                "field": entry.field,
                "value": entry.value,
                "message": entry.message,
            }
