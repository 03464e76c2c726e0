"""The demonstration pack of a size, and the facts loaded from it, both kept for the next run."""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.timing import tell
from dashboard.city.load import load_city
from dashboard.city.model import City
from dashboard.demo import VERSION, write_demo
from dashboard.facts import FACTS_VERSION
from dashboard.ingest.pipeline import run_source
from dashboard.store.facts_store import FactsStore
from dashboard.store.state import StateStore

UNTIL = date(2026, 11, 21)
"""The last day of the data, always the same one: a month to date of three weeks."""
HOUR = 10
"""Of that day, in the city's zone: when the sources are asked."""


_PLAIN: Any = {"preserve_insertion_order": "false"}


@dataclass(frozen=True)
class SourceLoad:
    """One source through the pipeline, and the same files through `read_csv` alone."""

    source: str
    rows: int
    quarantined: int
    seconds: float
    cpu_seconds: float = 0.0
    read_csv_seconds: float = 0.0
    read_csv_cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Loading:
    """How the facts of one size were loaded."""

    fits: dict[str, Any]
    day: str
    sources: list[SourceLoad] = field(default_factory=list)
    arranged: bool = False
    """Whether late rows lay among the others and had to be put behind them."""
    arrange_seconds: float = 0.0
    checkpoint_seconds: float = 0.0
    peak_megabytes: int = 0
    store_megabytes: int = 0
    pack_megabytes: int = 0


@dataclass(frozen=True)
class Prepared:
    """Where a pack and its facts are."""

    pack: Path
    data: Path
    loading: Loading


def prepare(work: Path, incidents: int, *, steps: bool) -> Prepared:
    """Write and load what is not there already, each in a process of its own."""
    pack, data = work / f"pack-{incidents}", work / f"store-{incidents}"
    wanted: dict[str, Any] = {"incidents": incidents, "until": str(UNTIL), "demo": VERSION}
    if _noted(pack / "written.json") != wanted:
        tell(f"writing {incidents:,} incidents to {pack} …")
        write_demo(pack, until=UNTIL, incidents=incidents)
        (pack / "written.json").write_text(json.dumps(wanted))
    wanted |= {"steps": steps, "facts": FACTS_VERSION}
    known = _noted(data / "loading.json")
    if known is None or known["fits"] != wanted:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        _load_apart(pack, data, wanted)
    return Prepared(pack, data, _loading(json.loads((data / "loading.json").read_text())))


def clock_of(city: City) -> datetime:
    return datetime(UNTIL.year, UNTIL.month, UNTIL.day, HOUR, tzinfo=city.zone)


def _noted(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text()) if path.exists() else None


def _loading(noted: dict[str, Any]) -> Loading:
    return Loading(**{**noted, "sources": [SourceLoad(**one) for one in noted["sources"]]})


def _load_apart(pack: Path, data: Path, wanted: dict[str, Any]) -> None:
    """In a new process, so that the peak of its memory is that of loading."""
    command = [sys.executable, "-m", "benchmarks.prepared", str(pack), str(data)]
    subprocess.run([*command, json.dumps(wanted)], check=True)


def load(pack: Path, data: Path, fits: dict[str, Any]) -> dict[str, Any]:
    city = load_city(pack)
    facts = FactsStore.open(data / "facts.duckdb")
    state = StateStore.open(f"sqlite:///{data / 'state.sqlite'}")
    now = clock_of(city)
    facts.write_dimensions(city)
    loads = []
    for name in _sources(city, steps=fits["steps"]):
        worked = time.process_time()
        report = run_source(city.sources[name], city, facts, state, data, lambda: now)
        if report.error:
            raise RuntimeError(report.error)
        worked = time.process_time() - worked
        loads.append(SourceLoad(name, report.read, report.quarantined, report.seconds, worked))
        tell(f"  {name}: {report.read:,} rows, {report.read / report.seconds:,.0f} rows/s")
    begun = time.perf_counter()
    arranged = facts.arrange()
    arrange = time.perf_counter() - begun
    facts.checkpoint()
    checkpoint = time.perf_counter() - begun - arrange
    facts.close()
    state.close()
    loading = Loading(
        fits=fits,
        day=str(datetime.now(UTC).date()),
        sources=loads,
        arranged=arranged,
        arrange_seconds=arrange,
        checkpoint_seconds=checkpoint,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        store_megabytes=(data / "facts.duckdb").stat().st_size >> 20,
        pack_megabytes=sum(p.stat().st_size for p in (pack / "data").iterdir()) >> 20,
    )
    return asdict(loading)


def _sources(city: City, *, steps: bool) -> list[str]:
    return [name for name, spec in city.sources.items() if steps or spec.fact != "incident_steps"]


def _read_csv_too(pack: Path, data: Path, loads: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """DuckDB's own reader, sniffing types, into a file: the least that any loading can take."""
    city = load_city(pack)
    timed = []
    for known in loads:
        pattern = str(pack / str(city.sources[known["source"]].connector["path"]))
        scratch = data / "read_csv.duckdb"
        begun, worked = time.perf_counter(), time.process_time()
        with duckdb.connect(str(scratch), config=_PLAIN) as plain:
            plain.execute("CREATE TABLE plain AS SELECT * FROM read_csv(?)", [pattern])
            plain.execute("CHECKPOINT")
        seconds, worked = time.perf_counter() - begun, time.process_time() - worked
        scratch.unlink()
        tell(f"  {known['source']}: read_csv alone {seconds:.1f} s")
        timed.append({**known, "read_csv_seconds": seconds, "read_csv_cpu_seconds": worked})
    return timed


def main(pack: Path, data: Path, wanted: str) -> None:
    told = load(pack, data, json.loads(wanted))
    loads = _read_csv_too(pack, data, told["sources"])
    (data / "loading.json").write_text(json.dumps({**told, "sources": loads}, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
