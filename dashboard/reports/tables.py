"""Tables of a bulletin, from the answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboard.city.model import City, Group
from dashboard.core.values import UNKNOWN
from dashboard.metrics.comparison import change, meets_target
from dashboard.metrics.model import Metric, MetricResult, MetricRow, Where
from dashboard.metrics.ranking import Ranked, ranking, rankings
from dashboard.reports.asking import Answers
from dashboard.reports.document import Cell, Grid
from dashboard.reports.template import Section, TableSpec
from dashboard.reports.voice import Voice

MISSED, PROVISIONAL = "*", "†"
FEW = 5
"""Units without a rank that stand in the table; more are named under it."""


@dataclass(frozen=True)
class Drawer:
    """Draws the tables of a section. `order` ranks the codes of a cut as the pack
    lists them.
    """

    answers: Answers
    voice: Voice
    city: City
    order: Mapping[str, Mapping[str, int]]

    def figures(self, section: Section) -> Grid:
        """One line a metric: its figure with the counts behind it, target, both changes."""
        voice = self.voice
        heads = [voice.say(key) for key in ("metric", "value", "counts", "target")]
        heads += [voice.say("change"), voice.say("year_change")]
        results = [self._now(metric, section.where) for metric in section.figures]
        rows = tuple(tuple(self._line(result)) for result in results)
        notes = (*self._notes(rows, "missed_note"), *self._unsettled(results))
        return Grid("", tuple(heads), rows, (1, 2, 3, 4, 5), (22, 16, 18, 12, 16, 16), notes)

    def _now(self, metric: str, where: Where, by: Sequence[str] = ()) -> MetricResult:
        return self.answers.get(metric, self.answers.days.window.period, where, by)

    def _line(self, result: MetricResult) -> Iterator[Cell]:
        metric, row, voice = result.metric, result.total, self.voice
        days, where = self.answers.days.window, result.query.where
        target = result.target.value if result.target else None
        yield Cell(voice.metric(metric))
        yield self._judged(result, row, voice.figure(metric, row))
        yield Cell("" if metric.is_amount else voice.counts(row), "muted")
        yield Cell("" if target is None else voice.target(metric, target))
        for period in (days.before, days.year_before):
            then = self.answers.get(metric.id, period, where).total
            yield Cell(voice.signed(metric, change(metric, row, then)))

    def _judged(self, result: MetricResult, row: MetricRow, text: str) -> Cell:
        """A star says that the target is missed, a dagger that the figure is provisional."""
        target = result.target.value if result.target else None
        if row.value is None:
            return Cell(text, "muted")
        text += PROVISIONAL if row.provisional else ""
        if meets_target(result.metric, row.value, target) is False:
            return Cell(f"{text}{MISSED}", "missed")
        return Cell(text)

    def _notes(
        self, rows: Sequence[Sequence[Cell]], missed: str, targets: str = ""
    ) -> tuple[str, ...]:
        cells = [cell for row in rows for cell in row]
        notes = []
        if any(cell.mark == "missed" for cell in cells):
            notes.append(self.voice.say(missed, targets=targets))
        if any(PROVISIONAL in cell.text for cell in cells):
            notes.append(self.voice.say("provisional_note"))
        return tuple(notes)

    def _unsettled(self, results: Sequence[MetricResult]) -> Iterator[str]:
        """While rows of the period are open: the band a figure can still take, and until when."""
        for result in results:
            metric, found = result.metric, self.answers.settling.get(result.query)
            if found is None or found.band is None or found.band.settled:
                continue
            low, high = (
                self.voice.united(f"{metric.shown(edge):,}", metric) for edge in found.band
            )
            if low == high:
                continue
            key = "unsettled_until" if found.settles_on else "unsettled"
            yield self.voice.say(
                key,
                name=self.voice.metric(metric),
                count=found.undecided,
                low=low,
                high=high,
                day=self.voice.day(found.settles_on) if found.settles_on else "",
            )

    def tables(self, section: Section, spec: TableSpec) -> Iterator[Grid]:
        """One table; with `groups`, one for each group that is ranked by itself."""
        results = [self._now(metric, section.where, (spec.by,)) for metric in spec.metrics]
        if not spec.groups:
            yield self._table(section, spec, self._ordered(spec, results), None)
            return
        ranked = self._of(spec.rank, results)
        for found in rankings(ranked.metric, ranked.rows, spec.by, self.city.groups):
            order = [one for one in found.ranked if one.row.group[spec.by] != UNKNOWN]
            if order:
                yield self._table(section, spec, order, found.group)

    def _of(self, metric: str, results: Sequence[MetricResult]) -> MetricResult:
        return next(result for result in results if result.metric.id == metric)

    def _ordered(self, spec: TableSpec, results: Sequence[MetricResult]) -> list[Ranked]:
        if spec.rank:
            ranked = self._of(spec.rank, results)
            return ranking(ranked.metric, ranked.rows, spec.by)
        known = self.order.get(spec.by, {})
        rows = {row.group[spec.by]: row for result in results for row in result.rows}
        codes = sorted(rows, key=lambda c: (c == UNKNOWN, known.get(c, len(known)), c))
        return [Ranked(rows[code], None) for code in codes]

    def _table(
        self, section: Section, spec: TableSpec, order: Sequence[Ranked], group: Group | None
    ) -> Grid:
        shown = _shown(spec, order)
        columns = [self._column(section, spec, metric) for metric in spec.metrics]
        rows = [self._row(spec, one, columns) for one in shown]
        if spec.total:
            rows.append(self._total(section, spec))
        targets = self.voice.listed([c.target for c in columns if c.target] or [""])
        notes = [*self._notes(rows, "missed_these", targets), *self._left_out(spec, order, shown)]
        lead = [self.voice.say("rank")] if spec.rank else []
        figures = [head for column in columns for head in self._heads(spec, column)]
        first = len(lead) + 1
        return Grid(
            caption=self._titled(spec, group),
            heads=(*lead, self._cut(spec.by), *figures),
            rows=tuple(tuple(row) for row in rows),
            numbers=tuple(range(first, first + len(figures))),
            wide=_widths(len(lead), len(figures)),
            notes=tuple(notes),
        )

    def _titled(self, spec: TableSpec, group: Group | None) -> str:
        """With `groups`, which of them it is; units that the city puts in none come last."""
        if not spec.groups:
            return spec.title
        voice = self.voice
        name = voice.pick(group.name, group.name_en) if group else voice.say("ungrouped")
        return voice.say("with_figure", name=spec.title, figure=name) if spec.title else name

    def _cut(self, by: str) -> str:
        return self.voice.say(by) if self.voice.knows(by) else by

    def _heads(self, spec: TableSpec, column: "Column") -> list[str]:
        metric = column.now.metric
        unit = self.voice.unit(metric)
        name = self.voice.metric(metric)
        head = self.voice.say("with_figure", name=name, figure=unit) if unit else name
        return [head, self.voice.say("change")] if spec.change else [head]

    def _column(self, section: Section, spec: TableSpec, metric: str) -> "Column":
        now = self._now(metric, section.where, (spec.by,))
        earlier = None
        if spec.change:
            before = self.answers.days.window.before
            earlier = _by_code(self.answers.get(metric, before, section.where, (spec.by,)), spec.by)
        target = now.target.value if now.target else None
        told = ""
        if target is not None:
            told = f"{self.voice.metric(now.metric)} {self.voice.target(now.metric, target)}"
        return Column(now, _by_code(now, spec.by), earlier, told)

    def _row(self, spec: TableSpec, one: Ranked, columns: Sequence["Column"]) -> list[Cell]:
        code = one.row.group[spec.by]
        cells = []
        if spec.rank:
            cells.append(Cell(str(one.rank) if one.rank else self.voice.say("nothing")))
        cells.append(Cell(self.voice.name(spec.by, code)))
        for column in columns:
            row = column.rows.get(code)
            cells.append(self._cell(column.now, row))
            if column.before is not None:
                cells.append(self._changed(column.now.metric, row, column.before.get(code)))
        return cells

    def _cell(self, result: MetricResult, row: MetricRow | None) -> Cell:
        if row is None:
            absent = "0" if result.metric.is_amount else self.voice.say("nothing")
            return Cell(absent, "muted")
        text = self.voice.bare(result.metric, row)
        return self._judged(result, row, f"{text} {row.grade}" if row.grade else text)

    def _changed(self, metric: Metric, now: MetricRow | None, then: MetricRow | None) -> Cell:
        if now is None or then is None:
            return Cell(self.voice.say("nothing"), "muted")
        return Cell(self.voice.signed(metric, change(metric, now, then)))

    def _total(self, section: Section, spec: TableSpec) -> list[Cell]:
        cells = [Cell("")] if spec.rank else []
        cells.append(Cell(self.voice.say("whole_city"), "strong"))
        for metric in spec.metrics:
            result = self._now(metric, section.where)
            cells.append(
                self._judged(result, result.total, self.voice.bare(result.metric, result.total))
            )
            if spec.change:
                before = self.answers.days.window.before
                then = self.answers.get(metric, before, section.where).total
                cells.append(self._changed(result.metric, result.total, then))
        return cells

    def _left_out(
        self, spec: TableSpec, order: Sequence[Ranked], shown: Sequence[Ranked]
    ) -> Iterator[str]:
        """Ranks beyond `top` are counted; units without a rank are named, if not as rows."""
        if not spec.rank:
            return
        ranked = sum(one.rank is not None for one in order)
        if beyond := ranked - sum(one.rank is not None for one in shown):
            yield self.voice.say("more", count=beyond)
        codes = [one.row.group[spec.by] for one in order if one.rank is None]
        named = [self.voice.name(spec.by, code) for code in codes if code != UNKNOWN]
        if named:
            yield self.voice.say("not_ranked", count=len(named), names=self.voice.listed(named))


@dataclass(frozen=True)
class Column:
    """One metric of a table; `target` is its target in words."""

    now: MetricResult
    rows: Mapping[str, MetricRow]
    before: Mapping[str, MetricRow] | None
    target: str


def _shown(spec: TableSpec, order: Sequence[Ranked]) -> list[Ranked]:
    """Without a ranking all; else those with a rank, and the others while they are few."""
    if not spec.rank:
        return list(order)
    ranked = [one for one in order if one.rank and (not spec.top or one.rank <= spec.top)]
    others = [one for one in order if one.rank is None]
    few = not spec.top and len(others) <= FEW
    return ranked + others if few else ranked


def _by_code(result: MetricResult, by: str) -> dict[str, MetricRow]:
    return {row.group[by]: row for row in result.rows}


def _widths(lead: int, figures: int) -> tuple[int, ...]:
    """Shares of 100: a narrow rank, a name as wide as two figures, the figures alike."""
    each = (100 - 9 * lead) // (figures + 2)
    return (*([9] * lead), 100 - 9 * lead - each * figures, *([each] * figures))
