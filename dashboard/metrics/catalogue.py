"""Load the definitions and hold them against the facts: every fault at once, none at run time."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from dashboard.core.errors import Fault, PackError, UsageError, did_you_mean
from dashboard.metrics.facts import FACTS, Fact, Measure
from dashboard.metrics.model import Form, Metric

DEFINITIONS = Path(__file__).parent / "definitions"
STATUSES = ("standard", "field usage", "assumed", "delivered")
FORMS: tuple[Form, ...] = ("hours_median", "rate", "count")


class Definition(BaseModel):
    """One table of a definition file. An unknown key is an error, and nothing has a default that
    would hide a decision.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    name_en: str
    formula: str
    formula_en: str
    numerator: str
    denominator: str | None = None
    time: str
    unit: str
    unit_en: str
    direction: str
    decimals: int
    min_denominator: int = 0
    comparable: bool = True
    standard: str
    status: str
    owner: str
    since: date
    why: str
    why_en: str

    @field_validator("direction")
    @classmethod
    def _known_direction(cls, value: str) -> str:
        return _one_of(value, ("higher_is_better", "lower_is_better", "neutral"))

    @field_validator("status")
    @classmethod
    def _known_status(cls, value: str) -> str:
        return _one_of(value, STATUSES)


class Catalogue:
    """All metrics by id. `digest` changes with any definition and is part of every cache key."""

    def __init__(self, metrics: Mapping[str, Metric], digest: str) -> None:
        self._metrics = dict(metrics)
        self.digest = digest

    @classmethod
    def load(cls, folder: Path = DEFINITIONS) -> "Catalogue":
        """Raises `PackError` with every fault of every file."""
        faults: list[Fault] = []
        metrics: dict[str, Metric] = {}
        digest = hashlib.sha256()
        for path in sorted(folder.glob("*.toml")):
            digest.update(path.read_bytes())
            for metric in _read(path, faults):
                metrics[metric.id] = metric
        if faults:
            raise PackError(faults)
        return cls(metrics, digest.hexdigest()[:16])

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


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"`{value}` is not one of {', '.join(known)}")
    return value


def _read(path: Path, faults: list[Fault]) -> Iterator[Metric]:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(path.name, f"Not valid TOML: {error}.", "correct that line"))
        return
    for key, table in tables.items():
        where = f"{path.name} [{key}]"
        try:
            definition = Definition.model_validate(table)
        except ValidationError as error:
            faults.extend(_schema_faults(where, error))
            continue
        metric = _resolve(f"{path.stem}.{key}", definition, where, faults)
        if metric is not None:
            yield metric


def _schema_faults(where: str, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            fix = did_you_mean(key, Definition.model_fields)
            yield Fault(f"{where} {key}", f"Unknown key `{key}`.", fix)
        elif fault["type"] == "missing":
            yield Fault(f"{where} {key}", f"`{key}` is missing.", f"add `{key} = …`")
        else:
            yield Fault(f"{where} {key}", f"`{key}`: {fault['msg']}.", "correct the value")


def _resolve(
    metric_id: str, definition: Definition, where: str, faults: list[Fault]
) -> Metric | None:
    before = len(faults)
    form = next((form for form in FORMS if metric_id.endswith(f"_{form}")), None)
    if form is None:
        faults.append(
            Fault(
                where,
                f"The name `{metric_id}` does not say its arithmetic.",
                f"end it in one of {', '.join('_' + form for form in FORMS)}",
            )
        )
    found = _measure(definition.numerator, f"{where} numerator", faults)
    below = (
        _measure(definition.denominator, f"{where} denominator", faults)
        if definition.denominator
        else None
    )
    if form == "rate" and definition.denominator is None:
        faults.append(
            Fault(where, "A rate needs a denominator.", 'add `denominator = "fact.measure"`')
        )
    if found and below and found[0].name != below[0].name:
        faults.append(
            Fault(
                where,
                "Numerator and denominator count different populations.",
                f"take both from `{found[0].name}`",
            )
        )
    if found and definition.time not in found[0].times:
        faults.append(
            Fault(
                f"{where} time",
                f"`{found[0].name}` has no time `{definition.time}`.",
                did_you_mean(definition.time, found[0].times),
            )
        )
    if len(faults) > before or found is None or form is None:
        return None
    return Metric(
        id=metric_id,
        form=form,
        fact=found[0],
        numerator=found[1],
        denominator=below[1] if below else None,
        where=where,
        **definition.model_dump(exclude={"numerator", "denominator"}),
    )


def _measure(name: str, where: str, faults: list[Fault]) -> tuple[Fact, Measure] | None:
    fact_name, _, measure_name = name.partition(".")
    fact = FACTS.get(fact_name)
    known = {f"{f.name}.{m}" for f in FACTS.values() for m in f.measures}
    if fact is None or measure_name not in fact.measures:
        faults.append(Fault(where, f"Measure `{name}` does not exist.", did_you_mean(name, known)))
        return None
    return fact, fact.measures[measure_name]
