"""How figures are counted: one module a population, one function a measure."""

from dashboard.metrics.facts.applications import APPLICATIONS
from dashboard.metrics.facts.base import Fact, Measure
from dashboard.metrics.facts.grid_events import GRID_EVENTS
from dashboard.metrics.facts.incidents import INCIDENTS
from dashboard.metrics.facts.reviews import REVIEWS
from dashboard.metrics.facts.tickets import TICKETS

FACTS: dict[str, Fact] = {
    fact.name: fact for fact in (INCIDENTS, TICKETS, GRID_EVENTS, APPLICATIONS, REVIEWS)
}

__all__ = ["FACTS", "Fact", "Measure"]
