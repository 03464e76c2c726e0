"""Colours that a chart must be told; everything else reads them from assets/tokens.css."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Palette:
    text: str
    muted: str
    line: str
    data: str
    context: str
    panel: str


PALETTES: dict[Theme, Palette] = {
    "light": Palette("#142033", "#5B6B82", "#DDE4EC", "#0B6BCB", "#9FB0C3", "#FFFFFF"),
    "dark": Palette("#E6EDF7", "#8A9BB4", "#1E2A40", "#4CC2FF", "#55688A", "#111A2B"),
}
