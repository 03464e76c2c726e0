"""`ingest`: run sources once to their end, one line each."""

import argparse
import sys
from collections.abc import Callable

from dashboard.cli.arguments import Commands, command, say, tell, with_city
from dashboard.cli.services import opened
from dashboard.config import Settings
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.ingest.pipeline import SourceReport, run_source
from dashboard.services import Services

SHOWN_REASONS = 10


def add(commands: Commands) -> None:
    parser = with_city(command(commands, "ingest", run, "run sources once to their end"))
    parser.add_argument("--source", action="append", default=[], metavar="NAME")
    parser.add_argument(
        "--replay", action="store_true", help="map landed rows again instead of asking the sources"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(arguments, settings, create=True) as services:
        names = wanted(services, arguments.source)
        services.facts.write_dimensions(services.city)
        failed = False
        for name in names:
            report = run_source(
                services.city.sources[name],
                services.city,
                services.facts,
                services.state,
                services.data_dir,
                services.clock,
                replay=arguments.replay,
                progress=_progress(name),
            )
            show(services, report)
            failed = failed or report.error is not None
        services.facts.arrange()
        services.facts.checkpoint()
    return 1 if failed else 0


def wanted(services: Services, named: list[str]) -> list[str]:
    known = services.city.sources
    for name in named:
        if name not in known:
            raise UsageError(
                f"There is no source `{name}`.", where="--source", fix=did_you_mean(name, known)
            )
    return named or list(known)


def show(services: Services, report: SourceReport) -> None:
    """The line adds up: read = accepted + unchanged + quarantined."""
    say(
        f"{report.source}: {report.read} read = {report.accepted} accepted"
        f" + {report.unchanged} unchanged + {report.quarantined} quarantined,"
        f" {report.seconds:.1f} s"
    )
    for note, count in sorted(report.notes.items()):
        say(f"    note        {note}: {count}")
    for reason, count in reasons(services, report).items():
        say(f"    quarantined {reason}: {count}")
    if report.error:
        say("    FAILED")
        tell("\n".join(f"{report.source}: {line}" for line in report.error.splitlines()))


def reasons(services: Services, report: SourceReport) -> dict[str, int]:
    """Why rows of this run are in quarantine, the most frequent first."""
    if not report.quarantined:
        return {}
    found: dict[str, int] = {}
    for entry in services.state.quarantined(report.source, limit=10_000):
        reason = f"{entry.reason} {entry.field}".strip()
        found[reason] = found.get(reason, 0) + 1
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return dict(ordered[:SHOWN_REASONS])


def _progress(name: str) -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda rows: tell(f"{name}: {rows} rows …")
