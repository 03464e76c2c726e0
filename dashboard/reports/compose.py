"""A template and its answers → the document, complete but for its number and seal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from dashboard.core.periods import Window
from dashboard.reports.asking import Answers, Asked, Days, answered, needs, open_ended
from dashboard.reports.charts import chart
from dashboard.reports.document import Block, Document, Heading, Paragraph
from dashboard.reports.findings import Teller
from dashboard.reports.tables import Drawer
from dashboard.reports.template import Section, Template
from dashboard.reports.voice import Voice
from dashboard.services import Services
from dashboard.store.data_version import DataVersion

_TENS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Late:
    """A source that is not complete to the end of the period."""

    name: str
    complete_to: datetime | None


@dataclass(frozen=True)
class Composed:
    """Everything a bulletin says, before it has a number."""

    template: Template
    days: Days
    asked: Asked
    late: tuple[Late, ...]
    blocks: tuple[Block, ...]


def compose(services: Services, template: Template, window: Window) -> Composed:
    """Ask and write. Nothing is stored."""
    days = Days(window, services.city.appraisal_day)
    asked = answered(services, needs(template, days), open_ended(template, days))
    author = Author(services, template, Answers(days, asked.found, asked.settling), asked.version)
    return Composed(template, days, asked, tuple(author.late), tuple(author.blocks()))


def numeral(number: int) -> str:
    """一 to 九十九: how Chinese headings are counted."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_TENS[tens - 1]}十"
    return ten + (_TENS[ones - 1] if ones else "")


def voice_of(services: Services, template: Template) -> Voice:
    names, language = services.engine.dimensions.name, template.language
    return Voice(language, lambda dimension, code: names(dimension, code, language))


@dataclass(frozen=True)
class Author:
    services: Services
    template: Template
    answers: Answers
    version: DataVersion

    @cached_property
    def voice(self) -> Voice:
        return voice_of(self.services, self.template)

    @cached_property
    def teller(self) -> Teller:
        voice, city, days = self.voice, self.services.city, self.answers.days.window
        words = {
            "period": voice.period(days.period),
            "before": voice.period(days.before),
            "year_before": voice.period(days.year_before),
            "city": voice.pick(city.name, city.name_en),
            "as_of": voice.moment(self.version.as_of.astimezone(city.zone)),
        }
        return Teller(self.answers, voice, words, self.template.listed)

    @cached_property
    def drawer(self) -> Drawer:
        codes = self.services.engine.dimensions.codes
        cuts = {section.table.by for section in self.template.sections if section.table}
        order = {cut: {code: at for at, code in enumerate(codes(cut) or ())} for cut in cuts}
        return Drawer(self.answers, self.voice, self.services.city, order)

    def blocks(self) -> Iterator[Block]:
        number = 0
        for section in self.template.sections:
            if section.title:
                number += 1
                yield Heading(self._numbered(number, section.title))
            yield from self._section(section)

    def _numbered(self, number: int, title: str) -> str:
        if self.template.language == "en":
            return f"{number}. {title}"
        return f"{numeral(number)}、{title}"

    def _section(self, section: Section) -> Iterator[Block]:
        for paragraph in section.text:
            yield Paragraph(self.teller.paragraph(paragraph, section))
        if section.figures:
            yield self.drawer.figures(section)
        if section.table:
            yield from self.drawer.tables(section, section.table)
        if section.chart:
            yield chart(self.answers, self.voice, section, section.chart)

    @property
    def late(self) -> Iterator[Late]:
        """Sources of these figures that do not reach the end of the period."""
        end = midnight_after(self.answers.days.window.period.last, self.services)
        names = {name for result in self.answers.found.values() for name in result.sources}
        for name in sorted(names):
            known = self.version.complete_to.get(name)
            if known is None or known < end:
                yield Late(name, known)


def midnight_after(day: date, services: Services) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), services.city.zone)


@dataclass(frozen=True)
class Stamp:
    """What only the moment of issue knows; without a number it is a draft."""

    issued_at: datetime
    number: str = ""
    serial: int = 0


def document(services: Services, composed: Composed, stamp: Stamp) -> Document:
    template, zone = composed.template, services.city.zone
    voice = voice_of(services, template)
    issued_at = stamp.issued_at.astimezone(zone)
    issue = voice.say("issue", year=issued_at.year, serial=stamp.serial)
    marks = ["demonstration"] if services.city.demonstration else []
    marks += [] if stamp.number else ["draft"]
    return Document(
        language=template.language,
        title=voice.pick(template.title, template.title_en),
        issue=issue if stamp.number else voice.say("draft"),
        unit=template.unit,
        date=voice.day(issued_at.date()),
        period=voice.period(composed.days.window.period),
        to=template.to,
        marks=tuple(voice.say(mark) for mark in marks),
        blocks=composed.blocks,
        about=tuple(_about(services, composed, stamp, voice)),
        note=voice.say("seal_note") if stamp.number else "",
        number=stamp.number,
    )


def _about(
    services: Services, composed: Composed, stamp: Stamp, voice: Voice
) -> Iterator[tuple[str, str]]:
    version, zone = composed.asked.version, services.city.zone
    as_of = voice.moment(version.as_of.astimezone(zone))
    yield voice.say("issued_by_unit"), composed.template.unit
    yield voice.say("period"), voice.period(composed.days.window.period)
    yield voice.say("data"), voice.say("data_of", version=version.version, as_of=as_of)
    if composed.late:
        yield voice.say("late"), voice.listed(late_sources(services, composed.late, voice))
    yield voice.say("definitions"), services.engine.catalogue.digest
    yield voice.say("issued_at"), voice.moment(stamp.issued_at.astimezone(zone))
    if stamp.number:
        yield voice.say("number"), stamp.number


def late_sources(services: Services, late: Sequence[Late], voice: Voice) -> list[str]:
    said = []
    for one in late:
        name = voice.name("source", one.name)
        known = one.complete_to
        to = voice.moment(known.astimezone(services.city.zone)) if known else voice.say("never")
        said.append(voice.say("late_one", name=name, to=to) if known else f"{name} {to}")
    return said
