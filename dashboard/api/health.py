"""/healthz, /readyz, /metrics: for whoever watches over the process."""

import logging
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from dashboard import __version__
from dashboard.api.caller import off_loop
from dashboard.api.errors import guarded_router
from dashboard.api.events import Hub
from dashboard.core.errors import StoreError
from dashboard.facts import data_versions
from dashboard.services import Services

log = logging.getLogger(__name__)

Sample = tuple[dict[str, str], float | int]
OUTCOMES = ("read", "accepted", "unchanged", "quarantined")


def health_router(services: Services, hub: Hub) -> APIRouter:
    router = guarded_router(tags=["health"])

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def ready() -> dict[str, Any]:
        """Both stores answer."""
        await off_loop(services, lambda: _ask_stores(services))
        return {
            "status": "ready",
            "data_version": services.version.version,
            "figures_that_differ": len(services.watch.alarms),
        }

    @router.get("/metrics")
    async def prometheus() -> Response:
        """Prometheus text."""
        body = await off_loop(services, lambda: "\n".join(_lines(services, hub)) + "\n")
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _ask_stores(services: Services) -> None:
    try:
        services.facts.read(select(func.max(data_versions.c.version)))
        services.state.sources()
    except SQLAlchemyError as error:
        log.warning("not ready", exc_info=error)
        raise StoreError("A store does not answer.", fix="the log has the reason") from None


def _lines(services: Services, hub: Hub) -> Iterator[str]:
    version, now = services.version, services.clock()
    yield from _family("yiping_build_info", "Version of the program", "gauge",
                       [({"version": __version__}, 1)])  # fmt: skip
    yield from _family("yiping_data_version", "Raised by each commit to the facts", "gauge",
                       [({}, version.version)])  # fmt: skip
    yield from _family("yiping_as_of_timestamp_seconds", "Instant the facts speak of", "gauge",
                       [({}, version.as_of.timestamp())])  # fmt: skip
    yield from _family("yiping_fact_queries_total", "Statements sent to the facts", "counter",
                       [({}, services.facts.queries)])  # fmt: skip
    yield from _family("yiping_event_streams", "Open event streams", "gauge", [({}, len(hub))])
    lights = services.lights()
    yield from _family(
        "yiping_source_age_seconds", "Since the instant a source is complete to", "gauge",
        [
            ({"source": light.spec.name}, (now - light.complete_to).total_seconds())
            for light in lights
            if light.complete_to
        ],
    )  # fmt: skip
    late: list[Sample] = [({"source": light.spec.name}, int(light.late)) for light in lights]
    yield from _family("yiping_source_late", "1: older than the source promises", "gauge", late)
    yield from _consistency(services)
    yield from _ingest(services)


def _consistency(services: Services) -> Iterator[str]:
    watch = services.watch
    yield from _family("yiping_figures_checked_total", "Figures asked by every path", "counter",
                       [({}, watch.asked)])  # fmt: skip
    yield from _family(
        "yiping_figures_that_differ", "Figures that two paths tell differently", "gauge",
        [({}, len(watch.alarms))],
    )  # fmt: skip


def _ingest(services: Services) -> Iterator[str]:
    rows = [
        ({"source": name, "outcome": outcome}, getattr(state, outcome))
        for name, state in sorted(services.state.sources().items())
        for outcome in OUTCOMES
    ]
    yield from _family("yiping_ingest_rows_total", "Rows by what became of them", "counter", rows)
    waiting = sorted(services.state.open_quarantine().items())
    yield from _family("yiping_quarantine_rows", "Rows now in quarantine", "gauge",
                       [({"source": name}, count) for name, count in waiting])  # fmt: skip


def _family(name: str, help_text: str, kind: str, samples: list[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
