"""Cases and their lives: every instant from the first call to the closing.

All instants are local seconds; `NEVER` lies beyond every clock. What is known at some instant t is
then simply what has an instant of at most t.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.rhythm import Seconds

NEVER = np.int64(2**62)
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]


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

    def __len__(self) -> int:
        return len(self.created)


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
    first_reply: Seconds
    rework: Seconds
    replied: Seconds
    followed_up: Seconds
    closed: Seconds
    ended: Seconds
    """Over without being handled: answered, refused, voided, fixed on the spot."""
    ending: Codes
    due: Seconds
    due_extended: Seconds
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

    def at(self, index: Codes) -> "Life":
        return replace(
            self, **{field.name: getattr(self, field.name)[index] for field in fields(self)}
        )


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
    "first_reply",
    "rework",
    "replied",
    "followed_up",
    "closed",
)
"""In the order in which they follow each other in every life."""
