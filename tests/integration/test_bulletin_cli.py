"""The command `bulletin`, over a small demonstration city, and its templates in `check`."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.demo.bulletins import write_bulletins
from dashboard.reports import pdf as printing

DEMO = ("--incidents", "1500", "--days", "40", "--until", "2026-10-20", "--seed", "3")

Run = Callable[..., str]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities") / "town"
    assert main(["demo", str(folder), *DEMO]) == 0
    write_bulletins(folder)
    return folder


@pytest.fixture(scope="module")
def loaded(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var")
    assert main(["ingest", "--city", str(pack), "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def data(loaded: Path, tmp_path: Path) -> Path:
    """A copy: what one test issues no other finds."""
    return Path(shutil.copytree(loaded, tmp_path / "var"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], pack: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(printing, "NAMES", ("no-such-browser",))

    def told(data: Path, *arguments: str, code: int = 0) -> str:
        command = ["bulletin", "--city", str(pack), "--data", str(data), *arguments]
        assert main(command) == code
        said = capsys.readouterr()
        return said.out + said.err

    return told


def test_the_templates_of_the_demonstration_pass_the_check(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--city", str(pack)]) == 0
    assert "good" in capsys.readouterr().out


def test_a_misspelt_metric_in_a_template_is_told_by_check(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Path(shutil.copytree(pack, tmp_path / "broken"))
    daily = broken / "bulletins" / "daily.toml"
    daily.write_text(daily.read_text("utf-8").replace("grid.filed_count}", "grid.flied_count}"))
    assert main(["check", "--city", str(broken)]) == 2
    told = capsys.readouterr().err
    assert "There is no metric `grid.flied_count`." in told
    assert re.search(r"  at   bulletins/daily\.toml, line \d+ \[sections\] \[overview\] text", told)
    assert "  fix  did you mean `grid.filed_count`?" in told


@pytest.mark.parametrize("name", ["daily", "weekly", "monthly"])
def test_every_template_of_the_demonstration_is_issued_and_holds(
    run: Run, data: Path, name: str
) -> None:
    told = run(data, "--issue", name, "--by", "周")
    number, seal = re.findall(r"^(\S+) issued for \S+, sealed ([0-9a-f]{64})$", told, re.M)[0]
    folder = data / "bulletins" / number
    assert {path.suffix for path in folder.iterdir()} == {".docx", ".html", ".json"}
    assert hashlib.sha256((folder / f"{number}.json").read_bytes()).hexdigest() == seal
    assert "There is no Chromium" in told
    assert f"{number}: holds" in run(data, "--verify")
    assert number in run(data)
    assert "unchanged" in run(data, "--issue", name)


def test_a_tampered_file_is_told_and_ends_with_one(run: Run, data: Path) -> None:
    run(data, "--issue", "daily")
    [page] = data.glob("bulletins/daily-*/*.html")
    page.write_bytes(page.read_bytes().replace(b"<h1>", b"<h1> "))
    told = run(data, "--verify", "daily-2026-001", code=1)
    assert "DOES NOT HOLD" in told
    assert f"{page.name} is not the file that was made" in told


def test_a_preview_leaves_no_trace_in_the_archive(run: Run, data: Path) -> None:
    told = run(data, "--preview", "weekly")
    draft = data / "bulletins" / "preview" / "weekly.html"
    assert str(draft) in told
    assert "预览稿 未签发" in draft.read_text("utf-8")
    assert "nothing has been issued yet" in run(data, "--list")


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (("--issue", "dayly"), "did you mean `daily`?"),
        (("--issue", "daily", "--period", "2027-01"), "end it yesterday or before"),
        (("--issue", "daily", "--period", "lastmonth"), "did you mean `last_month`?"),
        (("--verify", "daily-2026-009"), "none is known"),
        (("--erratum", "daily-2026-009", "--reason", "x"), "none is known"),
    ],
)
def test_what_cannot_be_done_ends_with_two_and_a_way_out(
    run: Run, data: Path, arguments: tuple[str, ...], fix: str
) -> None:
    assert fix in run(data, *arguments, code=2)


def test_an_erratum_of_what_has_not_changed_is_refused(run: Run, data: Path) -> None:
    run(data, "--issue", "daily")
    told = run(data, "--erratum", "daily-2026-001", "--reason", "核对", code=2)
    assert "stands as it was issued" in told
