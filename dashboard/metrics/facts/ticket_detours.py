"""Tickets that did not go straight: returned, repeated, extended, deferred, handled again."""

from sqlalchemy import ColumnElement, and_

from dashboard.facts import incidents
from dashboard.metrics.facts.base import count
from dashboard.metrics.facts.ticket_states import accepted, in_appraisal, open_

T = incidents.c


def dispatched() -> ColumnElement[bool]:
    """Tickets dispatched, where the source says how often they came back."""
    return T.return_count.is_not(None)


def returned() -> ColumnElement[bool]:
    """Of those, returned by a unit at least once: tickets are counted, not returns."""
    return T.return_count > 0


def returned_twice() -> ColumnElement[bool]:
    """Of those, returned twice or more."""
    return T.return_count >= 2


def may_be_returned() -> ColumnElement[bool]:
    """Of those, never returned so far and still open."""
    return and_(T.return_count == 0, open_())


def repeated() -> ColumnElement[bool]:
    """Of those taken on, linked by the source to an earlier ticket on the same matter."""
    return and_(accepted(), T.repeat_of.is_not(None))


def extensions_known() -> ColumnElement[bool]:
    """Tickets dispatched, in appraisal, where the source says how often they were extended."""
    return and_(in_appraisal(), T.dispatched_at.is_not(None), T.extension_count.is_not(None))


def extended() -> ColumnElement[bool]:
    """Of those, with a deadline extended 延期 at least once."""
    return and_(extensions_known(), T.extension_count > 0)


def may_be_extended() -> ColumnElement[bool]:
    """Of those, not extended so far and still open."""
    return and_(extensions_known(), T.extension_count == 0, open_())


def deferrals_known() -> ColumnElement[bool]:
    """Tickets dispatched, in appraisal, where the source says how often they were deferred."""
    return and_(in_appraisal(), T.dispatched_at.is_not(None), T.suspension_count.is_not(None))


def deferred() -> ColumnElement[bool]:
    """Of those, deferred 挂账 at least once."""
    return and_(deferrals_known(), T.suspension_count > 0)


def may_be_deferred() -> ColumnElement[bool]:
    """Of those, not deferred so far and still open."""
    return and_(deferrals_known(), T.suspension_count == 0, open_())


def reworks_known() -> ColumnElement[bool]:
    """Tickets closed, in appraisal, where the source says how often they were handled again."""
    return and_(in_appraisal(), T.closed_at.is_not(None), T.rework_count.is_not(None))


def rehandled() -> ColumnElement[bool]:
    """Of those, handled again 重办 at least once before they were closed."""
    return and_(reworks_known(), T.rework_count > 0)


def right_first_time() -> ColumnElement[bool]:
    """Of those, closed without being handled again."""
    return and_(reworks_known(), T.rework_count == 0)


RETURNS = ("dispatched_at", "return_count")
EXTENSIONS = ("dispatched_at", "extension_count")
DEFERRALS = ("dispatched_at", "suspension_count")
REWORKS = ("closed_at", "rework_count")

MEASURES = (
    count(dispatched, needs=RETURNS),
    count(returned, needs=RETURNS),
    count(returned_twice, needs=RETURNS),
    count(may_be_returned, needs=RETURNS),
    count(repeated, needs=("repeat_of",)),
    count(extensions_known, needs=EXTENSIONS),
    count(extended, needs=EXTENSIONS),
    count(may_be_extended, needs=EXTENSIONS),
    count(deferrals_known, needs=DEFERRALS),
    count(deferred, needs=DEFERRALS),
    count(may_be_deferred, needs=DEFERRALS),
    count(reworks_known, needs=REWORKS),
    count(rehandled, needs=REWORKS),
    count(right_first_time, needs=REWORKS),
)
