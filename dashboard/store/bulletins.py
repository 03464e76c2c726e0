"""Sealed bulletins and errata in the state: rows are added, none is ever changed."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dashboard.core.errors import StoreError
from dashboard.core.values import Period
from dashboard.store.data_version import aware, naive
from dashboard.store.state_schema import bulletin_files, bulletin_runs, bulletins, errata

ATTEMPTS = 8
"""Two processes may want the next number at once; one of them takes the one after."""

_NUMBERING = threading.Lock()
"""Threads of one process wait for each other instead."""

TRIES = 3
"""A run that failed so often is left to people."""


@dataclass(frozen=True)
class Position:
    """Where it will stand in its series; `before` is the number and hash of the one before."""

    number: str
    serial: int
    before: tuple[str, str] | None


@dataclass(frozen=True)
class Sealed:
    """A bulletin or, with `corrects`, an erratum, as it is stored. An erratum has no days."""

    number: str
    serial: int
    issued_at: datetime
    sha256: str
    content: str
    template: str = ""
    year: int = 0
    days: tuple[date, date] | None = None
    corrects: str = ""


@dataclass(frozen=True)
class StoredFile:
    extension: str
    sha256: str
    bytes: int
    made_at: datetime


@dataclass(frozen=True)
class Run:
    """A scheduled run as it was last seen."""

    template: str
    due_at: datetime
    state: str
    tries: int
    claimed_at: datetime
    number: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Series:
    """Which bulletin is to be sealed: of a template, for a period, in a year of issue."""

    template: str
    year: int
    period: Period


Write = Callable[[Position], tuple[str, str]]
"""Position → content and its hash."""


class BulletinStore:
    """Safe from any thread and any process: every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def seal(self, series: Series, issued_at: datetime, write: Write) -> tuple[Sealed, bool]:
        """The bulletin of that template and period, and whether it is new.

        `write` is asked for the content once the position is known, and may be asked again.
        """
        for _ in range(ATTEMPTS):
            found = self.of_period(series.template, series.period)
            if found is not None:
                return found, False
            try:
                with _NUMBERING:
                    return self._seal(series, issued_at, write), True
            except IntegrityError:
                continue
        raise _crowded(series.template)

    def _seal(self, series: Series, issued_at: datetime, write: Write) -> Sealed:
        with self._engine.begin() as connection:
            of_template = bulletins.c.template == series.template
            newest = bulletins.c.year.desc(), bulletins.c.serial.desc()
            order = select(bulletins).where(of_template).order_by(*newest).limit(1)
            last = connection.execute(order).mappings().first()
            of_year = select(func.max(bulletins.c.serial)).where(
                of_template, bulletins.c.year == series.year
            )
            serial = (connection.scalar(of_year) or 0) + 1
            position = Position(
                f"{series.template}-{series.year}-{serial:03d}", serial, _before(last)
            )
            content, sha256 = write(position)
            values = {
                "number": position.number,
                "template": series.template,
                "year": series.year,
                "serial": serial,
                "period_first": series.period.first,
                "period_last": series.period.last,
                "issued_at": naive(issued_at),
                "sha256": sha256,
                "content": content,
            }
            connection.execute(insert(bulletins), values)
        return _sealed(values)

    def seal_erratum(self, corrects: str, issued_at: datetime, write: Write) -> Sealed:
        for _ in range(ATTEMPTS):
            try:
                with _NUMBERING:
                    return self._seal_erratum(corrects, issued_at, write)
            except IntegrityError:
                continue
        raise _crowded(corrects)

    def _seal_erratum(self, corrects: str, issued_at: datetime, write: Write) -> Sealed:
        with self._engine.begin() as connection:
            earlier = select(errata).where(errata.c.bulletin == corrects)
            last = connection.execute(earlier.order_by(errata.c.serial.desc())).mappings().first()
            corrected = select(bulletins).where(bulletins.c.number == corrects)
            before = last or connection.execute(corrected).mappings().one()
            serial = last["serial"] + 1 if last else 1
            position = Position(f"{corrects}-E{serial}", serial, _before(before))
            content, sha256 = write(position)
            values = {
                "number": position.number,
                "bulletin": corrects,
                "serial": serial,
                "issued_at": naive(issued_at),
                "sha256": sha256,
                "content": content,
            }
            connection.execute(insert(errata), values)
        return _sealed(values)

    def of_period(self, template: str, period: Period) -> Sealed | None:
        columns = bulletins.c
        return self._one(
            bulletins,
            (columns.template == template)
            & (columns.period_first == period.first)
            & (columns.period_last == period.last),
        )

    def bulletin(self, number: str) -> Sealed | None:
        return self._one(bulletins, bulletins.c.number == number)

    def erratum(self, number: str) -> Sealed | None:
        return self._one(errata, errata.c.number == number)

    def all(self, *, limit: int | None = None) -> list[Sealed]:
        """Newest first."""
        columns = bulletins.c
        order = columns.issued_at.desc(), columns.template, columns.year, columns.serial.desc()
        return self._many(select(bulletins).order_by(*order).limit(limit))

    def errata_of(self, numbers: Sequence[str] | None = None) -> list[Sealed]:
        """Of these bulletins, or of all; oldest first."""
        statement = select(errata).order_by(errata.c.bulletin, errata.c.serial)
        if numbers is not None:
            statement = statement.where(errata.c.bulletin.in_(numbers))
        return self._many(statement)

    def numbers(self) -> list[str]:
        """Of all bulletins and errata."""
        with self._engine.connect() as connection:
            return [
                number
                for table in (bulletins, errata)
                for number in connection.scalars(select(table.c.number))
            ]

    def _one(self, table: Table, condition: Any) -> Sealed | None:
        return next(iter(self._many(select(table).where(condition))), None)

    def _many(self, statement: Any) -> list[Sealed]:
        with self._engine.connect() as connection:
            return [_sealed(row) for row in connection.execute(statement).mappings()]

    def save_file(self, number: str, file: StoredFile) -> None:
        """The file as it is now on disk; one that was lost is written anew, with its own hash."""
        columns = bulletin_files.c
        same = (columns.number == number) & (columns.extension == file.extension)
        values = {**vars(file), "number": number, "made_at": naive(file.made_at)}
        with self._engine.begin() as connection:
            connection.execute(delete(bulletin_files).where(same))
            connection.execute(insert(bulletin_files), values)

    def files(self, number: str | None = None) -> Mapping[str, Mapping[str, StoredFile]]:
        """Number → extension → file."""
        statement = select(bulletin_files)
        if number is not None:
            statement = statement.where(bulletin_files.c.number == number)
        found: dict[str, dict[str, StoredFile]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(statement):
                file = StoredFile(row.extension, row.sha256, row.bytes, aware(row.made_at))
                found.setdefault(row.number, {})[row.extension] = file
        return found

    def runs(self, template: str) -> list[Run]:
        """Every scheduled run known of a template, oldest first."""
        known = select(bulletin_runs).where(bulletin_runs.c.template == template)
        with self._engine.connect() as connection:
            rows = connection.execute(known.order_by(bulletin_runs.c.due_at)).mappings().all()
        return [
            Run(**{**row, "due_at": aware(row["due_at"]), "claimed_at": aware(row["claimed_at"])})
            for row in rows
        ]

    def claim(self, template: str, due_at: datetime, at: datetime, patience: timedelta) -> bool:
        """Take a run, so that no other process and no later moment takes it too.

        A run that failed, or whose process died, can be taken again after `patience`.
        """
        if self.note_run(Run(template, due_at, "running", 1, at)):
            return True
        columns = bulletin_runs.c
        again = (
            (columns.template == template)
            & (columns.due_at == naive(due_at))
            & columns.state.in_(("running", "failed"))
            & (columns.claimed_at <= naive(at - patience))
            & (columns.tries < TRIES)
        )
        values = {"state": "running", "tries": columns.tries + 1, "claimed_at": naive(at)}
        with self._engine.begin() as connection:
            taken = connection.execute(update(bulletin_runs).where(again).values(**values))
            return bool(taken.rowcount)

    def note_run(self, run: Run) -> bool:
        """False where the run is known already."""
        times = {"due_at": naive(run.due_at), "claimed_at": naive(run.claimed_at)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(bulletin_runs), {**vars(run), **times})
        except IntegrityError:
            return False
        return True

    def end_run(
        self, template: str, due_at: datetime, *, number: str = "", error: str = ""
    ) -> None:
        columns = bulletin_runs.c
        this = (columns.template == template) & (columns.due_at == naive(due_at))
        values = {
            "state": "failed" if error else "done",
            "number": number or None,
            "error": error or None,
        }
        with self._engine.begin() as connection:
            connection.execute(update(bulletin_runs).where(this).values(**values))


def _before(row: RowMapping | None) -> tuple[str, str] | None:
    return (row["number"], row["sha256"]) if row else None


def _sealed(row: Mapping[Any, Any]) -> Sealed:
    shared = {name: row[name] for name in ("number", "serial", "sha256", "content")}
    issued_at = aware(row["issued_at"])
    if "bulletin" in row:
        return Sealed(**shared, issued_at=issued_at, corrects=row["bulletin"])
    days = row["period_first"], row["period_last"]
    template, year = row["template"], row["year"]
    return Sealed(**shared, issued_at=issued_at, template=template, year=year, days=days)


def _crowded(name: str) -> StoreError:
    return StoreError(
        "No number could be had: others issue at the same time.", where=name, fix="try once more"
    )
