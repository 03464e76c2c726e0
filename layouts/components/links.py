"""Links that stay on the page: real addresses, followed without loading everything anew."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.attributes import attributes as html_attributes


def page_link(children: Any, *, href: str, **attributes: Any) -> Component:
    """An anchor whose address differs only in its query string.

    Opened in another tab or copied it is the same page; clicked, assets/yiping.js changes the
    address and the page's callback draws what changed.
    """
    return html.A(children, href=href, **attributes, **html_attributes({"data-in-page": "true"}))
