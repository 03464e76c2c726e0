"""Incidents seen as data: whether a row says what the other figures need to know."""

from sqlalchemy import ColumnElement, and_, or_, true

from dashboard.core.states import OUTSIDE
from dashboard.core.values import UNKNOWN
from dashboard.facts import incidents
from dashboard.metrics.facts.base import Fact, count, named
from dashboard.metrics.facts.incidents import CUTS

Q = incidents.c

NEVER_ASSIGNED = OUTSIDE | {
    "answered_direct", "self_handled", "received", "reported", "pending_verify", "filed",
    "pending_dispatch",
}  # fmt: skip
"""States in which no unit has it: not yet, or not at all."""


def delivered() -> ColumnElement[bool]:
    """Incidents delivered, voided ones left out."""
    return true()


def located() -> ColumnElement[bool]:
    """Of those, with a place that is a region of the pack: district, street, community or grid."""
    levels = (Q.district_code, Q.street_code, Q.community_code, Q.grid_code)
    return or_(*(level != UNKNOWN for level in levels))


def categorised() -> ColumnElement[bool]:
    """Of those, with a category of the pack."""
    return Q.category_1_code != UNKNOWN


def to_be_assigned() -> ColumnElement[bool]:
    """Incidents that a unit has or had in hand."""
    return Q.state.not_in(sorted(NEVER_ASSIGNED))


def assigned() -> ColumnElement[bool]:
    """Of those, with a department of the pack."""
    return and_(to_be_assigned(), Q.department_code != UNKNOWN)


def closed() -> ColumnElement[bool]:
    """Incidents with a closing time."""
    return Q.closed_at.is_not(None)


def closed_plausibly() -> ColumnElement[bool]:
    """Of those, closed no earlier than they were received or reported."""
    return Q.closed_at >= Q.created_at


PLACE = (
    ("region", "district_code", "street_code", "community_code", "grid_code", "lon"),
)  # fmt: skip
CATEGORY = (("category", "category_1_code", "category_2_code", "category_3_code"),)
DEPARTMENT = (("department", "department_code"),)

QUALITY = Fact(
    name="quality",
    title="Incidents as data",
    table=incidents,
    rows=Q.state != "voided",
    times={"created": Q.created_on, "closed": Q.closed_on},
    cuts=CUTS,
    measures=named(
        count(delivered),
        count(located, needs=PLACE),
        count(categorised, needs=CATEGORY),
        count(to_be_assigned, needs=DEPARTMENT),
        count(assigned, needs=DEPARTMENT),
        count(closed, needs=("closed_at",)),
        count(closed_plausibly, needs=("closed_at",)),
    ),
)
