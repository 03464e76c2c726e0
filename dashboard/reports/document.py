"""A bulletin as blocks: what every format is drawn from, and what is sealed with the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from dashboard.reports.template import Language

Mark = Literal["", "missed", "muted", "strong"]


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Cell:
    """What is `missed` also says so in its text: colour alone tells nobody."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True)
class Grid:
    """`wide` are the shares of the page's width; columns in `numbers` end together."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]
    wide: tuple[int, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """Values as printed; None where there is no figure."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Curve:
    """`target` is drawn as a line across; `from_zero` where the axis must begin at zero."""

    caption: str
    unit: str
    steps: tuple[str, ...]
    lines: tuple[Line, ...]
    target: str | None = None
    target_name: str = ""
    from_zero: bool = True


Block = Heading | Paragraph | Grid | Curve
_NAMES: Mapping[type[Block], str] = {
    Heading: "heading",
    Paragraph: "paragraph",
    Grid: "grid",
    Curve: "curve",
}


@dataclass(frozen=True)
class Document:
    """Everything printed but the seal, which is computed over it. `marks` stand on every page."""

    language: Language
    title: str
    issue: str
    unit: str
    date: str
    period: str
    to: str
    marks: tuple[str, ...]
    blocks: tuple[Block, ...]
    about: tuple[tuple[str, str], ...]
    note: str
    number: str


def as_json(document: Document) -> dict[str, Any]:
    blocks = [{"block": _NAMES[type(block)], **asdict(block)} for block in document.blocks]
    return {**asdict(document), "blocks": blocks}


def from_json(told: Mapping[str, Any]) -> Document:
    """The inverse of `as_json`, for what was stored."""
    blocks = tuple(_block(block) for block in told["blocks"])
    about = tuple((label, value) for label, value in told["about"])
    return Document(**{**told, "blocks": blocks, "about": about, "marks": tuple(told["marks"])})


def _block(told: Mapping[str, Any]) -> Block:
    rest: dict[str, Any] = {key: _frozen(value) for key, value in told.items() if key != "block"}
    match told["block"]:
        case "heading":
            return Heading(**rest)
        case "paragraph":
            return Paragraph(**rest)
        case "grid":
            rows = tuple(tuple(Cell(**cell) for cell in row) for row in told["rows"])
            return Grid(**{**rest, "rows": rows})
        case "curve":
            lines = tuple(Line(line["name"], tuple(line["values"])) for line in told["lines"])
            return Curve(**{**rest, "lines": lines})
    raise ValueError(f"there is no block `{told['block']}`")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
