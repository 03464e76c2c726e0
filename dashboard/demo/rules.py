"""The rules that the city gave itself, all invented: limits, targets, groups, scores, days off."""

from collections.abc import Iterator
from datetime import date

from dashboard.demo.conditions import Conditions
from dashboard.demo.limits import CHECK, extension_of
from dashboard.demo.regions import Regions
from dashboard.demo.rhythm import founding_day
from dashboard.demo.vocabulary import CITY_DEPARTMENTS, departments, grid_topics

Row = tuple[object, ...]
APPRAISAL = "云州市城市运行考核办法（2026，演示，虚构）"
HANDLING = "云州市网格案件立案、处置和结案细则（演示，虚构）"

TARGETS = {
    "hotline.answer_rate": 95,
    "hotline.answered_15s_rate": 90,
    "hotline.sign_off_rate": 98,
    "hotline.on_time_rate": 95,
    "hotline.response_rate": 98,
    "hotline.resolution_rate": 90,
    "hotline.satisfaction_rate": 90,
    "hotline.first_time_right_rate": 95,
    "hotline.return_rate": 4,
    "hotline.repeat_rate": 5,
    "hotline.composite_score": 92,
    "grid.filing_rate": 90,
    "grid.on_time_disposal_rate": 95,
    "grid.closing_rate": 95,
    "grid.on_time_closing_rate": 92,
    "grid.rework_rate": 5,
    "grid.valid_report_rate": 97,
    "grid.omission_rate": 2,
    "service.online_rate": 85,
    "service.fully_online_rate": 80,
    "service.on_time_rate": 98,
    "service.praise_rate": 98,
    "service.rectification_rate": 95,
    "data.completeness_rate": 80,
    "data.on_time_delivery_rate": 99,
}

GROUPS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "core": ("主城区组", "Urban core", (0, 1, 2, 3)),
    "suburban": ("近郊组", "Suburban", (4, 6, 7, 8)),
    "zones": ("开发区组", "Development zones", (5, 9)),
}
"""Districts, in the order of `names.DISTRICTS`."""
UTILITIES_FROM = 33
"""Departments before it are the city's own offices."""
UNIT_GROUPS: dict[str, tuple[str, str, range]] = {
    "offices": ("市级部门组", "City departments", range(UTILITIES_FROM)),
    "utilities": ("公共服务企业组", "Utilities", range(UTILITIES_FROM, CITY_DEPARTMENTS)),
    "governments": (
        "区政府组",
        "District governments",
        range(CITY_DEPARTMENTS, CITY_DEPARTMENTS + 10),
    ),
    "brigades": (
        "综合执法大队组",
        "Enforcement brigades",
        range(CITY_DEPARTMENTS + 10, CITY_DEPARTMENTS + 20),
    ),
}

UNITS = {"h": "urgent_hours", "w": "work_hours", "d": "work_days_by_slots"}
GROUP_HEADS = ("group", "name", "name_en", "dimension", "code")
LIMIT_HEADS = (
    "rule", "stage", "kind", "category", "condition", "limit", "unit", "starts", "extension",
    "basis",
)  # fmt: skip

_SCORING = """\
# How this city scores, where it differs from what the catalogue assumes. All of it is invented.

[parameters.basically_satisfied_weight]
value = "0.8"
source = "{rules}第九条"

[hotline.composite_score]
source = "{rules}第十二条"
since = {year}-01-01
parts = [
  {{ metric = "hotline.response_rate", weight = "0.30" }},
  {{ metric = "hotline.resolution_rate", weight = "0.40" }},
  {{ metric = "hotline.satisfaction_rate", weight = "0.30" }},
]
grades = [["A", "95"], ["B", "90"], ["C", "85"], ["D", "80"], ["E", ""]]
"""


def scoring(until: date) -> str:
    """`scoring.toml`."""
    return _SCORING.format(rules=APPRAISAL, year=until.year)


def target_rows(until: date) -> Iterator[Row]:
    for metric, value in TARGETS.items():
        yield metric, value, f"{until.year}-01-01", APPRAISAL


def calendar_rows(first: date, until: date) -> Iterator[Row]:
    """The founding day, of every year that the data and their deadlines touch."""
    for year in range(first.year, until.year + 2):
        yield founding_day(year), 0, "建城日放假"


def group_rows(regions: Regions) -> Iterator[Row]:
    codes = regions.levels["district"].codes
    for group, (name, name_en, members) in GROUPS.items():
        for member in members:
            yield group, name, name_en, "district", codes[member]
    units = [row["code"] for row in departments()]
    for group, (name, name_en, span) in UNIT_GROUPS.items():
        for member in span:
            yield group, name, name_en, "department", units[member]


def limit_rows() -> Iterator[Row]:
    """For disposal, and for closing, which leaves time for the check; then for all the rest."""
    topics = grid_topics()
    conditions = topics.conditions
    for number, code in enumerate(conditions.codes):
        matter = topics.codes[conditions.topic[number]]
        several = bool(conditions.words[number])
        yield from _rules(
            code if several else matter,
            (f"gb47678:m{matter}", code if several else ""),
            (int(conditions.count[number]), str(conditions.unit[number])),
            _basis(conditions, number),
        )
    yield from _rules("other", ("", ""), (5, "d"), f"{HANDLING}：其他事项")


def _rules(name: str, case: tuple[str, str], limit: tuple[int, str], basis: str) -> Iterator[Row]:
    count, unit = limit
    extension = int(extension_of(count)) if unit == "d" else count
    for stage, number in (("dispose", float(count)), ("handle", count + CHECK[unit])):
        yield (
            f"{name}-{stage}", stage, "grid", *case, f"{number:g}", UNITS[unit], "dispatched",
            extension, basis,
        )  # fmt: skip


def _basis(conditions: Conditions, number: int) -> str:
    words = conditions.words[number]
    return f"{HANDLING}：{words}" if words else HANDLING
