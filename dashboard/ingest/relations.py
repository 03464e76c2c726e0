"""The trees of a pack as flat relations: from any code to the codes above it, in one join."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from dashboard.city.model import City
from dashboard.city.tree import ancestors, category_path

LEVELS = ("district", "street", "community", "grid")


def relations(city: City) -> Mapping[str, pa.Table]:
    """By the name that `fields.Reference` uses; `key` is what a source may write."""
    departments = [{"key": code, "code": code} for code in city.departments]
    regions = [
        {"key": code, "code": code, **ancestors(city.regions, code)} for code in city.regions
    ]
    return {
        "paths:region": _table(regions, *LEVELS),
        "paths:category": _table(_category_paths(city), "level_1", "level_2", "level_3"),
        "known:department": _table(departments),
    }


def digest_of(trees: Mapping[str, pa.Table]) -> str:
    """Changes when a code is added, dropped or hung elsewhere."""
    digest = hashlib.sha256()
    for name in sorted(trees):
        rows = trees[name].sort_by("key").to_pylist()
        digest.update(repr((name, rows)).encode())
    return digest.hexdigest()


def _table(rows: list[dict[str, Any]], *levels: str) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in ("key", "code", *levels)])
    return pa.Table.from_pylist(rows, schema=schema)


def _category_paths(city: City) -> list[dict[str, Any]]:
    """Where a pack has one code system only, a source need not name it."""
    paths = []
    for code in city.categories:
        above = category_path(city.categories, code)
        path = {f"level_{depth}": step for depth, step in enumerate(above, start=1)}
        keys = {code}
        if len(city.category_systems) == 1:
            keys.add(code.partition(":")[2])
        paths += [{"key": key, "code": code, **path} for key in keys]
    return paths
