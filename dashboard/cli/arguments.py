"""Arguments and printing that commands share."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from dashboard.config import Settings
from dashboard.core.errors import UsageError

Run = Callable[[argparse.Namespace, Settings], int]


class Commands(Protocol):
    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser: ...


def command(commands: Commands, name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
    parser.set_defaults(run=run)
    return parser


def with_city(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "--city", type=Path, required=True, metavar="DIR", help="folder of the city pack"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where databases and landed files go; default YIPING_DATA_DIR or var/<pack>",
    )
    return parser


def say(text: str = "") -> None:
    """To the reader of the answer."""
    sys.stdout.write(f"{text}\n")


def tell(text: str) -> None:
    """To whoever watches."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def ticker() -> Callable[[str], None]:
    """Progress on one line of a terminal, which an empty text clears; elsewhere only where a new
    stage begins.
    """
    on_screen, stage = sys.stderr.isatty(), ""

    def tick(text: str) -> None:
        nonlocal stage
        began, stage = stage != text.partition(" ")[0], text.partition(" ")[0]
        if on_screen:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        elif began and stage:
            tell(stage)

    return tick


def pairs(texts: list[str]) -> Mapping[str, list[str]]:
    """`DIM=CODE`, each of which may repeat."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, code = text.partition("=")
        if not equals or not name or not code:
            raise UsageError(f"`{text}` is no filter.", where="--where", fix="write DIM=CODE")
        found.setdefault(name, []).append(code)
    return found
