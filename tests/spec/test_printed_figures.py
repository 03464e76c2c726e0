"""Figures that cities printed, with their inputs: the engine's own arithmetic gives each of them.

The whole collection lies beside the repository and is read from there; where it is absent the few
figures below stand for it. A row is arithmetic where it names what goes in and what came out. Rows
whose inputs were guessed to fit, and rows without inputs, prove nothing and are left out by what
they say of themselves. Rows that the collector found wrong must not come out right.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add
from pathlib import Path

import pytest

from dashboard.core.values import Ratio
from dashboard.metrics.arithmetic import (
    HUNDRED,
    Rounding,
    percent_change,
    quotient,
    rounded,
    weighted,
)
from dashboard.metrics.ranking import places
from dashboard.metrics.scoring import Points

COLLECTION = Path(__file__).parents[3] / "shared" / "domain" / "cases.csv"
ABSENT = "no collection of printed figures in ../shared/domain"

NO_INPUTS = frozenset({"no_counts", "no_formula"})
NO_EVIDENCE = "fitted base (not evidence)"
FAULTY = frozenset({"mismatch", "sum_mismatch"})
PLACES = "grouprank"


@dataclass(frozen=True)
class Case:
    """One printed figure. `inputs` are written as the collection writes them: see `_COMPUTED`."""

    metric: str
    scope: str
    period: str
    numerator: str
    denominator: str
    printed: str
    unit: str
    source: str
    check: str
    evidence: str

    @property
    def verdict(self) -> str:
        """`mismatch(11.221)` is a mismatch."""
        return self.check.partition("(")[0]

    @property
    def kind(self) -> str:
        """`weighted%/670` is a weighted rate of 670."""
        return self.unit.partition("/")[0]

    @property
    def rounding(self) -> Rounding:
        return "truncate" if self.verdict == "ok_trunc" else "half_up"

    @property
    def decimals(self) -> int:
        return len(self.printed.partition(".")[2])

    @property
    def is_arithmetic(self) -> bool:
        return self.verdict not in NO_INPUTS and self.evidence != NO_EVIDENCE


def numbers(text: str, between: str) -> list[Decimal]:
    return [Decimal(part) for part in text.split(between)]


def rate(case: Case) -> Decimal | None:
    return quotient(Decimal(case.numerator), Decimal(case.denominator), HUNDRED)


def changed(case: Case) -> Decimal | None:
    return percent_change(Decimal(case.numerator), Decimal(case.denominator))


def counted(case: Case) -> Decimal | None:
    return reduce(add, map(Ratio, numbers(case.numerator, "+"))).numerator


def weighed(case: Case) -> Decimal | None:
    counts, weights = numbers(case.numerator, "|"), numbers(case.denominator, "|")
    return weighted(counts, weights, Decimal(case.unit.partition("/")[2]))


def earned(case: Case) -> Decimal | None:
    most, threshold, slope, floor = numbers(case.denominator, "|")
    return Points(most, threshold, slope, floor).of(Decimal(case.numerator))


_COMPUTED: dict[str, Callable[[Case], Decimal | None]] = {
    "%": rate,
    "%change": changed,
    "count_sum": counted,
    "weighted%": weighed,
    "points": earned,
}


def comes_out(case: Case, rounding: Rounding | None = None) -> bool:
    """Whether the arithmetic of its kind, rounded as the case is, gives the printed figure."""
    value = _COMPUTED[case.kind](case)
    assert value is not None
    return rounded(value, case.decimals, rounding or case.rounding) == Decimal(case.printed)


def ranked_together(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Cases of one table: the same page, month and group of units."""
    tables: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        key = (case.source, case.period, case.scope.rpartition("/")[0])
        tables.setdefault(key, []).append(case)
    yield from tables.values()


def read_collection() -> list[Case]:
    with COLLECTION.open(encoding="utf-8", newline="") as file:
        return [
            Case(
                metric=row["metric"],
                scope=row["scope"],
                period=row["period"],
                numerator=row["numerator"],
                denominator=row["denominator"],
                printed=row["printed_value"],
                unit=row["unit"],
                source=row["source_url"],
                check=row["check"],
                evidence=row["inputs"],
            )
            for row in csv.DictReader(file)
        ]


COLLECTED = read_collection() if COLLECTION.exists() else []
EVIDENCE = [case for case in COLLECTED if case.is_arithmetic]
ALONE = [case for case in EVIDENCE if case.kind != PLACES]


def named(case: Case) -> str:
    return f"{case.scope}-{case.period}-{case.printed}"


