"""What must hold for every metric, cut, filter and scope, whatever the facts are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.access.scope import Scope
from dashboard.core.values import UNKNOWN, FigureState, Grain, Period, Ratio
from dashboard.facts import incidents
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import MAX_LIMIT, IncidentLister, IncidentQuery
from dashboard.metrics.model import (
    PERCENTILES,
    Metric,
    MetricQuery,
    MetricResult,
    MetricRow,
    Where,
    filters,
)
from dashboard.store.facts_store import FactsStore
from tests.cities import GRIDS, REGIONS, city, gridded
from tests.crowd import Crowd

CATALOGUE = Catalogue.load()
EVERYTHING = Scope.whole_city()
WHOLE = Period(date(2026, 8, 1), date(2026, 10, 20))
METRICS = list(CATALOGUE)
PASSING_100 = {"hotline.completion_rate", "service.active_review_rate"}
"""Those that divide what was done by what came in, and may do more than came."""

CODES = {
    "district": ("D1", "D2", UNKNOWN),
    "street": ("S11", "S12", "S21", UNKNOWN),
    "grid": ("G111", "G211", UNKNOWN),
    "department": ("B1", "B2", "B3", UNKNOWN),
    "category": ("x:01", "x:02", "x:0101", "x:010101", UNKNOWN),
    "category_2": ("x:0101", "x:0102", UNKNOWN),
    "source": ("hotline", "grid", "verdicts", "hall", "ratings", "exchange"),
    "kind": ("hotline", "grid"),
    "state": ("closed", "handling", "suspended", "voided"),
    "channel": ("phone", "superior", "online", "web", UNKNOWN),
    "urgency": ("urgent", UNKNOWN),
    "supervisor": ("P1", UNKNOWN),
}
NO_FIGURE_AT_ALL = (FigureState.NOT_DUE, FigureState.NOT_DELIVERED)
FEW = settings(max_examples=25, deadline=None, derandomize=True)


def populations(metrics: Iterable[Metric]) -> Mapping[str, list[Metric]]:
    """Metrics that count the same facts, so that one run can ask them all the same question."""
    found: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        found["+".join(sorted({leg.fact.name for leg in metric.legs}))].append(metric)
    return found


ADDING = populations(metric for metric in METRICS if metric.adds_up and metric.form != "snapshot")
LISTABLE = populations(m for m in METRICS if m.top and m.fact.table is incidents)
COUNTING = populations(m for m in METRICS if m.top and m.form not in PERCENTILES)
STOCKS = [metric for metric in METRICS if metric.form == "snapshot"]
BASED = [metric for metric in METRICS if metric.base]
SCORES = [metric for metric in METRICS if metric.scheme]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FactsStore]:
    store = FactsStore.open(tmp_path_factory.mktemp("crowd") / "facts.duckdb")
    Crowd().fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def engine(store: FactsStore) -> Iterator[MetricEngine]:
    engine = MetricEngine(CATALOGUE, gridded(city()), store)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def lister(engine: MetricEngine, store: FactsStore) -> IncidentLister:
    return IncidentLister(engine.catalogue, engine.planner, store)


def periods() -> st.SearchStrategy[Period]:
    days = st.dates(date(2026, 7, 25), date(2026, 10, 25))
    return st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))


def shared_cuts(metrics: Sequence[Metric]) -> list[str]:
    return [cut for cut in metrics[0].cuts if all(cut in metric.cuts for metric in metrics)]


def cuts_of(metrics: Sequence[Metric], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(shared_cuts(metrics)), min_size=1, max_size=most, unique=True)


def wheres(metrics: Sequence[Metric]) -> st.SearchStrategy[Where]:
    known = {name: CODES[name] for name in shared_cuts(metrics) if name in CODES}
    optional = {
        name: st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
        for name, codes in known.items()
    }
    return st.fixed_dictionaries({}, optional=optional).map(few).map(filters)


def few(chosen: dict[str, list[str]]) -> dict[str, list[str]]:
    """More than two filters at once leave nothing to add up."""
    return dict(sorted(chosen.items())[-2:])


def scopes() -> st.SearchStrategy[Scope]:
    districts = st.frozensets(st.sampled_from(CODES["district"]))
    departments = st.frozensets(st.sampled_from(CODES["department"]))
    return st.builds(
        lambda some, others: Scope.of(districts=some, departments=others), districts, departments
    )


def below(ratio: Ratio) -> Decimal:
    return ratio.denominator or Decimal(0)


def ask(
    engine: MetricEngine,
    metrics: Sequence[Metric],
    period: Period,
    by: Sequence[str] = (),
    where: Where = (),
    *,
    scope: Scope = EVERYTHING,
) -> list[MetricResult]:
    queries = [MetricQuery(metric.id, period, tuple(by), where) for metric in metrics]
    return engine.run(queries, scope=scope)


def summed(rows: Iterable[MetricRow]) -> tuple[Decimal, Decimal]:
    ratios = [row.ratio for row in rows]
    return sum((r.numerator for r in ratios), Decimal(0)), sum(map(below, ratios), Decimal(0))


def by_population(metrics: Mapping[str, list[Metric]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("metrics", metrics.values(), ids=metrics.keys())


def test_every_metric_has_something_to_count(engine: MetricEngine) -> None:
    """Otherwise nothing here would prove anything about it."""
    for result in ask(engine, METRICS, WHOLE):
        row = result.total
        assert row.state is FigureState.OK, (result.metric.id, row)
        assert row.ratio.numerator > 0, result.metric.id


@by_population(ADDING)
@given(data=st.data())
@FEW
def test_parts_add_up_to_the_whole(engine: MetricEngine, metrics: list[Metric], data: Any) -> None:
    period, where, cuts = (
        data.draw(periods()),
        data.draw(wheres(metrics)),
        data.draw(cuts_of(metrics)),
    )
    wholes, cut = ask(engine, metrics, period, (), where), ask(engine, metrics, period, cuts, where)
    for whole, parts in zip(wholes, cut, strict=True):
        if whole.total.state not in NO_FIGURE_AT_ALL:
            assert summed(parts.rows) == summed(whole.rows), whole.metric.id


@pytest.mark.parametrize("metric", STOCKS, ids=lambda metric: metric.id)
@given(data=st.data())
@FEW
def test_stocks_add_up_over_places_and_never_over_time(
    engine: MetricEngine, metric: Metric, data: Any
) -> None:
    period, where = data.draw(periods()), data.draw(wheres([metric]))
    grain = Grain(data.draw(st.sampled_from(list(Grain))))
    cut = data.draw(st.sampled_from([name for name in metric.cuts if name not in list(Grain)]))
    cuts = data.draw(st.permutations([cut, grain.value]))
    [steps], [parts] = (ask(engine, [metric], period, by, where) for by in ([grain], cuts))
    [places], [whole] = (ask(engine, [metric], period, by, where) for by in ([cut], ()))
    if whole.total.state is not FigureState.OK:
        return
    at_each_step = {row.group[grain]: row.ratio.numerator for row in steps.rows}
    assert summed(places.rows) == summed(whole.rows)
    assert list(at_each_step.values())[-1] == whole.total.ratio.numerator
    for name, stock in at_each_step.items():
        assert summed(row for row in parts.rows if row.group[grain] == name)[0] == stock


@pytest.mark.parametrize("metric", STOCKS, ids=lambda metric: metric.id)
def test_the_stock_of_each_step_is_that_of_its_last_day(
    engine: MetricEngine, metric: Metric
) -> None:
    [months] = ask(engine, [metric], WHOLE, ["month"])
    ends = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 20))
    alone = [ask(engine, [metric], Period(WHOLE.first, end))[0].total for end in ends]
    assert [row.ratio for row in months.rows] == [row.ratio for row in alone]


@pytest.mark.parametrize("metric", BASED, ids=lambda metric: metric.id)
@pytest.mark.parametrize("level", ["district", "street", "grid"])
def test_a_figure_per_resident_or_grid_takes_those_of_its_own_region(
    engine: MetricEngine, metric: Metric, level: str
) -> None:
    above = {grid.code: grid.parent for grid in GRIDS} | {r.code: r.parent for r in REGIONS}
    for row in ask(engine, [metric], WHOLE, [level])[0].rows:
        code = row.group[level]
        expected = (
            sum(1 for grid in GRIDS if code in (grid.code, grid.parent, above[grid.parent]))
            if metric.base == "unit_grids"
            else sum(region.population or 0 for region in REGIONS if region.code == code)
        )
        assert below(row.ratio) == expected, code
        assert (row.state is FigureState.NOT_DELIVERED) == (expected == 0), code


@pytest.mark.parametrize("metric", BASED, ids=lambda metric: metric.id)
@given(data=st.data())
@FEW
def test_what_is_counted_per_resident_or_grid_adds_up(
    engine: MetricEngine, metric: Metric, data: Any
) -> None:
    period, where = data.draw(periods()), data.draw(wheres([metric]))
    [whole], [parts] = (
        ask(engine, [metric], period, by, where) for by in ((), data.draw(cuts_of([metric])))
    )
    if whole.total.state not in NO_FIGURE_AT_ALL:
        assert summed(parts.rows)[0] == whole.total.ratio.numerator


@by_population(LISTABLE)
@given(data=st.data())
@FEW
def test_a_figure_counts_the_incidents_it_lists(
    engine: MetricEngine, lister: IncidentLister, metrics: list[Metric], data: Any
) -> None:
    period, where, scope = data.draw(periods()), data.draw(wheres(metrics)), data.draw(scopes())
    for result in ask(engine, metrics, period, (), where, scope=scope):
        if result.total.state in NO_FIGURE_AT_ALL:
            continue
        metric, ratio = result.metric, result.total.ratio
        listed = IncidentQuery(period, where, metric=metric.id)
        assert metric.numerator is not None
        if metric.numerator.arithmetic != "sum":
            assert lister.total(listed, scope=scope) == ratio.numerator, metric.id
        if metric.denominator is not None:
            listed = IncidentQuery(period, where, metric=metric.id, part="denominator")
            assert lister.total(listed, scope=scope) == ratio.denominator, metric.id


@by_population(COUNTING)
@given(data=st.data())
@FEW
def test_a_scope_never_widens(engine: MetricEngine, metrics: list[Metric], data: Any) -> None:
    period, where, scope = data.draw(periods()), data.draw(wheres(metrics)), data.draw(scopes())
    seen = ask(engine, metrics, period, (), where, scope=scope)
    for narrow, wide in zip(seen, ask(engine, metrics, period, (), where), strict=True):
        some, all_ = narrow.total.ratio, wide.total.ratio
        assert some.numerator <= all_.numerator, narrow.metric.id
        assert below(some) <= below(all_), narrow.metric.id


def test_a_numerator_never_exceeds_its_denominator(engine: MetricEngine) -> None:
    rates = [m for m in METRICS if m.form == "rate" and m.id not in PASSING_100]
    for by in ("district", "day"):
        asked = [metric for metric in rates if by in metric.cuts]
        for result in ask(engine, asked, WHOLE, [by]):
            assert all(row.ratio.numerator <= below(row.ratio) for row in result.rows)
            assert summed(result.rows)[1] > 0  # otherwise this proves nothing


def test_only_what_divides_by_other_rows_may_pass_100_percent(engine: MetricEngine) -> None:
    rates = [metric for metric in METRICS if metric.form == "rate"]
    other = {
        m.id for m in rates if (m.legs[0].fact, m.legs[0].time) != (m.legs[1].fact, m.legs[1].time)
    }
    assert other == PASSING_100
    [days] = ask(engine, [CATALOGUE["hotline.completion_rate"]], WHOLE, ["day"])
    above = [row for row in days.rows if row.ratio.numerator > below(row.ratio) > 0]
    assert above
    assert all(row.value is None or row.value > 100 for row in above)


@pytest.mark.parametrize("metric", SCORES, ids=lambda metric: metric.id)
@given(data=st.data())
@settings(FEW, max_examples=10)
def test_a_score_is_made_of_the_figures_as_they_are_shown(
    engine: MetricEngine, metric: Metric, data: Any
) -> None:
    """Each group's parts asked by themselves, as anybody would add up the printed table again."""
    period = Period(data.draw(st.dates(date(2026, 7, 25), date(2026, 9, 20))), WHOLE.last)
    [cut] = data.draw(cuts_of([metric], most=1))
    [scores] = ask(engine, [metric], period, [cut])
    assert metric.scheme is not None
    for row in scores.rows:
        alone = MetricQuery(metric.id, *one_group(period, cut, row.group[cut]))
        [again] = engine.run([alone], scope=EVERYTHING)
        parts = engine.run(
            [MetricQuery(part.id, alone.period, (), alone.where) for part in metric.parts],
            scope=EVERYTHING,
        )
        shown = {
            part.metric.id: None
            if part.total.value is None
            else part.metric.shown(part.total.value)
            for part in parts
        }
        made = metric.scheme.score(shown, decimals=metric.decimals)
        assert (row.value, row.grade, row.missing) == (made.points, made.grade, made.missing)
        assert (again.total.value, again.total.grade, again.total.missing) == (
            row.value, row.grade, row.missing,
        )  # fmt: skip


