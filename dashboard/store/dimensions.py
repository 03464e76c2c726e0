"""Regions, departments and categories of the pack as rows beside the facts."""

from typing import Any

from sqlalchemy import Connection, Table, delete, select

from dashboard import facts
from dashboard.city.model import City
from dashboard.store.dialects import duckdb as dialect

Rows = dict[Table, list[dict[str, Any]]]


def replace(connection: Connection, wanted: Rows) -> int:
    """The number of rows written."""
    for table, rows in wanted.items():
        connection.execute(delete(table))
        dialect.append(connection, table, rows)
    return sum(map(len, wanted.values()))


def are_stored(connection: Connection, wanted: Rows) -> bool:
    return all(_same(connection, table, rows) for table, rows in wanted.items())


def rows_of(city: City) -> Rows:
    regions = [
        {
            "code": region.code,
            "level": region.level,
            "parent_code": region.parent,
            "name": region.name,
            "name_en": region.name_en,
            "population": region.population,
            "valid_from": region.valid_from,
            "valid_to": region.valid_to,
        }
        for region in city.regions.values()
    ]
    departments = [
        {"code": unit.code, "parent_code": unit.parent, "name": unit.name, "name_en": unit.name_en}
        for unit in city.departments.values()
    ]
    categories = [
        {
            "code": category.code,
            "system": category.system,
            "parent_code": category.parent,
            "depth": category.depth,
            "name": category.name,
            "name_en": category.name_en,
        }
        for category in city.categories.values()
    ]
    return {facts.regions: regions, facts.departments: departments, facts.categories: categories}


def _same(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> bool:
    names = table.columns.keys()
    stored = {tuple(row) for row in connection.execute(select(table))}
    return stored == {tuple(row[name] for name in names) for row in rows}
