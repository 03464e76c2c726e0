"""Ways up the trees of a city."""

from collections.abc import Mapping

from dashboard.city.model import Category, Level, Region


def ancestors(regions: Mapping[str, Region], code: str) -> dict[Level, str]:
    """Level → code, from the region itself up to the city; empty for an unknown code.

    Ends where a level comes again, as it can in a pack that is not checked yet.
    """
    path: dict[Level, str] = {}
    region = regions.get(code)
    while region is not None and region.level not in path:
        path[region.level] = region.code
        region = regions.get(region.parent)
    return path


def category_path(categories: Mapping[str, Category], code: str) -> tuple[str, ...]:
    """From the top category down to this one; empty for an unknown code."""
    path: list[str] = []
    while code in categories:
        path.append(code)
        code = categories[code].parent
    return tuple(reversed(path))
