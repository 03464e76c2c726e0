"""docs/benchmarks.md, written from what was measured and nothing else."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.browser import Waited
from benchmarks.families import Measured
from benchmarks.prepared import HOUR, UNTIL, Loading, SourceLoad

NONE = float("nan")
PACKAGES = ("duckdb", "sqlalchemy", "pyarrow", "dash", "plotly", "dash-leaflet", "playwright")


@dataclass(frozen=True)
class Measurements:
    """All of one size."""

    incidents: int
    loading: Loading
    questions: Sequence[Measured]
    warm_statements: int
    waits: Sequence[Waited]


def write(path: Path, measured: Sequence[Measurements], *, runs: int) -> None:
    lines = [_HEAD.format(day=date.today(), machine=machine(), runs=runs, until=UNTIL, hour=HOUR)]  # noqa: DTZ011
    for one in measured:
        lines += _size(one)
    lines.append(_ELSEWHERE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")


def machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    installed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} {platform.machine()} cores, {memory:.0f} GB of memory, "
        f"{platform.system()}, Python {platform.python_version()}, {installed}; "
        "Chromium without a window and without a graphics card"
    )


def _size(one: Measurements) -> Iterator[str]:
    yield f"## {one.incidents:,} incidents\n"
    if one.loading.sources:
        yield from _loading(one.loading)
    if one.questions:
        yield from _questions(one)
    if one.waits:
        yield from _waits(one.waits)


def _loading(loading: Loading) -> Iterator[str]:
    yield (
        f"### Loading\n\nMeasured {loading.day}. {loading.pack_megabytes:,} MB of gzipped CSV "
        f"became a fact file of {loading.store_megabytes:,} MB; the process that loaded took at "
        f"most {loading.peak_megabytes:,} MB of memory; the checkpoint after it took "
        f"{loading.checkpoint_seconds:.1f} s.\n"
    )
    yield (
        "| source | rows | quarantined | seconds | rows/s | of the cores, s "
        "| `read_csv` alone, s | of the cores, s | ratio | of the cores |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in loading.sources:
        yield _load(one.source, one)
    everything = SourceLoad(
        "",
        sum(one.rows for one in loading.sources),
        sum(one.quarantined for one in loading.sources),
        sum(one.seconds for one in loading.sources),
        sum(one.cpu_seconds for one in loading.sources),
        sum(one.read_csv_seconds for one in loading.sources),
        sum(one.read_csv_cpu_seconds for one in loading.sources),
    )
    yield _load("**all**", everything) + "\n"


def _load(name: str, one: SourceLoad) -> str:
    worked = one.read_csv_cpu_seconds / one.cpu_seconds if one.cpu_seconds else None
    return (
        f"| {name} | {one.rows:,} | {one.quarantined:,} | {one.seconds:.1f} "
        f"| {one.rows / one.seconds:,.0f} | {one.cpu_seconds or NONE:.1f} "
        f"| {one.read_csv_seconds:.1f} | {one.read_csv_cpu_seconds or NONE:.1f} "
        f"| {one.read_csv_seconds / one.seconds:.2f} | {worked or NONE:.2f} |"
    )


def _questions(one: Measurements) -> Iterator[str]:
    yield "### Questions\n\nMilliseconds, median / 95th percentile.\n"
    yield "| question | Yiping | by hand | ratio |"
    yield "|---|---:|---:|---:|"
    for question in one.questions:
        yield (
            f"| {question.name} | {question.ours.median:.1f} / {question.ours.p95:.1f} "
            f"| {question.by_hand.median:.1f} / {question.by_hand.p95:.1f} "
            f"| {question.ratio:.2f} |"
        )
    yield (
        "\nThe overview asked again of the same data version: "
        f"**{one.warm_statements}** statements.\n"
    )


def _waits(waits: Sequence[Waited]) -> Iterator[str]:
    yield "### In the browser\n\nMilliseconds until the page is complete.\n"
    yield "| what | median | 95th percentile | of it the server's answer | transferred |"
    yield "|---|---:|---:|---:|---:|"
    for wait in waits:
        yield (
            f"| {wait.name} | {wait.times.median:,.0f} | {wait.times.p95:,.0f} "
            f"| {wait.server:,.0f} | {wait.kilobytes:,.0f} KB |"
        )
    yield ""


_HEAD = """# Benchmarks

Measured {day} on {machine}.
The cores were shared with other work, so that times of two runs differ by up to a factor of two;
ratios of one run hold better, because both sides take turns.

Repeat: `make bench`, or `python -m benchmarks --sizes 1000000 --only questions`. Packs and stores
are kept in `var/bench` and used again; nothing here is asserted anywhere.

## What is compared

- **Data**: the demonstration city of `python -m dashboard demo` up to {until}, {hour} o'clock: two
  years of 12345 tickets and grid events, for every incident about half an application.
- **Loading**: files to facts through the whole pipeline: encoding check, landing as Parquet,
  mapping with code tables and region tree, quarantine, upsert with digest. Beside it `read_csv` of
  DuckDB puts the same files into a table, without any of this. A ratio of 0.4 means that loading
  takes 2.5 times as long. Seconds “of the cores” were spent working, on all cores together: where
  the machine was shared, only their ratio can be compared.
- **Questions**: the engine with an empty answer cache, beside SQL written by hand for the same
  file, asked of a second connection of the same database, one statement after the other (the
  engine has four under way). Both answers must be equal before a clock runs. {runs} runs each, in
  turns. Pages of a list are measured with their count known, as when leafing on; the count is a
  line of its own.
- **In the browser**: a server process, Chromium at 1440 × 930, {runs} runs each. A page is complete
  in the frame of the last change to DOM, map canvas or chart, after which nothing changes for
  300 ms and tiles, league table, bars, the line of the chart and a painted map with its labels are
  there. A filter or a drill-down ends when tiles, table, line and map are all other than before.
  “Server cold”: no answer is kept, as after new data; “browser cold”: a new profile, as on a first
  visit.
"""

_ELSEWHERE = """## What others need

Apache Superset 6.1, same kind of rows and machine: an overview of ten key figures, trend, bars,
ranking table, pie, heat map and latest 50, with two filters, on DuckDB with 10 M rows and a Redis
cache; medians of five, until every chart is drawn.

| what | ms |
|---|---:|
| load, browser and server cold | 10,650 |
| load, browser warm, server cold | 6,560 |
| load, all warm | 4,309 |
| filter, server cold | 3,900–4,200 |
| filter, server warm | 2,400 |
| transferred, cold | 2,981 KB |
"""
