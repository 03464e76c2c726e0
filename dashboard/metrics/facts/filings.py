"""Grid reports and filings, those voided later too: whether they should have been made at all.

Every other figure leaves voided events out. Here they are what is looked for.
"""

from sqlalchemy import ColumnElement, and_

from dashboard.core.states import FINISHED, OUTSIDE
from dashboard.facts import incidents
from dashboard.metrics.facts.base import Fact, count, named
from dashboard.metrics.facts.grid_events import GRID_CUTS

G = incidents.c


def supervisor_reports() -> ColumnElement[bool]:
    """Reports of supervisors for which the source says whether they were valid 上报数."""
    return G.report_valid.is_not(None)


def valid_reports() -> ColumnElement[bool]:
    """Of those, valid 有效上报数."""
    return G.report_valid.is_(True)


def ever_filed() -> ColumnElement[bool]:
    """Events that were filed as cases, voided 作废 since or not."""
    return and_(G.filed_at.is_not(None), G.state != "self_handled")


def rightly_filed() -> ColumnElement[bool]:
    """Of those, not voided since and not found to be no case after all."""
    return and_(ever_filed(), G.state.not_in(sorted(OUTSIDE)))


def may_be_voided() -> ColumnElement[bool]:
    """Of those filed rightly so far, still open."""
    return and_(ever_filed(), G.state.not_in(sorted(FINISHED)))


FILINGS = Fact(
    name="filings",
    title="Grid reports and filings, voided ones too",
    table=incidents,
    rows=G.kind == "grid",
    times={"created": G.created_on, "filed": G.filed_on},
    cuts=GRID_CUTS,
    measures=named(
        count(supervisor_reports, needs=("report_valid",)),
        count(valid_reports, needs=("report_valid",)),
        count(ever_filed, needs=("filed_at", "state")),
        count(rightly_filed, needs=("filed_at", "state")),
        count(may_be_voided, needs=("filed_at", "state")),
    ),
    kinds=frozenset({"grid"}),
)
