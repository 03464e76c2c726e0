"""Every id on every page. A callback that names another one does not start."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Carriers:
    """Ids of what every page has one of. They differ by page, so that a callback of one page has
    nothing to listen to on another.
    """

    page: str

    @property
    def address(self) -> str:
        return f"{self.page}-address"

    @property
    def version(self) -> str:
        return f"{self.page}-version"

    @property
    def net(self) -> str:
        return f"{self.page}-net"

    @property
    def lights(self) -> str:
        return f"{self.page}-lights"

    @property
    def notice(self) -> str:
        return f"{self.page}-notice"

    @property
    def drilled(self) -> str:
        """Where browser functions answer to that change the address and draw nothing."""
        return f"{self.page}-drilled"

    @property
    def passport(self) -> str:
        """Where the passport of a figure is drawn."""
        return f"{self.page}-passport"

    @property
    def passport_asked(self) -> str:
        """The query string whose passport is wanted: set by the browser when a figure is opened."""
        return f"{self.page}-passport-asked"


OVERVIEW, WALL, INCIDENTS, INCIDENT = (
    Carriers(page) for page in ("overview", "wall", "incidents", "incident")
)

KPI, LEAGUE, DEPARTMENT, DISTRICT, BULLETINS = (
    Carriers(page) for page in ("kpi", "league", "department", "district", "bulletins")
)

WITH_PASSPORT = (OVERVIEW, WALL, INCIDENTS, KPI, LEAGUE, DEPARTMENT, DISTRICT)
"""Pages with figures: each has a passport beside it and a callback that fills it."""


class OverviewIds(StrEnum):
    FILTERS = "overview-filters"
    TILES = "overview-tiles"
    GROUPS = "overview-groups"
    LEAGUE = "overview-league"
    DEPARTMENTS = "overview-departments"
    TOP = "overview-top"
    TREND_TITLE = "overview-trend-title"
    TREND = "overview-trend"
    TREND_SOURCE = "overview-trend-source"
    MAP_TITLE = "overview-map-title"
    MAP_LEGEND = "overview-map-legend"
    AREAS = "overview-areas"
    OUTLINES = "overview-outlines"


class WallIds(StrEnum):
    TITLE = "wall-title"
    HOTLINE = "wall-hotline"
    GRID = "wall-grid"
    SERVICE = "wall-service"
    TOP = "wall-top"
    DEPARTMENTS = "wall-departments"
    STRIP = "wall-strip"
    HEADLINE = "wall-headline"
    TREND = "wall-trend"
    TREND_SOURCE = "wall-trend-source"
    GRID_TREND = "wall-grid-trend"
    GRID_TREND_SOURCE = "wall-grid-trend-source"
    MAP_TITLE = "wall-map-title"
    MAP_LEGEND = "wall-map-legend"
    AREAS = "wall-areas"
    OUTLINES = "wall-outlines"


class IncidentsIds(StrEnum):
    FILTERS = "incidents-filters"
    SEARCH = "incidents-search"
    TABLE = "incidents-table"


class KpiIds(StrEnum):
    HEAD = "kpi-head"
    BODY = "kpi-body"


class LeagueIds(StrEnum):
    HEAD = "league-head"
    BODY = "league-body"


class DepartmentIds(StrEnum):
    HEAD = "department-head"
    STRIP = "department-strip"
    PLACE = "department-place"
    TREND = "department-trend"
    CATEGORIES = "department-categories"
    WAITING = "department-waiting"
    RETURNS = "department-returns"
    VOLUMES = "department-volumes"
    FOOT = "department-foot"


class DistrictIds(StrEnum):
    HEAD = "district-head"
    PLACE = "district-place"
    MAP_TITLE = "district-map-title"
    MAP_LEGEND = "district-map-legend"
    AREAS = "district-areas"
    OUTLINES = "district-outlines"
    MONTHS = "district-months"
    STREETS = "district-streets"
    TOP = "district-top"
    WORKERS = "district-workers"
    FOOT = "district-foot"


class BulletinsIds(StrEnum):
    LIST = "bulletins-list"


def card_id(metric: str) -> str:
    """Of a scorecard: what the list of missed targets jumps to."""
    return f"card-{metric.replace('.', '-')}"
