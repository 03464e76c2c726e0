"""The passport beside the page: the figure first, then why, then who says so."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.boards.passport import Passport
from layouts.attributes import attributes
from layouts.components.figures import figure_value
from layouts.figure_address import can_be_listed, filtered, link
from layouts.frame import Frame
from layouts.ids import Carriers
from layouts.passport_evidence import evidence
from layouts.passport_why import formula_in_force, parts_of_score, why
from layouts.passport_words import (
    STANDINGS,
    amount,
    place,
    stamp,
)


def passport_beside(frame: Frame, ids: Carriers) -> Component:
    """The empty panel of a page: assets/yiping.js opens it, the callback fills it."""
    return html.Aside(
        [
            dcc.Store(id=ids.passport_asked, data=""),
            html.Div(
                [
                    html.H2(frame.text("passport"), tabIndex=-1),
                    html.Button(
                        "×",
                        type="button",
                        className="passport-close",
                        title=frame.text("close"),
                        **attributes({"aria-label": frame.text("close")}),
                    ),
                ],
                className="passport-head",
            ),
            html.P(frame.text("passport_waiting"), className="passport-wait", role="status"),
            html.Div(
                [
                    html.P(frame.text("passport_failed")),
                    _button(frame, "try_again", "button passport-retry"),
                ],
                className="passport-failed",
                role="alert",
            ),
            html.Div(id=ids.passport, className="passport-body"),
        ],
        className="passport",
        **attributes({"aria-label": frame.text("passport")}),
    )


def passport_body(frame: Frame, passport: Passport, answered: str) -> Component:
    """Everything in the panel. `answered` is what was asked, so that the browser knows its own."""
    sections = [
        _figure(frame, passport),
        _changes(frame, passport),
        why(frame, passport),
        parts_of_score(frame, passport),
        *evidence(frame, passport),
        _actions(frame, passport),
    ]
    return html.Div([section for section in sections if section is not None], **_answer(answered))


def passport_fault(frame: Frame, problem: str, fix: str, where: str, answered: str) -> Component:
    return html.Div(
        [
            html.P([problem, html.Code(where, className="where")], className="problem"),
            html.P(fix, className="muted"),
            _button(frame, "try_again", "button passport-retry"),
        ],
        className="passport-fault",
        role="alert",
        **_answer(answered),
    )


def _answer(answered: str) -> dict[str, Any]:
    return attributes({"data-answers": answered})


def _button(frame: Frame, key: str, css: str, marks: Mapping[str, str] | None = None) -> Component:
    given = attributes({**(marks or {})})
    return html.Button(frame.text(key), type="button", className=css, **given)


def _figure(frame: Frame, passport: Passport) -> Component:
    metric, row, query = passport.metric, passport.row, passport.result.query
    unit = frame.unit(metric) if row.value is not None else ""
    return html.Section(
        [
            html.P(
                [
                    html.Span(place(frame, query)),
                    html.Span(" · "),
                    html.Span(frame.period(query.period)),
                ],
                className="passport-of",
            ),
            html.H3(frame.metric_name(metric)),
            html.P(
                [
                    figure_value(frame, passport.result, row, opens=False),
                    html.Span(_of_full(frame, passport) + unit, className="unit"),
                    *_verdict(frame, passport),
                ],
                className="passport-value",
            ),
            _finality(frame, passport),
            *_provisional(frame, passport),
            *_fraction(frame, passport),
            html.P(
                [html.B(f"{frame.metric_name(metric)} = "), formula_in_force(frame, metric)],
                className="passport-formula",
            ),
        ],
        className="passport-figure",
    )


def _of_full(frame: Frame, passport: Passport) -> str:
    """A score says what it is out of."""
    full = passport.row.ratio.denominator
    return f"/ {frame.number(full)} " if passport.metric.parts and full is not None else ""


def _verdict(frame: Frame, passport: Passport) -> list[Component]:
    """The grade of a score, and how the figure stands to its target, in words."""
    words: list[Component] = []
    if passport.row.grade:
        words.append(html.Span(f"{frame.text('grade')} {passport.row.grade}", className="verdict"))
    if passport.standing is not None:
        key = STANDINGS[passport.standing]
        words.append(html.Span(frame.text(key), className=f"verdict is-{passport.standing}"))
    return words


def _finality(frame: Frame, passport: Passport) -> Component | None:
    """Whether it can still change: said in words, with the band and the day where there are."""
    kind = passport.finality
    if kind == "none":
        return None
    if kind != "provisional":
        key = {"live": "final_live", "running": "final_running", "settled": "final_settled"}[kind]
        return html.P(frame.text(key), className=f"finality is-{kind}")
    settling, metric = passport.settling, passport.metric
    key = "final_parts" if metric.parts else "final_provisional"
    words = [frame.text(key).format(count=f"{settling.undecided:,}")]
    if settling.band is not None:
        low, high = (frame.number(metric.shown(end), metric.decimals) for end in settling.band)
        unit = frame.unit(metric)
        words.append(frame.text("final_band").format(low=low, high=high, unit=unit).strip())
    if settling.settles_on is not None and settling.settles_on >= passport.result.as_of.date():
        words.append(frame.text("final_day").format(day=frame.day(settling.settles_on)))
    return html.P(frame.joined(words), className="finality is-provisional")


def _provisional(frame: Frame, passport: Passport) -> list[Component]:
    if not passport.row.provisional:
        return []
    said = frame.text("provisional_deadlines").format(
        count=f"{passport.row.provisional:,}",
        years=frame.listed([str(year) for year in passport.awaited]),
    )
    return [html.P(said, className="finality is-provisional")]


def _fraction(frame: Frame, passport: Passport) -> list[Component]:
    """Numerator and denominator in numbers and words, each a way to its incidents."""
    metric, ratio = passport.metric, passport.row.ratio
    if metric.parts:
        return []
    words = frame.words(metric)
    lines = [
        _side(frame, passport, "numerator", amount(frame, metric, ratio.numerator), words.counts)
    ]
    if ratio.denominator is not None:
        shown = (
            amount(frame, metric, ratio.denominator)
            if metric.bottom
            else frame.number(ratio.denominator)
        )
        lines.append(_side(frame, passport, "denominator", shown, words.of))
    return [html.Div(lines, className="fraction")]


def _side(frame: Frame, passport: Passport, part: str, shown: str, words: str) -> Component:
    query = passport.result.query
    members = next((one for one in passport.members if one.part == part), None)
    cells = [
        html.Span(frame.text(part), className="fraction-part"),
        html.B(shown),
        html.Span(words, className="fraction-words"),
    ]
    if members is None or not can_be_listed(query):
        return html.Div(cells, className="fraction-side")
    listed = filtered("/incidents", query, metric=query.metric, part=part, **frame.look)
    go = frame.text("list_them").format(count=f"{members.count:,}")
    arrow = html.Span(f"{go} →", className="fraction-go")
    return html.A(
        [*cells, arrow],
        href=listed.href,
        className="fraction-side",
        **attributes({"data-part": part}),
    )


def _changes(frame: Frame, passport: Passport) -> Component:
    metric = passport.metric
    rows: list[Component] = []
    pairs = (("period_on_period", passport.before), ("year_on_year", passport.year_before))
    for key, compared in pairs:
        result = compared.result
        note = frame.text("redefined") if compared.redefined else ""
        rows.append(
            html.Tr(
                [
                    html.Th(frame.text(key), scope="row"),
                    html.Td([frame.period(result.query.period), html.Small(note)]),
                    html.Td(figure_value(frame, result, result.total), className="num"),
                    html.Td(frame.change(compared.change, metric), className="num"),
                ]
            )
        )
    if passport.target is not None:
        rows.append(_target(frame, passport))
    return html.Section(
        [
            html.H4(frame.text("compared")),
            html.Table(html.Tbody(rows), className="passport-table"),
            *(
                []
                if metric.comparable
                else [html.P(frame.text("not_comparable"), className="muted")]
            ),
        ]
    )


def _target(frame: Frame, passport: Passport) -> Component:
    target = passport.target
    assert target is not None  # noqa: S101 — the caller has looked
    sign = {"higher_is_better": "≥ ", "lower_is_better": "≤ "}.get(passport.metric.direction, "")
    said = frame.text(STANDINGS[passport.standing]) if passport.standing else "—"
    return html.Tr(
        [
            html.Th(frame.text("target"), scope="row"),
            html.Td(f"{target.source} · {frame.text('since').format(day=frame.day(target.since))}"),
            html.Td(f"{sign}{target.value.normalize():f}", className="num"),
            html.Td(said, className="num"),
        ]
    )


def _actions(frame: Frame, passport: Passport) -> Component:
    query = passport.result.query
    home = frame.address if not frame.untouched else frame.address.at("/")
    here = link(home, query, frame).href
    api = filtered(f"/api/v1/passport/{query.metric}", query).href
    figures = filtered(f"/api/v1/metrics/{query.metric}", query).href
    copying = {"data-copy-link": here, "data-copied": frame.text("copied")}
    cited = {**copying, "data-copy": citation(frame, passport)}
    buttons: Sequence[Component] = [
        _button(frame, "copy_link", "button passport-copy", copying),
        _button(frame, "copy_citation", "button passport-copy", cited),
        _button(frame, "print", "button passport-print"),
    ]
    if can_be_listed(query):
        buttons = [
            *buttons,
            html.A(frame.text("as_data"), href=api, className="button"),
            html.A(frame.text("api_answer"), href=figures, className="button"),
        ]
    return html.Div(list(buttons), className="passport-actions")


def citation(frame: Frame, passport: Passport) -> str:
    """The figure as a sentence that can stand in a report; the browser adds the link."""
    metric, row, result = passport.metric, passport.row, passport.result
    value = f"{frame.figure(metric, row)} {frame.unit(metric) if row.value is not None else ''}"
    counts = frame.counts(metric, row)
    figure = frame.text("citation").format(
        city=frame.city_name,
        of=place(frame, result.query),
        period=frame.period(result.query.period),
        name=frame.metric_name(metric),
        value=value.strip(),
        counts=f" ({counts})" if counts else "",
    )
    basis = frame.text("citation_basis").format(
        metric=metric.id,
        number=passport.version.number,
        standard=metric.standard,
        version=result.data_version,
        as_of=stamp(frame, result.as_of),
    )
    return f"{figure}\n{basis}"
