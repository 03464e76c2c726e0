"""The passport follows the figure that is opened. No page waits for it: it is drawn by itself."""

from functools import partial
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.boundary import (
    frame_of,
    in_thread,
    language_of,
    request_cookies,
    scope_of_caller,
    told,
)
from dashboard.boards.asked import asked
from dashboard.boards.passport import Passport, ask_passport
from dashboard.services import Services
from layouts.address import Address
from layouts.figure_address import asked_in
from layouts.ids import WITH_PASSPORT, Carriers
from layouts.passport import passport_body, passport_fault


def register(app: Any, services: Services) -> None:
    """Wire the passport of every page that has figures."""
    for ids in WITH_PASSPORT:
        _register(app, services, ids)


def _register(app: Any, services: Services, ids: Carriers) -> None:
    @app.callback(
        Output(ids.passport, "children"),
        Input(ids.passport_asked, "data"),
        State(ids.address, "pathname"),
        prevent_initial_call=True,
    )
    async def open_passport(wanted: str | None, path: str | None) -> Any:
        if not wanted:
            return no_update
        cookies = request_cookies(app)
        return await in_thread(services, partial(answer, services, path or "/", wanted, cookies))


def passport_at(services: Services, address: Address) -> Passport:
    """Raises `UsageError` where the address names no figure there is."""
    page = asked(address.params, services.city, services.last_day, services.default_period)
    return ask_passport(
        services.engine,
        services.lister,
        asked_in(address, page.period, page.where),
        services.lights(),
        scope=scope_of_caller(),
        compared=page.window,
    )


def answer(services: Services, path: str, wanted: str, cookies: dict[str, str]) -> Component:
    """The passport of the figure in an address, or the reason why there is none.

    Args:
        wanted: The query string; what follows a `#` only tells one asking from another.
    """
    address = Address.parse(f"{path}{wanted.partition('#')[0]}")
    frame = frame_of(services, address, cookies)
    try:
        return passport_body(frame, passport_at(services, address), wanted)
    except Exception as error:  # noqa: BLE001 — the last edge: told and logged
        problem, fix, where = told(error, language_of(services, address, cookies))
        return passport_fault(frame, problem, fix, where, wanted)
