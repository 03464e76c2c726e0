"""The HTTP interface: v1, outlines, events, health, and one JSON shape for every error."""

from fastapi import FastAPI

from dashboard.api.docs import docs_router
from dashboard.api.errors import nowhere_router
from dashboard.api.events import Hub, events_router
from dashboard.api.geo import geo_router
from dashboard.api.health import health_router
from dashboard.api.kpi_exports import kpi_exports_router
from dashboard.api.v1_bulletins import bulletins_router
from dashboard.api.v1_incidents import incidents_router
from dashboard.api.v1_ingest import ingest_router
from dashboard.api.v1_metrics import metrics_router
from dashboard.api.v1_passport import passport_router
from dashboard.api.v1_sources import sources_router
from dashboard.services import Services


def include(app: FastAPI, services: Services) -> None:
    """Add every address of the API to `app`; its event hub is `app.state.events`."""
    hub = Hub(services)
    app.state.events = hub
    described = [
        metrics_router(services),
        passport_router(services),
        incidents_router(services),
        sources_router(services),
        ingest_router(services),
        bulletins_router(services),
        kpi_exports_router(services),
        geo_router(services),
        events_router(hub),
        health_router(services, hub),
    ]
    routers = [*described, docs_router(described), nowhere_router()]
    for router in routers:
        app.include_router(router)
