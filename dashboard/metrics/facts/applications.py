"""Government-service applications 办件. A row may stand for many: counts are summed."""

from sqlalchemy import ColumnElement, true

from dashboard.facts import applications
from dashboard.metrics.facts.base import Fact, named, total

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


def accepted() -> ColumnElement[bool]:
    """Applications accepted."""
    return true()


def filed_either_way() -> ColumnElement[bool]:
    """Applications for which the source says whether they were filed online."""
    return A.online.is_not(None)


def filed_online() -> ColumnElement[bool]:
    """Of those, filed online."""
    return A.online.is_(True)


APPLICATIONS = Fact(
    name="applications",
    title="Government-service applications",
    table=applications,
    rows=true(),
    times={"accepted": A.accepted_on},
    cuts=SERVICE_CUTS,
    measures=named(
        total(accepted, A["count"]),
        total(filed_either_way, A["count"], needs=("online",)),
        total(filed_online, A["count"], needs=("online",)),
    ),
)
