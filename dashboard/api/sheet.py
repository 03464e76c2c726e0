"""Incidents as people read them in a table: localized headings, names beside codes, city time."""

from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Boolean, Date, DateTime, Double, Integer, SmallInteger

from dashboard.core.values import UNKNOWN
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.listing import EXPORTED

HEADINGS: dict[str, tuple[str, str]] = {
    "source": ("来源", "Source"),
    "source_id": ("编号", "Number"),
    "kind": ("类型", "Kind"),
    "state": ("状态", "State"),
    "created_at": ("受理时间", "Received at"),
    "filed_at": ("立案时间", "Filed at"),
    "dispatched_at": ("派单时间", "Dispatched at"),
    "replied_at": ("回复时间", "Replied at"),
    "followed_up_at": ("回访时间", "Followed up at"),
    "closed_at": ("结案时间", "Closed at"),
    "due_at": ("办理时限", "Due at"),
    "title": ("标题", "Title"),
    "district_code": ("区", "District"),
    "street_code": ("街道", "Street"),
    "community_code": ("社区", "Community"),
    "grid_code": ("网格", "Grid"),
    "department_code": ("承办单位", "Department"),
    "category_1_code": ("一级类别", "Category"),
    "category_2_code": ("二级类别", "Category, level 2"),
    "category_3_code": ("三级类别", "Category, level 3"),
    "channel": ("渠道", "Channel"),
    "urgency": ("紧急程度", "Urgency"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
    "request_type": ("诉求类型", "Request type"),
    "return_count": ("退单次数", "Times returned"),
    "rework_count": ("返工次数", "Times reworked"),
    "responded_on_time": ("按时响应", "Responded on time"),
    "solved": ("是否解决", "Solved"),
    "satisfaction": ("满意度", "Satisfaction"),
    "delivered_verdict": ("来源判定", "Verdict of the source"),
    "excluded": ("剔除考核", "Out of appraisal"),
    "exclusion_reason": ("剔除原因", "Why out of appraisal"),
}
"""Column → (Chinese, English); a test holds it against what is exported."""

NAMED = {
    "source": "source", "kind": "kind", "state": "state", "district_code": "district",
    "street_code": "street", "community_code": "community", "grid_code": "grid",
    "department_code": "department", "category_1_code": "category",
    "category_2_code": "category_2", "category_3_code": "category_3",
}  # fmt: skip
"""Columns of codes, and the dimension that knows their names."""

CODE = ("编码", "code")
YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
FORMULA = r"^[=+\-@\t\r\n]"
"""How a cell begins that a spreadsheet would run."""

TYPES: dict[type, pa.DataType] = {
    DateTime: pa.timestamp("us"),
    Date: pa.date32(),
    Double: pa.float64(),
    SmallInteger: pa.int16(),
    Integer: pa.int32(),
    Boolean: pa.bool_(),
}


def stored_schema() -> pa.Schema:
    """What an export carries as it is stored, whatever the first rows hold."""
    return pa.schema(
        [(column.name, TYPES.get(type(column.type), pa.string())) for column in EXPORTED]
    )


def headings(language: str) -> list[str]:
    at = 1 if language == "en" else 0
    found = []
    for column in EXPORTED:
        heading = HEADINGS[column.name][at]
        found += [f"{heading} {CODE[at]}", heading] if column.name in NAMED else [heading]
    return found


class Sheet:
    """Turns stored rows into shown ones, column by column."""

    def __init__(self, dimensions: Dimensions, zone: ZoneInfo, language: str) -> None:
        self._dimensions, self._zone, self._language = dimensions, zone, language

    def shown(self, rows: pa.Table) -> pa.Table:
        columns: list[pa.ChunkedArray] = []
        for name in rows.column_names:
            column = rows.column(name)
            if name in NAMED:
                columns += [_text(_known(column)), _text(self._names(column, NAMED[name]))]
            else:
                columns.append(self._plain(column))
        return pa.table(columns, names=headings(self._language))

    def _plain(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if pa.types.is_timestamp(column.type):
            aware = pc.assume_timezone(column, "UTC").cast(pa.timestamp("us", self._zone.key))
            return pc.local_timestamp(pc.floor_temporal(aware, unit="second")).cast("timestamp[s]")
        if pa.types.is_boolean(column.type):
            yes, no = YES_NO[self._language]
            return pc.if_else(column, yes, no)
        return _text(_known(column)) if pa.types.is_string(column.type) else column

    def _names(self, column: pa.ChunkedArray, dimension: str) -> pa.ChunkedArray:
        codes = pc.unique(column)
        names = [self._name(dimension, code) for code in codes.to_pylist()]
        return pc.take(pa.array(names, pa.string()), pc.index_in(column, codes))

    def _name(self, dimension: str, code: str | None) -> str | None:
        known = code not in (None, UNKNOWN)
        return self._dimensions.name(dimension, code or "", self._language) if known else None


def _known(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What no source gave is an empty cell."""
    return pc.if_else(pc.equal(column, UNKNOWN), pa.scalar(None, pa.string()), column)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A text that looks like a formula stays a text."""
    escaped = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, FORMULA), escaped, column)
