"""Words of the workbooks of KPI pages, and figures as cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.api.workbook import Number, Value
from dashboard.city.model import City, Group
from dashboard.core.values import FigureState, Period
from dashboard.metrics.comparison import Change, Standing
from dashboard.metrics.dimensions import Dimensions
from dashboard.metrics.model import Metric, MetricResult, MetricRow

WORDS: dict[str, tuple[str, str]] = {
    "kpi": ("指标记分卡", "KPI scorecards"),
    "parts": ("综合得分构成", "Parts of scores"),
    "curves": ("走势", "Curves"),
    "place": ("同组名次", "Place among peers"),
    "volumes": ("工作量与时钟", "Volumes and clocks"),
    "categories": ("类别", "Categories"),
    "waiting": ("等待最久", "Longest waiting"),
    "flow": ("退单流向", "Returns in and out"),
    "months": ("逐月", "Month by month"),
    "departments": ("在此办件的部门", "Departments at work here"),
    "definitions": ("口径", "Definitions"),
    "domain": ("领域", "Domain"),
    "metric": ("指标", "Figure"),
    "id": ("标识", "Id"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "grade": ("等级", "Grade"),
    "standing": ("达标情况", "Standing"),
    "met": ("达标", "Met"),
    "near": ("接近", "Near"),
    "missed": ("未达标", "Missed"),
    "target": ("目标", "Target"),
    "numerator": ("分子", "Numerator"),
    "denominator": ("分母", "Denominator"),
    "before": ("环比", "Change"),
    "year_before": ("同比", "Year on year"),
    "change_unit": ("变化单位", "Unit of change"),
    "points": ("百分点", "percentage points"),
    "band_low": ("暂定下限", "May still fall to"),
    "band_high": ("暂定上限", "May still rise to"),
    "settles_on": ("定值日", "Settles on"),
    "why_none": ("无数值原因", "Why no figure"),
    "too_few": ("样本不足", "Too few cases"),
    "no_data": ("无数据", "No data"),
    "not_delivered": ("来源未提供", "Not delivered by the source"),
    "not_due": ("尚未到期", "Not due yet"),
    "score": ("综合得分", "Score"),
    "part": ("分项", "Part"),
    "earned": ("得分", "Points earned"),
    "most": ("满分", "Out of"),
    "group": ("组", "Group"),
    "rank": ("名次", "Rank"),
    "of": ("参与排名", "Ranked"),
    "tied": ("并列", "Tied"),
    "yes": ("是", "yes"),
    "code": ("编码", "Code"),
    "district": ("区", "District"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
    "department": ("部门", "Department"),
    "category": ("类别", "Category"),
    "low": ("95% 区间下限", "95% interval from"),
    "high": ("95% 区间上限", "95% interval to"),
    "median": ("同组中位数", "Peers' median"),
    "quarter_low": ("同组下四分位", "Peers' lower quarter"),
    "quarter_high": ("同组上四分位", "Peers' upper quarter"),
    "step": ("时段", "Step"),
    "direction": ("流向", "Direction"),
    "came_in": ("退转而来", "Came in by return"),
    "went_out": ("退转而去", "Left by return"),
    "number": ("编号", "Number"),
    "source": ("来源", "Source"),
    "title": ("标题", "Title"),
    "received_at": ("受理时间", "Received"),
    "due_at": ("办理时限", "Deadline"),
    "state": ("状态", "State"),
    "formula": ("公式", "Formula"),
    "exclusions": ("剔除", "Left out"),
    "standard": ("依据", "Standard"),
    "status": ("状态", "Status"),
    "period": ("时段", "Period"),
    "target_source": ("目标依据", "Source of the target"),
    "owner": ("负责", "Owner"),
    "data_version": ("数据版本", "Data version"),
    "complete_to": ("数据完整至", "Data complete to"),
    "demonstration": ("演示数据", "Demonstration data"),
    "to": ("至", "to"),
}


@dataclass(frozen=True)
class Voice:
    """One language: words, names of codes, and figures with what explains them."""

    language: str
    city: City
    dimensions: Dimensions

    def word(self, key: str) -> str:
        return WORDS[key][1 if self.language == "en" else 0]

    def words(self, keys: Sequence[str]) -> list[str]:
        return [self.word(key) for key in keys]

    def pick(self, zh: str, en: str) -> str:
        return (en or zh) if self.language == "en" else (zh or en)

    def name(self, dimension: str, code: str) -> str:
        return self.dimensions.name(dimension, code, self.language)

    def metric(self, metric: Metric) -> str:
        return self.pick(metric.name, metric.name_en)

    def unit(self, metric: Metric) -> str:
        return metric.unit_en if self.language == "en" else metric.unit

    def group(self, group: Group | None) -> str:
        return "" if group is None else self.pick(group.name, group.name_en)

    def days(self, period: Period) -> str:
        return f"{period.first} {self.word('to')} {period.last}"

    def standing(self, standing: Standing | None) -> str:
        return self.word(standing) if standing else ""

    def state(self, row: MetricRow) -> str:
        return "" if row.state is FigureState.OK else self.word(row.state.value)

    def change_unit(self, metric: Metric, change: Change | None) -> str:
        if change is None or change.value is None:
            return ""
        if change.kind == "percent":
            return "%"
        return self.word("points") if change.kind == "points" else self.unit(metric)


def shown(metric: Metric, row: MetricRow | None) -> Value:
    """The figure as printed, or an empty cell."""
    if row is None or row.value is None:
        return None
    return Number(metric.shown(row.value), metric.decimals)


def figure_cells(
    voice: Voice, result: MetricResult, row: MetricRow, standing: Standing | None
) -> list[Value]:
    """What every table says of a figure first: name, id, value, unit, grade, standing, target,
    numerator, denominator.
    """
    metric = result.metric
    return [
        voice.metric(metric),
        metric.id,
        shown(metric, row),
        voice.unit(metric),
        row.grade or None,
        voice.standing(standing) or None,
        target(result),
        amount(row.ratio.numerator),
        amount(row.ratio.denominator),
    ]


def amount(value: Decimal | None) -> Value:
    if value is None:
        return None
    whole = value == value.to_integral_value()
    return Number(value, 0 if whole else 2)


def changed(change: Change | None) -> Value:
    if change is None or change.value is None:
        return None
    exponent = change.value.as_tuple().exponent
    return Number(change.value, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def target(result: MetricResult | None) -> Value:
    return None if result is None or result.target is None else amount(result.target.value)


def rounded_to(metric: Metric, value: Decimal | None) -> Value:
    return None if value is None else Number(metric.shown(value), metric.decimals)
