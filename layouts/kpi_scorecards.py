"""`/kpi`: how the city stands, domain by domain; what misses its target is said first."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from dashboard.boards.kpi import Domain
from dashboard.boards.scorecards import DomainCards, Scorecards
from dashboard.metrics.comparison import Standing
from layouts.attributes import attributes
from layouts.components.links import page_link
from layouts.components.standing import gap_words, standing_mark
from layouts.frame import Frame
from layouts.ids import card_id
from layouts.kpi import Head, chosen_filters, head
from layouts.kpi_cards import card, score_card

STANDINGS: tuple[Standing, ...] = ("met", "near", "missed")


def scorecards_head(frame: Frame, data: Scorecards, domains: tuple[Domain, ...]) -> list[Component]:
    filters = chosen_filters(frame, data.asked)
    choices = [_domain_choice(frame, domains), *filters]
    return head(frame, Head(frame.text("scorecards"), "/kpi", data.asked, choices=choices))


def scorecards_body(frame: Frame, data: Scorecards) -> list[Component]:
    return [_summary(frame, data), *(_domain(frame, data, one) for one in data.domains)]


def _domain_choice(frame: Frame, domains: tuple[Domain, ...]) -> Component:
    """All of them, or one."""
    chosen = frame.address.get("domain")
    address = frame.address.without("after")
    pairs = [("", frame.text("all_domains"))]
    pairs += [(one.id, frame.pick(one.name, one.name_en)) for one in domains]
    links = [
        page_link(
            name,
            href=address.set_({"domain": code}).href,
            className="segment",
            **attributes({"aria-current": "true"} if code == chosen else {}),
        )
        for code, name in pairs
    ]
    label = {"aria-label": frame.text("domain"), "role": "group"}
    return html.Div(links, className="segments", **attributes(label))


def _summary(frame: Frame, data: Scorecards) -> Component:
    """How many stand where, and each figure that misses its target by how much."""
    counts = data.standings
    marks = [
        html.Li([standing_mark(frame, standing), html.B(f"{counts.get(standing, 0)}")])
        for standing in STANDINGS
        if counts.get(standing) or standing != "near"
    ]
    marks.append(html.Li([html.Span(frame.text("without_target")), html.B(f"{counts.get('', 0)}")]))
    missed = [
        html.Li(
            html.A(
                [
                    html.Span(frame.metric_name(one.metric)),
                    html.Span(
                        gap_words(frame, one.metric, one.gap or Decimal(0)), className="is-missed"
                    ),
                ],
                href=f"#{card_id(one.metric.id)}",
            )
        )
        for one in data.missed
    ]
    return html.Section(
        [
            html.H2(frame.text("at_a_glance"), className="sr-only"),
            html.Ul(marks, className="standings"),
            html.Ul(missed, className="missed") if missed else html.Span(),
        ],
        className="kpi-summary",
    )


def _domain(frame: Frame, data: Scorecards, one: DomainCards) -> Component:
    judged = [found for found in one.all if found.standing]
    met = sum(found.standing == "met" for found in judged)
    note = f"{frame.text('met')} {met} / {len(judged)}" if judged else ""
    cards = [
        *(score_card(frame, found, data.grain) for found in one.scores),
        *(card(frame, found, data.grain) for found in one.cards),
    ]
    title = html.H2(frame.pick(one.domain.name, one.domain.name_en))
    return html.Section(
        [
            html.Div([title, html.Span(note, className="panel-note")], className="domain-head"),
            html.Div(cards, className="cards"),
        ],
        className="domain",
    )
