"""Government service in the demonstration city: applications, reviews and the call centre.

Three offices deliver applications in three ways: most through one system, real-estate registration
through its own, whose feed stopped yesterday, and household papers as daily counts only.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.demo.feeds import LIVE_DAYS, Span, write_live
from dashboard.demo.files import Writer
from dashboard.demo.lives import NEVER, Codes, taken
from dashboard.demo.regions import Regions
from dashboard.demo.reviews import draw_reviews, review_rows
from dashboard.demo.rhythm import (
    DAY,
    HOUR,
    HOURS,
    MINUTE,
    Seasons,
    Seconds,
    WorkingCalendar,
    clock_times,
    epoch_day,
)
from dashboard.demo.vocabulary import department_index, departments, rows
from dashboard.demo.words import instants, words_of, yes_no

ESTATE = "D33"
"""The office whose feed stopped, at `STOPPED` of the day before `until`."""
STOPPED = 17 * HOUR + 40 * MINUTE
CHANNELS = ("网上申请", "掌上申请", "大厅窗口", "自助终端")


@dataclass(frozen=True)
class Applications:
    number: Codes
    item: Codes
    region: Codes
    online: NDArray[np.bool_]
    channel: Codes
    visits: Codes
    accepted: Seconds
    promised: Seconds
    closed: Seconds


class ServiceFeed:
    def __init__(
        self,
        regions: Regions,
        calendar: WorkingCalendar,
        seasons: Seasons,
        span: Span,
        seed: int,
    ) -> None:
        self.calendar, self.span, self.seed = calendar, span, seed
        self.seasons, self.items = seasons, rows("items")
        street = regions.levels["street"]
        self.street_codes = pa.array(street.codes)
        self.people = street.residents / street.residents.sum()
        self.units = np.array([department_index()[row["department"]] for row in self.items])
        self.estate = np.array([row["department"] == ESTATE for row in self.items])
        self.promised = pa.array([int(row["days"]) for row in self.items])
        self.statutory = pa.array([int(row["statutory"] or 0) or None for row in self.items])
        self.live: dict[str, list[pa.Table]] = {"service": [], "reviews": []}

    def write(self, total: int, files: Writer, progress: Callable[[str], None]) -> None:
        counts = self._counts(total)
        days = np.arange(len(counts)) + epoch_day(self.span.first)
        for number, (first, last) in enumerate(self.span.months()):
            rng = np.random.default_rng([self.seed, 13, number])
            month = (days >= epoch_day(first)) & (days <= epoch_day(last))
            made = self._draw(np.where(month, counts, 0), days, rng)
            self._write_month(f"{first:%Y-%m}", made, files)
            self._review(f"{first:%Y-%m}", made, files, rng)
            progress(f"service {first:%Y-%m}")
        for source, tables in self.live.items():
            write_live(source, pa.concat_tables(tables), "更新时间", self.span, files)

    def _counts(self, total: int) -> Codes:
        busy = np.where(
            self.calendar.works_on(np.arange(len(self.seasons.days)) + self.seasons.first),
            1.0,
            0.22,
        )
        weight = busy * self.seasons.volume
        past = len(weight) - LIVE_DAYS
        rng = np.random.default_rng([self.seed, 14])
        drawn = rng.multinomial(total, weight[:past] / weight[:past].sum())
        ahead = rng.poisson(weight[past:] * total / weight[:past].sum())
        return np.concatenate([drawn, ahead]).astype(np.int64)

    def _draw(self, counts: Codes, days: Codes, rng: np.random.Generator) -> Applications:
        day = np.repeat(days, counts)
        size = len(day)
        weight = np.array([float(row["weight"]) for row in self.items])
        item = rng.choice(len(weight), size, p=weight / weight.sum())
        chance = np.array([float(row["online"]) for row in self.items])
        years = (day - epoch_day(self.span.until)) / 365.25
        online = rng.random(size) < (chance[item] + 0.02 * years).clip(0, 0.995)
        desk = np.array(HOURS["office"], float)
        home = np.array(HOURS["day"], float)
        hour = np.where(
            online,
            rng.choice(24, size, p=home / home.sum()),
            rng.choice(24, size, p=desk / desk.sum()).clip(8, 17),
        )
        accepted = day * DAY + hour * HOUR + rng.integers(0, HOUR, size)
        order = np.argsort(accepted, kind="stable")
        accepted, item, online = accepted[order], item[order], online[order]
        limit = np.array([int(row["days"]) for row in self.items])[item]
        promised = self.calendar.after(accepted // DAY, limit) * DAY + 17 * HOUR + 30 * MINUTE
        channel = np.where(online, rng.random(size) < 0.42, 2 + (rng.random(size) < 0.12))
        visits = np.where(online, rng.random(size) < 0.03, 1 + (rng.random(size) < 0.07))
        return Applications(
            np.arange(size),
            item,
            rng.choice(len(self.people), size, p=self.people),
            online,
            channel.astype(np.int64),
            visits.astype(np.int64),
            accepted,
            promised,
            self._closed(accepted, limit, promised, rng),
        )

    def _closed(
        self,
        accepted: Seconds,
        limit: Codes,
        promised: Seconds,
        rng: np.random.Generator,
    ) -> Seconds:
        size = len(accepted)
        share = rng.beta(1.6, 2.6, size)
        day = self.calendar.after(accepted // DAY, np.floor(limit * share).astype(np.int64))
        then = np.maximum(day * DAY + clock_times(rng, size), accepted + 20 * MINUTE)
        at_once = (limit <= 1) & (rng.random(size) < 0.8)
        then = np.where(
            at_once, accepted + (MINUTE * rng.lognormal(2.6, 0.7, size)).astype(int), then
        )
        late = rng.random(size) < 0.012
        return np.where(late, promised + rng.integers(HOUR, 6 * DAY, size), then)

    def _write_month(self, month: str, made: Applications, files: Writer) -> None:
        estate = self.estate[made.item]
        stop = self.span.now - DAY + STOPPED
        for source, own, until in (("service", ~estate, self.span.now), ("estate", estate, stop)):
            index = np.flatnonzero(own & (made.accepted < until))
            if len(index):
                table = self._table(source, made, index, np.full(len(index), until - 1))
                files.write(f"{source}-{month}", table)
        which: list[Codes] = []
        now: list[Seconds] = []
        for at in (made.accepted, made.closed):
            soon = np.flatnonzero(~estate & (at >= self.span.now) & (at < self.span.end))
            which.append(soon)
            now.append(at[soon])
        changed = np.concatenate(which)
        self.live["service"].append(self._table("service", made, changed, np.concatenate(now)))

    def _numbers(self, made: Applications, index: Codes) -> pa.Array:
        day, clock = made.accepted[index] // DAY, made.accepted[index] % DAY
        text = pa.array(day * 10_000_000_000 + clock * 100_000 + made.number[index] % 100_000)
        return pc.binary_join_element_wise(pa.scalar("BJ"), text.cast(pa.string()), "")

    def _table(self, source: str, made: Applications, index: Codes, now: Seconds) -> pa.Table:
        item, closed = made.item[index], made.closed[index]
        known = np.where(closed <= now, closed, NEVER)
        changed = instants(np.where(closed <= now, closed, made.accepted[index]))
        names = [row["item"] for row in self.items]
        units = [row["name"] for row in departments()]
        limits = [self.statutory.take(pa.array(item)), self.promised.take(pa.array(item))]
        number, region = self._numbers(made, index), self.street_codes.take(made.region[index])
        times = [instants(at) for at in (made.accepted[index], made.promised[index], known)]
        if source == "estate":
            flags = words_of(("0", "1"), made.online[index].astype(np.int64))
            return pa.table(
                {
                    "业务号": number,
                    "登记类型": words_of(names, item),
                    "坐落街道代码": region,
                    "是否网申": flags,
                    "到窗口次数": pa.array(made.visits[index]),
                    "法定天数": limits[0],
                    "承诺天数": limits[1],
                    "受理时间": times[0],
                    "承诺时间": times[1],
                    "登簿时间": times[2],
                    "更新时间": changed,
                }
            )
        fully = made.online[index] & (made.visits[index] == 0)
        return pa.table(
            {
                "办件编号": number,
                "事项名称": words_of(names, item),
                "审批部门": words_of(units, self.units[item]),
                "区划代码": region,
                "申请渠道": words_of(CHANNELS, made.channel[index]),
                "是否网上申请": yes_no(made.online[index], np.ones(len(index), bool)),
                "是否全程网办": yes_no(fully, np.ones(len(index), bool)),
                "到现场次数": pa.array(made.visits[index]),
                "法定工作日": limits[0],
                "承诺工作日": limits[1],
                "受理时间": times[0],
                "承诺办结时间": times[1],
                "办结时间": times[2],
                "更新时间": changed,
            }
        )

    def _review(
        self,
        month: str,
        made: Applications,
        files: Writer,
        rng: np.random.Generator,
    ) -> None:
        unit = self.units[made.item]
        drawn = draw_reviews(made.closed, unit, self.calendar, rng)

        def table(which: Codes, now: Seconds) -> pa.Table:
            own = taken(drawn, which)
            region = self.street_codes.take(made.region[own.of])
            return review_rows(own, self._numbers(made, own.of), unit[own.of], region, now)

        past = np.flatnonzero(drawn.given < self.span.now)
        if len(past):
            past = past[np.argsort(drawn.given[past], kind="stable")]
            rows_then = table(past, np.full(len(past), self.span.now - 1))
            files.write(f"reviews-{month}", rows_then)
        for at in (drawn.given, drawn.mended):
            soon = np.flatnonzero((at >= self.span.now) & (at < self.span.end))
            self.live["reviews"].append(table(soon, at[soon]))
