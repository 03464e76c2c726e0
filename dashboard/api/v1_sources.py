"""/api/v1/sources: how fresh and how whole each source is."""

from typing import Any

from fastapi import APIRouter

from dashboard.api.caller import off_loop
from dashboard.api.errors import guarded_router
from dashboard.api.wire import instant
from dashboard.services import Services, SourceLight
from dashboard.store.state import SourceState


def sources_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/sources", tags=["sources"])

    @router.get("")
    async def sources() -> dict[str, Any]:
        """Every source: who answers for it, how far its data reach, what was read and refused."""
        return await off_loop(services, lambda: answer(services))

    return router


def answer(services: Services) -> dict[str, Any]:
    states, open_rows = services.state.sources(), services.state.open_quarantine()
    entries = [
        _entry(
            services,
            light,
            states.get(light.spec.name, SourceState(light.spec.name)),
            open_rows.get(light.spec.name, 0),
        )
        for light in services.lights()
    ]
    return {"sources": entries, "data_version": services.version.version}


def _entry(
    services: Services, light: SourceLight, state: SourceState, waiting: int
) -> dict[str, Any]:
    spec, zone = light.spec, services.city.zone
    return {
        "source": spec.name,
        "title": spec.title,
        "title_en": spec.title_en,
        "owner": spec.owner,
        "fact": spec.fact,
        "freshness_seconds": int(spec.freshness.total_seconds()),
        "complete_to": instant(light.complete_to, zone),
        "late": light.late,
        "last_attempt_at": instant(state.last_attempt_at, zone),
        "last_success_at": instant(state.last_success_at, zone),
        "last_error": state.last_error,
        "last_error_at": instant(state.last_error_at, zone),
        "read": state.read,
        "accepted": state.accepted,
        "unchanged": state.unchanged,
        "quarantined": state.quarantined,
        "in_quarantine": waiting,
    }
