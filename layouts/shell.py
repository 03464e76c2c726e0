"""The house every desk page lives in: header, source lights, language, theme, the page itself."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from layouts.address import Address
from layouts.alarms import alarm_light
from layouts.attributes import attributes
from layouts.frame import Frame, Light
from layouts.ids import WITH_PASSPORT, Carriers
from layouts.passport import passport_beside

NET_SECONDS = 60
"""The slow net under the push: if no event arrives, the page still asks once a minute."""


def shell(frame: Frame, body: Sequence[Component], *, ids: Carriers, version: int) -> Component:
    """One desk page, complete at first paint."""
    return html.Div(
        [
            *carriers(frame, ids, version),
            html.A(frame.text("skip"), href="#main", className="skip"),
            header(frame, ids),
            html.Div(id=ids.notice, className="notice", role="status"),
            html.Div(
                [
                    html.Main(list(body), id="main", className="page"),
                    *([passport_beside(frame, ids)] if ids in WITH_PASSPORT else []),
                ],
                className="beside",
            ),
        ],
        className="shell",
    )


def carriers(frame: Frame, ids: Carriers, version: int) -> list[Component]:
    """What pages need to follow the address and the facts; nothing of it is visible.

    The address is given as it was opened, or the browser would report it as a change and ask for
    everything a second time.
    """
    return [
        dcc.Location(
            id=ids.address, refresh=False, pathname=frame.address.path, search=frame.opened_with
        ),
        dcc.Store(id=ids.version, data=version),
        dcc.Interval(id=ids.net, interval=NET_SECONDS * 1000),
        html.I(id=ids.drilled, hidden=True, **attributes({"data-page-version": str(version)})),
    ]


def header(frame: Frame, ids: Carriers) -> Component:
    address = _anywhere(frame)
    pages = (
        ("/", "overview"),
        ("/kpi", "kpi"),
        ("/incidents", "incidents"),
        ("/bulletins", "bulletins"),
        ("/wall", "wall"),
    )
    links = [
        html.A(
            frame.text(key),
            href=address.at(path).href,
            className="nav-link",
            **attributes({"aria-current": "page"} if _is_below(frame, path) else {}),
        )
        for path, key in pages
    ]
    return html.Header(
        [
            html.A(
                [html.B("一屏"), html.Span("Yiping")], href=address.at("/").href, className="brand"
            ),
            city_chip(frame),
            html.Nav(links, className="nav", **attributes({"aria-label": frame.text("pages")})),
            html.Div(lights(frame), id=ids.lights, className="lights"),
            html.Span(frame.text("scope"), className="scope"),
            _theme_link(frame),
            html.A(
                frame.text("language"),
                className="switch",
                href=frame.address.set_({"lang": "zh" if frame.language == "en" else "en"}).href,
            ),
        ],
        className="header",
    )


OF_ONE_PAGE = ("after", "sort", "q", "metric", "part", "level", "domain", "chance")


def _anywhere(frame: Frame) -> Address:
    """The address with what every page understands: its days written down, filters, looks."""
    address = frame.address.without(*OF_ONE_PAGE)
    if not address.get("period") or frame.days is None:
        return address
    days = {"from": str(frame.days.first), "to": str(frame.days.last)}
    return address.without("period").set_(days)


def _is_below(frame: Frame, path: str) -> bool:
    here = frame.address.path
    return here == path or (path != "/" and here.startswith(f"{path}/"))


def city_chip(frame: Frame) -> Component:
    words = [frame.city_name]
    if frame.city.demonstration:
        words.append(frame.text("demonstration"))
    return html.Span(
        " · ".join(words),
        className=f"city{' is-demonstration' if frame.city.demonstration else ''}",
    )


NAMED = 2
"""Late sources that are named in the header; more of them are counted, and named in the list."""


def lights(frame: Frame) -> list[Component]:
    """Late sources by name; those on time as one line that opens to all of them. Before them, where
    there are any, figures that are not told alike everywhere.
    """
    if not frame.lights:
        return alarm_light(frame)
    late = [one for one in frame.lights if one.late]
    named = [light(frame, one) for one in late] if len(late) <= NAMED else []
    calm = len(late) <= NAMED and len(late) < len(frame.lights)
    everything = html.Details(
        [
            html.Summary(
                [html.I(className="dot"), _summary(frame, late_named=bool(named))],
                className="light" if calm else "light is-late",
            ),
            html.Div([light(frame, one) for one in frame.lights], className="choices all-lights"),
        ],
        className="popover",
    )
    return [*alarm_light(frame), *named, everything]


def _summary(frame: Frame, *, late_named: bool) -> str:
    fresh = [one for one in frame.lights if not one.late and one.complete_to]
    late = len(frame.lights) - len(fresh)
    since = min((one.complete_to for one in fresh if one.complete_to), default=None)
    words = [f"{len(fresh)} {frame.text('all_sources_ok')}"]
    if since:
        words.append(frame.moment(since))
    if late and not late_named:
        words.append(f"{late} {frame.text('late')}")
    return " · ".join(words)


def all_lights(frame: Frame) -> list[Component]:
    """A filled dot: complete to the minute it says. A hollow one: late, and since when."""
    return [*alarm_light(frame), *(light(frame, one) for one in frame.lights)]


def light(frame: Frame, one: Light) -> Component:
    late = f" {frame.text('late')}" if one.late else ""
    moment = frame.moment(one.complete_to)
    return html.Span(
        [html.I(className="dot"), f"{one.name} {moment}", html.Em(late)],
        className=f"light{' is-late' if one.late else ''}",
        title=f"{one.name}: {frame.text('data_to')} {moment}{late}",
    )


def _theme_link(frame: Frame) -> Component:
    other = "light" if frame.theme == "dark" else "dark"
    return html.A(
        frame.text(f"theme_{other}"),
        className="switch",
        href=frame.address.set_({"theme": other}).href,
    )


def message(frame: Frame, problem: str, fix: str, where: str = "") -> Component:
    """An error a person can act on, on a page that still has its header."""
    return html.Section(
        [
            html.H1(frame.text("something_wrong")),
            html.P([problem, html.Code(where, className="where")], className="problem"),
            html.P([html.Em(frame.text("fix")), "：" if frame.language == "zh" else ": ", fix])
            if fix
            else None,
            html.A(frame.text("to_overview"), href="/", className="button"),
        ],
        className="panel message",
        role="alert",
    )
