"""Hotline tickets 工单: which of them a figure counts."""

from sqlalchemy import ColumnElement, and_, func, or_, true

from dashboard.core.states import FINISHED, OUTSIDE, WAITING_ON_OTHERS
from dashboard.facts import incidents
from dashboard.metrics.facts.base import AS_OF, Fact, count, named
from dashboard.metrics.facts.incidents import CUTS

T = incidents.c

done_at = func.coalesce(T.replied_at, T.closed_at)
"""When the unit was done: its reply stops its clock, the later follow-up call is not its time."""


def received() -> ColumnElement[bool]:
    """Tickets received, voided ones left out."""
    return true()


def open_() -> ColumnElement[bool]:
    """Tickets received in the period that are still open at the data's as-of."""
    return T.state.not_in(sorted(FINISHED))


def overdue_open() -> ColumnElement[bool]:
    """Of the open ones, those past their deadline while the unit's clock is running: not
    deferred, not reported done.
    """
    return and_(
        T.state.not_in(sorted(FINISHED | WAITING_ON_OTHERS)),
        T.due_at < AS_OF,
    )


def due() -> ColumnElement[bool]:
    """Tickets whose deadline has passed, without those never accepted, deferred or taken out of
    appraisal 剔除.
    """
    return and_(
        T.due_at <= AS_OF,
        T.state.not_in(sorted(OUTSIDE | {"suspended"})),
        T.excluded.is_(False),
    )


def done_on_time() -> ColumnElement[bool]:
    """Of those due, reported done (or closed, where no reply is delivered) at or before the
    deadline. Still open past it: not on time.
    """
    return and_(due(), done_at <= T.due_at)


def due_dispatched() -> ColumnElement[bool]:
    """Of those due, the ones that were dispatched to a unit and for which the source says whether
    the caller was contacted in time.
    """
    return and_(due(), T.dispatched_at.is_not(None), T.responded_on_time.is_not(None))


def responded_on_time() -> ColumnElement[bool]:
    """Of those, the caller was contacted within the response limit."""
    return and_(due_dispatched(), T.responded_on_time.is_(True))


def asked_whether_solved() -> ColumnElement[bool]:
    """Followed-up tickets with a definite answer to “is it solved?”."""
    return and_(T.solved.is_not(None), in_appraisal())


def solved() -> ColumnElement[bool]:
    """Of those, the caller calls it solved."""
    return and_(asked_whether_solved(), T.solved.is_(True))


def asked_whether_satisfied() -> ColumnElement[bool]:
    """Followed-up tickets with a definite answer to “are you satisfied?”."""
    return and_(
        T.satisfaction.in_(["satisfied", "basically_satisfied", "dissatisfied"]), in_appraisal()
    )


def satisfied() -> ColumnElement[bool]:
    """Of those, satisfied or basically satisfied, each counted as one."""
    return and_(T.satisfaction.in_(["satisfied", "basically_satisfied"]), in_appraisal())


def dispatched() -> ColumnElement[bool]:
    """Tickets dispatched, where the source says how often they came back."""
    return T.return_count.is_not(None)


def returned() -> ColumnElement[bool]:
    """Of those, returned by a unit at least once: tickets are counted, not returns."""
    return T.return_count > 0


def judged_by_source() -> ColumnElement[bool]:
    """Tickets for which the source itself delivers a verdict, on time or overdue."""
    return T.delivered_verdict.in_(["on_time", "overdue"])


def judged_on_time_by_source() -> ColumnElement[bool]:
    """Of those, on time in the source's own words. Nothing is recomputed."""
    return T.delivered_verdict == "on_time"


def in_appraisal() -> ColumnElement[bool]:
    return and_(T.excluded.is_(False), or_(T.state.not_in(sorted(OUTSIDE))))


TICKETS = Fact(
    name="tickets",
    title="Hotline tickets",
    table=incidents,
    rows=and_(T.kind == "hotline", T.state != "voided"),
    times={
        "created": T.created_on,
        "dispatched": T.dispatched_on,
        "due": T.due_on,
        "followed_up": T.followed_up_on,
    },
    cuts=CUTS,
    measures=named(
        count(received),
        count(open_, needs=("state",)),
        count(overdue_open, needs=("state", "due_at")),
        count(due, needs=("due_at",)),
        count(done_on_time, needs=("due_at", ("replied_at", "closed_at"))),
        count(due_dispatched, needs=("due_at", "dispatched_at", "responded_on_time")),
        count(responded_on_time, needs=("due_at", "dispatched_at", "responded_on_time")),
        count(asked_whether_solved, needs=("followed_up_at", "solved")),
        count(solved, needs=("followed_up_at", "solved")),
        count(asked_whether_satisfied, needs=("followed_up_at", "satisfaction")),
        count(satisfied, needs=("followed_up_at", "satisfaction")),
        count(dispatched, needs=("dispatched_at", "return_count")),
        count(returned, needs=("dispatched_at", "return_count")),
        count(judged_by_source, needs=("delivered_verdict",)),
        count(judged_on_time_by_source, needs=("delivered_verdict",)),
    ),
    kinds=frozenset({"hotline"}),
)
