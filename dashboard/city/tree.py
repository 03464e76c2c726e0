"""Ways up and down the trees of a city, indexed once so that every answer is a look-up."""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from dashboard.city.model import Category, City, Level, Region


@dataclass(frozen=True)
class _Index:
    ancestors: Mapping[str, Mapping[Level, str]]
    children: Mapping[str, tuple[Region, ...]]
    paths: Mapping[str, tuple[str, ...]]


def ancestors(city: City, code: str) -> Mapping[Level, str]:
    """Level → code, from the city down to the region itself; empty for an unknown code."""
    return _index(city).ancestors.get(code, MappingProxyType({}))


def children(city: City, code: str) -> tuple[Region, ...]:
    """Regions right below, in the order of regions.csv."""
    return _index(city).children.get(code, ())


def category_path(city: City, code: str) -> tuple[str, ...]:
    """From the top category down to this one; empty for an unknown code."""
    return _index(city).paths.get(code, ())


_INDEXES: dict[int, _Index] = {}


def _index(city: City) -> _Index:
    """A city holds mappings and so has no hash: its index goes by identity and dies with it."""
    found = _INDEXES.get(id(city))
    if found is None:
        found = _INDEXES[id(city)] = _make(city)
        weakref.finalize(city, _INDEXES.pop, id(city), None)
    return found


def _make(city: City) -> _Index:
    below: dict[str, list[Region]] = {}
    for region in city.regions.values():
        below.setdefault(region.parent, []).append(region)
    return _Index(
        ancestors={code: MappingProxyType(_above(city, code)) for code in city.regions},
        children={code: tuple(regions) for code, regions in below.items() if code},
        paths={code: _path(city.categories, code) for code in city.categories},
    )


def _above(city: City, code: str) -> dict[Level, str]:
    path: list[tuple[Level, str]] = []
    region = city.regions.get(code)
    while region is not None:
        path.append((region.level, region.code))
        region = city.regions.get(region.parent)
    return dict(reversed(path))


def _path(categories: Mapping[str, Category], code: str) -> tuple[str, ...]:
    path: list[str] = []
    while code in categories:
        path.append(code)
        code = categories[code].parent
    return tuple(reversed(path))
