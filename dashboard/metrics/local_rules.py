"""What a city sets for itself in `scoring.toml`: numbers that measures use, and ways of scoring."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from dashboard.city.model import City
from dashboard.core.errors import Fault, PackError, did_you_mean
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.definition import Number, NumberOrOpen, PartTable, schema_faults
from dashboard.metrics.facts import LIMITS, PARAMETERS
from dashboard.metrics.scoring import Scheme

FILE = "scoring.toml"
Said = Annotated[str, StringConstraints(min_length=1)]
"""A text that may not be empty: who set it has to be said."""


class _Parameter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    value: Number
    source: Said


class _Scheme(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    source: Said
    since: date
    parts: tuple[PartTable, ...]
    grades: tuple[tuple[str, NumberOrOpen], ...] = ()


def with_local_rules(catalogue: Catalogue, city: City) -> Catalogue:
    """Raises `PackError` with everything in `scoring.toml` that does not hold."""
    faults: list[Fault] = []
    parameters = _parameters(city.scoring.get("parameters", {}), faults)
    schemes = dict(_schemes(city.scoring, faults))
    try:
        ruled = catalogue.with_rules(schemes, parameters)
    except PackError as error:
        faults.extend(error.faults)
    if faults:
        raise PackError(faults)
    return ruled


def _parameters(tables: Any, faults: list[Fault]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = {}
    for name, table in _items(tables, "parameters", faults):
        where = f"{FILE} [parameters.{name}]"
        if name not in PARAMETERS:
            fix = did_you_mean(name, PARAMETERS)
            faults.append(Fault(where, f"Nothing uses a parameter `{name}`.", fix))
            continue
        try:
            found[name] = _Parameter.model_validate(table).value
        except ValidationError as error:
            faults.extend(schema_faults(where, error, _Parameter))
            continue
        least, most = LIMITS[name]
        if not least <= found[name] <= most:
            problem = f"{found[name]} makes no sense as `{name}`."
            faults.append(Fault(f"{where} value", problem, f"take {least} to {most}"))
    return found


def _schemes(scoring: Mapping[str, Any], faults: list[Fault]) -> Mapping[str, Scheme]:
    found: dict[str, Scheme] = {}
    for domain, tables in scoring.items():
        if domain == "parameters":
            continue
        for key, table in _items(tables, domain, faults):
            where = f"{FILE} [{domain}.{key}]"
            try:
                given = _Scheme.model_validate(table)
            except ValidationError as error:
                faults.extend(schema_faults(where, error, _Scheme))
                continue
            parts = tuple(part.part() for part in given.parts)
            found[f"{domain}.{key}"] = Scheme(parts, given.grades, given.source, given.since)
    return found


def _items(tables: Any, name: str, faults: list[Fault]) -> Any:
    if isinstance(tables, Mapping):
        return tables.items()
    problem = f"`{name}` is no table of tables."
    faults.append(Fault(f"{FILE} [{name}]", problem, f"write [{name}.<name>]"))
    return ()
