"""Ask the same figures by every path, now and then, and raise an alarm where two of them differ."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event

from dashboard.access.scope import Scope
from dashboard.api.parameters import Given
from dashboard.api.v1_metrics import metric_figures
from dashboard.metrics.consistency import Path, Paths, Said, difference, plain
from dashboard.metrics.engine import MetricEngine
from dashboard.metrics.sampling import sample
from dashboard.metrics.watch import Alarm, Difference, Question
from dashboard.services import Services

log = logging.getLogger(__name__)

FIGURES = 24
"""Of one round; what stands on the pages between two rounds is far more, so the dice go on."""

REST = 9
"""Times as long as a figure took to ask: the check never takes more than a tenth of a core."""

TRIES = 3
SURE = 2
"""A difference counts once it was seen twice, without new facts between the paths."""


def check_figures(services: Services, stop: Event) -> None:
    """One round: figures under alarm first, then others, drawn by version of the data."""
    watch, version = services.watch, services.version.version
    seed = f"{version}:{watch.rounds}"
    known = [alarm.question for alarm in watch.alarms]
    drawn = sample(
        list(services.engine.catalogue),
        services.engine.dimensions,
        services.last_day,
        seed,
        FIGURES,
    )
    with paths_of(services) as paths:
        for question in (*known, *drawn):
            began = time.monotonic()
            _check_safely(services, paths, question)
            if stop.wait(REST * (time.monotonic() - began)):
                return
    watch.rounds += 1


def check_figure(
    services: Services, paths: Mapping[str, Path], question: Question
) -> Difference | None:
    """Ask one figure on all paths; note or end its alarm.

    Returns what differs, None where nothing does or where facts kept arriving.
    """
    seen = 0
    for _ in range(TRIES):
        version = services.version.version
        found = difference({name: path(question) for name, path in paths.items()})
        if services.version.version != version:
            continue
        services.watch.asked += 1
        if found is None:
            _end(services, question)
            return None
        seen += 1
        if seen == SURE:
            _raise(services, question, found, version)
            return found
    return None


@contextmanager
def paths_of(services: Services) -> Iterator[Mapping[str, Path]]:
    """Every path of the running product, one statement at a time."""
    running = services.engine.one_at_a_time()
    fresh = MetricEngine(services.catalogue, services.city, services.facts, statements_at_once=1)
    scope = Scope.whole_city()
    try:
        paths = Paths(running, fresh, services.lister, scope).all()
        yield {**paths, "api": lambda question: _api(services, question, scope)}
    finally:
        running.close()
        fresh.close()


def _api(services: Services, question: Question, scope: Scope) -> Said:
    """What the address of this figure answers."""
    query = question.query
    pairs = [("from", str(query.period.first)), ("to", str(query.period.last))]
    pairs += [(name, code) for name, codes in query.where for code in codes]
    [row] = metric_figures(services, query.metric, Given(tuple(pairs)), scope)["rows"]
    said = {
        name: plain(row[name]) for name in ("numerator", "denominator") if row[name] is not None
    }
    said["state"] = row["state"]
    return said if row["value"] is None else said | {"value": row["value"]}


def _check_safely(services: Services, paths: Mapping[str, Path], question: Question) -> None:
    """A path that fails says nothing about the others, and must not end the round."""
    try:
        check_figure(services, paths, question)
    except Exception:
        log.exception("consistency check: %s could not be asked", question)


def _raise(services: Services, question: Question, found: Difference, version: int) -> None:
    metric = services.engine.catalogue[question.query.metric]
    if services.watch.alarm(Alarm(metric, question, found, version, services.clock())):
        log.error("figures differ: %s: %s (data version %s)", question, found, version)


def _end(services: Services, question: Question) -> None:
    if services.watch.clear(question):
        log.warning("figures agree again: %s", question)
