"""One figure, whichever way it is asked: thirteen thousand questions, and each of them answered by
every path of the product on which it can appear.

Who asks (the whole city, a district, a department, nobody) × days and filters × metric × cut. The
reference is an engine of its own, which nobody else asks: what a page, an address or an export says
was counted by other statements.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from dashboard.access.scope import Scope
from dashboard.boards.overview import Board, Group, Overview, ask_overview
from dashboard.boards.view import View
from dashboard.cli.query import cells
from dashboard.core.values import FigureState, Grain
from dashboard.facts import incidents
from dashboard.figures.areas import areas
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.listing import IncidentQuery
from dashboard.metrics.model import Metric, MetricResult, MetricRow
from dashboard.services import Services
from layouts.address import Address
from layouts.components.figures import small_tile
from layouts.components.panels import map_hideout
from layouts.frame import Frame
from tests.cities import gridded
from tests.crowd import Crowd
from tests.integration.conftest import Api, make_api, make_services
from tests.matrix import (
    CATALOGUE,
    LOOKS,
    PLACES,
    ROLES,
    Asked,
    Cut,
    Look,
    group_in_the_middle,
    number_of_questions,
    of_group,
    questions,
    row_of,
    told,
)

pytestmark = pytest.mark.xdist_group("one figure")

METRICS = {metric.id: metric for metric in CATALOGUE}
PARTS = ("numerator", "denominator")
WEIGHT = Decimal("0.6")
SCORING = {
    "parameters": {
        "basically_satisfied_weight": {"value": str(WEIGHT), "source": "令 2 号"},
        "due_soon_hours": {"value": "72", "source": "令 2 号"},
    }
}
UNANSWERED = (FigureState.NOT_DUE, FigureState.NOT_DELIVERED)


@dataclass(frozen=True)
class Seen:
    """What one role sees of one look, by metric and cut."""

    role: Scope
    look: Look
    answers: Mapping[Asked, MetricResult]
    reference: MetricEngine
    api: Api

    @property
    def services(self) -> Services:
        return self.api.services

    @property
    def tiles(self) -> dict[str, MetricRow]:
        return {metric: one.total for (metric, cut), one in self.answers.items() if not cut}

    @property
    def figures(self) -> list[tuple[Metric, MetricRow]]:
        """Of incidents that can be listed one by one."""
        return [
            (METRICS[name], row)
            for name, row in self.tiles.items()
            if METRICS[name].top and METRICS[name].fact.table is incidents
            if row.state not in UNANSWERED
        ]

    def tables(self) -> Iterator[tuple[Metric, Cut, MetricRow, MetricResult]]:
        """Every table with the tile above it."""
        for (name, cut), answer in self.answers.items():
            tile = self.answers[name, ()].total
            if cut and tile.state not in UNANSWERED:
                yield METRICS[name], cut, tile, answer

    def some(self, things: list[Any], every: int) -> list[Any]:
        """One in so many, others in each look."""
        return things[LOOKS.index(self.look) % every :: every]

    def listed(self, metric: Metric, part: str) -> int:
        query = IncidentQuery(self.look.period, self.look.where, metric=metric.id, part=part)
        return self.services.lister.total(query, scope=self.role)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    made = make_services(tmp_path_factory.mktemp("matrix"))
    own = replace(gridded(made.city), scoring=SCORING)
    services = replace(made, city=own, catalogue=CATALOGUE)
    Crowd().fill(services.facts)
    yield make_api(services)
    services.close()


@pytest.fixture(scope="module")
def reference(api: Api) -> Iterator[MetricEngine]:
    engine = MetricEngine(CATALOGUE, api.services.city, api.services.facts)
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: f"{place[0]}, {place[1].name}")
def seen(request: pytest.FixtureRequest, reference: MetricEngine, api: Api) -> Iterator[Seen]:
    """Whoever asks the API meanwhile sees what this role may see."""
    name, look = request.param
    role, asked = ROLES[name], dict(questions(look))
    answers = dict(zip(asked, reference.run(list(asked.values()), scope=role), strict=True))
    with pytest.MonkeyPatch.context() as patch:
        for module in ("v1_metrics", "v1_incidents", "v1_passport", "kpi_exports"):
            patch.setattr(f"dashboard.api.{module}.scope_of", lambda _: role)
        yield Seen(role, look, answers, reference, api)


def test_the_matrix_is_large() -> None:
    assert number_of_questions() > 10_000
    assert {cut for look in LOOKS for (_, cut), _ in questions(look)} >= {
        (), ("district",), ("month",), ("department", "week"), ("grid",), ("supervisor",),
    }  # fmt: skip
    assert {metric for look in LOOKS for (metric, _), _ in questions(look)} == set(METRICS)
    assert len({metric.form for metric in METRICS.values()}) == 11


def test_a_table_adds_up_to_its_tile(seen: Seen) -> None:
    for metric, cut, tile, table in seen.tables():
        if metric.form == "snapshot" and not set(cut).isdisjoint(Grain):
            last = max((row.group[cut[-1]] for row in table.rows), default="")
            rows = [row for row in table.rows if row.group[cut[-1]] == last]
        else:
            rows = list(table.rows)
        if metric.form != "score":
            assert sum(row.ratio.numerator for row in rows) == tile.ratio.numerator, (
                metric.id,
                cut,
            )
        if metric.bottom:
            below = sum(row.ratio.denominator or 0 for row in rows)
            assert below == tile.ratio.denominator, (metric.id, cut)


def test_whoever_sees_one_district_has_its_cell_for_a_tile(seen: Seen) -> None:
    """Residents and unit grids too: the tile is not divided by those of the whole city."""
    if seen.role != ROLES["one district"]:
        return
    for metric, cut, tile, table in seen.tables():
        cell = row_of(table, {"district": "D1"})
        if cut == ("district",) and cell is not None:
            assert told(cell) == told(tile), metric.id


def test_a_cell_of_a_table_is_the_tile_of_its_group(seen: Seen) -> None:
    for cut in sorted({cut for _, cut in seen.answers if cut}):
        tables = [answer for (_, own), answer in seen.answers.items() if own == cut]
        group = group_in_the_middle(tables)
        if not group:
            continue
        asked = [of_group(table.query, group) for table in tables]
        alone = seen.reference.run(asked, scope=seen.role)
        for table, answer in zip(tables, alone, strict=True):
            cell = row_of(table, group)
            if cell is not None:
                assert told(cell) == told(answer.total), (table.metric.id, group)
            elif answer.total.state not in UNANSWERED and table.metric.form != "score":
                assert answer.total.ratio.numerator == 0, (table.metric.id, group)


def test_a_map_is_shaded_by_the_cells_of_its_table(seen: Seen) -> None:
    frame = frame_of(seen)
    for (name, cut), answer in seen.answers.items():
        if cut != ("district",):
            continue
        shaded = areas(answer, "district")
        shown = map_hideout(frame, shaded, answer, {})["shown"]
        assert set(shown) == {row.group["district"] for row in answer.rows}
        for row in answer.rows:
            shade, label, *_ = shown[row.group["district"]]
            assert label.startswith(frame.figure(METRICS[name], row)), name
            assert (shade == -1) == (row.value is None), name
        by_value = sorted((r for r in answer.rows if r.value is not None), key=value_of)
        shades = [shaded.classes[row.group["district"]] for row in by_value]
        assert shades == sorted(shades), name


def test_a_figure_counts_the_incidents_it_lists(seen: Seen) -> None:
    for metric, row in seen.figures:
        for part, number in counted(metric, row):
            assert seen.listed(metric, part) == number, (metric.id, part)


def test_an_export_holds_the_incidents_a_figure_counts(seen: Seen) -> None:
    for metric, row in seen.some(seen.figures, 12):
        for part, number in counted(metric, row):
            assert len(exported(seen, metric, part)) == number, (metric.id, part)
    for metric, row in seen.some(seen.figures, 24)[:1]:
        for part, number in counted(metric, row)[-1:]:
            assert rows_in_the_workbook(seen, metric, part) == number, (metric.id, part)


SUMS = {
    "hotline.satisfaction_rate": lambda row: {"satisfied": Decimal(1)}.get(
        row["Satisfaction"], WEIGHT
    ),
    "hotline.passed_down_satisfaction_rate": lambda row: {"satisfied": Decimal(1)}.get(
        row["Satisfaction"], WEIGHT
    ),
    "hotline.closing_hours_mean": lambda row: seconds(row["Received at"], row["Closed at"]),
}
"""Figures whose numerator is no number of incidents: what each of them adds to it."""


def test_what_is_summed_is_summed_over_the_incidents_listed(seen: Seen) -> None:
    summed = {
        m.id: row for m, row in seen.figures if m.numerator and m.numerator.arithmetic == "sum"
    }
    assert summed.keys() <= SUMS.keys()
    for name, row in summed.items():
        rows = exported(seen, METRICS[name], "numerator")
        assert sum(map(SUMS[name], rows)) == row.ratio.numerator, name


def test_the_api_answers_the_same(seen: Seen) -> None:
    for (name, cut), answer in seen.some(list(seen.answers.items()), 5):
        params = seen.look.params + [("by", one) for one in cut]
        found = seen.api.send("GET", f"/api/v1/metrics/{name}", params=params).json()
        assert [plain(row) for row in found["rows"]] == [
            plain_row(METRICS[name], row) for row in answer.rows
        ], (name, cut)


def test_the_command_prints_the_same(seen: Seen) -> None:
    for (name, cut), answer in seen.answers.items():
        heads, *lines = cells(seen.services, answer)
        printed = [dict(zip(heads, line, strict=True)) for line in lines]
        assert [(one["value"], one["state"]) for one in printed] == [
            (shown(METRICS[name], row), row.state.value) for row in answer.rows
        ], (name, cut)


def test_the_passport_says_the_same(seen: Seen) -> None:
    for name, row in seen.some(list(seen.tiles.items()), 8):
        params = seen.look.params
        passport = seen.api.send("GET", f"/api/v1/passport/{name}", params=params).json()
        metric = METRICS[name]
        assert plain({**passport, "group": {}}) == plain_row(metric, row), name
        if row.state in (FigureState.OK, FigureState.TOO_FEW):
            members = {one["part"]: one["count"] for one in passport["members"]}
            listable = metric.top is not None and metric.fact.table is incidents
            parts = [part for part, _ in counted(metric, row)] if listable else []
            assert members == {part: seen.listed(metric, part) for part in parts} | members
            assert set(members) >= set(parts)


def test_a_tile_on_the_page_says_the_same(seen: Seen) -> None:
    frame = frame_of(seen)
    for tile in overview_of(seen).groups[0][1]:
        row = seen.tiles.get(tile.metric.id)
        assert (row is None) == (tile.result is None), tile.metric.id
        if row is None:
            continue
        marks = figure_in(small_tile(frame, tile, selected=False))
        told_of = plain_row(tile.metric, row)
        assert marks["data-metric"] == tile.metric.id
        assert marks["data-state"] == row.state.value
        assert marks["data-value"] == shown(tile.metric, row), tile.metric.id
        assert number(marks["data-numerator"]) == told_of["numerator"], tile.metric.id
        assert number(marks["data-denominator"]) == told_of["denominator"], tile.metric.id


def test_the_map_and_the_league_of_a_page_say_the_same(seen: Seen) -> None:
    page = overview_of(seen)
    for drawn in (page.map_result, page.league.result if page.league else None, page.departments):
        if drawn is not None:
            [again] = seen.reference.run([drawn.query], scope=seen.role)
            assert [told(row) for row in drawn.rows] == [told(row) for row in again.rows]


def test_the_workbook_of_the_scorecards_says_the_same(seen: Seen) -> None:
    cards = worksheet(seen, "kpi.xlsx") if seen.look in LOOKS[::3] else []
    for card in cards:
        assert numbers(card, "Value") == numbers_of(METRICS[card["Id"]], seen.tiles.get(card["Id"]))


def test_the_workbook_of_a_league_says_the_same(seen: Seen) -> None:
    tables = [
        (METRICS[name], one) for (name, cut), one in seen.answers.items() if cut == ("district",)
    ]
    for metric, table in seen.some(tables, 24)[:1]:
        league = worksheet(seen, "kpi/league.xlsx", ("metric", metric.id), ("level", "district"))
        values = [name for name in league[0] if name.startswith(metric.name_en)] if league else [""]
        assert {entry["Code"]: numbers(entry, values[0]) for entry in league} == {
            row.group["district"]: numbers_of(metric, row) for row in table.rows
        }, metric.id


def worksheet(seen: Seen, path: str, *more: tuple[str, str]) -> list[dict[str, Any]]:
    """The first sheet of a workbook by its headings, below two lines of words."""
    params = [*seen.look.params, *more, ("lang", "en")]
    answer = seen.api.send("GET", f"/api/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    sheet: Any = load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
    _, _, heads, *lines = sheet.values
    return [dict(zip(heads, line, strict=True)) for line in lines if any(line)]


def numbers(row: Mapping[str, Any], value: str) -> tuple[float | None, ...]:
    cells = (row[value], row["Numerator"], row["Denominator"])
    return tuple(None if cell is None else float(cell) for cell in cells)


def numbers_of(metric: Metric, row: MetricRow | None) -> tuple[float | None, ...]:
    if row is None:
        return (None, None, None)
    plain = plain_row(metric, row)
    return (number(shown(metric, row)), plain["numerator"], plain["denominator"])


def overview_of(seen: Seen) -> Overview:
    """A page with every metric on it, whose map and tables are of another one in each look."""
    names = list(METRICS)
    chosen = names[LOOKS.index(seen.look) * 11 % len(names)]
    board = Board(chosen, (chosen,), (Group("", "", tuple(names)),))
    view = View(seen.look.period, seen.look.where, chosen)
    return ask_overview(seen.services.engine, board, view, scope=seen.role)


def frame_of(seen: Seen) -> Frame:
    dimensions = seen.services.engine.dimensions
    return Frame(
        address=Address("/", tuple(seen.look.params)),
        language="en",
        theme="light",
        city=seen.services.city,
        last_day=seen.services.last_day,
        lights=(),
        name_of=lambda dimension, code: dimensions.name(dimension, code, "en"),
        days=seen.look.period,
    )


def figure_in(component: Any) -> dict[str, str]:
    """The attributes of the one figure in a component."""
    found = [part.to_plotly_json()["props"] for part in [component, *component._traverse()]
             if hasattr(part, "to_plotly_json")]  # fmt: skip
    marks: list[dict[str, str]] = [props for props in found if "data-value" in props]
    assert len(marks) == 1
    return marks[0]


def counted(metric: Metric, row: MetricRow) -> list[tuple[str, Decimal]]:
    """The parts of a figure that are numbers of incidents."""
    legs = zip(
        PARTS,
        (metric.top, metric.bottom),
        (row.ratio.numerator, row.ratio.denominator),
        strict=True,
    )
    return [
        (part, number)
        for part, leg, number in legs
        if leg is not None and number is not None and leg.measure.arithmetic != "sum"
    ]


def exported(seen: Seen, metric: Metric, part: str) -> list[dict[str, str]]:
    params = [*seen.look.params, ("metric", metric.id), ("part", part), ("lang", "en")]
    answer = seen.api.send("GET", "/api/v1/incidents/export.csv", params=params)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rows_in_the_workbook(seen: Seen, metric: Metric, part: str) -> int:
    params = [*seen.look.params, ("metric", metric.id), ("part", part)]
    answer = seen.api.send("GET", "/api/v1/incidents/export.xlsx", params=params)
    sheet: Any = load_workbook(io.BytesIO(answer.content), read_only=True).active
    return sum(1 for _ in sheet.values) - 1


def seconds(first: str, last: str) -> Decimal:
    passed = datetime.fromisoformat(last) - datetime.fromisoformat(first)
    return Decimal(int(passed.total_seconds()))


def value_of(row: MetricRow) -> Decimal:
    assert row.value is not None
    return row.value


def shown(metric: Metric, row: MetricRow) -> str:
    """As printed; nothing where there is no figure."""
    return "" if row.value is None else str(metric.shown(row.value))


def number(text: str) -> float | None:
    return float(text) if text else None


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """What an address says of one figure."""
    kept = ("group", "numerator", "denominator", "value", "state")
    extra = {name: row[name] for name in ("grade", "missing", "provisional") if name in row}
    return {name: row[name] for name in kept} | extra


def plain_row(metric: Metric, row: MetricRow) -> dict[str, Any]:
    below = row.ratio.denominator
    extra = {"grade": row.grade, "missing": list(row.missing), "provisional": row.provisional}
    return {
        "group": dict(row.group),
        "numerator": float(row.ratio.numerator),
        "denominator": None if below is None else float(below),
        "value": shown(metric, row) or None,
        "state": row.state.value,
        **{name: value for name, value in extra.items() if value},
    }
