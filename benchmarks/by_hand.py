"""The same questions in SQL as a good engineer would write it for this file alone.

Scans are shared where one pass can answer several figures; nothing is generated from the
definitions, so that an answer that agrees is evidence, and a time is what could be had.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboard.core.values import Grain, Period, bucket_name

Key = tuple[str, str, tuple[str, ...]]
"""Metric, period, cut."""
Figures = dict[tuple[str, ...], tuple[float, ...]]
"""Group → its counts: numerator and denominator, or rows and median hours."""
Answers = dict[Key, Figures]

CREATED = """
    count(*),
    count(*) FILTER (kind = 'hotline'),
    count(*) FILTER (kind = 'hotline' AND state NOT IN ('answered_direct', 'rejected', 'closed',
        'not_accepted', 'self_handled')),
    count(*) FILTER (kind = 'hotline' AND due_at < $as_of AND state NOT IN ('answered_direct',
        'rejected', 'closed', 'not_accepted', 'self_handled', 'suspended', 'replied', 'follow_up',
        'feedback', 'pending_check'))"""
HOTLINE_DUE = """kind = 'hotline' AND due_at <= $as_of AND NOT excluded
        AND state NOT IN ('rejected', 'not_accepted', 'suspended')"""
GRID_DUE = """kind = 'grid' AND due_at <= $as_of AND NOT excluded AND filed_at IS NOT NULL
        AND state NOT IN ('rejected', 'not_accepted', 'suspended', 'self_handled')"""
DUE = f"""
    count(*) FILTER ({HOTLINE_DUE} AND coalesce(replied_at, closed_at) <= due_at),
    count(*) FILTER ({HOTLINE_DUE}),
    count(*) FILTER ({HOTLINE_DUE} AND dispatched_at IS NOT NULL AND responded_on_time),
    count(*) FILTER ({HOTLINE_DUE} AND dispatched_at IS NOT NULL
        AND responded_on_time IS NOT NULL),
    count(*) FILTER ({GRID_DUE} AND closed_at <= due_at),
    count(*) FILTER ({GRID_DUE}),
    count(*) FILTER ({GRID_DUE} AND closed_at IS NOT NULL)"""
FOLLOWED_UP = """
    count(*) FILTER (solved), count(solved),
    count(*) FILTER (satisfaction IN ('satisfied', 'basically_satisfied')),
    count(*) FILTER (satisfaction IN ('satisfied', 'basically_satisfied', 'dissatisfied'))"""
IN_APPRAISAL = "kind = 'hotline' AND NOT excluded AND state NOT IN ('rejected', 'not_accepted')"
IS_FILED = """kind = 'grid' AND filed_at IS NOT NULL
        AND state NOT IN ('rejected', 'not_accepted', 'self_handled')"""


@dataclass(frozen=True)
class ByHand:
    """Asks one cursor of the same database; `district` empties or narrows every question."""

    cursor: Any
    as_of: datetime
    district: str = ""

    def rows(self, sql: str, period: Period, **more: Any) -> list[tuple[Any, ...]]:
        given = {"first": period.first, "last": period.last, **more}
        if self.district:
            given["district"] = self.district
        if "$as_of" in sql:
            given["as_of"] = self.as_of
        found: list[tuple[Any, ...]] = self.cursor.execute(sql, given).fetchall()
        return found

    def incidents(
        self, what: str, day: str, period: Period, also: str = "", by: str = "", **more: Any
    ) -> list[tuple[Any, ...]]:
        """`by` and `also` are SQL; voided incidents count nowhere."""
        return self.rows(
            f"SELECT {by + ',' if by else ''} {what} FROM incidents WHERE {day} BETWEEN $first "
            f"AND $last AND state <> 'voided'{' AND ' + also if also else ''}{self._within}"
            f"{' GROUP BY ALL' if by else ''}",
            period,
            **more,
        )

    @property
    def _within(self) -> str:
        return " AND district_code = $district" if self.district else ""

    def tiles(self, period: Period) -> Answers:
        """Every figure of the overview for one period, in one scan a day column."""
        created = self.incidents(CREATED, "created_on", period)[0]
        due = self.incidents(DUE, "due_on", period)[0]
        followed = self.incidents(FOLLOWED_UP, "followed_up_on", period, IN_APPRAISAL)[0]
        returned = self.incidents(
            "count(*) FILTER (return_count > 0), count(return_count)",
            "dispatched_on",
            period,
            "kind = 'hotline'",
        )[0]
        filed = self.incidents("count(*)", "filed_on", period, IS_FILED)[0]
        reworked = self.incidents(
            "count(*) FILTER (rework_count > 0), count(rework_count)",
            "replied_on",
            period,
            f"{IS_FILED} AND coalesce(replied_at, closed_at) IS NOT NULL",
        )[0]
        closing = self.incidents(
            "count(*), quantile_cont(date_diff('second', created_at, closed_at), 0.5) / 3600",
            "closed_on",
            period,
        )[0]
        found = {
            "city.received_count": created[:1],
            "hotline.received_count": created[1:2],
            "hotline.open_count": created[2:3],
            "hotline.overdue_open_count": created[3:4],
            "hotline.on_time_rate": due[0:2],
            "hotline.response_rate": due[2:4],
            "grid.on_time_closing_rate": due[4:6],
            "grid.closing_rate": (due[6], due[5]),
            "hotline.resolution_rate": followed[:2],
            "hotline.satisfaction_rate": followed[2:],
            "hotline.return_rate": returned,
            "grid.filed_count": filed,
            "grid.rework_rate": reworked,
            "city.closing_hours_median": closing,
            **self._service(period),
        }
        return {(metric, str(period), ()): {(): _floats(row)} for metric, row in found.items()}

    def _service(self, period: Period) -> dict[str, tuple[Any, ...]]:
        applications = self.rows(
            'SELECT sum("count"), sum("count") FILTER (online), '
            'sum("count") FILTER (online IS NOT NULL) FROM applications '
            f"WHERE accepted_on BETWEEN $first AND $last{self._within}",
            period,
        )[0]
        reviews = self.rows(
            "SELECT count(*) FILTER (level >= 3), count(*) FROM reviews "
            f"WHERE reviewed_on BETWEEN $first AND $last AND active{self._within}",
            period,
        )[0]
        return {
            "service.application_count": applications[:1],
            "service.online_rate": applications[1:],
            "service.praise_rate": reviews,
        }

    def rate_curves(self, period: Period, grain: Grain) -> Answers:
        """The curves of the four large tiles that show a rate."""
        due_by, followed_by = (columns((grain.value,), day) for day in ("due_on", "followed_up_on"))
        due = self.incidents(DUE, "due_on", period, by=due_by)
        followed = self.incidents(
            FOLLOWED_UP, "followed_up_on", period, IN_APPRAISAL, by=followed_by
        )
        curves = {
            "hotline.on_time_rate": [(row[0], *row[1:3]) for row in due],
            "grid.on_time_closing_rate": [(row[0], *row[5:7]) for row in due],
            "hotline.resolution_rate": [(row[0], *row[1:3]) for row in followed],
            "hotline.satisfaction_rate": [(row[0], *row[3:5]) for row in followed],
        }
        by = (grain.value,)
        return {(name, str(period), by): grouped(rows, 1, by) for name, rows in curves.items()}

    def received(self, period: Period, by: tuple[str, ...]) -> Answers:
        """Incidents received, cut."""
        rows = self.incidents("count(*)", "created_on", period, by=columns(by, "created_on"))
        return {("city.received_count", str(period), by): grouped(rows, len(by), by)}

    def on_time(self, period: Period, by: tuple[str, ...]) -> Answers:
        """The hotline's on-time rate, cut."""
        rows = self.incidents(
            "count(*) FILTER (coalesce(replied_at, closed_at) <= due_at), count(*)",
            "due_on",
            period,
            HOTLINE_DUE,
            by=columns(by, "due_on"),
        )
        return {("hotline.on_time_rate", str(period), by): grouped(rows, len(by), by)}


CUTS = {
    "district": "district_code",
    "street": "street_code",
    "community": "community_code",
    "department": "department_code",
    "category_2": "category_2_code",
}


def columns(by: Iterable[str], day: str) -> str:
    grains = {
        "day": day,
        "week": f"date_trunc('week', {day})",
        "month": f"date_trunc('month', {day})",
    }
    return ", ".join(CUTS.get(name) or grains[name] for name in by)


def grouped(rows: list[tuple[Any, ...]], groups: int, by: tuple[str, ...]) -> Figures:
    return {
        tuple(map(_named, by, row[:groups])): _floats(row[groups:])
        for row in rows
        if any(row[groups:])
    }


def _named(cut: str, value: Any) -> str:
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return bucket_name(day, Grain(cut))
    return str(value)


def _floats(row: Iterable[Any]) -> tuple[float, ...]:
    return tuple(round(float(value or 0), 6) for value in row)
