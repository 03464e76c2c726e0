"""What people read: numbers, changes, moments and periods in the page's language."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dashboard.core.values import FigureState, Period
from dashboard.metrics.comparison import Change
from layouts.address import Address
from layouts.frame import Frame, origin
from tests.cities import city
from tests.figures_made import COUNT, MEDIAN, RATE, result, row

ZH = Frame(
    address=Address("/"),
    language="zh",
    theme="light",
    city=city(),
    last_day=datetime(2026, 11, 21, tzinfo=UTC).date(),
    lights=(),
    name_of=lambda _dimension, code: code,
)
EN = replace(ZH, language="en")


def percent(value: str | None) -> Change:
    return Change("percent", None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [("1234567", 0, "1,234,567"), ("94.95", 1, "95.0"), ("0", 0, "0"), ("1234.5", 0, "1,235")],
)
def test_numbers_have_thousands_and_round_half_up(value: str, decimals: int, shown: str) -> None:
    assert ZH.number(Decimal(value), decimals) == shown


def test_a_figure_that_cannot_be_given_is_said_in_words_never_as_zero() -> None:
    assert ZH.figure(RATE, row(None)) == "样本不足"
    assert EN.figure(RATE, row(None, state=FigureState.NOT_DUE)) == "Not due yet"
    assert EN.figure(COUNT, row(None, 0)) == "0"


@pytest.mark.parametrize("state", [s for s in FigureState if s is not FigureState.OK])
def test_every_state_has_words_in_both_languages(state: FigureState) -> None:
    assert ZH.state(state) != EN.state(state)


def test_counts_stand_behind_a_rate_a_sample_behind_a_median_nothing_behind_a_count() -> None:
    assert ZH.counts(RATE, row(None, 95, n=1900, of=2000)) == "1,900/2,000"
    assert ZH.counts(MEDIAN, row(None, 30, n=1200)) == "n=1,200"
    assert ZH.counts(COUNT, row(None, 30, n=30)) == ""


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (None, "—"),
        (percent(None), "—"),
        (percent("6.2"), "+6.2%"),
        (percent("-0.4"), "−0.4%"),
        (percent("0.0"), "±0.0%"),
        (percent("999.9"), "+999.9%"),
        (percent("1000.0"), "×11"),
        (percent("6720.0"), "×68"),
    ],
)
def test_changes_of_counts(change: Change | None, shown: str) -> None:
    assert ZH.change(change, COUNT) == shown


def test_rates_change_in_points_and_durations_in_their_unit() -> None:
    assert ZH.change(Change("points", Decimal("1.1")), RATE) == "+1.1 点"
    assert EN.change(Change("points", Decimal("-1.1")), RATE) == "−1.1 pts"
    assert EN.change(Change("absolute", Decimal("2.5")), MEDIAN).endswith(EN.unit(MEDIAN))


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2026-11-21..2026-11-21", "2026年11月21日", "21 Nov 2026"),
        ("2026-11-01..2026-11-21", "2026年11月1–21日", "1–21 Nov 2026"),
        ("2026-10-28..2026-11-03", "2026年10月28日–11月3日", "28 Oct – 3 Nov 2026"),
        ("2025-12-30..2026-01-02", "2025年12月30日–2026年1月2日", "30 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_periods_say_no_more_than_they_must(period: str, zh: str, en: str) -> None:
    days = Period.parse(*period.split(".."))
    assert (ZH.period(days), EN.period(days)) == (zh, en)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (datetime(2026, 11, 21, 1, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 11, 20, 15, 59, tzinfo=UTC), "11-20 23:59"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "00:00"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31"),
        (None, "未到"),
    ],
)
def test_moments_are_the_citys_and_as_short_as_they_can_be(
    instant: datetime | None, shown: str
) -> None:
    assert ZH.moment(instant) == shown


def test_a_name_falls_back_to_the_other_language() -> None:
    assert EN.pick("花园街道", "") == "花园街道"
    assert EN.pick("花园街道", "Garden") == "Garden"
    assert ZH.pick("", "Garden") == "Garden"


def test_a_figure_carries_what_is_needed_to_ask_for_it_again() -> None:
    answer = result(RATE, "2026-11-01..2026-11-21", by=("district",))
    query = replace(answer.query, where=(("department", ("B1", "B2")),))
    answer = replace(answer, query=query)
    marks = origin(RATE, answer, row({"district": "D1"}, "94.95", n=1899, of=2000))
    assert marks == {
        "data-metric": "hotline.on_time_rate",
        "data-value": "95.0",
        "data-numerator": "1899",
        "data-denominator": "2000",
        "data-group": "department=B1,B2;district=D1",
        "data-state": "ok",
        "data-from": "2026-11-01",
        "data-to": "2026-11-21",
        "data-as-of": "2026-11-21T12:00:00+08:00",
    }


def test_a_figure_without_a_value_carries_its_counts_all_the_same() -> None:
    answer = result(COUNT, "2026-11-01..2026-11-21")
    marks = origin(COUNT, answer, row(None, n=3, state=FigureState.NO_DATA))
    assert (marks["data-value"], marks["data-numerator"], marks["data-denominator"]) == (
        "",
        "3",
        "",
    )
