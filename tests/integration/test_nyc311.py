"""A hundred and twenty thousand real requests: every figure from the engine and from the files.

The second count knows nothing of the first: plain pandas over the zipped CSV, instants made with
pandas' own time zones, medians and rates in the test's own arithmetic.
"""

import zipfile
from collections.abc import Iterator, Sequence
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
    count,
    grouped,
    ingested,
    needs_real_data,
    one_decimal,
)

pytestmark = needs_real_data

ARCHIVES = {"nyc311": ("311.csv.zip", "311.csv"), "scout": ("SCOUT.csv.zip", "SCOUT.csv")}
WHOLE = Period(date(2020, 1, 1), date(2023, 4, 3))
YEAR_2022 = Period(date(2022, 1, 1), date(2022, 12, 31))
FEWEST = 10

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
    with ingested("nyc311", tmp_path_factory.mktemp("nyc311"), WHOLE) as city:
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


def test_ingesting_the_same_files_again_changes_nothing(tmp_path: Path) -> None:
    with ingested("nyc311", tmp_path, WHOLE) as city:
        version = city.services.version
        for report in city.run().values():
            assert (report.accepted, report.unchanged) == (0, report.read - report.quarantined)
        for report in city.run(from_the_start=True).values():
            assert report.read > 50_000
            assert (report.accepted, report.unchanged) == (0, report.read - report.quarantined)
        assert city.services.version == version
        assert city.services.state.open_quarantine() == {"nyc311": 21, "scout": 8}
