"""Canonical states of an incident and which of them are open.

Source: the life cycles of hotline tickets and of the seven-step grid loop (CJ/T 315; GB/T 30428.8),
joined into one list because both kinds share one table. Every source maps its own words to these.
"""

from types import MappingProxyType

STATES = MappingProxyType(
    {
        "received": ("已受理", "Received"),
        "answered_direct": ("直接解答", "Answered at first contact"),
        "rejected": ("不予受理", "Not accepted"),
        "pending_dispatch": ("待派单", "Waiting for dispatch"),
        "dispatched": ("已派单", "Dispatched, unsigned"),
        "returned": ("退单", "Returned by unit"),
        "handling": ("办理中", "Being handled"),
        "suspended": ("挂账", "Deferred"),
        "replied": ("已回复", "Reported done"),
        "follow_up": ("回访中", "Follow-up call"),
        "rehandle": ("重办", "Re-handling"),
        "closed": ("已结案", "Closed"),
        "voided": ("作废", "Voided"),
        "reported": ("上报", "Reported"),
        "pending_verify": ("待核实", "To be verified"),
        "not_accepted": ("不予立案", "Not filed"),
        "filed": ("立案", "Filed"),
        "feedback": ("处置反馈", "Reported as fixed"),
        "pending_check": ("待核查", "To be checked"),
        "rework": ("返工", "Rework"),
        "self_handled": ("自行处置", "Fixed on the spot"),
    }
)
"""Code → (Chinese, English)."""

FINISHED = frozenset(
    {
        "answered_direct",
        "rejected",
        "voided",
        "closed",
        "not_accepted",
        "self_handled",
    }
)
"""Nothing more will happen: not open."""

OUTSIDE = frozenset({"voided", "rejected", "not_accepted"})
"""Never became a matter of the city: outside every rate. `voided` is outside volumes too."""

WAITING_ON_OTHERS = frozenset({"suspended", "replied", "follow_up", "feedback", "pending_check"})
"""Open, but the handling unit's clock does not run."""
