"""The clock of a serving process: the only import of apscheduler."""

import logging
from datetime import UTC, datetime
from threading import Event
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from dashboard.jobs.bulletins import issue_due
from dashboard.jobs.checkpoint import arrange, checkpoint
from dashboard.jobs.pull import pull_sources
from dashboard.jobs.sentinel import check_figures
from dashboard.services import Services


class Scheduler:
    """Jobs of one process, from `start` to `stop`."""

    def __init__(self, services: Services) -> None:
        self._stopping = Event()
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a pull may outlast its interval
        self._clock: Any = BackgroundScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True}
        )
        every = services.settings.pull_seconds
        if every:
            self._clock.add_job(
                pull_sources,
                "interval",
                args=(services, self._stopping),
                seconds=every,
                next_run_time=datetime.now(UTC),
                misfire_grace_time=None,
            )
        started = services.clock()
        self._clock.add_job(issue_due, "interval", args=(services, started), minutes=1)
        self._clock.add_job(checkpoint, "interval", args=(services,), hours=1)
        often = services.settings.sentinel_seconds
        if often:
            args = (services, self._stopping)
            self._clock.add_job(check_figures, "interval", args=args, seconds=often)
        self._clock.add_job(
            arrange, "cron", args=(services,), hour=3, minute=30, timezone=services.city.zone
        )

    def start(self) -> None:
        self._clock.start()

    def stop(self) -> None:
        """Wait for the batch that is being stored, no longer."""
        self._stopping.set()
        self._clock.shutdown(wait=True)
