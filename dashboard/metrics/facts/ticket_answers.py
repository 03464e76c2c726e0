"""What callers said when they were asked how it went 回访."""

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case

from dashboard.facts import incidents
from dashboard.metrics.facts.base import count, parameter, total
from dashboard.metrics.facts.ticket_states import in_appraisal, open_

T = incidents.c

satisfaction_weight = case(
    (T.satisfaction == "satisfied", 1),
    else_=parameter("basically_satisfied_weight", Decimal(1), (0, 1)),
)
"""What an answer adds to the satisfied: cities count “basically satisfied” as 1, 0.8 or 0.6."""


def to_call() -> ColumnElement[bool]:
    """Tickets a unit reported done, in appraisal: their callers are to be asked 应回访."""
    return and_(in_appraisal(), T.replied_at.is_not(None), T.state != "answered_direct")


def called() -> ColumnElement[bool]:
    """Of those, followed up 成功回访."""
    return and_(to_call(), T.followed_up_at.is_not(None))


def awaiting_call() -> ColumnElement[bool]:
    """Of those, not followed up yet and still open."""
    return and_(to_call(), T.followed_up_at.is_(None), open_())


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
    """Of those, satisfied, or basically satisfied with the weight the city gives that answer (one
    unless it says otherwise).
    """
    return and_(T.satisfaction.in_(["satisfied", "basically_satisfied"]), in_appraisal())


def dissatisfied() -> ColumnElement[bool]:
    """Of those, dissatisfied."""
    return and_(T.satisfaction == "dissatisfied", in_appraisal())


def passed_down_and_asked() -> ColumnElement[bool]:
    """Followed-up tickets with a definite answer that the level above had passed down 上级转办."""
    return and_(asked_whether_satisfied(), T.channel == "superior")


def passed_down_and_satisfied() -> ColumnElement[bool]:
    """Of those, satisfied, or basically satisfied with its weight."""
    return and_(satisfied(), T.channel == "superior")


CALLS_BACK = ("replied_at", "followed_up_at")
SOLVED = ("followed_up_at", "solved")
SATISFACTION = ("followed_up_at", "satisfaction")
PASSED_DOWN = (*SATISFACTION, "channel")

MEASURES = (
    count(to_call, needs=CALLS_BACK),
    count(called, needs=CALLS_BACK),
    count(awaiting_call, needs=CALLS_BACK),
    count(asked_whether_solved, needs=SOLVED),
    count(solved, needs=SOLVED),
    count(asked_whether_satisfied, needs=SATISFACTION),
    total(satisfied, satisfaction_weight, needs=SATISFACTION),
    count(dissatisfied, needs=SATISFACTION),
    count(passed_down_and_asked, needs=PASSED_DOWN),
    total(passed_down_and_satisfied, satisfaction_weight, needs=PASSED_DOWN),
)
