"""The passport of one figure 数字护照: all that somebody who contests it would ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import count, filterfalse, islice
from typing import Literal, Protocol

from dashboard.access.scope import Scope
from dashboard.boards.movement import Movement, cuts_of, movement, whole_of
from dashboard.boards.overview import fair_change
from dashboard.city.model import City, SourceSpec
from dashboard.core.periods import Window, window
from dashboard.core.values import FigureState
from dashboard.facts import incidents
from dashboard.metrics import lineage
from dashboard.metrics.comparison import Change, Standing, as_shown, standing
from dashboard.metrics.decomposition import adding_up
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.facts import PARAMETERS
from dashboard.metrics.listing import IncidentLister, IncidentQuery
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, MetricRow, Target
from dashboard.metrics.scoring import Part, Score
from dashboard.metrics.settlement import Settling

Finality = Literal["none", "live", "running", "provisional", "settled"]
"""Whether the figure can still change, and why: see `Passport.finality`."""


class Freshness(Protocol):
    """What is known about a source: `dashboard.services.SourceLight` is one."""

    @property
    def spec(self) -> SourceSpec: ...

    @property
    def complete_to(self) -> datetime | None: ...

    @property
    def late(self) -> bool: ...


@dataclass(frozen=True)
class Compared:
    """The same figure of another period. `redefined`: by another version of the definition."""

    result: MetricResult
    change: Change
    redefined: bool


@dataclass(frozen=True)
class Members:
    """Incidents above or below the line. `count` is how many there are to list."""

    part: str
    count: int


@dataclass(frozen=True)
class PartOfScore:
    """One figure of a score: what it is, and what it brought, now and before."""

    result: MetricResult
    part: Part
    earned: Decimal | None
    before: Decimal | None
    shown: Decimal | None


@dataclass(frozen=True)
class Version:
    """A version of the definition, numbered from the oldest; `until` the next one began."""

    number: int
    metric: Metric
    until: date | None


@dataclass(frozen=True)
class SourceState:
    spec: SourceSpec
    complete_to: datetime | None
    late: bool
    lacks: bool


@dataclass(frozen=True)
class Passport:
    """`settling` of a score has no band and counts a row once for each part it is in; `awaited` are
    the years whose calendar the provisional deadlines wait for; `parameters` the city's own numbers
    in it.
    """

    result: MetricResult
    before: Compared
    year_before: Compared
    standing: Standing | None
    settling: Settling
    awaited: tuple[int, ...]
    movements: tuple[Movement, ...]
    parts: tuple[PartOfScore, ...]
    members: tuple[Members, ...]
    versions: tuple[Version, ...]
    sources: tuple[SourceState, ...]
    parameters: Mapping[str, Decimal]
    countings: tuple[lineage.Counting, ...]
    mappings: tuple[lineage.SourceMapping, ...]

    @property
    def metric(self) -> Metric:
        return self.result.metric

    @property
    def row(self) -> MetricRow:
        return self.result.total

    @property
    def target(self) -> Target | None:
        return self.result.target

    @property
    def version(self) -> Version:
        """The version in force for the period."""
        return next(one for one in self.versions if one.metric is self.metric)

    @property
    def finality(self) -> Finality:
        """`live`: it is the state of this instant and has no end. `running`: the period is not
        over. `provisional`: rows of it are open. `none`: there is no figure.
        """
        if self.row.state not in (FigureState.OK, FigureState.TOO_FEW):
            return "none"
        if not self.metric.comparable:
            return "live"
        if not self.settling.settled:
            return "provisional"
        running = self.result.as_of.date() <= self.result.query.period.last
        return "running" if running else "settled"


def ask_passport(
    engine: MetricEngine,
    lister: IncidentLister,
    asked: MetricQuery,
    lights: Iterable[Freshness],
    *,
    scope: Scope,
    compared: Window | None = None,
) -> Passport:
    """Args:
        asked: Uncut. The group of a figure is part of its filters.
        compared: What the page compares its days with, where those are the days asked for.

    Raises:
        UsageError: As the engine does: unknown metric, filter or code.
    """
    if compared is None or compared.period != asked.period:
        compared = window(asked.period, engine.city.appraisal_day)
    metric = engine.catalogue[asked.metric].at(asked.period.last)
    periods = (asked.period, compared.before, compared.year_before)
    whole = [replace(asked, period=period) for period in periods]
    cuts = [
        replace(asked, period=period, by=(cut,))
        for cut in cuts_of(engine.city, metric, asked)
        for period in periods[:2]
    ]
    of_parts = [
        replace(asked, metric=part.id, period=period)
        for part in metric.parts
        for period in periods[:2]
    ]
    answers = engine.run([*whole, *cuts, *of_parts], scope=scope)
    now, before, year_before = answers[:3]
    split = answers[3 : 3 + len(cuts)]
    target = now.target
    return Passport(
        result=now,
        before=_compared(now, before),
        year_before=_compared(now, year_before),
        standing=standing(now.metric, now.total.value, target.value if target else None),
        settling=engine.settling(now.query, scope=scope),
        awaited=_awaited(engine.city, now),
        movements=tuple(_movements(now, before, split)),
        parts=_parts(now, answers[3 + len(cuts) :]),
        members=tuple(_members(lister, now, scope)),
        versions=_versions(engine.catalogue[asked.metric]),
        sources=tuple(_sources(engine, now, lights)),
        parameters=_parameters(engine, now.metric),
        countings=lineage.countings(now.metric),
        mappings=lineage.mappings(now.metric, engine.city, asked.where),
    )


def _compared(now: MetricResult, then: MetricResult) -> Compared:
    return Compared(then, fair_change(now, then), then.metric is not now.metric)


def _awaited(city: City, now: MetricResult) -> tuple[int, ...]:
    if not now.total.provisional:
        return ()
    first, following = now.query.period.first.year, now.query.period.last.year + 1
    published = city.clock.calendar.published
    found = tuple(year for year in range(first, following + 1) if not published(year))
    return found or tuple(islice(filterfalse(published, count(following)), 1))


def _movements(
    now: MetricResult, before: MetricResult, split: Sequence[MetricResult]
) -> Iterable[Movement]:
    """Only of like with like, and only where the parts are all there is."""
    if now.metric is not before.metric or now.total.value is None or before.total.value is None:
        return
    for mine, earlier in zip(split[::2], split[1::2], strict=True):
        cut = mine.query.by[0]
        whole = (whole_of(mine, cut), whole_of(earlier, cut))
        if whole == (now.total.ratio, before.total.ratio):
            found = movement(cut, mine, earlier)
            if found is not None:
                yield found


def _parts(now: MetricResult, answers: Sequence[MetricResult]) -> tuple[PartOfScore, ...]:
    scheme = now.metric.scheme
    if scheme is None:
        return ()
    current, earlier = _score(now, answers[::2]), _score(now, answers[1::2])
    earned, before = dict(current.earned), dict(earlier.earned)
    shown = _points_shown(now, current)
    return tuple(
        PartOfScore(result, part, earned[part.metric], before[part.metric], shown.get(part.metric))
        for part, result in zip(scheme.parts, answers[::2], strict=True)
    )


def _score(now: MetricResult, answers: Sequence[MetricResult]) -> Score:
    scheme = now.metric.scheme
    assert scheme is not None  # noqa: S101 — only scores come here
    figures = {
        one.metric.id: None if one.total.value is None else as_shown(one.metric, one.total.value)
        for one in answers
    }
    return scheme.score(figures, decimals=now.metric.decimals)


def _points_shown(now: MetricResult, score: Score) -> dict[str, Decimal]:
    """Points of each part with the decimals of the score, adding up to it as it is shown."""
    decimals = now.metric.decimals
    known = {metric: points for metric, points in score.earned if points is not None}
    if score.points is None:
        return {metric: as_shown(now.metric, points) for metric, points in known.items()}
    total = as_shown(now.metric, score.points)
    return dict(zip(known, adding_up(list(known.values()), total, decimals), strict=True))


def _members(lister: IncidentLister, now: MetricResult, scope: Scope) -> Iterable[Members]:
    if now.total.state not in (FigureState.OK, FigureState.TOO_FEW):
        return
    ratio = now.total.ratio
    legs = (
        ("numerator", now.metric.top, ratio.numerator),
        ("denominator", now.metric.bottom, ratio.denominator),
    )
    for part, leg, number in legs:
        if leg is None or leg.fact.table is not incidents or number is None:
            continue
        counted = leg.measure.arithmetic != "sum"
        yield Members(part, int(number) if counted else _listed(lister, now, part, scope))


def _listed(lister: IncidentLister, now: MetricResult, part: str, scope: Scope) -> int:
    """How many incidents a sum was taken over."""
    query = IncidentQuery(now.query.period, now.query.where, metric=now.metric.id, part=part)
    return lister.total(query, scope=scope)


def _versions(newest: Metric) -> tuple[Version, ...]:
    """The newest first."""
    known = (newest, *newest.earlier)
    until = (None, *(one.since for one in known))
    return tuple(
        Version(len(known) - i, metric, end)
        for i, (metric, end) in enumerate(zip(known, until[:-1], strict=True))
    )


def _sources(
    engine: MetricEngine, now: MetricResult, lights: Iterable[Freshness]
) -> Iterable[SourceState]:
    delivery = engine.planner.delivery
    for one in lights:
        if one.spec.name in now.sources:
            lacks = delivery.lacks(now.metric, one.spec.name)
            yield SourceState(one.spec, one.complete_to, one.late, lacks)


def _parameters(engine: MetricEngine, metric: Metric) -> Mapping[str, Decimal]:
    own = engine.catalogue.parameters
    return {name: own.get(name, PARAMETERS[name]) for name in lineage.parameters_of(metric)}
