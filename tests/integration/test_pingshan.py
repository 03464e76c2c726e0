"""Ten thousand real events: every figure once from the engine and once straight from the file.

The second count knows nothing of the first: plain pandas over the raw rows, codes from the raw
number columns or from the official lists beside the data.
"""

from collections.abc import Iterator
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
    per_10k,
    rate,
    rounded,
)

pytestmark = needs_real_data

FOLDER = DATA / "pingshan"
WHOLE = Period(date(2018, 2, 8), date(2018, 12, 1))
OCTOBER = Period(date(2018, 10, 1), date(2018, 10, 31))
SPRING = Period(date(2018, 4, 1), date(2018, 5, 31))

DIMENSIONS = (
    "district", "street", "community", "department", "category", "category_2", "category_3",
    "channel", "request_type", "source", "kind", "state", "day", "week", "month", "year",
)  # fmt: skip
PAIRS = (("street", "month"), ("channel", "category"), ("department", "year"))


@pytest.fixture(scope="module")
def pingshan(
    tmp_path_factory: pytest.TempPathFactory, residents: dict[str, int]
) -> Iterator[RealCity]:
    with ingested("pingshan", tmp_path_factory.mktemp("pingshan"), WHOLE, residents) as city:
        yield city


@pytest.fixture(scope="module")
def residents(raw: pd.DataFrame) -> dict[str, int]:
    """No source says how many there are: a number for each region, made of its events. One of the
    communities gets none, and those with few events come out with fewer than a thousand.
    """
    streets = raw["STREET_NAME"].map(_codes("streets_440310.csv")).value_counts()
    names = {n.removesuffix("居委会"): c for n, c in _codes("communities_440310.csv").items()}
    communities = raw["COMMUNITY_NAME"].map(names).value_counts().iloc[1:]
    regions = pd.concat([streets * 13 + 7, communities * 11 + 3]).astype(int).to_dict()
    return {str(code): int(number) for code, number in regions.items()} | {
        "440310": 428_000,
        "4403": 17_560_000,
    }


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return _read("events_flat.csv")


@pytest.fixture(scope="module")
def events(raw: pd.DataFrame) -> pd.DataFrame:
    """The raw rows with one column a dimension, each written out from the raw columns."""
    streets = _codes("streets_440310.csv")
    communities = {n.removesuffix("居委会"): c for n, c in _codes("communities_440310.csv").items()}
    days = pd.to_datetime(raw["CREATE_DATE"])
    weeks = days.dt.isocalendar()
    sub = "pingshan:s" + raw["SUB_TYPE_ID"]
    return pd.DataFrame({
        "district": "440310",
        "street": raw["STREET_NAME"].map({**streets, "-": "-"}),
        "community": raw["COMMUNITY_NAME"].map({**communities, "-": "-"}),
        "department": raw["DISPOSE_UNIT_ID"],
        "category": "pingshan:t" + raw["EVENT_TYPE_ID"],
        "category_2": "pingshan:m" + raw["MAIN_TYPE_ID"],
        "category_3": sub.where(raw["SUB_TYPE_ID"] != "602", sub + "." + raw["MAIN_TYPE_ID"]),
        "channel": raw["EVENT_SRC_NAME"],
        "request_type": raw["EVENT_PROPERTY_NAME"],
        "source": "events",
        "kind": "hotline",
        "state": "closed",
        "day": raw["CREATE_DATE"],
        "week": weeks["year"].astype(str) + "-W" + weeks["week"].astype(str).str.zfill(2),
        "month": raw["CREATE_DATE"].str[:7],
        "year": raw["CREATE_DATE"].str[:4],
        "on_time": raw["ACHIEVE_STATUS"] == "intime",
    })  # fmt: skip


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False)


def _codes(name: str) -> dict[str, str]:
    """Official name → official code."""
    table = _read(name)
    return dict(zip(table["name"], table["code"], strict=True))


def counts(events: pd.DataFrame, *by: str) -> dict[Group, Figure]:
    return grouped(events.groupby(list(by)).size(), count)


def rates(events: pd.DataFrame, *by: str) -> dict[Group, Figure]:
    verdicts = events.groupby(list(by))["on_time"].agg(list)
    return grouped(verdicts, lambda on_time: rate(sum(on_time), len(on_time)))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_received_tickets_agree_with_the_file_in_every_group(
    pingshan: RealCity, events: pd.DataFrame, dimension: str
) -> None:
    assert pingshan.ask("hotline.received_count", dimension) == counts(events, dimension)
    assert pingshan.ask("city.received_count", dimension) == counts(events, dimension)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_rates_of_the_sources_own_verdict_agree_in_every_group(
    pingshan: RealCity, events: pd.DataFrame, dimension: str
) -> None:
    assert pingshan.ask("hotline.delivered_on_time_rate", dimension) == rates(events, dimension)


