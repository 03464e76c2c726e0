"""Writes the feeds of tickets and grid events: history by month, then the live days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.demo.burst import burst
from dashboard.demo.cases import World, draw_cases
from dashboard.demo.exports import CaseNumbers, Export
from dashboard.demo.files import Writer
from dashboard.demo.lives import EVENTS, Case, Codes, Life, taken
from dashboard.demo.posts import Crew
from dashboard.demo.repeats import Repeats
from dashboard.demo.rhythm import DAY, Seconds, WorkingCalendar, epoch_day, instant
from dashboard.demo.steps import step_rows, steps_of
from dashboard.demo.telling import Teller
from dashboard.demo.words import masked

LIVE_DAYS = 7
STEP_CODES = tuple(f"{number:02d}" for number in range(1, len(EVENTS) + 1))


@dataclass(frozen=True)
class Span:
    """History runs from `first` to the midnight before `until`; live days follow."""

    first: date
    until: date

    @property
    def now(self) -> int:
        return instant(self.until)

    @property
    def end(self) -> int:
        return self.now + LIVE_DAYS * DAY

    def months(self) -> Iterator[tuple[date, date]]:
        """First and last day of every month touched, then of the live days."""
        day = self.first
        while day < self.until:
            following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            yield day, min(following, self.until) - timedelta(days=1)
            day = following
        yield self.until, self.until + timedelta(days=LIVE_DAYS - 1)


class CaseFeed:
    """One kind of cases with its steps."""

    def __init__(
        self,
        world: World,
        calendar: WorkingCalendar,
        span: Span,
        seed: int,
    ) -> None:
        self.world, self.span, self.seed = world, span, seed
        self.kind = world.topics.kind
        crew = Crew(world.regions) if self.kind == "grid" else None
        self.teller = Teller(world.topics, calendar, epoch_day(date(2025, 7, 1)), crew)
        self.repeats = Repeats(world) if self.kind == "hotline" else None
        self.export = Export(world, crew)
        self.live: dict[str, list[pa.Table]] = {self.kind: [], f"{self.kind}_steps": []}

    def write(self, total: int, files: Writer, progress: Callable[[str], None]) -> None:
        counts = self._counts(total)
        for number, (first, last) in enumerate(self.span.months()):
            rng = np.random.default_rng([self.seed, 11 if self.kind == "hotline" else 12, number])
            days = np.arange(len(counts)) + epoch_day(self.span.first)
            month = (days >= epoch_day(first)) & (days <= epoch_day(last))
            case = draw_cases(self.world, np.where(month, counts, 0), rng)
            self._chapter(f"{first:%Y-%m}", self._with_burst(case, first, rng), files, rng)
            progress(f"{self.kind} {first:%Y-%m}")
        self._write_live(files)

    def _with_burst(self, case: Case, first: date, rng: np.random.Generator) -> Case:
        return burst(self.world, case, self.span.until, rng) if first == self.span.until else case

    def _counts(self, total: int) -> Codes:
        """Cases a day: exactly `total` over history, about as many a day in the live days."""
        rng = np.random.default_rng([self.seed, 10 if self.kind == "hotline" else 9])
        volume = self.world.volume
        past = len(volume) - LIVE_DAYS
        share = volume[:past] / volume[:past].sum()
        drawn = rng.multinomial(total, share)
        ahead = rng.poisson(volume[past:] * total / volume[:past].sum())
        return np.concatenate([drawn, ahead]).astype(np.int64)

    def _chapter(self, month: str, case: Case, files: Writer, rng: np.random.Generator) -> None:
        case, numbers = self._numbered(case, rng)
        life = self.teller.tell(case, rng)
        past = case.created < self.span.now
        if past.any():
            index = np.flatnonzero(past)
            then = np.full(len(index), self.span.now - 1)
            rows = self.export.rows(taken(case, index), taken(life, index), numbers.at(index), then)
            files.write(f"{self.kind}-{month}", rows)
        self._steps(month, life, numbers.own, files)
        self._changes(case, life, numbers)

    def _numbered(self, case: Case, rng: np.random.Generator) -> tuple[Case, CaseNumbers]:
        if self.repeats is None or not len(case):
            own = self.export.numbers(case)
            return case, CaseNumbers(own, pa.nulls(len(case), pa.string()))
        linked = self.repeats.link(case, rng)
        own = self.export.numbers(linked.all)
        earlier = pc.take(own, masked(linked.new.earlier, linked.new.earlier >= 0))
        return linked.new, CaseNumbers(own.slice(len(own) - len(case)), earlier)

    def _steps(self, month: str, life: Life, number: pa.Array, files: Writer) -> None:
        steps = steps_of(life)
        before = steps.between(0, self.span.now)
        if len(before.at):
            rows = step_rows(before, life, number, STEP_CODES)
            files.write(f"{self.kind}_steps-{month}", rows)
        after = steps.between(self.span.now, self.span.end)
        self.live[f"{self.kind}_steps"].append(step_rows(after, life, number, STEP_CODES))

    def _changes(self, case: Case, life: Life, numbers: CaseNumbers) -> None:
        """One row for every change that happens in the live days."""
        index, now = [], []
        for name in (*EVENTS, "ended"):
            at: Seconds = getattr(life, name)
            soon = np.flatnonzero((at >= self.span.now) & (at < self.span.end))
            index.append(soon)
            now.append(at[soon])
        rows, at = np.concatenate(index), np.concatenate(now)
        order = np.lexsort((rows, at))
        rows, at = rows[order], at[order]
        table = self.export.rows(taken(case, rows), taken(life, rows), numbers.at(rows), at)
        self.live[self.kind].append(table)

    def _write_live(self, files: Writer) -> None:
        clocks = {self.kind: "更新时间", f"{self.kind}_steps": "操作时间"}
        for source, clock in clocks.items():
            write_live(source, pa.concat_tables(self.live[source]), clock, self.span, files)


def write_live(
    source: str,
    table: pa.Table,
    clock: str,
    span: Span,
    files: Writer,
) -> None:
    """One file a day, in the order in which the rows become known."""
    at = table[clock].cast(pa.int64()).to_numpy()
    order = np.argsort(at, kind="stable")
    table, at = table.take(pa.array(order)), at[order]
    for number in range(LIVE_DAYS):
        low, high = np.searchsorted(at, (span.now + number * DAY, span.now + (number + 1) * DAY))
        day = span.until + timedelta(days=number)
        files.write(f"{source}-live-{day}", table.slice(low, high - low))
