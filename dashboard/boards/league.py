"""League tables: units ranked inside their groups by one metric, with others beside it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, small_curve
from dashboard.boards.overview import rows_of, unit_changes
from dashboard.boards.questions import Questions, curve
from dashboard.city.model import City, Group
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import UNKNOWN, Grain
from dashboard.metrics.comparison import Change, Standing, standing
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.model import Metric, MetricResult, MetricRow, Where
from dashboard.metrics.ranking import Ranked, interval, rankings

COLUMNS = 6
"""Metrics beside the one ranked by: what a page can hold."""

RANK, NAME, CHANGE = "rank", "name", "change"
Key = tuple[int, Decimal | str]


@dataclass(frozen=True)
class LeagueAsked:
    """`sort` is `rank`, `name`, `change` or a metric; a minus turns the order round. `by_chance`:
    say also who cannot be told from the next one.
    """

    level: str
    metric: str
    sort: str = RANK
    by_chance: bool = False


@dataclass(frozen=True)
class Column:
    """A metric beside the one ranked by; `result` is None where the filters do not apply to it."""

    metric: Metric
    result: MetricResult | None
    rows: Mapping[str, MetricRow]


@dataclass(frozen=True)
class Entry:
    code: str
    ranked: Ranked
    standing: Standing | None
    before: Change | None
    year_before: Change | None
    spark: tuple[MetricRow, ...]
    interval: tuple[Decimal, Decimal] | None


@dataclass(frozen=True)
class LeagueGroup:
    """`group` is None for a city without groups, and for the units in none of them: `grouped`."""

    group: Group | None
    entries: tuple[Entry, ...]

    @property
    def ranked(self) -> int:
        return sum(entry.ranked.rank is not None for entry in self.entries)


@dataclass(frozen=True)
class LeagueTable:
    """`redefined`: before and a year before, was it counted by another definition?"""

    asked: LeagueAsked
    metric: Metric
    result: MetricResult | None
    groups: tuple[LeagueGroup, ...]
    columns: tuple[Column, ...]
    grain: Grain
    in_groups: bool
    redefined: tuple[bool, bool] = (False, False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for group in self.groups for entry in group.entries)


def ask_league(
    engine: MetricEngine,
    league: LeagueAsked,
    asked: Asked,
    today: date,
    *,
    beside: Iterable[str],
    scope: Scope,
) -> LeagueTable:
    """One batch: the metric now, before, a year before and by steps; those beside it now.

    Args:
        beside: Metrics that may stand beside it, best known first.

    Raises:
        UsageError: The metric is not cut by this level, or nothing is sorted by that name.
    """
    metric = engine.catalogue[league.metric]
    _refuse_cut(metric, league.level)
    questions = Questions(engine)
    ask_units(questions, league, asked, asked.where, today)
    columns = beside_of(engine, metric, beside, league.level)
    for one in columns:
        questions.ask((one.id, "column"), one.id, asked.period, asked.where, [league.level])
    questions.run(scope)
    made = [_column(questions, one, league.level) for one in columns]
    return league_of(questions, league, metric, made, engine.city)


def ask_units(
    questions: Questions, league: LeagueAsked, asked: Asked, where: Where, today: date
) -> None:
    """What a league table of one metric needs, under the names that `league_of` looks for."""
    metric, level, window = league.metric, league.level, asked.window
    days, grain = small_curve(window.period, today)
    questions.ask(("league",), metric, window.period, where, [level])
    questions.ask(("league", "before"), metric, window.before, where, [level])
    questions.ask(("league", "year before"), metric, window.year_before, where, [level])
    questions.ask(("league", "spark"), metric, days, where, [level, grain])


def beside_of(
    engine: MetricEngine, metric: Metric, beside: Iterable[str], level: str
) -> list[Metric]:
    """The parts of a score; else the metrics of the same domain."""
    if metric.parts:
        return list(metric.parts)
    domain = metric.id.partition(".")[0]
    found = [name for name in beside if name.partition(".")[0] == domain and name != metric.id]
    known = [engine.catalogue[name] for name in found]
    return [one for one in known if level in one.cuts][:COLUMNS]


def league_of(
    questions: Questions, league: LeagueAsked, metric: Metric, columns: list[Column], city: City
) -> LeagueTable:
    """The table from answered questions."""
    result = questions.get("league")
    in_groups = any(group.dimension == league.level for group in city.groups.values())
    spark = questions.get("league", "spark")
    grain = next((g for g in Grain if spark and g in spark.query.by), Grain.WEEK)
    if result is None:
        return LeagueTable(league, metric, None, (), tuple(columns), grain, in_groups)
    entries = _Entries(questions, result, league.level)
    order = _order(league, columns)
    groups = [
        LeagueGroup(found.group, tuple(order([entries.of(one) for one in found.ranked])))
        for found in rankings(
            metric, result.rows, league.level, city.groups, by_chance=league.by_chance
        )
    ]
    redefined = (
        questions.redefined(result, "league", "before"),
        questions.redefined(result, "league", "year before"),
    )
    return LeagueTable(
        league, metric, result, tuple(groups), tuple(columns), grain, in_groups, redefined
    )


class _Entries:
    """Looks up what stands beside each unit of one result."""

    def __init__(self, questions: Questions, result: MetricResult, level: str) -> None:
        self._result, self._level = result, level
        self._before = dict(unit_changes(result, questions.get("league", "before"), level))
        self._year = dict(unit_changes(result, questions.get("league", "year before"), level))
        self._curves = questions.get("league", "spark")
        self._steps: dict[str, list[MetricRow]] = {}
        for row in rows_of(self._curves):
            self._steps.setdefault(row.group[level], []).append(row)

    def of(self, ranked: Ranked) -> Entry:
        row, metric, target = ranked.row, self._result.metric, self._result.target
        code = row.group[self._level]
        steps = self._steps.get(code, ())
        return Entry(
            code,
            ranked,
            standing(metric, row.value, target.value if target else None),
            self._before.get(code),
            self._year.get(code),
            curve(self._curves, steps) if self._curves else (),
            interval(row.ratio) if metric.form == "rate" else None,
        )


def _column(questions: Questions, metric: Metric, level: str) -> Column:
    result = questions.get(metric.id, "column")
    return Column(metric, result, {row.group[level]: row for row in rows_of(result)})


def _refuse_cut(metric: Metric, level: str) -> None:
    if level not in metric.cuts:
        raise UsageError(
            f"`{metric.id}` is not known by {level}.",
            where=f"metric={metric.id}&level={level}",
            fix="choose another metric from the list",
        )


def _order(
    league: LeagueAsked, columns: Iterable[Column]
) -> Callable[[list[Entry]], Iterable[Entry]]:
    """Keeps the places; what has no figure in the column sorted by comes last, either way round."""
    name, turned = league.sort.removeprefix("-"), league.sort.startswith("-")
    by_metric = {column.metric.id: column for column in columns}
    keys: dict[str, Callable[[Entry], Key | None]] = {
        RANK: _rank,
        league.metric: _rank,
        NAME: lambda entry: None if entry.code == UNKNOWN else (0, entry.code),
        CHANGE: _change,
        **{metric: _value_in(column) for metric, column in by_metric.items()},
    }
    if name not in keys:
        raise UsageError(
            f"Nothing is sorted by `{name}`.",
            where=f"sort={league.sort}",
            fix=did_you_mean(name, keys),
        )
    key = keys[name]

    def ordered(entries: list[Entry]) -> list[Entry]:
        known = [(found, entry) for entry in entries if (found := key(entry)) is not None]
        others = [entry for entry in entries if key(entry) is None]
        known.sort(key=lambda pair: pair[0], reverse=turned)
        return [entry for _, entry in known] + others

    return ordered


def _rank(entry: Entry) -> Key | None:
    return None if entry.ranked.rank is None else (0, Decimal(entry.ranked.rank))


def _change(entry: Entry) -> Key | None:
    """The largest rise first."""
    found = entry.before.value if entry.before else None
    return None if found is None else (0, -found)


def _value_in(column: Column) -> Callable[[Entry], Key | None]:
    """The best of a column first: the highest where nobody says which way is good."""
    sign = 1 if column.metric.direction == "lower_is_better" else -1

    def key(entry: Entry) -> Key | None:
        row = column.rows.get(entry.code)
        return None if row is None or row.value is None else (0, sign * row.value)

    return key
