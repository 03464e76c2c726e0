"""The other lists of a pack: departments, categories, calendar, targets."""

from collections.abc import Collection, Mapping
from datetime import date

from dashboard.city import cells
from dashboard.city.faults import Faults
from dashboard.city.files import Folder, Layout, Row, read_csv
from dashboard.city.links import check_parents, depths
from dashboard.city.model import Category, Department, Target
from dashboard.core.errors import did_you_mean

MAX_DEPTH = 3


def read_departments(folder: Folder) -> dict[str, Department]:
    faults, layout = folder.faults, Layout(("code", "name"), ("name_en", "parent"))
    read = read_csv(folder, "departments.csv", layout)
    whole = [row for row in read if cells.filled(row, ("code", "name"), faults)]
    rows = cells.first_lines(whole, "code", faults)
    parents = {code: row["parent"] for code, row in rows.items()}
    places = {code: row.where for code, row in rows.items()}
    check_parents(parents, places, faults, what="department")
    return {
        code: Department(code, row["name"], row["name_en"], row["parent"])
        for code, row in rows.items()
    }


def read_categories(folder: Folder, systems: Collection[str]) -> dict[str, Category]:
    """By `system:code`; a parent is a code of the same system."""
    layout = Layout(("system", "code", "parent", "name"), ("name_en",))
    faults, columns = folder.faults, ("system", "code", "name")
    read = read_csv(folder, "categories.csv", layout)
    keyed = [
        Row(row.where, {**row.cells, "key": f"{row['system']}:{row['code']}"})
        for row in read
        if cells.filled(row, columns, faults) and _system_known(row, systems, faults)
    ]
    rows = cells.first_lines(keyed, "key", faults)
    parents = {key: _above(row) for key, row in rows.items()}
    places = {key: row.where for key, row in rows.items()}
    check_parents(parents, places, faults, what="category")
    depth = depths(parents)
    _check_depth(rows, depth, faults)
    return {
        key: Category(key, row["system"], parents[key], depth[key], row["name"], row["name_en"])
        for key, row in rows.items()
    }


def _system_known(row: Row, systems: Collection[str], faults: Faults) -> bool:
    if row["system"] in systems:
        return True
    fix = f"{did_you_mean(row['system'], systems)}; or declare [category_systems.{row['system']}]"
    faults.add(row.where, f"city.toml declares no category system `{row['system']}`.", fix)
    return False


def _above(row: Row) -> str:
    return f"{row['system']}:{row['parent']}" if row["parent"] else ""


def _check_depth(rows: Mapping[str, Row], depth: Mapping[str, int], faults: Faults) -> None:
    for key, row in rows.items():
        if depth[key] > MAX_DEPTH:
            problem = f"`{key}` is {depth[key]} levels deep; there are {MAX_DEPTH} at most."
            faults.add(row.where, problem, "hang it below a category of depth 1 or 2")


def read_calendar(folder: Folder) -> dict[date, bool]:
    """Day → whether it is a working day, where the pack differs from the national calendar."""
    name, faults = "calendar.csv", folder.faults
    if not folder.has(name):
        return {}
    read = read_csv(folder, name, Layout(("date", "is_workday"), ("name",)))
    whole = [row for row in read if cells.filled(row, ("date",), faults)]
    found = {}
    for row in cells.first_lines(whole, "date", faults).values():
        day, flag = cells.day(row, "date", faults), cells.boolean(row, "is_workday", faults)
        if day and flag is not None:
            found[day] = flag
    return found


def read_targets(
    folder: Folder, known_metrics: Collection[str] | None = None
) -> tuple[Target, ...]:
    name, faults = "targets.csv", folder.faults
    if not folder.has(name):
        return ()
    columns = ("metric", "value", "since", "source")
    targets: dict[tuple[str, date], Target] = {}
    for row in read_csv(folder, name, Layout(columns)):
        if known_metrics is not None and row["metric"] and row["metric"] not in known_metrics:
            fix = faults.near(row["metric"], known_metrics, "see docs/metrics for the names")
            faults.add(row.where, f"There is no metric `{row['metric']}`.", fix)
        whole = cells.filled(row, columns, faults)
        value, since = cells.number(row, "value", faults), cells.day(row, "since", faults)
        if not whole or value is None or since is None:
            continue
        key = (row["metric"], since)
        if key in targets:
            problem = f"`{row['metric']}` has two targets since {since}."
            faults.add(row.where, problem, "remove one of the rows")
        targets.setdefault(key, Target(row["metric"], value, since, row["source"]))
    return tuple(targets.values())
