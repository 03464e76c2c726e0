"""What became of the rows of a batch, as the state and the facts keep it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.city.model import City, SourceSpec
from dashboard.ingest.mapping import Mapped
from dashboard.ingest.validate import Refused
from dashboard.store.batches import Refusal, moved_counts
from dashboard.store.deliveries import Delivery
from dashboard.store.facts_store import FactsWriter, Upserted


@dataclass(frozen=True)
class Landed:
    """A batch on disk. `heard_at`: up to when its source was known to have told everything."""

    at: datetime
    spec: SourceSpec
    city: City
    heard_at: datetime | None


def deliver(
    writer: FactsWriter, landed: Landed, mapped: Mapped, counts: Upserted, earlier: Any = None
) -> None:
    """`earlier`: what the batch came to when it was mapped before, None where it is new."""
    refused = mapped.refused.count
    read = counts.accepted + counts.unchanged + refused
    ended = {**vars(counts), "quarantined": refused}
    if earlier is not None:
        whole = read == earlier.read
        ended = moved_counts(earlier, (earlier.quarantined if whole else read) - refused)
        if not whole:
            writer.move_delivery(ended)
            return
    writer.deliver(
        Delivery(
            landed_at=landed.at,
            landed_on=landed.at.astimezone(landed.city.zone).date(),
            read=read,
            **ended,
            cells=mapped.cells,
            filled=mapped.filled,
            limit=landed.spec.freshness,
            heard_at=landed.heard_at,
        )
    )


def refusals(refused: Refused) -> list[Refusal]:
    listed = [
        Refusal(
            row.batch_row,
            row.source_id,
            row.reason,
            row.message,
            row.faults[0].field,
            row.faults[0].value,
            row.raw,
        )
        for row in refused.listed
    ]
    others = [
        Refusal(0, "", reason, f"{count} further rows, not listed one by one.", "", "", {}, count)
        for reason, count in refused.unlisted.items()
    ]
    return listed + others