@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
def test_every_row_of_the_collection_is_put_to_the_test(
    record_property: Callable[[str, object], None],
) -> None:
    """Exactly so many of each kind: a row that nothing reads would be missed here."""
    found = Counter((case.kind, case.verdict) for case in EVIDENCE)
    assert found == {
        ("%", "ok_round"): 42,
        ("%", "ok_trunc"): 1,
        ("%", "mismatch"): 1,
        ("%change", "ok_round"): 4,
        ("%change", "mismatch"): 1,
        ("count_sum", "sum_ok"): 4,
        ("weighted%", "ok_weighted"): 1,
        ("points", "ok_round"): 7,
        (PLACES, "ok_rank"): 18,
    }
    assert len(EVIDENCE) == len(COLLECTED) == 79
    assert {case.kind for case in ALONE} <= _COMPUTED.keys()
    for (kind, verdict), count in sorted(found.items()):
        record_property(f"{kind} {verdict}", count)


@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
@pytest.mark.parametrize("case", [c for c in ALONE if c.verdict not in FAULTY], ids=named)
def test_what_goes_in_gives_what_was_printed(case: Case) -> None:
    assert comes_out(case)


@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
@pytest.mark.parametrize("case", [c for c in ALONE if c.verdict == "ok_trunc"], ids=named)
def test_a_figure_that_was_cut_off_is_not_what_rounding_gives(case: Case) -> None:
    assert not comes_out(case, "half_up")


@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
@pytest.mark.parametrize("case", [c for c in ALONE if c.verdict in FAULTY], ids=named)
def test_a_misprint_follows_from_nothing(case: Case) -> None:
    assert not comes_out(case, "half_up")
    assert not comes_out(case, "truncate")


@pytest.mark.skipif(not COLLECTED, reason=ABSENT)
def test_scores_give_the_printed_places_in_every_group() -> None:
    tables = list(ranked_together([case for case in EVIDENCE if case.kind == PLACES]))
    assert [len(table) for table in tables] == [4, 5, 4, 5]
    for table in tables:
        scores = [Decimal(case.numerator) for case in table]
        assert places(scores) == [int(case.printed) for case in table], table[0].scope


LIANYUNGANG = (
    "http://www.lyg.gov.cn/zglygzfmhwz/fktj/content/fc38510f-a748-4b87-8ed7-53ce0ced18e8.html"
)
LIANYUNGANG_SCORES = (
    "http://www.lyg.gov.cn/zglygzfmhwz/fktj/content/f7176698-8c1e-4122-a0f0-74dd65af7f19.html"
)
TAIZHOU = "http://12345.taizhou.gov.cn/mtld/dcjb/2018/08/17161632242535.html"
XINING = "https://xncz.gov.cn/info/3937/194045.htm"
XIANGYIN = "http://www.xiangyin.gov.cn/31203/65577/65578/content_2037333.html"


def printed(check: str, unit: str, above: str, below: str, figure: str, *, source: str) -> Case:
    return Case("", "", "", above, below, figure, unit, source, check, "printed")


@pytest.mark.parametrize(
    "case",
    [
        printed("ok_round", "%", "23974", "24932", "96.16", source=LIANYUNGANG),
        printed("ok_round", "%", "22345", "24932", "89.62", source=LIANYUNGANG),
        printed("ok_round", "%", "11863", "26898", "44.10", source=LIANYUNGANG),
        printed("sum_ok", "count_sum", "20601+3354+2922+21", "", "26898", source=LIANYUNGANG),
        printed("ok_trunc", "%", "18851", "19668", "95.84", source=TAIZHOU),
        printed("ok_weighted", "weighted%/670", "614|34|22", "1|0.6|0", "94.69", source=XINING),
        printed("ok_round", "%change", "329", "274", "20", source=XINING),
        printed("ok_round", "points", "70.59", "25|95|0.5|12.5", "12.8", source=LIANYUNGANG_SCORES),
    ],
    ids=lambda case: case.printed,
)
def test_some_printed_figures(case: Case) -> None:
    assert comes_out(case)


@pytest.mark.parametrize(
    "case",
    [
        printed("mismatch", "%", "147", "1310", "3.59", source=XIANGYIN),
        printed("mismatch", "%change", "1310", "1411", "-6.44", source=XIANGYIN),
    ],
    ids=lambda case: case.printed,
)
def test_some_printed_figures_that_are_wrong(case: Case) -> None:
    assert not comes_out(case, "half_up")
    assert not comes_out(case, "truncate")


@pytest.mark.parametrize(
    ("check", "evidence", "proves"),
    [
        ("ok_round", "printed", True),
        ("mismatch(11.221)", "printed", True),
        ("ok_round", "printed rates, fitted rule", True),
        ("ok_round", NO_EVIDENCE, False),
        ("no_counts", "printed result only", False),
        ("no_formula", "printed result only", False),
    ],
)
def test_what_has_no_inputs_or_guessed_ones_proves_nothing(
    check: str, evidence: str, *, proves: bool
) -> None:
    case = Case("", "", "", "1", "2", "50", "%", XINING, check, evidence)
    assert case.is_arithmetic is proves
