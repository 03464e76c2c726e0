"""`python -m dashboard`: check, ingest, serve, query, explain, bulletin, demo."""

import argparse
import os
import sys
from collections.abc import Sequence

from dashboard import __version__
from dashboard.cli import bulletin, check, demo, explain, ingest, query, serve
from dashboard.cli.arguments import tell
from dashboard.config import Settings
from dashboard.core.errors import DashboardError

COMMANDS = (check, ingest, serve, query, explain, bulletin, demo)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code; a known error is told in its three lines, without a traceback."""
    _speak_utf8()
    try:
        asked = parser().parse_args(arguments)
        code: int = asked.run(asked, Settings.load(os.environ))
    except DashboardError as error:
        tell(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of the answer has left
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - nothing is flushed at exit
        return 0
    return code


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="Yiping 一屏: one screen for a city's operations centre.",
        allow_abbrev=False,
    )
    found.add_argument("--version", action="version", version=__version__)
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(commands)
    return found


def _speak_utf8() -> None:
    """Chinese must not end a program because of the terminal's own encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
