"""What is delivered as counts: household papers by the day, calls by the hour."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.demo.feeds import Span, write_live
from dashboard.demo.files import Writer
from dashboard.demo.rhythm import DAY, HOUR, HOURS, Seasons
from dashboard.demo.words import instants, words_of

CALLS_PER_TICKET = 1.8
STORM_LOSS = 0.16
"""Share of the calls that nobody can take while the city stands under water."""
GAVE_UP = 0.94
"""Share of the calls not answered that hung up while waiting; the others never got through."""


def write_counts(per_day: float, seasons: Seasons, span: Span, seed: int, files: Writer) -> None:
    """Household papers: one row a day, item and way, known at two the next morning."""
    rng = np.random.default_rng([seed, 15])
    day = np.repeat(np.arange(len(seasons.days)), 6)
    item, way = np.tile(np.repeat(np.arange(3), 2), len(seasons.days)), np.arange(len(day)) % 2
    share = np.array([[0.2, 0.15], [0.22, 0.06], [0.1, 0.27]])[item, way]
    count = rng.poisson(per_day * share * seasons.volume[day])
    date_of = (day + seasons.first) * DAY
    key = pa.array(day + seasons.first).cast(pa.string())
    table = pa.table(
        {
            "统计编号": pc.binary_join_element_wise(
                key, pa.array(item).cast(pa.string()), pa.array(way).cast(pa.string()), "-"
            ),
            "统计日期": instants(date_of).cast(pa.date32()),
            "业务名称": words_of(("居民身份证办理", "户口迁移", "居住证签注"), item),
            "办理方式": words_of(("窗口", "网上"), way),
            "办件量": pa.array(count),
            "报送时间": instants(date_of + 26 * HOUR),
        }
    ).filter(pa.array(count > 0))
    _split("household", table, "报送时间", span, files)


def write_calls(per_day: float, seasons: Seasons, span: Span, seed: int, files: Writer) -> None:
    """The call centre by the hour; an hour is known when it is over."""
    rng = np.random.default_rng([seed, 16])
    hour = np.tile(np.arange(24), len(seasons.days))
    day = np.repeat(np.arange(len(seasons.days)), 24)
    share = np.array(HOURS["day"], float) + 0.6 * np.array(HOURS["office"], float)
    load = seasons.volume[day] * (share / share.sum())[hour] * np.where(seasons.storm[day], 2.2, 1)
    offered = rng.poisson(per_day * load)
    crowd = np.clip(load / np.quantile(load, 0.97), 0, 1.8)
    held = np.clip(0.992 - 0.035 * crowd**2 - STORM_LOSS * seasons.storm[day], 0.5, 1)
    answered = rng.binomial(offered, held)
    quick = rng.binomial(answered, np.clip(0.97 - 0.075 * crowd**2, 0.4, 1))
    wait = (answered * rng.gamma(8, 0.8, len(day)) + (answered - quick) * 24).astype(np.int64)
    start = (day + seasons.first) * DAY + hour * HOUR
    table = pa.table(
        {
            "时段编号": pa.array((day + seasons.first) * 100 + hour),
            "时段开始": instants(start),
            "呼入量": pa.array(offered),
            "接通量": pa.array(answered),
            "呼损量": pa.array(rng.binomial(offered - answered, GAVE_UP)),
            "15秒接通量": pa.array(quick),
            "等待总秒数": pa.array(wait),
            "更新时间": instants(start + HOUR),
        }
    )
    _split("calls", table, "更新时间", span, files)


def _split(
    source: str,
    table: pa.Table,
    clock: str,
    span: Span,
    files: Writer,
) -> None:
    known = table[clock].cast(pa.int64()).to_numpy() < span.now
    files.write(f"{source}-history", table.filter(pa.array(known)))
    write_live(source, table.filter(pa.array(~known)), clock, span, files)
