"""Care of the fact file: fold its log in, keep late rows apart."""

import logging

from sqlalchemy.exc import DBAPIError

from dashboard.services import Services

log = logging.getLogger(__name__)


def arrange(services: Services) -> None:
    """At night: rows that became late during the day go behind all others."""
    if services.facts.arrange():
        checkpoint(services)


def checkpoint(services: Services) -> None:
    """Not possible while an export reads; then the next hour will do."""
    try:
        services.facts.checkpoint()
    except DBAPIError as busy:
        log.info("no checkpoint now: %s", busy)
