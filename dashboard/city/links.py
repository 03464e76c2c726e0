"""What must hold in any tree of codes: a parent that exists, and no way round in a circle."""

from collections.abc import Mapping

from dashboard.city.faults import Faults


def check_parents(
    parents: Mapping[str, str], where: Mapping[str, str], faults: Faults, *, what: str
) -> None:
    """`parents` says code → code above it (empty at the top); `where` says where a code stands."""
    for code, parent in parents.items():
        if parent and parent not in parents:
            fix = faults.near(parent, parents, f"add `{parent}`, or leave the parent empty")
            faults.add(where[code], f"The parent `{parent}` is no {what} of this file.", fix)
    for circle in circles(parents):
        way = " → ".join((*circle, circle[0]))
        fix = "correct the parent of one of them"
        faults.add(where[circle[0]], f"The parents go round in a circle: {way}.", fix)


def circles(parents: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Codes that are above themselves, one tuple a circle."""
    done: set[str] = set()
    found = []
    for start in parents:
        way: dict[str, None] = {}
        code = start
        while code in parents and code not in done and code not in way:
            way[code] = None
            code = parents[code]
        if code in way:
            steps = list(way)
            found.append(tuple(steps[steps.index(code) :]))
        done.update(way)
    return found


def depths(parents: Mapping[str, str]) -> dict[str, int]:
    """1 at the top; a code in a circle, which is a fault, gets some depth all the same."""
    found: dict[str, int] = {}
    for start in parents:
        way: dict[str, None] = {}
        code = start
        while code in parents and code not in found and code not in way:
            way[code] = None
            code = parents[code]
        depth = found.get(code, 0)
        for step in reversed(way):
            depth = found[step] = depth + 1
    return found
