"""Where a hotline ticket stands: the rules that the other rules about tickets begin with."""

from sqlalchemy import ColumnElement, and_, case, true

from dashboard.core.states import FINISHED, OUTSIDE, WAITING_ON_OTHERS
from dashboard.facts import incidents

T = incidents.c

finished_on = case(
    (
        T.state.in_(sorted(FINISHED)),
        case((T.closed_on > T.created_on, T.closed_on), else_=T.created_on),
    )
)
"""Day on which it left the open ones; NULL while it is open. One that is finished without a
closing time, or closed before it came, left on the day it came.
"""


def received() -> ColumnElement[bool]:
    """Tickets received, voided ones left out."""
    return true()


def accepted() -> ColumnElement[bool]:
    """Tickets the city took on: received, without those not accepted 不予受理."""
    return T.state.not_in(sorted(OUTSIDE))


def in_appraisal() -> ColumnElement[bool]:
    """Tickets taken on and not taken out of appraisal 剔除."""
    return and_(T.excluded.is_(False), accepted())


def open_() -> ColumnElement[bool]:
    """Tickets received in the period that are still open at the data's as-of."""
    return T.state.not_in(sorted(FINISHED))


def open_at() -> ColumnElement[bool]:
    """Tickets received by the end of that day and not finished by then. What is open now counts
    as open ever since it came.
    """
    return true()


def with_unit() -> ColumnElement[bool]:
    """Open tickets on which the unit's clock is running: not deferred, not reported done."""
    return T.state.not_in(sorted(FINISHED | WAITING_ON_OTHERS))
