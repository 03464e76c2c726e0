"""A figure as an address: whatever it is of, its link asks for exactly that again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.errors import UsageError
from dashboard.core.values import Grain, Period, bucket, bucket_name
from dashboard.metrics.model import MetricQuery, Where, filters
from layouts.address import Address
from layouts.figure_address import (
    asked_in,
    can_be_listed,
    filtered,
    group_of,
    link,
    question_of,
    step,
)
from layouts.frame import Frame
from tests.cities import city
from tests.figures_made import row

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 21))
FRAME = Frame(
    address=Address("/"),
    language="zh",
    theme="light",
    city=city(),
    last_day=datetime(2026, 11, 21, tzinfo=UTC).date(),
    lights=(),
    name_of=lambda _dimension, code: code,
    days=NOVEMBER,
)
CODES = st.text(min_size=1, max_size=6).filter(lambda code: code.isprintable() and code.strip())
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
PERIODS = st.tuples(DAYS, st.integers(0, 400)).map(
    lambda given: Period(given[0], given[0] + timedelta(days=given[1]))
)
WHERES = st.dictionaries(
    st.sampled_from(["district", "street", "department", "category", "channel"]),
    st.lists(CODES, min_size=1, max_size=3),
    max_size=3,
).map(filters)


def page(period: Period, where: Where) -> Frame:
    shown = filtered("/", MetricQuery("", period, (), where))
    return replace(FRAME, address=shown, days=period)


def question(where: Where = (), period: Period = NOVEMBER) -> MetricQuery:
    return MetricQuery("hotline.on_time_rate", period, (), where)


@given(PERIODS, WHERES, PERIODS, WHERES)
def test_a_link_to_a_figure_asks_for_that_figure(
    days: Period, own: Where, period: Period, where: Where
) -> None:
    """Whatever days and filters the page has, and whatever signs the codes have."""
    frame = page(days, own)
    opened = Address.parse(
        frame.address.set_(
            {"passport": "hotline.on_time_rate", "pg": group_of(frame, question(where, period))}
        ).href
    )
    assert asked_in(opened, days, frame.where) == question(where, period)
    pinned = Address.parse(link(frame.address, question(where, period), frame).href)
    named = Period.parse(pinned.get("from"), pinned.get("to"))
    assert asked_in(pinned, named, frame.where) == question(where, period)
    assert named == period


def test_the_figure_of_the_page_itself_needs_no_group() -> None:
    where = filters({"district": "D1"})
    frame = page(NOVEMBER, where)
    assert group_of(frame, question(where)) == ""
    assert group_of(FRAME, question(where)) == "district=D1"
    assert group_of(frame, question()) == "district="


def test_days_of_another_period_are_said() -> None:
    yesterday = Period(date(2026, 11, 20), date(2026, 11, 20))
    assert group_of(FRAME, question(period=yesterday)) == "from=2026-11-20;to=2026-11-20"


def test_a_row_of_a_cut_is_asked_for_by_its_group() -> None:
    cut = replace(question(filters({"district": ["D1", "D2"]})), by=("district", "month"))
    asked = question_of(cut, row({"district": "D2", "month": "2026-11"}, "95.0"))
    assert asked == question(filters({"district": "D2"}))


def test_a_step_of_time_is_as_much_of_it_as_the_period_holds() -> None:
    cut = replace(question(), by=("week",))
    asked = question_of(cut, row({"week": "2026-W44"}, "95.0"))
    assert asked.period == Period(date(2026, 11, 1), date(2026, 11, 1))


@given(DAYS, st.sampled_from(list(Grain)))
def test_a_step_is_found_by_its_name(day: date, grain: Grain) -> None:
    days = step(bucket_name(day, grain), grain)
    assert days.first == bucket(day, grain)
    assert days.first <= day <= days.last
    assert bucket(days.last, grain) == days.first
    assert bucket(days.last + timedelta(days=1), grain) > days.first


@pytest.mark.parametrize("group", ["district", "=D1", "district=D1;;x"])
def test_a_group_that_says_nothing_is_refused(group: str) -> None:
    with pytest.raises(UsageError, match="is no group"):
        asked_in(Address("/", (("passport", "x"), ("pg", group))), NOVEMBER, ())


def test_lists_and_the_api_know_every_filter_of_a_question() -> None:
    asked = question(filters({"district": ["D1", "D2"], "supervisor": "P1"}))
    assert can_be_listed(asked)
    assert filtered("/incidents", asked, part="numerator").href == (
        "/incidents?from=2026-11-01&to=2026-11-21&district=D1&district=D2&supervisor=P1"
        "&part=numerator"
    )
