"""The data version: a number that each commit to the facts raises by one, and what goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import Connection, func, insert, select

from dashboard import facts

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What an empty store calls its last commit."""


@dataclass(frozen=True)
class DataVersion:
    """What the facts are now. `as_of` is the newest instant any source is complete to."""

    version: int
    committed_at: datetime
    as_of: datetime
    complete_to: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def after(
        self, source: str, complete_to: datetime | None, committed_at: datetime
    ) -> "DataVersion":
        known = dict(self.complete_to)
        if source and complete_to:
            known[source] = complete_to
        return replace(
            self,
            version=self.version + 1,
            committed_at=committed_at,
            as_of=max(known.values(), default=committed_at),
            complete_to=MappingProxyType(known),
        )


def load(connection: Connection) -> DataVersion:
    versions = facts.data_versions.c
    last = select(versions.version, versions.committed_at).order_by(versions.version.desc())
    told = (
        select(versions.source, func.max(versions.version).label("version"))
        .where(versions.complete_to.is_not(None))
        .group_by(versions.source)
        .subquery()
    )
    complete = select(versions.source, versions.complete_to).join(
        told, (told.c.source == versions.source) & (told.c.version == versions.version)
    )
    newest = connection.execute(last.limit(1)).first()
    known = {row.source: aware(row.complete_to) for row in connection.execute(complete)}
    if newest is None:
        return DataVersion(0, NEVER, NEVER)
    committed_at = aware(newest.committed_at)
    as_of = max(known.values(), default=committed_at)
    return DataVersion(newest.version, committed_at, as_of, MappingProxyType(known))


def append(connection: Connection, after: DataVersion, source: str, batch_id: str) -> None:
    complete_to = after.complete_to.get(source)
    connection.execute(
        insert(facts.data_versions),
        {
            "version": after.version,
            "committed_at": naive(after.committed_at),
            "source": source,
            "batch_id": batch_id,
            "complete_to": naive(complete_to) if complete_to else None,
        },
    )


def naive(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a zone: {instant}")
    return instant.astimezone(UTC).replace(tzinfo=None)


def aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)
