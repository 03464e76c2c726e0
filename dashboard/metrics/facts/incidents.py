"""All incidents: hotline tickets and grid events together, voided ones left out."""

from sqlalchemy import ColumnElement, true

from dashboard.facts import incidents
from dashboard.metrics.facts.base import Fact, count, median, named
from dashboard.store.functions import seconds_between

I = incidents.c  # noqa: E741 — the shortest name for the one table every rule reads

CUTS = {
    "district": I.district_code,
    "street": I.street_code,
    "community": I.community_code,
    "grid": I.grid_code,
    "department": I.department_code,
    "first_department": I.first_department_code,
    "category": I.category_1_code,
    "category_2": I.category_2_code,
    "category_3": I.category_3_code,
    "source": I.source,
    "kind": I.kind,
    "channel": I.channel,
    "request_type": I.request_type,
    "urgency": I.urgency,
    "state": I.state,
}
"""Cuts of everything that lives in the incidents table."""


def received() -> ColumnElement[bool]:
    """Every incident received, whatever became of it; only voided ones (duplicates, tests) are
    left out.
    """
    return true()


def closed() -> ColumnElement[bool]:
    """Closed, with a closing time that the source delivered."""
    return I.closed_at.is_not(None)


INCIDENTS = Fact(
    name="incidents",
    title="Hotline tickets and grid events",
    table=incidents,
    rows=I.state != "voided",
    times={"created": I.created_on, "closed": I.closed_on},
    cuts=CUTS,
    measures=named(
        count(received),
        median(closed, seconds_between(I.created_at, I.closed_at), needs=("closed_at",)),
    ),
)
