"""The tables of a KPI page as sheets of a workbook: the figures of the page, nothing else."""

from collections.abc import Iterable, Mapping, Sequence

from dashboard.api.kpi_words import (
    Voice,
    amount,
    changed,
    figure_cells,
    rounded_to,
    shown,
    target,
)
from dashboard.api.workbook import Table, Value
from dashboard.boards.league import Entry, LeagueGroup, LeagueTable
from dashboard.boards.scorecards import Card, Scorecards, ScorePart
from dashboard.core.values import Grain
from dashboard.metrics.model import MetricResult, MetricRow

Notes = Sequence[str]

CARDS = (
    "domain", "metric", "id", "value", "unit", "grade", "standing", "target", "numerator",
    "denominator", "before", "year_before", "change_unit", "band_low", "band_high", "settles_on",
    "why_none",
)  # fmt: skip


def scorecard_tables(voice: Voice, data: Scorecards, notes: Notes) -> list[Table]:
    rows = [
        [voice.pick(one.domain.name, one.domain.name_en), *_card(voice, card)]
        for one in data.domains
        for card in one.all
    ]
    tables = [Table(voice.word("kpi"), notes, voice.words(CARDS), rows)]
    parts = [_part(voice, card, part) for card in data.cards for part in card.parts]
    if parts:
        heads = ("score", "part", "value", "unit", "earned", "most", "why_none")
        tables.append(Table(voice.word("parts"), notes, voice.words(heads), parts))
    curves = {
        voice.metric(card.metric): {_step(row): row for row in card.tile.spark}
        for card in data.cards
        if card.tile.result is not None
    }
    tables.append(_curves(voice, [c for c in data.cards if c.tile.result], curves, notes))
    return tables


def _card(voice: Voice, card: Card) -> list[Value]:
    metric, result = card.metric, card.tile.result
    if result is None:
        return [voice.metric(metric), metric.id]
    row, settling = result.total, card.settling
    band = settling.band if settling and not settling.settled else None
    return [
        *figure_cells(voice, result, row, card.standing),
        changed(card.tile.before),
        changed(card.tile.year_before),
        voice.change_unit(metric, card.tile.before or card.tile.year_before) or None,
        rounded_to(result.metric, band.low if band else None),
        rounded_to(result.metric, band.high if band else None),
        settling.settles_on if settling and band else None,
        voice.state(row) or None,
    ]


def _part(voice: Voice, card: Card, part: ScorePart) -> list[Value]:
    metric = part.result.metric
    return [
        voice.metric(card.metric),
        voice.metric(metric),
        shown(metric, part.row),
        voice.unit(metric),
        rounded_to(card.metric, part.earned),
        amount(part.most),
        voice.state(part.row) or None,
    ]


def _curves(
    voice: Voice,
    cards: Sequence[Card],
    curves: Mapping[str, Mapping[str, MetricRow]],
    notes: Notes,
) -> Table:
    """The small curves: a row for each step of time, a column for each figure."""
    steps = sorted({step for rows in curves.values() for step in rows})
    rows: list[list[Value]] = [
        [step, *(shown(card.metric, curves[voice.metric(card.metric)].get(step)) for card in cards)]
        for step in steps
    ]
    return Table(voice.word("curves"), notes, [voice.word("step"), *curves], rows)


def league_tables(voice: Voice, table: LeagueTable, notes: Notes) -> list[Table]:
    rows = [_entry(voice, table, group, e) for group in table.groups for e in group.entries]
    name = f"{voice.word(table.asked.level)} {voice.metric(table.metric)}"
    tables = [Table(name, notes, _league_heads(voice, table), rows)]
    if table.entries and any(entry.spark for entry in table.entries):
        tables.append(_league_curves(voice, table, notes))
    return tables


def _league_heads(voice: Voice, table: LeagueTable) -> list[str]:
    heads = ["group", "rank", "tied", "code", table.asked.level]
    named = f"{voice.metric(table.metric)} {voice.unit(table.metric)}".strip()
    after = [
        "grade", "standing", "target", "numerator", "denominator", "low", "high", "before",
        "year_before", "change_unit", "why_none",
    ]  # fmt: skip
    beside = [f"{voice.metric(c.metric)} {voice.unit(c.metric)}".strip() for c in table.columns]
    return [*voice.words(heads), named, *voice.words(after), *beside]


def _entry(voice: Voice, table: LeagueTable, group: LeagueGroup, entry: Entry) -> list[Value]:
    assert table.result is not None  # noqa: S101 — without an answer there are no entries
    metric, row = table.result.metric, entry.ranked.row
    low, high = entry.interval if entry.interval and row.value is not None else (None, None)
    return [
        voice.group(group.group) or None,
        entry.ranked.rank,
        voice.word("yes") if entry.ranked.tied else None,
        entry.code,
        voice.name(table.asked.level, entry.code),
        shown(metric, row),
        row.grade or None,
        voice.standing(entry.standing) or None,
        target(table.result),
        amount(row.ratio.numerator),
        amount(row.ratio.denominator),
        rounded_to(metric, low),
        rounded_to(metric, high),
        changed(entry.before),
        changed(entry.year_before),
        voice.change_unit(metric, entry.before or entry.year_before) or None,
        voice.state(row) or None,
        *(shown(column.metric, column.rows.get(entry.code)) for column in table.columns),
    ]


def _league_curves(voice: Voice, table: LeagueTable, notes: Notes) -> Table:
    by_unit = {e.code: {_step(row): row for row in e.spark} for e in table.entries}
    steps = sorted({step for rows in by_unit.values() for step in rows})
    rows: list[list[Value]] = [
        [
            voice.name(table.asked.level, entry.code),
            *(shown(table.metric, by_unit[entry.code].get(step)) for step in steps),
        ]
        for entry in table.entries
    ]
    return Table(voice.word("curves"), notes, [voice.word(table.asked.level), *steps], rows)


def _step(row: MetricRow) -> str:
    return next((row.group[grain] for grain in Grain if grain in row.group), "")


DEFINITIONS = (
    "metric", "id", "formula", "numerator", "denominator", "exclusions", "unit", "standard",
    "status", "owner", "target", "target_source", "period", "data_version", "complete_to",
)  # fmt: skip


def definitions(voice: Voice, results: Iterable[MetricResult], notes: Notes) -> Table:
    """What every figure of the workbook means, and the data it rests on."""
    newest = {(r.metric.id, r.query.period): r for r in results}
    rows = [_definition(voice, result) for result in newest.values()]
    return Table(voice.word("definitions"), notes, voice.words(DEFINITIONS), rows)


def _definition(voice: Voice, result: MetricResult) -> list[Value]:
    metric = result.metric
    said = metric.en if voice.language == "en" else metric.zh
    complete = result.complete_to
    return [
        said.name,
        metric.id,
        said.formula,
        said.counts,
        said.of or None,
        said.exclusions or None,
        said.unit,
        metric.standard,
        metric.status,
        metric.owner,
        target(result),
        result.target.source if result.target else None,
        voice.days(result.query.period),
        result.data_version,
        None if complete is None else complete.replace(tzinfo=None, microsecond=0),
    ]
