"""[sections] of a template, held against the catalogue and the codes of the city."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dashboard.city.files import Table
from dashboard.city.model import City
from dashboard.core.errors import UsageError, did_you_mean
from dashboard.core.values import Grain
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.model import Metric, Where, filters
from dashboard.reports.grammar import JUDGED, Ask, GrammarError, Text, asks, parse
from dashboard.reports.template import ChartSpec, Section, TableSpec

STEPS = {Grain.DAY: 30, Grain.WEEK: 12, Grain.MONTH: 13, Grain.YEAR: 5}
MOST_STEPS = 60
MOST_COLUMNS = 5
"""Of a table on an upright page."""

_SECTION = ("title", "text", "where", "figures", "table", "chart")
_TABLE = ("title", "metrics", "by", "rank", "top", "change", "total", "groups")
_CHART = ("title", "metric", "by", "steps")


@dataclass(frozen=True)
class Known:
    """What the names in a template are held against."""

    city: City
    catalogue: Catalogue

    @cached_property
    def dimensions(self) -> Dimensions:
        return Dimensions(self.city)

    def metric(self, name: str, table: Table, key: str) -> Metric | None:
        if name in self.catalogue:
            return self.catalogue[name]
        problem = f"There is no metric `{name}`."
        table.faults.add(table.at(key), problem, did_you_mean(name, self.catalogue.ids))
        return None

    def check_cut(self, metric: Metric, by: str, table: Table, key: str) -> None:
        if by not in metric.cuts:
            problem = f"`{metric.id}` cannot be cut by `{by}`."
            table.faults.add(table.at(key), problem, did_you_mean(by, metric.cuts))

    def check_where(self, metric: Metric, where: Where, table: Table, key: str) -> None:
        allowed = [cut for cut in metric.cuts if cut not in set(Grain)]
        for name, codes in where:
            if name not in allowed:
                problem = f"`{metric.id}` cannot be filtered by `{name}`."
                table.faults.add(table.at(key), problem, did_you_mean(name, allowed))
                continue
            try:
                self.dimensions.check_codes(name, codes)
            except UsageError as error:
                table.faults.add(table.at(key), error.problem, error.fix)


def read_sections(sections: Table, known: Known) -> tuple[Section, ...]:
    if sections.given and not sections.entries:
        fix = "add [sections.overview] with text, figures, a table or a chart"
        sections.faults.add(sections.where, "The bulletin has no section.", fix)
    return tuple(_section(sections.table(name), name, known) for name in sections.entries)


def _section(section: Table, name: str, known: Known) -> Section:
    section.only(*_SECTION)
    where = _where(section)
    found = Section(
        name=name,
        title=section.text("title", ""),
        text=_text(section, where, known),
        where=where,
        figures=_figures(section, where, known),
        table=_table(section.table("table"), where, known) if "table" in section.entries else None,
        chart=_chart(section.table("chart"), where, known) if "chart" in section.entries else None,
    )
    if not (found.text or found.figures or found.table or found.chart):
        fix = "add text, figures, a table or a chart"
        section.faults.add(section.where, "The section says nothing.", fix)
    return found


def _where(section: Table) -> Where:
    if "where" not in section.entries:
        return ()
    given: Mapping[str, Any] = section.table("where").entries
    fix = 'write where = { district = "…" } or where = { district = ["…", "…"] }'
    found: dict[str, list[str]] = {}
    for name, codes in given.items():
        texts = [codes] if isinstance(codes, str) else codes
        if not isinstance(texts, list) or not texts or not _all_texts(texts):
            section.faults.add(section.at("where"), f"`{name}` must name codes.", fix)
        else:
            found[name] = texts
    return filters(found)


def _all_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) and value for value in values)


def _text(section: Table, where: Where, known: Known) -> Text:
    def tell(error: GrammarError) -> None:
        section.faults.add(section.at("text"), error.problem, error.fix)

    text = parse(section.text("text", ""), tell)
    for ask in asks(text):
        _check_ask(ask, where, section, known)
    return text


def _check_ask(ask: Ask, where: Where, section: Table, known: Known) -> None:
    metric = known.metric(ask.metric, section, "text")
    if metric is None:
        return
    if ask.by:
        known.check_cut(metric, ask.by, section, "text")
    known.check_where(metric, where + ask.where, section, "text")
    if ask.verb in JUDGED and metric.direction == "neutral":
        problem = f"`{metric.id}` is neither good nor bad, so nothing is `{ask.verb}`."
        section.faults.add(section.at("text"), problem, "use largest, smallest, rise or fall")


def _figures(section: Table, where: Where, known: Known) -> tuple[str, ...]:
    return _metrics(section, "figures", where, known)


def _metrics(table: Table, key: str, where: Where, known: Known) -> tuple[str, ...]:
    names = table.texts(key, ())
    found = []
    for name in names:
        metric = known.metric(name, table, key)
        if metric is not None:
            known.check_where(metric, where, table, key)
            found.append(name)
    if len(set(names)) < len(names):
        table.faults.add(table.at(key), "A metric stands there twice.", "name each once")
    return tuple(found)


def _table(table: Table, where: Where, known: Known) -> TableSpec:
    table.only(*_TABLE)
    by = table.text("by", example="district")
    metrics = _metrics(table, "metrics", where, known)
    if not table.entries.get("metrics"):
        fix = 'add metrics = ["hotline.on_time_rate"]'
        table.faults.add(table.at("metrics"), "The table has no metrics.", fix)
    for name in metrics:
        known.check_cut(known.catalogue[name], by, table, "by")
    spec = TableSpec(
        metrics=metrics,
        by=by,
        title=table.text("title", ""),
        rank=table.text("rank", ""),
        top=_number(table, "top", 0, 500),
        change=table.flag("change"),
        total=table.flag("total"),
        groups=table.flag("groups"),
    )
    _check_table(table, spec, known)
    return spec


def _check_table(table: Table, spec: TableSpec, known: Known) -> None:
    if spec.rank and spec.rank not in spec.metrics:
        fix = did_you_mean(spec.rank, spec.metrics)
        problem = f"The table is ranked by `{spec.rank}`, which it does not show."
        table.faults.add(table.at("rank"), problem, fix)
    for key, given in (("top", spec.top), ("groups", spec.groups)):
        if given and not spec.rank:
            fix = 'add rank = "…", one of the metrics'
            table.faults.add(table.at(key), f"`{key}` needs a ranking.", fix)
    if spec.groups and spec.total:
        fix = "remove one of them"
        table.faults.add(table.at("total"), "Tables by group have no line of the whole.", fix)
    grouped = {group.dimension for group in known.city.groups.values()}
    if spec.groups and spec.by not in grouped:
        fix = f"add the groups to groups.csv, or remove `groups`; grouped now: {sorted(grouped)}"
        table.faults.add(table.at("groups"), f"The pack has no groups of `{spec.by}`.", fix)
    columns = len(spec.metrics) * (2 if spec.change else 1)
    if columns > MOST_COLUMNS:
        problem = f"{columns} columns of figures do not fit an upright page."
        table.faults.add(
            table.at("metrics"), problem, f"show {MOST_COLUMNS}, in two tables or more"
        )


def _chart(table: Table, where: Where, known: Known) -> ChartSpec:
    table.only(*_CHART)
    name = table.text("metric", example="hotline.received_count")
    metric = known.metric(name, table, "metric") if name else None
    if metric is not None:
        known.check_where(metric, where, table, "metric")
    grain = _grain(table)
    steps = _number(table, "steps", STEPS[grain], MOST_STEPS)
    if steps < 3:
        table.faults.add(table.at("steps"), f"{steps} steps are no trend.", "take 3 or more")
    return ChartSpec(name, grain, steps, table.text("title", ""))


def _grain(table: Table) -> Grain:
    given = table.text("by", "day")
    if given not in set(Grain):
        problem = f"A trend has no steps of `{given}`."
        table.faults.add(table.at("by"), problem, did_you_mean(given, [*Grain]))
        return Grain.DAY
    return Grain(given)


def _number(table: Table, key: str, default: int, most: int) -> int:
    given = table.entries.get(key, default)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= most:
        return given
    table.faults.add(table.at(key), f"`{key}` must be a number.", f"write {key} = 1, up to {most}")
    return default
