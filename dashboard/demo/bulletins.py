"""The bulletins of the demonstration city: one a day, one a week, one a month."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "bulletins"


def write_bulletins(folder: Path) -> None:
    """Into `bulletins/` of the pack; templates of the same names are written over."""
    target = folder / "bulletins"
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(TEMPLATES.glob("*.toml")):
        (target / path.name).write_bytes(path.read_bytes())
