"""Filters as links: every choice is an address, so it can be opened, copied and gone back to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboard.boards.view import DRILL, View
from dashboard.city.model import Category
from dashboard.core.states import STATES
from dashboard.core.values import Period, add_months, month_end
from layouts.attributes import attributes
from layouts.components.links import page_link
from layouts.frame import Frame

Choice = tuple[str, str, int]
"""Code, name, depth."""

Option = tuple[str, str, bool, int]
"""Name, address, whether it is the present choice, depth: read by assets/yiping.js."""


def breadcrumbs(frame: Frame, view: View) -> Component:
    """Where one is: the whole city, then each region drilled to, each a way back."""
    cleared = frame.address.without("after", *DRILL)
    crumbs = [_crumb(frame.text("whole_city"), cleared.href, here=view.focus is None)]
    for i, level in enumerate(DRILL):
        codes = view.filters.get(level, ())
        if len(codes) != 1:
            continue
        back = frame.address.without("after", *DRILL[i + 1 :])
        here = view.focus == (level, codes[0])
        crumbs += [
            html.Span("›", className="crumb-gap"),
            _crumb(frame.name_of(level, codes[0]), back.href, here=here),
        ]
    return html.Nav(crumbs, className="crumbs", **attributes({"aria-label": frame.text("region")}))


def _crumb(name: str, href: str, *, here: bool) -> Component:
    if here:
        return html.H1(name, className="crumb is-here", **attributes({"aria-current": "page"}))
    return page_link(name, href=href, className="crumb")


def period_choice(frame: Frame, view: View) -> Component:
    """Presets, and any two days."""
    links = [
        option(
            frame.text(key),
            frame.address.without("after").set_({"from": str(p.first), "to": str(p.last)}).href,
            chosen=p == view.period,
        )
        for key, p in presets(frame)
    ]
    days = html.Div(
        className="days",
        **attributes(
            {
                "data-from": str(view.period.first),
                "data-to": str(view.period.last),
                "data-labels": "|".join(frame.text(k) for k in ("from", "to", "apply")),
            }
        ),
    )
    return popover(frame.period(view.period), links, active=True, below=[days])


def presets(frame: Frame) -> list[tuple[str, Period]]:
    last = frame.last_day
    first = last.replace(day=1)
    month_before = add_months(first, -1)
    return [
        ("today", Period(last, last)),
        ("yesterday", Period(last - timedelta(days=1), last - timedelta(days=1))),
        ("last_7", Period(last - timedelta(days=6), last)),
        ("last_30", Period(last - timedelta(days=29), last)),
        ("month_to_date", Period(first, last)),
        ("last_month", Period(month_before, month_end(month_before))),
        ("year_to_date", Period(last.replace(month=1, day=1), last)),
        ("last_12_months", Period(add_months(last, -12) + timedelta(days=1), last)),
    ]


def choice(
    frame: Frame, view: View, dimension: str, all_key: str, choices: Sequence[Choice]
) -> Component:
    """One dimension: all, or one of its codes; the list can be searched by typing."""
    chosen = view.filters.get(dimension, ())
    address = frame.address.without("after", dimension)
    options = [option(frame.text(all_key), address.href, chosen=not chosen)]
    for code, name, depth in choices:
        options.append(
            option(name, address.set_({dimension: code}).href, chosen=code in chosen, depth=depth)
        )
    label = ", ".join(frame.name_of(dimension, code) for code in chosen) or frame.text(all_key)
    return popover(
        label, options, active=bool(chosen), search=frame.text("find") if len(choices) > 12 else ""
    )


def filter_choices(
    frame: Frame, view: View, dimensions: Iterable[tuple[str, str]]
) -> list[Component]:
    return [
        choice(frame, view, dimension, all_key, choices_of(frame, view, dimension))
        for dimension, all_key in dimensions
    ]


def choices_of(frame: Frame, view: View, dimension: str) -> list[Choice]:
    city = frame.city
    if dimension == "department":
        codes: Iterable[tuple[str, int]] = ((code, 0) for code in city.departments)
    elif dimension == "category":
        codes = _open_branch(frame.city.categories, view.filters.get("category", ()))
    elif dimension == "source":
        codes = ((s.name, 0) for s in city.sources.values() if s.fact == "incidents")
    elif dimension == "kind":
        codes = (("hotline", 0), ("grid", 0))
    else:
        codes = ((state, 0) for state in STATES)
    return [(code, frame.name_of(dimension, code), depth) for code, depth in codes]


def _open_branch(
    categories: Mapping[str, Category], chosen: Sequence[str]
) -> Iterator[tuple[str, int]]:
    """The top level, and what lies beneath the branch that is chosen: hundreds of categories in
    one list help nobody.
    """
    branch = {categories[code].parent or code for code in chosen if code in categories}
    for top in categories.values():
        if top.depth == 1:
            yield top.code, 0
            if top.code in branch:
                yield from ((c.code, 1) for c in categories.values() if c.parent == top.code)


def clear_link(frame: Frame, view: View) -> Component:
    """Drops every filter but the period and the region drilled to."""
    extra = [name for name, _ in view.where if name not in DRILL]
    shown = [*extra, *(["q"] if frame.address.get("q") else [])]
    if not shown:
        return html.Span()
    return page_link(
        frame.text("clear"), href=frame.address.without("after", *shown).href, className="clear"
    )


def option(name: str, href: str, *, chosen: bool, depth: int = 0) -> Option:
    return name, href, chosen, depth


def popover(
    label: str,
    options: Sequence[Option],
    *,
    active: bool,
    search: str = "",
    below: Sequence[Component] = (),
) -> Component:
    """A chip that opens to its options. They travel as data and become links when it opens: a
    page has hundreds of them and a person opens one list at a time.
    """
    return html.Details(
        [
            html.Summary(label, className=f"chip{' is-active' if active else ''}"),
            html.Div(
                [
                    html.Div(
                        className="options",
                        **attributes(
                            {
                                "data-options": json.dumps(options, ensure_ascii=False),
                                "data-search": search,
                            }
                        ),
                    ),
                    *below,
                ],
                className="choices",
            ),
        ],
        className="popover",
    )
