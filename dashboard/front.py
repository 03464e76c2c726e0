"""The first answer to a browser: one HTML page that already carries everything it will draw.

Dash would send an empty page that asks for its layout and its wiring in two more requests. Here
both are written into the page, made beside the event loop, and handed over where Dash asks for
them: a warm page needs one request, and no page has to be guessed from a `Referer`.
"""

import html
import json
import re
from functools import cached_property
from typing import Any
from urllib.parse import quote

from dash import Dash
from dash._utils import to_json

from callbacks.boundary import language_of
from callbacks.pages import page_at
from dashboard.services import Services
from layouts.address import Address

NOT_NEEDED = ("polyfill@", "dash_table/")
"""Scripts Dash lists for browsers of the last decade, and for a table that is not used. Of the
first, only the generator runtime is still called; assets/vendor has it, at a tenth of the time."""

HANDED_OVER = """
(function () {
  const first = { "_dash-layout": "first-layout", "_dash-dependencies": "first-dependencies" };
  const ask = window.fetch;
  window.fetch = function (url) {
    const name = String(url).split("?")[0].split("/").pop();
    const node = first[name] && document.getElementById(first[name]);
    if (!node) return ask.apply(this, arguments);
    delete first[name];
    const headers = { "Content-Type": "application/json" };
    return Promise.resolve(new Response(node.textContent, { headers }));
  };
})();
"""

PAGE = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{theme}" data-page="{page}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{icon}">
{css}
{preload}
</head>
<body>
<div id="react-entry-point"></div>
<footer>
<script id="first-layout" type="application/json">{layout}</script>
<script id="first-dependencies" type="application/json">{dependencies}</script>
<script>{handed_over}</script>
{config}
{scripts}
<script id="_dash-renderer">var renderer = new DashRenderer();</script>
</footer>
</body>
</html>"""

ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<rect width='16' height='16' rx='3' fill='#0B6BCB'/>"
    "<rect x='3' y='7' width='10' height='2.4' rx='1.2' fill='white'/></svg>"
)


as_json: Any = to_json


class Front:
    """Writes first pages. Everything that does not depend on the address is made once."""

    def __init__(self, app: Dash, services: Services) -> None:
        self._app: Any = app
        self._services = services

    def page(self, url: str, cookies: dict[str, str]) -> str:
        """The HTML of a path with its query string. Asks the engine: not for the event loop."""
        services, address = self._services, Address.parse(url)
        language = language_of(services, address, cookies)
        theme = address.get("theme") or cookies.get("theme")
        layout: str = as_json(page_at(services, url, cookies))
        page = _page_name(address.path)
        city = services.city
        name = (city.name_en or city.name) if language == "en" else city.name
        return PAGE.format(
            lang="en" if language == "en" else "zh-CN",
            theme="dark" if page == "wall" or theme == "dark" else "light",
            page=page,
            title=html.escape(f"{name} · 一屏 Yiping"),
            icon=ICON,
            css=self._css,
            preload=_outlines_of(layout),
            layout=_inside_script(layout),
            dependencies=self._dependencies,
            handed_over=HANDED_OVER,
            config=self._app._generate_config_html(),  # noqa: SLF001 — Dash offers no other way
            scripts=self._scripts,
        )

    @cached_property
    def _css(self) -> str:
        return str(self._app._generate_css_dist_html())  # noqa: SLF001 — as above

    @cached_property
    def _scripts(self) -> str:
        tags = str(self._app._generate_scripts_html()).split("\n")  # noqa: SLF001 — as above
        return "\n".join(tag for tag in tags if not any(name in tag for name in NOT_NEEDED))

    @cached_property
    def _dependencies(self) -> str:
        body: Any = self._app.dependencies().body
        return _inside_script(body.decode())


UNDER_KPI = ("league", "department", "district")


def _page_name(path: str) -> str:
    """The page whose ids its parts carry; one incident is a page of its own."""
    parts = [part for part in path.split("/") if part]
    if not parts:
        return "overview"
    if parts[0] == "incidents":
        return "incident" if len(parts) > 1 else "incidents"
    if parts[0] == "kpi":
        below = parts[1] if len(parts) > 1 else "kpi"
        return below if below in ("kpi", *UNDER_KPI) else "message"
    return parts[0] if parts[0] in ("wall", "bulletins") else "message"


def _inside_script(json_text: str) -> str:
    """JSON that cannot end the script element it stands in."""
    return (
        json_text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )


def _outlines_of(layout: str) -> str:
    """Let the browser fetch the map's outlines while it still reads the scripts."""
    found = re.findall(r'"url":("[^"]+")', layout)
    links = dict.fromkeys(json.loads(text) for text in found)
    return "\n".join(
        f'<link rel="preload" as="fetch" crossorigin href="{html.escape(link)}">' for link in links
    )
