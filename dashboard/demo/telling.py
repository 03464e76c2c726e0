"""Tells the lives of cases: who gets them, who sends them back, who is late, who is content."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.demo.lives import EVENTS, NEVER, Case, Codes, Flags, Life, Numbers
from dashboard.demo.rhythm import DAY, HOUR, MINUTE, Seconds, WorkingCalendar, clock_times
from dashboard.demo.vocabulary import (
    BEHIND,
    SLOW,
    Topics,
    department_index,
    local_brigade,
    local_government,
)

DEPARTMENTS_AT_WORK = 40
"""City-level departments; what follows them in the list belongs to a district."""

Times = dict[str, Seconds]


@dataclass(frozen=True)
class Limits:
    """Handling limits, one a case."""

    count: Codes
    unit: NDArray[np.str_]
    """h hours round the clock, w working hours, d working days."""

    @property
    def in_days(self) -> Flags:
        return np.asarray(self.unit == "d")

    @property
    def in_hours(self) -> Flags:
        return np.asarray(self.unit == "h")


@dataclass(frozen=True)
class Opinions:
    in_time: Flags
    reached: Flags
    solved: Flags
    answer: Codes
    excluded: Codes


class Teller:
    """Tells the lives of one kind of cases."""

    def __init__(self, topics: Topics, calendar: WorkingCalendar, years_from: int) -> None:
        self.topics, self.calendar, self.years_from = topics, calendar, years_from
        self.hotline = topics.kind == "hotline"

    def tell(self, case: Case, rng: np.random.Generator) -> Life:
        size = len(case)
        limits = Limits(self.topics.limit[case.topic], self.topics.limit_unit[case.topic])
        request, channel = self._manner(case, rng)
        ending, ended, filed = self._endings(case, request, channel, limits, rng)
        start = np.where(filed < NEVER, filed, case.created)
        dispatched = self._dispatched(start, limits, rng)
        due = self._due(dispatched, limits)
        units = self._departments(case, rng)
        times: Times = {"dispatched": dispatched}
        self._way_to_signing(times, units, limits, rng)
        extended = self._suspension(times, due, limits, rng)
        on_time = rng.random(size) < self._keeps_deadline(case, units[0])
        self._handling(times, extended, limits, on_time, rng)
        never, alive = np.full(size, NEVER), ended == NEVER
        life = {name: np.where(alive, times.get(name, never), NEVER) for name in EVENTS}
        life |= {"created": case.created, "filed": filed}
        self._in_order(life)
        told = self._opinions(case, units[0], life["closed"] <= extended, rng)
        return Life(
            **life,
            ended=ended,
            ending=ending,
            due=due,
            due_extended=extended,
            department=units[0],
            first_department=units[1],
            second_department=units[2],
            channel=channel,
            request=request,
            urgency=_urgency(limits),
            in_time=told.in_time,
            reached=told.reached,
            solved=told.solved,
            answer=told.answer,
            excluded=told.excluded,
        )

    def _manner(self, case: Case, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """How it came in, and what was asked for (0 consultation … 5 praise)."""
        size = len(case)
        if not self.hotline:
            patrol = rng.choice(5, size, p=(0.62, 0.18, 0.12, 0.05, 0.03))
            return np.full(size, -1), patrol
        office = np.array([hours == "office" for hours in self.topics.hours])[case.topic]
        asking = rng.random(size) < np.where(office, 0.62, 0.07)
        other = rng.choice(np.arange(1, 6), size, p=(0.4, 0.47, 0.06, 0.055, 0.015))
        channel = rng.choice(6, size, p=(0.71, 0.06, 0.1, 0.09, 0.02, 0.02))
        return np.where(asking, 0, other), channel

    def _endings(
        self,
        case: Case,
        request: Codes,
        channel: Codes,
        limits: Limits,
        rng: np.random.Generator,
    ) -> tuple[Codes, Seconds, Seconds]:
        size, draw = len(case), rng.random(len(case))
        wait = (MINUTE * rng.lognormal(1.6, 0.5, size)).astype(np.int64)
        if self.hotline:
            direct = (request == 0) & (draw < 0.62)
            ending = np.select([direct, draw > 0.996, draw > 0.985], [1, 2, 3], 0)
            ended = case.created + np.where(ending == 1, wait, wait * 12)
            filed = np.full(size, NEVER)
        else:
            public = channel == 1
            light = (limits.count <= 1) & ~limits.in_hours & (channel == 0)
            ending = np.select(
                [light & (draw < 0.3), public & (draw < 0.12), draw > 0.997], [4, 5, 2], 0
            )
            ended = case.created + wait * np.where(ending == 5, 8, 3)
            filed = case.created + wait + public * 40 * MINUTE
            filed = np.where(ending > 0, NEVER, filed)
        return ending, np.where(ending > 0, ended, NEVER), np.asarray(filed)

    def _dispatched(
        self,
        start: Seconds,
        limits: Limits,
        rng: np.random.Generator,
    ) -> Seconds:
        middle = np.where(limits.in_hours, 1.6, 3.1 if self.hotline else 2.0)
        wait = MINUTE * rng.lognormal(middle, 0.5, len(start))
        return np.asarray(start + wait.astype(np.int64))

    def _due(self, start: Seconds, limits: Limits) -> Seconds:
        """Hotline days end at 18:00 of the last working day; grid days are eight working hours."""
        limit = limits.count
        days = self.calendar.after(start // DAY, limit) * DAY + 18 * HOUR
        if not self.hotline:
            days = self.calendar.add_work(start, limit * 8 * HOUR)
        hours = self.calendar.add_work(start, limit * HOUR)
        return np.select([limits.in_hours, limits.in_days], [start + limit * HOUR, days], hours)

    def _departments(self, case: Case, rng: np.random.Generator) -> tuple[Codes, Codes, Codes]:
        city = self.topics.department[case.topic]
        near = local_government(case.district) if self.hotline else local_brigade(case.district)
        local = (city < 0) | (rng.random(len(case)) < self.topics.local[case.topic])
        final = np.where(local, near, city)
        wrong = np.where(local & (city >= 0), city, rng.integers(0, 12, len(case)))
        wrong = np.where(wrong == final, (final + 1) % DEPARTMENTS_AT_WORK, wrong)
        other = rng.integers(0, 12, len(case))
        other = np.where(other == final, (final + 2) % DEPARTMENTS_AT_WORK, other)
        return final, wrong, other

    def _way_to_signing(
        self,
        times: Times,
        units: tuple[Codes, Codes, Codes],
        limits: Limits,
        rng: np.random.Generator,
    ) -> None:
        """Up to two returns, then the signature. Where nobody returned it, the first unit is the
        last one: written into `units` in place.
        """
        final, first, second = units
        size = len(final)
        draw = rng.random(size)
        patient = ~limits.in_hours | (limits.count > 2)
        once, twice = patient & (draw < 0.046), patient & (draw < 0.006)
        first[~once] = final[~once]
        second[~twice] = final[~twice]
        gap = rng.lognormal(1.0, 0.5, (4, size)) * HOUR * np.where(limits.in_days, 1.0, 0.3)
        returned = times["dispatched"] + gap[0].astype(np.int64)
        again = returned + (0.4 * gap[1]).astype(np.int64)
        returned_2 = again + gap[2].astype(np.int64)
        again_2 = returned_2 + (0.4 * gap[3]).astype(np.int64)
        times["returned"] = np.where(once, returned, NEVER)
        times["redispatched"] = np.where(once, again, NEVER)
        times["returned_again"] = np.where(twice, returned_2, NEVER)
        times["redispatched_again"] = np.where(twice, again_2, NEVER)
        last = np.where(twice, again_2, np.where(once, again, times["dispatched"]))
        wait = MINUTE * rng.lognormal(np.where(limits.in_days, 3.4, 1.8), 0.6, size)
        times["signed"] = last + wait.astype(np.int64)

    def _suspension(
        self,
        times: Times,
        due: Seconds,
        limits: Limits,
        rng: np.random.Generator,
    ) -> Seconds:
        """The deadline, put off by the days a case was on the deferred list."""
        signed, size = times["signed"], len(due)
        waits = limits.in_days & (rng.random(size) < 0.013)
        start = signed + (rng.uniform(0.1, 0.5, size) * DAY).astype(np.int64)
        days = rng.integers(5, 40, size)
        times["suspended"] = np.where(waits, start, NEVER)
        times["resumed"] = np.where(waits, start + days * DAY, NEVER)
        return np.where(waits, due + days * DAY, due)

    def _keeps_deadline(self, case: Case, department: Codes) -> Numbers:
        """Chance of being on time: department, district, season and a little better every year."""
        habit = np.random.default_rng(7).normal(0, 0.010, DEPARTMENTS_AT_WORK + 40)
        years = (case.created // DAY - self.years_from) / 365.25
        chance = (0.962 if self.hotline else 0.945) + habit[department] + 0.009 * years
        chance -= 0.045 * (case.district == BEHIND) + 0.03 * case.heating
        slow = 0.695 + 0.012 * years
        return np.where(department == department_index()[SLOW], slow, chance.clip(0.5, 0.995))

    def _handling(
        self,
        times: Times,
        extended: Seconds,
        limits: Limits,
        on_time: Flags,
        rng: np.random.Generator,
    ) -> None:
        size, days = len(extended), limits.in_days
        start = np.where(times["resumed"] < NEVER, times["resumed"], times["signed"])
        room = np.maximum(extended - start, 30 * MINUTE)
        within = start + (room * (0.04 + 0.86 * rng.beta(1.5, 2.2, size))).astype(np.int64)
        daytime = within // DAY * DAY + clock_times(rng, size)
        fits = (daytime > start + 20 * MINUTE) & (daytime < extended - HOUR)
        within = np.where(days & fits & self.calendar.works_on(within // DAY), daytime, within)
        overrun = (1 + rng.geometric(0.42, size)) * rng.choice(
            (1, 9, 30), size, p=(0.92, 0.06, 0.02)
        )
        late_days = self.calendar.after(extended // DAY, overrun) * DAY + clock_times(rng, size)
        late_hours = extended + (
            np.maximum(extended - start, HOUR) * rng.lognormal(-0.6, 0.8, size)
        ).astype(np.int64)
        late = np.where(days, late_days, late_hours)
        replied = np.where(on_time, within, np.maximum(late, start + HOUR))
        again = rng.random(size) < 0.05
        span = replied - start
        times["first_reply"] = np.where(again, start + (0.5 * span).astype(np.int64), NEVER)
        times["rework"] = np.where(again, start + (0.75 * span).astype(np.int64), NEVER)
        times["replied"] = replied
        self._closing(times, replied, extended, on_time, rng)

    def _closing(
        self,
        times: Times,
        replied: Seconds,
        due: Seconds,
        on_time: Flags,
        rng: np.random.Generator,
    ) -> None:
        size = len(replied)
        middle = 0.9 if self.hotline else -0.1
        wait = (HOUR * rng.lognormal(middle, 0.6, size)).astype(np.int64)
        prompt = on_time & (rng.random(size) < 0.985)
        left = np.maximum(due - replied, 2 * MINUTE)
        wait = np.where(prompt, np.minimum(wait, (left * 0.8).astype(np.int64)), wait)
        if self.hotline:
            times["followed_up"] = replied + wait
            wait = wait + np.minimum(rng.integers(2, 9, size) * MINUTE, left // 10)
        times["closed"] = replied + np.maximum(wait, MINUTE)

    def _opinions(
        self,
        case: Case,
        department: Codes,
        kept: Flags,
        rng: np.random.Generator,
    ) -> Opinions:
        size = len(case)
        years = (case.created // DAY - self.years_from) / 365.25
        taste = np.random.default_rng(8).normal(0, 0.012, DEPARTMENTS_AT_WORK + 40)[department]
        manners = np.random.default_rng(9).normal(0, 0.018, 10)[case.district]
        mood = taste + manners + 0.006 * years - 0.22 * ~kept
        mood -= 0.085 * (case.district == BEHIND) + 0.07 * case.heating
        solved = rng.random(size) < (0.928 + 0.8 * mood).clip(0.05, 0.995)
        happy = rng.random(size) < np.where(solved, 0.965 + 0.5 * mood, 0.30)
        answer = np.where(happy, (rng.random(size) < 0.21).astype(np.int64), 2)
        excluded = np.where(rng.random(size) < 0.014, rng.integers(1, 6, size), 0)
        contact = 0.978 + 0.5 * taste - 0.02 * (case.district == BEHIND) + 0.004 * years
        return Opinions(
            in_time=rng.random(size) < contact,
            reached=rng.random(size) < 0.87,
            solved=solved,
            answer=answer,
            excluded=excluded if self.hotline else np.zeros(size, np.int64),
        )

    @staticmethod
    def _in_order(life: Times) -> None:
        """Two events of one life never share a second."""
        last = life["created"].copy()
        for name in EVENTS[1:]:
            happens = life[name] < NEVER
            life[name] = np.where(happens, np.maximum(life[name], last + 20), NEVER)
            last = np.where(happens, life[name], last)


def _urgency(limits: Limits) -> Codes:
    at_once = limits.in_hours & (limits.count <= 2)
    return np.asarray(np.select([at_once, ~limits.in_days], [2, 1], 0))
