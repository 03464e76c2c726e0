"""Residents and unit grids of a region: the denominators that the region tree supplies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dashboard.access.scope import Scope
from dashboard.city.model import City, Region
from dashboard.metrics.dimensions import REGION_LEVELS
from dashboard.metrics.model import Base, Where

Named = Mapping[str, tuple[str, ...]]
"""Regions by level."""


@dataclass(frozen=True)
class Areas:
    city: City

    def of(
        self, base: Base, group: Mapping[str, str], where: Where, *, scope: Scope
    ) -> Decimal | None:
        """Of the smallest regions that group and filters name together, else of all in scope.

        None where one of them has no such number, or where the caller sees only some of its rows:
        a rate of some residents would be no rate.
        """
        named = {name: codes for name, codes in where if name in REGION_LEVELS}
        named |= {name: (code,) for name, code in group.items() if name in REGION_LEVELS}
        codes = list(self._smallest(named)) if named else self._all_of(scope)
        found = [self._number(base, code) for code in codes if self._is_seen(code, scope)]
        known = [number for number in found if number is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(codes) else None

    def _smallest(self, named: Named) -> Iterator[str]:
        """Codes of the lowest level named, without those outside of the regions named above it."""
        levels = [level for level in REGION_LEVELS if level in named]
        for code in named[levels[-1]]:
            above: dict[str, str] = {one.level: one.code for one in self._upwards(code)}
            if not above or all(above.get(level) in named[level] for level in levels):
                yield code

    def _all_of(self, scope: Scope) -> list[str]:
        if scope.districts is None:
            return [self.city.code]
        return [] if scope.departments else sorted(scope.districts)

    def _is_seen(self, code: str, scope: Scope) -> bool:
        """Whether all rows of a region are in scope."""
        own = {region.code for region in self._upwards(code)}
        return scope.districts is None or not own.isdisjoint(scope.districts)

    def _upwards(self, code: str) -> Iterator[Region]:
        while region := self.city.regions.get(code):
            yield region
            code = region.parent

    def _number(self, base: Base, code: str) -> Decimal | None:
        region = self.city.regions.get(code)
        if region is None:
            return None
        number = self._unit_grids.get(code) if base == "unit_grids" else region.population
        return None if number is None else Decimal(number)

    @cached_property
    def _unit_grids(self) -> Mapping[str, int]:
        """How many unit grids lie in each region, counted up the tree."""
        counts: dict[str, int] = {}
        for grid in self.city.regions.values():
            for region in self._upwards(grid.code) if grid.level == "grid" else ():
                counts[region.code] = counts.get(region.code, 0) + 1
        return counts
