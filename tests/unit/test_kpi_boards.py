"""What KPI pages ask: periods with a name, metrics that exist, places among peers."""

import statistics
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.boards.asked import MONTHS, WEEKS, asked, by_month, small_curve
from dashboard.boards.kpi import LEVELS, kpi_board
from dashboard.boards.peers import among_peers, peers_of, place_of, quantile
from dashboard.city.model import City, Group
from dashboard.core.errors import UsageError
from dashboard.core.values import UNKNOWN, Grain, Period, bucket_name, buckets
from dashboard.metrics.model import MetricRow, filters
from tests.cities import city
from tests.figures_made import CATALOGUE, LOWER_RATE, RATE, result, row

TODAY = date(2026, 11, 21)
DEFAULT = Period.parse("2026-11-01", "2026-11-21")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
NOVEMBER = "2026-11-01..2026-11-21"


def looked(query: str, made: City | None = None) -> tuple[str, str, str]:
    """Period, period before and filters of an address."""
    pairs = [tuple(part.split("=")) for part in query.split("&") if part]
    found = asked(pairs, made or city(), TODAY, DEFAULT)
    return str(found.period), str(found.window.before), found.preset


def test_every_metric_of_the_kpi_pages_exists_and_stands_in_its_domain_once() -> None:
    for domain in kpi_board().domains:
        assert set(domain.all) <= set(CATALOGUE.ids)
        assert len(set(domain.all)) == len(domain.all)
        assert all(name.startswith(f"{domain.id}.") for name in domain.all)


def test_scores_come_first_and_have_parts() -> None:
    for domain in kpi_board().domains:
        assert all(CATALOGUE[name].parts for name in domain.scores)
        assert not any(CATALOGUE[name].parts for name in domain.metrics)


@pytest.mark.parametrize("level", LEVELS)
def test_every_league_table_is_cut_by_its_level(level: str) -> None:
    for name in kpi_board().league[level]:
        assert level in CATALOGUE[name].cuts, name


def test_pages_of_units_name_metrics_that_can_be_cut_as_the_page_cuts_them() -> None:
    department, district = kpi_board().department, kpi_board().district
    cuts = {
        "department": (*department.place, *department.volumes, *department.returns),
        "category_2": department.categories,
        "district": (*district.place, *district.months, *district.departments),
        "street": district.streets,
    }
    for cut, names in cuts.items():
        assert [name for name in names if cut not in CATALOGUE[name].cuts] == []


def test_a_domain_that_is_not_there_is_told_with_the_nearest() -> None:
    assert [domain.id for domain in kpi_board().chosen("grid")] == ["grid"]
    assert len(kpi_board().chosen("")) == len(kpi_board().domains)
    with pytest.raises(UsageError, match="hotlin`") as told:
        kpi_board().chosen("hotlin")
    assert "hotline" in told.value.fix


@pytest.mark.parametrize(
    ("query", "period", "before"),
    [
        ("", "2026-11-01..2026-11-21", "2026-10-01..2026-10-21"),
        ("period=last_month", "2026-10-01..2026-10-31", "2026-09-01..2026-09-30"),
        ("period=year_to_date", "2026-01-01..2026-11-21", "2025-01-01..2025-11-21"),
        ("period=rolling_30", "2026-10-23..2026-11-21", "2026-09-23..2026-10-22"),
        ("from=2026-09-10&to=2026-09-12", "2026-09-10..2026-09-12", "2026-09-07..2026-09-09"),
    ],
)
def test_a_period_has_a_name_or_two_days(query: str, period: str, before: str) -> None:
    assert looked(query)[:2] == (period, before)


def test_two_days_win_over_a_name() -> None:
    assert looked("period=last_month&from=2026-11-20&to=2026-11-20") == (
        "2026-11-20..2026-11-20", "2026-11-19..2026-11-19", "",
    )  # fmt: skip


def test_an_appraisal_month_begins_on_the_day_the_city_says() -> None:
    made = replace(city(), appraisal_day=19)
    assert looked("period=last_appraisal_month", made)[:2] == (
        "2026-10-19..2026-11-18", "2026-09-19..2026-10-18",
    )  # fmt: skip
    assert looked("period=appraisal_month", made)[0] == "2026-11-19..2026-11-21"


def test_a_period_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="this_mont`") as told:
        looked("period=this_mont")
    assert "this_month" in told.value.fix


