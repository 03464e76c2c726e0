"""bulletins/*.toml of a pack as templates: every fault with its file, its key and the next step."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import PurePosixPath

from dashboard.city.faults import Faults
from dashboard.city.files import Folder, Table, read_toml
from dashboard.city.model import City
from dashboard.core.errors import Fault, PackError, UsageError, did_you_mean
from dashboard.core.periods import preset
from dashboard.metrics.catalogue import Catalogue
from dashboard.reports.schedule import WEEKDAYS, Schedule
from dashboard.reports.sections import Known, read_sections
from dashboard.reports.template import PERIOD_OF, Kind, Language, Template

FOLDER = "bulletins"
FORMAT = 1
WAIT = timedelta(hours=2)
_KINDS: Mapping[str, Kind] = {kind: kind for kind in PERIOD_OF}
_PERIODS = (
    "yesterday",
    "last_week",
    "last_month",
    "last_appraisal_month",
    "last_quarter",
    "last_year",
    "rolling_7",
    "rolling_30",
)
_KEYS = (
    "format", "title", "title_en", "kind", "period", "at", "on", "wait", "language", "unit", "to",
    "sections",
)  # fmt: skip
_MINUTES = {"m": 1, "h": 60}


@dataclass(frozen=True)
class Reading:
    """Templates without a fault, by name; and the faults of all others."""

    templates: Mapping[str, Template]
    faults: tuple[Fault, ...]


def read_templates(city: City, catalogue: Catalogue) -> Reading:
    found, faults = {}, []
    for name in Folder(city.folder, Faults()).names(f"{FOLDER}/*.toml"):
        folder = Folder(city.folder, Faults())  # its own faults: one bad file spoils no other
        template = _read(folder, name, city, catalogue)
        faults += list(folder.faults)
        if template is not None and not folder.faults:
            found[template.name] = template
    return Reading(found, tuple(faults))


def template_named(name: str, city: City, catalogue: Catalogue) -> Template:
    """
    Raises:
        UsageError: The pack has no such template.
        PackError: It has faults.
    """
    reading = read_templates(city, catalogue)
    if name in reading.templates:
        return reading.templates[name]
    own = [fault for fault in reading.faults if fault.where.startswith(f"{FOLDER}/{name}.toml")]
    if own:
        raise PackError(own)
    there = [PurePosixPath(n).stem for n in Folder(city.folder, Faults()).names(f"{FOLDER}/*.toml")]
    fix = did_you_mean(name, there) if there else f"add {FOLDER}/{name}.toml to the pack"
    raise UsageError(f"The pack has no bulletin `{name}`.", where=f"{FOLDER}/", fix=fix)


def _read(folder: Folder, name: str, city: City, catalogue: Catalogue) -> Template | None:
    main = read_toml(folder, name)
    if main is None:
        return None
    main.only(*_KEYS)
    stem = PurePosixPath(name).stem
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", stem):
        fix = "name the file in small letters, digits and _, as daily.toml: numbers begin with it"
        folder.faults.add(name, f"`{stem}` cannot be the name of a bulletin.", fix)
    if main.entries.get("format") != FORMAT:
        fix = f"write format = {FORMAT}, see docs/city-pack.md"
        folder.faults.add(main.at("format"), "The format of the template is not known.", fix)
    kind = _kind(main)
    return Template(
        name=stem,
        title=main.text("title", example="城市运行日报"),
        title_en=main.text("title_en", ""),
        kind=kind,
        period=_period(main, kind),
        schedule=_schedule(main, kind),
        wait=_wait(main),
        language=_language(main, city),
        unit=main.text("unit", example="城市运行管理中心"),
        to=main.text("to", ""),
        sections=read_sections(main.table("sections"), Known(city, catalogue)),
        digest=hashlib.sha256((city.folder / name).read_bytes()).hexdigest(),
        where=name,
    )


def _kind(main: Table) -> Kind:
    given = main.text("kind", example="daily")
    if given and given not in _KINDS:
        problem = f"There is no kind of bulletin `{given}`."
        main.faults.add(main.at("kind"), problem, did_you_mean(given, _KINDS))
    return _KINDS.get(given, "by_hand")


def _period(main: Table, kind: Kind) -> str:
    given = main.text("period", PERIOD_OF[kind])
    if not given:
        return ""
    try:
        preset(given, date(2000, 1, 1))
    except UsageError as error:
        fix = did_you_mean(given, _PERIODS)
        main.faults.add(main.at("period"), error.problem, fix)
        return PERIOD_OF[kind]
    if given not in _PERIODS:
        problem = f"The period `{given}` is not over when a bulletin tells of it."
        main.faults.add(main.at("period"), problem, f"known: {', '.join(_PERIODS)}")
    return given


def _schedule(main: Table, kind: Kind) -> Schedule | None:
    at, on = main.text("at", ""), main.entries.get("on")
    if not at:
        if "on" in main.entries:
            main.faults.add(main.at("on"), "`on` without `at` is no schedule.", 'add at = "08:30"')
        return None
    if kind == "by_hand" and not main.entries.get("period"):
        fix = 'name a period, as period = "last_month", or remove `at`'
        main.faults.add(main.at("at"), "What comes by the clock needs a period.", fix)
    weekday, month_day = _day(main, on)
    return Schedule(_time(main, at), weekday, month_day)


def _time(main: Table, given: str) -> time:
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given):
        return time.fromisoformat(given)
    main.faults.add(main.at("at"), f"`{given}` is not a time of day.", 'write at = "08:30"')
    return time()


def _day(main: Table, on: object) -> tuple[int | None, int | None]:
    if on is None:
        return None, None
    if isinstance(on, str) and on in WEEKDAYS:
        return WEEKDAYS.index(on), None
    if isinstance(on, int) and not isinstance(on, bool) and 1 <= on <= 31:
        return None, on
    fix = did_you_mean(on, WEEKDAYS) if isinstance(on, str) else "known: 1 to 31"
    problem = f"{on!r} is neither a weekday nor a day of the month."
    main.faults.add(main.at("on"), problem, f'{fix}; write on = "monday" or on = 1')
    return None, None


def _wait(main: Table) -> timedelta:
    given = main.text("wait", "")
    said = re.fullmatch(r"(\d{1,4})([mh])", given)
    if said:
        return timedelta(minutes=int(said[1]) * _MINUTES[said[2]])
    if given:
        fix = "write 0m, 90m or 6h"
        main.faults.add(main.at("wait"), f"`{given}` is not a span of time.", fix)
    return WAIT


def _language(main: Table, city: City) -> Language:
    given = main.text("language", city.language)
    if given not in ("zh", "en"):
        problem = f"There is no language `{given}`."
        main.faults.add(main.at("language"), problem, 'write language = "zh" or "en"')
    return "en" if given == "en" else "zh"
