"""Grid-management events 网格事件: which of them a figure counts."""

from sqlalchemy import ColumnElement, and_, func

from dashboard.core.states import OUTSIDE
from dashboard.facts import incidents
from dashboard.metrics.facts.base import AS_OF, Fact, count, named
from dashboard.metrics.facts.incidents import CUTS

G = incidents.c

fixed_at = func.coalesce(G.replied_at, G.closed_at)


def filed() -> ColumnElement[bool]:
    """Events filed as cases 立案; those the supervisor fixed on the spot are not among them."""
    return and_(G.filed_at.is_not(None), G.state.not_in(sorted(OUTSIDE | {"self_handled"})))


def due_for_closing() -> ColumnElement[bool]:
    """Cases whose deadline has passed 应结案数, without deferred ones 缓办."""
    return and_(filed(), G.due_at <= AS_OF, G.state != "suspended", G.excluded.is_(False))


def closed_of_due() -> ColumnElement[bool]:
    """Of those due for closing, closed by now, on time or not."""
    return and_(due_for_closing(), G.closed_at.is_not(None))


def closed_on_time() -> ColumnElement[bool]:
    """Of those due for closing, closed at or before the deadline."""
    return and_(due_for_closing(), G.closed_at <= G.due_at)


def disposed() -> ColumnElement[bool]:
    """Cases reported as fixed 处置, where the source says how often the check failed."""
    return and_(filed(), fixed_at.is_not(None), G.rework_count.is_not(None))


def reworked() -> ColumnElement[bool]:
    """Of those, sent back at least once because the check failed 返工."""
    return and_(disposed(), G.rework_count > 0)


GRID_EVENTS = Fact(
    name="grid_events",
    title="Grid-management events",
    table=incidents,
    rows=and_(G.kind == "grid", G.state != "voided"),
    times={
        "created": G.created_on,
        "filed": G.filed_on,
        "due": G.due_on,
        "disposed": G.replied_on,
    },
    cuts=CUTS,
    measures=named(
        count(filed, needs=("filed_at",)),
        count(due_for_closing, needs=("filed_at", "due_at")),
        count(closed_of_due, needs=("filed_at", "due_at", "closed_at")),
        count(closed_on_time, needs=("filed_at", "due_at", "closed_at")),
        count(disposed, needs=("filed_at", "replied_at", "rework_count")),
        count(reworked, needs=("filed_at", "replied_at", "rework_count")),
    ),
    kinds=frozenset({"grid"}),
)
