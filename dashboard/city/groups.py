"""groups.csv: units that are ranked among themselves, one row a member."""

from collections.abc import Collection, Mapping

from dashboard.city import cells
from dashboard.city.faults import Faults
from dashboard.city.files import Folder, Layout, Row, read_csv
from dashboard.city.model import LEVELS, Department, Group, Region
from dashboard.core.errors import did_you_mean

FILE = "groups.csv"
_COLUMNS = ("group", "name", "dimension", "code")


def read_groups(
    folder: Folder, regions: Mapping[str, Region], departments: Mapping[str, Department]
) -> dict[str, Group]:
    """By code of the group, in the order of the file. A unit is in one group of its dimension."""
    if not folder.has(FILE):
        return {}
    faults, known = folder.faults, _members(regions, departments)
    groups: dict[str, Group] = {}
    placed: dict[tuple[str, str], Row] = {}
    for row in read_csv(folder, FILE, Layout(_COLUMNS, ("name_en",))):
        member = (row["dimension"], row["code"])
        whole = cells.filled(row, _COLUMNS, faults)
        if not whole or not _known(row, known, faults) or not _fits(row, groups, faults):
            continue
        if member in placed:
            problem = f"`{row['code']}` is in a group already."
            faults.add(row.where, problem, f"remove this row or the one at {placed[member].where}")
            continue
        placed[member] = row
        codes = groups[row["group"]].codes if row["group"] in groups else ()
        groups[row["group"]] = Group(
            row["group"], row["name"], row["name_en"], row["dimension"], (*codes, row["code"])
        )
    return groups


def _members(
    regions: Mapping[str, Region], departments: Mapping[str, Department]
) -> dict[str, Collection[str]]:
    """What can be ranked: departments, and regions of each level below the city."""
    known: dict[str, Collection[str]] = {"department": departments}
    for level in LEVELS[1:]:
        known[level] = {code for code, region in regions.items() if region.level == level}
    return known


def _known(row: Row, known: Mapping[str, Collection[str]], faults: Faults) -> bool:
    dimension, code = row["dimension"], row["code"]
    if dimension not in known:
        problem = f"`{dimension}` is nothing that is ranked in groups."
        faults.add(row.where, problem, did_you_mean(dimension, known))
        return False
    if code not in known[dimension]:
        problem = f"There is no {dimension} `{code}`."
        fix = faults.near(code, known[dimension], f"write the code of a {dimension} of the pack")
        faults.add(row.where, problem, fix)
        return False
    return True


def _fits(row: Row, groups: Mapping[str, Group], faults: Faults) -> bool:
    """Every row of a group says the same about the group."""
    group = groups.get(row["group"])
    if group is None:
        return True
    said = {"name": group.name, "name_en": group.name_en, "dimension": group.dimension}
    for column, first in said.items():
        if row[column] != first:
            problem = (
                f"The group `{group.code}` has `{first}` as its {column}, here `{row[column]}`."
            )
            faults.add(row.where, problem, "write the same in every row of the group")
            return False
    return True
