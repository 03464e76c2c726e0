"""Which limit each row of a batch has, without looking at rows one by one."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.city.limit_choice import Case, choose, turning_days, valid_on
from dashboard.city.model import City, LimitRule
from dashboard.core.working_clock import Places

_CATEGORIES = ("category_1_code", "category_2_code", "category_3_code")
_CRITERIA = {
    "kind": ("kind",),
    "request_type": ("request_type",),
    "urgency": ("urgency",),
    "condition": ("condition_code",),
    "category": _CATEGORIES,
}
COLUMNS = tuple(column for columns in _CRITERIA.values() for column in columns)
"""Those that criteria look at."""

_EPOCH = date(1970, 1, 1).toordinal()


class LimitRows:
    """The rules of one stage. Rows that differ in nothing a rule asks for are decided once."""

    def __init__(self, rules: Sequence[LimitRule], city: City) -> None:
        self.rules = tuple(rules)
        self._categories = city.categories
        self._asked = [
            (column, asked)
            for criterion, columns in _CRITERIA.items()
            for column in columns
            if (asked := sorted({getattr(rule, criterion) for rule in rules} - {""}))
        ]
        self._turns = turning_days(self.rules)
        self._in_force = [[], *(valid_on(self.rules, day) for day in self._turns)]
        self._known: dict[tuple[int, ...], int] = {}

    def which(self, rows: pa.Table, day: str) -> Places:
        """Position of each row's rule, -1 for none.

        Args:
            day: The column with the day that decides which rules are in force.
        """
        turns = np.array([turn.toordinal() - _EPOCH for turn in self._turns])
        days = rows.column(day).cast(pa.int32()).to_numpy()
        codes = [np.searchsorted(turns, days, side="right")]
        codes += [_positions(rows, name, asked) for name, asked in self._asked]
        sizes = (len(turns) + 1, *(len(asked) + 1 for _, asked in self._asked))
        keys = np.ravel_multi_index(tuple(codes), sizes)
        _, firsts, back = np.unique(keys, return_index=True, return_inverse=True)
        decided = [self._decide(tuple(int(code[at]) for code in codes)) for at in firsts]
        return np.array(decided, np.intp)[back]

    def _decide(self, codes: tuple[int, ...]) -> int:
        if codes not in self._known:
            turn, *values = codes
            texts = {
                name: asked[value - 1] if value else ""
                for (name, asked), value in zip(self._asked, values, strict=True)
            }
            best = choose(self._in_force[turn], _case(texts), self._categories)
            self._known[codes] = self.rules.index(best[0]) if best else -1
        return self._known[codes]


def _case(texts: dict[str, str]) -> Case:
    path = (texts.get(column, "") for column in _CATEGORIES)
    return Case(
        kind=texts.get("kind", ""),
        request_type=texts.get("request_type", ""),
        urgency=texts.get("urgency", ""),
        condition=texts.get("condition_code", ""),
        categories=tuple(code for code in path if code),
    )


def _positions(rows: pa.Table, column: str, values: Iterable[str]) -> Places:
    """Which of the values each row has, from 1; 0 for none of them."""
    if column not in rows.column_names:
        return np.zeros(rows.num_rows, np.intp)
    found = pc.index_in(rows.column(column), value_set=pa.array(values, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy() + 1, np.intp)
