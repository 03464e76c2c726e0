"""Scorecards by domain: every figure with its standing, changes, curve and what may still come."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, small_curve
from dashboard.boards.kpi import Domain
from dashboard.boards.overview import Tile, tile_of
from dashboard.boards.questions import Questions
from dashboard.core.values import FigureState, Grain
from dashboard.metrics.arithmetic import HUNDRED
from dashboard.metrics.comparison import Standing, standing
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.metrics.scoring import Part
from dashboard.metrics.settlement import Settling


@dataclass(frozen=True)
class ScorePart:
    """One figure of a score, with what it earned of what it could have."""

    result: MetricResult
    row: MetricRow
    part: Part
    earned: Decimal | None

    @property
    def most(self) -> Decimal:
        if self.part.points:
            return self.part.points.max
        return (self.part.weight or Decimal(0)) * HUNDRED


@dataclass(frozen=True)
class Card:
    """`redefined`: before and a year before, was it counted by another definition?"""

    tile: Tile
    standing: Standing | None
    settling: Settling | None = None
    parts: tuple[ScorePart, ...] = ()
    redefined: tuple[bool, bool] = (False, False)

    @property
    def metric(self) -> Metric:
        return self.tile.metric

    @property
    def gap(self) -> Decimal | None:
        """How far the figure as shown lies from its target, positive on the good side."""
        result = self.tile.result
        if result is None or result.target is None or result.total.value is None:
            return None
        sign = -1 if self.metric.direction == "lower_is_better" else 1
        return sign * (self.metric.shown(result.total.value) - result.target.value)


@dataclass(frozen=True)
class DomainCards:
    domain: Domain
    scores: tuple[Card, ...]
    cards: tuple[Card, ...]

    @property
    def all(self) -> tuple[Card, ...]:
        return (*self.scores, *self.cards)


@dataclass(frozen=True)
class Scorecards:
    asked: Asked
    domains: tuple[DomainCards, ...]
    grain: Grain

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(card for domain in self.domains for card in domain.all)

    @property
    def standings(self) -> Mapping[str, int]:
        """How many figures are met, near, missed; "" those without a target or without a figure."""
        return Counter(card.standing or "" for card in self.cards)

    @property
    def missed(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.standing == "missed")


def ask_scorecards(
    engine: MetricEngine, domains: Sequence[Domain], asked: Asked, today: date, *, scope: Scope
) -> Scorecards:
    """One batch; a metric that the filters do not apply to has a card that says so."""
    questions = Questions(engine)
    days, grain = small_curve(asked.period, today)
    window, where = asked.window, asked.where
    for metric_id in (name for domain in domains for name in domain.all):
        questions.ask((metric_id, "now"), metric_id, window.period, where)
        questions.ask((metric_id, "before"), metric_id, window.before, where)
        questions.ask((metric_id, "year before"), metric_id, window.year_before, where)
        questions.ask((metric_id, "spark"), metric_id, days, where, [grain])
        for part in engine.catalogue[metric_id].parts:
            questions.ask((part.id, "part"), part.id, window.period, where)
    questions.run(scope)
    open_yet = [result.query for result in _settleable(questions, domains)]
    found = engine.settlings(open_yet, scope=scope)
    settling = {query.metric: one for query, one in zip(open_yet, found, strict=True)}
    made = tuple(
        DomainCards(
            domain,
            tuple(_card(engine, questions, settling, name) for name in domain.scores),
            tuple(_card(engine, questions, settling, name) for name in domain.metrics),
        )
        for domain in domains
    )
    return Scorecards(asked, made, grain)


def _settleable(questions: Questions, domains: Sequence[Domain]) -> Iterable[MetricResult]:
    for name in (name for domain in domains for name in domain.metrics):
        result = questions.get(name, "now")
        if result is None or result.total.state is not FigureState.OK:
            continue
        if result.metric.joining is not None or result.metric.undecided is not None:
            yield result


def _card(
    engine: MetricEngine, questions: Questions, settling: Mapping[str, Settling], name: str
) -> Card:
    tile = tile_of(engine, questions, name)
    result = tile.result
    if result is None:
        return Card(tile, None)
    target = result.target.value if result.target else None
    return Card(
        tile,
        standing(result.metric, result.total.value, target),
        settling.get(name),
        tuple(_parts(questions, result.metric)),
        (
            questions.redefined(result, name, "before"),
            questions.redefined(result, name, "year before"),
        ),
    )


def _parts(questions: Questions, metric: Metric) -> Iterable[ScorePart]:
    if metric.scheme is None:
        return
    for part, measured in zip(metric.scheme.parts, metric.parts, strict=True):
        result = questions.get(measured.id, "part")
        if result is not None:
            row = result.total
            value = row.value
            earned = None if value is None else part.earned(result.metric.shown(value))
            yield ScorePart(result, row, part, earned)
