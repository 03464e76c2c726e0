"""What the address of a KPI page asks: the same reading for the page, its workbook and its PDF."""

from collections.abc import Sequence

from dashboard.access.scope import Scope
from dashboard.boards.asked import Asked, asked
from dashboard.boards.department import Department, ask_department
from dashboard.boards.district import District, ask_district, below
from dashboard.boards.kpi import LEVELS, kpi_board, refuse_level
from dashboard.boards.league import RANK, LeagueAsked, LeagueTable, ask_league
from dashboard.boards.scorecards import Scorecards, ask_scorecards
from dashboard.boards.units import Unit
from dashboard.services import Services

Pairs = Sequence[tuple[str, str]]
"""Parameters of an address, in their order."""


def asked_by(services: Services, pairs: Pairs) -> Asked:
    return asked(pairs, services.city, services.last_day, services.default_period)


def scorecards(services: Services, pairs: Pairs, *, scope: Scope) -> Scorecards:
    domains = kpi_board().chosen(_first(pairs, "domain"))
    looked, today = asked_by(services, pairs), services.last_day
    return ask_scorecards(services.engine, domains, looked, today, scope=scope)


def levels_of(services: Services) -> list[str]:
    known = services.city.levels
    return [level for level in LEVELS if level == "department" or level in known]


def league_asked(services: Services, pairs: Pairs) -> LeagueAsked:
    """Raises `UsageError` for a level there is no league table of."""
    known = levels_of(services)
    level = _first(pairs, "level") or known[0]
    refuse_level(level, known)
    metric = _first(pairs, "metric") or kpi_board().league[level][0]
    by_chance = bool(_first(pairs, "chance"))
    return LeagueAsked(level, metric, _first(pairs, "sort") or RANK, by_chance=by_chance)


def league(services: Services, pairs: Pairs, *, scope: Scope) -> LeagueTable:
    wanted = league_asked(services, pairs)
    return ask_league(
        services.engine,
        wanted,
        asked_by(services, pairs),
        services.last_day,
        beside=kpi_board().league[wanted.level],
        scope=scope,
    )


def department(services: Services, code: str, pairs: Pairs, *, scope: Scope) -> Department:
    """Raises `UsageError` for a code the city does not have."""
    layout = kpi_board().department
    return ask_department(
        services.engine,
        services.lister,
        layout,
        asked_by(services, pairs),
        _unit(services, "department", code),
        today=services.last_day,
        metric=_first(pairs, "metric") or layout.place[0],
        scope=scope,
    )


def district(services: Services, code: str, pairs: Pairs, *, scope: Scope) -> District:
    """Raises `UsageError` for a code the city does not have."""
    layout = kpi_board().district
    metric = _first(pairs, "metric") or layout.streets[0]
    level = below(services.city) or "street"
    wanted = LeagueAsked(level, metric, _first(pairs, "sort") or RANK)
    return ask_district(
        services.engine,
        layout,
        asked_by(services, pairs),
        _unit(services, "district", code),
        services.last_day,
        league=wanted,
        scope=scope,
    )


def _unit(services: Services, level: str, code: str) -> Unit:
    services.engine.dimensions.check_codes(level, [code])
    return Unit(level, code)


def _first(pairs: Pairs, name: str) -> str:
    return next((value for key, value in pairs if key == name), "")
