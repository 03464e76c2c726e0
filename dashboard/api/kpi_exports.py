"""/api/v1/kpi…: what is on a KPI page as a workbook, and printed as a PDF."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response

from dashboard.access.scope import Scope
from dashboard.api import kpi_pages
from dashboard.api.caller import off_loop, scope_of
from dashboard.api.errors import NotFound, guarded_router, shaped
from dashboard.api.kpi_sheets import definitions, league_tables, scorecard_tables
from dashboard.api.kpi_words import Voice
from dashboard.api.parameters import Given, described, language_of
from dashboard.api.unit_sheets import department_tables, district_tables, results_of
from dashboard.api.workbook import Table, workbook
from dashboard.boards.asked import Asked
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.metrics.model import MetricResult
from dashboard.metrics.question import FILTERS
from dashboard.reports.pdf import RenderError, pdf_of
from dashboard.services import Services

KNOWN = ("period", "from", "to", *FILTERS, "level", "metric", "sort", "chance", "domain", "lang")
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
TALL, WIDE = (740, 1400), (1080, 1400)
"""Windows about as wide as A4 upright and across, in pixels."""
WAITING = 6
"""PDFs under way or waiting at a time; each is a browser of its own."""

Made = tuple[Asked, list[Table], list[MetricResult]]
Make = Callable[[Services, Voice, kpi_pages.Pairs, Scope], Made]


def kpi_exports_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1", tags=["kpi"])
    printer = Printer(services)
    answer = _answer(services, printer)

    @router.get("/kpi.{extension}", openapi_extra=described(KNOWN))
    async def scorecards(extension: str, request: Request) -> Response:
        """The scorecards as xlsx or pdf."""
        return await answer(request, "/kpi", extension, _scorecards)

    @router.get("/kpi/league.{extension}", openapi_extra=described(KNOWN))
    async def league(extension: str, request: Request) -> Response:
        """One league table as xlsx or pdf."""
        return await answer(request, "/kpi/league", extension, _league, WIDE)

    @router.get("/kpi/department/{code}.{extension}", openapi_extra=described(KNOWN))
    async def department(code: str, extension: str, request: Request) -> Response:
        """The page of one department as xlsx or pdf."""
        path = f"/kpi/department/{quote(code, safe='')}"
        return await answer(request, path, extension, _department(code))

    @router.get("/kpi/district/{code}.{extension}", openapi_extra=described(KNOWN))
    async def district(code: str, extension: str, request: Request) -> Response:
        """The page of one district as xlsx or pdf."""
        path = f"/kpi/district/{quote(code, safe='')}"
        return await answer(request, path, extension, _district(code))

    return router


class Printer:
    """One browser at a time, beside the threads that answer it: it opens a page of this server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._one = ThreadPoolExecutor(1, thread_name_prefix="printer")
        self._under_way = 0

    async def pdf(self, address: str, size: tuple[int, int]) -> bytes:
        if self._under_way >= WAITING:
            raise RenderError(
                f"{WAITING} PDFs are being made already.",
                where="pdf",
                fix="try again in a minute, or take the workbook",
            )
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._one, lambda: pdf_of(address, size))
        finally:
            self._under_way -= 1


def _answer(services: Services, printer: Printer) -> Callable[..., Awaitable[Response]]:
    async def answer(
        request: Request, path: str, extension: str, make: Make, size: tuple[int, int] = TALL
    ) -> Response:
        if extension not in MEDIA_TYPES:
            fix = did_you_mean(extension, MEDIA_TYPES)
            raise NotFound(f"There is no export as `{extension}`.", where="extension", fix=fix)
        given, scope = Given.of(request, KNOWN), scope_of(request)
        language = language_of(given, services.city)
        voice = Voice(language, services.city, services.engine.dimensions)
        made = await off_loop(services, lambda: make(services, voice, given.pairs, scope))
        try:
            if extension == "pdf":
                address = _own_address(request, path, given, language)
                content = await printer.pdf(address, size)
            else:
                content = await off_loop(services, lambda: _workbook(voice, made))
        except RenderError as error:
            return shaped(503, error.code, error.problem, error.where, error.fix)
        period = made[0].period
        name = f"yiping{path.replace('/', '-')}-{period.first}-{period.last}.{extension}"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type=MEDIA_TYPES[extension], headers=headers)

    return answer


