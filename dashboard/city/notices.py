"""What a pack should know about its working days and limits, though nothing is wrong with it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import product

from dashboard.city.fields import MEMBERS
from dashboard.city.limit_choice import CRITERIA, Case, choose, is_for, valid_on
from dashboard.city.limits import NAME, fact_of
from dashboard.city.model import DEADLINES, City, LimitRule, SourceSpec, Stage
from dashboard.city.tree import category_path
from dashboard.core.errors import Fault
from dashboard.core.work_calendar import workdays_of_known_years

_FIELDS = {
    "request_type": ("request_type",),
    "urgency": ("urgency",),
    "category": ("category", "category_1_code", "category_2_code", "category_3_code"),
    "condition": ("condition_code",),
}
"""Fields that a source can send a criterion in; `kind` is there always."""


def notices_of(city: City, today: date) -> list[Fault]:
    """As faults are said, but none of them keeps a pack from being used."""
    return [
        *_unpublished(city, today),
        *_half_filled(city),
        *_never_met(city),
        *_sent_anyway(city),
        *_holes_in_time(city),
        *_without_limit(city, today),
        *_extensions(city),
    ]


def _unpublished(city: City, today: date) -> Iterator[Fault]:
    """Years that deadlines of this year can run into."""
    calendar = city.clock.calendar
    for year in range(today.year, _reach(city, today.year) + 1):
        if not calendar.published(year):
            yield Fault(
                "calendar.csv",
                f"The working days of {year} are not published: deadlines that run into it count "
                "weekends and fixed holidays only, and are marked provisional.",
                f"when the State Council has published them, write the days of {year} that differ "
                f"into calendar.csv and {year} into `published_years` of [calendar] in city.toml; "
                "the next ingest computes those deadlines again",
            )


def _reach(city: City, year: int) -> int:
    """The last year in which a deadline can lie whose clock starts in this one."""
    start = datetime.combine(date(year, 12, 31), time(23), city.zone)
    limits = {rule.extended(1) for rule in city.limits if rule.limit.unit.by_calendar}
    ends = [city.clock.due(start, limit).at for limit in limits]
    return max([end.astimezone(city.zone).year for end in ends if end], default=year)


def _half_filled(city: City) -> Iterator[Fault]:
    fewest, most = workdays_of_known_years()
    calendar = city.clock.calendar
    for year in sorted(city.work.published_years if city.work.country == "CN" else ()):
        first = date(year, 1, 1)
        days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
        worked = sum(map(calendar.is_workday, days))
        if not fewest - 2 <= worked <= most + 2:
            yield Fault(
                "calendar.csv",
                f"{year} has {worked} working days; published years have {fewest} to {most}.",
                f"see whether days of {year} are missing: holidays as 0, make-up days as 1",
            )


def _never_met(city: City) -> Iterator[Fault]:
    """Criteria that no row can have."""
    for rule in city.limits:
        for criterion, fields in _FIELDS.items():
            text = getattr(rule, criterion)
            sent = [_sent(spec, fields) for spec in _sources(city, rule)]
            if text and sent and not any(one is None or text in one for one in sent):
                yield Fault(
                    rule.where,
                    f"No source gives a case the {criterion} `{text}`: "
                    "this limit will never be used.",
                    f"correct it, or map `{fields[0]}` in the source",
                )


def _sent(spec: SourceSpec, fields: Sequence[str]) -> set[str] | None:
    """Codes that the rules of a source can give; None where that cannot be told."""
    rules = [rule for rule in spec.fields if rule.field in fields]
    if "category" in fields and rules:
        return None
    codes: set[str] = set()
    for rule in rules:
        if rule.value is not None:
            codes.add(rule.value)
        elif rule.table is not None and rule.otherwise != "keep":
            codes |= set(rule.table.values())
        else:
            return None
    return codes


def _sent_anyway(city: City) -> Iterator[Fault]:
    for spec in city.sources.values():
        kind = spec.constant("kind")
        for stage in dict.fromkeys(
            rule.stage for rule in city.limits if kind and rule.kind == kind
        ):
            if DEADLINES[stage] in spec.maps:
                yield Fault(
                    spec.where,
                    f"It sends `{DEADLINES[stage]}` itself: no limit to {stage} is used for it.",
                    f"take the field out of [fields] to have {NAME} count, or leave it",
                )


def _holes_in_time(city: City) -> Iterator[Fault]:
    """Days between two rows for the same cases on which none of them holds."""
    last: dict[tuple[str, ...], LimitRule] = {}
    for rule in sorted(city.limits, key=lambda rule: rule.valid_from):
        case = (rule.stage, *(getattr(rule, criterion) for criterion in CRITERIA))
        before = last.get(case)
        if before and (rule.valid_from - before.valid_to).days > 1:
            hole = before.valid_to + timedelta(days=1)
            if not choose(_in_force(city, rule.stage, hole), _case_of(city, rule), city.categories):
                until = rule.valid_from - timedelta(days=1)
                yield Fault(
                    rule.where,
                    f"No limit to {rule.stage} holds from {hole} to {until} for these cases.",
                    f"let the one at {before.where} end on {until}, or this one begin on {hole}",
                )
        last[case] = rule


def _without_limit(city: City, today: date) -> Iterator[Fault]:
    """Cases of a kind that has limits, which none of them is for."""
    for stage in dict.fromkeys(rule.stage for rule in city.limits if rule.stage != "rectify"):
        rules = _in_force(city, stage, today)
        for kind in _kinds(city, stage):
            open_cases = list(_open_cases(city, kind, rules))
            if open_cases:
                more = len(open_cases) - 1
                others = f", nor for {more} other sorts of case" if more else ""
                yield Fault(
                    NAME,
                    f"No limit to {stage} is for {kind} cases {open_cases[0]}{others}: "
                    "they will have no deadline.",
                    f"add a row with kind {kind} and nothing else, for all that is not named",
                )


def _open_cases(city: City, kind: str, rules: Sequence[LimitRule]) -> Iterator[str]:
    """Whatever the condition: a category has limits if it has one for any condition."""
    urgencies = MEMBERS["urgency"] if any(rule.urgency for rule in rules) else ("",)
    types = _request_types(city, kind, rules)
    by_category: dict[str, list[LimitRule]] = {}
    for rule in rules:
        by_category.setdefault(rule.category, []).append(rule)
    for category in city.categories:
        path = category_path(city.categories, category)
        own = [rule for code in ("", *path) for rule in by_category.get(code, ())]
        for urgency, request_type in product(urgencies, types):
            if not any(
                is_for(rule, Case(kind, request_type, urgency, rule.condition, path))
                for rule in own
            ):
                named = {"request_type": request_type, "urgency": urgency}
                said = [f"{name} {text}" for name, text in named.items() if text]
                yield ", ".join([f"of category {category}", *said])


def _request_types(city: City, kind: str, rules: Sequence[LimitRule]) -> list[str]:
    """Those that cases of a kind can have, as far as that can be told."""
    sent: set[str] = set()
    for spec in city.sources.values():
        if spec.fact == "incidents" and spec.constant("kind") in (None, kind):
            one = _sent(spec, ("request_type",))
            sent |= {rule.request_type for rule in rules} | {""} if one is None else one
    return sorted(sent) or [""]


def _extensions(city: City) -> Iterator[Fault]:
    bare = [rule for rule in city.limits if rule.extension is None and rule.stage != "rectify"]
    if bare and any(_extends(spec) for spec in city.sources.values()):
        yield Fault(
            bare[0].where,
            f"{len(bare)} limits do not say by how much one extension 延期 moves them; "
            "it gives the limit once more.",
            "fill in `extension`, in the unit of the limit",
        )


def _extends(spec: SourceSpec) -> bool:
    if spec.fact != "incident_steps":
        return False
    sent = _sent(spec, ("action",))
    return sent is None or "extend" in sent


def _in_force(city: City, stage: Stage, day: date) -> list[LimitRule]:
    return valid_on([rule for rule in city.limits if rule.stage == stage], day)


def _case_of(city: City, rule: LimitRule) -> Case:
    path = category_path(city.categories, rule.category)
    return Case(rule.kind, rule.request_type, rule.urgency, rule.condition, path)


def _sources(city: City, rule: LimitRule) -> list[SourceSpec]:
    """Those whose rows a rule could be for."""
    return [
        spec
        for spec in city.sources.values()
        if spec.fact == fact_of(rule.stage)
        and (not rule.kind or spec.constant("kind") in (None, rule.kind))
    ]


def _kinds(city: City, stage: Stage) -> list[str]:
    """Kinds of cases that come without this deadline and have any limit for it."""
    named = {rule.kind for rule in city.limits if rule.stage == stage}
    return [
        kind
        for kind in MEMBERS["kind"]
        if named & {"", kind}
        and any(
            spec.constant("kind") in (None, kind) and DEADLINES[stage] in spec.computed
            for spec in city.sources.values()
        )
    ]