@pytest.mark.parametrize("pair", PAIRS, ids=" by ".join)
def test_cuts_by_two_dimensions_agree(
    pingshan: RealCity, events: pd.DataFrame, pair: tuple[str, str]
) -> None:
    assert pingshan.ask("hotline.received_count", *pair) == counts(events, *pair)
    assert pingshan.ask("hotline.delivered_on_time_rate", *pair) == rates(events, *pair)


def test_totals_agree(pingshan: RealCity, events: pd.DataFrame) -> None:
    assert pingshan.ask("hotline.received_count") == {(): count(10_000)}
    assert pingshan.ask("hotline.delivered_on_time_rate") == {(): (9076, 10_000, "90.8")}
    assert (len(events), int(events["on_time"].sum())) == (10_000, 9076)


@pytest.mark.parametrize("channel", ["12345", "12319", "@坪山", "政府信箱"])
def test_a_filter_by_channel_agrees(pingshan: RealCity, events: pd.DataFrame, channel: str) -> None:
    some = events[events["channel"] == channel]
    assert pingshan.ask("hotline.received_count", "street", channel=channel) == counts(
        some, "street"
    )
    assert pingshan.ask("hotline.delivered_on_time_rate", "month", channel=channel) == rates(
        some, "month"
    )


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("category", "pingshan:t5"),
        ("category_2", "pingshan:m186"),
        ("category_3", "pingshan:s602.178"),
    ],
)
def test_a_filter_by_category_takes_in_all_beneath_it_at_any_level(
    pingshan: RealCity, events: pd.DataFrame, column: str, code: str
) -> None:
    some = events[events[column] == code]
    asked = pingshan.ask("hotline.received_count", "community", category=code)
    assert asked == counts(some, "community")


def test_one_department_in_one_month_agrees(pingshan: RealCity, events: pd.DataFrame) -> None:
    some = events[(events["department"] == "1536") & (events["month"] == "2018-10")]
    asked = pingshan.ask(
        "hotline.delivered_on_time_rate", "category_2", days=OCTOBER, department="1536"
    )
    assert asked == rates(some, "category_2")


def test_events_without_a_unit_stay_in_the_total_and_can_be_asked_for(
    pingshan: RealCity, events: pd.DataFrame
) -> None:
    some = events[events["department"] == "-"]
    assert pingshan.ask("hotline.received_count", department="-") == {(): count(22)}
    assert pingshan.ask("hotline.received_count", "street", department="-") == counts(
        some, "street"
    )


def test_units_with_fewer_than_twenty_events_have_too_few_for_a_rate(
    pingshan: RealCity, events: pd.DataFrame
) -> None:
    sizes = events["department"].value_counts()
    said = pingshan.ask("hotline.delivered_on_time_rate", "department")
    few = {unit for unit, (_, _, word) in said.items() if word == "too_few"}
    assert few == set(sizes[sizes < 20].index)
    assert len(few) == 69


def test_nothing_is_open_because_the_source_delivers_finished_events_only(
    pingshan: RealCity, events: pd.DataFrame
) -> None:
    none = {street: count(0) for street in events["street"].unique()}
    assert pingshan.ask("hotline.open_count") == {(): count(0)}
    assert pingshan.ask("hotline.open_count", "street") == none


@pytest.mark.parametrize(
    "metric",
    [
        "hotline.on_time_rate", "hotline.overdue_open_count", "hotline.response_rate",
        "hotline.resolution_rate", "hotline.satisfaction_rate", "hotline.return_rate",
        "city.closing_hours_median", "grid.filed_count", "service.application_count",
    ],
)  # fmt: skip
def test_what_the_source_lacks_is_not_delivered_rather_than_zero(
    pingshan: RealCity, metric: str
) -> None:
    [(_, _, said)] = pingshan.ask(metric).values()
    assert said == "not_delivered"


def test_months_without_rows_are_zero_as_a_count_and_nothing_as_a_rate(
    pingshan: RealCity,
) -> None:
    assert pingshan.ask("hotline.received_count", days=SPRING) == {(): count(0)}
    assert pingshan.ask("hotline.delivered_on_time_rate", days=SPRING) == {(): (0, 0, "no_data")}


def test_days_after_the_data_are_not_due(pingshan: RealCity) -> None:
    later = Period(date(2018, 12, 2), date(2018, 12, 31))
    [(_, _, said)] = pingshan.ask("hotline.received_count", days=later).values()
    assert said == "not_due"


