"""Comparing: a rate changes in points, a count in per cent, and what has no base has no change."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.metrics.comparison import Standing, change, change_kind, meets_target, standing
from dashboard.metrics.model import Form, Metric
from tests.figures_made import CATALOGUE, COUNT, LOWER_RATE, MEDIAN, RATE, row


@pytest.mark.parametrize(
    ("metric", "now", "then", "kind", "value"),
    [
        (COUNT, 106, 100, "percent", "6.0"),
        (COUNT, 0, 100, "percent", "-100.0"),
        (COUNT, 5, 0, "percent", None),
        (COUNT, 0, 0, "percent", None),
        (RATE, "95.05", "94.04", "points", "1.1"),
        (RATE, 95, 0, "points", "95.0"),
        (RATE, 95, None, "points", None),
        (RATE, None, 95, "points", None),
        (MEDIAN, "30.5", "28", "absolute", "2.5"),
    ],
)
def test_changes(
    metric: Metric, now: str | int | None, then: str | int | None, kind: str, value: str | None
) -> None:
    found = change(metric, row(None, now), row(None, then))
    assert found.kind == kind
    assert found.value == (None if value is None else Decimal(value))


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_count_changes_by_the_nearest_tenth_of_a_per_cent(now: int, then: int) -> None:
    found = change(COUNT, row(None, now), row(None, then)).value
    assert found is not None
    assert abs(Fraction(found) - Fraction(now - then, then) * 100) <= Fraction(1, 20)


@given(
    st.decimals(0, 100, places=4, allow_nan=False), st.decimals(0, 100, places=4, allow_nan=False)
)
def test_a_rate_changes_by_what_the_shown_figures_differ(now: Decimal, then: Decimal) -> None:
    rows = row(None, str(now)), row(None, str(then))
    shown = [Decimal(one.shown(RATE.decimals) or 0) for one in rows]
    assert change(RATE, *rows).value == shown[0] - shown[1]


def test_what_waits_now_is_never_compared_with_what_waits_now() -> None:
    waiting = CATALOGUE["hotline.open_count"]
    assert not waiting.comparable
    assert change(waiting, row(None, 10), row(None, 20)).value is None


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("count", "percent"),
        ("snapshot", "percent"),
        ("per_10k", "percent"),
        ("density", "percent"),
        ("rate", "points"),
        ("score", "absolute"),
        ("hours_p90", "absolute"),
        ("seconds_mean", "absolute"),
    ],
)
def test_amounts_change_in_per_cent_and_the_rest_in_its_unit(form: Form, kind: str) -> None:
    assert change_kind(form) == kind


@pytest.mark.parametrize(
    ("metric", "value", "met"),
    [
        (RATE, "94.95", True),
        (RATE, "94.94", False),
        (LOWER_RATE, "95.04", True),
        (LOWER_RATE, "95.05", False),
        (RATE, None, None),
        (COUNT, "95", None),
    ],
)
def test_a_target_is_judged_on_the_figure_as_shown(
    metric: Metric, value: str | None, *, met: bool | None
) -> None:
    shown = None if value is None else Decimal(value)
    assert meets_target(metric, shown, Decimal(95)) is met
    assert meets_target(metric, shown, None) is None


@pytest.mark.parametrize(
    ("metric", "value", "target", "bands", "stands"),
    [
        (RATE, "95", "95", ("90", "80"), "met"),
        (RATE, "94.9", "95", ("90", "80"), "near"),
        (RATE, "80", "95", ("90", "80"), "near"),
        (RATE, "79.94", "95", ("90", "80"), "missed"),
        (RATE, "90", None, ("90", "80"), "met"),
        (RATE, "89.9", None, ("90", "80"), "near"),
        (RATE, "70", "60", ("90", "80"), "met"),
        (RATE, "89.9", None, ("90",), "missed"),
        (LOWER_RATE, "2.0", "2", ("3", "5"), "met"),
        (LOWER_RATE, "2.1", "2", ("3", "5"), "near"),
        (LOWER_RATE, "5.1", "2", ("3", "5"), "missed"),
        (RATE, "50", None, (), None),
        (RATE, None, "95", ("90", "80"), None),
        (COUNT, "95", "90", ("90", "80"), None),
    ],
)
def test_between_met_and_missed_there_may_be_near(
    metric: Metric,
    value: str | None,
    target: str | None,
    bands: tuple[str, ...],
    stands: Standing | None,
) -> None:
    given_value = None if value is None else Decimal(value)
    given_target = None if target is None else Decimal(target)
    banded = replace(metric, bands=tuple(Decimal(edge) for edge in bands))
    assert standing(banded, given_value, given_target) == stands


def test_a_metric_that_is_cut_off_is_judged_as_it_is_printed() -> None:
    cut = replace(RATE, rounding="truncate")
    assert meets_target(cut, Decimal("94.99"), Decimal(95)) is False
    assert meets_target(RATE, Decimal("94.99"), Decimal(95)) is True
    assert change(cut, row(None, "95.19"), row(None, "95.01")).value == Decimal("0.1")


def test_bands_alone_are_no_target() -> None:
    assert meets_target(replace(RATE, bands=(Decimal(90),)), Decimal(95), None) is None
