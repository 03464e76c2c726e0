"""The only way a number leaves the store."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select

from dashboard.access.scope import Scope
from dashboard.city.model import City
from dashboard.core.values import Grain
from dashboard.metrics.answers import Answers, Found
from dashboard.metrics.cache import AnswerCache
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.compiler import Counted, compile_shared, parameters
from dashboard.metrics.delivery import Delivery
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.local_rules import with_local_rules
from dashboard.metrics.model import Metric, MetricQuery, MetricResult, Target
from dashboard.metrics.plan import Ask, AskKey, Plan, Planner, version_spans
from dashboard.metrics.provisional import Provisional
from dashboard.metrics.settlement import Settling, asked_beside, settling_of, together
from dashboard.metrics.snapshot import steps
from dashboard.store.facts_store import DataVersion, FactsStore

STATEMENTS_AT_ONCE = 4
"""DuckDB spreads a large statement over the cores by itself; several small ones side by side hide
planning and fetching: at ten million incidents a page took two thirds of the time of one by one."""


@dataclass(frozen=True)
class Node:
    """A question as it is answered: by itself, or from others (parts of a score, or the spans of
    time in which different versions of its definition are in force).
    """

    metric: Metric
    query: MetricQuery
    children: "tuple[Node, ...]" = ()
    spliced: bool = False

    @property
    def leaves(self) -> "list[Node]":
        return [leaf for child in self.children for leaf in child.leaves] or [self]


class MetricEngine:
    """Answers questions about one city's facts."""

    def __init__(
        self,
        catalogue: Catalogue,
        city: City,
        store: FactsStore,
        *,
        statements_at_once: int = STATEMENTS_AT_ONCE,
    ) -> None:
        self.catalogue = with_local_rules(catalogue, city)
        self.city = city
        self.dimensions = Dimensions(city)
        self.planner = Planner(self.dimensions, Delivery(city))
        self._answers = Answers(city)
        self._store = store
        self._provisional = Provisional(store)
        self._cache: AnswerCache[MetricResult] = AnswerCache()
        self._settling: AnswerCache[Settling] = AnswerCache(512)
        self._statements = ThreadPoolExecutor(statements_at_once, thread_name_prefix="metric")

    def run(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[MetricResult]:
        """Answers in the order asked; questions that can share a scan do.

        Where facts were committed between two of its statements it asks once more, so that one
        answer speaks of one data version.

        Raises:
            UsageError: Unknown metric, cut, filter or code; the message names the nearest.
        """
        version = self._store.version()
        answers = self._run(queries, scope, version)
        if self._store.version().version == version.version:
            return answers
        return self._run(queries, scope, self._store.version())

    def _run(
        self, queries: Sequence[MetricQuery], scope: Scope, version: DataVersion
    ) -> list[MetricResult]:
        nodes = [self._node(query) for query in queries]
        leaves = [leaf for node in nodes for leaf in node.leaves]
        keys = [self._key(leaf, scope, version) for leaf in leaves]
        found = dict(
            zip(keys, self._cache.many(keys, self._ask(leaves, scope, version)), strict=True)
        )
        return [self._joined(node, found, scope, version) for node in nodes]

    def settling(self, query: MetricQuery, *, scope: Scope) -> Settling:
        return self.settlings([query], scope=scope)[0]

    def settlings(self, queries: Sequence[MetricQuery], *, scope: Scope) -> list[Settling]:
        """For each question, uncut: the band its figure can still take, and the day it settles."""
        version = self._store.version()
        whole = [replace(query, by=()) for query in queries]
        keys = [(self.catalogue.digest, query, scope.key, version.version) for query in whole]

        def count(asked: list[int]) -> dict[int, Settling]:
            found = self._settle([whole[position] for position in asked], scope, version)
            return dict(zip(asked, found, strict=True))

        return self._settling.many(keys, count)

    def statements(self, query: MetricQuery, *, scope: Scope) -> list[Select[Any]]:
        """What `run` would send for this question alone."""
        version = self._store.version()
        leaves = self._node(query).leaves
        asks = [ask for leaf in leaves for ask in self._plan(leaf, version).asks]
        return [self._compile(members, scope) for members in _by_scan(asks).values()]

    def targets(self, metric_id: str) -> tuple[Target, ...]:
        return self._answers.targets(self.catalogue[metric_id])

    def one_at_a_time(self) -> "MetricEngine":
        """The same engine with the answers it knows, for somebody who is in no hurry."""
        quiet = copy(self)
        quiet._statements = ThreadPoolExecutor(1, thread_name_prefix="quiet")  # noqa: SLF001
        return quiet

    def close(self) -> None:
        self._statements.shutdown()

    def _node(self, query: MetricQuery) -> Node:
        newest = self.catalogue[query.metric]
        metric = newest.at(query.period.last)
        self.planner.check(metric, query)
        grain = next((Grain(name) for name in query.by if name in set(Grain)), None)
        if grain is None or not newest.earlier:
            return self._whole(metric, query)
        spans = version_spans(newest, steps(query.period, grain))
        if len(spans) == 1:
            return self._whole(metric, query)
        pieces = tuple(self._whole(one, replace(query, period=days)) for one, days in spans)
        return Node(metric, query, pieces, spliced=True)

    def _whole(self, metric: Metric, query: MetricQuery) -> Node:
        """One version of a definition."""
        parts = tuple(self._node(replace(query, metric=part.id)) for part in metric.parts)
        return Node(metric, query, parts)

    def _key(self, leaf: Node, scope: Scope, version: DataVersion) -> tuple[object, ...]:
        since = leaf.metric.since
        return (self.catalogue.digest, since, leaf.query, scope.key, version.version)

    def _plan(self, leaf: Node, version: DataVersion) -> Plan:
        return self.planner.plan(
            leaf.metric,
            leaf.query,
            self._day(version.as_of),
            provisional=self._provisional.any(version.version),
        )

    def _joined(
        self, node: Node, found: dict[Any, MetricResult], scope: Scope, version: DataVersion
    ) -> MetricResult:
        if not node.children:
            return found[self._key(node, scope, version)]
        parts = [self._joined(child, found, scope, version) for child in node.children]
        if node.spliced:
            return self._answers.spliced(node.metric, node.query, parts)
        return self._answers.score(node.metric, node.query, parts, scope=scope)

    def _ask(self, leaves: Sequence[Node], scope: Scope, version: DataVersion) -> Any:
        def compute(asked: list[int]) -> dict[int, MetricResult]:
            plans = {position: self._plan(leaves[position], version) for position in asked}
            asks = [ask for plan in plans.values() for ask in plan.asks]
            found = self._scan_all(asks, scope, version)
            return {
                position: self._answers.result(
                    plan, [found[ask] for ask in plan.asks], version, scope=scope
                )
                for position, plan in plans.items()
            }

        return compute

    def _scan_all(
        self, asks: Sequence[Ask], scope: Scope, version: DataVersion
    ) -> dict[Ask, Found]:
        waiting: list[tuple[list[Ask], Future[Any]]] = [
            (members, self._statements.submit(self._scan, members, scope, version))
            for members in _by_scan(asks).values()
        ]
        found: dict[Ask, Found] = {}
        for members, future in waiting:
            raw = future.result()
            alone = len({ask.counted.fact.name for ask in members}) == 1
            found |= {ask: Found.of(ask, raw, alone=alone) for ask in members}
        return found

    def _scan(self, asks: list[Ask], scope: Scope, version: DataVersion) -> Sequence[Any]:
        """One statement for all of these."""
        as_of = version.as_of.astimezone(self.city.zone)
        given = parameters(as_of, self.catalogue.parameters, last=asks[0].last)
        return self._store.read(self._compile(asks, scope).params(**given))

    def _compile(self, asks: Sequence[Ask], scope: Scope) -> Select[Any]:
        first = asks[0]
        query = MetricQuery("", first.period, first.by, first.where)
        return compile_shared(
            _each_once([ask.counted for ask in asks]),
            first.day,
            query=query,
            scope=scope,
            dimensions=self.dimensions,
        )

    def _settle(
        self, queries: Sequence[MetricQuery], scope: Scope, version: DataVersion
    ) -> list[Settling]:
        """A score settles when the last of its parts does."""
        asked = [[leaf.query for leaf in self._node(query).leaves] for query in queries]
        results = self.run([query for leaves in asked for query in leaves], scope=scope)
        beside = [asked_beside(self.planner, one.metric, one.query) for one in results]
        found = self._scan_all([ask for asks in beside for ask in asks.values()], scope, version)
        settled = iter(
            settling_of(result, {name: found[ask] for name, ask in asks.items()})
            for result, asks in zip(results, beside, strict=True)
        )
        return [together([next(settled) for _ in leaves]) for leaves in asked]

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(self.city.zone).date()


def _by_scan(asks: Sequence[Ask]) -> dict[AskKey, list[Ask]]:
    """Asks that one statement answers, together."""
    shared: dict[AskKey, list[Ask]] = defaultdict(list)
    for ask in asks:
        shared[ask.key].append(ask)
    return shared


def _each_once(counted: Sequence[Counted]) -> list[Counted]:
    """Two metrics may count the same thing; one of them may want provisional rows beside it."""
    by_label: dict[str, Counted] = {}
    for one in counted:
        known = by_label.get(one.label)
        by_label[one.label] = replace(
            one, beside=one.beside or (known is not None and known.beside)
        )
    return list(by_label.values())
