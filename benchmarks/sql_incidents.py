"""Figures of tickets, grid events and of both as data."""

from benchmarks.sql import (
    ANSWERABLE,
    APPRAISED,
    CASE_APPRAISED,
    FILED,
    GRID_DUE,
    HOTLINE,
    HOTLINE_DUE,
    NO_UNIT_YET,
    NOT_VOIDED,
    OPEN,
    TAKEN_ON,
    WITH_UNIT,
    Columns,
    Scan,
)

WHEN_FIXED = "coalesce(replied_at, closed_at)"
TOOK = "date_diff('second', created_at, closed_at)"
TIMED = f"""kind = 'hotline' AND {TAKEN_ON} AND closed_at >= created_at
    AND state <> 'answered_direct'"""
FIXING = "date_diff('second', dispatched_at, replied_at)"
FIXED = "dispatched_at IS NOT NULL AND replied_at >= dispatched_at"


def _count(rows: str) -> str:
    return f"count(*) FILTER ({rows})"


def _hours(share: float, seconds: str, rows: str, fewest: int) -> Columns:
    quantile = f"quantile_cont({seconds}, {share}) FILTER ({rows}) / 3600"
    return _count(rows), f"CASE WHEN {_count(rows)} >= {fewest} THEN {quantile} END"


RECEIVED = Scan(
    "incidents",
    "created_on",
    NOT_VOIDED,
    {
        "city.received_count": ("count(*)",),
        "hotline.received_count": (_count("kind = 'hotline'"),),
        "hotline.received_per_10k": (_count("kind = 'hotline'"),),
        "hotline.accepted": (_count(f"kind = 'hotline' AND {TAKEN_ON}"),),
        "hotline.open_count": (_count(f"kind = 'hotline' AND {OPEN}"),),
        "hotline.overdue_open_count": (
            _count(f"kind = 'hotline' AND due_at < $as_of AND {WITH_UNIT}"),
        ),
        "hotline.due_soon_count": (
            _count(
                f"kind = 'hotline' AND {WITH_UNIT} "
                "AND due_at BETWEEN $as_of AND $as_of + INTERVAL 24 HOURS"
            ),
        ),
        "hotline.first_contact_rate": (
            _count("kind = 'hotline' AND state = 'answered_direct'"),
            _count(f"kind = 'hotline' AND {TAKEN_ON}"),
        ),
        "hotline.repeat_rate": (
            f"count(repeat_of) FILTER (kind = 'hotline' AND {TAKEN_ON})",
            _count(f"kind = 'hotline' AND {TAKEN_ON}"),
        ),
        "grid.reported_count": (_count("kind = 'grid'"),),
        "grid.self_handled_count": (_count("state = 'self_handled'"),),
        "grid.filing_rate": (_count(FILED), _count("kind = 'grid' AND state <> 'self_handled'")),
        "grid.on_time_verification_rate": (
            _count("kind = 'grid' AND verified_on_time"),
            "count(verified_on_time) FILTER (kind = 'grid')",
        ),
        "data.located_rate": (
            _count(
                "district_code <> '-' OR street_code <> '-' OR community_code <> '-' "
                "OR grid_code <> '-'"
            ),
            "count(*)",
        ),
        "data.categorised_rate": (_count("category_1_code <> '-'"), "count(*)"),
        "data.assigned_rate": (
            _count(f"department_code <> '-' AND state NOT IN ({NO_UNIT_YET})"),
            _count(f"state NOT IN ({NO_UNIT_YET})"),
        ),
    },
)
REPORTED = Scan(
    "incidents",
    "created_on",
    "kind = 'grid' AND report_valid IS NOT NULL",
    {"grid.valid_report_rate": (_count("report_valid"), "count(*)")},
)
DUE = Scan(
    "incidents",
    "due_on",
    NOT_VOIDED,
    {
        "hotline.on_time_rate": (
            _count(f"{HOTLINE_DUE} AND {WHEN_FIXED} <= due_at"),
            _count(HOTLINE_DUE),
        ),
        "hotline.response_rate": (
            _count(f"{ANSWERABLE} AND responded_on_time"),
            _count(ANSWERABLE),
        ),
        "grid.on_time_closing_rate": (
            _count(f"{GRID_DUE} AND closed_at <= due_at"),
            _count(GRID_DUE),
        ),
        "grid.closing_rate": (_count(f"{GRID_DUE} AND closed_at IS NOT NULL"), _count(GRID_DUE)),
    },
)
_WEIGHT = "CASE satisfaction WHEN 'satisfied' THEN 1 WHEN 'basically_satisfied' THEN 0.8 END"
FOLLOWED_UP = Scan(
    "incidents",
    "followed_up_on",
    f"{HOTLINE} AND {APPRAISED}",
    {
        "hotline.resolution_rate": (_count("solved"), "count(solved)"),
        "hotline.satisfaction_rate": (f"sum({_WEIGHT})", _count("satisfaction <> '-'")),
        "hotline.dissatisfaction_rate": (
            _count("satisfaction = 'dissatisfied'"),
            _count("satisfaction <> '-'"),
        ),
        "hotline.passed_down_satisfaction_rate": (
            f"sum({_WEIGHT}) FILTER (channel = 'superior')",
            _count("satisfaction <> '-' AND channel = 'superior'"),
        ),
    },
)
TICKETS_DISPATCHED = Scan(
    "incidents",
    "dispatched_on",
    HOTLINE,
    {
        "hotline.return_rate": (_count("return_count > 0"), "count(return_count)"),
        "hotline.returned_count": (_count("return_count > 0"),),
        "hotline.returned_twice_count": (_count("return_count >= 2"),),
        "hotline.sign_off_rate": (
            _count(f"{APPRAISED} AND sign_due_at <= $as_of AND signed_at <= sign_due_at"),
            _count(f"{APPRAISED} AND sign_due_at <= $as_of"),
        ),
        "hotline.extension_rate": (
            _count(f"{APPRAISED} AND extension_count > 0"),
            f"count(extension_count) FILTER ({APPRAISED})",
        ),
        "hotline.deferral_rate": (
            _count(f"{APPRAISED} AND suspension_count > 0"),
            f"count(suspension_count) FILTER ({APPRAISED})",
        ),
    },
)
REPLIED = Scan(
    "incidents",
    "replied_on",
    f"{HOTLINE} AND {APPRAISED} AND state <> 'answered_direct'",
    {"hotline.follow_up_rate": ("count(followed_up_at)", "count(*)")},
)
CLOSED = Scan(
    "incidents",
    "closed_on",
    NOT_VOIDED,
    {
        "city.closing_hours_median": _hours(0.5, TOOK, "true", 10),
        "hotline.closing_hours_median": _hours(0.5, TOOK, TIMED, 10),
        "hotline.closing_hours_p90": _hours(0.9, TOOK, TIMED, 20),
        "hotline.closing_hours_mean": (f"sum({TOOK}) FILTER ({TIMED})", _count(TIMED)),
        "hotline.closed_count": (_count(f"kind = 'hotline' AND {TAKEN_ON}"),),
        "hotline.rehandling_rate": (
            _count(f"kind = 'hotline' AND {APPRAISED} AND rework_count > 0"),
            f"count(rework_count) FILTER (kind = 'hotline' AND {APPRAISED})",
        ),
        "hotline.first_time_right_rate": (
            _count(f"kind = 'hotline' AND {APPRAISED} AND rework_count = 0"),
            f"count(rework_count) FILTER (kind = 'hotline' AND {APPRAISED})",
        ),
        "grid.closed_count": (_count(FILED),),
        "data.plausible_times_rate": (_count("closed_at >= created_at"), "count(*)"),
    },
)
CASES_FILED = Scan(
    "incidents",
    "filed_on",
    FILED,
    {
        "grid.filed_count": ("count(*)",),
        "grid.filed_density": ("count(*)",),
        "grid.overdue_open_count": (_count(f"due_at < $as_of AND {WITH_UNIT}"),),
        "grid.omission_rate": (_count("omitted"), "count(omitted)"),
        "grid.on_time_filing_rate": (_count("filed_on_time"), "count(filed_on_time)"),
        "grid.dispatch_rate": ("count(dispatched_at)", "count(*)"),
        "grid.on_time_dispatch_rate": (_count("dispatched_on_time"), "count(dispatched_on_time)"),
        "grid.accurate_dispatch_rate": (
            _count("dispatched_at IS NOT NULL AND return_count = 0"),
            "count(return_count)",
        ),
        "grid.supervision_report_rate": (
            _count("channel IN ('app', 'phone', 'public', 'web', 'wechat')"),
            "count(*)",
        ),
    },
)
EVER_FILED = Scan(
    "incidents",
    "filed_on",
    "kind = 'grid' AND state <> 'self_handled'",
    {"grid.accurate_filing_rate": (_count(f"{NOT_VOIDED} AND {TAKEN_ON}"), "count(*)")},
)
CASES_DISPATCHED = Scan(
    "incidents",
    "dispatched_on",
    FILED,
    {
        "grid.dispatched_count": ("count(*)",),
        "grid.extension_rate": (
            _count("NOT excluded AND extension_count > 0"),
            "count(extension_count) FILTER (NOT excluded)",
        ),
        "grid.deferral_rate": (
            _count("NOT excluded AND suspension_count > 0"),
            "count(suspension_count) FILTER (NOT excluded)",
        ),
    },
)
DISPOSAL_DUE = Scan(
    "incidents",
    "disposal_due_on",
    f"{CASE_APPRAISED} AND state <> 'suspended'",
    {
        "grid.on_time_disposal_rate": (
            _count(
                "disposal_due_at <= $as_of AND coalesce(replied_at, closed_at)<=disposal_due_at"
            ),
            _count("disposal_due_at <= $as_of"),
        ),
        "grid.disposal_rate": (
            _count("disposal_due_at <= $as_of AND coalesce(replied_at, closed_at) IS NOT NULL"),
            _count("disposal_due_at <= $as_of"),
        ),
    },
)
DISPOSED = Scan(
    "incidents",
    "replied_on",
    FILED,
    {
        "grid.rework_rate": (_count("rework_count > 0"), "count(rework_count)"),
        "grid.on_time_check_rate": (_count("checked_on_time"), "count(checked_on_time)"),
        "grid.disposal_hours_median": _hours(0.5, FIXING, FIXED, 10),
    },
)

SCANS = (
    RECEIVED, REPORTED, DUE, FOLLOWED_UP, TICKETS_DISPATCHED, REPLIED, CLOSED, CASES_FILED,
    EVER_FILED, CASES_DISPATCHED, DISPOSAL_DUE, DISPOSED,
)  # fmt: skip
