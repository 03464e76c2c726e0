"""Errors people read: what went wrong, where it is written, how to mend it.

DashboardError          exit 1
├── UsageError          exit 2  what was asked for does not exist or cannot be asked that way
├── PackError           exit 2  a city pack (or a definition) is faulty; carries every fault
├── ConfigError         exit 2  a setting is unknown or unusable
├── StoreError          exit 1  a database cannot be used now
└── SourceError         exit 1  a source cannot be read
    ├── SourceRefused           it says no: wrong file, key or permission; retrying is useless
    ├── SourceUnavailable       not there now; worth another try
    └── SourceChanged           it answers in another shape than its mapping expects
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class DashboardError(Exception):
    """What went wrong, where it is written, and what to do: in that order, always."""

    exit_code = 1
    code = "error"

    def __init__(self, problem: str, *, where: str = "", fix: str = "") -> None:
        self.problem, self.where, self.fix = problem, where, fix
        lines = [problem, where and f"  at   {where}", fix and f"  fix  {fix}"]
        super().__init__("\n".join(line for line in lines if line))


class UsageError(DashboardError):
    exit_code = 2
    code = "usage"


class ConfigError(DashboardError):
    exit_code = 2
    code = "config"


class StoreError(DashboardError):
    code = "store"


class SourceError(DashboardError):
    code = "source"


class SourceRefused(SourceError):
    code = "source_refused"


class SourceUnavailable(SourceError):
    code = "source_unavailable"


class SourceChanged(SourceError):
    code = "source_changed"


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a pack: `where` is a file with a line or key, `fix` the next step."""

    where: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.problem}\n  at   {self.where}\n  fix  {self.fix}"


class PackError(DashboardError):
    """Every fault found, not only the first."""

    exit_code = 2
    code = "pack"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(first.problem, where=first.where, fix=first.fix)
        self.args = ("\n\n".join(str(fault) for fault in self.faults),)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a sentence, or the list of what is known when nothing is near."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean `{near[0]}`?"
    return "known: " + ", ".join(names) if names else "none is known"