@pytest.mark.parametrize(
    ("column", "code"),
    [("street", "440310005"), ("department", "1536"), ("channel", "12345"), ("street", "-")],
)
def test_the_lists_behind_a_rate_hold_as_many_events_as_the_file(
    pingshan: RealCity, events: pd.DataFrame, column: str, code: str
) -> None:
    some = events[events[column] == code]
    metric, where = "hotline.delivered_on_time_rate", {column: code}
    assert pingshan.listed(metric, **where) == some["on_time"].sum()
    assert pingshan.listed(metric, part="denominator", **where) == len(some)


@pytest.mark.parametrize("dimension", ["district", "street", "community"])
def test_events_per_ten_thousand_residents_agree_in_every_region(
    pingshan: RealCity, events: pd.DataFrame, residents: dict[str, int], dimension: str
) -> None:
    said = {
        code: per_10k(number, residents.get(str(code)))
        for code, number in events[dimension].value_counts().items()
    }
    asked = pingshan.ask("hotline.received_per_10k", dimension)
    assert asked == said
    words = {word for _, _, word in asked.values()} & {"not_delivered", "too_few"}
    assert bool(words) == (dimension != "district")


@pytest.mark.parametrize("dimension", ["month", "department", "category"])
def test_what_is_no_region_is_counted_per_resident_of_the_city(
    pingshan: RealCity, events: pd.DataFrame, residents: dict[str, int], dimension: str
) -> None:
    whole = grouped(events.groupby(dimension).size(), lambda n: per_10k(n, residents["4403"]))
    assert pingshan.ask("hotline.received_per_10k", dimension) == whole
    some = events[events["street"] == "440310005"]
    street = grouped(some.groupby(dimension).size(), lambda n: per_10k(n, residents["440310005"]))
    assert pingshan.ask("hotline.received_per_10k", dimension, street="440310005") == street


@pytest.mark.parametrize("dimension", ["street", "department", "category", "month"])
def test_shares_of_events_with_a_unit_agree(
    pingshan: RealCity, events: pd.DataFrame, dimension: str
) -> None:
    known = events.assign(known=events["department"] != "-").groupby(dimension)["known"].agg(list)
    said = grouped(known, lambda each: rate(sum(each), len(each)))
    assert pingshan.ask("data.assigned_rate", dimension) == said


def score_of(on_time: list[bool], assigned: list[bool]) -> Score:
    """As the table in scoring.toml is read by hand: figures as printed, then weights and bands."""
    received = len(on_time)
    if received < 20:
        return ("too_few", "")
    shares = [Decimal(rate(sum(each), len(each))[2]) for each in (on_time, assigned)]
    volume = next(points for most, points in ((50, 100), (200, 80), (1000, 50), (10**9, 0))
                  if received <= most)  # fmt: skip
    points = shares[0] * 7 / 10 + shares[1] * 2 / 10 + Decimal(volume) / 10
    shown = Decimal(rounded(points, 2))
    grade = next(name for name, least in (("A", 95), ("B", 88), ("C", 80), ("D", 0))
                 if shown >= least)  # fmt: skip
    return (str(shown), grade)


@pytest.mark.parametrize("dimension", ["street", "department", "category_2", "month"])
def test_scores_and_grades_agree(pingshan: RealCity, events: pd.DataFrame, dimension: str) -> None:
    """The volume of a unit with few events is known, its shares are not: it has no score."""
    known = events.assign(known=events["department"] != "-")
    said: dict[Group, Score] = {
        str(code): score_of(list(rows["on_time"]), list(rows["known"]))
        for code, rows in known.groupby(dimension)
    }
    assert pingshan.scores("hotline.composite_score", dimension) == said
    if dimension == "department":
        assert {grade for _, grade in said.values()} >= {"A", "B", "C", "D", ""}


def test_missing_markers_are_counted_where_they_stood(
    pingshan: RealCity, raw: pd.DataFrame
) -> None:
    in_file = {
        field: int((raw[column] == "-").sum())
        for field, column in {
            "department": "DISPOSE_UNIT_NAME",
            "region": "COMMUNITY_NAME",
            "street_code": "STREET_NAME",
        }.items()
    }
    assert in_file == {"department": 22, "region": 10, "street_code": 10}
    expected = {("missing_marker", field): number for field, number in in_file.items()}
    assert pingshan.noted("events") == expected


def test_an_event_without_a_street_still_lies_in_the_district(pingshan: RealCity) -> None:
    assert pingshan.ask("hotline.received_count", street="-", district="440310") == {(): count(10)}


