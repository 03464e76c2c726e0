"""Grid-management events 网格事件: which of them a figure counts."""

from sqlalchemy import ColumnElement, and_

from dashboard.core.states import FINISHED, WAITING_ON_OTHERS
from dashboard.facts import incidents
from dashboard.metrics.facts import grid_stages
from dashboard.metrics.facts.base import AS_OF, Fact, count, named, snapshot
from dashboard.metrics.facts.grid_stages import disposal_due_on
from dashboard.metrics.facts.grid_states import filed, finished_on, fixed_at, reported, unfinished
from dashboard.metrics.facts.incidents import CUTS

G = incidents.c

GRID_CUTS = {
    **CUTS,
    "supervisor": G.supervisor_code,
    "acceptor": G.acceptor_code,
    "shift_leader": G.shift_leader_code,
    "dispatcher": G.dispatcher_code,
}
"""Grid events can also be cut by the posts that are evaluated 岗位评价."""

PUBLIC = ("app", "phone", "public", "web", "wechat")
"""Channels through which the public reports, not a supervisor, a camera or another office."""


def self_handled() -> ColumnElement[bool]:
    """Events the supervisor fixed on the spot 自行处置, which never become cases."""
    return G.state == "self_handled"


def publicly_reported() -> ColumnElement[bool]:
    """Of the cases filed, those that began with a report of the public."""
    return and_(filed(), G.channel.in_(PUBLIC))


def overdue_open() -> ColumnElement[bool]:
    """Cases past their deadline while the department's clock is running: not deferred, not
    reported as fixed.
    """
    clock_runs = G.state.not_in(sorted(FINISHED | WAITING_ON_OTHERS))
    return and_(G.filed_at.is_not(None), clock_runs, G.due_at < AS_OF)


def open_at() -> ColumnElement[bool]:
    """Cases filed by the end of that day and not finished by then. What is open now counts as
    open ever since it was filed.
    """
    return filed()


def closed() -> ColumnElement[bool]:
    """Cases closed 结案, with a closing time that the source delivered."""
    return and_(filed(), G.closed_at.is_not(None))


def due_for_closing() -> ColumnElement[bool]:
    """Cases whose deadline has passed 应结案数, without deferred ones 缓办."""
    return and_(filed(), G.due_at <= AS_OF, _closing_appraised())


def closed_of_due() -> ColumnElement[bool]:
    """Of those due for closing, closed by now, on time or not."""
    return and_(due_for_closing(), G.closed_at.is_not(None))


def closed_on_time() -> ColumnElement[bool]:
    """Of those due for closing, closed at or before the deadline."""
    return and_(due_for_closing(), G.closed_at <= G.due_at)


def due_for_closing_later() -> ColumnElement[bool]:
    """Cases that will be due for closing: their deadline lies ahead."""
    return and_(filed(), G.due_at > AS_OF, _closing_appraised())


def awaiting_closing() -> ColumnElement[bool]:
    """Of those due for closing, still open."""
    return and_(due_for_closing(), G.closed_at.is_(None), unfinished())


def disposed() -> ColumnElement[bool]:
    """Cases reported as fixed 处置, where the source says how often the check failed."""
    return and_(filed(), fixed_at.is_not(None), G.rework_count.is_not(None))


def reworked() -> ColumnElement[bool]:
    """Of those, sent back at least once because the check failed 返工."""
    return and_(disposed(), G.rework_count > 0)


def may_be_reworked() -> ColumnElement[bool]:
    """Of those, never sent back so far and still open."""
    return and_(disposed(), G.rework_count == 0, unfinished())


def extensions_known() -> ColumnElement[bool]:
    """Cases dispatched, in appraisal, where the source says how often they were extended."""
    return and_(_dispatched_in_appraisal(), G.extension_count.is_not(None))


def extended() -> ColumnElement[bool]:
    """Of those, with a deadline extended 延期 at least once."""
    return and_(_dispatched_in_appraisal(), G.extension_count > 0)


def may_be_extended() -> ColumnElement[bool]:
    """Of those, not extended so far and still open."""
    return and_(_dispatched_in_appraisal(), G.extension_count == 0, unfinished())


def deferrals_known() -> ColumnElement[bool]:
    """Cases dispatched, in appraisal, where the source says how often they were deferred."""
    return and_(_dispatched_in_appraisal(), G.suspension_count.is_not(None))


def deferred() -> ColumnElement[bool]:
    """Of those, deferred 缓办 at least once."""
    return and_(_dispatched_in_appraisal(), G.suspension_count > 0)


def may_be_deferred() -> ColumnElement[bool]:
    """Of those, not deferred so far and still open."""
    return and_(_dispatched_in_appraisal(), G.suspension_count == 0, unfinished())


def omission_known() -> ColumnElement[bool]:
    """Cases filed for which the source says whether a supervisor should have seen them first."""
    return and_(filed(), G.omitted.is_not(None))


def omitted() -> ColumnElement[bool]:
    """Of those, reported by the public before the supervisor saw what was to be seen 漏报."""
    return and_(filed(), G.omitted.is_(True))


def _closing_appraised() -> ColumnElement[bool]:
    return and_(G.state != "suspended", G.excluded.is_(False))


def _dispatched_in_appraisal() -> ColumnElement[bool]:
    return and_(filed(), G.dispatched_at.is_not(None), G.excluded.is_(False))


CLOSING = ("filed_at", "due_at", "closed_at")
REWORK = ("filed_at", "replied_at", "rework_count")
EXTENSIONS = ("filed_at", "dispatched_at", "extension_count")
DEFERRALS = ("filed_at", "dispatched_at", "suspension_count")
OMISSIONS = ("filed_at", "omitted")

GRID_EVENTS = Fact(
    name="grid_events",
    title="Grid-management events",
    table=incidents,
    rows=and_(G.kind == "grid", G.state != "voided"),
    times={
        "created": G.created_on,
        "filed": G.filed_on,
        "dispatched": G.dispatched_on,
        "due": G.due_on,
        "disposal_due": disposal_due_on,
        "disposed": G.replied_on,
        "closed": G.closed_on,
    },
    cuts=GRID_CUTS,
    measures=named(
        count(reported),
        count(self_handled, needs=("state",)),
        count(filed, needs=("filed_at",)),
        count(publicly_reported, needs=("filed_at", "channel")),
        count(overdue_open, needs=("filed_at", "state", "due_at")),
        snapshot(open_at, begins=G.filed_on, ends=finished_on, needs=("filed_at", "closed_at")),
        *grid_stages.MEASURES,
        count(closed, needs=("filed_at", "closed_at")),
        count(due_for_closing, needs=("filed_at", "due_at")),
        count(closed_of_due, needs=CLOSING),
        count(closed_on_time, needs=CLOSING),
        count(due_for_closing_later, needs=CLOSING),
        count(awaiting_closing, needs=CLOSING),
        count(disposed, needs=REWORK),
        count(reworked, needs=REWORK),
        count(may_be_reworked, needs=REWORK),
        count(extensions_known, needs=EXTENSIONS),
        count(extended, needs=EXTENSIONS),
        count(may_be_extended, needs=EXTENSIONS),
        count(deferrals_known, needs=DEFERRALS),
        count(deferred, needs=DEFERRALS),
        count(may_be_deferred, needs=DEFERRALS),
        count(omission_known, needs=OMISSIONS),
        count(omitted, needs=OMISSIONS),
    ),
    kinds=frozenset({"grid"}),
)
