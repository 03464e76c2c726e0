"""The trees of a pack as flat relations: from any code to the codes above it, in one join."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from dashboard.city.model import City, Region

LEVELS = ("district", "street", "community", "grid")


def relations(city: City) -> Mapping[str, pa.Table]:
    """By the name that `fields.Reference` uses; `key` is what a source may write."""
    departments = [{"key": code, "code": code} for code in city.departments]
    return {
        "paths:region": _table([_region_path(city, r) for r in city.regions.values()], *LEVELS),
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


def _region_path(city: City, region: Region) -> dict[str, Any]:
    path: dict[str, Any] = {"key": region.code, "code": region.code}
    at: Region | None = region
    while at is not None:
        if at.level in LEVELS:
            path[at.level] = at.code
        at = city.regions.get(at.parent)
    return path


def _category_paths(city: City) -> list[dict[str, Any]]:
    """Where a pack has one code system only, a source need not name it."""
    paths = []
    for category in city.categories.values():
        path: dict[str, Any] = {"code": category.code}
        code = category.code
        while code in city.categories:
            at = city.categories[code]
            path[f"level_{at.depth}"] = at.code
            code = at.parent if at.parent in city.categories else f"{at.system}:{at.parent}"
        keys = {category.code}
        if len(city.category_systems) == 1:
            keys.add(category.code.partition(":")[2])
        paths += [{"key": key, **path} for key in keys]
    return paths
