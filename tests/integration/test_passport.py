"""The passport of every figure there is: what it says agrees with every other way of asking."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from callbacks.passport import answer
from dashboard.core.values import half_up
from dashboard.metrics.catalogue import DEFINITIONS, Catalogue
from layouts.address import Address
from tests.crowd import Crowd
from tests.integration.conftest import Api, make_api, make_services

AUTUMN = {"from": "2026-09-01", "to": "2026-09-30"}
EVERY = tuple(Catalogue.load().ids)
FILTERED = [
    ("hotline.on_time_rate", {"district": "D1"}),
    ("hotline.on_time_rate", {"district": ["D1", "D2"], "category": "x:01"}),
    ("city.received_count", {"department": "B1", "state": "closed"}),
    ("grid.rework_rate", {"supervisor": "P1"}),
    ("grid.filed_density", {"street": "S11"}),
    ("service.praise_rate", {"district": "D2"}),
]
CASES = [*((metric, {}) for metric in EVERY), *FILTERED]


def passport(api: Api, metric: str, **asked: Any) -> dict[str, Any]:
    found = api.get(f"/api/v1/passport/{metric}", **{**AUTUMN, **asked})
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


@pytest.mark.parametrize(("metric", "where"), CASES)
def test_the_figure_is_the_one_the_api_answers(
    crowded: Api, metric: str, where: dict[str, Any]
) -> None:
    found = passport(crowded, metric, **where)
    figure = crowded.get(f"/api/v1/metrics/{metric}", **AUTUMN, **where).json()
    [row] = figure.pop("rows")
    assert {name: found[name] for name in row} == row
    agreeing = ("metric", "unit", "period", "data_version", "as_of", "complete_to", "target")
    assert {name: found[name] for name in agreeing} == {name: figure[name] for name in agreeing}
    assert [source["name"] for source in found["sources"]] == sorted(
        figure["sources"], key=list(crowded.services.city.sources).index
    )


@pytest.mark.parametrize(("metric", "where"), CASES)
def test_what_it_was_before_is_the_figure_of_that_period(
    crowded: Api, metric: str, where: dict[str, Any]
) -> None:
    found = passport(crowded, metric, **where)
    assert found["before"]["period"] == {"from": "2026-08-01", "to": "2026-08-31"}
    assert found["year_before"]["period"] == {"from": "2025-09-01", "to": "2025-09-30"}
    for name in ("before", "year_before"):
        earlier = found[name]
        asked = {**earlier["period"], **where}
        [row] = crowded.get(f"/api/v1/metrics/{metric}", **asked).json()["rows"]
        assert {key: earlier[key] for key in row} == row


@pytest.mark.parametrize(("metric", "where"), CASES)
def test_what_moved_it_adds_up_from_the_figure_before_to_the_figure_now(
    crowded: Api, metric: str, where: dict[str, Any]
) -> None:
    found = passport(crowded, metric, **where)
    for moved in found["movements"]:
        total = Decimal(moved["change"])
        effects = [Decimal(part["effect"]) for part in moved["parts"]]
        assert sum(effects) + Decimal(moved["others"]["effect"]) == total
        assert Decimal(moved["now"]) - Decimal(moved["then"]) == total
        if moved["mix"] is not None:
            assert Decimal(moved["mix"]) + Decimal(moved["performance"]) == total
        decimals = found["definition"]["decimals"]
        for moment, figure in (("now", found), ("then", found["before"])):
            assert (
                abs(Decimal(moved[moment]) - Decimal(figure["value"])) <= Decimal(10) ** -decimals
            )
        if found["definition"]["form"] == "rate":
            exact = Decimal(100) * Decimal(found["numerator"]) / Decimal(found["denominator"])
            assert Decimal(moved["now"]) == half_up(exact, decimals + 1)


def test_most_figures_say_why_they_moved(crowded: Api) -> None:
    split = [metric for metric in EVERY if passport(crowded, metric)["movements"]]
    assert len(split) > len(EVERY) / 2
    cuts = {moved["by"] for moved in passport(crowded, "hotline.on_time_rate")["movements"]}
    assert cuts == {"district", "category_2", "department"}


@pytest.mark.parametrize(("metric", "where"), CASES)
def test_its_lists_have_as_many_incidents_as_it_counts(
    crowded: Api, metric: str, where: dict[str, Any]
) -> None:
    found = passport(crowded, metric, **where)
    for members in found["members"]:
        listed = crowded.get("/api/v1/incidents", **members["incidents"], limit=1).json()
        assert listed["total"] == members["count"]
        counted = found["definition"]["form"] in ("rate", "count", "density", "per_10k")
        if counted and metric not in WEIGHTED:
            assert members["count"] == found[members["part"]]


WEIGHTED = ("hotline.satisfaction_rate", "hotline.passed_down_satisfaction_rate")
"""What is above the line is a sum of weights; the list has the incidents that carry them."""


@pytest.mark.parametrize("metric", [name for name in EVERY if name.endswith("_score")])
def test_the_points_of_the_parts_add_up_to_the_score(crowded: Api, metric: str) -> None:
    found = passport(crowded, metric)
    assert [part["metric"] for part in found["parts"]] == found["definition"]["parts"]
    for part in found["parts"]:
        [row] = crowded.get(f"/api/v1/metrics/{part['metric']}", **AUTUMN).json()["rows"]
        assert (part["value"], part["state"]) == (row["value"], row["state"])
    if found["value"] is not None:
        points = sum(Decimal(part["points"]) for part in found["parts"])
        assert points == Decimal(found["value"])


def test_some_score_of_the_catalogue_has_a_value(crowded: Api) -> None:
    scores = [name for name in EVERY if name.endswith("_score")]
    assert any(passport(crowded, name)["value"] is not None for name in scores)


@pytest.mark.parametrize("metric", EVERY)
def test_everybody_learns_what_it_means_and_where_it_comes_from(crowded: Api, metric: str) -> None:
    found = passport(crowded, metric)
    said = found["definition"]
    assert all(said[name] for name in ("name", "name_en", "formula", "standard", "status", "owner"))
    assert [version["in_force"] for version in found["versions"]].count(True) == 1
    line = found["lineage"]
    assert line["definition"]["table"] == f"[{metric.partition('.')[2]}]"
    assert bool(line["measures"]) != bool(said["parts"])
    for measure in line["measures"]:
        assert measure["columns"]
        assert measure["meaning"]
    assert [one["source"] for one in line["mappings"]] == [one["name"] for one in found["sources"]]


@pytest.mark.parametrize("metric", EVERY)
def test_the_band_of_an_open_figure_holds_it(crowded: Api, metric: str) -> None:
    found = passport(crowded, metric)
    settling = found["settling"]
    assert (found["finality"] == "provisional") <= (settling["undecided"] > 0)
    if settling["low"] is not None and found["value"] is not None:
        assert Decimal(settling["low"]) <= Decimal(found["value"]) <= Decimal(settling["high"])


def test_a_figure_of_today_is_not_the_last_word(crowded: Api) -> None:
    today = {"from": "2026-10-20", "to": "2026-10-20"}
    assert passport(crowded, "city.received_count", **today)["finality"] == "running"
    assert passport(crowded, "hotline.open_count")["finality"] == "live"
    assert passport(crowded, "city.received_count")["finality"] == "settled"
    ahead = {"from": "2026-11-01", "to": "2026-11-02"}
    assert passport(crowded, "city.received_count", **ahead)["finality"] == "none"


def test_provisional_deadlines_say_which_calendar_they_wait_for(crowded: Api) -> None:
    found = passport(crowded, "hotline.on_time_rate")
    [year] = found["provisional_years"]
    assert found["provisional"] > 0
    assert year > 2026
    assert passport(crowded, "city.received_count")["provisional_years"] == []


def test_an_unknown_figure_is_not_found(crowded: Api) -> None:
    found = crowded.get("/api/v1/passport/hotline.ontime_rate")
    assert found.status_code == 404
    assert "hotline.on_time_rate" in found.json()["error"]["fix"]


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        ({"district": "D9"}, "did you mean `D"),
        ({"distrct": "D1"}, "district"),
        ({"by": "district"}, ""),
        ({"from": "2026-10-02", "to": "2026-10-01"}, "from"),
        ({"from": "soon"}, "2026-11-21"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(
    crowded: Api, asked: dict[str, str], fix: str
) -> None:
    found = crowded.get("/api/v1/passport/hotline.on_time_rate", **asked)
    assert found.status_code == 400
    error = found.json()["error"]
    assert set(error) == {"code", "message", "where", "fix"}
    assert fix in error["fix"]


def test_the_machine_readable_description_has_it(crowded: Api) -> None:
    paths = crowded.get("/api/openapi.json").json()["paths"]
    described = paths["/api/v1/passport/{metric}"]["get"]
    assert {"from", "to", "district"} <= {one["name"] for one in described["parameters"]}


CJK = re.compile(r"[\u4e00-\u9fff]")


def walk(node: Any) -> Iterator[Component]:
    if isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))
    elif isinstance(node, (list, tuple)):
        for child in node:
            yield from walk(child)


def props(node: Any) -> dict[str, Any]:
    given: dict[str, Any] = node.to_plotly_json()["props"]
    return given


def drawn(api: Api, metric: str, language: str) -> list[Component]:
    search = Address("/", (*AUTUMN.items(), ("lang", language), ("passport", metric))).search
    return list(walk(answer(api.services, "/", f"{search}#1", {})))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("metric", EVERY)
def test_every_passport_can_be_drawn_in_both_languages(
    crowded: Api, metric: str, language: str
) -> None:
    nodes = drawn(crowded, metric, language)
    assert not any(getattr(node, "role", None) == "alert" for node in nodes)
    shown = next(props(node) for node in nodes if node._type == "Strong")
    found = passport(crowded, metric)
    assert (shown["data-metric"], shown["data-value"]) == (metric, found["value"] or "")
    assert Decimal(shown["data-numerator"]) == Decimal(str(found["numerator"]))
    headings = [
        node.children for node in nodes if node._type in ("H3", "H4", "H5", "Dt", "Summary")
    ]
    assert headings
    if language == "en":
        assert [text for text in headings if CJK.search(str(text))] == []


def test_a_figure_that_does_not_exist_is_told_in_the_panel(crowded: Api) -> None:
    for search in ("?passport=hotline.ontime_rate", "?passport=hotline.on_time_rate&pg=x", "?"):
        [fault] = [
            node
            for node in walk(answer(crowded.services, "/", search, {}))
            if getattr(node, "role", None) == "alert"
        ]
        assert props(fault)["data-answers"] == search


@pytest.fixture
def redefined(tmp_path: Path) -> Iterator[Api]:
    """The on-time rate has meant something else until the end of August."""
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / "hotline.toml"
    head, mark, rest = path.read_text("utf-8").partition("[on_time_rate]\n")
    rest = re.sub(r"(?m)^since .*$", "since = 2026-09-01", rest, count=1)
    earlier = (
        "\n[[on_time_rate.earlier]]\nsince = 2020-01-01\n"
        'formula = "旧口径"\nformula_en = "the old way"\nnumerator = "tickets.due"\n'
    )
    path.write_text(f"{head}{mark}{rest}{earlier}", "utf-8")
    services = replace(make_services(tmp_path), catalogue=Catalogue.load(folder))
    Crowd().fill(services.facts)
    yield make_api(services)
    services.close()


def test_a_definition_that_changed_is_kept_for_its_time(redefined: Api) -> None:
    found = passport(redefined, "hotline.on_time_rate")
    assert [(one["number"], one["since"], one["in_force"]) for one in found["versions"]] == [
        (2, "2026-09-01", True),
        (1, "2020-01-01", False),
    ]
    assert found["versions"][1]["until"] == "2026-09-01"
    august = {"from": "2026-08-01", "to": "2026-08-31"}
    before = passport(redefined, "hotline.on_time_rate", **august)
    assert [one["in_force"] for one in before["versions"]] == [False, True]
    assert before["definition"]["formula_en"] == "the old way"
    assert before["value"] == "100.0"


def test_what_was_defined_otherwise_is_not_split_into_causes(redefined: Api) -> None:
    found = passport(redefined, "hotline.on_time_rate")
    assert found["before"]["redefined"]
    assert found["movements"] == []
    nodes = drawn(redefined, "hotline.on_time_rate", "en")
    assert any(
        "another definition then" in str(node.children) for node in nodes if node._type == "Small"
    )
