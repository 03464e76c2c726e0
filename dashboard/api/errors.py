"""One JSON shape for every error: {error: {code, message, where, fix}}."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from dashboard.core.errors import DashboardError, SourceError, StoreError, UsageError

log = logging.getLogger(__name__)


class NotFound(UsageError):
    """What the address names does not exist, or the caller may not see it: the two look alike."""

    code = "not_found"


class BadBody(UsageError):
    """The body cannot be read as what it should be."""

    code = "body"


class TooLarge(UsageError):
    code = "too_large"


class Forbidden(UsageError):
    code = "forbidden"


STATUS: dict[type[DashboardError], int] = {
    NotFound: 404,
    BadBody: 422,
    TooLarge: 413,
    Forbidden: 403,
    UsageError: 400,
    StoreError: 503,
    SourceError: 503,
}
"""The caller's fault is 4xx; the first class that fits decides."""

HTTP_CODES = {404: "not_found", 405: "method", 422: "body"}


class GuardedRoute(APIRoute):
    """A route that answers in the one shape, whatever goes wrong."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:  # noqa: BLE001 - the edge: told to the caller, logged here
                return response_to(error)

        return guarded


def guarded_router(**options: Any) -> APIRouter:
    return APIRouter(route_class=GuardedRoute, **options)


def response_to(error: Exception) -> JSONResponse:
    """Our own errors in their words; a bug as a number that is in the log, without internals."""
    if isinstance(error, DashboardError):
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        return shaped(status, error.code, error.problem, error.where, error.fix)
    if isinstance(error, RequestValidationError):
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        return shaped(422, "body", f"{fault['msg']}.", where, "see /api/docs")
    if isinstance(error, HTTPException):
        code = HTTP_CODES.get(error.status_code, "http")
        return shaped(error.status_code, code, f"{error.detail}.", "", "see /api/docs")
    number = secrets.token_hex(4)
    log.error("incident %s", number, exc_info=error)
    return shaped(
        500, "internal", f"Internal error {number}.", "",
        "give this number to whoever runs the system: the log has the rest",
    )  # fmt: skip


def shaped(status: int, code: str, message: str, where: str, fix: str) -> JSONResponse:
    error = {"code": code, "message": message, "where": where, "fix": fix}
    return JSONResponse({"error": error}, status_code=status)


def nowhere_router() -> APIRouter:
    """Every other address below /api/ and /geo/: not a page, so not for the pages to answer."""
    router = guarded_router(include_in_schema=False)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    @router.api_route("/api/{rest:path}", methods=methods)
    @router.api_route("/geo/{rest:path}", methods=methods)
    async def nowhere(request: Request) -> Response:
        address = f"{request.method} {request.url.path}"
        raise NotFound("There is nothing here.", where=address, fix="see /api/docs")

    return router
