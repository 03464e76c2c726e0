"""What is open, in SQL: stocks at the end of a day, and rows that may still change a figure."""

from dataclasses import dataclass

from benchmarks.sql import APPRAISED, FILED, FINISHED, GRID_DUE, HOTLINE, OPEN


@dataclass(frozen=True)
class Stock:
    """Rows with the day on which they came and the one on which they left, NULL while there."""

    table: str
    rows: str
    came: str
    left: str


STOCKS = {
    "hotline.open_at_count": Stock(
        "incidents",
        HOTLINE,
        "created_on",
        f"""CASE WHEN state IN ({FINISHED})
            THEN greatest(created_on, coalesce(closed_on, created_on)) END""",
    ),
    "grid.open_at_count": Stock(
        "incidents",
        FILED,
        "filed_on",
        f"""CASE WHEN state IN ({FINISHED})
            THEN greatest(filed_on, coalesce(closed_on, filed_on)) END""",
    ),
}


@dataclass(frozen=True)
class Undecided:
    """Rows that may still enter a figure (`joining`, decided by the day `last` at the latest), and
    rows below the line that may still come to stand above it, or leave it: `waiting`, of which
    `above` stand above it now.
    """

    joining: str = "false"
    last: str = "NULL::DATE"
    waiting: str = "false"
    above: str = "false"


_LATER = f"kind = 'hotline' AND due_at > $as_of AND {APPRAISED} AND state <> 'suspended'"
_CASE_LATER = f"{FILED} AND due_at > $as_of AND NOT excluded AND state <> 'suspended'"
_FIXED = "coalesce(replied_at, closed_at)"

UNDECIDED = {
    "hotline.first_contact_rate": Undecided(
        waiting="""kind = 'hotline' AND state IN ('received', 'pending_dispatch')
            AND dispatched_at IS NULL"""
    ),
    "hotline.sign_off_rate": Undecided(f"{APPRAISED} AND sign_due_at > $as_of", "sign_due_on"),
    "hotline.on_time_rate": Undecided(_LATER, "due_on"),
    "hotline.response_rate": Undecided(f"{_LATER} AND state <> 'answered_direct'", "due_on"),
    "hotline.follow_up_rate": Undecided(waiting=f"followed_up_at IS NULL AND {OPEN}"),
    "hotline.return_rate": Undecided(waiting=f"return_count = 0 AND {OPEN}"),
    "hotline.extension_rate": Undecided(waiting=f"{APPRAISED} AND extension_count = 0 AND {OPEN}"),
    "hotline.deferral_rate": Undecided(waiting=f"{APPRAISED} AND suspension_count = 0 AND {OPEN}"),
    "grid.filing_rate": Undecided(waiting=f"kind = 'grid' AND filed_at IS NULL AND {OPEN}"),
    "grid.on_time_verification_rate": Undecided(
        "kind = 'grid' AND state = 'pending_verify' AND verified_on_time IS NULL"
    ),
    "grid.accurate_filing_rate": Undecided(
        waiting=f"state <> 'voided' AND {OPEN}", above=f"state <> 'voided' AND {OPEN}"
    ),
    "grid.dispatch_rate": Undecided(waiting=f"dispatched_at IS NULL AND {OPEN}"),
    "grid.on_time_dispatch_rate": Undecided(
        f"dispatched_at IS NULL AND dispatched_on_time IS NULL AND {OPEN}"
    ),
    "grid.accurate_dispatch_rate": Undecided(
        waiting=f"return_count = 0 AND {OPEN}",
        above=f"return_count = 0 AND dispatched_at IS NOT NULL AND {OPEN}",
    ),
    "grid.on_time_disposal_rate": Undecided("disposal_due_at > $as_of", "disposal_due_on"),
    "grid.disposal_rate": Undecided(
        "disposal_due_at > $as_of",
        "disposal_due_on",
        f"disposal_due_at <= $as_of AND {_FIXED} IS NULL AND {OPEN}",
    ),
    "grid.rework_rate": Undecided(waiting=f"rework_count = 0 AND {OPEN}"),
    "grid.extension_rate": Undecided(waiting=f"NOT excluded AND extension_count = 0 AND {OPEN}"),
    "grid.deferral_rate": Undecided(waiting=f"NOT excluded AND suspension_count = 0 AND {OPEN}"),
    "grid.on_time_check_rate": Undecided(
        "state IN ('feedback', 'pending_check') AND checked_on_time IS NULL"
    ),
    "grid.on_time_closing_rate": Undecided(_CASE_LATER, "due_on"),
    "grid.closing_rate": Undecided(
        _CASE_LATER, "due_on", f"{GRID_DUE} AND closed_at IS NULL AND {OPEN}"
    ),
    "service.rectification_rate": Undecided("rectify_due_at > $as_of", "rectify_due_on"),
}
