"""Faults are collected, not raised: whoever mends a pack sees all of them at once."""

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from dashboard.city.toml_lines import Lines, with_line
from dashboard.core.errors import Fault, did_you_mean

_FEW = 25
_LOOK_UPS = 100


@dataclass
class Faults:
    """Every fault found so far, in the order they were found; the same fault counts once."""

    found: dict[Fault, None] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)
    """Of each TOML file that was read, so that its faults say where they are."""
    _looked_up: int = 0

    def add(self, where: str, problem: str, fix: str) -> None:
        self.found[Fault(with_line(where, self.lines), problem, fix)] = None

    def near(self, name: str, known: Collection[str], otherwise: str) -> str:
        """The nearest known name; `otherwise` where none is near and the list is long.

        Looking through thousands of codes takes time, so only the first look-ups get an answer.
        """
        if len(known) <= _FEW:
            return did_you_mean(name, known)
        self._looked_up += 1
        if self._looked_up > _LOOK_UPS:
            return otherwise
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        return f"did you mean `{near[0]}`? Otherwise {otherwise}" if near else otherwise

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)
