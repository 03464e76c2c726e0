"""Ask every source for what is new."""

import logging
from threading import Event

from dashboard.city.model import SourceSpec
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
    """Run every source once; pages hear of it once, at the end.

    A source that fails is logged and shown, and does not stop the others.
    """
    with services.facts.quiet():
        services.facts.write_dimensions(services.city)
        accepted = sum(_pull(services, spec, stop) for spec in services.city.sources.values())
    if accepted >= BULK:
        services.facts.arrange()
        services.facts.checkpoint()


def _pull(services: Services, spec: SourceSpec, stop: Event) -> int:
    """The number of rows that changed the facts."""
    if stop.is_set():
        return 0
    report = run_source(
        spec,
        services.city,
        services.facts,
        services.state,
        services.data_dir,
        services.clock,
        progress=lambda _: _go_on(stop),
    )
    if report.error:
        log.warning("source %s: %s", spec.name, report.error)
    return report.accepted


def _go_on(stop: Event) -> None:
    """Between two batches is the moment to stop."""
    if stop.is_set():
        raise Stopped("The run was stopped with the process.", fix="the next run goes on from here")
