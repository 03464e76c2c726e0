"""What has become of a bulletin's figures since, and the erratum that says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboard.core.errors import UsageError
from dashboard.core.values import FigureState, Period
from dashboard.reports.asking import answered
from dashboard.reports.compose import numeral
from dashboard.reports.content import (
    Difference,
    canonical,
    corrected,
    differences,
    digest,
    figures,
    flat,
    query_of,
    told_of,
)
from dashboard.reports.document import Cell, Document, Grid, Heading, Paragraph, as_json
from dashboard.reports.issue import shared_content, store_of
from dashboard.reports.template import Language
from dashboard.reports.voice import Voice
from dashboard.services import Services
from dashboard.store.bulletins import Position, Sealed
from dashboard.store.data_version import DataVersion


@dataclass(frozen=True)
class Proposal:
    """How the figures of a bulletin stand now against what is in force: the bulletin with its
    errata. `gone` are metrics that can no longer be asked.
    """

    sealed: Sealed
    version: DataVersion
    differences: tuple[Difference, ...]
    gone: tuple[str, ...] = ()

    @property
    def unchanged(self) -> bool:
        return not self.differences


@dataclass(frozen=True)
class Correction:
    """Why a bulletin is corrected, and who answers for it."""

    reason: str
    who: str


def propose(services: Services, sealed: Sealed) -> Proposal:
    """Ask every figure of a bulletin again, as it was asked then."""
    told = told_of(sealed)
    known = [answer for answer in told["figures"] if answer["metric"] in services.engine.catalogue]
    gone = {answer["metric"] for answer in told["figures"]} - {a["metric"] for a in known}
    queries = [query_of(answer["metric"], answer["query"]) for answer in known]
    asked = answered(services, queries)
    in_force = flat(known)
    for erratum in store_of(services).errata_of([sealed.number]):
        in_force = corrected(in_force, told_of(erratum)["changes"])
    now = flat(figures(asked.found.values()))
    return Proposal(sealed, asked.version, tuple(differences(in_force, now)), tuple(sorted(gone)))


def correct(services: Services, proposal: Proposal, correction: Correction) -> Sealed:
    """Seal an erratum that lists every figure which differs.

    Raises:
        UsageError: Nothing differs, or nobody says why or who.
    """
    for name, given in (("reason", correction.reason), ("by", correction.who)):
        if not given.strip():
            raise UsageError(f"An erratum needs a `{name}`.", where=name, fix=f"give {name}")
    if proposal.unchanged:
        number = proposal.sealed.number
        raise UsageError(
            f"Every figure of {number} stands as it was issued.",
            where=number,
            fix="there is nothing to correct",
        )
    now = services.clock()

    def write(position: Position) -> tuple[str, str]:
        text = canonical(_content(services, proposal, correction, position, now))
        return text, digest(text)

    return store_of(services).seal_erratum(proposal.sealed.number, now, write)


def _content(
    services: Services,
    proposal: Proposal,
    correction: Correction,
    position: Position,
    at: datetime,
) -> dict[str, Any]:
    sealed, told = proposal.sealed, told_of(proposal.sealed)
    writer = ErratumWriter(services, proposal, correction, told)
    return {
        **shared_content(services, proposal.version, position, at, correction.who),
        "sort": "erratum",
        "corrects": {"number": sealed.number, "sha256": sealed.sha256},
        "reason": correction.reason,
        "title": told["title"],
        "title_en": told["title_en"],
        "language": told["language"],
        "unit": told["unit"],
        "period": told["period"],
        "changes": [difference.told() for difference in proposal.differences],
        "document": as_json(writer.document(position, at)),
    }


@dataclass(frozen=True)
class ErratumWriter:
    """`told` is the content of the bulletin that is corrected."""

    services: Services
    proposal: Proposal
    correction: Correction
    told: Mapping[str, Any]

    @property
    def voice(self) -> Voice:
        names, language = self.services.engine.dimensions.name, self._language
        return Voice(language, lambda dimension, code: names(dimension, code, language))

    @property
    def _language(self) -> Language:
        return "en" if self.told["language"] == "en" else "zh"

    @property
    def _title(self) -> str:
        return self.voice.pick(self.told["title"], self.told["title_en"])

    def document(self, position: Position, at: datetime) -> Document:
        voice, issued_at = self.voice, at.astimezone(self.services.city.zone)
        printed = self.told["document"]
        return Document(
            language=self._language,
            title=voice.say("erratum"),
            issue=voice.say("erratum_serial", serial=position.serial),
            unit=self.told["unit"],
            date=voice.day(issued_at.date()),
            period=voice.say("erratum_of", title=self._title, issue=printed["issue"]),
            to=printed["to"],
            marks=tuple(printed["marks"]),
            blocks=tuple(self._blocks()),
            about=tuple(self._about(position, issued_at)),
            note=voice.say("erratum_note"),
            number=position.number,
        )

    def _blocks(self) -> Iterator[Paragraph | Heading | Grid]:
        voice, printed = self.voice, self.told["document"]
        yield Paragraph(
            voice.say(
                "erratum_text",
                title=self._title,
                issue=printed["issue"],
                number=self.told["number"],
                period=printed["period"],
            )
        )
        yield Paragraph(voice.say("reason", reason=self.correction.reason.strip()))
        yield Paragraph(voice.say("signed", who=self.correction.who.strip()))
        heading = voice.say("corrected")
        yield Heading(f"1. {heading}" if self._language == "en" else f"{numeral(1)}、{heading}")
        yield self._grid()

    def _grid(self) -> Grid:
        keys = ("metric", "scope", "period", "before", "after")
        rows = tuple(tuple(self._row(one)) for one in self.proposal.differences)
        heads = tuple(self.voice.say(key) for key in keys)
        return Grid("", heads, rows, (3, 4), (21, 18, 27, 17, 17))

    def _row(self, one: Difference) -> Iterator[Cell]:
        voice = self.voice
        period = Period(date.fromisoformat(one.query["from"]), date.fromisoformat(one.query["to"]))
        yield Cell(voice.metric(self.services.engine.catalogue[one.metric]))
        yield Cell(self._scope(one))
        yield Cell(voice.period(period))
        yield Cell(self._figure(one.metric, one.before), "muted")
        yield Cell(self._figure(one.metric, one.after), "strong")

    def _scope(self, one: Difference) -> str:
        """Where the figure is of: its group, else its filters, else the whole city."""
        named = [self.voice.name(dimension, code) for dimension, code in one.group.items()]
        named += [
            self.voice.name(dimension, code)
            for dimension, codes in one.query["where"].items()
            for code in codes
        ]
        return " · ".join(named) or self.voice.say("whole_city")

    def _figure(self, metric: str, figure: Mapping[str, Any] | None) -> str:
        """The value with the counts behind it: both may be what changed."""
        if figure is None:
            return self.voice.say("absent")
        if figure["value"] is None:
            shown = self.voice.state(FigureState(figure["state"]))
        else:
            value = f"{Decimal(figure['value']):,}"
            shown = self.voice.united(value, self.services.engine.catalogue[metric])
        below = figure["denominator"]
        return shown if below is None else f"{shown}\n{figure['numerator']}/{below}"

    def _about(self, position: Position, issued_at: datetime) -> Iterator[tuple[str, str]]:
        voice, version = self.voice, self.proposal.version
        as_of = voice.moment(version.as_of.astimezone(self.services.city.zone))
        yield voice.say("issued_by_unit"), self.told["unit"]
        yield voice.say("data"), voice.say("data_of", version=version.version, as_of=as_of)
        yield voice.say("definitions"), self.services.engine.catalogue.digest
        yield voice.say("issued_at"), voice.moment(issued_at)
        yield voice.say("number"), position.number
        yield voice.say("seal_of"), self.proposal.sealed.sha256
