"""Reading what was issued: lists, one bulletin with its errata, and whether the seals hold."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Period
from dashboard.reports.content import canonical, digest, intact, told_of
from dashboard.reports.files import path_of
from dashboard.reports.issue import store_of
from dashboard.services import Services
from dashboard.store.bulletins import Sealed, StoredFile


@dataclass(frozen=True)
class ListedErratum:
    number: str
    serial: int
    issued_at: datetime
    issued_by: str
    reason: str
    changes: int
    sha256: str
    files: tuple[str, ...]
    holds: bool


@dataclass(frozen=True)
class Listed:
    """One bulletin of a list. `issued_at` is in the city's zone; `files` are extensions; `holds`
    says whether its content is what was sealed (`verify` also looks at all that is beside it).
    """

    number: str
    template: str
    title: str
    title_en: str
    issue: str
    kind: str
    language: str
    unit: str
    period: Period
    issued_at: datetime
    issued_by: str
    data_version: int
    as_of: datetime
    late: tuple[str, ...]
    sha256: str
    files: tuple[str, ...]
    errata: tuple[ListedErratum, ...]
    holds: bool


@dataclass(frozen=True)
class Verdict:
    """Whether a bulletin or erratum is still what was sealed; `faults` says what is not."""

    number: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def archive(services: Services, *, limit: int | None = None) -> list[Listed]:
    """Every bulletin, newest first, each with its errata."""
    store = store_of(services)
    sealed = store.all(limit=limit)
    files, errata = store.files(), store.errata_of([one.number for one in sealed])
    by_bulletin: dict[str, list[Sealed]] = {}
    for erratum in errata:
        by_bulletin.setdefault(erratum.corrects, []).append(erratum)
    return [_listed(services, one, by_bulletin.get(one.number, []), files) for one in sealed]


def listed(services: Services, number: str) -> Listed:
    """One bulletin; of an erratum, the bulletin that it corrects."""
    store = store_of(services)
    found = sealed(services, number)
    if found.corrects:
        found = sealed(services, found.corrects)
    return _listed(services, found, store.errata_of([found.number]), store.files())


def sealed(services: Services, number: str) -> Sealed:
    """
    Raises:
        UsageError: Neither a bulletin nor an erratum has that number.
    """
    store = store_of(services)
    found = store.bulletin(number) or store.erratum(number)
    if found is None:
        fix = did_you_mean(number, store.numbers())
        raise UsageError(f"There is no bulletin `{number}`.", where="number", fix=fix)
    return found


def _listed(
    services: Services,
    one: Sealed,
    errata: list[Sealed],
    files: Mapping[str, Mapping[str, StoredFile]],
) -> Listed:
    told, zone = _told(one), services.city.zone
    return Listed(
        number=one.number,
        template=one.template,
        title=told.get("title", one.number),
        title_en=told.get("title_en", ""),
        issue=told.get("document", {}).get("issue", ""),
        kind=told.get("kind", ""),
        language=told.get("language", services.city.language),
        unit=told.get("unit", ""),
        period=Period(*sorted(one.days or (date.min, date.min))),
        issued_at=one.issued_at.astimezone(zone),
        issued_by=told.get("issued_by", ""),
        data_version=told.get("data_version", 0),
        as_of=datetime.fromisoformat(told.get("as_of", one.issued_at.isoformat())),
        late=tuple(told.get("late", ())),
        sha256=one.sha256,
        files=tuple(sorted(files.get(one.number, {}))),
        errata=tuple(_listed_erratum(services, erratum, files) for erratum in errata),
        holds=bool(told),
    )


def _listed_erratum(
    services: Services, one: Sealed, files: Mapping[str, Mapping[str, StoredFile]]
) -> ListedErratum:
    told = _told(one)
    return ListedErratum(
        number=one.number,
        serial=one.serial,
        issued_at=one.issued_at.astimezone(services.city.zone),
        issued_by=told.get("issued_by", ""),
        reason=told.get("reason", ""),
        changes=len(told.get("changes", ())),
        sha256=one.sha256,
        files=tuple(sorted(files.get(one.number, {}))),
        holds=bool(told),
    )


def _told(one: Sealed) -> dict[str, Any]:
    """What is sealed; nothing where it no longer is: a list shows that, it does not fail."""
    return told_of(one) if intact(one) else {}


def verify_all(services: Services) -> list[Verdict]:
    """Every bulletin and every erratum, in the order of their issue."""
    store = store_of(services)
    everything = sorted((*store.all(), *store.errata_of()), key=lambda one: one.issued_at)
    return [verify(services, one) for one in everything]


def verify(services: Services, one: Sealed) -> Verdict:
    """Compute the seal again from what is stored, and hold everything beside it against it."""
    faults = [*_content_faults(one), *_chain_faults(services, one), *_file_faults(services, one)]
    return Verdict(one.number, tuple(faults))


def _content_faults(one: Sealed) -> Iterator[str]:
    if digest(one.content) != one.sha256:
        yield f"the content has the hash {digest(one.content)}, sealed was {one.sha256}"
    try:
        told: Any = json.loads(one.content)
        if canonical(told) != one.content:
            yield "the content is not written in the one way it is sealed in"
        yield from _row_faults(one, told)
    except (ValueError, KeyError, TypeError) as error:
        yield f"the content cannot be read: {error}"


def _row_faults(one: Sealed, told: Mapping[str, Any]) -> Iterator[str]:
    """The columns a list is made from say the same as the content."""
    columns: dict[str, tuple[object, object]] = {
        "number": (one.number, told["number"]),
        "serial": (one.serial, told["serial"]),
        "issue": (one.issued_at.replace(microsecond=0), datetime.fromisoformat(told["issued_at"])),
    }
    if one.days is None:
        columns["corrected bulletin"] = (one.corrects, told["corrects"]["number"])
    else:
        columns["period"] = (list(map(str, one.days)), [told["period"][k] for k in ("from", "to")])
        columns["template"] = (one.template, told["template"]["name"])
    for name, (stored, is_sealed) in columns.items():
        if stored != is_sealed:
            yield f"its {name} is kept as {stored}, sealed was {is_sealed}"


def _chain_faults(services: Services, one: Sealed) -> Iterator[str]:
    """Each names the one before it with its hash, so that none can be taken out or exchanged."""
    try:
        before = json.loads(one.content)["before"]
    except (ValueError, KeyError, TypeError):
        return
    store = store_of(services)
    if before is None:
        if one.serial != 1:
            yield "it names no bulletin before it"
        return
    found = store.bulletin(before["number"]) or store.erratum(before["number"])
    if found is None:
        yield f"{before['number']}, which it follows, is gone"
    elif found.sha256 != before["sha256"]:
        yield f"{before['number']}, which it follows, has another seal than when it was issued"


def _file_faults(services: Services, one: Sealed) -> Iterator[str]:
    for extension, file in store_of(services).files(one.number).get(one.number, {}).items():
        path = path_of(services, one.number, extension)
        if not path.exists():
            yield f"{path.name} is gone; it can be made again from the content"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            yield f"{path.name} is not the file that was made"