def one_group(period: Period, cut: str, code: str) -> tuple[Period, tuple[str, ...], Where]:
    """The question whose only row is one group of a cut."""
    if cut not in list(Grain):
        return period, (), filters({cut: code})
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    own = [day for day in days if name_of(day, Grain(cut)) == code]
    return Period(own[0], own[-1]), (), ()


def name_of(day: date, grain: Grain) -> str:
    year, week, _ = day.isocalendar()
    return {
        Grain.DAY: str(day),
        Grain.WEEK: f"{year}-W{week:02}",
        Grain.MONTH: str(day)[:7],
        Grain.YEAR: str(day.year),
    }[grain]


def test_a_scope_shows_its_rows_alone(lister: IncidentLister) -> None:
    scope = Scope.of(districts=frozenset({"D1"}), departments=frozenset({"B3"}))
    page = lister.page(IncidentQuery(WHOLE, limit=MAX_LIMIT), scope=scope)
    assert page.total > 0
    assert all(row["district_code"] == "D1" or row["department_code"] == "B3" for row in page.rows)


def test_an_empty_scope_shows_nothing(engine: MetricEngine, lister: IncidentLister) -> None:
    nobody = Scope.of(districts=frozenset(), departments=frozenset())
    assert lister.page(IncidentQuery(WHOLE), scope=nobody).total == 0
    counts = [metric for metric in METRICS if metric.is_amount]
    for result in ask(engine, counts, WHOLE, scope=nobody):
        assert result.total.ratio.numerator == 0, result.metric.id


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "due_at", "-closed_at"])
def test_pages_show_every_incident_once(lister: IncidentLister, sort: str) -> None:
    query = IncidentQuery(Period(date(2026, 9, 1), date(2026, 9, 30)), sort=sort, limit=90)
    seen: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        page = lister.page(IncidentQuery(**{**vars(query), "after": after}), scope=EVERYTHING)
        seen += [(row["source"], row["source_id"]) for row in page.rows]
        after = page.next
    assert len(seen) == len(set(seen)) == page.total
