"""What a request may use: one object, built once, handed to callbacks, API and jobs."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from dashboard.boards.overview import Board
from dashboard.city.model import City, SourceSpec
from dashboard.config import Settings
from dashboard.core.clock import Clock, system_clock
from dashboard.core.values import Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentLister
from dashboard.metrics.watch import Watch
from dashboard.store.data_version import DataVersion
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore


@dataclass(frozen=True)
class SourceLight:
    """How fresh one source is: said in the header of every page."""

    spec: SourceSpec
    complete_to: datetime | None
    late: bool


@dataclass
class Services:
    """Everything that lives as long as the process."""

    settings: Settings
    city: City
    catalogue: Catalogue
    facts: FactsStore
    state: StateStore
    data_dir: Path
    board: Board = field(default_factory=Board.load)
    clock: Clock = system_clock
    watch: Watch = field(default_factory=Watch)

    @cached_property
    def engine(self) -> MetricEngine:
        return MetricEngine(self.catalogue, self.city, self.facts)

    @cached_property
    def lister(self) -> IncidentLister:
        return IncidentLister(self.engine.catalogue, self.engine.planner, self.facts)

    @cached_property
    def threads(self) -> ThreadPoolExecutor:
        """Where requests do their work, so that the event loop never waits for a query."""
        return ThreadPoolExecutor(self.settings.threads, thread_name_prefix="request")

    @cached_property
    def geography(self) -> str:
        """Fingerprint of the outlines and names: what makes map addresses cacheable for good."""
        digest = hashlib.sha256(str(sorted(self.city.regions)).encode())
        for path in self.city.geometry.values():
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    @property
    def version(self) -> DataVersion:
        return self.facts.version()

    @property
    def last_day(self) -> date:
        """The city day the facts speak of: today while sources are live, else where they end."""
        return self.version.as_of.astimezone(self.city.zone).date()

    @property
    def default_period(self) -> Period:
        """Month to date; in the first days of a month that says too little, so seven days."""
        last = self.last_day
        first = last.replace(day=1)
        return Period(min(first, last - timedelta(days=6)), last)

    def lights(self) -> list[SourceLight]:
        """Every source with what it is complete to, and whether that is older than it promises."""
        now, known = self.clock(), self.version.complete_to
        return [
            SourceLight(
                spec,
                known.get(spec.name),
                spec.name not in known or now - known[spec.name] > spec.freshness,
            )
            for spec in self.city.sources.values()
        ]

    def on_commit(self, tell: Callable[[DataVersion], None]) -> None:
        self.facts.on_commit(tell)

    def close(self) -> None:
        self.engine.close()
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.facts.close()
        self.state.close()
