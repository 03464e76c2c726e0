"""What the sources delivered, batch by batch. Every source delivers it; nothing is mapped."""

from sqlalchemy import ColumnElement, true

from dashboard.facts import deliveries
from dashboard.metrics.facts.base import Fact, count, named, total

D = deliveries.c


def read() -> ColumnElement[bool]:
    """Rows read from what the sources sent."""
    return true()


def accepted() -> ColumnElement[bool]:
    """Of those, usable: stored as new or changed, or known already and unchanged."""
    return true()


def quarantined() -> ColumnElement[bool]:
    """Of those, refused with a reason and kept aside 隔离."""
    return true()


def cells() -> ColumnElement[bool]:
    """Values the mappings ask for, over all rows read."""
    return true()


def filled() -> ColumnElement[bool]:
    """Of those, values that were there."""
    return true()


def judged() -> ColumnElement[bool]:
    """Batches for which it can be said whether they came in time; the first of a source cannot."""
    return D.on_time.is_not(None)


def on_time() -> ColumnElement[bool]:
    """Of those, landed within the freshness limit of the source."""
    return D.on_time.is_(True)


DELIVERIES = Fact(
    name="deliveries",
    title="Deliveries of the sources",
    table=deliveries,
    rows=true(),
    times={"landed": D.landed_on},
    cuts={"source": D.source},
    measures=named(
        total(read, D["read"]),
        total(accepted, D.accepted + D.unchanged),
        total(quarantined, D.quarantined),
        total(cells, D.cells),
        total(filled, D.filled),
        count(judged),
        count(on_time),
    ),
)
