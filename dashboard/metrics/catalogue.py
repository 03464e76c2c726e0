"""Load the definitions and hold them against the facts: every fault at once, none at run time."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dashboard.core.errors import Fault, PackError, UsageError, did_you_mean
from dashboard.metrics.definition import Definition, read_definition
from dashboard.metrics.model import Metric
from dashboard.metrics.resolve import form_of, resolve, resolve_score
from dashboard.metrics.scoring import Scheme

DEFINITIONS = Path(__file__).parent / "definitions"


class Catalogue:
    """All metrics by id. `digest` changes with any definition and is part of every cache key;
    `parameters` are the numbers a city has set for itself.
    """

    def __init__(
        self,
        metrics: Mapping[str, Metric],
        digest: str,
        parameters: Mapping[str, Decimal] = MappingProxyType({}),
    ) -> None:
        self._metrics = dict(metrics)
        self.digest = digest
        self.parameters = parameters

    @classmethod
    def load(cls, folder: Path = DEFINITIONS) -> "Catalogue":
        """Raises `PackError` with every fault of every file."""
        faults: list[Fault] = []
        digest = hashlib.sha256()
        tables: dict[str, list[Definition]] = {}
        for path in sorted(folder.glob("*.toml")):
            digest.update(path.read_bytes())
            for key, table in _tables(path, faults).items():
                tables[f"{path.stem}.{key}"] = read_definition(
                    table, f"{path.name} [{key}]", faults
                )
        metrics = _resolved({k: v for k, v in tables.items() if v}, faults)
        if faults:
            raise PackError(faults)
        return cls({name: metrics[name] for name in tables}, digest.hexdigest()[:16])

    def with_rules(
        self, schemes: Mapping[str, Scheme], parameters: Mapping[str, Decimal]
    ) -> "Catalogue":
        """The city's own numbers, and its own ways of making scores in place of those defined.

        Raises `PackError` for a metric that is no score, or a part that does not exist.
        """
        if not schemes and not parameters:
            return self
        faults: list[Fault] = []
        metrics = dict(self._metrics)
        for metric_id, scheme in schemes.items():
            changed = self._scored(metric_id, scheme, faults)
            if changed is not None:
                metrics[metric_id] = changed
        if faults:
            raise PackError(faults)
        digest = hashlib.sha256(f"{self.digest} {schemes} {parameters}".encode())
        return Catalogue(metrics, digest.hexdigest()[:16], parameters)

    def _scored(self, metric_id: str, scheme: Scheme, faults: list[Fault]) -> Metric | None:
        where = f"scoring.toml [{metric_id}]"
        found = self._metrics.get(metric_id)
        if found is None or found.scheme is None:
            fix = did_you_mean(metric_id, [metric.id for metric in self if metric.scheme])
            faults.append(Fault(where, f"There is no score `{metric_id}`.", fix))
            return None
        since = scheme.since or found.since
        before = (version for version in (found, *found.earlier) if version.since < since)
        own = replace(
            found,
            scheme=scheme,
            standard=scheme.source,
            status="standard",
            since=since,
            earlier=tuple(replace(version, earlier=()) for version in before),
        )
        return resolve_score(own, self._metrics, where, faults)

    def __getitem__(self, metric_id: str) -> Metric:
        try:
            return self._metrics[metric_id]
        except KeyError:
            raise UsageError(
                f"Unknown metric `{metric_id}`.",
                where="metric",
                fix=did_you_mean(metric_id, self._metrics),
            ) from None

    def __iter__(self) -> Iterator[Metric]:
        return iter(self._metrics.values())

    def __len__(self) -> int:
        return len(self._metrics)

    def __contains__(self, metric_id: object) -> bool:
        return metric_id in self._metrics

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._metrics)


def _tables(path: Path, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(path.name, f"Not valid TOML: {error}.", "correct that line"))
        return {}


def _resolved(
    definitions: Mapping[str, list[Definition]], faults: list[Fault]
) -> dict[str, Metric]:
    """Scores last, because their parts are metrics; a score may have a score among its parts."""
    metrics: dict[str, Metric] = {}
    for metric_id in _parts_first(definitions):
        domain, _, key = metric_id.partition(".")
        where = f"{domain}.toml [{key}]"
        versions = [
            resolve(metric_id, definition, metrics, where, faults)
            for definition in definitions[metric_id]
        ]
        known = [version for version in versions if version is not None]
        if len(known) == len(versions):
            metrics[metric_id] = replace(known[0], earlier=tuple(known[1:]))
    return metrics


def _parts_first(definitions: Mapping[str, list[Definition]]) -> Iterable[str]:
    return sorted(definitions, key=lambda name: form_of(name) == "score")
