"""Issuing: compose, number, seal. What is sealed is never changed; see `corrections.py`."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard import __version__
from dashboard.core.errors import UsageError
from dashboard.core.periods import ONE_DAY, Window, preset, window
from dashboard.core.values import Period, parse_day
from dashboard.reports.compose import Composed, Stamp, compose, document
from dashboard.reports.content import FORMAT, canonical, digest, figures, settling
from dashboard.reports.document import as_json
from dashboard.reports.template import Template
from dashboard.services import Services
from dashboard.store.bulletins import BulletinStore, Position, Sealed, Series
from dashboard.store.data_version import DataVersion

_UNITS = {
    r"\d{4}-\d\d": "month_",
    r"\d{4}-W\d\d": "week_",
    r"\d{4}-Q[1-4]": "quarter_",
    r"\d{4}": "year_",
}


@dataclass(frozen=True)
class Issued:
    """`new` is False where the bulletin of this period had been sealed before."""

    sealed: Sealed
    new: bool


def store_of(services: Services) -> BulletinStore:
    return BulletinStore(services.state.engine)


def period_asked(services: Services, template: Template, asked: str) -> Window:
    """The days to tell of: as asked, else what the template says on the last day of the facts.

    Args:
        asked: `2026-11-20`, `2026-11-01..2026-11-15`, `2026-11`, `2026-W47`, `2026-Q4`, `2026`,
            or a name as `last_month`.
    """
    if not asked and not template.period:
        fix = "name one, as 2026-11-01..2026-11-15 or 2026-11"
        raise UsageError(f"`{template.name}` has no period of its own.", where="period", fix=fix)
    return _period(services, template, asked or template.period, services.last_day)


def _period(services: Services, template: Template, name: str, today: date) -> Window:
    starts_on = services.city.appraisal_day
    if name.startswith("rolling_"):
        today -= ONE_DAY  # whose day is not over
    if ".." in name:
        first, _, last = name.partition("..")
        return window(Period.parse(first, last), starts_on)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", name):
        day = parse_day(name, "period")
        return window(Period(day, day), starts_on)
    unit = next((unit for form, unit in _UNITS.items() if re.fullmatch(form, name)), "")
    if unit == "month_" and template.kind == "appraisal_month":
        unit = "appraisal_month_"
    return preset(unit + name, today, starts_on=starts_on)


def period_due(services: Services, template: Template, due_at: datetime) -> Window:
    """The days that a scheduled run tells of."""
    day = due_at.astimezone(services.city.zone).date()
    return _period(services, template, template.period, day)


def refuse_unfinished(services: Services, period: Period) -> None:
    """What is sealed must be over, and there must be something to tell of it."""
    today = services.clock().astimezone(services.city.zone).date()
    if period.last >= today:
        raise UsageError(
            f"The period {period} is not over.", where="period", fix="end it yesterday or before"
        )
    if period.first > services.last_day:
        raise UsageError(
            f"The facts end on {services.last_day}, before the period {period} begins.",
            where="period",
            fix="load the sources, or take an earlier period",
        )


def issue(services: Services, template: Template, days: Window, who: str) -> Issued:
    """Seal the bulletin of this period; where one is sealed already, that one."""
    known = store_of(services).of_period(template.name, days.period)
    if known is not None:
        return Issued(known, new=False)
    refuse_unfinished(services, days.period)
    return seal(services, compose(services, template, days), who)


def seal(services: Services, composed: Composed, who: str) -> Issued:
    """Give it a number and write it down for good."""
    refuse_unfinished(services, composed.days.window.period)
    now = services.clock()

    def write(position: Position) -> tuple[str, str]:
        text = canonical(_content(services, composed, position, now, who))
        return text, digest(text)

    year = now.astimezone(services.city.zone).year
    series = Series(composed.template.name, year, composed.days.window.period)
    sealed, new = store_of(services).seal(series, now, write)
    return Issued(sealed, new)


def _content(
    services: Services, composed: Composed, position: Position, at: datetime, who: str
) -> dict[str, Any]:
    template, period = composed.template, composed.days.window.period
    stamp = Stamp(at, position.number, position.serial)
    return {
        **shared_content(services, composed.asked.version, position, at, who),
        "sort": "bulletin",
        "template": {"name": template.name, "sha256": template.digest},
        "title": template.title,
        "title_en": template.title_en,
        "kind": template.kind,
        "language": template.language,
        "unit": template.unit,
        "period": {"from": str(period.first), "to": str(period.last)},
        "late": [one.name for one in composed.late],
        "figures": figures(composed.asked.found.values()),
        "settling": settling(composed.asked.settling),
        "document": as_json(document(services, composed, stamp)),
    }


def shared_content(
    services: Services, version: DataVersion, position: Position, at: datetime, who: str
) -> dict[str, Any]:
    """What a bulletin and an erratum both say of themselves."""
    zone, city, before = services.city.zone, services.city, position.before
    return {
        "format": FORMAT,
        "program": __version__,
        "city": {"code": city.code, "name": city.name, "demonstration": city.demonstration},
        "scope": "city",
        "number": position.number,
        "serial": position.serial,
        "before": {"number": before[0], "sha256": before[1]} if before else None,
        "issued_at": at.astimezone(zone).isoformat(timespec="seconds"),
        "issued_by": who,
        "data_version": version.version,
        "as_of": version.as_of.astimezone(zone).isoformat(),
        "complete_to": {
            name: instant.astimezone(zone).isoformat()
            for name, instant in version.complete_to.items()
        },
        "catalogue": services.engine.catalogue.digest,
    }
