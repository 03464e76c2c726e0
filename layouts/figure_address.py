"""A figure as an address: `passport=` names its metric, `pg=` what it is of.

`pg` says only what the page's own parameters do not: `district=D1;department=B1,B2`, and `from=`
and `to=` where the figure is of other days than the page. A name without a code takes a filter of
the page away. Codes are percent-encoded, so that any code can stand there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, unquote

from dashboard.core.errors import UsageError
from dashboard.core.values import Grain, Period, add_months
from dashboard.metrics.model import MetricQuery, MetricRow, Where, filters
from dashboard.metrics.question import FILTERS
from layouts.address import Address
from layouts.frame import Frame

PASSPORT, GROUP = "passport", "pg"
DAYS = ("from", "to")
GRAINS = frozenset(grain.value for grain in Grain)


def group_of(frame: Frame, query: MetricQuery) -> str:
    """The `pg` of an uncut question asked from a page."""
    return ";".join(_differences(frame, query))


def question_of(query: MetricQuery, row: MetricRow) -> MetricQuery:
    """The uncut question whose answer is this one row: its group as filters, its step as days."""
    where, period = dict(query.where), query.period
    for name, code in row.group.items():
        if name in GRAINS:
            period = _within(period, step(code, Grain(name)))
        else:
            where[name] = (code,)
    return replace(query, period=period, by=(), where=filters(where))


def asked_in(address: Address, period: Period, where: Where) -> MetricQuery:
    """The question an address opens the passport of.

    Args:
        period: Days of the page.
        where: Its filters.

    Raises:
        UsageError: The group cannot be read.
    """
    group = dict(_said(address.get(GROUP)))
    days = [group.pop(name, ("",))[0] for name in DAYS]
    period = Period.parse(days[0] or str(period.first), days[1] or str(period.last))
    return MetricQuery(address.get(PASSPORT), period, (), filters({**dict(where), **group}))


def link(address: Address, query: MetricQuery, frame: Frame) -> Address:
    """The page of an address with the passport of a question open, its days written down."""
    days = {"from": str(query.period.first), "to": str(query.period.last)}
    pinned = address.without(PASSPORT, GROUP, "period", "after").set_(days)
    group = group_of(replace(frame, address=pinned, days=query.period), query)
    return pinned.set_({PASSPORT: query.metric, GROUP: group})


def filtered(path: str, query: MetricQuery, **more: str) -> Address:
    """An address that names days and filters of a question as every page and the API read them."""
    pairs = [("from", str(query.period.first)), ("to", str(query.period.last))]
    pairs += [(name, code) for name, codes in query.where for code in codes]
    return Address(path, (*pairs, *more.items()))


def can_be_listed(query: MetricQuery) -> bool:
    """Whether a list can be filtered as this question is."""
    return all(name in FILTERS for name, _ in query.where)


def step(name: str, grain: Grain) -> Period:
    """The days of a step of time by its name in a group."""
    match grain:
        case Grain.WEEK:
            first = date.fromisocalendar(int(name[:4]), int(name[-2:]), 1)
            return Period(first, first + timedelta(days=6))
        case Grain.MONTH:
            first = date.fromisoformat(f"{name}-01")
            return Period(first, add_months(first, 1) - timedelta(days=1))
        case Grain.YEAR:
            return Period(date(int(name), 1, 1), date(int(name), 12, 31))
    return Period(date.fromisoformat(name), date.fromisoformat(name))


def _within(period: Period, days: Period) -> Period:
    return Period(max(period.first, days.first), min(period.last, days.last))


def _differences(frame: Frame, query: MetricQuery) -> Iterator[str]:
    own: Mapping[str, tuple[str, ...]] = dict(frame.where)
    asked = dict(query.where)
    for name, codes in asked.items():
        if own.get(name) != codes:
            yield f"{name}={','.join(quote(code, safe=':-') for code in codes)}"
    yield from (f"{name}=" for name in own if name not in asked)
    if query.period != frame.days:
        yield f"from={query.period.first}"
        yield f"to={query.period.last}"


def _said(group: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in filter(None, group.split(";")):
        name, equals, codes = part.partition("=")
        if not equals or not name:
            fix = "write it as district=D1;department=B1"
            raise UsageError(f"`{part}` is no group.", where=f"{GROUP}={group}", fix=fix)
        yield name, tuple(unquote(code) for code in codes.split(",") if code)
