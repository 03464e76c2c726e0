"""What each batch brought, kept with the facts: one row a batch, however often it is mapped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from dashboard.facts import deliveries
from dashboard.store.data_version import aware, naive

_D = deliveries.c


@dataclass(frozen=True)
class Delivery:
    """`limit` is how long a source may be silent; `heard_at` when it last had nothing new to tell:
    an empty answer leaves no batch, and is a sign of life all the same.

    For a batch that is mapped again, `heard_at` is None: nobody knows any more.
    """

    landed_at: datetime
    landed_on: date
    read: int
    accepted: int
    unchanged: int
    quarantined: int
    cells: int
    filled: int
    limit: timedelta
    heard_at: datetime | None = None


def write(connection: Connection, source: str, batch_id: str, delivery: Delivery) -> None:
    """Write the row of a batch, or write it anew. A verdict that stands is kept."""
    own = _of(source, batch_id)
    known = connection.execute(select(_D.on_time).where(own)).first()
    on_time = known.on_time if known else _on_time(connection, source, delivery)
    if known:
        connection.execute(delete(deliveries).where(own))
    connection.execute(
        insert(deliveries),
        {
            "source": source,
            "batch_id": batch_id,
            "landed_at": naive(delivery.landed_at),
            "landed_on": delivery.landed_on,
            "read": delivery.read,
            "accepted": delivery.accepted,
            "unchanged": delivery.unchanged,
            "quarantined": delivery.quarantined,
            "cells": delivery.cells,
            "filled": delivery.filled,
            "on_time": on_time,
        },
    )


def move(connection: Connection, source: str, batch_id: str, counts: Mapping[str, int]) -> None:
    """Where the rows of a batch stand now that some of them were mapped again."""
    connection.execute(update(deliveries).where(_of(source, batch_id)).values(**counts))


def forget(connection: Connection, source: str, batch_id: str) -> bool:
    """Drop the row of a batch that will come again under another id; False where there is none."""
    own = _of(source, batch_id)
    if connection.execute(select(_D.batch_id).where(own)).first() is None:
        return False
    connection.execute(delete(deliveries).where(own))
    return True


def _of(source: str, batch_id: str) -> ColumnElement[bool]:
    return (_D.source == source) & (_D.batch_id == batch_id)


def _on_time(connection: Connection, source: str, delivery: Delivery) -> bool | None:
    """Against the delivery before; parts that land at one instant share their verdict."""
    earlier = (_D.source == source) & (_D.landed_at < naive(delivery.landed_at))
    last = connection.scalar(select(func.max(_D.landed_at)).where(earlier))
    if last is None:
        return None
    since = max(filter(None, (aware(last), delivery.heard_at)))
    if delivery.landed_at - since <= delivery.limit:
        return True
    return False if delivery.heard_at else None
