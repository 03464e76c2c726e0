"""What a placeholder says: a figure, its change, or what stands out in a cut."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.core.values import UNKNOWN, FigureState, Grain, Ratio, bucket_name, buckets
from dashboard.metrics.comparison import change, meets_target
from dashboard.metrics.model import Metric, MetricResult, MetricRow, Where
from dashboard.metrics.ranking import places, ranking
from dashboard.reports.asking import Answers, narrowed
from dashboard.reports.grammar import Ask, Part, Verdicts, Word
from dashboard.reports.template import Section
from dashboard.reports.voice import Voice

SPARE = 2
"""So many more than asked for may be named for the sake of a shared place."""


@dataclass(frozen=True)
class Teller:
    """Says the parts of a text. `listed` are the figures that verdicts speak of."""

    answers: Answers
    voice: Voice
    words: Mapping[str, str]
    listed: tuple[tuple[str, Where], ...]

    def paragraph(self, parts: Iterable[Part], section: Section) -> str:
        return "".join(self.part(part, section) for part in parts)

    def part(self, part: Part, section: Section) -> str:
        match part:
            case str():
                return part
            case Word():
                return self.words[part.name]
            case Verdicts():
                return self._verdicts(part)
        where = narrowed(section, part)
        return self._finding(part, where) if part.by else self._figure(part, where)

    def _figure(self, ask: Ask, where: Where) -> str:
        span = self.answers.days.of(ask.over)
        result = self.answers.get(ask.metric, span.period, where)
        metric, row, voice = result.metric, result.total, self.voice
        target = result.target.value if result.target else None
        if row.value is None and ask.otherwise is not None:
            return ask.otherwise
        if ask.verb in ("change", "year_change"):
            past = span.before if ask.verb == "change" else span.year_before
            then = self.answers.get(ask.metric, past, where).total
            return voice.change(metric, change(metric, row, then))
        said: Mapping[str, Callable[[], str]] = {
            "figure": lambda: voice.figure(metric, row),
            "number": lambda: voice.bare(metric, row),
            "counts": lambda: voice.counts(row),
            "target": lambda: voice.target(metric, target),
            "gap": lambda: voice.gap(metric, row, target),
        }
        return said[ask.verb]()

    def _finding(self, ask: Ask, where: Where) -> str:
        span = self.answers.days.of(ask.over)
        now = self.answers.get(ask.metric, span.period, where, (ask.by,))
        if ask.verb in ("rise", "fall"):
            then = self.answers.get(ask.metric, span.before, where, (ask.by,))
            found = self._moved(ask, now, then)
        else:
            found = [self._with_figure(ask, now.metric, row) for row in self._chosen(ask, now)]
        if found:
            return self.voice.listed(found)
        return self.voice.say("none") if ask.otherwise is None else ask.otherwise

    def _chosen(self, ask: Ask, now: MetricResult) -> list[MetricRow]:
        metric, rows = now.metric, _judged(now, ask.by)
        match ask.verb:
            case "missed" | "met":
                target = now.target.value if now.target else None
                wanted = ask.verb == "met"
                ranked = [one.row for one in ranking(metric, rows, ask.by)]
                found = [r for r in ranked if meets_target(metric, r.value, target) is wanted]
                return found[: ask.most] if ask.most else found
            case "best" | "smallest" | "worst" | "largest":
                return _ends(ask, metric, rows)
        raise ValueError(f"there is no finding `{ask.verb}`")

    def _with_figure(self, ask: Ask, metric: Metric, row: MetricRow) -> str:
        name = self.voice.name(ask.by, row.group[ask.by])
        return self.voice.say("with_figure", name=name, figure=self.voice.figure(metric, row))

    def _moved(self, ask: Ask, now: MetricResult, then: MetricResult) -> list[str]:
        metric = now.metric
        earlier = {row.group[ask.by]: row for row in _judged(then, ask.by)}
        later = {row.group[ask.by]: row for row in _judged(now, ask.by)}
        if metric.is_amount:  # a group without rows had none
            later = {**{code: _zero({ask.by: code}) for code in earlier}, **later}
            earlier = {**{code: _zero({ask.by: code}) for code in later}, **earlier}
        sign = 1 if ask.verb == "rise" else -1
        steps = {
            code: sign * (_value(metric, row) - _value(metric, earlier[code]))
            for code, row in later.items()
            if code in earlier
        }
        moved = {code: step for code, step in steps.items() if step > 0}
        order = sorted(moved, key=lambda code: (-moved[code], code))
        first = outstanding(places([moved[code] for code in order]), ask.most)
        return [
            self._with_change(ask, metric, later[code], earlier[code]) for code in order[:first]
        ]

    def _with_change(self, ask: Ask, metric: Metric, now: MetricRow, then: MetricRow) -> str:
        found = change(metric, now, then)
        if found.value is None:
            return self._with_figure(ask, metric, now)
        return self.voice.say(
            "with_change",
            name=self.voice.name(ask.by, now.group[ask.by]),
            figure=self.voice.figure(metric, now),
            change=self.voice.change(metric, found),
        )

    def _verdicts(self, part: Verdicts) -> str:
        wanted = part.finding == "met"
        period = self.answers.days.window.period
        found = [
            self._with_target(result)
            for metric, where in self.listed
            if (result := self.answers.get(metric, period, where)) and _met(result) is wanted
        ]
        if found:
            return self.voice.listed(found)
        return self.voice.say("none") if part.otherwise is None else part.otherwise

    def _with_target(self, result: MetricResult) -> str:
        metric, target = result.metric, result.target
        return self.voice.say(
            "with_target",
            name=self.voice.metric(metric),
            figure=self.voice.figure(metric, result.total),
            target=self.voice.target(metric, target.value if target else None),
        )


def _met(result: MetricResult) -> bool | None:
    target = result.target.value if result.target else None
    return meets_target(result.metric, result.total.value, target)


def _judged(result: MetricResult, by: str) -> list[MetricRow]:
    """Groups with a figure and a name. A day of a count on which nothing came is a zero."""
    rows = [row for row in result.rows if row.value is not None and row.group[by] != UNKNOWN]
    if by in set(Grain) and result.metric.is_amount:
        known, grain = {row.group[by]: row for row in rows}, Grain(by)
        names = [bucket_name(day, grain) for day in buckets(result.query.period, grain)]
        return [known.get(name) or _zero({by: name}) for name in names]
    return rows


def _zero(group: Mapping[str, str]) -> MetricRow:
    return MetricRow(group, Ratio(Decimal(0)), Decimal(0), FigureState.OK)


def _value(metric: Metric, row: MetricRow) -> Decimal:
    return metric.shown(row.value or Decimal(0))


def _ends(ask: Ask, metric: Metric, rows: list[MetricRow]) -> list[MetricRow]:
    """The first or last of an order, with all that share the last place."""
    better_low = metric.direction == "lower_is_better"
    low_first: Callable[[], bool] = {
        "best": lambda: better_low,
        "worst": lambda: not better_low,
        "largest": lambda: False,
        "smallest": lambda: True,
    }[ask.verb]
    taken = places([_value(metric, row) for row in rows], lower_first=low_first())
    weight = {id(row): -(row.ratio.denominator or row.ratio.numerator) for row in rows}
    order = sorted(
        zip(taken, rows, strict=True),
        key=lambda pair: (pair[0], weight[id(pair[1])], pair[1].group[ask.by]),
    )
    return [row for _, row in order[: outstanding([place for place, _ in order], ask.most)]]


def outstanding(places_taken: Sequence[int], most: int) -> int:
    """How many of an order stand out: the first `most`, with those who share the last place if
    they are few. Where they are many, that place is not named; if it is the first, nobody is.
    """
    cut = sum(place <= most for place in places_taken)
    if cut > most + SPARE:
        last = max(place for place in places_taken if place <= most)
        cut = sum(place < last for place in places_taken)
    return cut
