"""Why a figure moved: its change against the period before, part by part, adding up as shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.boards.overview import category_cut
from dashboard.boards.view import View
from dashboard.city.model import City
from dashboard.core.values import Ratio
from dashboard.metrics.arithmetic import ONE, quotient, rounded
from dashboard.metrics.decomposition import adding_up, by_code, decompose
from dashboard.metrics.dimensions import CATEGORY_LEVELS
from dashboard.metrics.model import PER, SCALE, Metric, MetricQuery, MetricResult, MetricRow, Where

NAMED = 6
"""Parts that are named at most; what the others did together is one line."""

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Moved:
    """What one part did to the change. `then` or `now` is None where the part has no cases."""

    key: str
    effect: Decimal
    now: MetricRow | None
    then: MetricRow | None


@dataclass(frozen=True)
class Movement:
    """The change by one cut: Σ effects of `parts` + `others` = `total` = `now` − `then`.

    All as shown, with `decimals`. `mix` and `performance` sum to the same total; both are None for
    an amount, which has no mix.
    """

    cut: str
    result: MetricResult
    decimals: int
    then: Decimal
    now: Decimal
    total: Decimal
    mix: Decimal | None
    performance: Decimal | None
    parts: tuple[Moved, ...]
    others: int
    others_effect: Decimal


def cuts_of(city: City, metric: Metric, query: MetricQuery) -> tuple[str, ...]:
    """Region below the one in view, category below the one filtered to, department: those that the
    figure can be split by and that leave more than one part.
    """
    given = dict(query.where)
    wanted = (
        View(query.period, query.where, metric.id).child_level(city),
        _category_below(city, query.where),
        None if len(given.get("department", ())) == 1 else "department",
    )
    splits = metric.adds_up and metric.comparable
    return tuple(cut for cut in wanted if splits and cut in metric.cuts)


def _category_below(city: City, where: Where) -> str | None:
    named = [code for name, codes in where if name in CATEGORY_LEVELS for code in codes]
    if not named:
        return category_cut(city)
    known = [city.categories[code].depth for code in named if code in city.categories]
    depth = max(known, default=len(CATEGORY_LEVELS))
    deeper = any(category.depth > depth for category in city.categories.values())
    return CATEGORY_LEVELS[depth] if deeper and depth < len(CATEGORY_LEVELS) else None


def movement(cut: str, now: MetricResult, then: MetricResult) -> Movement | None:
    """None where one of the periods has no figure, or the parts do not make up the whole.

    Args:
        now: Cut by `cut`, as `then`, which is the same of the period before.
    """
    metric = now.metric
    ratios = by_code(now.rows, cut), by_code(then.rows, cut)
    scale, per = SCALE.get(metric.form, ONE), PER.get(metric.form, ONE)
    found = decompose(*ratios, scale=scale / per)
    if found is None or len(found.parts) < 2:
        return None
    decimals = metric.decimals if metric.is_amount else metric.decimals + 1
    ends = [rounded(_whole(of, scale, per), decimals) for of in ratios]
    total = ends[0] - ends[1]
    named, rest = found.parts[:NAMED], found.parts[NAMED:]
    effects = [part.total for part in named]
    if rest:
        effects.append(sum((part.total for part in rest), _ZERO))
    shown = adding_up(effects, total, decimals)
    shares = (
        None if metric.is_amount else adding_up([found.mix, found.performance], total, decimals)
    )
    rows = [_by_key(result.rows, cut) for result in (now, then)]
    parts = tuple(
        Moved(part.key, effect, rows[0].get(part.key), rows[1].get(part.key))
        for part, effect in zip(named, shown[: len(named)], strict=True)
        if effect
    )
    return Movement(
        cut,
        now,
        decimals,
        then=ends[1],
        now=ends[0],
        total=total,
        mix=shares[0] if shares else None,
        performance=shares[1] if shares else None,
        parts=parts,
        others=len(found.parts) - len(parts),
        others_effect=shown[-1] if rest else _ZERO,
    )


def whole_of(result: MetricResult, cut: str) -> Ratio:
    """All parts of a cut answer together."""
    return _sum(by_code(result.rows, cut).values())


def _whole(parts: Mapping[str, Ratio], scale: Decimal, per: Decimal) -> Decimal:
    """The figure of all parts together, divided once."""
    whole = _sum(parts.values())
    if whole.denominator is None:
        return whole.numerator
    return quotient(whole.numerator, whole.denominator * per, scale) or _ZERO


def _sum(ratios: Iterable[Ratio]) -> Ratio:
    ratios = list(ratios)
    start = Ratio(_ZERO, None if any(one.denominator is None for one in ratios) else _ZERO)
    return sum(ratios, start)


def _by_key(rows: Sequence[MetricRow], cut: str) -> dict[str, MetricRow]:
    return {row.group[cut]: row for row in rows}
