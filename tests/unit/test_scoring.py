"""Scores: what a part earns, who is not scored, which grade it is, which schemes are wrong."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.metrics.scoring import Bands, Grades, Part, Points, Scheme

PERCENT = st.decimals(0, 100, places=2)


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def points(text: str) -> Points:
    """`20|95|1|0`: max, threshold, slope, floor."""
    most, threshold, slope, floor = (Decimal(part) for part in text.split("|"))
    return Points(most, threshold, slope, floor)


def weighed(metric: str, weight: str, **rest: Any) -> Part:
    return Part(metric, weight=Decimal(weight), **rest)


def bands(text: str) -> Bands:
    """`50:100 100:90 :0`: up to fifty a hundred points."""
    pairs = (pair.split(":") for pair in text.split())
    return tuple((number(bound), Decimal(given)) for bound, given in pairs)


def grades(text: str) -> Grades:
    pairs = (pair.split(":") for pair in text.split())
    return tuple((name, number(lowest)) for name, lowest in pairs)


A_TO_E = grades("A:90 B:75 C:60 D:40 E:")
THREE_RATES = Scheme(
    (weighed("response", "0.30"), weighed("solved", "0.35"), weighed("satisfied", "0.35")), A_TO_E
)
CASES = "50:100 100:90 200:75 500:60 1000:40 :0"
DEPARTMENT = Scheme(
    (
        weighed("cases", "0.1", bands=bands(CASES)),
        weighed("closed", "0.3"),
        weighed("on_time", "0.3"),
        weighed("rework", "0.3", inverse=True),
    ),
    A_TO_E,
)


@pytest.mark.parametrize(
    ("rule", "rate", "earned"),
    [
        ("20|95|1|0", "95", "20"),
        ("20|95|1|0", "99", "20"),
        ("20|95|1|0", "89.82", "14.82"),
        ("20|95|1|0", "75", "0"),
        ("20|95|1|0", "10", "0"),
        ("25|98|0.5|12.5", "87.5", "19.75"),
        ("0|0|-0.2|-10", "7", "-1.4"),
        ("5|10|0.5|0", "4", "2"),
    ],
)
def test_points_fall_from_the_threshold_down_to_the_floor(
    rule: str, rate: str, earned: str
) -> None:
    assert points(rule).of(Decimal(rate)) == Decimal(earned)


@given(PERCENT, PERCENT)
def test_points_stay_within_bounds_and_never_fall_with_a_better_rate(
    one: Decimal, other: Decimal
) -> None:
    rule = points("25|95|0.5|12.5")
    low, high = sorted([one, other])
    assert rule.floor <= rule.of(low) <= rule.of(high) <= rule.max


@pytest.mark.parametrize(
    ("cases", "earned"),
    [("0", 100), ("50", 100), ("51", 90), ("100", 90), ("1000", 40), ("1001", 0), ("9999", 0)],
)
def test_a_volume_is_looked_up_and_a_bound_belongs_to_the_band_below(
    cases: str, earned: int
) -> None:
    assert Part("cases", weight=Decimal(1), bands=bands(CASES)).earned(Decimal(cases)) == earned


def test_three_rates_are_weighed_and_graded() -> None:
    found = THREE_RATES.score(
        {"response": Decimal(100), "solved": Decimal("98.96"), "satisfied": Decimal("94.69")}
    )
    assert found.points == Decimal("97.7775")
    assert (found.full, found.grade, found.missing) == (100, "A", ())
    assert found.earned == (
        ("response", Decimal("30.00")),
        ("solved", Decimal("34.6360")),
        ("satisfied", Decimal("33.1415")),
    )


def test_a_rate_that_is_good_when_low_counts_turned_round() -> None:
    found = DEPARTMENT.score(
        {
            "cases": Decimal(120),
            "closed": Decimal(90),
            "on_time": Decimal(80),
            "rework": Decimal(10),
        }
    )
    assert found.points == Decimal("85.5")  # 7.5 + 27 + 24 + 27
    assert found.grade == "B"


@pytest.mark.parametrize("given_as", [{}, {"solved": None}])
def test_a_unit_without_one_of_the_figures_is_not_scored(given_as: dict[str, None]) -> None:
    found = THREE_RATES.score({"response": Decimal(0), "satisfied": Decimal(100), **given_as})
    assert (found.points, found.grade, found.missing) == (None, "", ("solved",))
    assert dict(found.earned) == {"response": 0, "solved": None, "satisfied": 35}


def test_nothing_reached_is_a_score_of_nothing_not_an_absent_one() -> None:
    found = THREE_RATES.score(dict.fromkeys(("response", "solved", "satisfied"), Decimal(0)))
    assert (found.points, found.grade) == (0, "E")


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "A"),
        ("90", "A"),
        ("89.95", "A"),
        ("89.94", "B"),
        ("60", "C"),
        ("40", "D"),
        ("0", "E"),
    ],
)
def test_a_grade_is_that_of_the_score_as_shown(score: str, grade: str) -> None:
    whole = Scheme((weighed("rate", "1"),), A_TO_E)
    assert whole.score({"rate": Decimal(score)}, decimals=1).grade == grade


def test_a_score_out_of_points_is_full_where_every_part_is() -> None:
    scheme = Scheme(
        (
            Part("signed", points=points("10|95|1|0")),
            Part("on_time", points=points("20|95|1|0")),
            Part("rework", points=points("0|0|-0.2|-5")),
        )
    )
    assert scheme.faults() == ()
    assert scheme.full == 30
    found = scheme.score({"signed": Decimal(95), "on_time": Decimal(80), "rework": Decimal(3)})
    assert found.points == Decimal("14.4")
    assert found.grade == ""


@given(st.lists(PERCENT, min_size=3, max_size=3))
def test_a_weighed_score_lies_between_its_lowest_and_its_highest_rate(rates: list[Decimal]) -> None:
    found = THREE_RATES.score(dict(zip(("response", "solved", "satisfied"), rates, strict=True)))
    assert found.points is not None
    assert min(rates) <= found.points <= max(rates)


@pytest.mark.parametrize("scheme", [THREE_RATES, DEPARTMENT])
def test_a_scheme_that_is_right_has_no_fault(scheme: Scheme) -> None:
    assert scheme.faults() == ()


HALF = weighed("a", "0.5")
REST = weighed("b", "0.5")


def of_points(rule: str) -> Scheme:
    return Scheme((Part("a", points=points(rule)),))


def in_bands(text: str, **rest: Any) -> Scheme:
    return Scheme((weighed("a", "1", bands=bands(text), **rest),))


def graded(text: str) -> Scheme:
    return Scheme((HALF, REST), grades(text))


@pytest.mark.parametrize(
    ("scheme", "key", "said"),
    [
        (Scheme(()), "parts", "no parts"),
        (Scheme((HALF, weighed("b", "0.4"))), "parts", "sum to 0.9"),
        (Scheme((HALF, weighed("b", "0.6"))), "parts", "sum to 1.1"),
        (Scheme((HALF, HALF)), "parts", "`a` stands in the score 2 times"),
        (Scheme((HALF, Part("b", points=points("5|95|1|0")))), "parts", "some have points"),
        (Scheme((Part("a"),)), "parts a", "weight or points"),
        (
            Scheme((weighed("a", "1", points=points("5|95|1|0")),)),
            "parts a",
            "weight or points",
        ),
        (Scheme((weighed("a", "30"),)), "parts a", "not between 0 and 1"),
        (Scheme((weighed("a", "-0.5"), weighed("b", "1.5"))), "parts a", "-0.5"),
        (of_points("5|95|1|10"), "parts a points", "less than the floor"),
        (of_points("5|95|0|0"), "parts a points", "slope of 0"),
        (in_bands("50:100 50:90 :0"), "parts a bands", "overlap"),
        (in_bands("100:100 50:90 :0"), "parts a bands", "up to 100, then up to 50"),
        (in_bands("50:100"), "parts a bands", "last band is open"),
        (in_bands(":100 50:0"), "parts a bands", "last band is open"),
        (in_bands("50:110 :0"), "parts a bands", "110 points"),
        (in_bands("50:100 :0", inverse=True), "parts a bands", "not both"),
        (graded("A:90 B:95 C:"), "grades", "not in order"),
        (graded("A:90 A:75 E:"), "grades", "shares it"),
        (graded("A:90 B:75"), "grades", "last grade is open"),
        (graded("A:120 E:"), "grades", "out of 100"),
    ],
)
def test_a_scheme_that_cannot_be_right_says_where_and_why(
    scheme: Scheme, key: str, said: str
) -> None:
    faults = scheme.faults("hotline.toml [composite_score]")
    place = f"hotline.toml [composite_score] {key}"
    assert [f for f in faults if f.where == place and said in f.problem and f.fix], faults


def test_all_faults_come_at_once() -> None:
    scheme = Scheme((weighed("a", "0.2", bands=bands("50:100")),), grades("A:90"))
    assert len(scheme.faults()) == 3
