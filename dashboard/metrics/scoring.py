"""Composite scores: several figures of one unit become points, the points a grade.

A unit that lacks one of the figures is not scored, and what it lacks is named: a unit nobody
complained about is neither the best nor the worst. Scores are made of figures as they are shown, so
that anybody can add up a printed table again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dashboard.core.errors import Fault
from dashboard.metrics.arithmetic import HUNDRED, ONE, rounded

Bands = tuple[tuple[Decimal | None, Decimal], ...]
"""(up to and with, points), from the lowest on; None: whatever is above the last bound."""

Grades = tuple[tuple[str, Decimal | None], ...]
"""(grade, its lowest score), the best first; None: every score has at least this one."""


@dataclass(frozen=True)
class Points:
    """Full points from the threshold on, less by `slope` for each unit below it.

    A deduction has max 0, a negative floor and a negative slope: each case takes points away.
    """

    max: Decimal
    threshold: Decimal
    slope: Decimal
    floor: Decimal

    def of(self, figure: Decimal) -> Decimal:
        """Not rounded. Source: the monthly appraisal tables of Lianyungang's hotline print rates
        and points; this is the rule that all of them follow.
        """
        return min(self.max, max(self.floor, self.max - self.slope * (self.threshold - figure)))


@dataclass(frozen=True)
class Part:
    """One figure of a score, with a weight of a hundred or with points of its own.

    A figure may first be turned round (`inverse`: 100 − rate, where low is good) or looked up in
    `bands` (a volume becomes points out of a hundred).
    """

    metric: str
    weight: Decimal | None = None
    points: Points | None = None
    inverse: bool = False
    bands: Bands = ()

    def earned(self, figure: Decimal) -> Decimal:
        value = HUNDRED - figure if self.inverse else figure
        if self.bands:
            value = _looked_up(self.bands, value)
        return self.points.of(value) if self.points else value * (self.weight or Decimal(0))


@dataclass(frozen=True)
class Score:
    """`points` is None and `grade` empty where a part has no figure; `missing` names those parts.
    `earned` says what each part brought, None where it brought nothing because it is missing.
    """

    points: Decimal | None
    full: Decimal
    grade: str
    missing: tuple[str, ...]
    earned: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True)
class Scheme:
    """How a score is made. Either every part has a weight, or every part has points."""

    parts: tuple[Part, ...]
    grades: Grades = ()
    source: str = ""
    since: date | None = None

    @property
    def full(self) -> Decimal:
        """The most that can be earned."""
        points = [part.points.max for part in self.parts if part.points]
        return sum(points, Decimal(0)) if points else HUNDRED

    def score(self, values: Mapping[str, Decimal | None], *, decimals: int = 2) -> Score:
        """`values`: each metric's figure as shown. The grade is that of the score as shown with
        `decimals`, so that 90.0 on the page is never a B.
        """
        earned = tuple((part.metric, _earned(part, values.get(part.metric))) for part in self.parts)
        missing = tuple(metric for metric, points in earned if points is None)
        if missing:
            return Score(None, self.full, "", missing, earned)
        points = sum((points for _, points in earned if points is not None), Decimal(0))
        return Score(points, self.full, self.grade(rounded(points, decimals)), (), earned)

    def grade(self, points: Decimal) -> str:
        reached = (name for name, lowest in self.grades if lowest is None or points >= lowest)
        return next(reached, "")

    def faults(self, where: str = "") -> tuple[Fault, ...]:
        """Everything that would make a score wrong; `where` names the place of the scheme."""
        found = [
            *_list_faults(self.parts),
            *_balance_faults(self.parts),
            *_grade_faults(self.grades, self.full),
        ]
        return tuple(Fault(f"{where} {key}".strip(), problem, fix) for key, problem, fix in found)


def _earned(part: Part, figure: Decimal | None) -> Decimal | None:
    return None if figure is None else part.earned(figure)


def _looked_up(bands: Bands, value: Decimal) -> Decimal:
    return next(points for bound, points in bands if bound is None or value <= bound)


_Said = tuple[str, str, str]
"""Key, problem, fix."""


def _list_faults(parts: tuple[Part, ...]) -> Iterator[_Said]:
    if not parts:
        yield "parts", "The score has no parts.", 'add { metric = "…", weight = "…" }'
    for metric, times in Counter(part.metric for part in parts).items():
        if times > 1:
            yield "parts", f"`{metric}` stands in the score {times} times.", "keep one of them"
    for part in parts:
        yield from _part_faults(f"parts {part.metric}", part)


def _part_faults(key: str, part: Part) -> Iterator[_Said]:
    if (part.weight is None) == (part.points is None):
        yield key, "A part needs a weight or points, and not both.", "give one of them"
    if part.weight is not None and not 0 < part.weight <= 1:
        yield key, f"The weight {part.weight} is not between 0 and 1.", "write 30 % as 0.30"
    if part.points:
        yield from _points_faults(f"{key} points", part.points)
    if part.bands:
        yield from _band_faults(f"{key} bands", part)


def _points_faults(key: str, points: Points) -> Iterator[_Said]:
    if points.max < points.floor:
        problem = f"The most, {points.max}, is less than the floor, {points.floor}."
        yield key, problem, "exchange max and floor"
    if not points.slope:
        yield key, "A slope of 0 gives every unit the same points.", "say what one unit costs"


def _band_faults(key: str, part: Part) -> Iterator[_Said]:
    if part.points or part.inverse:
        other = "points" if part.points else "inverse"
        yield key, f"A part has bands or `{other}`, not both.", "say all of it in the bands"
    bounds = [bound for bound, _ in part.bands]
    if bounds[-1] is not None or None in bounds[:-1]:
        yield key, "Exactly the last band is open.", 'write its bound as ""'
    known = [bound for bound in bounds if bound is not None]
    for lower, upper in pairwise(known):
        if lower >= upper:
            problem = f"The bands overlap: up to {lower}, then up to {upper}."
            yield key, problem, "let the bounds rise"
    for _, points in part.bands:
        if not 0 <= points <= HUNDRED:
            yield key, f"{points} points are not between 0 and 100.", "give points out of 100"


def _balance_faults(parts: tuple[Part, ...]) -> Iterator[_Said]:
    weights = [part.weight for part in parts if part.weight is not None]
    pointed = [part for part in parts if part.points]
    if weights and pointed:
        problem = "Some parts have a weight and some have points."
        yield "parts", problem, "give every part the same of the two"
    elif weights and (total := sum(weights)) != ONE:
        fix = f"{'share out' if total < ONE else 'take away'} {abs(ONE - total)}"
        yield "parts", f"The weights sum to {total}, not to 1.", fix


def _grade_faults(grades: Grades, full: Decimal) -> Iterator[_Said]:
    if not grades:
        return
    names, lowest = zip(*grades, strict=True)
    if len(set(names)) < len(names) or not all(names):
        yield "grades", "A grade has no name, or shares it.", "give each its own name"
    if lowest[-1] is not None or None in lowest[:-1]:
        yield "grades", "Exactly the last grade is open.", 'write its lowest score as ""'
    known = [score for score in lowest if score is not None]
    for better, worse in pairwise(known):
        if better <= worse:
            problem = f"The grades are not in order: from {better}, then from {worse}."
            yield "grades", problem, "write the best first"
    if known and known[0] > full:
        problem = f"The best grade begins at {known[0]}; the score is out of {full}."
        yield "grades", problem, "begin it within reach"
