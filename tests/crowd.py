"""Some thousand random facts of the hand-made city, with every gap that real sources have."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import insert

from dashboard.core.states import STATES
from dashboard.facts import deliveries
from dashboard.store.facts_store import FactsStore
from tests.cities import CATEGORIES, DEPARTMENTS, GRIDS, REGIONS, SHANGHAI
from tests.rows import local, store_rows

Thing = TypeVar("Thing")
Row = dict[str, Any]

FIRST, AS_OF = local("2026-08-01T00:00"), local("2026-10-20T12:00")
SATISFACTIONS = ("satisfied", "basically_satisfied", "dissatisfied", None, None)
CHANNELS = ("电话", "网站", "phone", "superior", "patrol", None)
POSTS = ("supervisor_code", "acceptor_code", "shift_leader_code", "dispatcher_code")
YES_OR_NO = (True, True, True, False, None)
HOW_OFTEN = (0, 0, 0, 1, 3, None)


class Crowd:
    """Always the same, because its dice start from the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - not for secrets

    def fill(self, store: FactsStore) -> None:
        grid_as_of = AS_OF - timedelta(minutes=20)
        for source, fact, rows, complete_to in (
            ("hotline", "incidents", self._rows(self._ticket, 1200), AS_OF),
            ("grid", "incidents", self._rows(self._event, 1200), grid_as_of),
            ("verdicts", "incidents", self._rows(self._verdict, 150), AS_OF),
            ("hall", "applications", self._rows(self._application, 300), AS_OF),
            ("ratings", "reviews", self._rows(self._review, 300), AS_OF),
            ("exchange", "calls", self._rows(self._calls, 300), AS_OF),
        ):
            store_rows(store, source, fact, rows, complete_to=complete_to)
        with store.commit(source="hotline", batch_id="made", complete_to=AS_OF) as writer:
            writer.connection.execute(insert(deliveries), list(self._deliveries()))
            writer.delivered = True

    def _rows(self, made: Any, number: int) -> list[Row]:
        return [made(at) for at in range(number)]

    def _ticket(self, number: int) -> Row:
        created = self._moment()
        return {
            **self._incident(number, created, "hotline"),
            "dispatched_at": self._later(created, 10),
            "signed_at": self._later(created, 14),
            "sign_due_at": self._later(created, 16),
            "followed_up_at": self._later(created, 200),
            "repeat_of": self._one_of(("H0001", None, None)),
            "responded_on_time": self._one_of(YES_OR_NO),
            "solved": self._one_of(YES_OR_NO),
            "satisfaction": self._one_of(SATISFACTIONS),
        }

    def _event(self, number: int) -> Row:
        created = self._moment()
        return {
            **self._incident(number, created, "grid"),
            **{post: self._one_of(("P1", "P2", None)) for post in POSTS},
            "filed_at": self._later(created, 3),
            "dispatched_at": self._later(created, 6),
            "disposal_due_at": self._later(created, 100),
            "condition_code": self._one_of(("A1", None)),
            "verified_on_time": self._one_of(YES_OR_NO),
            "filed_on_time": self._one_of(YES_OR_NO),
            "dispatched_on_time": self._one_of(YES_OR_NO),
            "checked_on_time": self._one_of(YES_OR_NO),
            "report_valid": self._one_of(YES_OR_NO),
            "omitted": self._one_of((True, False, False, None)),
        }

    def _incident(self, number: int, created: datetime, kind: str) -> Row:
        """Closed more often than not, or rates of what is closed would have too few."""
        return {
            **self._place(),
            **self._category(),
            "source_id": f"{kind[0].upper()}{number:04}",
            "kind": kind,
            "state": self._one_of((*STATES, *["closed"] * 12)),
            "created_at": created,
            "replied_at": self._later(created, 100),
            "closed_at": self._closed(created),
            "due_at": self._later(created, 120),
            "due_provisional": self._dice.random() < 0.1,
            "return_count": self._one_of(HOW_OFTEN),
            "rework_count": self._one_of(HOW_OFTEN),
            "extension_count": self._one_of(HOW_OFTEN),
            "suspension_count": self._one_of(HOW_OFTEN),
            "channel": self._one_of(CHANNELS),
            "urgency": self._one_of(("normal", "urgent", None)),
            "request_type": self._one_of(("投诉", "咨询", None)),
            "title": self._one_of(("噪音扰民", "井盖破损 100%", "=1+1", None)),
            "lon": self._one_of((116.05, 116.21, 115.81, None)),
            "lat": self._one_of((39.05, 39.21, 39.15, None)),
            "excluded": self._dice.random() < 0.1,
        }

    def _verdict(self, number: int) -> Row:
        return {
            "source_id": f"V{number:04}",
            "kind": "hotline",
            "state": "closed",
            "created_at": self._moment(),
            "delivered_verdict": self._one_of(("on_time", "overdue", None)),
        }

    def _application(self, number: int) -> Row:
        accepted, statutory = self._moment(), self._one_of((5.0, 10.0, 20.5, None))
        return {
            **self._place(),
            "source_id": f"A{number:04}",
            "accepted_at": accepted,
            "promised_at": self._later(accepted, 200),
            "closed_at": self._later(accepted, 200),
            "channel": self._one_of(("online", "hall", None)),
            "online": self._one_of(YES_OR_NO),
            "fully_online": self._one_of(YES_OR_NO),
            "visits": self._one_of((0, 1, 2, None)),
            "statutory_days": statutory,
            "promised_days": statutory and self._one_of((statutory, statutory / 2, 2.5, None)),
            "count": self._one_of((1, 1, 1, 37)),
        }

    def _review(self, number: int) -> Row:
        reviewed = self._moment()
        return {
            **self._place(),
            "source_id": f"R{number:04}",
            "reviewed_at": reviewed,
            "level": self._dice.randint(1, 5),
            "active": self._dice.random() < 0.6,
            "channel": self._one_of(("pad", "web", None)),
            "rectify_due_at": self._later(reviewed, 120),
            "rectified_at": self._later(reviewed, 150),
            "due_provisional": self._dice.random() < 0.1,
        }

    def _calls(self, number: int) -> Row:
        offered = self._dice.randint(0, 60)
        answered = self._dice.randint(0, offered)
        return {
            "source_id": f"C{number:04}",
            "started_at": self._moment(),
            "offered": offered,
            "answered": answered,
            "answered_15s": self._one_of((answered, answered // 2, None)),
            "abandoned": self._one_of((offered - answered, None)),
            "wait_seconds": self._one_of((answered * 7, None)),
        }

    def _deliveries(self) -> Iterator[Row]:
        """Batches as the pipeline notes them."""
        for number in range(60):
            landed = self._moment()
            accepted, unchanged, quarantined = (self._dice.randint(0, 40) for _ in range(3))
            read = accepted + unchanged + quarantined
            yield {
                "source": self._one_of(("hotline", "grid", "hall")),
                "batch_id": f"B{number:03}",
                "landed_at": landed.astimezone(UTC).replace(tzinfo=None),
                "landed_on": landed.astimezone(SHANGHAI).date(),
                "read": read,
                "accepted": accepted,
                "unchanged": unchanged,
                "quarantined": quarantined,
                "cells": read * 20,
                "filled": self._dice.randint(0, read * 20),
                "on_time": self._one_of(YES_OR_NO),
            }

    def _place(self) -> Row:
        """A region of any level, and those above it."""
        regions = {region.code: region for region in (*REGIONS, *GRIDS)}
        region = self._one_of((*list(regions.values())[1:], None))
        codes: Row = {"department_code": self._one_of((*(unit.code for unit in DEPARTMENTS), None))}
        while region and region.level != "city":
            codes[f"{region.level}_code"] = region.code
            region = regions[region.parent]
        return codes

    def _category(self) -> Row:
        category = self._one_of((*CATEGORIES, None))
        codes = {}
        above = {entry.code: entry for entry in CATEGORIES}
        while category:
            codes[f"category_{category.depth}_code"] = category.code
            category = above.get(category.parent)
        return codes

    def _moment(self) -> datetime:
        return FIRST + timedelta(minutes=self._dice.randint(0, 80 * 24 * 60))

    def _later(self, moment: datetime, hours: int) -> datetime | None:
        if self._dice.random() < 0.25:
            return None
        return moment + timedelta(minutes=self._dice.randint(0, hours * 60))

    def _closed(self, created: datetime) -> datetime | None:
        """Now and then before it came."""
        if self._dice.random() < 0.05:
            return created - timedelta(minutes=self._dice.randint(1, 3000))
        return self._later(created, 150)

    def _one_of(self, things: Sequence[Thing]) -> Thing:
        return self._dice.choice(things)
