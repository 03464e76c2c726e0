"""One table of a definition file, as it is written. An unknown key is an error, and nothing has a
default that would hide a decision.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from dashboard.core.errors import Fault, did_you_mean
from dashboard.metrics.scoring import Bands, Grades, Part, Points, Scheme

STATUSES = ("standard", "field usage", "assumed", "delivered")


def _decimal(value: object) -> Decimal:
    """Texts and whole numbers only: a float has lost its last digit already."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(f'write {value} as a text: "{value}"')
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"`{value}` is not a number") from None
    if not found.is_finite():
        raise ValueError(f"`{value}` is not a number")
    return found


def _decimal_or_open(value: object) -> Decimal | None:
    return None if value in ("", None) else _decimal(value)


Number = Annotated[Decimal, BeforeValidator(_decimal)]
NumberOrOpen = Annotated[Decimal | None, BeforeValidator(_decimal_or_open)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PointsTable(_Strict):
    max: Number
    threshold: Number
    slope: Number
    floor: Number


class PartTable(_Strict):
    metric: str
    weight: Number | None = None
    points: PointsTable | None = None
    inverse: bool = False
    bands: tuple[tuple[NumberOrOpen, Number], ...] = ()

    def part(self) -> Part:
        points = Points(**self.points.model_dump()) if self.points else None
        bands: Bands = tuple(self.bands)
        return Part(self.metric, self.weight, points, self.inverse, bands)


class Definition(_Strict):
    """Keys of every metric; which of the others it needs depends on its form."""

    name: str
    name_en: str
    formula: str
    formula_en: str
    counts: str = ""
    counts_en: str = ""
    of: str = ""
    of_en: str = ""
    exclusions: str
    exclusions_en: str
    numerator: str | None = None
    denominator: str | None = None
    time: str | None = None
    denominator_time: str | None = None
    joining: str | None = None
    undecided: str | None = None
    unit: str
    unit_en: str
    direction: Literal["higher_is_better", "lower_is_better", "neutral"]
    decimals: Annotated[int, Field(ge=0)]
    rounding: Literal["half_up", "truncate"] = "half_up"
    min_denominator: Annotated[int, Field(ge=0)] = 0
    comparable: bool = True
    target: Number | None = None
    target_source: str = ""
    bands: tuple[Number, ...] = ()
    parts: tuple[PartTable, ...] = ()
    grades: tuple[tuple[str, NumberOrOpen], ...] = ()
    standard: str
    status: Literal["standard", "field usage", "assumed", "delivered"]
    owner: str
    since: date
    why: str
    why_en: str
    earlier: tuple[dict[str, Any], ...] = ()

    @field_validator("earlier")
    @classmethod
    def _stands_beside(cls, tables: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        if any("earlier" in table for table in tables):
            raise ValueError("an earlier version has no `earlier` of its own: write them in a row")
        return tables

    @model_validator(mode="after")
    def _says_who_set_the_target(self) -> "Definition":
        if self.target is not None and not self.target_source:
            raise ValueError("a target without `target_source`: say who set it")
        return self

    def scheme(self) -> Scheme | None:
        if not self.parts:
            return None
        grades: Grades = tuple(self.grades)
        return Scheme(tuple(part.part() for part in self.parts), grades, self.standard, self.since)

    def versions(self) -> Iterator["Definition"]:
        """The newest, then what was before: each earlier table says only what differs."""
        own = self.model_dump(exclude={"earlier"}, exclude_unset=True)
        yield Definition.model_validate(own)
        for before in sorted(self.earlier, key=lambda table: str(table.get("since")), reverse=True):
            own = {**own, **before}
            yield Definition.model_validate(own)


def schema_faults(
    where: str, error: ValidationError, model: type[BaseModel] = Definition
) -> Iterator[Fault]:
    """Each thing wrong with a table of this model, with its key and how to mend it."""
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            known = _model_at(fault["loc"], model).model_fields
            fix = did_you_mean(str(fault["loc"][-1]), known)
            yield Fault(f"{where} {key}", f"Unknown key `{key}`.", fix)
        elif fault["type"] == "missing":
            yield Fault(f"{where} {key}", f"`{key}` is missing.", f"add `{key} = …`")
        else:
            said = fault["msg"].removeprefix("Value error, ")
            yield Fault(
                f"{where} {key}".strip(), f"`{key or 'table'}`: {said}.", "correct the value"
            )


def _model_at(place: tuple[str | int, ...], model: type[BaseModel]) -> type[BaseModel]:
    """Which table a key stands in: the last of those that lie in one another."""
    inner: dict[str, type[BaseModel]] = {"parts": PartTable, "points": PointsTable}
    return next((inner[str(name)] for name in reversed(place[:-1]) if name in inner), model)


def read_definition(table: Mapping[str, Any], where: str, faults: list[Fault]) -> list[Definition]:
    """All versions of one metric, the newest first; empty where something is wrong."""
    try:
        definition = Definition.model_validate(table)
        versions = list(definition.versions())
    except ValidationError as error:
        faults.extend(schema_faults(where, error))
        return []
    for newer, older in pairwise(versions):
        if older.since >= newer.since:
            faults.append(
                Fault(
                    f"{where} earlier",
                    f"The version since {older.since} is not before that since {newer.since}.",
                    "give each version its own first day",
                )
            )
    return versions
