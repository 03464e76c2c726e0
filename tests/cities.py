"""A small city made by hand, without a pack on disk."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.city.model import (
    Category,
    CategorySystem,
    City,
    Department,
    FieldRule,
    Level,
    Region,
    SourceSpec,
    Target,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")

REGIONS = (
    Region("C", "city", "", "云州市", "Yunzhou", 900_000, (116.0, 39.0)),
    Region("D1", "district", "C", "东城区", "East", 500_000, (116.2, 39.2)),
    Region("D2", "district", "C", "西城区", "West", 400_000, (115.8, 39.2)),
    Region("S11", "street", "D1", "花园街道", "Garden", 60_000, (116.21, 39.21)),
    Region("S12", "street", "D1", "河沿街道", "Riverside", 40_000, (116.22, 39.22)),
    Region("S21", "street", "D2", "钟楼街道", "", 50_000, None),
)
DEPARTMENTS = (
    Department("B1", "城管局", "Urban Management"),
    Department("B2", "住建局", "Housing"),
    Department("B3", "水务局", "Water"),
)
CATEGORIES = (
    Category("x:01", "x", "", 1, "市容环境", "Cityscape"),
    Category("x:02", "x", "", 1, "噪音", "Noise"),
    Category("x:0101", "x", "x:01", 2, "暴露垃圾", "Garbage"),
    Category("x:0102", "x", "x:01", 2, "道路破损", "Road damage"),
    Category("x:010101", "x", "x:0101", 3, "垃圾满溢", "Overflow"),
)

GRIDS = (
    Region("G111", "grid", "S11", "花园一格", ""),
    Region("G112", "grid", "S11", "花园二格", ""),
    Region("G211", "grid", "S21", "钟楼一格", ""),
)
"""Below the streets, for what is counted per unit grid; see `gridded`."""

INCIDENT_FIELDS = (
    "source_id", "state", "created_at", "dispatched_at", "replied_at", "closed_at", "due_at",
    "region", "department", "category", "channel", "urgency", "request_type", "title", "lon", "lat",
    "return_count", "rework_count", "extension_count", "suspension_count", "excluded",
)  # fmt: skip
TICKET_FIELDS = (
    *INCIDENT_FIELDS, "signed_at", "sign_due_at", "followed_up_at", "repeat_of",
    "responded_on_time", "solved", "satisfaction",
)  # fmt: skip
GRID_FIELDS = (
    *INCIDENT_FIELDS, "filed_at", "disposal_due_at", "condition_code", "verified_on_time",
    "filed_on_time", "dispatched_on_time", "checked_on_time", "report_valid", "omitted",
    "supervisor_code", "acceptor_code", "shift_leader_code", "dispatcher_code",
)  # fmt: skip
APPLICATION_FIELDS = (
    "source_id", "accepted_at", "promised_at", "closed_at", "region", "department", "channel",
    "online", "fully_online", "visits", "statutory_days", "promised_days", "count",
)  # fmt: skip
REVIEW_FIELDS = (
    "source_id", "reviewed_at", "level", "active", "region", "department", "channel",
    "rectified_at", "rectify_due_at",
)  # fmt: skip
CALL_FIELDS = (
    "source_id", "started_at", "offered", "answered", "answered_15s", "abandoned", "wait_seconds",
)  # fmt: skip


def source(
    name: str,
    fact: str,
    fields: Iterable[str],
    *,
    constants: Mapping[str, str] | None = None,
    connector: Mapping[str, object] | None = None,
) -> SourceSpec:
    """A source that delivers these fields, each in a column of the same name."""
    rules = [FieldRule(field, column=field) for field in fields]
    rules += [FieldRule(field, value=value) for field, value in (constants or {}).items()]
    return SourceSpec(
        name=name,
        fact=fact,
        title=f"{name} 来源",
        title_en=name.title(),
        owner="运行中心",
        freshness=timedelta(minutes=30),
        connector=connector or {"type": "csv", "path": f"{name}.csv"},
        fields=tuple(rules),
        missing=("",),
        zone=SHANGHAI,
        where=f"sources/{name}.toml",
    )


SOURCES = (
    source("hotline", "incidents", TICKET_FIELDS, constants={"kind": "hotline"}),
    source("grid", "incidents", GRID_FIELDS, constants={"kind": "grid"}),
    source("verdicts", "incidents", ("source_id", "created_at", "delivered_verdict"),
           constants={"kind": "hotline", "state": "closed"}),
    source("hall", "applications", APPLICATION_FIELDS),
    source("ratings", "reviews", REVIEW_FIELDS),
    source("exchange", "calls", CALL_FIELDS),
)  # fmt: skip


def city(
    folder: Path = Path("cities/made"),
    *,
    sources: Iterable[SourceSpec] = SOURCES,
    geometry: Mapping[Level, Path] | None = None,
) -> City:
    return City(
        folder=folder,
        id="made",
        code="C",
        name="云州市",
        name_en="Yunzhou",
        zone=SHANGHAI,
        language="zh",
        demonstration=True,
        levels=("city", "district", "street"),
        regions={region.code: region for region in REGIONS},
        departments={unit.code: unit for unit in DEPARTMENTS},
        category_systems={"x": CategorySystem("x", "练习", "1", "made up")},
        categories={category.code: category for category in CATEGORIES},
        calendar={},
        targets=(Target("hotline.on_time_rate", Decimal(95), date(2026, 1, 1), "令 1 号"),),
        sources={spec.name: spec for spec in sources},
        geometry=geometry or {},
    )


def gridded(made: City) -> City:
    """The same city with a level of unit grids below its streets."""
    regions = {**made.regions, **{grid.code: grid for grid in GRIDS}}
    return replace(made, regions=regions, levels=(*made.levels, "grid"))
