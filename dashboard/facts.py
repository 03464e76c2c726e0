"""The fact tables: what happened in the city, one comment a column.

Instants (`…_at`) are stored as UTC without an offset. Days (`…_on`) are days of the city's own
calendar, computed once at ingest, so that no query has to know a time zone. Codes (`…_code`) are
never NULL: `UNKNOWN` says that the source gave none, and such rows stay in every total.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
)

from dashboard.core.values import UNKNOWN

FACTS_VERSION = 2
"""Raised with every change to these tables; a store of another version is refused with advice."""

metadata = MetaData()


def _code(name: str, comment: str) -> "Column[str]":
    return Column(name, String, nullable=False, default=UNKNOWN, comment=comment)


def _origin() -> "list[Column[Any]]":
    """Where a row came from: the same columns in every fact table."""
    return [
        Column("source", String, nullable=False, comment="Name of the source in the pack"),
        Column("source_id", String, nullable=False, comment="The row's own id at its source"),
        Column("updated_at", DateTime, nullable=False, comment="Last change, as the source says"),
        Column("recorded_at", DateTime, nullable=False, comment="When we learned of this version"),
        Column("batch_id", String, nullable=False, comment="Landed batch this version came in"),
        Column("batch_row", Integer, nullable=False, comment="Row in that batch, from 1"),
        Column("row_hash", String, nullable=False, comment="Digest of the mapped values"),
    ]


def _region() -> "list[Column[Any]]":
    return [
        _code("district_code", "Region of the problem: district 区"),
        _code("street_code", "Region of the problem: street or town 街道"),
        _code("community_code", "Region of the problem: community 社区"),
        _code("grid_code", "Region of the problem: unit grid 单元网格"),
    ]


def _incident_columns() -> "list[Column[Any]]":
    return [
        *_origin(),
        _code("kind", "hotline (12345 ticket 工单) or grid (grid-management event 网格事件)"),
        _code("state", "Canonical state, see dashboard/core/states.py"),
        Column("created_at", DateTime, nullable=False, comment="Received 受理 or reported 上报"),
        Column("created_on", Date, nullable=False, comment="City day of created_at"),
        Column(
            "created_hour",
            SmallInteger,
            comment="City hour of created_at, 0 to 23; NULL where the source gives days only",
        ),
        Column("filed_at", DateTime, comment="Grid event filed as a case 立案"),
        Column("filed_on", Date, comment="City day of filed_at"),
        Column("dispatched_at", DateTime, comment="First dispatch 首次派单"),
        Column("dispatched_on", Date, comment="City day of dispatched_at"),
        Column("signed_at", DateTime, comment="Signed for by the handling unit 签收"),
        Column("sign_due_at", DateTime, comment="Limit for signing 签收时限"),
        Column("sign_due_on", Date, comment="City day of sign_due_at"),
        Column("replied_at", DateTime, comment="Reported done by the unit 办结回复 / 处置反馈"),
        Column("replied_on", Date, comment="City day of replied_at"),
        Column("followed_up_at", DateTime, comment="Final follow-up call 回访"),
        Column("followed_up_on", Date, comment="City day of followed_up_at"),
        Column("closed_at", DateTime, comment="Closed 结案"),
        Column("closed_on", Date, comment="City day of closed_at"),
        Column("due_at", DateTime, comment="Deadline 办理时限, extensions included"),
        Column("due_on", Date, comment="City day of due_at"),
        Column(
            "due_provisional",
            Boolean,
            nullable=False,
            default=False,
            comment="A deadline here runs into a year whose calendar is not published yet",
        ),
        Column(
            "limit_rule",
            String,
            comment="Rule of the pack's limits.csv that gave due_at; NULL: delivered by the source",
        ),
        _code("condition_code", "Filing condition 立案条件 that the limit depends on"),
        Column("disposal_due_at", DateTime, comment="Limit for disposal 处置时限 of a grid event"),
        Column("disposal_due_on", Date, comment="City day of disposal_due_at"),
        *_region(),
        _code("department_code", "Handling unit 承办单位 (final)"),
        _code("first_department_code", "Unit of the first dispatch 首派单位"),
        _code("category_1_code", "Category, top level of the path, as system:code"),
        _code("category_2_code", "Category, second level of the path"),
        _code("category_3_code", "Category, third level of the path"),
        _code("channel", "How it came in: phone, web, app, patrol …"),
        _code("request_type", "Consultation 咨询, request 求助, complaint 投诉, report 举报 …"),
        _code("urgency", "normal, urgent or emergency"),
        Column("lon", Double, comment="Longitude of the place, WGS-84"),
        Column("lat", Double, comment="Latitude of the place, WGS-84"),
        Column("title", String, comment="Short title"),
        Column("content", String, comment="Text of the request, as far as the source may share it"),
        Column("address", String, comment="Address of the place"),
        Column(
            "return_count",
            SmallInteger,
            comment="How often a unit returned it 退单; NULL: not delivered",
        ),
        Column(
            "rework_count",
            SmallInteger,
            comment="How often the check failed 返工 / 重办; NULL: not delivered",
        ),
        Column(
            "extension_count",
            SmallInteger,
            comment="How often the deadline was extended 延期; NULL: not delivered",
        ),
        Column(
            "suspension_count",
            SmallInteger,
            comment="How often it was deferred 挂账 / 缓办; NULL: not delivered",
        ),
        Column("repeat_of", String, comment="Earlier ticket on the same matter 重复诉求"),
        Column(
            "verified_on_time",
            Boolean,
            comment="Verified before filing within the limit 按时核实; NULL: not delivered",
        ),
        Column(
            "filed_on_time",
            Boolean,
            comment="Filed within the limit 按时立案; NULL: not delivered",
        ),
        Column(
            "dispatched_on_time",
            Boolean,
            comment="Dispatched within the limit 按时派遣; NULL: not delivered",
        ),
        Column(
            "checked_on_time",
            Boolean,
            comment="Checked after disposal within the limit 按时核查; NULL: not delivered",
        ),
        Column(
            "report_valid",
            Boolean,
            comment="The supervisor's report was valid 有效上报; NULL: not a supervisor's report",
        ),
        Column(
            "omitted",
            Boolean,
            comment="The public reported what a supervisor should have seen 漏报; "
            "NULL: not delivered",
        ),
        _code("supervisor_code", "Supervisor 监督员 who reported or should have"),
        _code("acceptor_code", "Acceptor 受理员"),
        _code("shift_leader_code", "Shift leader 值班长 who filed it"),
        _code("dispatcher_code", "Dispatcher 派遣员"),
        Column(
            "responded_on_time",
            Boolean,
            comment="Caller contacted within the response limit; NULL: unknown or not delivered",
        ),
        Column(
            "solved",
            Boolean,
            comment="Caller calls it solved at the final follow-up; NULL: no definite answer",
        ),
        _code("satisfaction", "Final follow-up: satisfied, basically_satisfied, dissatisfied"),
        _code(
            "delivered_verdict", "on_time or overdue as the source itself says; never computed here"
        ),
        Column(
            "excluded",
            Boolean,
            nullable=False,
            default=False,
            comment="Taken out of appraisal 剔除, still in volumes",
        ),
        Column("exclusion_reason", String, comment="Why it was excluded"),
    ]


incidents = Table(
    "incidents",
    metadata,
    *_incident_columns(),
    comment="One row is a hotline ticket or a grid event, in its newest known version",
)

incidents_history = Table(
    "incidents_history",
    metadata,
    *_incident_columns(),
    Column("superseded_at", DateTime, nullable=False, comment="When a newer version replaced it"),
    comment="Earlier versions of incidents: what we knew before",
)

incident_steps = Table(
    "incident_steps",
    metadata,
    *_origin(),
    Column("incident_id", String, nullable=False, comment="source_id of the incident"),
    _code("incident_source", "Source of the incident the step belongs to"),
    Column("at", DateTime, nullable=False, comment="When the step happened"),
    _code(
        "action",
        "received, filed, dispatch, sign, return, extend, suspend, resume, reply, follow_up, "
        "rework, close",
    ),
    _code("from_department_code", "Unit that acted"),
    _code("to_department_code", "Unit that it went to"),
    _code("from_state", "Canonical state before"),
    _code("to_state", "Canonical state after"),
    Column("reason", String, comment="Why, as the source says"),
    comment="One row is one step in the life of an incident; append-only",
)

applications = Table(
    "applications",
    metadata,
    *_origin(),
    Column("item", String, comment="Service item 事项"),
    _code("department_code", "Department that decides"),
    *_region(),
    _code("channel", "online, hall, self_service …"),
    Column("online", Boolean, comment="Filed online; NULL: not delivered"),
    Column(
        "fully_online", Boolean, comment="Completed online without a visit; NULL: not delivered"
    ),
    Column("visits", SmallInteger, comment="Visits in person that were needed"),
    Column("statutory_days", Double, comment="Statutory limit 法定时限, working days"),
    Column("promised_days", Double, comment="Promised limit 承诺时限, working days"),
    Column("accepted_at", DateTime, nullable=False, comment="Accepted 受理"),
    Column("accepted_on", Date, nullable=False, comment="City day of accepted_at"),
    Column("promised_at", DateTime, comment="Promised limit 承诺时限"),
    Column("closed_at", DateTime, comment="Closed 办结"),
    Column("closed_on", Date, comment="City day of closed_at"),
    Column(
        "count",
        Integer,
        nullable=False,
        default=1,
        comment="1, or the number of cases where only counts are delivered",
    ),
    comment="One row is one application 办件, or a daily count of them",
)

reviews = Table(
    "reviews",
    metadata,
    *_origin(),
    Column("application_id", String, comment="Application reviewed, where known"),
    _code("department_code", "Department reviewed"),
    *_region(),
    _code("channel", "Where the review was given"),
    Column(
        "level",
        SmallInteger,
        nullable=False,
        comment="5 very satisfied … 1 very dissatisfied (国办发〔2019〕51号)",
    ),
    Column(
        "active",
        Boolean,
        nullable=False,
        comment="Given by the person; false: default because nobody answered",
    ),
    Column("reviewed_at", DateTime, nullable=False, comment="When it was given"),
    Column("reviewed_on", Date, nullable=False, comment="City day of reviewed_at"),
    Column("rectified_at", DateTime, comment="Negative review rectified 整改"),
    Column("rectify_due_at", DateTime, comment="Limit for rectifying a negative review"),
    Column("rectify_due_on", Date, comment="City day of rectify_due_at"),
    Column(
        "due_provisional",
        Boolean,
        nullable=False,
        default=False,
        comment="That limit runs into a year whose calendar is not published yet",
    ),
    comment="One row is one 好差评 review",
)

calls = Table(
    "calls",
    metadata,
    *_origin(),
    Column("started_at", DateTime, nullable=False, comment="Start of the interval"),
    Column("started_on", Date, nullable=False, comment="City day of started_at"),
    Column("offered", Integer, nullable=False, comment="Calls offered to agents"),
    Column("answered", Integer, nullable=False, comment="Calls answered"),
    Column("abandoned", Integer, comment="Calls given up while waiting 呼损; NULL: not delivered"),
    Column("answered_15s", Integer, comment="Calls answered within 15 seconds (GB/T 33358)"),
    Column("wait_seconds", BigInteger, comment="Waiting time of answered calls, summed, seconds"),
    comment="One row is one interval of the call centre",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("source", String, nullable=False, comment="Name of the source in the pack"),
    Column("batch_id", String, nullable=False, comment="The batch, as landed"),
    Column("landed_at", DateTime, nullable=False, comment="When it was landed"),
    Column("landed_on", Date, nullable=False, comment="City day of landed_at"),
    Column("read", BigInteger, nullable=False, comment="Rows read"),
    Column("accepted", BigInteger, nullable=False, comment="Rows stored, new or changed"),
    Column("unchanged", BigInteger, nullable=False, comment="Rows we had already"),
    Column("quarantined", BigInteger, nullable=False, comment="Rows refused with a reason"),
    Column("cells", BigInteger, nullable=False, comment="Values the mapping asks for, all rows"),
    Column("filled", BigInteger, nullable=False, comment="Of those, values that were there"),
    Column(
        "on_time",
        Boolean,
        comment="Landed within the source's freshness limit of the one before; NULL: the first",
    ),
    comment="One row is one batch a source delivered; written with the batch, never mapped",
)

data_versions = Table(
    "data_versions",
    metadata,
    Column(
        "version", BigInteger, nullable=False, comment="Raised by one with each commit to the facts"
    ),
    Column("committed_at", DateTime, nullable=False, comment="When it was committed"),
    Column(
        "source",
        String,
        nullable=False,
        comment="Source whose rows changed; empty for the dimensions",
    ),
    Column("batch_id", String, nullable=False, comment="Batch that changed them"),
    Column("complete_to", DateTime, comment="Instant up to which that source is complete"),
    comment="One row is one commit to the facts",
)

regions = Table(
    "regions",
    metadata,
    Column("code", String, nullable=False, comment="Code of the region in the pack"),
    Column("level", String, nullable=False, comment="city, district, street, community or grid"),
    Column("parent_code", String, nullable=False, comment="Region above, empty for the city"),
    Column("name", String, nullable=False, comment="Name"),
    Column("name_en", String, nullable=False, comment="English name, may be empty"),
    Column("population", BigInteger, comment="Residents"),
    Column("valid_from", Date, comment="First day of validity"),
    Column("valid_to", Date, comment="Last day of validity"),
    comment="The region tree of the pack",
)

departments = Table(
    "departments",
    metadata,
    Column("code", String, nullable=False, comment="Code of the department in the pack"),
    Column("parent_code", String, nullable=False, comment="Department above, may be empty"),
    Column("name", String, nullable=False, comment="Name"),
    Column("name_en", String, nullable=False, comment="English name, may be empty"),
    comment="Departments and units that handle incidents",
)

categories = Table(
    "categories",
    metadata,
    Column("code", String, nullable=False, comment="system:code"),
    Column("system", String, nullable=False, comment="Code system and edition it belongs to"),
    Column("parent_code", String, nullable=False, comment="Category above, empty at the top"),
    Column("depth", SmallInteger, nullable=False, comment="1 at the top"),
    Column("name", String, nullable=False, comment="Name"),
    Column("name_en", String, nullable=False, comment="English name, may be empty"),
    comment="Category trees, one per code system",
)

store_info = Table(
    "store_info",
    metadata,
    Column("key", String, nullable=False, comment="facts_version, pack"),
    Column("value", String, nullable=False, comment="Its value"),
    comment="What this store is",
)

FACT_TABLES = {
    table.name: table for table in (incidents, incident_steps, applications, reviews, calls)
}
"""Tables a source can fill, by the name used as `fact` in a pack."""

DAY_OF = {
    "incidents": {
        "created_on": "created_at",
        "filed_on": "filed_at",
        "dispatched_on": "dispatched_at",
        "replied_on": "replied_at",
        "followed_up_on": "followed_up_at",
        "closed_on": "closed_at",
        "due_on": "due_at",
        "sign_due_on": "sign_due_at",
        "disposal_due_on": "disposal_due_at",
    },
    "incident_steps": {},
    "applications": {"accepted_on": "accepted_at", "closed_on": "closed_at"},
    "reviews": {"reviewed_on": "reviewed_at", "rectify_due_on": "rectify_due_at"},
    "calls": {"started_on": "started_at"},
}
"""Day columns and the instants they are the city day of: filled at ingest, never mapped."""
