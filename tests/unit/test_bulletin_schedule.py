"""When a bulletin falls due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.values import month_end
from dashboard.reports.schedule import Schedule

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
HALF_PAST_EIGHT = time(8, 30)

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
instants = st.integers(0, 11 * 366 * 24 * 60).map(lambda m: BEGIN + timedelta(minutes=m))
schedules = st.one_of(
    st.builds(Schedule, st.times().map(lambda t: t.replace(second=0, microsecond=0))),
    st.builds(Schedule, st.just(HALF_PAST_EIGHT), weekday=st.integers(0, 6)),
    st.builds(Schedule, st.just(HALF_PAST_EIGHT), month_day=st.integers(1, 31)),
)


def days(schedule: Schedule, first: date, last: date, zone: ZoneInfo = SHANGHAI) -> list[str]:
    after = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    return [f"{due.astimezone(zone):%m-%d %H:%M}" for due in schedule.due(after, until, zone)]


def test_every_day_at_a_time_of_the_city() -> None:
    found = days(Schedule(HALF_PAST_EIGHT), date(2026, 11, 1), date(2026, 11, 3))
    assert found == ["11-01 08:30", "11-02 08:30", "11-03 08:30"]


def test_on_a_weekday() -> None:
    found = days(Schedule(HALF_PAST_EIGHT, weekday=0), date(2026, 11, 1), date(2026, 11, 20))
    assert found == ["11-02 08:30", "11-09 08:30", "11-16 08:30"]


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    found = days(Schedule(HALF_PAST_EIGHT, month_day=31), date(2026, 1, 1), date(2026, 4, 30))
    assert found == ["01-31 08:30", "02-28 08:30", "03-31 08:30", "04-30 08:30"]


def test_a_time_that_a_change_of_the_clocks_leaves_out_comes_once_all_the_same() -> None:
    found = days(Schedule(time(2, 30)), date(2026, 3, 7), date(2026, 3, 9), NEW_YORK)
    assert found == ["03-07 02:30", "03-08 03:30", "03-09 02:30"]


def test_a_time_that_comes_twice_counts_once() -> None:
    found = days(Schedule(time(1, 30)), date(2026, 10, 31), date(2026, 11, 2), NEW_YORK)
    assert found == ["10-31 01:30", "11-01 01:30", "11-02 01:30"]


@given(schedules, instants, st.timedeltas(timedelta(0), timedelta(days=90)))
def test_whatever_moment_one_asks_at_every_instant_falls_due_once(
    schedule: Schedule, start: datetime, span: timedelta
) -> None:
    """Cut anywhere, the parts give the whole: nothing is lost between two looks, nothing twice."""
    end, middle = start + span, start + span / 3
    whole = list(schedule.due(start, end, SHANGHAI))
    parts = [*schedule.due(start, middle, SHANGHAI), *schedule.due(middle, end, SHANGHAI)]
    assert parts == whole == sorted(set(whole))


@given(schedules, instants)
def test_the_days_are_those_a_calendar_gives(schedule: Schedule, start: datetime) -> None:
    end = start + timedelta(days=40)
    found = {due.astimezone(SHANGHAI).date() for due in schedule.due(start, end, SHANGHAI)}
    wanted = set()
    for number in range(42):
        day = start.astimezone(SHANGHAI).date() + timedelta(days=number)
        at = datetime(day.year, day.month, day.day, schedule.at.hour, schedule.at.minute,
                      tzinfo=SHANGHAI)  # fmt: skip
        fits = schedule.weekday in (None, day.weekday()) and (
            schedule.month_day is None
            or day.day == schedule.month_day
            or (schedule.month_day > month_end(day).day == day.day)
        )
        if fits and start < at <= end:
            wanted.add(day)
    assert found == wanted
