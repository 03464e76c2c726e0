"""Who asks, what they look at, and what they are told when it fails: the edge every page shares."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from dashboard.access.scope import Scope
from dashboard.boards.asked import asked
from dashboard.boards.view import View
from dashboard.core.errors import DashboardError, UsageError
from dashboard.core.values import Period
from dashboard.services import Services
from layouts.address import Address
from layouts.figure_address import GROUP, PASSPORT
from layouts.frame import Frame, Light
from layouts.text import Language, text

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


def scope_of_caller() -> Scope:
    """Every reader sees the whole city until sign-in gives narrower scopes."""
    return Scope.whole_city()


async def in_thread(services: Services, work: Callable[[], Answer]) -> Answer:
    """Do the work beside the event loop, which must never wait for a query."""
    return await asyncio.get_running_loop().run_in_executor(services.threads, work)


def frame_of(services: Services, address: Address, cookies: dict[str, str]) -> Frame:
    """The page's language and theme: the address decides, then the cookie, then the pack.

    Links on the page do not carry the passport that may be open beside it: they lead to figures
    that it is not of.
    """
    language = language_of(services, address, cookies)
    theme = address.get("theme") or cookies.get("theme") or "light"
    return Frame(
        address=address.without(PASSPORT, GROUP),
        language=language,
        theme="dark" if theme == "dark" else "light",
        city=services.city,
        last_day=services.last_day,
        lights=[
            Light(
                one.spec.title if language == "zh" else one.spec.title_en or one.spec.title,
                one.complete_to,
                one.late,
            )
            for one in services.lights()
        ],
        name_of=lambda dimension, code: services.engine.dimensions.name(dimension, code, language),
        days=_days(services, address),
        alarms=services.watch.alarms,
    )


def _days(services: Services, address: Address) -> Period | None:
    try:
        return view_of(services, address).period
    except UsageError:
        return None


def language_of(services: Services, address: Address, cookies: dict[str, str]) -> Language:
    wanted = address.get("lang") or cookies.get("lang") or services.city.language
    return "en" if wanted == "en" else "zh"


def view_of(services: Services, address: Address) -> View:
    """Raises `UsageError` for an impossible period; codes are checked where they are used."""
    looked = asked(address.params, services.city, services.last_day, services.default_period)
    return View(
        period=looked.period,
        where=looked.where,
        metric=address.get("metric") or services.board.selected,
    )


def told(error: Exception, language: Language) -> tuple[str, str, str]:
    """Problem, remedy and place, in the page's language; a bug as a number that is in the log."""
    if isinstance(error, DashboardError):
        if language == "en":
            return error.problem, error.fix, error.where
        return text("unusable", language), text("change_it", language), error.where
    number = uuid.uuid4().hex[:8]
    log.error("incident %s", number, exc_info=error)
    return f"{text('internal', language)} {number}", text("give_number", language), ""


def request_cookies(app: Any) -> dict[str, str]:
    """Cookies of the request being answered; none outside of one."""
    if not app.backend.has_request_context():
        return {}
    return dict(app.backend.request_adapter().cookies)
