"""Figures in SQL as a good engineer would write them for the demonstration city alone.

Nothing is generated from the definitions, so that an answer that agrees is evidence, and a time is
what could be had. Figures that are counted by the same day stand in one scan.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Columns = tuple[str, ...]
"""Numerator and denominator; of a percentile, rows and hours, which few rows do not have."""


@dataclass(frozen=True)
class Scan:
    """Figures that one pass over a table answers, because they are counted by the same day."""

    table: str
    day: str
    rows: str
    figures: Mapping[str, Columns]


NOT_VOIDED = "state <> 'voided'"
HOTLINE = f"{NOT_VOIDED} AND kind = 'hotline'"
FINISHED = "'answered_direct', 'rejected', 'closed', 'not_accepted', 'self_handled'"
OPEN = f"state NOT IN ({FINISHED})"
WITH_UNIT = f"""state NOT IN ({FINISHED}, 'suspended', 'replied', 'follow_up', 'feedback',
    'pending_check')"""
NO_UNIT_YET = """'rejected', 'not_accepted', 'answered_direct', 'self_handled', 'received',
    'reported', 'pending_verify', 'filed', 'pending_dispatch'"""
TAKEN_ON = "state NOT IN ('rejected', 'not_accepted')"
APPRAISED = f"{TAKEN_ON} AND NOT excluded"
FILED = f"""{NOT_VOIDED} AND kind = 'grid' AND filed_at IS NOT NULL
    AND state NOT IN ('rejected', 'not_accepted', 'self_handled')"""
HOTLINE_DUE = f"kind = 'hotline' AND due_at <= $as_of AND {APPRAISED} AND state <> 'suspended'"
ANSWERABLE = f"{HOTLINE_DUE} AND dispatched_at IS NOT NULL AND responded_on_time IS NOT NULL"
GRID_DUE = f"{FILED} AND due_at <= $as_of AND NOT excluded AND state <> 'suspended'"
CASE_APPRAISED = f"{FILED} AND NOT excluded AND dispatched_at IS NOT NULL"
