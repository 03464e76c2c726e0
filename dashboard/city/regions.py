"""regions.csv: the tree of places, from the city down."""

from collections.abc import Mapping, Sequence

from dashboard.city import cells
from dashboard.city.faults import Faults
from dashboard.city.files import Folder, Layout, Row, read_csv
from dashboard.city.links import check_parents
from dashboard.city.model import LEVELS, Level, Region
from dashboard.core.errors import did_you_mean

NAME = "regions.csv"
_LAYOUT = Layout(
    ("code", "level", "parent", "name"),
    ("name_en", "population", "lon", "lat", "valid_from", "valid_to"),
)
_LEVEL_OF: Mapping[str, Level] = {level: level for level in LEVELS}


def read_regions(folder: Folder, levels: Sequence[Level], root: str) -> dict[str, Region]:
    faults = folder.faults
    read = read_csv(folder, NAME, _LAYOUT)
    whole = [row for row in read if cells.filled(row, ("code", "level", "name"), faults)]
    rows = cells.first_lines(whole, "code", faults)
    regions = {
        code: _region(row, level, faults)
        for code, row in rows.items()
        for level in [_level(row, levels, faults)]
        if level
    }
    if rows:
        check_parents(
            {code: row["parent"] for code, row in rows.items()},
            {code: row.where for code, row in rows.items()},
            faults,
            what="region",
        )
        _check_order(regions, rows, faults)
        _check_root(regions, rows, root, faults)
    return regions


def _level(row: Row, levels: Sequence[Level], faults: Faults) -> Level | None:
    given = row["level"]
    if given in levels:
        return _LEVEL_OF[given]
    fix = did_you_mean(given, levels)
    if given in LEVELS:
        fix = f"add it to `levels` in city.toml, or {fix}"
    faults.add(row.where, f"The level `{given}` is not one of the pack.", fix)
    return None


def _region(row: Row, level: Level, faults: Faults) -> Region:
    first, last = cells.day(row, "valid_from", faults), cells.day(row, "valid_to", faults)
    if first and last and last < first:
        problem = f"`valid_to` {last} is before `valid_from` {first}."
        faults.add(row.where, problem, "swap or correct them")
    return Region(
        code=row["code"],
        level=level,
        parent=row["parent"],
        name=row["name"],
        name_en=row["name_en"],
        population=_population(row, faults),
        point=_point(row, faults),
        valid_from=first,
        valid_to=last,
    )


def _population(row: Row, faults: Faults) -> int | None:
    found = cells.number(row, "population", faults)
    if found is not None and (found < 0 or found != int(found)):
        problem = f"`population`: {found} is not a number of people."
        faults.add(row.where, problem, "write a whole number, 0 or more, or leave it empty")
        return None
    return None if found is None else int(found)


def _point(row: Row, faults: Faults) -> tuple[float, float] | None:
    if bool(row["lon"]) != bool(row["lat"]):
        fix = "give both, or neither"
        faults.add(row.where, "Only one of `lon` and `lat` is given.", fix)
    lon, lat = cells.degrees(row, "lon", 180, faults), cells.degrees(row, "lat", 90, faults)
    return None if lon is None or lat is None else (lon, lat)


def _check_order(regions: Mapping[str, Region], rows: Mapping[str, Row], faults: Faults) -> None:
    for region in regions.values():
        above = regions.get(region.parent)
        if region.level == "city" or above is None:
            continue
        if LEVELS.index(above.level) >= LEVELS.index(region.level):
            faults.add(
                rows[region.code].where,
                f"A {region.level} cannot lie in `{above.code}`, which is a {above.level}.",
                "give a parent of a higher level, or correct the level",
            )


def _check_root(
    regions: Mapping[str, Region], rows: Mapping[str, Row], root: str, faults: Faults
) -> None:
    roots = [region.code for region in regions.values() if region.level == "city"]
    if not roots:
        fix = f"add a row `{root or '…'},city,,…`"
        faults.add(NAME, "There is no row of level `city`.", fix)
    for code in roots[1:]:
        problem = f"There is a second city; the first is `{roots[0]}`."
        faults.add(rows[code].where, problem, "one pack is one city: remove it or give its level")
    if roots and root and roots[0] != root:
        problem = f"The city has the code `{roots[0]}` here and `{root}` in city.toml."
        faults.add(rows[roots[0]].where, problem, "write the same code in both")
    for code, region in regions.items():
        if region.level == "city" and region.parent:
            fix = "leave its parent empty"
            faults.add(rows[code].where, "The city has a parent.", fix)
        elif region.level != "city" and not region.parent:
            fix = "only the city has none: give the code of the region above"
            faults.add(rows[code].where, f"The {region.level} `{code}` has no parent.", fix)
