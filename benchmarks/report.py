"""docs/benchmarks.md, written from what was measured and nothing else."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks import clock
from benchmarks.browser import Waited
from benchmarks.measuring import Measured
from benchmarks.pages import Page, PageMeasured, Statements
from benchmarks.prepared import HOUR, UNTIL, Loading, SourceLoad

NONE = float("nan")
WANTED_COLD, WANTED_WARM = 1500, 100
"""Milliseconds a page may cost the server at ten million incidents on two cores."""
PACKAGES = ("duckdb", "sqlalchemy", "pyarrow", "dash", "plotly", "dash-leaflet", "playwright")


@dataclass(frozen=True)
class Measurements:
    """All of one size."""

    incidents: int
    loading: Loading
    questions: list[Measured] = field(default_factory=list)
    statements: dict[Page, Statements] = field(default_factory=dict)
    pages: list[PageMeasured] = field(default_factory=list)
    waits: list[Waited] = field(default_factory=list)


def write(
    path: Path,
    measured: Sequence[Measurements],
    deadlines: Sequence[clock.Measured],
    *,
    runs: int,
) -> None:
    lines = [_HEAD.format(day=date.today(), machine=machine(), runs=runs, until=UNTIL, hour=HOUR)]  # noqa: DTZ011
    if deadlines:
        lines += _deadlines(deadlines)
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
        yield from _questions(one.questions)
    if one.pages:
        yield from _pages(one)
    if one.waits:
        yield from _waits(one.waits)


def _loading(loading: Loading) -> Iterator[str]:
    yield (
        f"### Loading\n\nMeasured {loading.day}. {loading.pack_megabytes:,} MB of gzipped CSV "
        f"became a fact file of {loading.store_megabytes:,} MB; the process that loaded took at "
        f"most {loading.peak_megabytes:,} MB of memory. {_arranged(loading)} "
        f"The checkpoint at the end took {loading.checkpoint_seconds:.1f} s.\n"
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


def _arranged(loading: Loading) -> str:
    seconds = f"{loading.arrange_seconds:.1f} s"
    if loading.arranged:
        return f"Putting late rows behind all others afterwards took {seconds}."
    return f"To see that no late rows had to be put behind the others took {seconds}."


def _load(name: str, one: SourceLoad) -> str:
    worked = one.read_csv_cpu_seconds / one.cpu_seconds if one.cpu_seconds else None
    return (
        f"| {name} | {one.rows:,} | {one.quarantined:,} | {one.seconds:.1f} "
        f"| {one.rows / one.seconds:,.0f} | {one.cpu_seconds or NONE:.1f} "
        f"| {one.read_csv_seconds:.1f} | {one.read_csv_cpu_seconds or NONE:.1f} "
        f"| {one.read_csv_seconds / one.seconds:.2f} | {worked or NONE:.2f} |"
    )


def _questions(questions: Sequence[Measured]) -> Iterator[str]:
    yield "### Questions\n\nMilliseconds, median / 95th percentile.\n"
    yield "| question | Yiping | by hand | ratio | statements | by hand |"
    yield "|---|---:|---:|---:|---:|---:|"
    for question in questions:
        yield (
            f"| {question.name} | {question.ours.median:.1f} / {question.ours.p95:.1f} "
            f"| {question.by_hand.median:.1f} / {question.by_hand.p95:.1f} "
            f"| {question.ratio:.2f} | {question.statements} | {question.by_hand_statements} |"
        )
    yield ""


def _pages(one: Measurements) -> Iterator[str]:
    by_hand = {question.name: question.by_hand.median for question in one.questions}
    yield "### Pages, server time\n\nMilliseconds, median / 95th percentile.\n"
    yield (
        "| page | cold | warm | statements, cold | warm | sent "
        "| SQL by hand alone | cold ÷ by hand |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for page in one.pages:
        hand = by_hand.get(page.family, NONE)
        yield (
            f"| {page.name} | {page.cold.median:,.0f} / {page.cold.p95:,.0f} "
            f"| {page.warm.median:,.0f} / {page.warm.p95:,.0f} | {page.statements.cold} "
            f"| {page.statements.warm} | {page.kilobytes:,.0f} KB | {hand:,.0f} "
            f"| {page.cold.median / hand:.2f} |"
        )
    yield f"\n{_wanted(one.pages)}\n"


def _wanted(pages: Sequence[PageMeasured]) -> str:
    slow = [
        f"{page.name} {how} ({times.median:,.0f} ms)"
        for page in pages
        for how, times, most in (("cold", page.cold, WANTED_COLD), ("warm", page.warm, WANTED_WARM))
        if times.median >= most
    ]
    wanted = f"Wanted at ten million: cold under {WANTED_COLD:,} ms, warm under {WANTED_WARM} ms."
    return f"{wanted} {'Not reached: ' + ', '.join(slow) if slow else 'Reached by all'}."


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


def _deadlines(measured: Sequence[clock.Measured]) -> Iterator[str]:
    yield (
        f"## Deadlines\n\nSeconds for {clock.CASES:,} deadlines, median of {clock.RUNS}; no facts "
        "are involved.\n"
    )
    yield "| limit | seconds | deadlines a second | × `busday_offset` |"
    yield "|---|---:|---:|---:|"
    yield from (str(one) for one in measured)
    yield ""


_HEAD = """# Benchmarks

