"""The small files of the pack: the city, departments, categories, targets, sources, codes."""

import csv
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from dashboard.demo import names
from dashboard.demo.regions import Regions
from dashboard.demo.rules import (
    GROUP_HEADS,
    LIMIT_HEADS,
    calendar_rows,
    group_rows,
    limit_rows,
    scoring,
    target_rows,
)
from dashboard.demo.vocabulary import (
    FOLDER,
    departments,
    gb_categories,
    grid_topics,
    hotline_categories,
)

SYSTEMS = {
    "hotline": ("12345热线诉求分类（演示）", "2026", "虚构，仅用于演示 Fictional"),
    "gb47678": (
        "城市运行管理服务平台 管理部件和事项",
        "GB/T 47678.5-2026",
        "据公开代码库 Jackyhellolove/city-inspection-ai 的转录，未与标准原文核对",
    ),
}
SOURCES = Path(__file__).parent / "sources"


def write_papers(folder: Path, first: date, until: date, regions: Regions) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _text(folder / "city.toml", _city())
    _text(folder / "scoring.toml", scoring(until))
    _table(
        folder / "departments.csv",
        ("code", "name", "name_en", "parent"),
        ([row[key] for key in ("code", "name", "name_en", "parent")] for row in departments()),
    )
    categories = [("hotline", *row) for row in hotline_categories()]
    categories += [("gb47678", *row) for row in gb_categories()]
    _table(folder / "categories.csv", ("system", "code", "parent", "name", "name_en"), categories)
    _table(folder / "targets.csv", ("metric", "value", "since", "source"), target_rows(until))
    days_off = calendar_rows(first, until)
    _table(folder / "calendar.csv", ("date", "is_workday", "name"), days_off)
    _table(folder / "groups.csv", GROUP_HEADS, group_rows(regions))
    _table(folder / "limits.csv", LIMIT_HEADS, limit_rows())
    shutil.copytree(SOURCES, folder / "sources", dirs_exist_ok=True)
    _codes(folder / "codes")


def _city() -> str:
    zh, en = names.CITY
    lines = [
        "# 演示城市：名称、区划、数据全部虚构。 A fictional city, made by `dashboard demo`.",
        "format = 1",
        "",
        "[city]",
        'code = "990100"',
        f'name = "{zh}"',
        f'name_en = "{en}"',
        'zone = "Asia/Shanghai"',
        'language = "zh"',
        "demonstration = true",
        'levels = ["city", "district", "street", "community", "grid"]',
        "",
        "[calendar]",
        'slots = ["08:00-12:00", "14:00-18:00"]',
    ]
    for system, (name, version, source) in SYSTEMS.items():
        lines += [
            "",
            f"[category_systems.{system}]",
            f'name = "{name}"',
            f'version = "{version}"',
            f'source = "{source}"',
        ]
    return "\n".join(lines) + "\n"


def _codes(folder: Path) -> None:
    pairs = {path.stem: _pairs(path) for path in sorted((FOLDER / "codes").glob("*.csv"))}
    pairs["departments"] = [(row["name"], row["code"]) for row in departments()]
    pairs["departments"].append(("指挥中心", "-"))
    pairs["hotline_category"] = [
        (code, f"hotline:{code}") for code, parent, *_ in hotline_categories() if parent
    ]
    pairs["grid_category"] = [(code, f"gb47678:m{code}") for code in grid_topics().codes]
    for name, rows in pairs.items():
        _table(folder / f"{name}.csv", ("from", "to"), rows)


def _pairs(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["from"], row["to"]) for row in csv.DictReader(lines)]


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _table(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)
