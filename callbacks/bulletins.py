"""The list of bulletins; it changes only when something is issued, and is then opened anew."""

from dash.development.base_component import Component

from dashboard.core.errors import DashboardError
from dashboard.reports.archive import archive
from dashboard.reports.loader import read_templates
from dashboard.services import Services
from layouts.bulletins import Template, bulletins_page
from layouts.frame import Frame
from layouts.ids import BULLETINS
from layouts.shell import shell

LATEST = 200
"""Bulletins listed; older ones are found through the API."""


def page(services: Services, frame: Frame) -> Component:
    body = bulletins_page(frame, archive(services, limit=LATEST), _templates(services))
    return shell(frame, body, ids=BULLETINS, version=services.version.version)


def _templates(services: Services) -> list[Template]:
    """Faulty templates are told by `check`; they offer nothing here."""
    try:
        reading = read_templates(services.city, services.engine.catalogue)
    except DashboardError:
        return []
    return list(reading.templates.values())
