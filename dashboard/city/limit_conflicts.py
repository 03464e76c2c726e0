"""Pairs of limits that a case could have both: the pack must say which one counts."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from dashboard.city.faults import Faults
from dashboard.city.limit_choice import CRITERIA, Case, choose, turning_days, valid_on
from dashboard.city.model import Category, LimitRule
from dashboard.city.tree import category_path

SHOWN = 20
"""Conflicts named one by one; they tend to come in crowds with one cause."""

Matrix = NDArray[np.bool_]


def check_conflicts(
    rules: Sequence[LimitRule], categories: Mapping[str, Category], faults: Faults
) -> None:
    for stage in dict.fromkeys(rule.stage for rule in rules):
        own = [rule for rule in rules if rule.stage == stage]
        open_pairs = (
            (own[a], own[b], both)
            for a, b in _suspects(own, categories)
            if (both := _left_open(own[a], own[b], own, categories))
        )
        for first, second, both in islice(open_pairs, SHOWN):
            faults.add(
                second.where,
                f"This limit and the one at {first.where} are both for {both}, "
                "and neither is more particular.",
                "add a row for just that, give one of them a higher `priority`, "
                "or let one end before the other begins (`valid_to`)",
            )


def _suspects(
    rules: Sequence[LimitRule], categories: Mapping[str, Category]
) -> Collection[tuple[int, int]]:
    """Pairs that share cases on some day with the same priority, and neither inside the other."""
    shared, inside = _same_days_and_priority(rules), np.ones((len(rules),) * 2, np.bool_)
    for criterion in CRITERIA:
        given = [getattr(rule, criterion) for rule in rules]
        within = _within(given, categories if criterion == "category" else {})
        shared &= within | within.T
        inside &= within
    strictly = inside & ~inside.T
    pairs = np.argwhere(np.triu(shared & ~strictly & ~strictly.T, k=1))
    return [(int(a), int(b)) for a, b in pairs]


def _same_days_and_priority(rules: Sequence[LimitRule]) -> Matrix:
    first = np.array([rule.valid_from.toordinal() for rule in rules])
    last = np.array([rule.valid_to.toordinal() for rule in rules])
    priority = np.array([rule.priority for rule in rules])
    overlap = (first[:, None] <= last) & (first <= last[:, None])
    return np.asarray(overlap & (priority[:, None] == priority))


def _within(given: Sequence[str], categories: Mapping[str, Category]) -> Matrix:
    """[a, b]: whether all that has criterion `a` has criterion `b`."""
    names = sorted(set(given))
    number = {name: at for at, name in enumerate(names)}
    small = np.eye(len(names), dtype=np.bool_)
    for name in names:
        for above in ("", *category_path(categories, name)):
            if above in number:
                small[number[name], number[above]] = True
    codes = np.array([number[name] for name in given])
    return np.asarray(small[codes[:, None], codes])


def _left_open(
    first: LimitRule,
    second: LimitRule,
    rules: Sequence[LimitRule],
    categories: Mapping[str, Category],
) -> str:
    """The cases for which no third rule decides between the two, in words; empty if one does."""
    begins, ends = (
        max(first.valid_from, second.valid_from),
        min(first.valid_to, second.valid_to),
    )
    case = Case(
        first.kind or second.kind,
        first.request_type or second.request_type,
        first.urgency or second.urgency,
        first.condition or second.condition,
        max(category_path(categories, one.category) for one in (first, second)),
    )
    days = [day for day in turning_days(rules) if begins <= day <= ends]
    for day in days:
        best = choose(valid_on(rules, day), case, categories)
        if first in best and second in best:
            return _in_words(case)
    return ""


def _in_words(case: Case) -> str:
    named = {
        "kind": case.kind,
        "request_type": case.request_type,
        "urgency": case.urgency,
        "category": case.categories[-1] if case.categories else "",
        "condition": case.condition,
    }
    return ", ".join(f"{name} {text}" for name, text in named.items() if text) or "any case"
