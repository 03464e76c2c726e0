"""Bad input, at every door it can come in by: the same clear error, and never a wrong figure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from dashboard import api
from dashboard.__main__ import main
from dashboard.access.scope import Scope
from dashboard.cli.services import open_services
from dashboard.config import Settings
from dashboard.core.errors import DashboardError, PackError
from dashboard.core.values import Period
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.local_rules import with_local_rules
from dashboard.metrics.model import MetricQuery, filters
from dashboard.store.facts_store import FactsStore
from tests.cities import city
from tests.definitions import table
from tests.integration.conftest import Api
from tests.pack_files import write_pack

Command = Callable[..., str]
MONTHS = {"from": "2026-08-01", "to": "2026-10-20"}
SPAN = Period(date(2026, 8, 1), date(2026, 10, 20))
SCORE = """
[hotline.composite_score]
source = "令 3 号"
since = 2026-01-01
parts = [
  { metric = "hotline.response_rate", weight = "0.4" },
  { metric = "hotline.resolution_rate", weight = "0.6" },
]
"""
PARAMETER = '[parameters.praise_from_level]\nvalue = "4"\nsource = "令 2 号"\n'
TARGETS = "metric,value,since,source\nhotline.on_time_rate,95,2026-01-01,{}\n"

BAD_FILES = {
    "unknown key": (
        {"scoring.toml": SCORE + 'weight = "1"\n'},
        "Unknown key `weight`.",
        "scoring.toml [hotline.composite_score] weight",
    ),
    "weights that do not sum": (
        {"scoring.toml": SCORE.replace('"0.6"', '"0.5"')},
        "The weights sum to 0.9, not to 1.",
        "scoring.toml [hotline.composite_score] parts",
    ),
    "unknown part": (
        {"scoring.toml": SCORE.replace("response_rate", "respons_rate")},
        "Unknown metric `hotline.respons_rate`.",
        "did you mean `hotline.response_rate`?",
    ),
    "unknown parameter": (
        {"scoring.toml": PARAMETER.replace("praise_from", "praise_form")},
        "Nothing uses a parameter `praise_form_level`.",
        "did you mean `praise_from_level`?",
    ),
    "target without source": (
        {"targets.csv": TARGETS.format("")},
        "`source` is empty.",
        "targets.csv, line 2",
    ),
}
"""What is written in the pack, and two things that must be said of it."""

BAD_QUESTIONS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a cut it does not allow": (
        "hotline.call_count",
        {"by": "district"},
        "`hotline.call_count` cannot be cut by `district`.",
        "known: day, month, source, week, year",
    ),
    "a cut that one part of a score does not allow": (
        "grid.area_score",
        {"by": "distrct"},
        "`grid.area_score` cannot be cut by `distrct`.",
        "did you mean `district`?",
    ),
    "a cut that means two things in the two tables": (
        "service.active_review_rate",
        {"by": "channel"},
        "`service.active_review_rate` cannot be cut by `channel`.",
        "known: community, day, department",
    ),
    "a stock cut twice over time": (
        "hotline.open_at_count",
        {"by": ["month", "day"]},
        "`hotline.open_at_count` is what is there at the end of each step of time.",
        "name one of day, week, month, year",
    ),
    "a filter it does not allow": (
        "hotline.call_count",
        {"district": "D1"},
        "Calls to the hotline cannot be filtered by `district`.",
        "known: source",
    ),
    "a filter that means two things in the two tables": (
        "service.active_review_rate",
        {"channel": "web"},
        "`service.active_review_rate` cannot be filtered by `channel`.",
        "known: community, department, district, grid, street",
    ),
    "a code that does not exist": (
        "hotline.on_time_rate",
        {"department": "B"},
        "There is no department `B`",
        "did you mean `B",
    ),
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small good city with two districts, and its facts beside it."""
    folder = tmp_path_factory.mktemp("bad") / "pack"
    regions = "code,level,parent,name,name_en\n99,city,,小城,Small\nD1,district,99,东区,East\n"
    units = "code,name,name_en,parent\nU1,城管局,Urban,\nB1,住建局,Housing,\n"
    write_pack(
        folder,
        **{"regions.csv": regions + "S1,street,D1,桥街道,Bridge\n", "departments.csv": units},
    )
    assert main(["ingest", "--city", str(folder), "--data", str(folder.parent / "var")]) == 0
    return folder


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Command:
    def told(*arguments: object) -> str:
        assert main([str(argument) for argument in arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert "Traceback" not in said.err
        return said.err

    return told


@pytest.fixture(params=list(BAD_FILES))
def bad(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str, str]:
    files, problem, where = BAD_FILES[request.param]
    return write_pack(tmp_path / "pack", **files), problem, where


def test_check_names_what_is_wrong_in_a_pack(bad: tuple[Path, str, str], refused: Command) -> None:
    folder, *words = bad
    told = refused("check", "--city", folder)
    assert all(said in told for said in words), told
    assert told.count("  fix  ") == 1


@pytest.mark.parametrize("command", ["query", "serve"])
def test_no_command_answers_for_a_bad_pack(
    bad: tuple[Path, str, str], refused: Command, tmp_path: Path, command: str
) -> None:
    folder, *words = bad
    FactsStore.open(tmp_path / "facts.duckdb").close()
    rest = {"query": ["hotline.received_count"], "serve": ["--port", "0"]}[command]
    told = refused(command, "--city", folder, "--data", tmp_path, *rest)
    assert all(said in told for said in words), told


def serve(folder: Path, data: Path) -> None:
    services = open_services(folder, data, Settings.load({}))
    try:
        api.include(FastAPI(), services)
    finally:
        services.facts.close()
        services.state.close()


def test_no_server_is_built_on_a_bad_pack(bad: tuple[Path, str, str], tmp_path: Path) -> None:
    folder, *words = bad
    with pytest.raises(PackError) as wrong:
        serve(folder, tmp_path)
    assert all(said in str(wrong.value) for said in words)


def test_loading_names_what_is_wrong_in_a_definition(tmp_path: Path) -> None:
    """Definitions come with the program: nobody can ask for a figure of a bad one."""
    (tmp_path / "own.toml").write_text(
        table("a_rate", onwer="x") + table("b_rate", target="95") + table("c_rate", owner=None),
        "utf-8",
    )
    with pytest.raises(PackError) as wrong:
        Catalogue.load(tmp_path)
    told = {fault.where: f"{fault.problem} {fault.fix}" for fault in wrong.value.faults}
    assert told == {
        "own.toml [a_rate] onwer": "Unknown key `onwer`. did you mean `owner`?",
        "own.toml [b_rate]": "`table`: a target without `target_source`: say who set it. "
        "correct the value",
        "own.toml [c_rate] owner": "`owner` is missing. add `owner = …`",
    }


def test_an_engine_is_not_built_on_rules_that_do_not_hold() -> None:
    part = {"metric": "hotline.response_rate", "weight": "0.5"}
    scheme = {"source": "令", "since": date(2026, 1, 1), "parts": [part]}
    with pytest.raises(PackError, match=r"sum to 0\.5, not to 1"):
        with_local_rules(
            Catalogue.load(), replace(city(), scoring={"hotline": {"composite_score": scheme}})
        )


@pytest.mark.parametrize("name", BAD_QUESTIONS)
def test_a_question_that_cannot_be_asked_is_refused_by_the_engine(crowded: Api, name: str) -> None:
    metric, asked, problem, fix = BAD_QUESTIONS[name]
    by = asked.get("by", ())
    where = filters({key: value for key, value in asked.items() if key != "by"})
    query = MetricQuery(metric, SPAN, (by,) if isinstance(by, str) else tuple(by), where)
    with pytest.raises(DashboardError) as wrong:
        crowded.services.engine.run([query], scope=Scope.whole_city())
    assert problem in wrong.value.problem
    assert fix in wrong.value.fix


@pytest.mark.parametrize("name", BAD_QUESTIONS)
def test_and_by_the_api(crowded: Api, name: str) -> None:
    metric, asked, problem, fix = BAD_QUESTIONS[name]
    answer = crowded.get(f"/api/v1/metrics/{metric}", **asked, **MONTHS)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert problem in error["message"]
    assert fix in error["fix"]


@pytest.mark.parametrize(
    "name", [n for n, (_, asked, *_) in BAD_QUESTIONS.items() if "by" not in asked]
)
def test_and_by_the_passport(crowded: Api, name: str) -> None:
    metric, asked, problem, fix = BAD_QUESTIONS[name]
    answer = crowded.get(f"/api/v1/passport/{metric}", **asked, **MONTHS)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert problem in error["message"]
    assert fix in error["fix"]


@pytest.mark.parametrize("name", BAD_QUESTIONS)
def test_and_by_the_command(pack: Path, refused: Command, name: str) -> None:
    metric, asked, problem, fix = BAD_QUESTIONS[name]
    arguments: list[str] = []
    for key, value in asked.items():
        for one in [value] if isinstance(value, str) else value:
            arguments += ["--by", one] if key == "by" else ["--where", f"{key}={one}"]
    told = refused("query", "--city", pack, "--data", pack.parent / "var", metric, *arguments)
    assert problem in told
    assert fix in told


REVERSED = ("2026-10-20", "2026-10-19")
ENDS_FIRST = "The period ends before it begins: 2026-10-20 to 2026-10-19."
EARLIER = "give the earlier day as `from`"


def test_a_period_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(DashboardError) as wrong:
        Period.parse(*REVERSED)
    assert (wrong.value.problem, wrong.value.fix) == (ENDS_FIRST, EARLIER)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/metrics/city.received_count",
        "/api/v1/passport/city.received_count",
        "/api/v1/incidents",
        "/api/v1/incidents/export.csv",
        "/api/v1/incidents/export.xlsx",
    ],
)
def test_no_address_answers_for_a_period_that_ends_before_it_begins(
    crowded: Api, path: str
) -> None:
    answer = crowded.get(path, **dict(zip(("from", "to"), REVERSED, strict=True)))
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["message"], error["fix"]) == (ENDS_FIRST, EARLIER)


def test_no_command_does_either(pack: Path, refused: Command) -> None:
    first, last = REVERSED
    days = ("--from", first, "--to", last)
    told = refused(
        "query", "--city", pack, "--data", pack.parent / "var", "city.received_count", *days
    )
    assert ENDS_FIRST in told
    assert EARLIER in told
