"""A pack on disk, small and without a fault; tests spoil it file by file."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FILES = {
    "city.toml": """\
format = 1
[city]
code = "99"
name = "小城"
name_en = "Smallville"
zone = "Asia/Shanghai"
language = "zh"
levels = ["city", "district", "street"]
[category_systems.gb]
name = "国标"
version = "2026"
source = "made up"
""",
    "regions.csv": """\
code,level,parent,name,name_en,population,lon,lat,valid_from,valid_to
99,city,,小城,Smallville,300,112.5,33.5,,
D1,district,99,东区,East,200,,,2020-01-01,
S1,street,D1,桥街道,Bridge,,,,,
""",
    "departments.csv": "code,name,name_en,parent\nU1,城管局,Urban,\nU2,执法队,Team,U1\n",
    "categories.csv": """\
system,code,parent,name,name_en
gb,01,,市政,Roads
gb,0101,01,破损,Potholes
""",
    "codes/state.csv": "from,to\n办理中,handling\n已结案,closed\n",
    "codes/unit.csv": "from,to\n城管局,U1\n无,-\n",
    "codes/kind_of.csv": "from,to\n路|坑,gb:0101\n",
    "sources/hotline.toml": """\
fact = "incidents"
title = "热线"
freshness = "30m"
[connector]
type = "csv"
path = "data/hotline-*.csv"
[fields]
source_id = "编号"
kind = { value = "hotline" }
state = { column = "状态", table = "state" }
created_at = { column = "时间", format = "%Y-%m-%d %H:%M" }
department = { column = "单位", table = "unit", strip = "（.*）$", otherwise = "unknown" }
category = { columns = ["大类", "小类"], table = "kind_of" }
region = "街道"
excluded = { value = false }
""",
    "data/hotline-1.csv": """\
编号,状态,时间,单位,大类,小类,街道
1,办理中,2026-11-21 08:00,无,路,坑,S1
""",
}
COLUMNS = FILES["data/hotline-1.csv"].splitlines()[0].split(",")


def write_pack(folder: Path, **others: str | None) -> Path:
    """`others`: more files, or None for one to leave out."""
    for name, content in {**FILES, **others}.items():
        if content is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> Path:
    """A pack with one passage of one file written otherwise."""
    content = FILES[name]
    assert content.count(old) == 1, f"`{old}` is not there exactly once in {name}"
    return write_pack(folder, **{name: content.replace(old, new)})


def square(west: float, south: float, side: float) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def features(shapes: Iterable[tuple[str | None, dict[str, Any] | None]]) -> str:
    """GeoJSON of (code, geometry) pairs."""
    listed = [
        {"type": "Feature", "properties": {"code": code} if code else {}, "geometry": geometry}
        for code, geometry in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": listed})
