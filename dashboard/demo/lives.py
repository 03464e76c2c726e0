"""Cases and their lives: every instant from the first call to the closing.

All instants are local seconds; `NEVER` lies beyond every clock. What is known at some instant t is
then simply what has an instant of at most t.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.rhythm import Seconds

NEVER = np.int64(2**62)
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Times = dict[str, Seconds]


@dataclass(frozen=True)
class Case:
    """What happened, where and when: the part that nobody decides."""

    created: Seconds
    serial: Codes
    topic: Codes
    place: Codes
    grid: Codes
    district: Codes
    heating: Flags
    earlier: Codes
    """Position of an earlier case about the same matter; −1: none. See repeats.py."""

    def __len__(self) -> int:
        return len(self.created)


@dataclass(frozen=True)
class Dues:
    """The limit for disposal and the deadline of the case; a hotline ticket has one for both."""

    disposal: Seconds
    closing: Seconds


@dataclass(frozen=True)
class Duty:
    """Who of the grid centre dealt with a case, and what of it was done in time."""

    supervisor: Codes
    acceptor: Codes
    leader: Codes
    dispatcher: Codes
    public: Flags
    patrol: Flags
    verified: Flags
    filed: Flags
    dispatched: Flags
    checked: Flags
    valid: Flags
    omitted: Flags


@dataclass(frozen=True)
class Life:
    created: Seconds
    filed: Seconds
    dispatched: Seconds
    returned: Seconds
    redispatched: Seconds
    returned_again: Seconds
    redispatched_again: Seconds
    signed: Seconds
    suspended: Seconds
    resumed: Seconds
    extended: Seconds
    first_reply: Seconds
    rework: Seconds
    replied: Seconds
    followed_up: Seconds
    closed: Seconds
    ended: Seconds
    """Over without being handled: answered, refused, voided, fixed on the spot."""
    ending: Codes
    signing: Seconds
    """How long a unit has for signing, from the dispatch to it."""
    due: Dues
    due_resumed: Dues
    due_extended: Dues
    condition: Codes
    first_department: Codes
    second_department: Codes
    department: Codes
    channel: Codes
    request: Codes
    urgency: Codes
    in_time: Flags
    reached: Flags
    solved: Flags
    answer: Codes
    """0 satisfied, 1 basically, 2 dissatisfied."""
    excluded: Codes
    """0 not, else the number of the reason."""
    duty: Duty | None
    """None for the hotline."""


EVENTS = (
    "created",
    "filed",
    "dispatched",
    "returned",
    "redispatched",
    "returned_again",
    "redispatched_again",
    "signed",
    "suspended",
    "resumed",
    "extended",
    "first_reply",
    "rework",
    "replied",
    "followed_up",
    "closed",
)
"""In the order in which they follow each other in every life."""

T = TypeVar("T")


def taken(thing: T, index: Codes) -> T:
    """The rows named, of a record of arrays."""
    rows: T = _rows(thing, index)
    return rows


def _rows(thing: Any, index: Codes) -> Any:
    if thing is None:
        return None
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {own.name: _rows(getattr(thing, own.name), index) for own in fields(thing)}
        return replace(thing, **parts)
    return thing[index]
