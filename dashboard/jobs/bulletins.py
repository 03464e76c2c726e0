"""Issue the bulletins that have fallen due, each of them once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.core.errors import DashboardError
from dashboard.core.periods import Window
from dashboard.reports.compose import Composed, compose
from dashboard.reports.files import make_all
from dashboard.reports.issue import period_due, seal, store_of
from dashboard.reports.loader import read_templates
from dashboard.reports.template import Template
from dashboard.services import Services
from dashboard.store.bulletins import TRIES, Run, Sealed

log = logging.getLogger(__name__)

BACK = timedelta(days=366)
"""Runs missed longer ago than this are history that nobody waits for."""

PATIENCE = timedelta(minutes=10)
"""After so long a run that failed, or whose process died, is taken again."""

WHO = "schedule"


@dataclass(frozen=True)
class Due:
    """One run of a template; `sealed` where people were faster than the clock."""

    template: Template
    due_at: datetime
    days: Window
    sealed: Sealed | None


def issue_due(services: Services, started: datetime) -> list[str]:
    """The numbers of what was issued. Runs missed while the process was down are made up, once.

    Args:
        started: When the process began. Sources need a moment after it, so a missed run waits for
            them as long as one that falls due now.
    """
    reading = read_templates(services.city, services.engine.catalogue)
    for fault in reading.faults:
        log.warning("bulletin template: %s", fault)
    return [
        number
        for template in reading.templates.values()
        if template.schedule
        for number in _issue(services, template, started)
    ]


def _issue(services: Services, template: Template, started: datetime) -> Iterator[str]:
    now, store = services.clock(), store_of(services)
    for due_at in _open_runs(services, template, now):
        days = period_due(services, template, due_at)
        due = Due(template, due_at, days, store.of_period(template.name, days.period))
        try:
            if days.period.first > services.last_day:
                return  # nothing to tell of yet, however late
            composed = None if due.sealed else compose(services, template, days)
            if composed and composed.late and now - max(due_at, started) < template.wait:
                return
            if store.claim(template.name, due_at, now, PATIENCE):
                yield from _run(services, due, composed)
        except Exception as error:  # noqa: BLE001 - one bulletin must not stop the others
            _fail(services, due, now, error)


def _open_runs(services: Services, template: Template, now: datetime) -> list[datetime]:
    """What fell due since the last run that is known, and what failed, oldest first."""
    assert template.schedule is not None  # noqa: S101 - asked only for what has one
    store, zone = store_of(services), services.city.zone
    runs = store.runs(template.name)
    if not runs:  # the schedule is new: it begins now, not a year ago
        last = list(template.schedule.due(now - BACK, now, zone))[-1:] or [now]
        store.note_run(Run(template.name, last[0], "passed over", 0, now))
        return []
    again = [
        run.due_at
        for run in runs
        if run.state in ("failed", "running")
        and run.tries < TRIES
        and run.claimed_at <= now - PATIENCE
    ]
    after = max(runs[-1].due_at, now - BACK)
    return sorted([*again, *template.schedule.due(after, now, zone)])


def _run(services: Services, due: Due, composed: Composed | None) -> Iterator[str]:
    issued = seal(services, composed, WHO).sealed if composed else due.sealed
    assert issued is not None  # noqa: S101 - composed is left out only where it is sealed
    for problem in make_all(services, issued).problems:
        log.warning("bulletin %s: %s", issued.number, problem)
    store_of(services).end_run(due.template.name, due.due_at, number=issued.number)
    if composed:
        yield issued.number


def _fail(services: Services, due: Due, now: datetime, error: Exception) -> None:
    """Claimed or not, the run is noted as failed, or it would be begun anew every minute."""
    store, name = store_of(services), due.template.name
    store.claim(name, due.due_at, now, PATIENCE)
    store.end_run(name, due.due_at, error=f"{type(error).__name__}: {error}")
    known = isinstance(error, DashboardError)
    log.warning("bulletin %s: %s", name, error, exc_info=None if known else error)
