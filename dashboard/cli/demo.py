"""`demo`: write the fictional city."""

import argparse
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.cli.arguments import Commands, command, say, ticker
from dashboard.config import Settings
from dashboard.core.clock import system_clock
from dashboard.core.errors import UsageError
from dashboard.core.values import parse_day

ZONE = ZoneInfo("Asia/Shanghai")
"""Of the fictional city: its today, not the machine's."""


def add(commands: Commands) -> None:
    parser = command(commands, "demo", run, "write a fictional city pack with data")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--incidents", type=int, default=300_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--days", type=int, default=731, metavar="D")
    parser.add_argument("--until", default="", metavar="DAY", help="last day; default today")


def run(arguments: argparse.Namespace, _settings: Settings) -> int:
    from dashboard.demo.pack import write_demo  # noqa: PLC0415 - no other command needs it

    refuse_small(arguments)
    tick = ticker()
    refuse_foreign(arguments.folder)
    until = parse_day(arguments.until or str(today()), "--until")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_demo(
        arguments.folder,
        until=until,
        incidents=arguments.incidents,
        seed=arguments.seed,
        days=arguments.days,
        progress=tick,
    )
    tick("")
    say(f"{arguments.folder}: a demonstration city with data until {until}")
    return 0


def today() -> object:
    now: datetime = system_clock()
    return now.astimezone(ZONE).date()


def refuse_small(arguments: argparse.Namespace) -> None:
    for name, least in (("incidents", 1), ("days", 1), ("seed", 0)):
        if getattr(arguments, name) < least:
            raise UsageError(
                f"`{getattr(arguments, name)}` is too small.",
                where=f"--{name}",
                fix=f"take {least} or more",
            )


def refuse_foreign(folder: Path) -> None:
    """The pack is written over what stands there: only over nothing, or over a demonstration."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not _is_demonstration(folder / "city.toml"):
        raise UsageError(
            f"`{folder}` is not empty and no demonstration city.",
            where="DIR",
            fix="give a folder that does not exist yet",
        )


def _is_demonstration(path: Path) -> bool:
    try:
        pack = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return pack.get("city", {}).get("demonstration") is True
