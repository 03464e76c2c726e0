"""Answers as JSON: decimals as strings, counts as numbers, instants in the city's own zone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.core.values import Period
from dashboard.metrics.listing import IncidentPage
from dashboard.metrics.model import Leg, Metric, MetricResult, MetricRow, Target


def instant(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with the city's offset; a naive instant is UTC, as the store holds it."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone).isoformat()


def number(value: Decimal | None) -> int | float | None:
    """A count or a sum: whole, unless a source counts in fractions."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def period(days: Period) -> dict[str, str]:
    return {"from": str(days.first), "to": str(days.last)}


def metric_answer(result: MetricResult, zone: ZoneInfo) -> dict[str, Any]:
    metric = result.metric
    return {
        "metric": metric.id,
        "unit": metric.unit,
        "period": period(result.query.period),
        "data_version": result.data_version,
        "as_of": instant(result.as_of, zone),
        "complete_to": instant(result.complete_to, zone),
        "sources": list(result.sources),
        "target": _target(result.target),
        "rows": [metric_row(row, metric) for row in result.rows],
    }


def metric_row(row: MetricRow, metric: Metric) -> dict[str, Any]:
    return {
        "group": dict(row.group),
        "numerator": number(row.ratio.numerator),
        "denominator": number(row.ratio.denominator),
        "value": row.shown(metric.decimals, metric.rounding),
        "state": row.state.value,
        **({"grade": row.grade} if row.grade else {}),
        **({"missing": list(row.missing)} if row.missing else {}),
        **({"provisional": row.provisional} if row.provisional else {}),
    }


def _target(target: Target | None) -> dict[str, str] | None:
    if target is None:
        return None
    return {"value": str(target.value), "since": str(target.since), "source": target.source}


def catalogue_entry(metric: Metric, targets: Sequence[Target]) -> dict[str, Any]:
    """One definition, as people need it to judge a figure."""
    return {
        "id": metric.id,
        "name": metric.name,
        "name_en": metric.name_en,
        "unit": metric.unit,
        "unit_en": metric.unit_en,
        "form": metric.form,
        "decimals": metric.decimals,
        "direction": metric.direction,
        "formula": metric.formula,
        "formula_en": metric.formula_en,
        "counts": metric.zh.counts,
        "counts_en": metric.en.counts,
        "of": metric.zh.of,
        "of_en": metric.en.of,
        "exclusions": metric.zh.exclusions,
        "exclusions_en": metric.en.exclusions,
        "numerator": _measure(metric.top),
        "denominator": _measure(metric.bottom) or (metric.base and f"region.{metric.base}"),
        "parts": [part.id for part in metric.parts],
        "time": metric.time,
        "rounding": metric.rounding,
        "min_denominator": metric.min_denominator,
        "standard": metric.standard,
        "status": metric.status,
        "owner": metric.owner,
        "since": str(metric.since),
        "why": metric.why,
        "why_en": metric.why_en,
        "cuts": list(metric.cuts),
        "targets": [_target(target) for target in targets],
    }


def _measure(leg: Leg | None) -> str | None:
    return None if leg is None else f"{leg.fact.name}.{leg.measure.name}"


def incident_page(page: IncidentPage, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "rows": [record(row, zone) for row in page.rows],
        "next": page.next,
        "total": page.total,
        "data_version": page.data_version,
        "as_of": instant(page.as_of, zone),
    }


def record(row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A stored row, column by column; “-” stays the code of what no source gave."""
    return {name: plain(value, zone) for name, value in row.items()}


def plain(value: Any, zone: ZoneInfo) -> Any:
    match value:
        case datetime():
            return instant(value, zone)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value
