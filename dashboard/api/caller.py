"""Who asks and what they may see, and the way off the event loop: shared by every address."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from dashboard.access.scope import Scope
from dashboard.services import Services

Answer = TypeVar("Answer")


def scope_of(_request: Request) -> Scope:
    """Every caller sees the whole city until sign-in gives narrower scopes: here, only here."""
    return Scope.whole_city()


async def off_loop(services: Services, work: Callable[[], Answer]) -> Answer:
    """Do the work beside the event loop, which must never wait for a query."""
    return await asyncio.get_running_loop().run_in_executor(services.threads, work)
