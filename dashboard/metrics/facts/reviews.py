"""Government-service reviews 好差评 (国办发〔2019〕51号)."""

from sqlalchemy import ColumnElement, and_

from dashboard.facts import reviews
from dashboard.metrics.facts.base import Fact, count, named

R = reviews.c


def given() -> ColumnElement[bool]:
    """Reviews a person actually gave. A default review, “satisfied” because nobody answered, is
    not one: counting it would put every city at 99.9 %.
    """
    return R.active.is_(True)


def given_praising() -> ColumnElement[bool]:
    """Of those, very satisfied, satisfied or basically satisfied (levels 5, 4 and 3)."""
    return and_(given(), R.level >= 3)


REVIEWS = Fact(
    name="reviews",
    title="Government-service reviews",
    table=reviews,
    rows=R.level.is_not(None),
    times={"reviewed": R.reviewed_on},
    cuts={
        "district": R.district_code,
        "street": R.street_code,
        "community": R.community_code,
        "grid": R.grid_code,
        "department": R.department_code,
        "source": R.source,
        "channel": R.channel,
    },
    measures=named(
        count(given, needs=("level", "active")),
        count(given_praising, needs=("level", "active")),
    ),
)
