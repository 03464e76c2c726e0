"""The deadlines of whole batches: rows and their steps in, columns of the facts out."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.city.limits import fact_of
from dashboard.city.model import DEADLINES, City, LimitRule, SourceSpec, Stage, Start
from dashboard.core.working_clock import NEVER, Dues, Instants, Limit, Pauses, Places
from dashboard.facts import DAY_OF, FACT_TABLES
from dashboard.ingest import limit_rows
from dashboard.ingest.limit_rows import LimitRows
from dashboard.ingest.step_times import Counts, StepTimes

VERSION = 1
"""Raised when the same rules come to give other deadlines."""

NEGATIVE = 2
"""Reviews up to this level are to be rectified: dissatisfied, very dissatisfied (差评)."""

_DAY = {"incidents": "created_on", "reviews": "reviewed_on"}
_AT = MappingProxyType(
    {
        "created": "created_at",
        "dispatched": "dispatched_at",
        "signed": "signed_at",
        "filed": "filed_at",
        "reviewed": "reviewed_at",
    }
)
_STEP = MappingProxyType({"dispatched": "dispatch", "signed": "sign", "filed": "filed"})
_BEGINS_ANEW: frozenset[Start] = frozenset({"dispatched", "signed"})
"""Once a unit has returned a case, the next one has the whole limit."""


class DeadlineColumns:
    """What the limits of a pack say of the rows of one source.

    `names` are the columns it makes; `needs` those of the fact it makes them from, as far as a
    batch has them; `watched` the actions of steps without which a deadline is as it was made.
    """

    def __init__(self, spec: SourceSpec, city: City, fields: frozenset[str]) -> None:
        self.fact, self.source = spec.fact, spec.name
        self._clock = city.clock
        self._stages = {
            stage: LimitRows([rule for rule in city.limits if rule.stage == stage], city)
            for stage, field in DEADLINES.items()
            if field in fields and spec.fact == fact_of(stage)
        }
        self.fields = frozenset(DEADLINES[stage] for stage in self._stages)
        table, sent = FACT_TABLES[spec.fact].c, spec.maps
        days = {day for day, at in DAY_OF[spec.fact].items() if at in self.fields}
        self.names = ("due_provisional", *sorted(self.fields | days))
        if "due_at" in self.fields:
            self.names += ("limit_rule",)
        self.day = _DAY[spec.fact]
        asked = (*limit_rows.COLUMNS, *_AT.values(), "extension_count", "level")
        self.needs = ("source_id", self.day, *(name for name in asked if name in table))
        starts = {rule.starts for limits in self._stages.values() for rule in limits.rules}
        unsent = {_STEP[start] for start in starts & _STEP.keys() if _AT[start] not in sent}
        self.watched = frozenset({"suspend", "resume", "extend", "return"}) | unsent

    @property
    def digest(self) -> str:
        """Changes whenever the same rows and steps may get another deadline."""
        clock = self._clock
        rules = [
            replace(rule, where="", basis="")
            for limits in self._stages.values()
            for rule in limits.rules
        ]
        said = (VERSION, rules, clock.calendar.digest, clock.slots, clock.zone.key)
        return hashlib.sha256(repr((said, sorted(self.watched))).encode()).hexdigest()[:16]

    def of(self, rows: pa.Table, steps: pa.Table) -> pa.Table:
        """`names` for each of `rows`, in their order.

        Args:
            rows: `needs`, as far as they are there.
            steps: `incident_id`, `action`, `at`, of these incidents at least.
        """
        times = StepTimes(steps, rows.column("source_id"))
        provisional = np.zeros(rows.num_rows, np.bool_)
        made: dict[str, pa.Array] = {}
        for stage, limits in self._stages.items():
            which = self._which(limits, rows)
            dues = self._dues(stage, limits.rules, which, rows, times)
            provisional |= dues.provisional
            made |= self._columns(DEADLINES[stage], dues.at)
            if stage == "handle":
                ids = pa.array([*(rule.id for rule in limits.rules), None], pa.string())
                made["limit_rule"] = ids.take(pa.array(which % len(ids)))
        made["due_provisional"] = pa.array(provisional)
        return pa.table({name: made[name] for name in self.names})

    def _columns(self, field: str, at: Instants) -> dict[str, pa.Array]:
        made = {field: pa.array(at, pa.timestamp("us"))}
        for day, instant in DAY_OF[self.fact].items():
            if instant == field:
                made[day] = pa.array(self._clock.days(at).astype("datetime64[D]"), pa.date32())
        return made

    def _which(self, limits: LimitRows, rows: pa.Table) -> Places:
        which = limits.which(rows, self.day)
        if self.fact != "reviews":
            return which
        negative = pc.less_equal(rows.column("level"), NEGATIVE).to_numpy()
        return np.where(negative, which, -1)

    def _dues(
        self,
        stage: Stage,
        rules: Sequence[LimitRule],
        which: Places,
        rows: pa.Table,
        times: StepTimes,
    ) -> Dues:
        starts = _starts(rules, which, rows, times)
        more = _extensions(rows, times, starts) * (stage in ("handle", "dispose"))
        limits, chosen = _limits(rules, which, np.where(which < 0, 0, more))
        pauses = times.pauses
        # What was deferred before the clock began and never resumed went on with its beginning.
        over = np.isnat(pauses.ends) & (pauses.begins < starts[pauses.rows])
        pauses = Pauses(pauses.rows[~over], pauses.begins[~over], pauses.ends[~over])
        return self._clock.due_many(starts, limits, chosen, pauses)


def _starts(
    rules: Sequence[LimitRule], which: Places, rows: pa.Table, times: StepTimes
) -> Instants:
    found = np.full(rows.num_rows, NEVER)
    for start in {rule.starts for rule in rules}:
        own = np.array([*(rule.starts == start for rule in rules), False])[which]
        found[own] = _started(start, rows, times)[own]
    return found


def _started(start: Start, rows: pa.Table, times: StepTimes) -> Instants:
    """When a clock that starts so began; NaT where it has not, or not anew since a return."""
    at = _instants(rows, _AT[start])
    if start not in _STEP:
        return at
    if start not in _BEGINS_ANEW:
        return np.where(np.isnat(at), times.first(_STEP[start], np.full(len(at), NEVER)), at)
    returned = times.last("return")
    step = times.first(_STEP[start], returned)
    again = np.fmin(step, np.where(at >= returned, at, NEVER))
    return np.where(np.isnat(returned), np.where(np.isnat(at), step, at), again)


def _extensions(rows: pa.Table, times: StepTimes, starts: Instants) -> Counts:
    """How often, by the steps since the clock began; else as the source counts."""
    by_steps = times.how_often("extend", starts)
    if "extension_count" not in rows.column_names:
        return by_steps
    counted = pc.fill_null(rows.column("extension_count"), 0).to_numpy().astype(np.int64)
    uncounted = (by_steps == 0) & np.isnat(times.last("return"))
    return np.where(uncounted, np.maximum(counted, 0), by_steps)


def _limits(rules: Sequence[LimitRule], which: Places, more: Counts) -> tuple[list[Limit], Places]:
    """Each limit once, with the extensions it was given, and which of them a row has."""
    most = int(more.max(initial=0)) + 1
    pairs, chosen = np.unique((which + 1) * most + more, return_inverse=True)
    given = [divmod(int(pair), most) for pair in pairs if pair >= most]
    limits = [rules[rule - 1].extended(times) for rule, times in given]
    return limits, np.asarray(chosen - (len(pairs) - len(limits)), np.intp)


def _instants(rows: pa.Table, column: str) -> Instants:
    if column not in rows.column_names:
        return np.full(rows.num_rows, NEVER)
    return np.asarray(rows.column(column).cast(pa.timestamp("us")).to_numpy(), "datetime64[us]")
