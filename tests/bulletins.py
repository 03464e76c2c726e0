"""Templates and a pack to try them in."""

from pathlib import Path

from dashboard.city.model import City
from dashboard.metrics.catalogue import Catalogue
from dashboard.reports.loader import Reading, read_templates
from tests.cities import city

HEAD = """
format = 1
title = "城市运行日报"
title_en = "City daily"
kind = "daily"
at = "08:30"
unit = "运行中心"
to = "各部门"
"""

FULL = (
    HEAD
    + """
[sections.overview]
title = "总体情况"
text = \"\"\"
{period}，{city}受理 {city.received_count}，环比{city.received_count | change}，
同比{city.received_count | year_change}；本年累计 {city.received_count over year_to_date}。

按时办结率 {hotline.on_time_rate}（{hotline.on_time_rate | counts}），
{hotline.on_time_rate | gap}，目标 {hotline.on_time_rate | target}。
未达标：{missed | or 无}。达标：{met}。
居前：{hotline.received_count by department | largest 2}；
上升：{hotline.received_count by department | rise 2 | or 无}；
东城区 {hotline.received_count where district=D1 | number}。
\"\"\"
figures = ["hotline.received_count", "hotline.on_time_rate", "city.closing_hours_median"]

[sections.overview.chart]
metric = "hotline.received_count"
steps = 10

[sections.districts]
title = "各区情况"

[sections.districts.table]
title = "各区办理"
metrics = ["hotline.on_time_rate", "hotline.received_count"]
by = "district"
rank = "hotline.on_time_rate"
change = true
total = true
"""
)


def pack(folder: Path, **templates: str) -> City:
    """A pack with these templates, by name."""
    (folder / "bulletins").mkdir(parents=True, exist_ok=True)
    for name, text in templates.items():
        (folder / "bulletins" / f"{name}.toml").write_text(text, "utf-8")
    return city(folder)


def read(folder: Path, text: str, name: str = "daily") -> Reading:
    return read_templates(pack(folder, **{name: text}), Catalogue.load())
