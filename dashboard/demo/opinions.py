"""What callers say at the follow-up: contacted in time, solved, content."""

from dataclasses import dataclass

import numpy as np

from dashboard.demo.lives import Case, Codes, Flags, Numbers
from dashboard.demo.vocabulary import BEHIND, DEPARTMENTS, DISTRICTS


@dataclass(frozen=True)
class Opinions:
    in_time: Flags
    reached: Flags
    solved: Flags
    answer: Codes
    excluded: Codes


def opinions(
    case: Case, department: Codes, kept: Flags, years: Numbers, rng: np.random.Generator
) -> Opinions:
    """`years` since the city began to look at it: things get a little better."""
    size = len(case)
    taste = np.random.default_rng(8).normal(0, 0.012, DEPARTMENTS)[department]
    manners = np.random.default_rng(9).normal(0, 0.018, DISTRICTS)[case.district]
    mood = taste + manners + 0.006 * years - 0.22 * ~kept
    mood -= 0.085 * (case.district == BEHIND) + 0.07 * case.heating
    solved = rng.random(size) < (0.928 + 0.8 * mood).clip(0.05, 0.995)
    happy = rng.random(size) < np.where(solved, 0.965 + 0.5 * mood, 0.30)
    contact = 0.978 + 0.5 * taste - 0.02 * (case.district == BEHIND) + 0.004 * years
    return Opinions(
        answer=np.where(happy, (rng.random(size) < 0.21).astype(np.int64), 2),
        excluded=np.where(rng.random(size) < 0.014, rng.integers(1, 6, size), 0),
        in_time=rng.random(size) < contact,
        reached=rng.random(size) < 0.87,
        solved=solved,
    )
