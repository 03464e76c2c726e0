"""How figures are counted: one module a population, one function a measure."""

from dashboard.metrics.facts.applications import APPLICATIONS
from dashboard.metrics.facts.base import LIMITS, PARAMETERS, Fact, Measure
from dashboard.metrics.facts.calls import CALLS
from dashboard.metrics.facts.deliveries import DELIVERIES
from dashboard.metrics.facts.filings import FILINGS
from dashboard.metrics.facts.grid_events import GRID_EVENTS
from dashboard.metrics.facts.incidents import INCIDENTS
from dashboard.metrics.facts.quality import QUALITY
from dashboard.metrics.facts.reviews import REVIEWS
from dashboard.metrics.facts.tickets import TICKETS

FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        INCIDENTS,
        TICKETS,
        CALLS,
        GRID_EVENTS,
        FILINGS,
        APPLICATIONS,
        REVIEWS,
        DELIVERIES,
        QUALITY,
    )
}

__all__ = ["FACTS", "LIMITS", "PARAMETERS", "Fact", "Measure"]
