"""`python -m benchmarks`: load, ask, open in a browser, write docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import browser, clock, measuring, pages, report
from benchmarks.families import busiest, families
from benchmarks.prepared import Prepared, prepare
from benchmarks.served import served, services_of
from benchmarks.timing import tell

PARTS = ("clock", "questions", "pages", "browser")
RUNS = 10
OUT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    parts = tuple(given.only.split(",")) if given.only else PARTS
    if unknown := sorted({*parts} - {*PARTS}):
        tell(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
        return 2
    deadlines = clock.measure() if "clock" in parts else []
    sizes = [int(size) for size in given.sizes.split(",")] if {*parts} - {"clock"} else []
    measured: list[report.Measurements] = []
    report.write(given.out, measured, deadlines, runs=given.runs)
    for size in sizes:  # written after each, because the next one takes an hour
        measured.append(_measure(given.work, size, parts, runs=given.runs, steps=given.all))
        report.write(given.out, measured, deadlines, runs=given.runs)
    tell(f"written to {given.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000000,10000000", help="incidents, comma between")
    parser.add_argument("--only", default="", help=f"some of: {','.join(PARTS)}")
    parser.add_argument("--all", action="store_true", help="load the steps of every incident too")
    parser.add_argument("--work", type=Path, default=Path("var/bench"), help="where data is kept")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each measurement")
    parser.add_argument("--out", type=Path, default=OUT, help="where the results go")
    return parser


def _measure(
    work: Path, incidents: int, parts: tuple[str, ...], *, runs: int, steps: bool
) -> report.Measurements:
    prepared = prepare(work, incidents, steps=steps)
    tell(f"{incidents:,} incidents")
    measured = report.Measurements(incidents, prepared.loading)
    if {"questions", "pages"} & {*parts}:
        _in_process(prepared, measured, parts, runs=runs)
    if {"pages", "browser"} & {*parts}:
        with served(prepared.pack, prepared.data) as server:
            if "pages" in parts:
                measured.pages.extend(pages.measure(server, measured.statements, runs=runs))
            if "browser" in parts:
                measured.waits.extend(browser.measure(server, runs=runs))
    return measured


def _in_process(
    prepared: Prepared, measured: report.Measurements, parts: tuple[str, ...], *, runs: int
) -> None:
    """Before the server has the file to itself."""
    services = services_of(prepared.pack, prepared.data)
    hand = measuring.hand_of(services)
    if "questions" in parts:
        asked = families(services, hand)
        measured.questions.extend(measuring.measure(services, hand, asked, runs=runs))
    if "pages" in parts:
        for page in pages.pages(busiest(hand, "department")):
            measured.statements[page] = pages.count_statements(services, page)
    services.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
