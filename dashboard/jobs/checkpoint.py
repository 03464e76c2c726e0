"""Fold the log of the facts into their file."""

import logging

from sqlalchemy.exc import DBAPIError

from dashboard.services import Services

log = logging.getLogger(__name__)


def checkpoint(services: Services) -> None:
    """Not possible while an export reads; then the next hour will do."""
    try:
        services.facts.checkpoint()
    except DBAPIError as busy:
        log.info("no checkpoint now: %s", busy)
