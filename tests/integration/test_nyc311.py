"""A hundred and twenty thousand real requests: every figure from the engine and from the files.

The second count knows nothing of the first: plain pandas over the zipped CSV, instants made with
pandas' own time zones, medians and rates in the test's own arithmetic.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dashboard.core.values import Period
from tests.real_packs import (
    DATA,
    Figure,
    Group,
    RealCity,
    Score,
    count,
    grouped,
    ingested,
    needs_real_data,
    one_decimal,
    per_10k,
    percentile,
    rate,
    rounded,
)

pytestmark = needs_real_data

ARCHIVES = {"nyc311": ("311.csv.zip", "311.csv"), "scout": ("SCOUT.csv.zip", "SCOUT.csv")}
WHOLE = Period(date(2020, 1, 1), date(2023, 4, 3))
YEAR_2022 = Period(date(2022, 1, 1), date(2022, 12, 31))
FEWEST = 10
RESIDENTS = {"3651000": 8_000_001, "36081": 2_300_003}
"""Made up: no source of the pack says how many there are."""

STATES = {
    "Assigned": "dispatched", "Closed": "closed", "In Progress": "handling", "Open": "received",
    "Pending": "handling", "Started": "handling", "Unspecified": "received",
}  # fmt: skip
TYPES = {
    "DEP Street Condition": "dep-street-condition", "Electrical": "electrical", "Noise": "noise",
    "Sewer": "sewer", "Sidewalk Condition": "sidewalk-condition",
    "Street Condition": "street-condition", "Street Light Condition": "street-light-condition",
    "WATER LEAK": "water-leak", "Water System": "water-system",
}  # fmt: skip
DESCRIPTORS = {
    "Cave-in": "cave-in",
    "Electrical Wiring Defective/Exposed": "electrical-wiring-defective-exposed",
    "Noise: Construction Before/After Hours (NM1)": "nm1",
    "Noise: Construction Equipment (NC1)": "nc1",
    "Catch Basin Sunken/Damaged/Raised (SC1)": "sc1",
    "Sewer Backup (Use Comments) (SA)": "sa",
    "Street Cave-In *Dep Internal Use Only* (SG1)": "sg1",
    "Pedestrian Ramp Defective": "pedestrian-ramp-defective",
    "Defective Hardware": "defective-hardware",
    "Failed Street Repair": "failed-street-repair",
    "Pothole": "pothole",
    "Lamppost Wire Exposed": "lamppost-wire-exposed",
    "DAMP SPOT": "damp-spot", "HEAVY FLOW": "heavy-flow", "SLOW LEAK": "slow-leak",
    "Hydrant Leaking (WC1)": "wc1", "Hydrant Running Full (WA4)": "wa4",
}  # fmt: skip

DIMENSIONS = (
    "district", "department", "category", "category_2", "source", "kind", "state", "day", "week",
    "month", "year",
)  # fmt: skip
PAIRS = (("department", "month"), ("source", "category"), ("category_2", "year"))


@pytest.fixture(scope="module")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCity]:
    with ingested("nyc311", tmp_path_factory.mktemp("nyc311"), WHOLE, RESIDENTS) as city:
        yield city


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.concat([_read(source) for source in ARCHIVES], ignore_index=True)


def _read(source: str) -> pd.DataFrame:
    archive, member = ARCHIVES[source]
    with (
        zipfile.ZipFile(DATA / "nyc311" / archive) as packed,
        packed.open(member) as stream,
    ):
        rows = pd.read_csv(stream, dtype=str, keep_default_na=False)
    return rows.assign(source=source)


@pytest.fixture(scope="module")
def requests(raw: pd.DataFrame) -> pd.DataFrame:
    """One column a dimension, written out from the raw columns; without the 29 impossible rows."""
    kind = raw["Complaint Type"].map(TYPES)
    agency = raw["Agency"].replace("NYC311-PRD", "DEP")
    frame = pd.DataFrame({
        "key": raw["Unique Key"],
        "district": raw["Borough"].map({"QUEENS": "36081"}),
        "department": agency,
        "category": "nyc311:" + kind,
        "category_2": "nyc311:" + kind + "." + raw["Descriptor"].map(DESCRIPTORS),
        "source": raw["source"],
        "kind": "hotline",
        "state": raw["Status"].map(STATES),
        "open": raw["Status"] != "Closed",
        "created": _wall(raw["Created Date"]),
        "closed": _wall(raw["Closed Date"]),
        "lon": pd.to_numeric(raw["Longitude"].replace("", None)),
        "lat": pd.to_numeric(raw["Latitude"].replace("", None)),
    })  # fmt: skip
    assert not frame.drop(columns=["closed", "lon", "lat"]).isna().any().any()
    frame["seconds"] = (_instant(frame["closed"]) - _instant(frame["created"])).dt.total_seconds()
    return frame[~(frame["seconds"] < 0)]


def _wall(texts: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(texts.replace("", None), format="%m/%d/%Y %I:%M:%S %p")


def _instant(wall: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """An hour that came twice is the later one; one that never came is the hour after it."""
    later = [False] * len(wall)
    return wall.dt.tz_localize(
        "America/New_York", ambiguous=pd.array(later).to_numpy(), nonexistent=pd.Timedelta("1h")
    )


def timed(requests: pd.DataFrame, by: str) -> pd.DataFrame:
    """With the days by which they are counted as day, week, month and year."""
    days = requests[requests[by].notna()].copy()
    weeks = days[by].dt.isocalendar()
    days["day"] = days[by].dt.strftime("%Y-%m-%d")
    days["week"] = weeks["year"].astype(str) + "-W" + weeks["week"].astype(str).str.zfill(2)
    days["month"] = days["day"].str[:7]
    days["year"] = days["day"].str[:4]
    return days


@pytest.fixture(scope="module")
def received(requests: pd.DataFrame) -> pd.DataFrame:
    return timed(requests, "created")


@pytest.fixture(scope="module")
def closed(requests: pd.DataFrame) -> pd.DataFrame:
    return timed(requests, "closed")


def counts(rows: pd.DataFrame, *by: str) -> dict[Group, Figure]:
    return grouped(rows.groupby(list(by)).size(), count)


def open_counts(rows: pd.DataFrame, *by: str) -> dict[Group, Figure]:
    """Every group that received anything is there, with nothing open too."""
    return grouped(rows.groupby(list(by))["open"].sum(), count)


def medians(rows: pd.DataFrame, *by: str) -> dict[Group, Figure]:
    return grouped(rows.groupby(list(by))["seconds"].agg(list), median_hours)


def median_hours(seconds: Sequence[float]) -> Figure:
    if len(seconds) < FEWEST:
        return (len(seconds), None, "too_few")
    ordered, middle = sorted(int(s) for s in seconds), len(seconds) // 2
    twice = ordered[middle] + ordered[middle if len(ordered) % 2 else middle - 1]
    return (len(ordered), None, one_decimal(Decimal(twice) / Decimal(7200)))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_received_requests_agree_with_the_files_in_every_group(
    nyc: RealCity, received: pd.DataFrame, dimension: str
) -> None:
    assert nyc.ask("hotline.received_count", dimension) == counts(received, dimension)
    assert nyc.ask("city.received_count", dimension) == counts(received, dimension)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_open_requests_agree_in_every_group(
    nyc: RealCity, received: pd.DataFrame, dimension: str
) -> None:
    assert nyc.ask("hotline.open_count", dimension) == open_counts(received, dimension)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_median_hours_agree_in_every_group(
    nyc: RealCity, closed: pd.DataFrame, dimension: str
) -> None:
    asked = nyc.ask("city.closing_hours_median", dimension, days=_until(closed))
    assert asked == medians(closed, dimension)


def _until(closed: pd.DataFrame) -> Period:
    return Period(closed["closed"].min().date(), closed["closed"].max().date())


def mean_hours(seconds: Sequence[float]) -> Figure:
    number, whole = len(seconds), int(sum(seconds))
    shown = one_decimal(Decimal(whole) / number / 3600) if number >= FEWEST else "too_few"
    return (whole, number, shown)


def p90_hours(seconds: Sequence[float]) -> Figure:
    number = len(seconds)
    if number < 2 * FEWEST:
        return (number, None, "too_few")
    found = percentile([int(one) for one in seconds], Decimal("0.9"))
    return (number, None, one_decimal(found / 3600))


@pytest.mark.parametrize("dimension", DIMENSIONS)
@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        ("hotline.closing_hours_mean", mean_hours),
        ("hotline.closing_hours_median", median_hours),
        ("hotline.closing_hours_p90", p90_hours),
    ],
)
def test_hours_to_closing_agree_in_every_group(
    nyc: RealCity,
    closed: pd.DataFrame,
    metric: str,
    figure: Callable[[Sequence[float]], Figure],
    dimension: str,
) -> None:
    said = grouped(closed.groupby(dimension)["seconds"].agg(list), figure)
    assert nyc.ask(metric, dimension, days=_until(closed)) == said


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_closed_of_received_agree_though_they_are_counted_by_two_days(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, dimension: str
) -> None:
    """More may be closed in a month than came in it."""
    days = Period(WHOLE.first, _until(closed).last)
    below, above = (rows[dimension].value_counts() for rows in (received, closed))
    said = {
        str(code): rate(int(above.get(code, 0)), int(below.get(code, 0)))
        for code in {*below.index, *above.index}
    }
    assert nyc.ask("hotline.completion_rate", dimension, days=days) == said
    if dimension == "month":
        assert any(part > whole for part, whole, _ in said.values() if whole is not None)


def still_open(requests: pd.DataFrame, day: date) -> pd.DataFrame:
    """At the end of a day, each request looked at by itself."""
    end = pd.Timestamp(day) + pd.Timedelta(days=1)
    came = requests["created"] < end
    gone = ~requests["open"] & ~(requests["closed"] >= end)
    return requests[came & ~gone]


@pytest.mark.parametrize("dimension", ["district", "department", "category_2", "source", "state"])
def test_what_is_open_at_the_end_of_each_month_agrees(
    nyc: RealCity, requests: pd.DataFrame, dimension: str
) -> None:
    asked = nyc.ask("hotline.open_at_count", "month", dimension)
    assert len({group[0] for group in asked}) == 40
    for month in pd.period_range(WHOLE.first, WHOLE.last, freq="M"):
        last = min(month.end_time.date(), WHOLE.last)
        there = still_open(requests, last)[dimension].value_counts().to_dict()
        told = {group[1]: figure for group, figure in asked.items() if group[0] == str(month)}
        assert {code: count(number) for code, number in there.items()} == {
            code: figure for code, figure in told.items() if figure[0]
        }


@pytest.mark.parametrize("last", [date(2020, 1, 1), date(2021, 2, 28), date(2022, 11, 6)])
def test_what_is_open_at_the_end_of_a_day_agrees(
    nyc: RealCity, requests: pd.DataFrame, last: date
) -> None:
    there = still_open(requests, last)
    days = Period(WHOLE.first, last)
    assert nyc.ask("hotline.open_at_count", days=days) == {(): count(len(there))}
    assert nyc.ask("hotline.open_at_count", "department", days=days, category="nyc311:noise") == {
        code: count(number)
        for code, number in there[there["category"] == "nyc311:noise"]["department"]
        .value_counts()
        .items()
    }


@pytest.mark.parametrize("dimension", ["district", "department", "category", "month", "year"])
def test_requests_per_ten_thousand_residents_agree(
    nyc: RealCity, received: pd.DataFrame, dimension: str
) -> None:
    people = RESIDENTS["36081" if dimension == "district" else "3651000"]
    said = grouped(received.groupby(dimension).size(), lambda number: per_10k(number, people))
    assert nyc.ask("hotline.received_per_10k", dimension) == said


@pytest.mark.parametrize("dimension", ["district", "source", "category", "year"])
def test_shares_of_what_the_requests_tell_agree(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, dimension: str
) -> None:
    """Every request names its borough, its kind and its agency; received ones need no agency."""
    taken_up = received[received["state"] != "received"]
    for metric, rows, days in (
        ("data.located_rate", received, WHOLE),
        ("data.categorised_rate", received, WHOLE),
        ("data.assigned_rate", taken_up, WHOLE),
        ("data.plausible_times_rate", closed, _until(closed)),
    ):
        decimals = 2 if metric == "data.plausible_times_rate" else 1
        said = {
            code: (number, number, "100." + "0" * decimals if number >= 20 else "too_few")
            for code, number in rows[dimension].value_counts().items()
        }
        asked = nyc.ask(metric, dimension, days=days)
        assert {code: figure for code, figure in asked.items() if figure[1]} == said, metric


def points_of(figure: str, most: int, threshold: int, slope: str, floor: int) -> Decimal:
    """Full points at the threshold, `slope` less for every unit below it."""
    points = most - Decimal(slope) * (threshold - Decimal(figure))
    return min(Decimal(most), max(Decimal(floor), points))


@pytest.mark.parametrize("dimension", ["department", "category_2", "year"])
def test_points_and_grades_agree(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, dimension: str
) -> None:
    """Points are given for figures as they are printed, and added up."""
    days = Period(WHOLE.first, _until(closed).last)
    said: dict[Group, Score] = {}
    for code in {*received[dimension], *closed[dimension]}:
        seconds = list(closed[closed[dimension] == code]["seconds"])
        of = (received[dimension] == code).sum()
        figures = [
            f[2] for f in (rate(len(seconds), of), median_hours(seconds), p90_hours(seconds))
        ]
        if not all(one[0].isdigit() for one in figures):
            continue
        points = (
            points_of(figures[0], 40, 100, "1", 0)
            + points_of(figures[1], 30, 24, "-0.5", 0)
            + points_of(figures[2], 30, 200, "-0.1", -5)
        )
        shown = rounded(points, 2)
        least = zip("ABCD", (90, 70, 50, -99), strict=True)
        said[code] = (shown, next(name for name, low in least if Decimal(shown) >= low))
    asked = nyc.scores("hotline.points_score", dimension, days=days)
    assert {code: score for code, score in asked.items() if score[1]} == said
    assert len(said) > 2


@pytest.mark.parametrize("pair", PAIRS, ids=" by ".join)
def test_cuts_by_two_dimensions_agree(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, pair: tuple[str, str]
) -> None:
    assert nyc.ask("hotline.received_count", *pair) == counts(received, *pair)
    assert nyc.ask("hotline.open_count", *pair) == open_counts(received, *pair)
    asked = nyc.ask("city.closing_hours_median", *pair, days=_until(closed))
    assert asked == medians(closed, *pair)


def test_totals_agree(nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame) -> None:
    assert nyc.ask("hotline.received_count") == {(): count(len(received))}
    assert nyc.ask("hotline.open_count") == {(): count(received["open"].sum())}
    asked = nyc.ask("city.closing_hours_median", days=_until(closed))
    assert asked == {(): median_hours(list(closed["seconds"]))}


@pytest.mark.parametrize("department", ["DEP", "DOB", "DOT", "HPD"])
def test_one_department_in_one_year_agrees(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, department: str
) -> None:
    came = received[(received["department"] == department) & (received["year"] == "2022")]
    went = closed[(closed["department"] == department) & (closed["year"] == "2022")]
    asked = nyc.ask("hotline.received_count", "month", days=YEAR_2022, department=department)
    hours = nyc.ask("city.closing_hours_median", "month", days=YEAR_2022, department=department)
    assert asked == counts(came, "month")
    assert hours == medians(went, "month")


@pytest.mark.parametrize(
    ("column", "code"), [("category", "nyc311:noise"), ("category_2", "nyc311:sewer.sa")]
)
def test_a_filter_by_category_agrees_at_both_levels(
    nyc: RealCity, received: pd.DataFrame, column: str, code: str
) -> None:
    some = received[received[column] == code]
    assert nyc.ask("hotline.received_count", "week", category=code) == counts(some, "week")
    assert nyc.ask("hotline.open_count", "week", category=code) == open_counts(some, "week")


@pytest.mark.parametrize("source", ARCHIVES)
def test_a_filter_by_source_agrees(
    nyc: RealCity, received: pd.DataFrame, closed: pd.DataFrame, source: str
) -> None:
    came, went = received[received["source"] == source], closed[closed["source"] == source]
    assert nyc.ask("hotline.received_count", "category", source=source) == counts(came, "category")
    hours = nyc.ask("city.closing_hours_median", "category_2", days=_until(closed), source=source)
    assert hours == medians(went, "category_2")


@pytest.mark.parametrize(
    "metric",
    [
        "hotline.on_time_rate", "hotline.overdue_open_count", "hotline.response_rate",
        "hotline.resolution_rate", "hotline.satisfaction_rate", "hotline.return_rate",
        "hotline.delivered_on_time_rate", "grid.closing_rate", "service.praise_rate",
    ],
)  # fmt: skip
def test_what_no_source_delivers_is_not_delivered_rather_than_zero(
    nyc: RealCity, metric: str
) -> None:
    [(_, _, said)] = nyc.ask(metric).values()
    assert said == "not_delivered"


@pytest.mark.parametrize(
    ("column", "code"),
    [("category", "nyc311:water-leak"), ("department", "DOT"), ("source", "scout")],
)
def test_lists_behind_figures_hold_as_many_requests_as_the_files(
    nyc: RealCity, received: pd.DataFrame, column: str, code: str
) -> None:
    some = received[received[column] == code]
    assert nyc.listed("hotline.received_count", **{column: code}) == len(some)
    assert nyc.listed("hotline.open_count", **{column: code}) == some["open"].sum()


def test_a_corner_of_the_map_holds_as_many_requests_as_the_files(
    nyc: RealCity, received: pd.DataFrame
) -> None:
    west, south, east, north = -73.85, 40.70, -73.80, 40.75
    there = received["lon"].between(west, east) & received["lat"].between(south, north)
    assert nyc.placed(west, south, east, north) == there.sum()


def test_rows_closed_before_they_were_created_are_in_quarantine(
    nyc: RealCity, raw: pd.DataFrame
) -> None:
    backwards = raw[_wall(raw["Closed Date"]) < _wall(raw["Created Date"])]
    assert backwards["source"].value_counts().to_dict() == {"nyc311": 21, "scout": 8}
    for source, rows in backwards.groupby("source"):
        kept = nyc.services.state.quarantined(str(source))
        assert {entry.reason for entry in kept} == {"closed_before_created"}
        assert {entry.source_id for entry in kept} == set(rows["Unique Key"])


def test_rows_closed_in_the_instant_of_their_creation_count_and_are_noted(
    nyc: RealCity, requests: pd.DataFrame
) -> None:
    at_once = requests[requests["seconds"] == 0]["source"].value_counts().to_dict()
    expected = {"nyc311": 62, "scout": 7781}
    assert at_once == expected
    for source, number in expected.items():
        assert nyc.noted(source) == {("closed_at_once", "closed_at"): number}


def test_requests_that_have_a_closing_time_and_are_not_closed_stay_open(
    nyc: RealCity, requests: pd.DataFrame
) -> None:
    both = requests[requests["open"] & requests["closed"].notna()]
    assert both["source"].value_counts().to_dict() == {"nyc311": 16, "scout": 7}
    stored = nyc.fields("nyc311", both.iloc[0]["key"])
    assert stored["state"] != "closed"
    assert stored["closed_at"] is not None


def test_the_agency_code_of_the_311_system_itself_is_the_department_it_names(
    nyc: RealCity, raw: pd.DataFrame
) -> None:
    odd = raw[raw["Agency"] == "NYC311-PRD"]
    assert odd["source"].value_counts().to_dict() == {"nyc311": 84, "scout": 51}
    assert set(odd["Agency Name"]) == {"Department of Environmental Protection"}
    assert nyc.fields("nyc311", odd.iloc[0]["Unique Key"])["department_code"] == "DEP"


def test_an_unspecified_status_is_received_and_open(nyc: RealCity, raw: pd.DataFrame) -> None:
    [key] = raw[raw["Status"] == "Unspecified"]["Unique Key"]
    assert nyc.fields("scout", key)["state"] == "received"


@pytest.mark.parametrize(
    ("source", "key", "field", "instant"),
    [
        ("nyc311", "55916879", "created_at", datetime(2022, 11, 6, 6, 13, 14, tzinfo=UTC)),
        ("scout", "45792119", "closed_at", datetime(2020, 3, 8, 7, 40, tzinfo=UTC)),
        ("scout", "45812896", "closed_at", datetime(2020, 3, 8, 7, 10, tzinfo=UTC)),
    ],
)
def test_the_hours_of_the_clock_change_are_read_one_way(
    nyc: RealCity, source: str, key: str, field: str, instant: datetime
) -> None:
    """01:13 came twice on 6 November 2022, 02:40 and 02:10 never on 8 March 2020."""
    assert nyc.fields(source, key)[field] == instant.replace(tzinfo=None)


def test_requests_without_coordinates_are_counted_all_the_same(
    nyc: RealCity, raw: pd.DataFrame
) -> None:
    without = raw[raw["Longitude"] == ""]["source"].value_counts().to_dict()
    assert without == {"nyc311": 475, "scout": 11_832}
    in_quarantine = raw[
        (_wall(raw["Closed Date"]) < _wall(raw["Created Date"])) & (raw["Longitude"] != "")
    ]
    assert nyc.placed(-180.0, -90.0, 180.0, 90.0) == len(raw) - sum(without.values()) - len(
        in_quarantine
    )


def test_no_key_comes_twice_and_every_row_is_accounted_for(
    nyc: RealCity, raw: pd.DataFrame
) -> None:
    assert raw["Unique Key"].is_unique
    told = {
        name: (r.read, r.accepted, r.unchanged, r.quarantined) for name, r in nyc.reports.items()
    }
    assert told == {"nyc311": (52_519, 52_498, 0, 21), "scout": (68_195, 68_187, 0, 8)}


def test_ingesting_the_same_files_again_adds_deliveries_and_nothing_else(tmp_path: Path) -> None:
    with ingested("nyc311", tmp_path, WHOLE) as city:
        version = city.services.version
        for report in city.run().values():
            assert (report.accepted, report.unchanged) == (0, report.read - report.quarantined)
        assert city.services.version == version
        for report in city.run(from_the_start=True).values():
            assert report.read > 50_000
            assert (report.accepted, report.unchanged) == (0, report.read - report.quarantined)
        after = city.services.version
        assert (after.version, after.complete_to) == (version.version + 2, version.complete_to)
        assert city.services.state.open_quarantine() == {"nyc311": 21, "scout": 8}
