"""Ask every source for what is new."""

import logging
from threading import Event

from dashboard.core.errors import DashboardError
from dashboard.ingest.pipeline import run_source
from dashboard.services import Services

log = logging.getLogger(__name__)

BULK = 200_000
"""Rows after which the log is folded into the file at once: a first load, not a trickle."""


class Stopped(DashboardError):
    """The process is going down; what was stored stays stored."""

    code = "stopped"


def pull_sources(services: Services, stop: Event) -> None:
    """Run every source once. One that fails is logged and shown, and does not stop the others."""
    services.facts.write_dimensions(services.city)
    accepted = 0
    for spec in services.city.sources.values():
        if stop.is_set():
            return
        report = run_source(
            spec,
            services.city,
            services.facts,
            services.state,
            services.data_dir,
            services.clock,
            progress=lambda _: _go_on(stop),
        )
        accepted += report.accepted
        if report.error:
            log.warning("source %s: %s", spec.name, report.error)
    if accepted >= BULK:
        services.facts.checkpoint()


def _go_on(stop: Event) -> None:
    """Between two batches is the moment to stop."""
    if stop.is_set():
        raise Stopped("The run was stopped with the process.", fix="the next run goes on from here")