def test_the_unit_of_a_page_takes_the_place_of_its_filter() -> None:
    found = asked([("district", "D1"), ("department", "B1")], city(), TODAY, DEFAULT)
    assert found.within(department="B2") == filters({"district": "D1", "department": "B2"})


@given(DAYS, st.integers(0, 92), st.integers(0, 400))
def test_a_small_curve_has_whole_weeks_and_reaches_the_last_day(
    last: date, days: int, later: int
) -> None:
    today = last + timedelta(days=later)
    period, grain = small_curve(Period(last - timedelta(days=min(days, 91)), last), today)
    assert grain is Grain.WEEK
    assert period.first.weekday() == 0
    assert len(list(buckets(period, grain))) == WEEKS
    assert last <= period.last <= max(today, last)
    assert period.last.weekday() == 6 or period.last in (today, last)


@given(DAYS, st.integers(93, 800))
def test_the_small_curve_of_a_long_period_has_months(last: date, days: int) -> None:
    period, grain = small_curve(Period(last - timedelta(days=days), last), last)
    assert grain is Grain.MONTH
    assert len(list(buckets(period, grain))) == MONTHS - 1


@given(DAYS)
def test_thirteen_months_end_in_the_month_and_show_it_a_year_earlier(last: date) -> None:
    names = [bucket_name(day, Grain.MONTH) for day in buckets(by_month(last, last), Grain.MONTH)]
    assert len(names) == MONTHS
    assert names[-1] == f"{last:%Y-%m}"
    assert names[0] == f"{last.year - 1}-{last:%m}"


@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=2, max_size=40))
def test_quartiles_are_those_of_the_standard_library(values: list[Decimal]) -> None:
    expected = statistics.quantiles(values, n=4, method="inclusive")
    found = [quantile(values, Decimal(share) / 4) for share in (1, 2, 3)]
    assert found == pytest.approx(expected)


def ranked(**values: str | int | None) -> list[MetricRow]:
    return [row({"department": code}, value, of=100) for code, value in values.items()]


def group(name: str, *codes: str) -> dict[str, Group]:
    return {name: Group(name, name, name, "department", codes)}


def test_a_place_is_counted_in_ones_own_group_only() -> None:
    made = result(RATE, NOVEMBER, ranked(a=99, b=95, c=90, d=80), by=("department",))
    groups = group("one", "b", "c") | group("two", "a", "d")
    place = place_of(made, "department", "c", groups)
    assert (place.rank, place.of, place.median) == (2, 2, Decimal("92.5"))
    assert place_of(made, "department", "c", {}).rank == 3


def test_a_unit_of_no_group_or_with_too_few_cases_has_no_place() -> None:
    made = result(RATE, NOVEMBER, ranked(a=99, b=95, c=None), by=("department",))
    assert place_of(made, "department", "b", group("one", "a")).rank is None
    few = place_of(made, "department", "c", {})
    assert (few.rank, few.of) == (None, 2)
    assert place_of(made, "department", "nowhere", {}).of == 0


def test_low_is_first_where_low_is_good() -> None:
    made = result(LOWER_RATE, NOVEMBER, ranked(a=9, b=1), by=("department",))
    assert place_of(made, "department", "b", {}).rank == 1


def by_months(**values: str | int | None) -> list[MetricRow]:
    return [row({"department": code, "month": "2026-10"}, v, of=50) for code, v in values.items()]


def test_the_band_of_the_peers_leaves_out_oneself_strangers_and_who_has_too_few_cases() -> None:
    rows = [*by_months(a=10, b=20, c=30, d=40, e=None, f=99), *by_months(**{UNKNOWN: 0})]
    made = result(RATE, "2026-10-01..2026-10-31", rows, by=("department", "month"))
    among = among_peers(made, "department", "a", frozenset({"a", "b", "c", "d", "e"}))
    assert among.rows["2026-10"].value == 10
    band = among.bands["2026-10"]
    assert (band.low, band.median, band.high, band.peers) == (25, 30, 35, 3)


def test_two_peers_make_no_band() -> None:
    made = result(
        RATE, "2026-10-01..2026-10-31", by_months(a=10, b=20, c=30), by=("department", "month")
    )
    assert among_peers(made, "department", "a", None).bands == {}


def test_without_groups_everybody_is_a_peer_and_outside_of_groups_nobody_is() -> None:
    assert peers_of({}, "department", "a") is None
    assert peers_of(group("one", "a", "b"), "department", "a") == {"a", "b"}
    assert peers_of(group("one", "a", "b"), "department", "c") == frozenset()
