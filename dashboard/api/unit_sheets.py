"""The tables of the page of one department or district as sheets of a workbook."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dashboard.api.kpi_sheets import Notes, league_tables
from dashboard.api.kpi_words import Voice, amount, changed, figure_cells, rounded_to, shown
from dashboard.api.workbook import Table, Value
from dashboard.boards.department import Department
from dashboard.boards.district import District
from dashboard.boards.units import UnitFigure
from dashboard.core.values import Grain, Period, bucket_name, buckets
from dashboard.metrics.model import MetricResult, MetricRow

PLACE = (
    "metric", "id", "value", "unit", "grade", "standing", "target", "numerator", "denominator",
    "rank", "of", "median", "before", "year_before", "change_unit", "why_none",
)  # fmt: skip


def department_tables(voice: Voice, data: Department, notes: Notes) -> list[Table]:
    tables = [
        _places(voice, "place", (*data.place, *data.returns), notes),
        _volumes(voice, data, notes),
    ]
    if data.categories is not None:
        results = data.categories.results
        heads = [
            voice.word("code"),
            voice.word("category"),
            *(voice.metric(result.metric) for result in results),
        ]
        rows: list[list[Value]] = [
            [
                row.code,
                voice.name(data.categories.cut, row.code),
                *(shown(r.metric, one) for r, one in zip(results, row.rows, strict=True)),
            ]
            for row in data.categories.rows
        ]
        tables.append(Table(voice.word("categories"), notes, heads, rows))
    tables.append(_waiting(voice, data, notes))
    if data.flow is not None:
        tables.append(_flow(voice, data, notes))
    tables.append(_months(voice, data, notes))
    return tables


def district_tables(voice: Voice, data: District, notes: Notes) -> list[Table]:
    tables = [_places(voice, "place", data.place, notes)]
    if data.streets is not None and data.streets.result is not None:
        tables += league_tables(voice, data.streets, notes)
    if data.months:
        tables.append(_by_month(voice, data.months, notes))
    if data.top is not None:
        rows: list[list[Value]] = [
            [
                row.group[data.top.cut],
                voice.name(data.top.cut, row.group[data.top.cut]),
                shown(data.top.metric, row),
                changed(data.top.before.get(row.group[data.top.cut])),
            ]
            for row in data.top.rows
        ]
        heads = [*voice.words(("code", "category")), voice.metric(data.top.metric)]
        before = f"{voice.word('before')} %"
        tables.append(Table(voice.word("categories"), notes, [*heads, before], rows))
    if data.workers:
        tables.append(_workers(voice, data, notes))
    return tables


def results_of(data: Department | District) -> Iterable[MetricResult]:
    """Every answer that figures of the page came from, uncut in time."""
    figures = [*data.place]
    if isinstance(data, Department):
        figures += [*data.returns, *data.volumes]
        yield from (clock.result for clock in data.clocks if clock.result)
        yield from data.categories.results if data.categories else ()
        yield from (data.flow.inward, data.flow.outward) if data.flow else ()
    else:
        yield from (data.streets.result,) if data.streets and data.streets.result else ()
        yield from data.worker_columns
        yield from (data.top.result,) if data.top else ()
    yield from (figure.result for figure in figures if figure.result)
    yield from data.months


def _places(voice: Voice, name: str, figures: Iterable[UnitFigure], notes: Notes) -> Table:
    rows = [_place(voice, one) for one in figures]
    return Table(voice.word(name), notes, voice.words(PLACE), rows)


def _place(voice: Voice, one: UnitFigure) -> list[Value]:
    metric, result, row = one.metric, one.result, one.row
    if result is None or row is None:
        return [voice.metric(metric), metric.id]
    place = one.place
    return [
        *figure_cells(voice, result, row, one.standing),
        place.rank if place else None,
        place.of if place else None,
        rounded_to(metric, place.median if place else None),
        changed(one.before),
        changed(one.year_before),
        voice.change_unit(metric, one.before or one.year_before) or None,
        voice.state(row) or None,
    ]


def _volumes(voice: Voice, data: Department, notes: Notes) -> Table:
    """Amounts of the period, and what the clocks say now."""
    heads = ("metric", "id", "value", "unit", "before", "year_before", "period")
    rows: list[list[Value]] = [
        [
            voice.metric(one.metric),
            one.metric.id,
            shown(one.result.metric, one.row),
            voice.unit(one.metric),
            changed(one.before),
            changed(one.year_before),
            voice.days(one.result.query.period),
        ]
        for one in data.volumes
        if one.result is not None
    ]
    rows += [
        [
            voice.metric(clock.metric),
            clock.metric.id,
            shown(clock.metric, clock.result.total),
            voice.unit(clock.metric),
            None,
            None,
            voice.days(clock.result.query.period),
        ]
        for clock in data.clocks
        if clock.result is not None
    ]
    return Table(voice.word("volumes"), notes, voice.words(heads), rows)


def _waiting(voice: Voice, data: Department, notes: Notes) -> Table:
    heads = ("metric", "source", "number", "title", "received_at", "due_at", "state")
    zone = voice.city.zone
    rows: list[list[Value]] = [
        [
            voice.metric(one.metric),
            voice.name("source", row["source"]),
            row["source_id"],
            row["title"],
            _local(row["created_at"], zone),
            _local(row["due_at"], zone),
            voice.name("state", row["state"]),
        ]
        for one in data.waiting
        for row in one.page.rows
    ]
    return Table(voice.word("waiting"), notes, voice.words(heads), rows)


def _local(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    if instant is None:
        return None
    return instant.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, microsecond=0)


def _flow(voice: Voice, data: Department, notes: Notes) -> Table:
    assert data.flow is not None  # noqa: S101 — the caller has looked
    pairs = (("came_in", data.flow.inward), ("went_out", data.flow.outward))
    rows: list[list[Value]] = []
    for key, result in pairs:
        cut = result.query.by[0]
        others = [row for row in result.rows if row.group[cut] != data.code]
        others.sort(key=lambda row: -row.ratio.numerator)
        rows += [
            [voice.word(key), row.group[cut], voice.name("department", row.group[cut]), _n(row)]
            for row in others
        ]
    named = voice.metric(data.flow.inward.metric)
    heads = [*voice.words(("direction", "code", "department")), named]
    return Table(voice.word("flow"), notes, heads, rows)


def _n(row: MetricRow) -> Value:
    return amount(row.ratio.numerator)


def _months(voice: Voice, data: Department, notes: Notes) -> Table:
    """The curve among the peers, then the amounts of each month."""
    trend = data.trend
    period = trend.result.query.period if trend else data.asked.period
    heads = [voice.word("step"), voice.metric(data.trend_metric)]
    heads += voice.words(("median", "quarter_low", "quarter_high"))
    heads += [voice.metric(result.metric) for result in data.months]
    by_month = [{row.group[Grain.MONTH]: row for row in r.rows} for r in data.months]
    rows: list[list[Value]] = []
    for step in _steps(period):
        band = trend.bands.get(step) if trend else None
        own = trend.rows.get(step) if trend else None
        edges = (band.median, band.low, band.high) if band else (None, None, None)
        line: list[Value] = [step, shown(data.trend_metric, own)]
        line += [rounded_to(data.trend_metric, edge) for edge in edges]
        pairs = zip(data.months, by_month, strict=True)
        rows.append([*line, *(shown(r.metric, known.get(step)) for r, known in pairs)])
    return Table(voice.word("months"), notes, heads, rows)


def _by_month(voice: Voice, months: Sequence[MetricResult], notes: Notes) -> Table:
    known = [{row.group[Grain.MONTH]: row for row in result.rows} for result in months]
    rows: list[list[Value]] = [
        [step, *(shown(r.metric, k.get(step)) for r, k in zip(months, known, strict=True))]
        for step in _steps(months[0].query.period)
    ]
    heads = [voice.word("step"), *(voice.metric(result.metric) for result in months)]
    return Table(voice.word("months"), notes, heads, rows)


def _steps(period: Period) -> list[str]:
    return [bucket_name(day, Grain.MONTH) for day in buckets(period, Grain.MONTH)]


def _workers(voice: Voice, data: District, notes: Notes) -> Table:
    heads = [*voice.words(("code", "department"))]
    heads += [voice.metric(result.metric) for result in data.worker_columns]
    rows: list[list[Value]] = [
        [
            one.code,
            voice.name("department", one.code),
            *(shown(r.metric, row) for r, row in zip(data.worker_columns, one.rows, strict=True)),
        ]
        for one in data.workers
    ]
    return Table(voice.word("departments"), notes, heads, rows)
