"""A ticket as the demonstration city's hotline writes it, received this minute."""

import csv
import gzip
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.browser import Site

LATER = (
    "派单时间", "签收时间", "办结时间", "回访时间", "结案时间", "办理时限",
    "签收时限", "是否按时联系", "是否解决", "满意度", "重复工单号",
)  # fmt: skip


def new_ticket(site: Site) -> dict[str, str]:
    """An old ticket's words with a new number and today's time; nothing has happened to it yet."""
    path = sorted((site.pack / "data").glob("hotline-2*.csv.gz"))[0]
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        old = next(csv.DictReader(file))
    now = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M:%S")
    number = uuid.uuid4().hex[:12]
    return {
        **old,
        **dict.fromkeys((name for name in LATER if name in old), ""),
        "工单编号": f"T{number}",
        "标题": f"新来的工单 {number}",
        "来电时间": now,
        "更新时间": now,
    }
