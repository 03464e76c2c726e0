"""Asks by hand what the engine is asked: one scan for all figures counted by the same day.

One statement after the other, as whoever writes a page by hand would send them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks import sql_incidents, sql_services
from benchmarks.answers import Answers, Figures, Key, Numbers, numbers, settling_key
from benchmarks.scores import FULL, SCORES, band, points
from benchmarks.sql import Scan
from benchmarks.sql_open import STOCKS, UNDECIDED, Stock
from dashboard.core.values import Grain, Period, bucket_name, buckets
from dashboard.metrics.model import Where, filters

SCANS = (*sql_incidents.SCANS, *sql_services.SCANS)
CUTS = {
    "district": "district_code",
    "street": "street_code",
    "department": "department_code",
    "first_department": "first_department_code",
    "category_2": "category_2_code",
}
AREAS = {
    "hotline.received_per_10k": (
        "SELECT code, population FROM regions WHERE level = 'district'",
        "SELECT population FROM regions WHERE level = 'city'",
    ),
    "grid.filed_density": (
        """SELECT street.parent_code, count(*) FROM regions AS unit
            JOIN regions AS community ON community.code = unit.parent_code
            JOIN regions AS street ON street.code = community.parent_code
            WHERE unit.level = 'grid' GROUP BY ALL""",
        "SELECT count(*) FROM regions WHERE level = 'grid'",
    ),
}
"""What a figure is divided by: of every district, and of the whole city."""
NOT_IN_CATALOGUE = ("hotline.accepted",)
QUOTIENTS = {
    "hotline.completion_rate": ("hotline.closed_count", "hotline.accepted"),
    "service.active_review_rate": ("service.review_count", "service.application_count"),
}
"""Figures whose two counts are of different days or tables."""
EVERY_FIGURE = (
    *(name for scan in SCANS for name in scan.figures if name not in NOT_IN_CATALOGUE),
    *STOCKS,
    *QUOTIENTS,
    *SCORES,
)


@dataclass
class Cursor:
    """A second connection of the same database, which counts what it is sent."""

    driver: Any
    statements: int = 0

    def rows(self, sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        self.statements += 1
        named = {name: value for name, value in given.items() if f"${name}" in sql}
        found: list[tuple[Any, ...]] = self.driver.execute(sql, named).fetchall()
        return found


@dataclass(frozen=True)
class ByHand:
    """`where` narrows every question."""

    cursor: Cursor
    as_of: datetime
    last_day: date
    where: Where = ()
    given: Mapping[str, Any] = field(default_factory=dict)

    def within(self, **units: str) -> "ByHand":
        given = {f"in_{name}": code for name, code in units.items()}
        return replace(self, where=filters(units), given=given)

    def rows(self, sql: str, period: Period, **more: Any) -> list[tuple[Any, ...]]:
        days = {"first": period.first, "last": period.last, "as_of": self.as_of}
        return self.cursor.rows(sql, {**days, **self.given, **more})

    @property
    def narrowed(self) -> str:
        return "".join(f" AND {CUTS[name]} = $in_{name}" for name, _ in self.where)

    def figures(
        self,
        metrics: Iterable[str],
        period: Period,
        by: tuple[str, ...] = (),
        settling: Collection[str] = (),
    ) -> Answers:
        """
        Args:
            settling: Metrics for which to count in the same scan what may still change them.
        """
        asked = list(dict.fromkeys(metrics))
        made_of = {name: parts for name in asked if (parts := _parts(name, period))}
        counted = {*asked, *(part for parts in made_of.values() for part in parts)} - {*made_of}
        found: Answers = {}
        for scan in SCANS:
            shared = [name for name in scan.figures if name in counted]
            if shared:
                found |= self._scan(scan, shared, period, by, settling)
        for name in counted & STOCKS.keys():
            found[self._key(name, period, by)] = self._stock(STOCKS[name], period, by)
        for name in counted & AREAS.keys():
            key = self._key(name, period, by)
            found[key] = self._by_area(name, found[key], by)
        for name, parts in made_of.items():
            counts = [found[self._key(part, period, by)] for part in parts]
            made = _score(name, period, counts) if name in SCORES else _quotient(*counts)
            found[self._key(name, period, by)] = made or ({} if by else _no_score(name))
        extra = {self._key(name, period, by) for name in counted - {*asked}}
        return {key: figures for key, figures in found.items() if key not in extra}

    def _key(self, metric: str, period: Period, by: tuple[str, ...]) -> Key:
        return Key(metric, str(period), by, self.where)

    def _scan(
        self,
        scan: Scan,
        metrics: Sequence[str],
        period: Period,
        by: tuple[str, ...],
        settling: Collection[str],
    ) -> Answers:
        open_ = [name for name in metrics if name in settling and name in UNDECIDED]
        wanted = [column for name in metrics for column in scan.figures[name]]
        wanted += [column for name in open_ for column in _beside(name)]
        rows = self.rows(
            f"SELECT {', '.join([*columns(by, scan.day), *wanted])} FROM {scan.table} "
            f"WHERE {scan.day} BETWEEN $first AND $last AND {scan.rows}{self.narrowed}"
            f"{' GROUP BY ALL' if by else ''}",
            period,
        )
        found: Answers = {}
        at = len(by)
        for name in metrics:
            width = len(scan.figures[name])
            found[self._key(name, period, by)] = grouped(rows, by, slice(at, at + width))
            at += width
        for name in open_:
            figure = found[self._key(name, period, by)][()]
            found |= self._settling(name, period, figure, rows[0][at : at + BESIDE])
            at += BESIDE
        return found

    def _settling(
        self, name: str, period: Period, figure: Numbers, beside: Sequence[Any]
    ) -> Answers:
        """Nothing for a figure that is not shown, because it rests on too few cases."""
        found = band(name, figure, beside)
        return {} if found is None else {settling_key(name, str(period), self.where): {(): found}}

    def _stock(self, stock: Stock, period: Period, by: tuple[str, ...]) -> Figures:
        """By steps of time: what moved on each day, added up."""
        grain = next((Grain(cut) for cut in by if cut in set(Grain)), None)
        if grain is None:
            return self._stock_at(stock, period, by)
        cuts = tuple(cut for cut in by if cut != grain)
        names = ", ".join([*columns(cuts, ""), ""])
        moved = self.rows(
            f"SELECT {names} day, sum(n) FROM ("
            f"SELECT {names} greatest({stock.came}, $first) AS day, 1 AS n FROM {stock.table} "
            f"WHERE {stock.came} <= $last AND {stock.rows}{self.narrowed} UNION ALL "
            f"SELECT {names} greatest({stock.left}, $first), -1 FROM {stock.table} "
            f"WHERE {stock.left} <= $last AND {stock.rows}{self.narrowed}) GROUP BY ALL",
            Period(period.first, min(period.last, self.last_day)),
        )
        place = by.index(grain)
        found: Figures = {}
        for cut in {tuple(map(str, row[:-2])) for row in moved}:
            own = [row[-2:] for row in moved if tuple(map(str, row[:-2])) == cut]
            for step, end in _ends(period, grain, self.last_day):
                there = sum(number for day, number in own if day <= end)
                if there:
                    found[*cut[:place], step, *cut[place:]] = numbers(there)
        return found

    def _stock_at(self, stock: Stock, period: Period, by: tuple[str, ...]) -> Figures:
        there = f"{stock.came} <= $day AND ({stock.left} IS NULL OR {stock.left} > $day)"
        rows = self.rows(
            f"SELECT {', '.join([*columns(by, ''), f'count(*) FILTER ({there})'])} "
            f"FROM {stock.table} WHERE {stock.rows}{self.narrowed}{' GROUP BY ALL' if by else ''}",
            period,
            day=min(period.last, self.last_day),
        )
        return grouped(rows, by, slice(len(by), None))

    def _by_area(self, name: str, counts: Figures, by: tuple[str, ...]) -> Figures:
        """Only of districts and of the whole city."""
        districts, city = AREAS[name]
        if "district" not in by:
            whole = numbers(*self.cursor.rows(city, {})[0])
            return {group: (*count, *whole) for group, count in counts.items()}
        area = dict(self.cursor.rows(districts, {}))
        place = by.index("district")
        return {
            group: (*count, *(numbers(area[group[place]]) if group[place] in area else ()))
            for group, count in counts.items()
        }


def _parts(name: str, period: Period) -> Sequence[str]:
    """What a figure is worked out from; nothing of one that is counted."""
    if name in SCORES:
        return [part.metric for part in SCORES[name](period)]
    return QUOTIENTS.get(name, ())


def _quotient(above: Figures, below: Figures) -> Figures:
    none = numbers(0)
    groups = {**above, **below}
    return {group: (*above.get(group, none), *below.get(group, none)) for group in groups}


def _score(name: str, period: Period, counts: Sequence[Figures]) -> Figures:
    parts = SCORES[name](period)
    groups = {group for figures in counts for group in figures}
    scored = {group: points(parts, [one.get(group, ()) for one in counts]) for group in groups}
    full = FULL.get(name, 100)
    return {group: numbers(score, full) for group, score in scored.items() if score is not None}


def _no_score(name: str) -> Figures:
    return {(): numbers(0, FULL.get(name, 100))}


def columns(by: Iterable[str], day: str) -> list[str]:
    grains = {
        "day": day,
        "week": f"date_trunc('week', {day})",
        "month": f"date_trunc('month', {day})",
    }
    return [CUTS.get(name) or grains[name] for name in by]


def grouped(rows: list[tuple[Any, ...]], by: tuple[str, ...], counts: slice) -> Figures:
    """Groups in which nothing was counted are left out."""
    return {
        tuple(_name(cut, value) for cut, value in zip(by, row, strict=False)): numbers(*row[counts])
        for row in rows
        if any(row[counts]) or not by
    }


def _name(cut: str, value: Any) -> str:
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return bucket_name(day, Grain(cut))
    return str(value)


BESIDE = 4


def _beside(name: str) -> Iterator[str]:
    rows = UNDECIDED[name]
    yield f"count(*) FILTER ({rows.joining})"
    yield f"max({rows.last}) FILTER ({rows.joining})"
    yield f"count(*) FILTER ({rows.waiting})"
    yield f"count(*) FILTER ({rows.above})"


def _ends(period: Period, grain: Grain | None, today: date) -> list[tuple[str, date]]:
    """The steps by name, each with its last day; none reaches beyond what is known."""
    last = min(period.last, today)
    if grain is None:
        return [("", last)]
    firsts = [day for day in buckets(period, grain) if day <= last]
    ends = [*(day - timedelta(days=1) for day in firsts[1:]), last]
    return [(bucket_name(day, grain), end) for day, end in zip(firsts, ends, strict=True)]