def test_155_spellings_of_units_are_120_departments(pingshan: RealCity, raw: pd.DataFrame) -> None:
    """Cutting the bracket off would have left 102: it joins what are units of their own."""
    named = raw[raw["DISPOSE_UNIT_NAME"] != "-"]
    names = named.groupby("DISPOSE_UNIT_ID")["DISPOSE_UNIT_NAME"].unique()
    bare = named["DISPOSE_UNIT_NAME"].str.replace("（.*）$", "", regex=True)
    alike = named.assign(bare=bare).groupby("bare")["DISPOSE_UNIT_ID"].nunique()
    by_suffix = sum(len({n.partition("（")[0] for n in some}) == 1 < len(some) for some in names)
    assert named["DISPOSE_UNIT_NAME"].nunique() == 155
    assert (len(names), bare.nunique()) == (120, 102)
    assert sum(len(some) > 1 for some in names) == 34
    assert (by_suffix, (alike > 1).sum()) == (31, 12)
    assert set(pingshan.services.city.departments) == set(names.index)


@pytest.mark.parametrize(("unit", "spellings", "events"), [("8484", 2, 652), ("8565", 3, 72)])
def test_a_unit_with_and_without_its_bracket_is_one(
    pingshan: RealCity, raw: pd.DataFrame, unit: str, spellings: int, events: int
) -> None:
    some = raw[raw["DISPOSE_UNIT_ID"] == unit]
    assert (some["DISPOSE_UNIT_NAME"].nunique(), len(some)) == (spellings, events)
    assert pingshan.ask("hotline.received_count", department=unit) == {(): count(events)}


def test_units_of_one_name_in_three_streets_stay_three(pingshan: RealCity) -> None:
    """劳动办 of 坑梓, 坪山 and 龙田."""
    sizes = {"1781": 10, "10181": 9, "1794": 17}
    for unit, size in sizes.items():
        assert pingshan.ask("hotline.received_count", department=unit) == {(): count(size)}


def test_three_sub_types_have_two_names_and_one_of_them_two_meanings(
    pingshan: RealCity, raw: pd.DataFrame
) -> None:
    names = raw.groupby("SUB_TYPE_ID")["SUB_TYPE_NAME"].nunique()
    above = raw.groupby("SUB_TYPE_ID")["MAIN_TYPE_ID"].nunique()
    assert set(names[names > 1].index) == {"602", "615", "633"}
    assert set(above[above > 1].index) == {"602"}
    for number, sizes in {"615": {87, 5}, "633": {128, 1}}.items():
        some = raw[raw["SUB_TYPE_ID"] == number]
        assert set(some["SUB_TYPE_NAME"].value_counts()) == sizes
        whole = pingshan.ask("hotline.received_count", category=f"pingshan:s{number}")
        assert whole == {(): count(sum(sizes))}
    assert pingshan.ask("hotline.received_count", "category_2", category="pingshan:s602.178") == {
        "pingshan:m178": count(634)
    }
    assert pingshan.ask("hotline.received_count", "category_2", category="pingshan:s602.181") == {
        "pingshan:m181": count(2)
    }


def test_the_tree_has_18_134_and_370_categories(pingshan: RealCity) -> None:
    depths = pd.Series([c.depth for c in pingshan.services.city.categories.values()])
    assert depths.value_counts().to_dict() == {1: 18, 2: 134, 3: 370}


def test_days_without_a_time_of_day_have_no_hour(pingshan: RealCity) -> None:
    event = pingshan.fields("events", "9148")
    assert (event["created_on"], event["created_hour"]) == (date(2018, 2, 8), None)
    assert (event["closed_at"], event["due_at"]) == (None, None)


def test_every_row_is_accounted_for(pingshan: RealCity) -> None:
    report = pingshan.reports["events"]
    assert (report.read, report.accepted) == (10_000, 10_000)
    assert (report.unchanged, report.quarantined) == (0, 0)


def test_a_source_of_days_is_complete_to_the_end_of_its_last(pingshan: RealCity) -> None:
    last_second = datetime(2018, 12, 1, 15, 59, 59, tzinfo=UTC)
    assert pingshan.reports["events"].complete_to == last_second
    assert pingshan.services.last_day == date(2018, 12, 1)


def test_ingesting_the_same_file_again_adds_a_delivery_and_nothing_else(tmp_path: Path) -> None:
    with ingested("pingshan", tmp_path, WHOLE) as city:
        version = city.services.version
        again = city.run()["events"]
        assert (again.accepted, again.quarantined) == (0, 0)
        assert again.unchanged == again.read
        assert city.services.version == version
        whole = city.run(from_the_start=True)["events"]
        assert (whole.read, whole.accepted, whole.unchanged) == (10_000, 0, 10_000)
        after = city.services.version
        assert (after.version, after.complete_to) == (version.version + 1, version.complete_to)
        assert city.ask("hotline.received_count") == {(): count(10_000)}
