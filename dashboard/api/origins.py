"""Where an incident came from: its batch, the row as it was sent, and the mapping between."""

from pathlib import Path
from typing import Any

from pyarrow import parquet

from dashboard.api.wire import instant
from dashboard.city.model import FieldRule, SourceSpec
from dashboard.ingest.land import ROW
from dashboard.services import Services


def origin_of(services: Services, fields: dict[str, Any]) -> dict[str, Any]:
    """`raw` is None where the landed file is gone; a source that left the pack has no mapping."""
    spec = services.city.sources.get(fields["source"])
    batch = services.state.batch(fields["batch_id"])
    raw = batch and _raw_row(services.data_dir / batch.landed_path, fields["batch_row"])
    return {
        "source": fields["source"],
        "title": spec.title if spec else fields["source"],
        "owner": spec.owner if spec else "",
        "batch": fields["batch_id"],
        "row": fields["batch_row"],
        "file": batch.origin if batch else None,
        "landed_at": instant(batch.landed_at, services.city.zone) if batch else None,
        "raw": raw,
        "mapping": _mapping(spec, raw or {}) if spec else [],
    }


def _raw_row(path: Path, row: int) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    found = parquet.read_table(path, filters=[(ROW, "==", row)]).to_pylist()
    return {k: v for k, v in found[0].items() if not k.startswith("#")} if found else None


def _mapping(spec: SourceSpec, raw: dict[str, Any]) -> list[dict[str, Any]]:
    return [_rule(rule, raw) for rule in spec.fields]


def _rule(rule: FieldRule, raw: dict[str, Any]) -> dict[str, Any]:
    """One field: the columns it is made from and what stood there, or the constant it is."""
    if rule.value is not None:
        return {"field": rule.field, "constant": rule.value}
    columns = list(rule.reads)
    sent = [raw.get(column) for column in columns]
    return {"field": rule.field, "columns": columns, "sent": sent, "coded": rule.table is not None}
