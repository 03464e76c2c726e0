"""Good definitions load, every fault of a bad one is told, with its key and a way out."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.core.errors import PackError, UsageError
from dashboard.metrics.catalogue import DEFINITIONS, Catalogue
from tests.definitions import catalogue, score, table

GOOD = (DEFINITIONS / "city.toml").read_text("utf-8")
HALVES = [
    {"metric": "own.on_time_rate", "weight": "0.5"},
    {"metric": "own.other_rate", "weight": "0.5"},
]
RATES = table("on_time_rate") + table("other_rate")
BANDED = [{"metric": "own.on_time_rate", "weight": "1", "bands": [["50", "0"], ["90", "100"]]}]
SNAPSHOT = {"numerator": "tickets.open_at", "denominator": None, "time": "instant"}


def faults_of(folder: Path, *texts: str) -> list[str]:
    with pytest.raises(PackError) as refused:
        catalogue(folder, *texts)
    return [f"{fault.where}: {fault.problem} {fault.fix}" for fault in refused.value.faults]


def test_every_definition_is_resolved() -> None:
    known = Catalogue.load()
    assert len(known) == len(set(known.ids)) > 90
    for metric in known:
        assert metric.legs, metric.id
        assert all(measure.meaning for measure in metric.measures), metric.id
        assert metric.cuts[:4] == ("day", "week", "month", "year")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"onwer": "练习科"},
            ["own.toml [on_time_rate] onwer: Unknown key `onwer`.", "did you mean `owner`?"],
        ),
        ({"owner": None}, ["own.toml [on_time_rate] owner: `owner` is missing."]),
        ({"target": "95"}, ["own.toml [on_time_rate]", "a target without `target_source`"]),
        (
            {"target": 95.5, "target_source": "令"},
            ["[on_time_rate] target", 'write 95.5 as a text: "95.5"'],
        ),
        (
            {"target": "much", "target_source": "令"},
            ["[on_time_rate] target", "`much` is not a number"],
        ),
        (
            {"numerator": "tickets.done"},
            ["[on_time_rate] numerator: Measure `tickets.done` does not exist."],
        ),
        ({"numerator": None}, ["[on_time_rate] numerator: `numerator` is missing."]),
        ({"time": None}, ["[on_time_rate] numerator: `time` is missing."]),
        (
            {"time": "deu"},
            ["[on_time_rate] numerator: `tickets` has no time `deu`.", "did you mean `due`?"],
        ),
        ({"denominator": None}, ["[on_time_rate]: A rate needs a denominator."]),
        (
            {"numerator": "tickets.closing_median"},
            ["[on_time_rate] numerator", "does not fit the arithmetic"],
        ),
        (
            {"numerator": "tickets.open_at"},
            ["[on_time_rate] numerator", "does not fit the arithmetic"],
        ),
        (
            {"denominator": "tickets.closing_p90"},
            ["[on_time_rate] denominator: Nothing can be divided by"],
        ),
        (
            {"denominator": "calls.offered", "denominator_time": "started"},
            ["[on_time_rate]", "share no cut"],
        ),
        (
            {"denominator": "calls.offered"},
            ["[on_time_rate] denominator: `calls` has no time `due`."],
        ),
        (
            {"undecided": "grid_events.filed"},
            ["[on_time_rate] undecided: `grid_events.filed` is not of `tickets`."],
        ),
        ({"direction": "up"}, ["[on_time_rate] direction"]),
        ({"decimals": -1}, ["[on_time_rate] decimals"]),
        ({"rounding": "half_even"}, ["[on_time_rate] rounding"]),
        (
            {"parts": [{"metric": "own.other_rate", "weight": "1"}]},
            ["[on_time_rate] parts: `parts` says nothing"],
        ),
        (
            {"earlier": [{"since": date(2021, 1, 1)}]},
            ["[on_time_rate] earlier: The version since 2021-01-01"],
        ),
        (
            {"earlier": [{"time": "created"}]},
            ["[on_time_rate] earlier: The version since 2020-01-01"],
        ),
        (
            {"earlier": [{"since": date(2019, 1, 1), "tiem": "due"}]},
            ["Unknown key `tiem`.", "did you mean `time`?"],
        ),
        (
            {"earlier": [{"since": date(2019, 1, 1), "earlier": []}]},
            ["[on_time_rate] earlier", "no `earlier` of its own"],
        ),
        (
            {"earlier": [{"since": date(2019, 1, 1), "denominator": "tickets.deu"}]},
            ["`tickets.deu` does not exist."],
        ),
    ],
)
def test_what_is_wrong_with_a_rate_is_told_where_it_stands(
    tmp_path: Path, changes: dict[str, Any], said: list[str]
) -> None:
    [fault] = faults_of(tmp_path, table("on_time_rate", **changes))
    assert all(words in fault for words in said), fault


@pytest.mark.parametrize(
    ("name", "keys", "said"),
    [
        ("due", {"numerator": "tickets.due"}, "does not say its arithmetic"),
        (
            "due_count",
            {"numerator": "tickets.due", "denominator": "tickets.due"},
            "`denominator` says nothing in a count",
        ),
        ("due_count", {"numerator": "tickets.closing_p90"}, "does not fit the arithmetic"),
        ("due_count", {"numerator": "tickets.open_at"}, "does not fit the arithmetic"),
        (
            "due_count",
            {"numerator": "tickets.due", "time": "instant"},
            "`tickets` has no time `instant`",
        ),
        (
            "due_hours_mean",
            {"numerator": "tickets.due", "denominator": "tickets.due"},
            "does not fit the arithmetic",
        ),
        (
            "due_hours_mean",
            {"numerator": "tickets.closing_seconds"},
            "A hours mean needs a denominator",
        ),
        ("due_hours_p90", {"numerator": "tickets.closing_median"}, "does not fit the arithmetic"),
        (
            "due_hours_median",
            {"numerator": "tickets.closing_median", "denominator": "tickets.due"},
            "`denominator` says nothing in a hours median",
        ),
        ("due_per_10k", {"numerator": "tickets.due"}, '`denominator = "region.residents"`'),
        (
            "due_density",
            {"numerator": "tickets.due", "denominator": "region.residents"},
            "take `region.unit_grids`",
        ),
    ],
)
def test_a_name_and_its_arithmetic_go_together(
    tmp_path: Path, name: str, keys: dict[str, Any], said: str
) -> None:
    time = "closed" if "closing" in keys["numerator"] else "due"
    [fault] = faults_of(tmp_path, table(name, **{"time": time, **keys}))
    assert said in fault


def test_a_stock_is_a_count(tmp_path: Path) -> None:
    [metric] = catalogue(tmp_path, table("open_count", **SNAPSHOT))
    assert metric.form == "snapshot"
    faults = faults_of(
        tmp_path, table("open_per_10k", **{**SNAPSHOT, "denominator": "region.residents"})
    )
    assert "does not fit the arithmetic" in faults[0]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], "A score needs `parts`."),
        (
            [{**HALVES[0], "weight": "0.4"}, HALVES[1]],
            "The weights sum to 0.9, not to 1. share out 0.1",
        ),
        (
            [{**HALVES[0], "weight": "0.6"}, HALVES[1]],
            "The weights sum to 1.1, not to 1. take away 0.1",
        ),
        ([HALVES[0], HALVES[0]], "`own.on_time_rate` stands in the score 2 times."),
        (
            [HALVES[0], {"metric": "own.othr_rate", "weight": "0.5"}],
            "Unknown metric `own.othr_rate`. did you mean `own.other_rate`?",
        ),
        ([HALVES[0], {**HALVES[1], "wieght": "0.5"}], "Unknown key `parts.1.wieght`."),
        (BANDED, "Exactly the last band is open."),
    ],
)
def test_what_is_wrong_with_a_score_is_told_where_it_stands(
    tmp_path: Path, parts: list[dict[str, Any]], said: str
) -> None:
    [fault, *_] = faults_of(tmp_path, RATES, score("quality_score", parts))
    assert fault.startswith("own.toml [quality_score]")
    assert said in fault


def test_a_score_has_no_numerator_of_its_own(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, RATES, score("a_score", HALVES, numerator="tickets.due"))
    assert "`numerator` says nothing in a score" in fault


def test_a_score_is_cut_only_by_what_all_of_its_parts_share(tmp_path: Path) -> None:
    reviews = table(
        "praise_rate",
        numerator="reviews.given_praising",
        denominator="reviews.given",
        time="reviewed",
    )
    parts = [HALVES[0], {"metric": "own.praise_rate", "weight": "0.5"}]
    known = catalogue(tmp_path, RATES, reviews, score("both_score", parts))
    assert known["own.both_score"].dimensions == (
        "district", "street", "community", "grid", "department",
    )  # fmt: skip


def test_faults_of_all_tables_come_together(tmp_path: Path) -> None:
    text = GOOD.replace('direction       = "neutral"', 'direction = "up"').replace(
        '"closed"', '"sealed"'
    )
    assert len(faults_of(tmp_path, text)) == 2


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, "[on_time_rate\n")
    assert fault.startswith("own.toml: Not valid TOML")


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        Catalogue.load()["hotline.ontime_rate"]
    assert refused.value.fix == "did you mean `hotline.on_time_rate`?"
