"""What all KPI pages share: their tabs, the way back, the period, exports, what it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from dashboard.boards.asked import Asked
from dashboard.core.periods import preset
from dashboard.core.values import Period
from dashboard.metrics.question import FILTERS
from layouts.address import Address
from layouts.attributes import attributes
from layouts.components.filter_bar import option, popover
from layouts.components.links import page_link
from layouts.frame import Frame

PRESETS = (
    ("this_month", "month_to_date"),
    ("last_month", "last_month"),
    ("appraisal_month", "appraisal_month"),
    ("last_appraisal_month", "last_appraisal_month"),
    ("this_quarter", "this_quarter"),
    ("last_quarter", "last_quarter"),
    ("year_to_date", "year_to_date"),
    ("rolling_30", "last_30"),
)
"""Name in the address → word."""

DAYS = ("period", "from", "to")
OF_THE_PAGE = ("after", "sort", "q", "metric", "part", "level", "domain", "chance")
"""Parameters that mean something on one page only."""
EXPORTED = (*DAYS, *FILTERS, "level", "metric", "sort", "domain", "chance")

Crumb = tuple[str, str]
"""Name, address."""


@dataclass(frozen=True)
class Head:
    """`way` leads back from the first page to this one; `path` is that of the page."""

    title: str
    path: str
    asked: Asked
    way: Sequence[Crumb] = ()
    choices: Sequence[Component] = ()


def kept(frame: Frame) -> Address:
    """The address with what every KPI page understands: days, filters, language, theme."""
    return frame.address.without(*OF_THE_PAGE)


def plain(frame: Frame, asked: Asked) -> Address:
    """The same with its days written down, for addresses that know no names of periods."""
    period = asked.period
    days = {"from": str(period.first), "to": str(period.last)}
    return kept(frame).without("period").set_(days)


def unit_href(frame: Frame, level: str, code: str) -> str:
    """The page of a unit, or the page that lists what lies below it."""
    address = kept(frame)
    if level in ("district", "department"):
        return address.without(level).at(f"/kpi/{level}/{code}").href
    return address.at("/").set_({level: code}).href


def league_href(frame: Frame, level: str, metric: str = "") -> str:
    return kept(frame).at("/kpi/league").set_({"level": level, "metric": metric}).href


def head(frame: Frame, page: Head) -> list[Component]:
    mark = f" · {frame.text('demonstration')}" if frame.city.demonstration else ""
    return [
        _tabs(frame),
        html.P(f"{frame.city_name}{mark}", className="on-paper"),
        html.Div(
            [
                *_way(frame, page),
                html.H1(page.title),
                html.P(_said(frame, page.asked), className="kpi-said"),
            ],
            className="kpi-title",
        ),
        html.Div(
            [
                period_choice(frame, page.asked),
                *page.choices,
                html.Span(className="spacer"),
                export_menu(frame, page),
            ],
            className="filter-bar",
        ),
    ]


LEAGUES = {"district": "league_district", "street": "league_street", "department": "departments_of"}


def _tabs(frame: Frame) -> Component:
    tabs = [("/kpi", "", "scorecards")]
    tabs += [
        ("/kpi/league", level, key)
        for level, key in LEAGUES.items()
        if level == "department" or level in frame.city.levels
    ]
    here = (frame.address.path, frame.address.get("level"))
    links = [
        html.A(
            frame.text(key),
            href=kept(frame).at(path).set_({"level": level}).href,
            className="kpi-tab",
            **attributes({"aria-current": "page"} if (path, level) == here else {}),
        )
        for path, level, key in tabs
    ]
    links.append(
        html.A(frame.text("bulletins"), href=kept(frame).at("/bulletins").href, className="kpi-tab")
    )
    return html.Nav(links, className="kpi-tabs", **attributes({"aria-label": frame.text("kpi")}))


def _way(frame: Frame, page: Head) -> list[Component]:
    """The way back, on every page but the first."""
    if not page.way:
        return []
    crumbs: list[Component] = []
    for name, href in page.way:
        crumbs += [
            html.A(name, href=href, className="crumb"),
            html.Span("›", className="crumb-gap", **attributes({"aria-hidden": "true"})),
        ]
    label = {"aria-label": frame.text("way_back")}
    return [html.Nav(crumbs, className="crumbs", **attributes(label))]


def period_choice(frame: Frame, asked: Asked) -> Component:
    """Periods with a name, and any two days."""
    address = frame.address.without("after", *DAYS)
    links = [
        option(
            preset_name(frame, name, key),
            address.set_({"period": name}).href,
            chosen=name == asked.preset,
        )
        for name, key in PRESETS
    ]
    days = html.Div(
        className="days",
        **attributes(
            {
                "data-from": str(asked.period.first),
                "data-to": str(asked.period.last),
                "data-labels": "|".join(frame.text(key) for key in ("from", "to", "apply")),
            }
        ),
    )
    return popover(frame.period(asked.period), links, active=True, below=[days])


def preset_name(frame: Frame, name: str, key: str) -> str:
    """With its days, which say best what is meant."""
    days = preset(name, frame.last_day, starts_on=frame.city.appraisal_day).period
    return f"{frame.text(key)} · {frame.period(days)}"


def _said(frame: Frame, asked: Asked) -> list[Component | str]:
    """The days and what they are compared with, in words."""
    window = asked.window
    until = f"（{frame.text('not_over')}）" if window.partial else ""
    words: list[Component | str] = [html.B(frame.period(window.period) + until)]
    for key, days in (("period_on_period", window.before), ("year_on_year", window.year_before)):
        words.append(html.Span([html.Em(frame.text(key)), frame.period(days)]))
    return words


def export_menu(frame: Frame, page: Head) -> Component:
    """Excel and PDF of what is on screen, the printer, and the link to it."""
    files = [
        html.A(
            frame.text(key),
            href=export_href(frame, page, extension),
            className="option",
            **attributes(
                {
                    "data-export": extension,
                    "data-waiting": frame.text("being_made"),
                    "data-failed": frame.text("not_made"),
                }
            ),
        )
        for extension, key in (("xlsx", "export_excel"), ("pdf", "export_pdf"))
    ]
    buttons = [
        html.Button(frame.text("print"), type="button", className="option print-page"),
        html.Button(
            frame.text("copy_link"),
            type="button",
            className="option copy-link",
            **attributes({"data-copied": frame.text("copied")}),
        ),
    ]
    return html.Details(
        [
            html.Summary(frame.text("export"), className="button"),
            html.Div([*files, *buttons], className="choices"),
        ],
        className="popover export",
    )


def export_href(frame: Frame, page: Head, extension: str) -> str:
    pairs = tuple(pair for pair in frame.address.params if pair[0] in EXPORTED)
    address = Address(f"/api/v1{page.path}.{extension}", pairs)
    return address.set_({"lang": frame.language}).href


def foot(frame: Frame, version: int, complete: str) -> Component:
    """What the page rests on; printed, it says where the paper came from."""
    words = [
        frame.city_name,
        frame.text("demonstration") if frame.city.demonstration else "",
        f"{frame.text('data_version')} {version}",
        f"{frame.text('data_to')} {complete}",
        "一屏 Yiping",
    ]
    return html.P(" · ".join(word for word in words if word), className="kpi-foot")


def source_line(frame: Frame, period: Period) -> str:
    """Under a picture that is saved."""
    return " · ".join((frame.city_name, frame.period(period), "一屏 Yiping"))


def chosen_filters(frame: Frame, asked: Asked, *, but: Iterable[str] = ()) -> list[Component]:
    """Filters that came along in the address, each with a way to take it off."""
    chips: list[Component] = []
    for name, codes in asked.where:
        if name in but:
            continue
        names = frame.listed([frame.name_of(name, code) for code in codes])
        chips.append(
            page_link(
                [names, html.Span(" ×", **attributes({"aria-hidden": "true"}))],
                href=frame.address.without("after", name).href,
                className="chip is-active",
                **attributes({"aria-label": f"{frame.text('take_off')} {names}"}),
            )
        )
    return chips
