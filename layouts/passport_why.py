"""Why a figure moved, part by part, and what a score is made of: columns that visibly add up."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.movement import Moved, Movement
from dashboard.boards.passport import PartOfScore, Passport
from dashboard.metrics.model import Metric, MetricRow
from dashboard.metrics.scoring import Part
from layouts.attributes import attributes
from layouts.components.figures import figure_value
from layouts.frame import Frame
from layouts.passport_words import dimension, effect_unit, signed


def why(frame: Frame, passport: Passport) -> Component | None:
    """The change against the period before, by each cut there is; the first one is open."""
    if passport.metric.parts or passport.row.value is None:
        return None
    if not passport.movements:
        key = "why_unsplit" if not passport.metric.adds_up else ""
        return (
            html.Section(
                [html.H4(frame.text("why_moved")), html.P(frame.text(key), className="muted")]
            )
            if key
            else None
        )
    first = passport.movements[0]
    choices = [
        html.Button(
            dimension(frame, one.cut),
            type="button",
            className="why-choice",
            **attributes({"data-why": one.cut, "aria-pressed": str(one is first).lower()}),
        )
        for one in passport.movements
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.H4(frame.text("why_moved")),
                    html.Div(
                        choices,
                        className="why-choices",
                        role="group",
                        **attributes({"aria-label": frame.text("why_moved")}),
                    ),
                ],
                className="why-head",
            ),
            *(_movement(frame, passport, one, shown=one is first) for one in passport.movements),
        ],
        className="passport-why",
    )


def _movement(frame: Frame, passport: Passport, moved: Movement, *, shown: bool) -> Component:
    body: list[Component] = [
        html.H5(dimension(frame, moved.cut), className="why-title"),
        html.P(_sentence(frame, passport, moved), className="why-sum"),
    ]
    if moved.parts:
        body.append(html.Ol(_rows(frame, passport, moved), className="why-rows"))
        if moved.mix is not None:
            body.append(html.P(frame.text("mix_and_performance"), className="muted"))
    else:
        body.append(html.P(frame.text("why_still"), className="muted"))
    css = f"why-part{' is-shown' if shown else ''}"
    return html.Div(body, className=css, **attributes({"data-cut": moved.cut}))


def _rows(frame: Frame, passport: Passport, moved: Movement) -> list[Component]:
    """The parts, the others together, and the line they add up to."""
    metric = passport.metric
    effects = [abs(part.effect) for part in moved.parts]
    widest = max((*effects, abs(moved.others_effect)))
    rows = [_part(frame, moved, part, widest) for part in moved.parts]
    if moved.others:
        name = frame.text("others").format(count=moved.others)
        rows.append(_row(name, moved.others_effect, widest, metric, css="is-others"))
    total = html.B(
        f"{signed(moved.total)} {effect_unit(frame, metric)}".strip(),
        className="why-effect",
        **attributes({"data-change": str(moved.total)}),
    )
    title = html.Span(frame.text("sum_of_parts"), className="why-name")
    return [*rows, html.Li([title, total], className="why-row is-total")]


def _sentence(frame: Frame, passport: Passport, moved: Movement) -> list[Component | str]:
    """From what to what, and the two halves of the change."""
    unit = effect_unit(frame, passport.metric)
    said = frame.text("why_sentence").format(
        then=frame.number(moved.then, moved.decimals),
        now=frame.number(moved.now, moved.decimals),
        total=f"{signed(moved.total)} {unit}".strip(),
    )
    if moved.mix is None or moved.performance is None:
        return [said]
    halves = frame.text("why_halves").format(
        mix=signed(moved.mix), performance=signed(moved.performance)
    )
    return [said, html.Small(halves)]


def _part(frame: Frame, moved: Movement, part: Moved, widest: Decimal) -> Component:
    metric = moved.result.metric
    now = "—" if part.now is None else figure_value(frame, moved.result, part.now)
    counts = (
        "" if part.now is None or part.now.value is not None else frame.counts(metric, part.now)
    )
    note = html.Span(
        [f"{_before(frame, metric, part.then)} → ", now, f" {counts}".rstrip()],
        className="why-values",
    )
    name = frame.name_of(moved.cut, part.key)
    return _row(name, part.effect, widest, metric, note=note)


def _before(frame: Frame, metric: Metric, row: MetricRow | None) -> str:
    """The figure of the period before; too few cases for one are shown as they are."""
    if row is None:
        return "—"
    return frame.figure(metric, row) if row.value is not None else frame.counts(metric, row)


def _row(
    name: str,
    effect: Decimal,
    widest: Decimal,
    metric: Metric,
    *,
    note: Component | None = None,
    css: str = "",
) -> Component:
    """Bars to the right of the middle add, bars to the left take away; the sign says it too."""
    said = html.Span(
        signed(effect), className="why-effect", **attributes({"data-effect": str(effect)})
    )
    cells = [
        html.Span([html.Span(name), note], className="why-name"),
        html.Span(_bar(effect, widest, metric), className="why-track"),
        said,
    ]
    return html.Li(cells, className=f"why-row {css}".strip())


def _bar(effect: Decimal, widest: Decimal, metric: Metric) -> list[Component]:
    if not effect:
        return []
    width = {"width": f"{float(abs(effect) / widest * 50):.1f}%"}
    side = {"left": "50%"} if effect > 0 else {"right": "50%"}
    return [html.I(className=f"why-bar is-{_judged(metric, effect)}", style={**width, **side})]


def _judged(metric: Metric, effect: Decimal) -> str:
    if metric.direction == "neutral" or not effect:
        return "plain"
    return "good" if (effect > 0) == (metric.direction == "higher_is_better") else "bad"


def formula_in_force(frame: Frame, metric: Metric) -> str:
    """The formula in words; of a weighted score, with the weights that the city has set."""
    weights = metric.scheme is not None and all(part.weight for part in metric.scheme.parts)
    if metric.scheme is None or not weights:
        return frame.formula(metric)
    names = {part.id: frame.metric_name(part) for part in metric.parts}
    return " + ".join(
        f"{_read_as(frame, part, names[part.metric])} × {part.weight}"
        for part in metric.scheme.parts
    )


def _read_as(frame: Frame, part: Part, name: str) -> str:
    if part.inverse:
        return f"(100 − {name})"
    return f"{name} ({frame.text('in_bands')})" if part.bands else name


def parts_of_score(frame: Frame, passport: Passport) -> Component | None:
    """Each part's figure, what it may bring and what it brought; the last line is the score."""
    if not passport.parts:
        return None
    heads = (
        ("part_of_score", ""),
        ("value", "num"),
        ("worth", "num"),
        ("points_earned", "num"),
        ("change", "num"),
    )
    source = passport.metric.scheme.source if passport.metric.scheme else ""
    return html.Section(
        [
            html.H4(frame.text("parts_of_score")),
            html.Table(
                [
                    html.Thead(
                        html.Tr(
                            [
                                html.Th(frame.text(key), className=css, scope="col")
                                for key, css in heads
                            ]
                        )
                    ),
                    html.Tbody(
                        [
                            *(_score_row(frame, passport, part) for part in passport.parts),
                            _score_total(frame, passport),
                        ]
                    ),
                ],
                className="passport-table score-table",
            ),
            html.P(source, className="muted") if source != passport.metric.standard else None,
        ]
    )


