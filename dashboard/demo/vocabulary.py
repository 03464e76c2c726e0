"""What the demonstration city talks about: departments, topics of calls, matters on the street."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.demo import names
from dashboard.demo.conditions import Conditions, make_conditions

FOLDER = Path(__file__).parent / "vocabulary"
SLOW = "D05"
"""The department that does not keep its deadlines."""
BEHIND = 4
"""The district whose figures fall short: Linjiang."""
DISTRICTS = len(names.DISTRICTS)
CITY_DEPARTMENTS = 40
DEPARTMENTS = CITY_DEPARTMENTS + 2 * DISTRICTS
"""City-level departments, then a government and a brigade for each district."""
FLOODS = frozenset({"道路积水", "小区内涝", "排水不畅", "污水外溢", "01003", "01004", "01072"})


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Topics:
    """What an incident can be about, one array entry a topic."""

    kind: str
    codes: list[str]
    """As the source writes them."""
    weight: NDArray[np.float64]
    season: list[str]
    hours: list[str]
    department: NDArray[np.int64]
    """Index of the city-level department; −1: the district's own brigade."""
    local: NDArray[np.float64]
    """Share that goes to the district's government instead."""
    conditions: Conditions
    phrases: list[str]
    phrase_first: NDArray[np.int64]
    phrase_count: NDArray[np.int64]
    floods: NDArray[np.bool_]
    steady: NDArray[np.int64]
    """Topics that can trouble one place all year round."""


@cache
def departments() -> list[dict[str, str]]:
    return rows("departments")


@cache
def department_index() -> dict[str, int]:
    return {row["code"]: index for index, row in enumerate(departments())}


def hotline_topics() -> Topics:
    own = rows("hotline")
    steady = [
        "夜市噪声",
        "广场舞噪声",
        "占道停车",
        "占用消防通道",
        "占道经营",
        "油烟异味",
        "垃圾清运",
        "物业不作为",
    ]
    return _topics(
        "hotline",
        own,
        [code for code, *_ in hotline_categories() if len(code) == 4],
        [row["topic"] in FLOODS for row in own],
        [row["topic"] in steady for row in own],
    )


def grid_topics() -> Topics:
    own = rows("matters")
    steady = [
        "09006",
        "09005",
        "09001",
        "09009",
        "09010",
        "06010",
        "06042",
        "07001",
        "06036",
        "06027",
    ]
    return _topics(
        "grid",
        own,
        [row["code"] for row in own],
        [row["code"] in FLOODS for row in own],
        [row["code"] in steady for row in own],
    )


def _topics(
    kind: str,
    own: list[dict[str, str]],
    codes: list[str],
    floods: list[bool],
    steady: list[bool],
) -> Topics:
    index = department_index()
    said = [row["say"].split("|") for row in own]
    counts = np.array([len(phrases) for phrases in said])
    return Topics(
        kind,
        codes,
        weight=np.array([float(row["weight"]) for row in own]),
        season=[row["season"] for row in own],
        hours=[_hours(kind, row) for row in own],
        department=np.array([index.get(row["department"], -1) for row in own]),
        local=np.array([float(row.get("local", 0)) for row in own]),
        conditions=make_conditions(own, rows("conditions")),
        phrases=[phrase for phrases in said for phrase in phrases],
        phrase_first=np.cumsum(counts) - counts,
        phrase_count=counts,
        floods=np.array(floods),
        steady=np.flatnonzero(steady),
    )


def _hours(kind: str, row: dict[str, str]) -> str:
    return "patrol" if kind == "grid" and row["hours"] == "day" else row["hours"]


@cache
def hotline_categories() -> list[tuple[str, str, str, str]]:
    """Code, parent, name, English name: two digits a class, four a topic."""
    made: list[tuple[str, str, str, str]] = []
    classes: dict[str, str] = {}
    serial: dict[str, int] = {}
    for row in rows("hotline"):
        if row["class"] not in classes:
            classes[row["class"]] = f"{len(classes) + 1:02d}"
            made.append((classes[row["class"]], "", row["class"], row["class_en"]))
        parent = classes[row["class"]]
        serial[parent] = serial.get(parent, 0) + 1
        made.append((f"{parent}{serial[parent]:02d}", parent, row["topic"], row["topic_en"]))
    return made


@cache
def gb_categories() -> list[tuple[str, str, str, str]]:
    """GB/T 47678.5: `m` matters and `c` components, because both count their classes from 01."""
    made: list[tuple[str, str, str, str]] = []
    seen: set[str] = set()
    for row in rows("gb47678_5"):
        parent = row["kind"] + row["class"]
        if parent not in seen:
            seen.add(parent)
            made.append((parent, "", row["class_name"], row["class_name_en"]))
        made.append((row["kind"] + row["code"], parent, row["name"], row["name_en"]))
    return made


def local_government(district: NDArray[np.int64]) -> NDArray[np.int64]:
    return department_index()["D41"] + district


def local_brigade(district: NDArray[np.int64]) -> NDArray[np.int64]:
    return department_index()["D51"] + district


def district_names() -> list[str]:
    return [f"{zh}区" for zh, _ in names.DISTRICTS]
