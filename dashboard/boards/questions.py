"""Questions of one page: collected under names, asked in one run, answered by name."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dashboard.access.scope import Scope
from dashboard.city.model import City
from dashboard.core.values import FigureState, Grain, Period, Ratio, bucket, bucket_name, buckets
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import MetricQuery, MetricResult, MetricRow, Where


class Questions:
    """Collects questions under names, asks them in one run, gives each answer back by name."""

    def __init__(self, engine: MetricEngine) -> None:
        self._engine = engine
        self._asked: dict[object, MetricQuery] = {}
        self._answers: dict[object, MetricResult] = {}

    def ask(
        self, name: object, metric: str, period: Period, where: Where, by: Sequence[str] = ()
    ) -> None:
        """A question the metric cannot be asked is left out: a filter or cut it lacks, or a
        filter for the other kind of incident.
        """
        fact, allowed = self._engine.catalogue[metric].fact, self._engine.catalogue[metric].cuts
        kinds = dict(where).get("kind")
        if kinds and fact.kinds and fact.kinds.isdisjoint(kinds):
            return
        if all(cut in allowed for cut in (*by, *(name for name, _ in where))):
            self._asked[name] = MetricQuery(metric, period, tuple(by), where)

    @property
    def city(self) -> City:
        return self._engine.city

    def knows(self, metric: str) -> bool:
        return metric in self._engine.catalogue.ids

    def run(self, scope: Scope) -> None:
        answers = self._engine.run(list(self._asked.values()), scope=scope)
        self._answers = dict(zip(self._asked, answers, strict=True))

    def get(self, *name: object) -> MetricResult | None:
        return self._answers.get(name)

    def redefined(self, now: MetricResult, *then: object) -> bool:
        """Whether an earlier answer was counted by another version of the definition."""
        earlier = self.get(*then)
        return earlier is not None and earlier.metric is not now.metric

    def any(self) -> MetricResult:
        return next(iter(self._answers.values()))


def curve(result: MetricResult, rows: Sequence[MetricRow]) -> tuple[MetricRow, ...]:
    """The rows of one curve by step of time. Of a count, a step without rows is a zero, and the
    step that is not over is left out: half a day is not a fall.
    """
    grain = next(grain for grain in Grain if grain in result.query.by)
    if result.metric.form != "count":
        return tuple(sorted(rows, key=lambda row: row.group[grain]))
    known = {row.group[grain]: row for row in rows}
    today = bucket(result.as_of.date(), grain)
    names = (bucket_name(day, grain) for day in buckets(result.query.period, grain) if day < today)
    return tuple(known.get(name) or _zero({grain.value: name}) for name in names)


def _zero(group: Mapping[str, str]) -> MetricRow:
    return MetricRow(group, Ratio(Decimal(0)), Decimal(0), FigureState.OK)
