"""Two thousand random facts of the hand-made city, with every gap that real sources have."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from dashboard.core.states import STATES
from dashboard.store.facts_store import FactsStore
from tests.cities import CATEGORIES, DEPARTMENTS, REGIONS
from tests.rows import local, store_rows

Thing = TypeVar("Thing")

FIRST, AS_OF = local("2026-08-01T00:00"), local("2026-10-20T12:00")
SATISFACTIONS = ("satisfied", "basically_satisfied", "dissatisfied", None, None)


class Crowd:
    """Always the same, because its dice start from the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - not for secrets

    def fill(self, store: FactsStore) -> None:
        tickets = [self._ticket(number) for number in range(900)]
        events = [self._event(number) for number in range(700)]
        verdicts = [self._verdict(number) for number in range(150)]
        store_rows(store, "hotline", "incidents", tickets, complete_to=AS_OF)
        store_rows(store, "grid", "incidents", events, complete_to=AS_OF - timedelta(minutes=20))
        store_rows(store, "verdicts", "incidents", verdicts, complete_to=AS_OF)
        hall = [self._application(number) for number in range(200)]
        store_rows(store, "hall", "applications", hall, complete_to=AS_OF)
        ratings = [self._review(number) for number in range(200)]
        store_rows(store, "ratings", "reviews", ratings, complete_to=AS_OF)

    def _ticket(self, number: int) -> dict[str, Any]:
        created = self._moment()
        return {
            **self._incident(number, created, "hotline"),
            "dispatched_at": self._later(created, 10),
            "followed_up_at": self._later(created, 200),
            "return_count": self._one_of((0, 0, 0, 1, 3, None)),
            "responded_on_time": self._one_of((True, True, False, None)),
            "solved": self._one_of((True, False, None)),
            "satisfaction": self._one_of(SATISFACTIONS),
        }

    def _event(self, number: int) -> dict[str, Any]:
        created = self._moment()
        return {
            **self._incident(number, created, "grid"),
            "filed_at": self._later(created, 3),
            "rework_count": self._one_of((0, 0, 1, 2, None)),
        }

    def _incident(self, number: int, created: datetime, kind: str) -> dict[str, Any]:
        return {
            **self._place(),
            **self._category(),
            "source_id": f"{kind[0].upper()}{number:04}",
            "kind": kind,
            "state": self._one_of(tuple(STATES)),
            "created_at": created,
            "replied_at": self._later(created, 100),
            "closed_at": self._later(created, 150),
            "due_at": self._later(created, 120),
            "channel": self._one_of(("电话", "网站", None)),
            "request_type": self._one_of(("投诉", "咨询", None)),
            "title": self._one_of(("噪音扰民", "井盖破损 100%", "=1+1", None)),
            "lon": self._one_of((116.05, 116.21, 115.81, None)),
            "lat": self._one_of((39.05, 39.21, 39.15, None)),
            "excluded": self._dice.random() < 0.1,
        }

    def _verdict(self, number: int) -> dict[str, Any]:
        return {
            "source_id": f"V{number:04}",
            "kind": "hotline",
            "state": "closed",
            "created_at": self._moment(),
            "delivered_verdict": self._one_of(("on_time", "overdue", None)),
        }

    def _application(self, number: int) -> dict[str, Any]:
        return {
            "source_id": f"A{number:04}",
            "accepted_at": self._moment(),
            "online": self._one_of((True, False, None)),
            "count": self._one_of((1, 1, 1, 37)),
            "department_code": self._department(),
        }

    def _review(self, number: int) -> dict[str, Any]:
        return {
            "source_id": f"R{number:04}",
            "reviewed_at": self._moment(),
            "level": self._dice.randint(1, 5),
            "active": self._dice.random() < 0.6,
            "department_code": self._department(),
        }

    def _place(self) -> dict[str, Any]:
        region = self._one_of((*REGIONS[1:], None))
        codes = {"department_code": self._department()}
        if region and region.level == "street":
            codes |= {"street_code": region.code, "district_code": region.parent}
        elif region:
            codes["district_code"] = region.code
        return codes

    def _category(self) -> dict[str, Any]:
        category = self._one_of((*CATEGORIES, None))
        codes = {}
        above = {entry.code: entry for entry in CATEGORIES}
        while category:
            codes[f"category_{category.depth}_code"] = category.code
            category = above.get(category.parent)
        return codes

    def _department(self) -> str | None:
        return self._one_of((*(unit.code for unit in DEPARTMENTS), None))

    def _moment(self) -> datetime:
        return FIRST + timedelta(minutes=self._dice.randint(0, 80 * 24 * 60))

    def _later(self, moment: datetime, hours: int) -> datetime | None:
        if self._dice.random() < 0.25:
            return None
        return moment + timedelta(minutes=self._dice.randint(0, hours * 60))

    def _one_of(self, things: Sequence[Thing]) -> Thing:
        return self._dice.choice(things)
