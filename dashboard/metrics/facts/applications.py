"""Government-service applications 办件. A row may stand for many: counts are summed."""

from sqlalchemy import ColumnElement, Numeric, and_, cast, true

from dashboard.facts import applications
from dashboard.metrics.facts.base import Fact, named, total
from dashboard.store.functions import seconds_between

A = applications.c

SERVICE_CUTS = {
    "district": A.district_code,
    "street": A.street_code,
    "community": A.community_code,
    "grid": A.grid_code,
    "department": A.department_code,
    "source": A.source,
    "channel": A.channel,
}
DAY_S = 86_400

statutory_days = cast(A.statutory_days, Numeric(14, 2))
promised_days = cast(A.promised_days, Numeric(14, 2))
"""Decimals, because a sum of binary fractions depends on the order of the rows."""


def accepted() -> ColumnElement[bool]:
    """Applications accepted."""
    return true()


def filed_either_way() -> ColumnElement[bool]:
    """Applications for which the source says whether they were filed online."""
    return A.online.is_not(None)


def filed_online() -> ColumnElement[bool]:
    """Of those, filed online."""
    return A.online.is_(True)


def completed_either_way() -> ColumnElement[bool]:
    """Applications for which the source says whether they were completed without a visit."""
    return A.fully_online.is_not(None)


def completed_online() -> ColumnElement[bool]:
    """Of those, completed online from beginning to end."""
    return A.fully_online.is_(True)


def visits_known() -> ColumnElement[bool]:
    """Applications for which the source says how many visits in person were needed."""
    return A.visits.is_not(None)


def one_visit_at_most() -> ColumnElement[bool]:
    """Of those, with one visit or none."""
    return A.visits <= 1


def limits_known() -> ColumnElement[bool]:
    """Applications for items with a statutory limit and a promised one, in working days."""
    return and_(A.statutory_days > 0, A.promised_days.is_not(None))


def closed() -> ColumnElement[bool]:
    """Applications closed, for which the promised limit is known."""
    return and_(A.closed_at.is_not(None), A.promised_at.is_not(None))


def closed_on_time() -> ColumnElement[bool]:
    """Of those, closed at or before the promised limit."""
    return and_(closed(), A.closed_at <= A.promised_at)


def closed_early() -> ColumnElement[bool]:
    """Of those, closed a day or more before the promised limit."""
    return and_(closed(), seconds_between(A.closed_at, A.promised_at) >= DAY_S)


ONLINE = ("online",)
FULLY_ONLINE = ("fully_online",)
VISITS = ("visits",)
LIMITS = ("statutory_days", "promised_days")
CLOSING = ("closed_at", "promised_at")

APPLICATIONS = Fact(
    name="applications",
    title="Government-service applications",
    table=applications,
    rows=true(),
    times={"accepted": A.accepted_on, "closed": A.closed_on},
    cuts=SERVICE_CUTS,
    measures=named(
        total(accepted, A["count"]),
        total(filed_either_way, A["count"], needs=ONLINE),
        total(filed_online, A["count"], needs=ONLINE),
        total(completed_either_way, A["count"], needs=FULLY_ONLINE),
        total(completed_online, A["count"], needs=FULLY_ONLINE),
        total(visits_known, A["count"], needs=VISITS),
        total(visits_known, A.visits * A["count"], needs=VISITS, name="visits"),
        total(one_visit_at_most, A["count"], needs=VISITS),
        total(limits_known, statutory_days * A["count"], needs=LIMITS, name="statutory_days"),
        total(
            limits_known,
            (statutory_days - promised_days) * A["count"],
            needs=LIMITS,
            name="days_saved",
        ),
        total(closed, A["count"], needs=CLOSING),
        total(closed_on_time, A["count"], needs=CLOSING),
        total(closed_early, A["count"], needs=CLOSING),
    ),
)
