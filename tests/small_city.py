"""A city small enough to keep in mind: two districts, one street and its community, two units."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
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
)

SHANGHAI = ZoneInfo("Asia/Shanghai")

_REGIONS: tuple[tuple[str, Level, str], ...] = (
    ("99", "city", ""),
    ("D1", "district", "99"),
    ("D2", "district", "99"),
    ("S1", "street", "D1"),
    ("C1", "community", "S1"),
)


def small_city(folder: Path = Path(), **changes: Any) -> City:
    city = {
        "folder": folder,
        "id": "small",
        "code": "99",
        "name": "小城",
        "name_en": "Small",
        "zone": SHANGHAI,
        "language": "zh",
        "demonstration": False,
        "levels": ("city", "district", "street", "community"),
        "regions": {c: Region(c, level, above, f"{c}名", c) for c, level, above in _REGIONS},
        "departments": {c: Department(c, f"{c}局", c) for c in ("U1", "U2")},
        "category_systems": {"gb": CategorySystem("gb", "国标", "2026", "")},
        "categories": {
            "gb:01": Category("gb:01", "gb", "", 1, "市政", "Roads"),
            "gb:0101": Category("gb:0101", "gb", "gb:01", 2, "道路破损", "Potholes"),
        },
        "calendar": {},
        "targets": (),
        "sources": {},
    }
    return City(**{**city, **changes})


def rule(field: str, column: str = "", **options: Any) -> FieldRule:
    return FieldRule(field, column or ("" if "value" in options else field), **options)


def source(*rules: FieldRule, **changes: Any) -> SourceSpec:
    spec: Mapping[str, Any] = {
        "name": "hotline",
        "fact": "incidents",
        "title": "热线",
        "title_en": "Hotline",
        "owner": "中心",
        "freshness": timedelta(hours=1),
        "connector": {"type": "csv", "path": "*.csv"},
        "fields": rules or (rule("source_id"), rule("created_at")),
        "missing": ("",),
        "zone": SHANGHAI,
        "where": "sources/hotline.toml",
    }
    return SourceSpec(**{**spec, **changes})
