"""Kinds of figures that no real data at hand can give: once from the engine, once from the files.

The second count is plain pandas over the exports of the demonstration city, in their own words.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dashboard.city.load import load_city
from dashboard.core.values import Period
from dashboard.demo import write_demo
from tests.real_packs import (
    Figure,
    Group,
    RealCity,
    Score,
    count,
    grouped,
    ingested_city,
    one_decimal,
    per_10k,
    rate,
    rounded,
)

UNTIL = date(2026, 11, 1)
WHOLE = Period(date(2026, 8, 1), date(2026, 10, 31))
MONTH_ENDS = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
HALF = Decimal("0.8")
"""What “basically satisfied” counts in this city: scoring.toml says so."""


@dataclass(frozen=True)
class Raw:
    """The exports as they were sent, with instants, days and the codes of regions and units."""

    tickets: pd.DataFrame
    cases: pd.DataFrame
    applications: pd.DataFrame
    reviews: pd.DataFrame
    calls: pd.DataFrame
    regions: pd.DataFrame


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months of history; without the live week that follows, so that it stands still."""
    folder = tmp_path_factory.mktemp("cities") / "town"
    folder.mkdir()
    write_demo(folder, until=UNTIL, incidents=7000, days=WHOLE.days, seed=11)
    for live in (folder / "data").glob("*-live-*"):
        live.unlink()
    return folder


@pytest.fixture(scope="module")
def town(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealCity]:
    with ingested_city(load_city(pack), tmp_path_factory.mktemp("var"), WHOLE) as town:
        assert town.services.state.open_quarantine() == {}
        yield town


@pytest.fixture(scope="module")
def raw(pack: Path) -> Raw:
    units = dict(_csv(pack / "codes" / "departments.csv").itertuples(index=False, name=None))
    tickets, cases = (_export(pack, name) for name in ("hotline", "grid"))
    for frame, region in ((tickets, "单元网格编码"), (cases, "单元网格编码")):
        frame["district"], frame["street"] = frame[region].str[:6], frame[region].str[:9]
    tickets["department"] = _codes(
        tickets["承办单位"].str.replace("（.*）$", "", regex=True), units
    )
    cases["department"] = _codes(cases["处置部门"], units)
    return Raw(
        tickets,
        cases,
        _applications(pack, units),
        _reviews(pack, units),
        _export(pack, "calls"),
        _csv(pack / "regions.csv"),
    )


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _export(pack: Path, name: str) -> pd.DataFrame:
    parts = [_csv(path) for path in sorted((pack / "data").glob(f"{name}-[0-9h]*.csv.gz"))]
    frame = pd.concat(parts, ignore_index=True)
    for column in frame:
        if str(column).endswith(("时间", "时限", "期限", "时段开始", "统计日期")):
            frame[column] = pd.to_datetime(frame[column].replace("", None), format="ISO8601")
    return frame


def _codes(names: "pd.Series[str]", units: dict[str, str]) -> "pd.Series[str]":
    return names.map({**units, "": "-"})


def _applications(pack: Path, units: dict[str, str]) -> pd.DataFrame:
    service, estate, household = (
        _export(pack, name) for name in ("service", "estate", "household")
    )
    nothing = pd.Series([None] * len(household))
    columns = ["accepted", "department", "district", "visits", "statutory", "promised", "number"]
    frames = [
        [service["受理时间"], _codes(service["审批部门"], units), service["区划代码"].str[:6],
         service["到现场次数"], service["法定工作日"], service["承诺工作日"], 1],
        [estate["受理时间"], "D33", estate["坐落街道代码"].str[:6],
         estate["到窗口次数"], estate["法定天数"], estate["承诺天数"], 1],
        [household["统计日期"], "D03", "-", nothing, nothing, nothing, household["办件量"]],
    ]  # fmt: skip
    tables = [pd.DataFrame(dict(zip(columns, one, strict=True))) for one in frames]
    whole = pd.concat(tables, ignore_index=True)
    for column in ("visits", "statutory", "promised", "number"):
        whole[column] = pd.to_numeric(whole[column].replace("", None))
    return whole


def _reviews(pack: Path, units: dict[str, str]) -> pd.DataFrame:
    reviews = _export(pack, "reviews")
    levels = ["非常不满意", "不满意", "基本满意", "满意", "非常满意"]
    reviews["level"] = reviews["满意等级"].map({word: at + 1 for at, word in enumerate(levels)})
    reviews["active"] = reviews["评价方式"] == "主动评价"
    reviews["department"] = _codes(reviews["被评部门"], units)
    reviews["district"] = reviews["区划代码"].str[:6]
    return reviews