def _score_row(frame: Frame, passport: Passport, part: PartOfScore) -> Component:
    result = part.result
    return html.Tr(
        [
            html.Th(frame.metric_name(result.metric), scope="row"),
            html.Td(
                [figure_value(frame, result, result.total), _small_unit(frame, part)],
                className="num",
            ),
            html.Td(_worth(frame, part), className="num"),
            html.Td(
                "—" if part.shown is None else f"{part.shown:,}",
                className="num",
                **attributes({"data-points": "" if part.shown is None else str(part.shown)}),
            ),
            html.Td(_gained(passport, part), className="num muted"),
        ]
    )


def _small_unit(frame: Frame, part: PartOfScore) -> Component:
    known = part.result.total.value is not None
    return html.Span(frame.unit(part.result.metric) if known else "", className="unit")


def _worth(frame: Frame, part: PartOfScore) -> str:
    """A weight in per cent, or the most points and the figure they are given from."""
    if part.part.points is not None:
        points = part.part.points
        threshold = frame.text("from_threshold").format(value=f"{points.threshold.normalize():f}")
        return f"{points.max.normalize():f} ({threshold})"
    return f"{((part.part.weight or Decimal(0)) * 100).normalize():f}%"


def _gained(passport: Passport, part: PartOfScore) -> str:
    if part.earned is None or part.before is None:
        return "—"
    return signed(passport.metric.shown(part.earned) - passport.metric.shown(part.before))


def _score_total(frame: Frame, passport: Passport) -> Component:
    metric, row = passport.metric, passport.row
    total = frame.figure(metric, row)
    change = passport.before.change
    return html.Tr(
        [
            html.Th(frame.text("sum_of_parts"), scope="row", colSpan=3),
            html.Td(html.B(total), className="num"),
            html.Td(frame.change(change, metric), className="num muted"),
        ],
        className="is-total",
    )
