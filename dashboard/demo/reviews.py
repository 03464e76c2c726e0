"""Reviews of government service 好差评, and what is done about the bad ones."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.demo.lives import NEVER, Codes, Flags
from dashboard.demo.rhythm import DAY, HOUR, Seconds, WorkingCalendar, clock_times
from dashboard.demo.vocabulary import SLOW, department_index, departments
from dashboard.demo.words import instants, words_of

LEVELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
RATINGS = ("一次一评", "网上评价", "短信评价", "扫码评价")
RECTIFY_WITHIN = 10
"""Working days for putting right what a bad review is about."""


@dataclass(frozen=True)
class Reviews:
    of: Codes
    """Which application."""
    given: Seconds
    mended: Seconds
    limit: Seconds
    """NEVER where there is nothing to put right."""
    active: Flags
    level: Codes
    channel: Codes


def draw_reviews(
    closed: Seconds, unit: Codes, calendar: WorkingCalendar, rng: np.random.Generator
) -> Reviews:
    """Two applications in five are reviewed; most of those by silence, five days later."""
    index = np.flatnonzero(rng.random(len(closed)) < 0.4)
    size = len(index)
    active = rng.random(size) < 0.4
    wait = np.where(active, HOUR * rng.lognormal(0.3, 1.2, size), 5 * DAY).astype(np.int64)
    given = closed[index] + np.minimum(wait, 5 * DAY) + 60
    level = np.where(active, rng.choice(5, size, p=(0.83, 0.11, 0.037, 0.015, 0.008)), 0)
    bad = active & (level >= 3)
    late = rng.random(size) < np.where(unit[index] == department_index()[SLOW], 0.35, 0.06)
    days = np.where(late, rng.integers(11, 20, size), rng.integers(1, RECTIFY_WITHIN, size))
    mended = calendar.after(given // DAY, days) * DAY + clock_times(rng, size)
    limit = calendar.after(given // DAY, RECTIFY_WITHIN) * DAY + 18 * HOUR
    return Reviews(
        of=index,
        given=given,
        mended=np.where(bad & (rng.random(size) < 0.96), mended, NEVER),
        limit=np.where(bad, limit, NEVER),
        active=active,
        level=level,
        channel=np.where(active, rng.integers(0, 4, size), 2),
    )


def review_rows(
    reviews: Reviews, number: pa.Array, unit: Codes, region: pa.Array, now: Seconds
) -> pa.Table:
    """What the feed says of each at its own instant; the rest belongs to the application."""
    done = np.where(reviews.mended <= now, reviews.mended, NEVER)
    units = [row["name"] for row in departments()]
    return pa.table(
        {
            "评价编号": pc.binary_join_element_wise(pa.scalar("P"), number, ""),
            "办件编号": number,
            "被评部门": words_of(units, unit),
            "区划代码": region,
            "评价渠道": words_of(RATINGS, reviews.channel),
            "满意等级": words_of(LEVELS, reviews.level),
            "评价方式": words_of(("默认好评", "主动评价"), reviews.active.astype(np.int64)),
            "评价时间": instants(reviews.given),
            "整改期限": instants(reviews.limit),
            "整改完成时间": instants(done),
            "更新时间": instants(np.where(done < NEVER, done, reviews.given)),
        }
    )