@pytest.fixture(scope="module")
def now(town: RealCity) -> pd.Timestamp:
    """The instant the facts speak of, by the clock of the city."""
    zone = town.services.city.zone
    return pd.Timestamp(town.services.version.as_of.astimezone(zone).replace(tzinfo=None))


@pytest.fixture(scope="module")
def appraised(raw: Raw) -> pd.DataFrame:
    tickets = raw.tickets
    outside = tickets["工单状态"].isin(["作废", "不予受理"])
    return tickets[~outside & (tickets["是否剔除"] == "否")]


def of_month(instants: "pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    return instants.dt.strftime("%Y-%m")


def weighted(points: Decimal, whole: int) -> Figure:
    if not whole:
        return (0, 0, "no_data")
    shown = one_decimal(points * 100 / whole) if whole >= 20 else "too_few"
    return (int(points), whole, shown)


def weights(words: "pd.Series[str]") -> Decimal:
    number = words.value_counts()
    return Decimal(int(number.get("满意", 0))) + HALF * int(number.get("基本满意", 0))


@pytest.mark.parametrize("dimension", ["district", "street", "department", "month"])
@pytest.mark.parametrize(
    ("metric", "channel"),
    [("hotline.satisfaction_rate", ""), ("hotline.passed_down_satisfaction_rate", "上级转办")],
)
def test_weighted_rates_agree(
    town: RealCity, appraised: pd.DataFrame, metric: str, channel: str, dimension: str
) -> None:
    asked = appraised[
        appraised["满意度"].isin(["满意", "基本满意", "不满意"]) & appraised["回访时间"].notna()
    ]
    said = satisfaction(asked.assign(month=of_month(asked["回访时间"])), dimension, channel)
    told = town.ask(metric, dimension)
    assert {group: figure for group, figure in told.items() if figure[1]} == said
    assert channel or any(word[0].isdigit() for _, _, word in said.values())


def satisfaction(asked: pd.DataFrame, dimension: str, channel: str) -> dict[Group, Figure]:
    some = asked[asked["来源渠道"] == channel] if channel else asked
    return {
        str(code): weighted(weights(rows["满意度"]), len(rows))
        for code, rows in some.groupby(dimension)
    }


def test_the_weight_of_this_city_is_not_the_usual_one(town: RealCity) -> None:
    [(above, below, _)] = town.ask("hotline.satisfaction_rate").values()
    assert below is not None
    listed = town.listed("hotline.satisfaction_rate")
    assert above < listed < below  # incidents are listed whole, whatever they weigh


@pytest.mark.parametrize("grain", ["day", "month"])
def test_figures_of_the_call_centre_agree(town: RealCity, raw: Raw, grain: str) -> None:
    calls = raw.calls.copy()
    names = {"呼入量": "offered", "接通量": "answered", "呼损量": "abandoned",
             "15秒接通量": "soon", "等待总秒数": "waited"}  # fmt: skip
    for word, name in names.items():
        calls[name] = pd.to_numeric(calls[word])
    form = "%Y-%m-%d" if grain == "day" else "%Y-%m"
    sums = calls.groupby(calls["时段开始"].dt.strftime(form))[list(names.values())].sum()
    expected: dict[str, Callable[[dict[Hashable, int]], Figure]] = {
        "hotline.call_count": lambda one: count(one["offered"]),
        "hotline.answer_rate": lambda one: rate(one["answered"], one["offered"]),
        "hotline.answered_15s_rate": lambda one: rate(one["soon"], one["answered"]),
        "hotline.abandonment_rate": lambda one: rate(one["abandoned"], one["offered"]),
        "hotline.waiting_seconds_mean": lambda one: mean(one["waited"], one["answered"], 1),
    }
    for metric, figure in expected.items():
        said = {str(step): figure(row) for step, row in sums.to_dict("index").items()}
        assert town.ask(metric, grain) == said, metric


def mean(total: int, number: int, decimals: int) -> Figure:
    if not number:
        return (int(total), int(number), "no_data")
    shown = rounded(Decimal(int(total)) / Decimal(int(number)), decimals)
    return (int(total), int(number), shown if number >= 20 else "too_few")


def filed(cases: pd.DataFrame) -> pd.DataFrame:
    outside = cases["案卷状态"].isin(["作废", "不予立案", "自行处置"])
    return cases[cases["立案时间"].notna() & ~outside]


@pytest.mark.parametrize("level", ["district", "street"])
def test_cases_per_unit_grid_agree(town: RealCity, raw: Raw, level: str) -> None:
    grids = raw.regions[raw.regions["level"] == "grid"]["code"]
    number = grids.str[: 6 if level == "district" else 9].value_counts()
    said = {
        str(code): (
            int(cases),
            int(number[str(code)]),
            rounded(Decimal(int(cases)) / int(number[str(code)]), 2),
        )
        for code, cases in filed(raw.cases)[level].value_counts().items()
    }
    assert town.ask("grid.filed_density", level) == said


def test_tickets_per_ten_thousand_residents_agree(town: RealCity, raw: Raw) -> None:
    people = dict(zip(raw.regions["code"], raw.regions["population"], strict=True))
    received = raw.tickets[raw.tickets["工单状态"] != "作废"]
    for level in ("district", "street"):
        said = {
            str(code): per_10k(number, int(people[str(code)]) if people[str(code)] else None)
            for code, number in received[level].value_counts().items()
        }
        assert town.ask("hotline.received_per_10k", level) == said


@pytest.mark.parametrize("dimension", ["district", "department"])
def test_cases_open_at_the_end_of_each_month_agree(
    town: RealCity, raw: Raw, dimension: str
) -> None:
    cases = filed(raw.cases)
    done = cases["案卷状态"] == "结案"
    asked = town.ask("grid.open_at_count", "month", dimension)
    for day in MONTH_ENDS:
        end = pd.Timestamp(day) + pd.Timedelta(days=1)
        there = cases[(cases["立案时间"] < end) & ~(done & (cases["结案时间"] < end))]
        month = f"{day:%Y-%m}"
        told = {code: figure for (at, code), figure in _pairs(asked) if at == month and figure[0]}
        assert told == grouped(there.groupby(dimension).size(), count)


def _pairs(asked: dict[Group, Figure]) -> list[tuple[tuple[str, str], Figure]]:
    return [((group[0], group[1]), figure) for group, figure in asked.items()]


@pytest.mark.parametrize("dimension", ["district", "department", "month"])
def test_tickets_done_on_time_agree_by_the_day_they_were_due(
    town: RealCity, appraised: pd.DataFrame, now: pd.Timestamp, dimension: str
) -> None:
    due = appraised[(appraised["办理时限"] <= now) & (appraised["工单状态"] != "挂账")]
    due = due[due["办理时限"] < pd.Timestamp(UNTIL)].assign(month=of_month(due["办理时限"]))
    done = due["办结时间"].fillna(due["结案时间"])
    verdicts = due.assign(good=done <= due["办理时限"]).groupby(dimension)["good"].agg(list)
    said = grouped(verdicts, lambda each: rate(sum(each), len(each)))
    told = town.ask("hotline.on_time_rate", dimension)
    assert {group: figure for group, figure in told.items() if figure[1]} == said


@pytest.mark.parametrize("dimension", ["department", "district", "month"])
def test_sums_over_applications_agree_where_a_row_stands_for_many(
    town: RealCity, raw: Raw, dimension: str
) -> None:
    """Household papers come as daily counts, without visits and limits: they stay out of those."""
    whole = raw.applications.assign(month=of_month(raw.applications["accepted"]))
    assert town.ask("service.application_count", dimension) == grouped(
        whole.groupby(dimension)["number"].sum(), count
    )
    visits = whole[whole["visits"].notna()].assign(made=whole["visits"] * whole["number"])
    said = {
        str(code): mean(one["made"], one["number"], 2)
        for code, one in visits.groupby(dimension)[["made", "number"]]
        .sum()
        .to_dict("index")
        .items()
    }
    told = town.ask("service.visits_mean", dimension)
    assert {group: figure for group, figure in told.items() if figure[1]} == said


@pytest.mark.parametrize("dimension", ["department", "district", "month"])
def test_promised_days_saved_of_the_statutory_ones_agree(
    town: RealCity, raw: Raw, dimension: str
) -> None:
    whole = raw.applications.assign(month=of_month(raw.applications["accepted"]))
    known = whole[(whole["statutory"] > 0) & whole["promised"].notna()]
    saved = known.assign(saved=known["statutory"] - known["promised"])
    said = {
        str(code): rate(int(one["saved"]), int(one["statutory"]))
        for code, one in saved.groupby(dimension)[["saved", "statutory"]]
        .sum()
        .to_dict("index")
        .items()
    }
    told = town.ask("service.limit_compression_rate", dimension)
    assert {group: figure for group, figure in told.items() if figure[1]} == said


@pytest.mark.parametrize("dimension", ["department", "district", "month"])
def test_reviews_of_applications_agree_though_they_are_two_tables(
    town: RealCity, raw: Raw, dimension: str
) -> None:
    given = raw.reviews[raw.reviews["active"] & (raw.reviews["评价时间"] < pd.Timestamp(UNTIL))]
    reviews = given.assign(month=of_month(given["评价时间"]))[dimension].value_counts()
    whole = raw.applications.assign(month=of_month(raw.applications["accepted"]))
    applications = whole.groupby(dimension)["number"].sum()
    said = {
        str(code): rate(int(reviews.get(code, 0)), int(applications.get(code, 0)))
        for code in {*reviews.index, *applications.index}
    }
    assert town.ask("service.active_review_rate", dimension) == said


def test_negative_reviews_put_right_in_time_agree(
    town: RealCity, raw: Raw, now: pd.Timestamp
) -> None:
    negative = raw.reviews[raw.reviews["active"] & (raw.reviews["level"] <= 2)]
    due = negative[negative["整改期限"] <= now]
    due = due[due["整改期限"] < pd.Timestamp(UNTIL)]
    good = due["整改完成时间"] <= due["整改期限"]
    assert town.ask("service.rectification_rate") == {(): rate(good.sum(), len(due), fewest=5)}
    assert 5 <= good.sum() <= len(due)


def printed(figure: Figure) -> Decimal | None:
    return Decimal(figure[2]) if figure[2][0].isdigit() else None


def graded(points: Decimal, grades: dict[str, int]) -> Score:
    shown = rounded(points, 2)
    return shown, next(name for name, least in grades.items() if Decimal(shown) >= least)


@pytest.mark.parametrize("dimension", ["district", "department"])
def test_the_city_s_own_composite_agrees(
    town: RealCity, appraised: pd.DataFrame, now: pd.Timestamp, dimension: str
) -> None:
    """Three tenths response, four resolution, three satisfaction."""
    called = appraised[appraised["回访时间"].notna()]
    due = appraised[
        (appraised["办理时限"] <= now) & (appraised["办理时限"] < pd.Timestamp(UNTIL))
        & (appraised["工单状态"] != "挂账") & appraised["派单时间"].notna()
    ]  # fmt: skip
    answered = {"response": due["是否按时联系"], "resolution": called["是否解决"]}
    asked = called[called["满意度"].isin(["满意", "基本满意", "不满意"])]
    parts = [
        grouped(
            words[words != ""].groupby(appraised[dimension]).agg(list),
            lambda each: rate(each.count("是"), len(each)),
        )
        for words in answered.values()
    ]
    parts.append(satisfaction(asked, dimension, ""))
    said: dict[Group, Score] = {}
    for group in parts[0]:
        figures = [printed(part[group]) if group in part else None for part in parts]
        known = [figure for figure in figures if figure is not None]
        if len(known) == 3:
            points = sum((f * w for f, w in zip(known, (3, 4, 3), strict=True)), Decimal(0)) / 10
            said[group] = graded(points, {"A": 95, "B": 90, "C": 85, "D": 80, "E": 0})
    told = town.scores("hotline.composite_score", dimension)
    assert {group: score for group, score in told.items() if score[1]} == said
    assert len(said) > 5


def test_scores_of_acceptors_agree(town: RealCity, raw: Raw) -> None:
    """A post: a quarter for the volume by bands, the rest for what was verified and checked."""
    cases = raw.cases[raw.cases["案卷状态"] != "作废"].assign(
        who=raw.cases["受理员"].replace("", "-")
    )
    checked = filed(cases)
    checked = checked[checked["处置反馈时间"].notna() & (checked["按时核查"] != "")]
    verified = cases[cases["按时核实"] != ""]
    said: dict[Group, Score] = {}
    for who, reported in cases["who"].value_counts().items():
        bands = ((100, 0), (300, 40), (500, 60), (1200, 75), (2000, 90), (10**9, 100))
        volume = next(points for most, points in bands if reported <= most)
        shares = [
            printed(rate((own == "是").sum(), len(own)))
            for own in (
                verified[verified["who"] == who]["按时核实"],
                checked[checked["who"] == who]["按时核查"],
            )
        ]
        if None not in shares:
            known = [share for share in shares if share is not None]
            points = Decimal(volume * 25 + known[0] * 40 + known[1] * 35) / 100
            said[str(who)] = graded(points, {"A": 90, "B": 75, "C": 60, "D": 40, "E": 0})
    told = town.scores("grid.acceptor_score", "acceptor")
    assert {who: score for who, score in told.items() if score[1]} == said
    assert len(said) > 5
