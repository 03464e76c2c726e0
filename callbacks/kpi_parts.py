"""What each KPI page draws from the answers to what its address asks."""

from dataclasses import dataclass
from urllib.parse import unquote

from dash.development.base_component import Component

from callbacks.boundary import scope_of_caller
from dashboard.api import kpi_pages
from dashboard.boards.kpi import kpi_board
from dashboard.boards.league import LeagueTable
from dashboard.boards.units import absent_state
from dashboard.core.values import FigureState
from dashboard.services import Services
from layouts.frame import Frame
from layouts.kpi import foot
from layouts.kpi_department import DepartmentParts, department_parts
from layouts.kpi_district import DistrictParts, district_parts
from layouts.kpi_league import league_head, league_panel
from layouts.kpi_scorecards import scorecards_body, scorecards_head


@dataclass(frozen=True)
class TwoParts:
    head: list[Component]
    body: list[Component]


def scorecards(services: Services, frame: Frame) -> TwoParts:
    data = kpi_pages.scorecards(services, frame.address.params, scope=scope_of_caller())
    return TwoParts(
        scorecards_head(frame, data, kpi_board().domains),
        [*scorecards_body(frame, data), rests_on(services, frame)],
    )


def league(services: Services, frame: Frame) -> TwoParts:
    pairs, board = frame.address.params, kpi_board()
    table = kpi_pages.league(services, pairs, scope=scope_of_caller())
    metrics = [services.engine.catalogue[name] for name in board.league[table.asked.level]]
    looked = kpi_pages.asked_by(services, pairs)
    return TwoParts(
        league_head(frame, board, metrics, table, looked),
        [league_panel(frame, table, absent(services, table)), rests_on(services, frame)],
    )


def absent(services: Services, table: LeagueTable | None) -> FigureState:
    """Why a table has no rows."""
    if table is None or table.result is None:
        return FigureState.NO_DATA
    return absent_state(services.engine, table.result)


def department(services: Services, frame: Frame) -> DepartmentParts:
    pairs = frame.address.params
    data = kpi_pages.department(services, _code(frame), pairs, scope=scope_of_caller())
    return department_parts(frame, data, services.version.as_of, rests_on(services, frame))


def district(services: Services, frame: Frame) -> DistrictParts:
    pairs = frame.address.params
    data = kpi_pages.district(services, _code(frame), pairs, scope=scope_of_caller())
    return district_parts(
        frame,
        data,
        absent(services, data.streets),
        [services.engine.catalogue[name] for name in kpi_board().district.streets],
        rests_on(services, frame),
        geography=services.geography,
    )


def _code(frame: Frame) -> str:
    """Of the unit that the path ends with."""
    return unquote(frame.address.path.rstrip("/").rsplit("/", 1)[-1])


def rests_on(services: Services, frame: Frame) -> Component:
    version = services.version
    known = [moment for moment in version.complete_to.values() if moment]
    return foot(frame, version.version, frame.moment(min(known, default=None)))
