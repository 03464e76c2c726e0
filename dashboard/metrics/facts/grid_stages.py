"""The stages of a grid event, each with what was due in it and what was done on time."""

from sqlalchemy import ColumnElement, and_, func

from dashboard.facts import incidents
from dashboard.metrics.facts.base import AS_OF, count, median
from dashboard.metrics.facts.grid_states import filed, fixed_at, unfinished
from dashboard.store.functions import seconds_between

G = incidents.c

disposal_limit = func.coalesce(G.disposal_due_at, G.due_at)
disposal_due_on = func.coalesce(G.disposal_due_on, G.due_on)
"""Limit for disposal and its day; the deadline of the case where the source knows no other."""

disposal_seconds = seconds_between(G.dispatched_at, fixed_at)


def to_be_filed() -> ColumnElement[bool]:
    """Events reported that call for a decision: not fixed on the spot 自行处置."""
    return G.state != "self_handled"


def awaiting_filing() -> ColumnElement[bool]:
    """Of those, not decided yet."""
    return and_(to_be_filed(), G.filed_at.is_(None), unfinished())


def verification_judged() -> ColumnElement[bool]:
    """Events for which the source says whether they were verified on site in time 应核实数."""
    return G.verified_on_time.is_not(None)


def verified_on_time() -> ColumnElement[bool]:
    """Of those, verified within the limit 按时核实数."""
    return G.verified_on_time.is_(True)


def awaiting_verification() -> ColumnElement[bool]:
    """Events to be verified on site, not judged yet."""
    return and_(G.state == "pending_verify", G.verified_on_time.is_(None))


def filing_judged() -> ColumnElement[bool]:
    """Cases for which the source says whether they were filed within the limit."""
    return and_(filed(), G.filed_on_time.is_not(None))


def filed_on_time() -> ColumnElement[bool]:
    """Of those, filed within the limit 按时立案数."""
    return and_(filed(), G.filed_on_time.is_(True))


def dispatched() -> ColumnElement[bool]:
    """Cases dispatched to a department 派遣数."""
    return and_(filed(), G.dispatched_at.is_not(None))


def awaiting_dispatch() -> ColumnElement[bool]:
    """Cases filed and not dispatched yet."""
    return and_(filed(), G.dispatched_at.is_(None), unfinished())


def dispatch_judged() -> ColumnElement[bool]:
    """Cases for which the source says whether they were dispatched within the limit 应派遣数."""
    return and_(filed(), G.dispatched_on_time.is_not(None))


def dispatched_on_time() -> ColumnElement[bool]:
    """Of those, dispatched within the limit 按时派遣数."""
    return and_(filed(), G.dispatched_on_time.is_(True))


def dispatch_to_be_judged() -> ColumnElement[bool]:
    """Cases filed, not dispatched and not judged yet."""
    return and_(awaiting_dispatch(), G.dispatched_on_time.is_(None))


def returns_known() -> ColumnElement[bool]:
    """Cases filed, where the source says how often a department returned them."""
    return and_(filed(), G.return_count.is_not(None))


def dispatched_rightly() -> ColumnElement[bool]:
    """Of those, dispatched and never returned by the department they went to."""
    return and_(filed(), G.dispatched_at.is_not(None), G.return_count == 0)


def may_be_returned() -> ColumnElement[bool]:
    """Of those, never returned so far and still open."""
    return and_(filed(), G.return_count == 0, unfinished())


def due_for_disposal() -> ColumnElement[bool]:
    """Cases dispatched whose limit for disposal has passed 应处置数, without deferred ones and
    those taken out of appraisal. Where the source gives no such limit, the deadline of the case.
    """
    return and_(dispatched(), _disposal_appraised(), disposal_limit <= AS_OF)


def disposed_of_due() -> ColumnElement[bool]:
    """Of those due for disposal, reported as fixed by now, on time or not 处置数."""
    return and_(due_for_disposal(), fixed_at.is_not(None))


def disposed_on_time() -> ColumnElement[bool]:
    """Of those due for disposal, reported as fixed at or before the limit 按期处置数."""
    return and_(due_for_disposal(), fixed_at <= disposal_limit)


def due_for_disposal_later() -> ColumnElement[bool]:
    """Cases dispatched whose limit for disposal lies ahead."""
    return and_(dispatched(), _disposal_appraised(), disposal_limit > AS_OF)


def awaiting_disposal() -> ColumnElement[bool]:
    """Of those due for disposal, not reported as fixed and still open."""
    return and_(due_for_disposal(), fixed_at.is_(None), unfinished())


def disposal_timed() -> ColumnElement[bool]:
    """Cases dispatched and reported as fixed. Fixed before it was dispatched is a fault of the
    data and left out.
    """
    return and_(dispatched(), fixed_at >= G.dispatched_at)


def check_judged() -> ColumnElement[bool]:
    """Cases for which the source says whether the check after disposal was in time 应核查数."""
    return and_(filed(), G.checked_on_time.is_not(None))


def checked_on_time() -> ColumnElement[bool]:
    """Of those, checked within the limit 按时核查数."""
    return and_(filed(), G.checked_on_time.is_(True))


def check_to_be_judged() -> ColumnElement[bool]:
    """Cases reported as fixed whose check is still to come."""
    waiting = G.state.in_(["feedback", "pending_check"])
    return and_(filed(), waiting, G.checked_on_time.is_(None))


def _disposal_appraised() -> ColumnElement[bool]:
    return and_(G.state != "suspended", G.excluded.is_(False))


FILING_JUDGED = ("filed_at", "filed_on_time")
VERIFICATION = ("verified_on_time",)
DISPATCH = ("filed_at", "dispatched_at")
DISPATCH_JUDGED = ("filed_at", "dispatched_on_time")
RETURNS = ("filed_at", "dispatched_at", "return_count")
DISPOSAL = (*DISPATCH, ("disposal_due_at", "due_at"), ("replied_at", "closed_at"))
CHECK = ("filed_at", "replied_at", "checked_on_time")

MEASURES = (
    count(to_be_filed, needs=("filed_at",)),
    count(awaiting_filing, needs=("filed_at",)),
    count(verification_judged, needs=VERIFICATION),
    count(verified_on_time, needs=VERIFICATION),
    count(awaiting_verification, needs=VERIFICATION),
    count(filing_judged, needs=FILING_JUDGED),
    count(filed_on_time, needs=FILING_JUDGED),
    count(dispatched, needs=DISPATCH),
    count(awaiting_dispatch, needs=DISPATCH),
    count(dispatch_judged, needs=DISPATCH_JUDGED),
    count(dispatched_on_time, needs=DISPATCH_JUDGED),
    count(dispatch_to_be_judged, needs=DISPATCH_JUDGED),
    count(returns_known, needs=RETURNS),
    count(dispatched_rightly, needs=RETURNS),
    count(may_be_returned, needs=RETURNS),
    count(due_for_disposal, needs=DISPOSAL),
    count(disposed_of_due, needs=DISPOSAL),
    count(disposed_on_time, needs=DISPOSAL),
    count(due_for_disposal_later, needs=DISPOSAL),
    count(awaiting_disposal, needs=DISPOSAL),
    median(disposal_timed, disposal_seconds, needs=(*DISPATCH, "replied_at")),
    count(check_judged, needs=CHECK),
    count(checked_on_time, needs=CHECK),
    count(check_to_be_judged, needs=CHECK),
)
