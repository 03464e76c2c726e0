"""The incidents behind a figure: same filters, same predicates, same scope as the figure itself."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
)

from dashboard.access.scope import Scope
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Period
from dashboard.facts import incident_steps, incidents
from dashboard.metrics.cache import AnswerCache
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.compiler import member_predicate, parameters, population
from dashboard.metrics.facts import FACTS
from dashboard.metrics.facts.base import Fact
from dashboard.metrics.model import Where
from dashboard.metrics.places import Corner, inside
from dashboard.metrics.plan import Planner
from dashboard.store.facts_store import DataVersion, FactsStore
from dashboard.store.functions import contains_text

I = incidents.c  # noqa: E741 — as in metrics/facts

BEGINNING, END = datetime(1, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001 — bounds in store form
SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": I.created_at,
    "due_at": func.coalesce(I.due_at, literal(END, DateTime)),
    "closed_at": func.coalesce(I.closed_at, literal(END, DateTime)),
    "updated_at": I.updated_at,
}
"""What a list can be sorted by; `-` before the name turns the order round."""

LISTED = (
    I.source,
    I.source_id,
    I.kind,
    I.state,
    I.created_at,
    I.due_at,
    I.closed_at,
    I.title,
    I.district_code,
    I.street_code,
    I.community_code,
    I.department_code,
    I.category_1_code,
    I.category_2_code,
    I.channel,
    I.urgency,
    I.lon,
    I.lat,
)
EXPORTED = (
    *LISTED[:7],
    I.filed_at,
    I.dispatched_at,
    I.replied_at,
    I.followed_up_at,
    *LISTED[7:11],
    I.grid_code,
    *LISTED[11:14],
    I.category_3_code,
    *LISTED[14:],
    I.request_type,
    I.return_count,
    I.rework_count,
    I.responded_on_time,
    I.solved,
    I.satisfaction,
    I.delivered_verdict,
    I.excluded,
    I.exclusion_reason,
)
MAX_LIMIT = 500


@dataclass(frozen=True)
class IncidentQuery:
    """Which incidents. With `metric`, exactly those in its numerator or denominator.

    `bbox` is west, south, east, north in degrees; `after` is the `next` of the page before.
    """

    period: Period
    where: Where = ()
    q: str = ""
    bbox: tuple[float, float, float, float] | None = None
    polygon: tuple[Corner, ...] = ()
    metric: str = ""
    part: str = "numerator"
    sort: str = "-created_at"
    after: str = ""
    limit: int = 50


@dataclass(frozen=True)
class IncidentPage:
    rows: tuple[dict[str, Any], ...]
    next: str | None
    total: int
    data_version: int
    as_of: datetime


@dataclass(frozen=True)
class IncidentRecord:
    """One incident with its steps and where it came from."""

    fields: dict[str, Any]
    steps: tuple[dict[str, Any], ...]


class IncidentLister:
    """Lists incidents; the count of a list equals the figure it was opened from."""

    def __init__(self, catalogue: Catalogue, planner: Planner, store: FactsStore) -> None:
        self._catalogue = catalogue
        self._planner = planner
        self._dimensions = planner.dimensions
        self._store = store
        self._totals: AnswerCache[int] = AnswerCache(512)
        self._pages: AnswerCache[IncidentPage] = AnswerCache(128)

    def page(self, query: IncidentQuery, *, scope: Scope) -> IncidentPage:
        """One page by key: rows that arrive meanwhile neither repeat nor hide another."""
        if not 1 <= query.limit <= MAX_LIMIT:
            raise UsageError(
                f"A page has 1 to {MAX_LIMIT} rows, not {query.limit}.",
                where="limit",
                fix="ask for fewer and follow `next`",
            )
        version = self._store.version()

        def fetch(_: list[int]) -> dict[int, IncidentPage]:
            return {0: self._page(query, scope, version)}

        return self._pages.many([(query, scope.key, version.version)], fetch)[0]

    def _page(self, query: IncidentQuery, scope: Scope, version: DataVersion) -> IncidentPage:
        order, descending = self._sort(query.sort)
        statement = self._statement([*LISTED, order.label("sort_key")], query, scope)
        if query.after:
            statement = statement.where(_past(order, query.after, descending=descending))
        keys = [order, I.source, I.source_id]
        statement = statement.order_by(*(k.desc() if descending else k for k in keys))
        found = self._store.read(
            statement.limit(query.limit + 1).params(**self._given(query, version))
        )
        rows = [dict(row._mapping) for row in found]  # noqa: SLF001 — SQLAlchemy's public name
        more = rows[: query.limit]
        following = _token(more[-1]) if len(rows) > query.limit else None
        for row in more:
            row.pop("sort_key")
        return IncidentPage(
            tuple(more), following, self.total(query, scope=scope), version.version, version.as_of
        )

    def total(self, query: IncidentQuery, *, scope: Scope) -> int:
        version = self._store.version()
        asked = replace(query, sort="", after="", limit=1)
        key = (asked, scope.key, version.version)

        def count(_: list[int]) -> dict[int, int]:
            statement = self._statement([func.count()], query, scope)
            found = self._store.read(statement.params(**self._given(query, version)))
            return {0: int(found[0][0])}

        return self._totals.many([key], count)[0]

    def export(self, query: IncidentQuery, *, scope: Scope) -> Iterator[pa.Table]:
        """Every incident of the query in the order asked for, as Arrow tables of some thousand
        rows: codes and UTC instants as they are stored.
        """
        order, descending = self._sort(query.sort)
        keys = [order, I.source, I.source_id]
        statement = self._statement(EXPORTED, query, scope).order_by(
            *(k.desc() if descending else k for k in keys)
        )
        given = self._given(query, self._store.version())
        yield from self._store.stream(statement.params(**given))

    def one(self, source: str, source_id: str, *, scope: Scope) -> IncidentRecord | None:
        """None where it does not exist or the caller may not see it: the two look the same."""
        statement = select(incidents).where(
            I.source == source, I.source_id == source_id, scope.predicate(incidents)
        )
        found = self._store.read(statement)
        if not found:
            return None
        steps = incident_steps.c
        history = self._store.read(
            select(incident_steps)
            .where(steps.incident_id == source_id, steps.incident_source.in_([source, "-"]))
            .order_by(steps["at"], steps.source_id)
        )
        return IncidentRecord(
            dict(found[0]._mapping),  # noqa: SLF001 — SQLAlchemy's public name
            tuple(dict(step._mapping) for step in history),  # noqa: SLF001
        )

    def _given(self, query: IncidentQuery, version: DataVersion) -> dict[str, Any]:
        as_of = version.as_of.astimezone(self._planner.delivery.city.zone)
        last = min(query.period.last, as_of.date())
        return parameters(as_of, self._catalogue.parameters, last=last)

    def _statement(
        self, columns: Sequence[ColumnElement[Any]], query: IncidentQuery, scope: Scope
    ) -> Select[Any]:
        return select(*columns).select_from(incidents).where(*self._members(query, scope))

    def _members(self, query: IncidentQuery, scope: Scope) -> Iterable[ColumnElement[bool]]:
        fact, time = FACTS["incidents"], "created"
        if query.metric:
            metric = self._catalogue[query.metric].at(query.period.last)
            leg = (metric.bottom if query.part == "denominator" else metric.top) or metric.legs[0]
            fact, time = self._listable(leg.fact, query.metric), leg.time
            yield member_predicate(metric, query.part, self._planner.restriction(metric, leg.fact))
        yield from population(
            fact, time, query.period, query.where, scope=scope, dimensions=self._dimensions
        )
        if query.q.strip():
            yield _mentions(query.q)
        if query.bbox:
            west, south, east, north = query.bbox
            yield and_(I.lon.between(west, east), I.lat.between(south, north))
        if query.polygon:
            yield inside(I.lon, I.lat, query.polygon)

    @staticmethod
    def _listable(fact: Fact, metric_id: str) -> Fact:
        if fact.table is not incidents:
            raise UsageError(
                f"`{metric_id}` does not count incidents, so there are none to list.",
                where=f"metric={metric_id}",
                fix="ask /api/v1/metrics for its figure",
            )
        return fact

    @staticmethod
    def _sort(sort: str) -> tuple[ColumnElement[Any], bool]:
        name = sort.removeprefix("-")
        if name not in SORTS:
            raise UsageError(
                f"Incidents cannot be sorted by `{name}`.",
                where=f"sort={sort}",
                fix=did_you_mean(name, SORTS),
            )
        return SORTS[name], sort.startswith("-")


def _mentions(text: str) -> ColumnElement[bool]:
    """Every word of the text is in title, content, address or number."""
    return and_(
        *(
            or_(
                contains_text(I.title, word),
                contains_text(I.content, word),
                contains_text(I.address, word),
                contains_text(I.source_id, word),
            )
            for word in text.split()
        )
    )


def _past(order: ColumnElement[Any], token: str, *, descending: bool) -> ColumnElement[bool]:
    """The rows after the one the token names. The bound comes first and alone, so that the engine
    can skip all that lies before it.
    """
    at, source, source_id = _read_token(token)
    if descending:
        tied = or_(I.source < source, and_(I.source == source, I.source_id < source_id))
        return and_(order <= at, or_(order < at, tied))
    tied = or_(I.source > source, and_(I.source == source, I.source_id > source_id))
    return and_(order >= at, or_(order > at, tied))


def _token(row: dict[str, Any]) -> str:
    key: datetime | date = row["sort_key"]
    text = json.dumps([key.isoformat(), row["source"], row["source_id"]], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_token(token: str) -> tuple[datetime, str, str]:
    try:
        at, source, source_id = json.loads(
            base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        )
        return datetime.fromisoformat(at), str(source), str(source_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise UsageError(
            "This is not a place in a list.",
            where="after",
            fix="use the `next` of the page before, unchanged",
        ) from error
