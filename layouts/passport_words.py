"""What the passport says in words: names of days, dimensions and kinds of definition."""

from datetime import datetime
from decimal import Decimal

from dashboard.core.values import half_up
from dashboard.metrics.model import PER, Metric, MetricQuery
from layouts.frame import Frame

TIMES = {
    "accepted": "time_accepted",
    "closed": "time_closed",
    "created": "time_created",
    "dispatched": "time_dispatched",
    "disposal_due": "time_disposal_due",
    "disposed": "time_disposed",
    "due": "time_due",
    "filed": "time_filed",
    "followed_up": "time_followed_up",
    "instant": "time_instant",
    "landed": "time_landed",
    "rectify_due": "time_rectify_due",
    "replied": "time_replied",
    "reviewed": "time_reviewed",
    "sign_due": "time_sign_due",
    "started": "time_started",
}
"""Day a row is counted by → its word."""

STATUSES = {
    "standard": "status_standard",
    "field usage": "status_field_usage",
    "assumed": "status_assumed",
    "delivered": "status_delivered",
}

DIMENSIONS = {
    "district": "district",
    "street": "street",
    "community": "community",
    "grid": "unit_grid",
    "department": "department",
    "first_department": "first_department",
    "category": "category",
    "category_2": "category",
    "category_3": "category",
    "source": "source",
    "kind": "kind",
    "channel": "channel",
    "request_type": "request_type",
    "urgency": "urgency",
    "state": "state",
    "supervisor": "supervisor",
    "acceptor": "acceptor",
    "shift_leader": "shift_leader",
    "dispatcher": "dispatcher",
}
"""Dimension → its word; one that is not here is said by its own name."""

ROUNDINGS = {"half_up": "rounding_half_up", "truncate": "rounding_truncate"}
STANDINGS = {"met": "standing_met", "near": "standing_near", "missed": "standing_missed"}


def time_words(frame: Frame, time: str) -> str:
    return frame.text(TIMES[time]) if time in TIMES else time


def dimension(frame: Frame, name: str) -> str:
    return frame.text(DIMENSIONS[name]) if name in DIMENSIONS else name


def codes(frame: Frame, name: str, given: tuple[str, ...]) -> str:
    return frame.listed([frame.name_of(name, code) for code in given])


def place(frame: Frame, query: MetricQuery) -> str:
    """What the figure is of, in one line: the whole city, or what it is filtered to."""
    names = [codes(frame, name, given) for name, given in query.where]
    return " · ".join(names) or frame.text("whole_city")


def stamp(frame: Frame, instant: datetime | None) -> str:
    """An instant in full: the passport is read on other days than the page."""
    if instant is None:
        return frame.text("never")
    return f"{instant.astimezone(frame.zone):%Y-%m-%d %H:%M}"


def amount(frame: Frame, metric: Metric, number: Decimal) -> str:
    """A numerator in the unit its words speak of; a fraction only where there is one."""
    if metric.form == "hours_mean":
        return frame.number(number / PER[metric.form])
    whole = number == number.to_integral_value()
    return f"{half_up(number, 0):,}" if whole else f"{half_up(number, 2).normalize():,f}"


def signed(value: Decimal) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{abs(value):,}"


def effect_unit(frame: Frame, metric: Metric) -> str:
    return frame.text("points") if metric.form == "rate" else frame.unit(metric)