Measured {day} on {machine}.
The cores were shared with other work, so that times of two runs differ by up to a factor of two;
ratios of one run hold better, because both sides take turns.

Repeat: `make bench`, or `python -m benchmarks --sizes 1000000 --only questions,pages`; the parts
are clock, questions, pages and browser. Packs and stores are kept in `var/bench` and used again;
nothing here is asserted anywhere.

## What is compared

- **Data**: the demonstration city of `python -m dashboard demo` up to {until}, {hour} o'clock: two
  years of 12345 tickets and grid events, for every incident about half an application. Steps of
  incidents are left out; `--all` loads them too.
- **Deadlines**: the working clock on a million instants of three years, for every unit of limits.
  Beside it one `numpy.busday_offset` over the same days off, which knows neither hours nor zones
  nor deferrals: a floor, and no rival. Both must count the same days before a clock runs.
- **Loading**: files to facts through the whole pipeline: encoding check, landing as Parquet,
  mapping with code tables and region tree, deadlines by the city's limits, quarantine, upsert with
  digest. Beside it `read_csv` of DuckDB puts the same files into a table, without any of this. A
  ratio of 0.4 means that loading takes 2.5 times as long. Seconds “of the cores” were spent
  working, on all cores together: where the machine was shared, only their ratio can be compared.
- **Questions**: the engine with an empty answer cache, beside SQL written by hand for the same
  file, asked of a second connection of the same database, one statement after the other (the
  engine has four under way). By hand, one scan answers all figures of a period that are counted by
  the same day. Both answers must be equal before a clock runs: every count above and below, scores,
  percentiles, the bands that figures can still take, lists row by row. {runs} runs each, in turns.
  Pages of a list are measured with their count known, as when leafing on; the count is a line of
  its own. The engine's statements include one that looks for provisional deadlines.
- **Pages**: a server process, and a client on the same machine that fetches the page, compressed,
  to its last byte; {runs} runs each, in turns. A page comes drawn: its first answer carries
  everything it shows. “Cold”: no answer is kept, as after new data; “warm”: asked again right
  after. Beside it the SQL by hand that answers the same questions, without drawing anything.
- **In the browser**: a server process, Chromium at 1440 × 930, {runs} runs each. A page is complete
  in the frame of the last change to DOM, map canvas or chart, after which nothing changes for
  300 ms and tiles, league table, bars, the line of the chart and a painted map with its labels are
  there; a KPI page, when its figures and their curves are. A filter or a drill-down ends when
  tiles, table, line and map are all other than before. “Server cold”: no answer is kept, as after
  new data; “browser cold”: a new profile, as on a first visit.
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
