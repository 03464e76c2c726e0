"""Which metrics stand on the KPI pages, and in which order: read from kpi.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.core.errors import UsageError, did_you_mean

LAYOUT = Path(__file__).parent / "kpi.toml"
LEVELS = ("district", "street", "department")
"""What there are league tables of."""


@dataclass(frozen=True)
class Domain:
    """`scores` are composites, shown first and in full."""

    id: str
    name: str
    name_en: str
    scores: tuple[str, ...]
    metrics: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.scores, *self.metrics)


@dataclass(frozen=True)
class DepartmentLayout:
    """`place`: with the place among its peers. `waiting`: the metrics whose incidents are listed
    longest first.
    """

    place: tuple[str, ...]
    volumes: tuple[str, ...]
    clocks: tuple[str, ...]
    returns: tuple[str, ...]
    categories: tuple[str, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True)
class DistrictLayout:
    place: tuple[str, ...]
    months: tuple[str, ...]
    streets: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True)
class KpiBoard:
    domains: tuple[Domain, ...]
    league: Mapping[str, tuple[str, ...]]
    department: DepartmentLayout
    district: DistrictLayout

    @classmethod
    def load(cls, path: Path = LAYOUT) -> "KpiBoard":
        table = tomllib.loads(path.read_text("utf-8"))
        return cls(
            tuple(Domain(**_tuples(entry)) for entry in table["domain"]),
            {level: tuple(table["league"][level]) for level in LEVELS},
            DepartmentLayout(**_tuples(table["department"])),
            DistrictLayout(**_tuples(table["district"])),
        )

    def chosen(self, domain: str) -> tuple[Domain, ...]:
        """One domain, or all of them where none is named."""
        known = {one.id: one for one in self.domains}
        if domain and domain not in known:
            raise UsageError(
                f"There is no domain `{domain}`.",
                where=f"domain={domain}",
                fix=did_you_mean(domain, known),
            )
        return (known[domain],) if domain else self.domains


@cache
def kpi_board() -> KpiBoard:
    """The one that is shipped; read once."""
    return KpiBoard.load()


def refuse_level(level: str, known: Sequence[str]) -> None:
    if level not in known:
        raise UsageError(
            f"There is no league table of `{level}`.",
            where=f"level={level}",
            fix=did_you_mean(level, known),
        )


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
