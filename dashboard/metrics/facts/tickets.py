"""Hotline tickets 工单: which of them a figure counts."""

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func

from dashboard.facts import incidents
from dashboard.metrics.facts import ticket_answers, ticket_detours
from dashboard.metrics.facts.base import (
    AS_OF,
    Fact,
    count,
    median,
    named,
    p90,
    parameter,
    snapshot,
    total,
)
from dashboard.metrics.facts.incidents import CUTS
from dashboard.metrics.facts.ticket_states import (
    accepted,
    finished_on,
    in_appraisal,
    open_,
    open_at,
    received,
    with_unit,
)
from dashboard.store.functions import seconds_between

T = incidents.c

done_at = func.coalesce(T.replied_at, T.closed_at)
"""When the unit was done: its reply stops its clock, the later follow-up call is not its time."""

closing_seconds = seconds_between(T.created_at, T.closed_at)


def overdue_open() -> ColumnElement[bool]:
    """Of the open ones, those past their deadline while the unit's clock is running: not
    deferred, not reported done.
    """
    return and_(with_unit(), T.due_at < AS_OF)


def due_soon() -> ColumnElement[bool]:
    """Of the open ones whose clock is running, those whose deadline comes within the next hours
    (24 unless the city says otherwise), nights and holidays counted.
    """
    limit = parameter("due_soon_hours", Decimal(24), (1, 8760)) * 3600
    return and_(with_unit(), T.due_at >= AS_OF, seconds_between(AS_OF, T.due_at) <= limit)


def answered_at_once() -> ColumnElement[bool]:
    """Of those taken on, answered at first contact 直接解答 and never sent to a unit."""
    return T.state == "answered_direct"


def may_be_answered_at_once() -> ColumnElement[bool]:
    """Of those taken on, neither answered at the desk nor sent to a unit yet."""
    return and_(T.state.in_(["received", "pending_dispatch"]), T.dispatched_at.is_(None))


def to_sign() -> ColumnElement[bool]:
    """Tickets dispatched whose limit for signing 签收时限 has passed."""
    return and_(in_appraisal(), T.dispatched_at.is_not(None), T.sign_due_at <= AS_OF)


def signed_on_time() -> ColumnElement[bool]:
    """Of those, signed for at or before the limit. Not signed: not on time."""
    return and_(to_sign(), T.signed_at <= T.sign_due_at)


def to_sign_later() -> ColumnElement[bool]:
    """Tickets dispatched whose limit for signing lies ahead."""
    return and_(in_appraisal(), T.dispatched_at.is_not(None), T.sign_due_at > AS_OF)


def due() -> ColumnElement[bool]:
    """Tickets whose deadline has passed, without those never accepted, deferred or taken out of
    appraisal 剔除.
    """
    return and_(T.due_at <= AS_OF, in_appraisal(), T.state != "suspended")


def done_on_time() -> ColumnElement[bool]:
    """Of those due, reported done (or closed, where no reply is delivered) at or before the
    deadline. Still open past it: not on time.
    """
    return and_(due(), done_at <= T.due_at)


def due_later() -> ColumnElement[bool]:
    """Tickets that will fall due: as those due, with a deadline that lies ahead."""
    return and_(T.due_at > AS_OF, in_appraisal(), T.state != "suspended")


def due_dispatched() -> ColumnElement[bool]:
    """Of those due, the ones that were dispatched to a unit and for which the source says whether
    the caller was contacted in time.
    """
    return and_(due(), T.dispatched_at.is_not(None), T.responded_on_time.is_not(None))


def responded_on_time() -> ColumnElement[bool]:
    """Of those, the caller was contacted within the response limit."""
    return and_(due_dispatched(), T.responded_on_time.is_(True))


def due_dispatched_later() -> ColumnElement[bool]:
    """Tickets that will fall due, dispatched or still to be."""
    return and_(due_later(), T.state != "answered_direct")


def closed() -> ColumnElement[bool]:
    """Tickets taken on and closed, with a closing time that the source delivered."""
    return and_(accepted(), T.closed_at.is_not(None))


def timed() -> ColumnElement[bool]:
    """Of those closed, the ones a unit handled: not answered at first contact. Closed before it
    was received is a fault of the data and left out.
    """
    return and_(closed(), T.state != "answered_direct", T.closed_at >= T.created_at)


def judged_by_source() -> ColumnElement[bool]:
    """Tickets for which the source itself delivers a verdict, on time or overdue."""
    return T.delivered_verdict.in_(["on_time", "overdue"])


def judged_on_time_by_source() -> ColumnElement[bool]:
    """Of those, on time in the source's own words. Nothing is recomputed."""
    return T.delivered_verdict == "on_time"


SIGNING = ("dispatched_at", "sign_due_at", "signed_at")
RESPONSE = ("due_at", "dispatched_at", "responded_on_time")
CLOSING = ("closed_at",)

TICKETS = Fact(
    name="tickets",
    title="Hotline tickets",
    table=incidents,
    rows=and_(T.kind == "hotline", T.state != "voided"),
    times={
        "created": T.created_on,
        "dispatched": T.dispatched_on,
        "due": T.due_on,
        "replied": T.replied_on,
        "followed_up": T.followed_up_on,
        "closed": T.closed_on,
    },
    cuts=CUTS,
    measures=named(
        count(received),
        count(accepted, needs=("state",)),
        count(open_, needs=("state",)),
        snapshot(open_at, begins=T.created_on, ends=finished_on, needs=("state", "closed_at")),
        count(overdue_open, needs=("state", "due_at")),
        count(due_soon, needs=("state", "due_at")),
        count(answered_at_once, needs=("state",)),
        count(may_be_answered_at_once, needs=("state",)),
        count(to_sign, needs=SIGNING),
        count(signed_on_time, needs=SIGNING),
        count(to_sign_later, needs=SIGNING),
        count(due, needs=("due_at",)),
        count(due_later, needs=("due_at",)),
        count(done_on_time, needs=("due_at", ("replied_at", "closed_at"))),
        count(due_dispatched, needs=RESPONSE),
        count(due_dispatched_later, needs=RESPONSE),
        count(responded_on_time, needs=RESPONSE),
        count(closed, needs=CLOSING),
        count(timed, needs=CLOSING),
        total(timed, closing_seconds, needs=CLOSING, name="closing_seconds"),
        median(timed, closing_seconds, needs=CLOSING, name="closing_median"),
        p90(timed, closing_seconds, needs=CLOSING, name="closing_p90"),
        *ticket_answers.MEASURES,
        *ticket_detours.MEASURES,
        count(judged_by_source, needs=("delivered_verdict",)),
        count(judged_on_time_by_source, needs=("delivered_verdict",)),
    ),
    kinds=frozenset({"hotline"}),
)