def _own_address(request: Request, path: str, given: Given, language: str) -> str:
    """Where this very process answers: the socket's own name, never one the caller may write."""
    server: Sequence[Any] | None = request.scope.get("server")
    if not server or server[1] is None:
        raise RenderError(
            "The server does not know the port it answers on, so no browser can open the page.",
            where="pdf",
            fix="serve on a host and port, not on a socket file",
        )
    pairs = [(k, v) for k, v in given.pairs if k != "lang"]
    looks = [("lang", language), ("theme", "light"), ("print", "1")]
    return f"http://{_host(server[0])}:{server[1]}{path}?{urlencode([*pairs, *looks])}"


def _host(name: str) -> str:
    """The address that the question came in on; this machine's own where it has none."""
    try:
        found = ip_address(name)
    except ValueError:
        return "127.0.0.1"
    return f"[{found}]" if found.version == 6 else str(found)


def _workbook(voice: Voice, made: Made) -> bytes:
    asked, tables, results = made
    notes = [voice.word("definitions"), voice.days(asked.period)]
    return workbook([*tables, definitions(voice, results, notes)])


def _notes(voice: Voice, asked: Asked, title: str) -> list[str]:
    """Above every sheet: the title, whose figures, which days, compared with which."""
    city = voice.pick(voice.city.name, voice.city.name_en)
    mark = f" · {voice.word('demonstration')}" if voice.city.demonstration else ""
    before, year = asked.window.before, asked.window.year_before
    filters = [", ".join(voice.name(name, code) for code in codes) for name, codes in asked.where]
    compared = (
        f"{voice.word('before')}: {voice.days(before)}",
        f"{voice.word('year_before')}: {voice.days(year)}",
    )
    return [title, " · ".join([f"{city}{mark}", voice.days(asked.period), *filters, *compared])]


def _scorecards(services: Services, voice: Voice, pairs: kpi_pages.Pairs, scope: Scope) -> Made:
    data = kpi_pages.scorecards(services, pairs, scope=scope)
    tables = scorecard_tables(voice, data, _notes(voice, data.asked, voice.word("kpi")))
    results = [card.tile.result for card in data.cards if card.tile.result]
    parts = [part.result for card in data.cards for part in card.parts]
    return data.asked, tables, [*results, *parts]


def _league(services: Services, voice: Voice, pairs: kpi_pages.Pairs, scope: Scope) -> Made:
    table = kpi_pages.league(services, pairs, scope=scope)
    asked = kpi_pages.asked_by(services, pairs)
    if table.result is None:
        raise UsageError(
            f"The filters do not apply to `{table.metric.id}`.",
            where=f"metric={table.metric.id}",
            fix="drop a filter, or choose another metric",
        )
    title = f"{voice.word(table.asked.level)} · {voice.metric(table.metric)}"
    tables = league_tables(voice, table, _notes(voice, asked, title))
    beside = [column.result for column in table.columns if column.result]
    return asked, tables, [table.result, *beside]


def _department(code: str) -> Make:
    def make(services: Services, voice: Voice, pairs: kpi_pages.Pairs, scope: Scope) -> Made:
        data = kpi_pages.department(services, code, pairs, scope=scope)
        notes = _notes(voice, data.asked, voice.name("department", code))
        return data.asked, department_tables(voice, data, notes), list(results_of(data))

    return make


def _district(code: str) -> Make:
    def make(services: Services, voice: Voice, pairs: kpi_pages.Pairs, scope: Scope) -> Made:
        data = kpi_pages.district(services, code, pairs, scope=scope)
        notes = _notes(voice, data.asked, voice.name("district", code))
        return data.asked, district_tables(voice, data, notes), list(results_of(data))

    return make
