"""Calls to the hotline, as the call centre counts them by interval. One row stands for many."""

from sqlalchemy import ColumnElement, true

from dashboard.facts import calls
from dashboard.metrics.facts.base import Fact, named, total

C = calls.c


def offered() -> ColumnElement[bool]:
    """Calls offered to agents 呼入人工; those that ended in the menu before are not among them."""
    return true()


def answered() -> ColumnElement[bool]:
    """Of those, answered by an agent 接通."""
    return true()


def answered_with_wait() -> ColumnElement[bool]:
    """Calls answered in intervals for which the call centre tells how long callers waited."""
    return C.wait_seconds.is_not(None)


def answered_with_15s() -> ColumnElement[bool]:
    """Calls answered in intervals for which the call centre tells how many within 15 seconds."""
    return C.answered_15s.is_not(None)


def answered_15s() -> ColumnElement[bool]:
    """Of those, answered within 15 seconds."""
    return C.answered_15s.is_not(None)


def offered_with_abandoned() -> ColumnElement[bool]:
    """Calls offered in intervals for which the call centre tells how many were given up."""
    return C.abandoned.is_not(None)


def abandoned() -> ColumnElement[bool]:
    """Of those, given up while waiting 呼损."""
    return C.abandoned.is_not(None)


CALLS = Fact(
    name="calls",
    title="Calls to the hotline",
    table=calls,
    rows=true(),
    times={"started": C.started_on},
    cuts={"source": C.source},
    measures=named(
        total(offered, C.offered, needs=("offered",)),
        total(answered, C.answered, needs=("answered",)),
        total(answered_with_15s, C.answered, needs=("answered", "answered_15s")),
        total(answered_15s, C.answered_15s, needs=("answered", "answered_15s")),
        total(answered_with_wait, C.answered, needs=("answered", "wait_seconds")),
        total(
            answered_with_wait,
            C.wait_seconds,
            needs=("answered", "wait_seconds"),
            name="wait_seconds",
        ),
        total(offered_with_abandoned, C.offered, needs=("offered", "abandoned")),
        total(abandoned, C.abandoned, needs=("offered", "abandoned")),
    ),
)
