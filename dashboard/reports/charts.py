"""The trend of a section: whole steps up to the end of the period, beside the year before."""

from datetime import date

from dashboard.core.values import Grain, bucket_name, buckets
from dashboard.metrics.model import MetricResult, MetricRow
from dashboard.reports.asking import Answers
from dashboard.reports.document import Curve, Line
from dashboard.reports.template import ChartSpec, Section
from dashboard.reports.voice import Voice


def chart(answers: Answers, voice: Voice, section: Section, spec: ChartSpec) -> Curve:
    days = answers.days.steps(spec)
    now = answers.get(spec.metric, days, section.where, (spec.grain,))
    past_days = answers.days.steps_a_year_before(spec)
    past = answers.get(spec.metric, past_days, section.where, (spec.grain,))
    steps, metric = list(buckets(days, spec.grain)), now.metric
    lines = [Line(voice.say("this_period"), values(now, spec.grain))]
    earlier = values(past, spec.grain)[: len(steps)]
    if any(value is not None for value in earlier):
        lines.append(Line(voice.say("last_year"), earlier))
    return Curve(
        caption=spec.title or f"{voice.metric(metric)} {voice.say(f'by_{spec.grain}')}",
        unit=voice.unit(metric),
        steps=tuple(tick(spec.grain, day) for day in steps),
        lines=tuple(lines),
        target=str(now.target.value) if now.target else None,
        target_name=voice.say("target"),
        from_zero=metric.is_amount,
    )


def values(result: MetricResult, grain: Grain) -> tuple[str | None, ...]:
    """As printed. Of an amount a step without rows is zero, unless nothing had begun by then; of a
    rate it is a gap.
    """
    rows = {row.group[grain]: row for row in result.rows}
    begun, found = False, []
    for day in buckets(result.query.period, grain):
        row = rows.get(bucket_name(day, grain))
        begun = begun or row is not None
        absent = "0" if begun and result.metric.is_amount else None
        found.append(_printed(result, row) if row else absent)
    return tuple(found)


def _printed(result: MetricResult, row: MetricRow) -> str | None:
    return None if row.value is None else str(result.metric.shown(row.value))


def tick(grain: Grain, day: date) -> str:
    """Short enough to stand under its step: 11-21, of a week the Monday, 2026-11, 2026."""
    form = {Grain.MONTH: "%Y-%m", Grain.YEAR: "%Y"}.get(grain, "%m-%d")
    return f"{day:{form}}"
