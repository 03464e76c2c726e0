"""What pages of one department and of one district have in common: figures among peers."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboard.boards.asked import Asked
from dashboard.boards.peers import Place, place_of
from dashboard.boards.questions import Questions
from dashboard.city.model import City
from dashboard.core.values import FigureState, Ratio
from dashboard.metrics.comparison import Change, Standing, change, standing
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricResult, MetricRow

ZERO = Decimal(0)


@dataclass(frozen=True)
class UnitFigure:
    """One unit's figure out of an answer for all of its kind. `row` is None, like `result`, where
    the filters do not apply to the metric.
    """

    metric: Metric
    result: MetricResult | None
    row: MetricRow | None
    standing: Standing | None = None
    before: Change | None = None
    year_before: Change | None = None
    place: Place | None = None
    redefined: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Unit:
    """A department or a district: `level` is the cut it is a code of."""

    level: str
    code: str


def ask_unit(questions: Questions, unit: Unit, metrics: Iterable[str], asked: Asked) -> None:
    """All units at once: the place among the peers comes with the figure."""
    where = tuple(pair for pair in asked.where if pair[0] != unit.level)
    for name in metrics:
        questions.ask((name, "units"), name, asked.window.period, where, [unit.level])
        questions.ask((name, "units before"), name, asked.window.before, where, [unit.level])
        questions.ask((name, "units year"), name, asked.window.year_before, where, [unit.level])


def unit_figure(
    engine: MetricEngine, questions: Questions, unit: Unit, name: str, city: City
) -> UnitFigure:
    metric, result = engine.catalogue[name], questions.get(name, "units")
    if result is None:
        return UnitFigure(metric, None, None)
    row = row_of(result, unit, absent_state(engine, result))
    target = result.target.value if result.target else None
    return UnitFigure(
        metric,
        result,
        row,
        standing(result.metric, row.value, target),
        _change(result, row, questions.get(name, "units before"), unit),
        _change(result, row, questions.get(name, "units year"), unit),
        place_of(result, unit.level, unit.code, city.groups),
        (
            questions.redefined(result, name, "units before"),
            questions.redefined(result, name, "units year"),
        ),
    )


def row_of(result: MetricResult, unit: Unit, absent: FigureState) -> MetricRow:
    """Of a unit without any case: a zero for an amount, else the reason why there is no figure."""
    found = next((row for row in result.rows if row.group[unit.level] == unit.code), None)
    if found is not None:
        return found
    group = {unit.level: unit.code}
    if result.metric.is_amount and absent is FigureState.NO_DATA:
        return MetricRow(group, Ratio(ZERO), ZERO, FigureState.OK)
    below = None if result.metric.bottom is None else ZERO
    return MetricRow(group, Ratio(ZERO, below), None, absent)


def absent_state(engine: MetricEngine, result: MetricResult) -> FigureState:
    """Why a cut answer has no row for a unit."""
    query = result.query
    delivered = engine.planner.delivery.is_delivered(result.metric, query.where)
    return FigureState.NO_DATA if delivered else FigureState.NOT_DELIVERED


def _change(
    result: MetricResult, row: MetricRow, then: MetricResult | None, unit: Unit
) -> Change | None:
    if then is None:
        return None
    return change(result.metric, row, row_of(then, unit, FigureState.NO_DATA))
