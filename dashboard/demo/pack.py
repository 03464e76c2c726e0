"""Writes the demonstration city: a complete pack, fictional from the first name to the last row."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from dashboard.demo.bulletins import write_bulletins
from dashboard.demo.cases import make_world
from dashboard.demo.counted import CALLS_PER_TICKET, write_calls, write_counts
from dashboard.demo.feeds import LIVE_DAYS, CaseFeed, Span
from dashboard.demo.files import Writer
from dashboard.demo.papers import write_papers
from dashboard.demo.places import make_places
from dashboard.demo.regions import make_regions, write_regions
from dashboard.demo.rhythm import Seasons, WorkingCalendar
from dashboard.demo.service import ServiceFeed
from dashboard.demo.vocabulary import grid_topics, hotline_topics

HOTLINE_SHARE = 0.6
APPLICATION_SHARE = 0.5
"""Applications delivered as single rows, for every incident."""
COUNTED_SHARE = 0.12
"""Applications delivered as daily counts only, for every incident."""


def write_demo(
    folder: Path,
    *,
    until: date,
    incidents: int = 300_000,
    seed: int = 1,
    days: int = 731,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Same arguments, same bytes.

    History covers the `days` before `until`; a week of live feed follows, whose rows become known
    minute by minute.
    """
    tell = progress or _silent
    span = Span(until - timedelta(days=days), until)
    tell("regions")
    regions = make_regions(np.random.default_rng([seed, 1]))
    _clear(folder)
    write_regions(folder, regions)
    write_papers(folder, span.first, until, regions)
    write_bulletins(folder)
    places = make_places(regions, np.random.default_rng([seed, 2]))
    seasons = Seasons(span.first, until + timedelta(days=LIVE_DAYS - 1), seed)
    calendar = WorkingCalendar(span.first - timedelta(days=30), until + timedelta(days=500))
    hotline = round(incidents * HOTLINE_SHARE)
    with Writer(folder / "data") as files:
        for topics, total in ((hotline_topics(), hotline), (grid_topics(), incidents - hotline)):
            rng = np.random.default_rng([seed, 3 if topics.kind == "hotline" else 4])
            world = make_world(topics, seasons, regions, places, rng)
            feed = CaseFeed(world, calendar, span, seed)
            feed.write(total, files, tell)
        service = ServiceFeed(regions, calendar, seasons, span, seed)
        service.write(round(incidents * APPLICATION_SHARE), files, tell)
        write_counts(incidents / days * COUNTED_SHARE, seasons, span, seed, files)
        write_calls(hotline / days * CALLS_PER_TICKET, seasons, span, seed, files)


def _clear(folder: Path) -> None:
    """Takes away what an earlier run wrote, and nothing else."""
    for name in ("data", "regions", "sources", "codes", "bulletins"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _silent(_: str) -> None:
    pass
