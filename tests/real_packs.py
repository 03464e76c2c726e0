"""The packs over real data: ingest one, ask it, and say figures in a form that compares exactly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.access.scope import Scope
from dashboard.city.load import load_city
from dashboard.city.model import City
from dashboard.config import Settings
from dashboard.core.values import Period
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.listing import IncidentQuery
from dashboard.metrics.model import MetricQuery, MetricResult, MetricRow, filters
from dashboard.services import Services
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore

DATA = Path(__file__).parents[2] / "shared" / "data"
PACKS = Path(__file__).parent / "packs"

needs_real_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real data are not at ../shared/data, and not in the repository"
)

Figure = tuple[int, int | None, str]
"""Numerator, denominator, and the value as printed or the word that stands for it."""
Score = tuple[str, str]
"""Points as printed or the word that stands for them, and the grade."""

Group = str | tuple[str, ...]


@dataclass(frozen=True)
class RealCity:
    """An ingested pack. Answers come as plain dicts: group → figure."""

    services: Services
    reports: Mapping[str, SourceReport]
    whole: Period

    def ask(
        self, metric: str, *by: str, days: Period | None = None, **where: str
    ) -> dict[Group, Figure]:
        result = self.result(metric, *by, days=days, **where)
        decimals = result.metric.decimals
        return {_group(row): _figure(row, decimals) for row in result.rows}

    def result(
        self, metric: str, *by: str, days: Period | None = None, **where: str
    ) -> MetricResult:
        query = MetricQuery(metric, days or self.whole, by, filters(where))
        [result] = self.services.engine.run([query], scope=Scope.whole_city())
        return result

    def scores(self, metric: str, *by: str, days: Period | None = None) -> dict[Group, Score]:
        result = self.result(metric, *by, days=days)
        return {
            _group(row): (row.shown(result.metric.decimals) or row.state.value, row.grade)
            for row in result.rows
        }

    def listed(self, metric: str, *, part: str = "numerator", **where: str) -> int:
        """How many incidents the list behind a figure says it holds."""
        return self._total(
            IncidentQuery(self.whole, filters(where), metric=metric, part=part, limit=1)
        )

    def placed(self, west: float, south: float, east: float, north: float) -> int:
        """How many incidents a rectangle of the map holds."""
        return self._total(IncidentQuery(self.whole, bbox=(west, south, east, north), limit=1))

    def noted(self, source: str) -> dict[tuple[str, str], int]:
        """Quirks of a source: (kind, field) → how often."""
        notes = [note._mapping for note in self.services.state.notes(source)]
        return {(note["kind"], note["field"]): note["count"] for note in notes}

    def fields(self, source: str, source_id: str) -> dict[str, Any]:
        """One incident as it is stored."""
        record = self.services.lister.one(source, source_id, scope=Scope.whole_city())
        assert record is not None, f"{source} has no {source_id}"
        return record.fields

    def _total(self, query: IncidentQuery) -> int:
        return self.services.lister.page(query, scope=Scope.whole_city()).total

    def run(self, *, from_the_start: bool = False) -> Mapping[str, SourceReport]:
        """Every source once more; from the start as if nobody knew how far it was read."""
        if from_the_start:
            for name in self.services.city.sources:
                self.services.state.save_cursor(name, {})
        return _run(self.services)


@contextmanager
def ingested(
    pack: str, folder: Path, whole: Period, residents: Mapping[str, int] | None = None
) -> Iterator[RealCity]:
    """`residents` by region, where a test needs some: the packs know none."""
    city = load_city(PACKS / pack)
    regions = {
        code: replace(region, population=(residents or {}).get(code))
        for code, region in city.regions.items()
    }
    with ingested_city(replace(city, regions=regions), folder, whole) as real:
        yield real


@contextmanager
def ingested_city(city: City, folder: Path, whole: Period) -> Iterator[RealCity]:
    services = Services(
        Settings.load({}),
        city,
        Catalogue.load(),
        FactsStore.open(folder / "facts.duckdb"),
        StateStore.open(f"sqlite:///{folder / 'state.sqlite'}"),
        folder,
    )
    try:
        yield RealCity(services, _run(services), whole)
    finally:
        services.close()


def _run(services: Services) -> Mapping[str, SourceReport]:
    reports = {
        spec.name: run_source(
            spec,
            services.city,
            services.facts,
            services.state,
            services.data_dir,
            services.clock,
        )
        for spec in services.city.sources.values()
    }
    assert {name: report.error for name, report in reports.items()} == dict.fromkeys(reports)
    return reports


def _group(row: MetricRow) -> Group:
    codes = tuple(row.group.values())
    return codes[0] if len(codes) == 1 else codes


def _figure(row: MetricRow, decimals: int) -> Figure:
    below = row.ratio.denominator
    shown = row.shown(decimals)
    return (
        int(row.ratio.numerator),
        None if below is None else int(below),
        row.state.value if shown is None else shown,
    )


def grouped(found: "pd.Series[Any]", figure: Callable[[Any], Figure]) -> dict[Group, Figure]:
    """Figures of what a groupby found."""
    values: dict[Any, Any] = found.to_dict()
    return {group: figure(value) for group, value in values.items()}


def count(number: float) -> Figure:
    return (int(number), None, str(int(number)))


def rate(part: int, whole: int, *, fewest: int = 20) -> Figure:
    """A percentage with one decimal, rounded half-up; words where there is too little below."""
    if not whole:
        return (int(part), int(whole), "no_data")
    if whole < fewest:
        return (int(part), int(whole), "too_few")
    return (int(part), int(whole), one_decimal(Decimal(int(part) * 100) / Decimal(int(whole))))


def per_10k(number: int, people: int | None) -> Figure:
    """For every ten thousand residents; words where nobody knows them, or there are few."""
    if people is None:
        return (int(number), None, "not_delivered")
    if people < 1000:
        return (int(number), people, "too_few")
    return (int(number), people, one_decimal(Decimal(int(number) * 10_000) / Decimal(people)))


def percentile(values: Sequence[int], share: Decimal) -> Decimal:
    """Interpolated between the two values that stand nearest to it."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def one_decimal(value: Decimal) -> str:
    return rounded(value, 1)


def rounded(value: Decimal, decimals: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))
