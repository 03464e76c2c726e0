"""Government-service reviews 好差评 (国办发〔2019〕51号)."""

from decimal import Decimal

from sqlalchemy import ColumnElement, and_

from dashboard.facts import reviews
from dashboard.metrics.facts.base import AS_OF, Fact, count, named, parameter

R = reviews.c


def given() -> ColumnElement[bool]:
    """Reviews a person actually gave. A default review, “satisfied” because nobody answered, is
    not one: counting it would put every city at 99.9 %.
    """
    return R.active.is_(True)


def given_praising() -> ColumnElement[bool]:
    """Of those, very satisfied, satisfied or basically satisfied (levels 5, 4 and 3; a city may
    begin at another level).
    """
    return and_(given(), R.level >= parameter("praise_from_level", Decimal(3), (3, 5)))


def negative() -> ColumnElement[bool]:
    """Of those, dissatisfied or very dissatisfied (levels 2 and 1) 差评."""
    return and_(given(), R.level <= 2)


def to_be_rectified() -> ColumnElement[bool]:
    """Negative reviews whose limit for rectification 整改时限 has passed."""
    return and_(negative(), R.rectify_due_at <= AS_OF)


def rectified_on_time() -> ColumnElement[bool]:
    """Of those, rectified at or before the limit."""
    return and_(to_be_rectified(), R.rectified_at <= R.rectify_due_at)


def to_be_rectified_later() -> ColumnElement[bool]:
    """Negative reviews whose limit for rectification lies ahead."""
    return and_(negative(), R.rectify_due_at > AS_OF)


GIVEN = ("level", "active")
RECTIFICATION = (*GIVEN, "rectify_due_at", "rectified_at")

REVIEWS = Fact(
    name="reviews",
    title="Government-service reviews",
    table=reviews,
    rows=R.level.is_not(None),
    times={"reviewed": R.reviewed_on, "rectify_due": R.rectify_due_on},
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
        count(given, needs=GIVEN),
        count(given_praising, needs=GIVEN),
        count(negative, needs=GIVEN),
        count(to_be_rectified, needs=RECTIFICATION),
        count(rectified_on_time, needs=RECTIFICATION),
        count(to_be_rectified_later, needs=RECTIFICATION),
    ),
)
