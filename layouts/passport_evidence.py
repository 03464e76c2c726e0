"""Who says so: the definition and its versions, the scope, the data, the way back to the source."""

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.boards.passport import Passport, SourceState, Version
from dashboard.metrics import lineage
from layouts.attributes import attributes
from layouts.frame import Frame
from layouts.passport_words import (
    ROUNDINGS,
    STATUSES,
    codes,
    dimension,
    stamp,
    time_words,
)

Pair = tuple[str, Any]


def evidence(frame: Frame, passport: Passport) -> list[Component]:
    return [
        _section(frame, "definition", _definition(frame, passport), _versions(frame, passport)),
        _section(frame, "scope_and_filters", _scope(frame, passport)),
        _section(frame, "data", _data(frame, passport), _sources(frame, passport)),
        _hops(frame, passport),
    ]


def _section(frame: Frame, key: str, pairs: Iterable[Pair], *more: Component | None) -> Component:
    rows = [
        part
        for name, value in pairs
        if value not in ("", None)
        for part in (html.Dt(name), html.Dd(value))
    ]
    body = [html.H4(frame.text(key)), html.Dl(rows, className="passport-pairs")]
    return html.Section([*body, *(part for part in more if part is not None)])


def _definition(frame: Frame, passport: Passport) -> Iterable[Pair]:
    metric, words = passport.metric, frame.words(passport.metric)
    status = frame.text(STATUSES[metric.status])
    yield (
        frame.text("standard"),
        [
            metric.standard,
            " ",
            html.Span(status, className=f"tag is-{metric.status.replace(' ', '-')}"),
        ],
    )
    yield frame.text("left_out"), words.exclusions or frame.text("nothing_left_out")
    if not metric.parts:
        yield (
            frame.text("time_basis"),
            frame.text("counted_by").format(day=time_words(frame, metric.time)),
        )
        if (
            metric.bottom is not None
            and metric.top is not None
            and metric.bottom.time != metric.top.time
        ):
            day = time_words(frame, metric.bottom.time)
            yield frame.text("time_basis_of"), frame.text("counted_by").format(day=day)
    if metric.min_denominator:
        yield (
            frame.text("min_cases"),
            frame.text("min_cases_words").format(count=f"{metric.min_denominator:,}"),
        )
    yield (
        frame.text("rounding"),
        frame.text(ROUNDINGS[metric.rounding]).format(decimals=metric.decimals),
    )
    for name, value in passport.parameters.items():
        yield frame.text("parameter"), f"{name} = {value.normalize():f}"
    yield frame.text("owner"), metric.owner
    yield frame.text("why_it_is_there"), words.why


def _versions(frame: Frame, passport: Passport) -> Component:
    """The one in force, and the others behind it: a changed definition keeps the old one."""
    current = passport.version
    others = [one for one in passport.versions if one is not current]
    said = frame.text("version_since").format(
        number=current.number, since=frame.day(current.metric.since)
    )
    pairs = [html.Dt(frame.text("definition_version")), html.Dd(said)]
    if not others:
        return html.Dl(pairs, className="passport-pairs")
    listed = html.Ul([_version(frame, one) for one in others], className="versions")
    return html.Div(
        [
            html.Dl(pairs, className="passport-pairs"),
            html.Details(
                [html.Summary(frame.text("other_versions").format(count=len(others))), listed]
            ),
        ]
    )


def _version(frame: Frame, version: Version) -> Component:
    first = frame.day(version.metric.since)
    until = frame.day(version.until) if version.until else frame.text("today")
    said = frame.text("version_span").format(number=version.number, since=first, until=until)
    return html.Li([html.B(said), html.Br(), frame.formula(version.metric)])


def _scope(frame: Frame, passport: Passport) -> Iterable[Pair]:
    query = passport.result.query
    yield frame.text("data_scope"), frame.text("whole_city")
    yield frame.text("period"), f"{query.period.first} – {query.period.last}"
    for name, given in query.where:
        yield dimension(frame, name), codes(frame, name, given)
    if not query.where:
        yield frame.text("filters"), frame.text("no_filters")


def _data(frame: Frame, passport: Passport) -> Iterable[Pair]:
    result = passport.result
    yield frame.text("data_version"), f"v{result.data_version}"
    yield frame.text("as_of"), stamp(frame, result.as_of)
    yield frame.text("complete_to"), stamp(frame, result.complete_to)


def _sources(frame: Frame, passport: Passport) -> Component | None:
    if not passport.sources:
        return None
    rows = [_source(frame, one) for one in passport.sources]
    return html.Ul(
        rows, className="passport-sources", **attributes({"aria-label": frame.text("source")})
    )


def _source(frame: Frame, one: SourceState) -> Component:
    """A filled dot for a source on time, a hollow one and a word for a late one."""
    spec = one.spec
    late = " is-late" if one.late else ""
    words = [f"{frame.text('data_to')} {stamp(frame, one.complete_to)}"]
    if one.late:
        words.append(frame.text("late"))
    if one.lacks:
        words.append(frame.text("source_lacks"))
    return html.Li(
        [
            html.Span(
                [html.I(className="dot"), frame.pick(spec.title, spec.title_en)],
                className=f"light{late}",
            ),
            html.Span(f"{frame.joined(words)} · {spec.owner}", className="muted"),
        ]
    )


def _hops(frame: Frame, passport: Passport) -> Component:
    file, table = lineage.definition_of(passport.metric)
    steps = [
        _hop(frame, "hop_definition", [html.Li([html.Code(file), " ", html.Code(table)])]),
        _hop(
            frame,
            "hop_measure",
            [_counting(frame, one) for one in passport.countings] or _parts(passport),
        ),
        _hop(frame, "hop_mapping", [_mapping(frame, one) for one in passport.mappings]),
    ]
    return html.Details([html.Summary(frame.text("three_hops")), *steps], className="hops")


def _hop(frame: Frame, key: str, items: Sequence[Component]) -> Component:
    return html.Div([html.H5(frame.text(key)), html.Ul(list(items))])


def _parts(passport: Passport) -> list[Component]:
    return [html.Li(html.Code(part.id)) for part in passport.metric.parts]


def _counting(frame: Frame, one: lineage.Counting) -> Component:
    return html.Li(
        [
            f"{frame.text(one.part)} ",
            html.Code(one.measure),
            html.Br(),
            html.Code(one.file, className="muted"),
            html.Br(),
            html.Span(f"{frame.text('reads_columns')} ", className="muted"),
            html.Code(", ".join(one.columns)),
        ]
    )


def _mapping(frame: Frame, one: lineage.SourceMapping) -> Component:
    sent = [_mapped(frame, column) for column in one.columns if column.sent]
    missing = [column.column for column in one.columns if not column.sent]
    said: list[Any] = [html.Code(one.file), html.Span(f" ← {one.read_from}", className="muted")]
    if one.lacks:
        said.append(html.Span(f" {frame.text('source_lacks')}", className="is-late"))
    said.append(html.Ul(sent))
    if missing:
        said.append(html.Span(f"{frame.text('not_sent')} {', '.join(missing)}", className="muted"))
    return html.Li(said)


def _mapped(frame: Frame, column: lineage.Mapped) -> Component:
    if column.computed:
        made = frame.text("computed_by_limits")
    elif column.constant is not None:
        made = f"= {column.constant}"
    else:
        coded = f" ({frame.text('through_codes')})" if column.coded else ""
        made = f"← {' | '.join(column.reads)}{coded}"
    return html.Li([html.Code(column.column), f" {made}"])
