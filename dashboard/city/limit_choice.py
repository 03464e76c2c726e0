"""Which rule of limits.csv a case has: the one that says most about it.

A rule is narrower than another if every case it is for is a case of the other. The narrowest rule
wins; a higher `priority` comes before any narrowness. Where neither of two is narrower, the pack is
faulty (`limit_conflicts.py`), so that no order of rows ever decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.city.model import Category, LimitRule
from dashboard.city.tree import category_path

CRITERIA = ("kind", "request_type", "urgency", "category", "condition")


@dataclass(frozen=True)
class Case:
    """What rules look at; an empty text or path is something no criterion asks for."""

    kind: str = ""
    request_type: str = ""
    urgency: str = ""
    condition: str = ""
    categories: tuple[str, ...] = ()
    """From the top one down."""


def choose(rules: Iterable[LimitRule], case: Case, categories: Mapping[str, Category]) -> list[
    LimitRule
]:  # fmt: skip
    """The rule of a case, or none; several where the pack leaves it open."""
    meant = [rule for rule in rules if is_for(rule, case)]
    highest = max((rule.priority for rule in meant), default=0)
    meant = [rule for rule in meant if rule.priority == highest]
    return [
        rule
        for rule in meant
        if not any(
            narrower(other, rule, categories) and not narrower(rule, other, categories)
            for other in meant
        )
    ]


def is_for(rule: LimitRule, case: Case) -> bool:
    """Whether a case meets every criterion."""
    return (
        rule.kind in ("", case.kind)
        and rule.request_type in ("", case.request_type)
        and rule.urgency in ("", case.urgency)
        and rule.condition in ("", case.condition)
        and (not rule.category or rule.category in case.categories)
    )


def narrower(rule: LimitRule, other: LimitRule, categories: Mapping[str, Category]) -> bool:
    """Whether `other` is for every case that `rule` is for; so it is where both are alike."""
    return all(
        wanted in ("", own)
        for own, wanted in (
            (rule.kind, other.kind),
            (rule.request_type, other.request_type),
            (rule.urgency, other.urgency),
            (rule.condition, other.condition),
        )
    ) and (not other.category or other.category in category_path(categories, rule.category))


def valid_on(rules: Iterable[LimitRule], day: date) -> list[LimitRule]:
    return [rule for rule in rules if rule.valid_from <= day <= rule.valid_to]


def turning_days(rules: Sequence[LimitRule]) -> list[date]:
    """Days on which the rules in force may change, in order: between two of them they stay."""
    ends = [
        date.fromordinal(rule.valid_to.toordinal() + 1)
        for rule in rules
        if rule.valid_to < date.max
    ]
    return sorted({rule.valid_from for rule in rules} | set(ends))
