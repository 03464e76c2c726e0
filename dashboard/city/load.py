"""A folder as a City. What is faulty is left out and said; a city with faults is never used."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from dashboard.city.codes import read_code_tables
from dashboard.city.faults import Faults
from dashboard.city.fields import Codes
from dashboard.city.files import Folder, Table, read_toml
from dashboard.city.groups import read_groups
from dashboard.city.limits import read_limits, with_computed
from dashboard.city.lists import (
    read_calendar,
    read_categories,
    read_departments,
    read_targets,
)
from dashboard.city.model import LEVELS, Category, CategorySystem, City, Level
from dashboard.city.regions import read_regions
from dashboard.city.sources import Pack, read_sources
from dashboard.city.work_settings import read_work
from dashboard.city.zones import read_zone
from dashboard.core.errors import PackError, did_you_mean

FORMAT = 1
_OPTIONAL = ("calendar.csv", "targets.csv", "groups.csv", "limits.csv", "scoring.toml")
_CITY_KEYS = (
    "code",
    "name",
    "name_en",
    "zone",
    "language",
    "demonstration",
    "levels",
    "appraisal_month_starts_on",
)
_LEVEL_OF: Mapping[str, Level] = {level: level for level in LEVELS}


@dataclass(frozen=True)
class Reading:
    """`city` is as much as could be read; None where there is no pack to read."""

    city: City | None
    folder: Folder


def load_city(folder: Path) -> City:
    """
    Raises:
        PackError: With every fault that can be found without opening polygons or data.
    """
    reading = read_pack(folder)
    if reading.folder.faults or reading.city is None:
        raise PackError(tuple(reading.folder.faults))
    return reading.city


def read_pack(path: Path, known_metrics: Collection[str] | None = None) -> Reading:
    folder = Folder(path, Faults())
    main = read_toml(folder, "city.toml") if _is_pack(folder) else None
    if main is None or not _format_known(main):
        return Reading(None, folder)
    main.only("format", "city", "category_systems", "calendar")
    return Reading(_city(folder, main, known_metrics), folder)


def _is_pack(folder: Folder) -> bool:
    if folder.has("city.toml"):
        return True
    path = folder.path
    there = path.is_dir()
    problem = "This folder is not a city pack." if there else "There is no such folder."
    packs = [str(found.parent) for found in path.parent.glob("*/city.toml")]
    fix = did_you_mean(str(path), packs) if packs else "`python -m dashboard demo` makes a pack"
    if there:
        fix = f"a pack has a file city.toml, see docs/city-pack.md; beside it: {fix}"
    folder.faults.add(str(path), problem, fix)
    return False


def _format_known(main: Table) -> bool:
    given = main.entries.get("format")
    if given == FORMAT and not isinstance(given, bool):
        return True
    problem = "`format` is missing." if given is None else f"Format {given!r} is not supported."
    main.faults.add(main.at("format"), problem, f"write format = {FORMAT}, see docs/city-pack.md")
    return False


def _city(folder: Folder, main: Table, known_metrics: Collection[str] | None) -> City:
    about = main.table("city")
    about.only(*_CITY_KEYS)
    code, levels, zone = about.text("code"), _levels(about), read_zone(about)
    systems = _systems(main.table("category_systems", required=False))
    regions = read_regions(folder, levels, code)
    departments = read_departments(folder)
    categories = read_categories(folder, systems)
    geometry = _geometry(folder, levels)
    calendar, limits = read_calendar(folder), read_limits(folder, categories)
    codes = Codes(regions, departments, _category_codes(categories))
    _check_misspelt(folder)
    pack = Pack(folder, zone, codes, read_code_tables(folder), frozenset(geometry))
    return City(
        folder=folder.path,
        id=folder.path.absolute().name,
        code=code,
        name=about.text("name"),
        name_en=about.text("name_en", ""),
        zone=zone,
        language=_language(about),
        demonstration=about.flag("demonstration"),
        levels=levels,
        regions=regions,
        departments=departments,
        category_systems=systems,
        categories=categories,
        calendar=calendar,
        targets=read_targets(folder, known_metrics),
        sources=with_computed(read_sources(pack), limits),
        geometry=geometry,
        groups=read_groups(folder, regions, departments),
        appraisal_day=_appraisal_day(about),
        work=read_work(main, calendar),
        limits=limits,
        scoring=_scoring(folder),
    )


def _levels(about: Table) -> tuple[Level, ...]:
    given = about.texts("levels", ())
    where, known = about.at("levels"), ", ".join(LEVELS)
    unknown = [name for name in given if name not in LEVELS]
    for name in unknown:
        about.faults.add(where, f"There is no level `{name}`.", did_you_mean(name, LEVELS))
    levels = tuple(_LEVEL_OF[name] for name in given if name in LEVELS)
    if levels[:1] != ("city",):
        about.faults.add(where, "The first level must be `city`.", f"choose from: {known}")
    elif list(levels) != sorted(set(levels), key=LEVELS.index):
        fix = f"write each once, in this order: {known}"
        about.faults.add(where, "The levels are not in order.", fix)
    return levels if levels and not unknown else LEVELS


def _language(about: Table) -> Literal["zh", "en"]:
    given = about.text("language", example="zh")
    if given and given not in ("zh", "en"):
        problem = f"There is no language `{given}`."
        about.faults.add(about.at("language"), problem, 'write language = "zh" or "en"')
    return "en" if given == "en" else "zh"


def _appraisal_day(about: Table) -> int:
    key = "appraisal_month_starts_on"
    given = about.entries.get(key, 1)
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= 28:
        return given
    problem, fix = f"{given!r} is not a day that every month has.", f"write {key} = 1, or up to 28"
    about.faults.add(about.at(key), problem, fix)
    return 1


def _scoring(folder: Folder) -> Mapping[str, Any]:
    table = read_toml(folder, "scoring.toml") if folder.has("scoring.toml") else None
    return table.entries if table else {}


def _systems(systems: Table) -> dict[str, CategorySystem]:
    found = {}
    for name in systems.entries:
        system = systems.table(name)
        system.only("name", "version", "source")
        found[name] = CategorySystem(
            name, system.text("name"), system.text("version"), system.text("source")
        )
    return found


def _category_codes(categories: Mapping[str, Category]) -> frozenset[str]:
    """Where a pack has one code system only, a source need not name it."""
    one = len({category.system for category in categories.values()}) == 1
    bare = {code.partition(":")[2] for code in categories} if one else set()
    return frozenset(categories) | bare


def _geometry(folder: Folder, levels: tuple[Level, ...]) -> dict[Level, Path]:
    found = {}
    for name in folder.names("regions/*.geojson"):
        level = PurePosixPath(name).stem
        if level in levels:
            found[_LEVEL_OF[level]] = folder.path / name
        else:
            problem = f"`{level}` is not a level of the pack."
            folder.faults.add(name, problem, did_you_mean(level, levels))
    return found


def _check_misspelt(folder: Folder) -> None:
    """A file that is almost named like an optional one, which is not there, would be lost."""
    for name in folder.names("*.csv"):
        for optional in _OPTIONAL:
            fix = did_you_mean(name, [optional])
            if name != optional and not folder.has(optional) and _almost(name, optional):
                folder.faults.add(name, "No such file belongs to a pack.", fix)


def _almost(name: str, known: str) -> bool:
    return bool(difflib.get_close_matches(name, [known], cutoff=0.8))
