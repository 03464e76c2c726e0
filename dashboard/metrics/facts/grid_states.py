"""Where a grid event stands: the rules that the other rules about events begin with."""

from sqlalchemy import ColumnElement, and_, case, func, true

from dashboard.core.states import FINISHED, OUTSIDE
from dashboard.facts import incidents

G = incidents.c

fixed_at = func.coalesce(G.replied_at, G.closed_at)
"""When it was reported as fixed; its closing where the source delivers no report."""

finished_on = case(
    (
        G.state.in_(sorted(FINISHED)),
        case((G.closed_on > G.filed_on, G.closed_on), else_=G.filed_on),
    )
)
"""Day on which a case left the open ones; NULL while it is open. One that is finished without a
closing time, or closed before it was filed, left on the day it was filed.
"""


def reported() -> ColumnElement[bool]:
    """Events reported, voided ones left out."""
    return true()


def filed() -> ColumnElement[bool]:
    """Events filed as cases 立案; those the supervisor fixed on the spot are not among them."""
    return and_(G.filed_at.is_not(None), G.state.not_in(sorted(OUTSIDE | {"self_handled"})))


def unfinished() -> ColumnElement[bool]:
    """Events to which something will still happen."""
    return G.state.not_in(sorted(FINISHED))
