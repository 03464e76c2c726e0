"""Figures of applications, reviews, calls and deliveries."""

from benchmarks.sql import Scan

APPLIED = Scan(
    "applications",
    "accepted_on",
    "true",
    {
        "service.application_count": ('sum("count")',),
        "service.online_rate": (
            'sum("count") FILTER (online)',
            'sum("count") FILTER (online IS NOT NULL)',
        ),
        "service.fully_online_rate": (
            'sum("count") FILTER (fully_online)',
            'sum("count") FILTER (fully_online IS NOT NULL)',
        ),
        "service.visits_mean": (
            'sum(visits * "count")',
            'sum("count") FILTER (visits IS NOT NULL)',
        ),
        "service.one_visit_rate": (
            'sum("count") FILTER (visits <= 1)',
            'sum("count") FILTER (visits IS NOT NULL)',
        ),
        "service.limit_compression_rate": (
            """sum((statutory_days - promised_days) * "count") FILTER (statutory_days > 0)""",
            """sum(statutory_days * "count")
                FILTER (statutory_days > 0 AND promised_days IS NOT NULL)""",
        ),
    },
)
APPLICATIONS_CLOSED = Scan(
    "applications",
    "closed_on",
    "promised_at IS NOT NULL",
    {
        "service.on_time_rate": ('sum("count") FILTER (closed_at <= promised_at)', 'sum("count")'),
        "service.early_closing_rate": (
            """sum("count") FILTER (date_diff('second', closed_at, promised_at) >= 86400)""",
            'sum("count")',
        ),
    },
)
REVIEWED = Scan(
    "reviews",
    "reviewed_on",
    "active",
    {
        "service.review_count": ("count(*)",),
        "service.negative_review_count": ("count(*) FILTER (level <= 2)",),
        "service.praise_rate": ("count(*) FILTER (level >= 3)", "count(*)"),
    },
)
RECTIFICATION_DUE = Scan(
    "reviews",
    "rectify_due_on",
    "active AND level <= 2",
    {
        "service.rectification_rate": (
            "count(*) FILTER (rectify_due_at <= $as_of AND rectified_at <= rectify_due_at)",
            "count(*) FILTER (rectify_due_at <= $as_of)",
        ),
    },
)
CALLED = Scan(
    "calls",
    "started_on",
    "true",
    {
        "hotline.call_count": ("sum(offered)",),
        "hotline.answer_rate": ("sum(answered)", "sum(offered)"),
        "hotline.answered_15s_rate": (
            "sum(answered_15s)",
            "sum(answered) FILTER (answered_15s IS NOT NULL)",
        ),
        "hotline.waiting_seconds_mean": (
            "sum(wait_seconds)",
            "sum(answered) FILTER (wait_seconds IS NOT NULL)",
        ),
        "hotline.abandonment_rate": (
            "sum(abandoned)",
            "sum(offered) FILTER (abandoned IS NOT NULL)",
        ),
    },
)
DELIVERED = Scan(
    "deliveries",
    "landed_on",
    "true",
    {
        "data.delivered_count": ("sum(read)",),
        "data.accepted_rate": ("sum(accepted + unchanged)", "sum(read)"),
        "data.quarantined_rate": ("sum(quarantined)", "sum(read)"),
        "data.completeness_rate": ("sum(filled)", "sum(cells)"),
        "data.on_time_delivery_rate": ("count(*) FILTER (on_time)", "count(on_time)"),
    },
)

SCANS = (APPLIED, APPLICATIONS_CLOSED, REVIEWED, RECTIFICATION_DUE, CALLED, DELIVERED)
