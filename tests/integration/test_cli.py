"""The commands, as CONTRACT promises them, over a small demonstration city."""

import csv
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.__main__ import main

ROOT = Path(__file__).parents[2]
DEMO = ("--incidents", "1500", "--days", "40", "--until", "2026-11-20", "--seed", "3")

Run = Callable[..., str]


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities") / "town"
    assert main(["demo", str(folder), *DEMO]) == 0
    return folder


@pytest.fixture(scope="session")
def data(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var")
    assert main(["ingest", "--city", str(pack), "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def told(*arguments: object, code: int = 0) -> str:
        """What a command says: its answer, or its complaint."""
        assert main([str(argument) for argument in arguments]) == code
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    return told


def here(pack: Path, data: Path) -> tuple[object, ...]:
    return ("--city", pack, "--data", data)


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIPING_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def test_a_good_pack_passes(run: Run, pack: Path) -> None:
    assert "good" in run("check", "--city", pack)


def test_every_fault_of_a_pack_is_told(run: Run, pack: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(pack, broken)
    mapping = broken / "sources" / "hotline.toml"
    text = mapping.read_text("utf-8")
    mapping.write_text(
        text.replace('"来电时间"', '"来电時間"').replace("due_at", "deu_at"), "utf-8"
    )
    targets = broken / "targets.csv"
    targets.write_text(targets.read_text("utf-8").replace("on_time_rate", "ontime_rate"), "utf-8")
    told = run("check", "--city", broken, code=2)
    assert "来电時間" in told
    assert "did you mean `due_at`?" in told
    assert "hotline.ontime_rate" in told
    assert told.count("  at   ") == told.count("  fix  ") >= 3


def test_ingest_says_a_line_a_source_that_adds_up(run: Run, pack: Path, data: Path) -> None:
    told = run("ingest", *here(pack, data))
    lines = re.findall(
        r"^(\w+): (\d+) read = (\d+) accepted \+ (\d+) unchanged \+ (\d+) quarantined, [\d.]+ s$",
        told,
        re.MULTILINE,
    )
    assert {name for name, *_ in lines} >= {"hotline", "grid"}
    for _, *counts in lines:
        read, accepted, unchanged, quarantined = map(int, counts)
        assert read == accepted + unchanged + quarantined


def test_a_source_can_be_named(run: Run, pack: Path, data: Path) -> None:
    told = run("ingest", *here(pack, data), "--source", "grid", "--replay")
    assert told.startswith("grid: ")
    assert "hotline" not in told
    complaint = run("ingest", *here(pack, data), "--source", "gird", code=2)
    assert "did you mean `grid`?" in complaint


def test_a_source_that_fails_is_told_and_ends_with_one(
    run: Run, pack: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(pack, broken)
    for file in (broken / "data").glob("grid-*"):
        file.write_bytes(b"not a gzip file")
    told = run("ingest", *here(broken, tmp_path / "var"), "--source", "grid", code=1)
    assert told.startswith("grid: ")


def test_query_gives_the_answer_of_the_api(run: Run, pack: Path, data: Path) -> None:
    asked = ("query", "hotline.received_count", *here(pack, data), "--from", "2026-11-01",
             "--to", "2026-11-10")  # fmt: skip
    answer = json.loads(run(*asked, "--format", "json"))
    assert answer["metric"] == "hotline.received_count"
    assert answer["period"] == {"from": "2026-11-01", "to": "2026-11-10"}
    [row] = answer["rows"]
    assert int(row["value"]) == row["numerator"] > 0
    by = json.loads(run(*asked, "--format", "json", "--by", "district"))["rows"]
    assert sum(part["numerator"] for part in by) == row["numerator"]
    one = by[0]["group"]["district"]
    [alone] = json.loads(run(*asked, "--format", "json", "--where", f"district={one}"))["rows"]
    assert alone["numerator"] == by[0]["numerator"]


def test_query_prints_a_table_or_csv(run: Run, pack: Path, data: Path) -> None:
    asked = ("query", "grid.closing_rate", *here(pack, data), "--by", "district",
             "--from", "2026-10-15", "--to", "2026-11-10")  # fmt: skip
    table = run(*asked).splitlines()
    assert table[0].startswith("grid.closing_rate")
    assert set(table[2]) == {"-", " "}
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv"))))
    assert len(rows) == len(table) - 4
    assert {"district", "district name", "numerator", "denominator", "value"} <= set(rows[0])


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (("hotline.on_time_rat",), "did you mean `hotline.on_time_rate`?"),
        (("hotline.on_time_rate", "--by", "distrct"), "did you mean `district`?"),
        (("hotline.on_time_rate", "--where", "distrct=1"), "did you mean `district`?"),
        (("hotline.on_time_rate", "--where", "district"), "write DIM=CODE"),
        (("hotline.on_time_rate", "--from", "1.11.2026"), "write it as 2026-11-21"),
    ],
)
def test_a_wrong_question_ends_with_two_and_the_nearest_name(
    run: Run, pack: Path, data: Path, arguments: tuple[str, ...], fix: str
) -> None:
    told = run("query", *arguments, *here(pack, data), code=2)
    assert told.rstrip().endswith(f"  fix  {fix}")
    assert len(told.splitlines()) == 3


def test_explain_leads_from_the_figure_to_the_column(run: Run, pack: Path, data: Path) -> None:
    told = run("explain", "hotline.on_time_rate", *here(pack, data))
    assert "hotline.toml [on_time_rate]" in told
    assert "tickets.done_on_time" in told
    assert "due_at               ← column `办理时限`" in told
    assert "FROM incidents" in told
    run("explain", "hotline.ontime", *here(pack, data), code=2)


def test_a_folder_without_a_city_is_refused(run: Run, tmp_path: Path) -> None:
    assert "There is no such folder." in run("check", "--city", tmp_path / "gone", code=2)
    assert "not a city pack" in run("ingest", "--city", tmp_path, code=2)


def test_no_facts_yet_is_said(run: Run, pack: Path, tmp_path: Path) -> None:
    told = run("query", "city.received_count", *here(pack, tmp_path / "none"), code=1)
    assert "There are no facts yet." in told


def test_a_misspelt_setting_stops_the_start(
    run: Run, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIPING_DATA_DIRR", "/nowhere")
    assert "did you mean `YIPING_DATA_DIR`?" in run("check", "--city", pack, code=2)


def test_the_data_folder_can_be_a_setting(
    run: Run, pack: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIPING_DATA_DIR", str(data))
    told = run("query", "city.received_count", "--city", pack, "--format", "json")
    assert json.loads(told)["data_version"] > 0


def test_a_demonstration_is_never_written_over_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("kept", "utf-8")
    assert "not empty" in run("demo", tmp_path, *DEMO, code=2)
    assert (tmp_path / "data" / "mine.csv").exists()


def test_chinese_comes_out_whatever_the_terminal_says(pack: Path, data: Path) -> None:
    command = [sys.executable, "-m", "dashboard", "explain", "hotline.on_time_rate"]
    done = subprocess.run(
        [*command, *map(str, here(pack, data))],
        env=environment(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
        cwd=pack.parent,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "按时办结率" in done.stdout.decode("utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def serve(pack: Path, data: Path, port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dashboard", "serve", "--port", str(port)]
    return subprocess.Popen(
        [*command, *map(str, here(pack, data))],
        env=environment(YIPING_PULL_SECONDS="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=pack.parent,
    )


@pytest.fixture
def server(pack: Path, data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = serve(pack, data, port)
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_serve_says_its_address_answers_and_ends_cleanly(
    server: tuple[subprocess.Popen[str], str], pack: Path, data: Path
) -> None:
    process, address = server
    assert process.stdout is not None
    assert process.stdout.readline() == f"Yiping answers at {address}\n"
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:  # noqa: S310 - ours
        assert json.load(answer)["status"] == "ready"
    with urllib.request.urlopen(f"{address}/events", timeout=10) as stream:  # noqa: S310 - ours
        assert stream.readline() == b"retry: 2000\n"
        second = serve(pack, data, int(address.rpartition(":")[2]))
        _, complaint = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "is in use" in complaint
        process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=20)
    assert process.returncode == 0, complaint
    assert "Traceback" not in complaint
