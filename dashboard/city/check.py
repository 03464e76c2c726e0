"""Everything that can be wrong with a pack, polygons and data files included."""

import glob
from collections.abc import Callable, Collection
from pathlib import Path

from dashboard.city.faults import Faults
from dashboard.city.load import read_pack
from dashboard.city.model import City, SourceSpec
from dashboard.core.errors import DashboardError, Fault, PackError, did_you_mean

ColumnsOf = Callable[[SourceSpec], Collection[str]]
"""Asks the connector of a source which columns it delivers now."""


def check_city(
    folder: Path,
    *,
    known_metrics: Collection[str] | None = None,
    columns_of: ColumnsOf | None = None,
) -> list[Fault]:
    from dashboard.city.geometry import check_geometry  # noqa: PLC0415 - geopandas is slow to import

    reading = read_pack(folder, known_metrics)
    if reading.city:
        check_geometry(reading.city, reading.folder)
        for spec in reading.city.sources.values():
            _check_data(reading.city, spec, columns_of, reading.folder.faults)
    return list(reading.folder.faults)


def _check_data(city: City, spec: SourceSpec, columns_of: ColumnsOf | None, faults: Faults) -> None:
    if not _files_there(city, spec, faults) or columns_of is None:
        return
    try:
        columns = columns_of(spec)
    except PackError as error:
        for fault in error.faults:
            faults.add(fault.where, fault.problem, fault.fix)
        return
    except DashboardError as error:
        where = f"{spec.where} [connector]"
        problem = f"Its columns cannot be read: {error.problem}"
        faults.add(where, f"{problem} ({error.where})" if error.where else problem, error.fix)
        return
    _check_columns(spec, columns, faults)


def _files_there(city: City, spec: SourceSpec, faults: Faults) -> bool:
    """Other connectors than files are asked for their columns only."""
    path = spec.connector.get("path")
    if spec.connector.get("type") != "csv" or not isinstance(path, str) or not path:
        return spec.connector.get("type") != "csv"
    if glob.glob(path, root_dir=city.folder):  # noqa: PTH207 - Path.glob knows no `..`
        return True
    faults.add(
        f"{spec.where} [connector] path",
        f"No file matches `{path}`; looked in {(city.folder / path).parent.resolve()}.",
        "put the export there, or correct the path (relative to the folder of the pack)",
    )
    return False


def _check_columns(spec: SourceSpec, columns: Collection[str], faults: Faults) -> None:
    used = [(rule.where, name) for rule in spec.fields for name in rule.reads]
    release = spec.connector.get("release")
    if isinstance(release, str):
        used.append((f"{spec.where} [connector] release", release))
    for where, name in used:
        if name not in columns:
            problem = f"The data has no column `{name}`."
            faults.add(where, problem, did_you_mean(name, columns))
