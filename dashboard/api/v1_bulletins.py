"""/api/v1/bulletins: what was issued, in every form, and issuing by hand."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from dashboard.api.caller import off_loop
from dashboard.api.errors import BadBody, NotFound, guarded_router, shaped
from dashboard.api.parameters import Given, described, limit_of
from dashboard.api.v1_ingest import refuse_foreign_page
from dashboard.api.wire import instant, period
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.metrics.listing import MAX_LIMIT
from dashboard.reports.archive import Listed, ListedErratum, archive, listed, sealed, verify
from dashboard.reports.content import intact, told_of
from dashboard.reports.corrections import Correction, Proposal, correct, propose
from dashboard.reports.files import MEDIA_TYPES, file_of, make_all
from dashboard.reports.issue import issue, period_asked
from dashboard.reports.loader import template_named
from dashboard.reports.pdf import RenderError
from dashboard.services import Services
from dashboard.store.bulletins import Sealed

LARGEST_BODY = 64 * 1024
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def _body(**keys: str) -> dict[str, Any]:
    """The same for OpenAPI."""
    properties = {key: {"type": "string", "description": text} for key, text in keys.items()}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


ISSUE = {
    "template": "Name of the template in the pack, as daily",
    "period": "2026-11-20, 2026-11, 2026-W47, 2026-11-01..2026-11-15; default as the template says",
    "by": "Who issues it",
}
CORRECT = {"reason": "Why it is corrected; printed", "by": "Who answers for it; printed"}


def bulletins_router(services: Services) -> APIRouter:
    router = guarded_router(prefix="/api/v1/bulletins", tags=["bulletins"])

    @router.get("", openapi_extra=described(("limit",)))
    async def bulletins(request: Request) -> dict[str, Any]:
        """Every bulletin, newest first, each with its errata."""
        limit = min(max(1, limit_of(Given.of(request, ("limit",)))), MAX_LIMIT)
        found = await off_loop(services, lambda: archive(services, limit=limit))
        return {"bulletins": [entry(services, one) for one in found]}

    @router.post("", openapi_extra=_body(**ISSUE))
    async def issue_by_hand(request: Request) -> Response:
        """Seal a bulletin: 201. Of a period that has one: 200, and what has become of it since."""
        refuse_foreign_page(request)
        given = await _given(request, ISSUE)
        return await off_loop(services, lambda: _issue(services, given))

    @router.post("/{number}/errata", openapi_extra=_body(**CORRECT))
    async def correct_by_hand(number: str, request: Request) -> Response:
        """Seal an erratum that lists every figure which differs now."""
        refuse_foreign_page(request)
        given = await _given(request, CORRECT)
        return await off_loop(services, lambda: _correct(services, number, given))

    @router.get("/{number}.{extension}")
    async def file(number: str, extension: str, request: Request) -> Response:
        """A bulletin or erratum as docx, html, pdf, or as the very json that was sealed."""
        Given.of(request, ())
        return await off_loop(services, lambda: _file(services, number, extension))

    @router.get("/{number}")
    async def one(number: str, request: Request) -> dict[str, Any]:
        """A bulletin or erratum: all it says, whether its seal holds, and its errata."""
        Given.of(request, ())
        return await off_loop(services, lambda: _one(services, number))

    return router


async def _given(request: Request, known: Mapping[str, str]) -> dict[str, str]:
    """The texts of a small JSON object; an unknown key is refused."""
    body = await request.body()
    fix = f"send an object of texts: {', '.join(known)}"
    if len(body) > LARGEST_BODY:
        raise BadBody("The body is too large.", where="body", fix=fix)
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        raise BadBody("The body is not JSON.", where="body", fix=fix) from None
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise BadBody("The body is not an object of texts.", where="body", fix=fix)
    for key in given:
        if key not in known:
            raise BadBody(f"Unknown key `{key}`.", where=key, fix=did_you_mean(key, known))
    return given


def _issue(services: Services, given: Mapping[str, str]) -> Response:
    template = template_named(given.get("template", ""), services.city, services.engine.catalogue)
    days = period_asked(services, template, given.get("period", ""))
    issued = issue(services, template, days, given.get("by") or "api")
    problems = make_all(services, issued.sealed).problems
    answer = {
        "state": "issued",
        **entry(services, listed(services, issued.sealed.number)),
        "problems": [_problem(error) for error in problems],
    }
    if issued.new:
        return JSONResponse(answer, status_code=201)
    return JSONResponse(answer | _proposal(propose(services, issued.sealed)))


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "state": "unchanged" if proposal.unchanged else "differs",
        "now": {"data_version": proposal.version.version},
        "differences": [difference.told() for difference in proposal.differences],
        "gone": list(proposal.gone),
    }


def _correct(services: Services, number: str, given: Mapping[str, str]) -> Response:
    correction = Correction(given.get("reason", ""), given.get("by", ""))
    erratum = correct(services, propose(services, _sealed(services, number)), correction)
    problems = make_all(services, erratum).problems
    answer = _one(services, erratum.number)
    return JSONResponse(
        answer | {"problems": [_problem(error) for error in problems]}, status_code=201
    )


def _file(services: Services, number: str, extension: str) -> Response:
    found = _sealed(services, number)
    if extension not in MEDIA_TYPES:
        fix = did_you_mean(extension, MEDIA_TYPES)
        raise NotFound(f"There is no form `{extension}`.", where="extension", fix=fix)
    try:
        content = file_of(services, found, extension)
    except RenderError as error:
        return shaped(503, error.code, error.problem, error.where, error.fix)
    headers = {"Content-Security-Policy": POLICY, "X-Content-SHA256": found.sha256}
    if extension in ("docx", "pdf"):
        headers["Content-Disposition"] = f'inline; filename="{number}.{extension}"'
    return Response(content, media_type=MEDIA_TYPES[extension], headers=headers)


def _one(services: Services, number: str) -> dict[str, Any]:
    found = _sealed(services, number)
    verdict = verify(services, found)
    return {
        "number": found.number,
        "corrects": found.corrects or None,
        "sha256": found.sha256,
        "holds": verdict.holds,
        "faults": list(verdict.faults),
        "content": told_of(found) if intact(found) else None,
        "bulletin": entry(services, listed(services, number)),
    }


def _sealed(services: Services, number: str) -> Sealed:
    try:
        return sealed(services, number)
    except UsageError as error:
        raise NotFound(error.problem, where=error.where, fix=error.fix) from None


def entry(services: Services, one: Listed) -> dict[str, Any]:
    zone = services.city.zone
    return {
        "number": one.number,
        "template": one.template,
        "title": one.title,
        "title_en": one.title_en,
        "issue": one.issue,
        "kind": one.kind,
        "language": one.language,
        "unit": one.unit,
        "period": period(one.period),
        "issued_at": instant(one.issued_at, zone),
        "issued_by": one.issued_by,
        "data_version": one.data_version,
        "as_of": instant(one.as_of, zone),
        "late": list(one.late),
        "sha256": one.sha256,
        "holds": one.holds,
        "links": links(one.number),
        "errata": [_erratum(services, erratum) for erratum in one.errata],
    }


def _erratum(services: Services, one: ListedErratum) -> dict[str, Any]:
    return {
        "number": one.number,
        "issued_at": instant(one.issued_at, services.city.zone),
        "issued_by": one.issued_by,
        "reason": one.reason,
        "changes": one.changes,
        "sha256": one.sha256,
        "holds": one.holds,
        "links": links(one.number),
    }


def links(number: str) -> dict[str, str]:
    address = f"/api/v1/bulletins/{number}"
    return {"self": address} | {name: f"{address}.{name}" for name in MEDIA_TYPES}


def _problem(error: RenderError) -> dict[str, str]:
    return {
        "code": error.code, "message": error.problem, "where": error.where, "fix": error.fix
    }  # fmt: skip
