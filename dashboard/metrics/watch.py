"""Figures that were told differently by two paths: kept until they are told alike again."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from dashboard.metrics.model import Metric, MetricQuery


@dataclass(frozen=True)
class Question:
    """A figure to ask on every path; `cut` is by what its table is cut."""

    query: MetricQuery
    cut: str

    def __str__(self) -> str:
        where = "".join(f" {name}={','.join(codes)}" for name, codes in self.query.where)
        return f"{self.query.metric} {self.query.period}{where} by {self.cut}"


@dataclass(frozen=True)
class Difference:
    """`told`: what each path says of this part (numerator, denominator, value or state)."""

    part: str
    told: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.part}: " + ", ".join(f"{path} {said}" for path, said in self.told.items())


@dataclass(frozen=True)
class Alarm:
    metric: Metric
    question: Question
    difference: Difference
    data_version: int
    since: datetime


@dataclass
class Watch:
    """What the consistency check has found since the process began; safe from any thread."""

    asked: int = 0
    rounds: int = 0
    _alarms: dict[Question, Alarm] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        with self._lock:
            return tuple(self._alarms.values())

    def alarm(self, alarm: Alarm) -> bool:
        """Whether it is a new one; one that stands keeps its beginning."""
        with self._lock:
            known = self._alarms.get(alarm.question)
            since = known.since if known else alarm.since
            self._alarms[alarm.question] = replace(alarm, since=since)
            return known is None

    def clear(self, question: Question) -> bool:
        """Whether there was an alarm that ends with this."""
        with self._lock:
            return self._alarms.pop(question, None) is not None
