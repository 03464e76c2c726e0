"""`python -m benchmarks`: load, ask, open in a browser, write docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import browser, families, report
from benchmarks.prepared import prepare
from benchmarks.served import served, services_of
from benchmarks.timing import tell

PARTS = ("questions", "browser")
RUNS = 10
OUT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    parts = tuple(given.only.split(",")) if given.only else PARTS
    measured = [
        _measure(given.work, int(size), parts, runs=given.runs, steps=given.all)
        for size in given.sizes.split(",")
    ]
    report.write(given.out, measured, runs=given.runs)
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
    questions: list[families.Measured] = []
    waits: list[browser.Waited] = []
    warm = 0
    if "questions" in parts:
        services = services_of(prepared.pack, prepared.data)
        questions = list(families.measure(services, runs=runs))
        warm = families.statements_of_a_warm_overview(services)
        services.close()
    if "browser" in parts:
        with served(prepared.pack, prepared.data) as server:
            waits = list(browser.measure(server, runs=runs))
    return report.Measurements(incidents, prepared.loading, questions, warm, waits)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
