"""Whether any deadline in the facts rests on a calendar that is not published yet."""

from sqlalchemy import select, union_all

from dashboard.facts import incidents, reviews
from dashboard.store.facts_store import FactsStore

MARKED = union_all(
    *(
        select(table.c.due_provisional).where(table.c.due_provisional)
        for table in (incidents, reviews)
    )
).subquery()


class Provisional:
    """Asked once a data version: most of the year the answer is no, and no figure pays for it."""

    def __init__(self, store: FactsStore) -> None:
        self._store = store
        self._known: tuple[int, bool] = (-1, False)

    def any(self, version: int) -> bool:
        known, answer = self._known
        if known != version:
            answer = bool(self._store.read(select(MARKED).limit(1)))
            self._known = (version, answer)
        return answer
