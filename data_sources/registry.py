"""Connector types by the name a pack calls them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.core.errors import Fault, PackError, did_you_mean
from data_sources import csv
from data_sources.base import Source


@dataclass(frozen=True)
class Connector:
    make: Callable[..., Source]
    required: frozenset[str]
    optional: frozenset[str]


CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {
        "csv": Connector(csv.from_config, csv.REQUIRED, csv.OPTIONAL),
    }
)


def create(
    options: Mapping[str, Any], *, folder: Path, zone: ZoneInfo, where: str = "[connector]"
) -> Source:
    """The connector that the `[connector]` table of a source describes.

    Args:
        options: The table, `type` included.
        folder: Of the pack; paths are relative to it.
        zone: Of times that name none.
        where: The file of the source, for errors.

    Raises:
        PackError: Unknown type or option, or a required one missing; all faults at once.
    """
    name = str(options.get("type", ""))
    connector = CONNECTORS.get(name)
    if connector is None:
        problem = f"There is no connector of type `{name}`."
        raise PackError([Fault(f"{where} type", problem, did_you_mean(name, CONNECTORS))])
    faults = _faults(connector, set(options) - {"type"}, where)
    if faults:
        raise PackError(faults)
    return connector.make(options, folder=folder, zone=zone)


def _faults(connector: Connector, given: set[str], where: str) -> list[Fault]:
    known = connector.required | connector.optional
    unknown = [
        Fault(
            f"{where} {name}", f"The connector has no option `{name}`.", did_you_mean(name, known)
        )
        for name in sorted(given - known)
    ]
    missing = [
        Fault(where, f"The connector needs `{name}`.", f"add `{name} = …` to [connector]")
        for name in sorted(connector.required - given)
    ]
    return unknown + missing
