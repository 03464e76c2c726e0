"""scoring.toml: what a city may set for itself, and what is said of a file that does not hold."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dashboard.core.errors import PackError
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.local_rules import with_local_rules
from tests.cities import city

CATALOGUE = Catalogue.load()
PARTS = [
    {"metric": "hotline.response_rate", "weight": "0.4"},
    {"metric": "hotline.resolution_rate", "weight": "0.6"},
]
SCHEME = {"source": "令 3 号", "since": date(2026, 1, 1), "parts": PARTS}
WEIGHT = {"value": "0.6", "source": "令 2 号"}


def ruled(**scoring: Any) -> Catalogue:
    return with_local_rules(CATALOGUE, replace(city(), scoring=scoring))


def scheme(**changes: Any) -> dict[str, Any]:
    return {"composite_score": {**SCHEME, **changes}}


def part(**changes: Any) -> list[dict[str, Any]]:
    return [PARTS[0], {**PARTS[1], **changes}]


def test_without_a_word_of_the_city_the_catalogue_stays_as_it_is() -> None:
    assert ruled() is CATALOGUE


def test_a_city_s_own_numbers_and_scores_make_another_catalogue() -> None:
    own = ruled(parameters={"basically_satisfied_weight": WEIGHT}, hotline=scheme())
    score = own["hotline.composite_score"]
    assert own.parameters == {"basically_satisfied_weight": Decimal("0.6")}
    assert [part.id for part in score.parts] == [one["metric"] for one in PARTS]
    assert (score.standard, score.since) == ("令 3 号", date(2026, 1, 1))
    assert score.at(date(2025, 12, 31)).standard == CATALOGUE["hotline.composite_score"].standard
    assert len({CATALOGUE.digest, own.digest, ruled(hotline=scheme()).digest}) == 3


@pytest.mark.parametrize(
    ("scoring", "where", "problem", "fix"),
    [
        (
            {"parameters": {"basicaly_satisfied_weight": WEIGHT}},
            "scoring.toml [parameters.basicaly_satisfied_weight]",
            "Nothing uses a parameter `basicaly_satisfied_weight`.",
            "did you mean `basically_satisfied_weight`?",
        ),
        (
            {"parameters": {"basically_satisfied_weight": {"value": "0.6"}}},
            "scoring.toml [parameters.basically_satisfied_weight] source",
            "`source` is missing.",
            "add `source = …`",
        ),
        (
            {"parameters": {"basically_satisfied_weight": {**WEIGHT, "sourse": "令"}}},
            "scoring.toml [parameters.basically_satisfied_weight] sourse",
            "Unknown key `sourse`.",
            "did you mean `source`?",
        ),
        (
            {"parameters": {"basically_satisfied_weight": {**WEIGHT, "value": 0.6}}},
            "scoring.toml [parameters.basically_satisfied_weight] value",
            '`value`: write 0.6 as a text: "0.6".',
            "correct the value",
        ),
        (
            {"parameters": {"basically_satisfied_weight": {**WEIGHT, "value": "6"}}},
            "scoring.toml [parameters.basically_satisfied_weight] value",
            "6 makes no sense as `basically_satisfied_weight`.",
            "take 0 to 1",
        ),
        (
            {"parameters": {"praise_from_level": {**WEIGHT, "value": "2"}}},
            "scoring.toml [parameters.praise_from_level] value",
            "2 makes no sense as `praise_from_level`.",
            "take 3 to 5",
        ),
        (
            {"hotline": {"composit_score": SCHEME}},
            "scoring.toml [hotline.composit_score]",
            "There is no score `hotline.composit_score`.",
            "did you mean `hotline.composite_score`?",
        ),
        (
            {"hotline": {"on_time_rate": SCHEME}},
            "scoring.toml [hotline.on_time_rate]",
            "There is no score `hotline.on_time_rate`.",
            "did you mean `hotline.points_score`?",
        ),
        (
            {"hotline": scheme(source="")},
            "scoring.toml [hotline.composite_score] source",
            "`source`: String should have at least 1 character.",
            "correct the value",
        ),
        (
            {"hotline": scheme(parts=part(weight="0.5"))},
            "scoring.toml [hotline.composite_score] parts",
            "The weights sum to 0.9, not to 1.",
            "share out 0.1",
        ),
        (
            {"hotline": scheme(parts=part(metric="hotline.resolvtion_rate"))},
            "scoring.toml [hotline.composite_score] parts",
            "Unknown metric `hotline.resolvtion_rate`.",
            "did you mean `hotline.resolution_rate`?",
        ),
        (
            {"hotline": scheme(parts=part(wieght="0.6"))},
            "scoring.toml [hotline.composite_score] parts.1.wieght",
            "Unknown key `parts.1.wieght`.",
            "did you mean `weight`?",
        ),
        (
            {"hotline": scheme(grades=[["A", "75"], ["B", "90"], ["C", ""]])},
            "scoring.toml [hotline.composite_score] grades",
            "The grades are not in order: from 75, then from 90.",
            "write the best first",
        ),
        (
            {"hotline": "composite"},
            "scoring.toml [hotline]",
            "`hotline` is no table of tables.",
            "write [hotline.<name>]",
        ),
    ],
)
def test_what_does_not_hold_is_told_with_file_key_and_a_way_out(
    scoring: dict[str, Any], where: str, problem: str, fix: str
) -> None:
    with pytest.raises(PackError) as refused:
        ruled(**scoring)
    [fault] = refused.value.faults
    assert (fault.where, fault.problem, fault.fix) == (where, problem, fix)


def test_everything_that_does_not_hold_is_told_at_once() -> None:
    with pytest.raises(PackError) as refused:
        ruled(
            parameters={"weight": WEIGHT, "praise_from_level": {}},
            hotline=scheme(parts=part(weight="0.5")),
            grid={"area_score": {**SCHEME, "since": "soon"}},
        )
    assert len(refused.value.faults) == 5
