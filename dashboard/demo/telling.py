"""Tells the lives of cases: who gets them, who sends them back, who is late, who is content."""

import numpy as np

from dashboard.demo.handling import close, handle
from dashboard.demo.limits import Deadlines, Limits
from dashboard.demo.lives import EVENTS, NEVER, Case, Codes, Flags, Life, Numbers, Times
from dashboard.demo.opinions import opinions
from dashboard.demo.pauses import defer, extend, weakness_of
from dashboard.demo.posts import Crew, Seen
from dashboard.demo.rhythm import HOUR, MINUTE, Seconds, WorkingCalendar
from dashboard.demo.vocabulary import (
    BEHIND,
    CITY_DEPARTMENTS,
    DEPARTMENTS,
    SLOW,
    Topics,
    department_index,
    local_brigade,
    local_government,
)

Units = tuple[Codes, Codes, Codes]
"""The unit that handles a case in the end, the first one that got it, and the one between."""


class Teller:
    """Tells the lives of one kind of cases; grid events have a `crew`."""

    def __init__(
        self, topics: Topics, calendar: WorkingCalendar, years_from: int, crew: Crew | None
    ) -> None:
        self.topics, self.calendar, self.years_from = topics, calendar, years_from
        self.hotline, self.crew = topics.kind == "hotline", crew
        self.deadlines = Deadlines(calendar, self.hotline)

    def tell(self, case: Case, rng: np.random.Generator) -> Life:
        condition = self.topics.conditions.draw(case.topic, rng)
        limits = Limits.of(self.topics.conditions, condition)
        request, channel = self._manner(case, rng)
        seen = self.crew.see(case, channel, rng) if self.crew else None
        ending, ended, filed = self._endings(case, request, seen, limits, rng)
        start = np.where(filed < NEVER, filed, case.created)
        units = self._departments(case, rng)
        slow = units[0] == department_index()[SLOW]
        times: Times = {"dispatched": self._dispatched(start, limits, rng)}
        self._way_to_signing(times, units, limits, slow, rng)
        weakness = weakness_of(slow, case.district == BEHIND)
        due = self.deadlines.of(self._limit_starts(times), limits)
        resumed = defer(times, due, limits, weakness, rng, deadlines=self.deadlines)
        extended = extend(times, resumed, limits, weakness, rng, deadlines=self.deadlines)
        on_time = rng.random(len(case)) < self._keeps_deadline(case, units[0], slow)
        handle(times, extended, limits, on_time, rng, calendar=self.calendar)
        close(times, extended.closing, on_time, rng, hotline=self.hotline)
        never, alive = np.full(len(case), NEVER), ended == NEVER
        life = {name: np.where(alive, times.get(name, never), NEVER) for name in EVENTS}
        life |= {"created": case.created, "filed": filed}
        _in_order(life)
        kept = life["closed"] <= extended.closing
        told = opinions(case, units[0], kept, self._years(case), rng)
        return Life(
            **life,
            ended=ended,
            ending=ending,
            signing=limits.signing,
            due=due,
            due_resumed=resumed,
            due_extended=extended,
            condition=condition,
            department=units[0],
            first_department=units[1],
            second_department=units[2],
            channel=channel,
            request=request,
            urgency=limits.urgency,
            in_time=told.in_time,
            reached=told.reached,
            solved=told.solved,
            answer=told.answer,
            excluded=told.excluded,
            duty=self.crew.serve(case, seen, ending, filed, rng) if self.crew and seen else None,
        )

    def _limit_starts(self, times: Times) -> Seconds:
        """The hotline counts from its first dispatch, the grid centre from the last one."""
        start = times["dispatched"]
        for again in ("redispatched", "redispatched_again"):
            start = start if self.hotline else np.where(times[again] < NEVER, times[again], start)
        return start

    def _years(self, case: Case) -> Numbers:
        return np.asarray((case.created // (24 * HOUR) - self.years_from) / 365.25)

    def _manner(self, case: Case, rng: np.random.Generator) -> tuple[Codes, Codes]:
        """How it came in, and what was asked for (0 consultation … 5 praise)."""
        size = len(case)
        if not self.hotline:
            patrol = rng.choice(5, size, p=(0.62, 0.18, 0.12, 0.05, 0.03))
            return np.full(size, -1), patrol
        office = np.array([hours == "office" for hours in self.topics.hours])[case.topic]
        asking = rng.random(size) < np.where(office, 0.62, 0.07)
        asking &= case.earlier < 0
        other = rng.choice(np.arange(1, 6), size, p=(0.4, 0.47, 0.06, 0.055, 0.015))
        channel = rng.choice(6, size, p=(0.71, 0.06, 0.1, 0.09, 0.02, 0.02))
        return np.where(asking, 0, other), channel

    def _endings(
        self,
        case: Case,
        request: Codes,
        seen: Seen | None,
        limits: Limits,
        rng: np.random.Generator,
    ) -> tuple[Codes, Seconds, Seconds]:
        size, draw = len(case), rng.random(len(case))
        wait = (MINUTE * rng.lognormal(1.6, 0.5, size)).astype(np.int64)
        if seen is None:
            direct = (request == 0) & (draw < 0.62)
            ending = np.select([direct, draw > 0.996, draw > 0.985], [1, 2, 3], 0)
            ended = case.created + np.where(ending == 1, wait, wait * 12)
            filed = np.full(size, NEVER)
        else:
            light = (limits.count <= 1) & ~limits.in_hours & seen.patrol
            refused = seen.mistaken | (seen.public & (draw < 0.12))
            ending = np.select([refused, light & (draw < 0.3), draw > 0.997], [5, 4, 2], 0)
            ended = case.created + wait * np.where(ending == 5, 8, 3)
            filed = case.created + wait + seen.public * 40 * MINUTE
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

    def _departments(self, case: Case, rng: np.random.Generator) -> Units:
        city = self.topics.department[case.topic]
        near = local_government(case.district) if self.hotline else local_brigade(case.district)
        local = (city < 0) | (rng.random(len(case)) < self.topics.local[case.topic])
        final = np.where(local, near, city)
        wrong = np.where(local & (city >= 0), city, rng.integers(0, 12, len(case)))
        wrong = np.where(wrong == final, (final + 1) % CITY_DEPARTMENTS, wrong)
        other = rng.integers(0, 12, len(case))
        other = np.where(other == final, (final + 2) % CITY_DEPARTMENTS, other)
        return final, wrong, other

    def _way_to_signing(
        self,
        times: Times,
        units: Units,
        limits: Limits,
        slow: Flags,
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
        middle = np.where(limits.in_days, 3.4, 1.8) + 0.7 * slow
        times["signed"] = last + (MINUTE * rng.lognormal(middle, 0.6, size)).astype(np.int64)

    def _keeps_deadline(self, case: Case, department: Codes, slow: Flags) -> Numbers:
        """Chance of being on time: department, district, season and a little better every year."""
        habit = np.random.default_rng(7).normal(0, 0.010, DEPARTMENTS)
        years = self._years(case)
        chance = (0.962 if self.hotline else 0.945) + habit[department] + 0.009 * years
        chance -= 0.045 * (case.district == BEHIND) + 0.03 * case.heating
        return np.where(slow, 0.695 + 0.012 * years, chance.clip(0.5, 0.995))


def _in_order(life: Times) -> None:
    """Two events of one life never share a second."""
    last = life["created"].copy()
    for name in EVENTS[1:]:
        happens = life[name] < NEVER
        life[name] = np.where(happens, np.maximum(life[name], last + 20), NEVER)
        last = np.where(happens, life[name], last)
