"""Text can be read: WCAG contrast of the tokens in both themes, and charts use the same colours."""

import re
from pathlib import Path

import pytest

from dashboard.figures.palette import PALETTES, Theme

TOKENS = Path(__file__).parent.parent.parent / "assets" / "tokens.css"
ENOUGH = 4.5


def tokens(theme: Theme) -> dict[str, str]:
    """The dark theme changes some of the light one's."""
    light, dark = re.findall(r":root[^{]*\{([^}]*)\}", TOKENS.read_text("utf-8"))
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", light))
    if theme == "dark":
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6})", dark))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["panel", "ground", "hover", "chosen"])
@pytest.mark.parametrize("ink", ["text", "muted", "link", "now", "unusual"])
def test_words_stand_out_from_what_they_are_written_on(theme: Theme, ground: str, ink: str) -> None:
    found = tokens(theme)
    assert contrast(found[ink], found[ground]) >= ENOUGH


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chip_that_says_demonstration_can_be_read(theme: Theme) -> None:
    found = tokens(theme)
    assert contrast(found["chip-text"], found["chip"]) >= ENOUGH


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_darkens_or_brightens_step_by_step(theme: Theme) -> None:
    found = tokens(theme)
    ramp = [luminance(found[f"ramp-{i}"]) for i in range(7)]
    assert ramp == sorted(ramp, reverse=theme == "light")
    assert len(set(ramp)) == 7


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_use_the_colours_of_the_page(theme: Theme) -> None:
    found, palette = tokens(theme), PALETTES[theme]
    for name in ("text", "muted", "line", "data", "context", "panel"):
        assert getattr(palette, name).upper() == found[name].upper(), name
