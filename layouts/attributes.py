"""`data-…` and `aria-…` attributes, which are no Python names."""

from typing import Any


def attributes(given: dict[str, str]) -> dict[str, Any]:
    """Components take them as keywords of any type, and say so only to those who ask."""
    return dict(given)
