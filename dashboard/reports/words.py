"""Every word that a bulletin brings along itself, in both languages."""

from types import MappingProxyType

from dashboard.reports.template import Language

WORDS = MappingProxyType(
    {
        # the head
        "issue": ("{year}年第{serial}期", "No. {serial}, {year}"),
        "demonstration": ("演示数据", "Demonstration data"),
        "draft": ("预览稿 未签发", "Draft, not issued"),
        "to": ("报送", "To"),
        # figures
        "metric": ("指标", "Metric"),
        "value": ("数值", "Value"),
        "target": ("目标", "Target"),
        "change": ("环比", "vs. period before"),
        "year_change": ("同比", "vs. year before"),
        "counts": ("分子/分母", "Counts"),
        "graded": ("{figure}·{grade}级", "{figure}, grade {grade}"),
        "no_target": ("未设目标", "no target"),
        "too_few": ("样本不足", "too few cases"),
        "no_data": ("无数据", "no data"),
        "not_delivered": ("来源未提供", "not delivered by the source"),
        "not_due": ("尚未到期", "not due yet"),
        "none": ("无", "none"),
        "nothing": ("—", "—"),
        # changes
        "percent_up": ("增长{size}", "up {size}"),
        "percent_down": ("下降{size}", "down {size}"),
        "points_up": ("上升{size}个百分点", "up {size} percentage points"),
        "points_down": ("下降{size}个百分点", "down {size} percentage points"),
        "absolute_up": ("增加{size}", "up {size}"),
        "absolute_down": ("减少{size}", "down {size}"),
        "even": ("持平", "unchanged"),
        "no_base": ("无可比基数", "no basis for comparison"),
        "points": ("个百分点", "pts"),
        "above": ("高于目标{size}", "{size} above target"),
        "below": ("低于目标{size}", "{size} below target"),
        "on_target": ("与目标持平", "on target"),
        "points_of": ("{size}个百分点", "{size} percentage points"),
        # findings
        "with_figure": ("{name}（{figure}）", "{name} ({figure})"),
        "with_change": ("{name}（{figure}，{change}）", "{name} ({figure}, {change})"),
        "with_target": ("{name}（{figure}，目标{target}）", "{name} ({figure}, target {target})"),
        # tables
        "rank": ("排名", "Rank"),
        "whole_city": ("全市", "Whole city"),
        "not_ranked": (
            "{count}个单位样本不足或无数据，不参与排名：{names}。",
            "Not ranked, with too few cases or no data ({count}): {names}.",
        ),
        "missed_note": ("* 未达到目标。", "* Missed the target."),
        "missed_these": ("* 未达到目标（{targets}）。", "* Missed the target ({targets})."),
        "provisional_note": (
            "† 暂定：部分时限落在日历尚未公布的年份。",
            "† Provisional: some deadlines fall in a year whose calendar is not published yet.",
        ),
        "unsettled": (
            "{name}尚未定：还有{count}件未了结，最终在{low}至{high}之间。",
            "{name} is not settled: {count} cases are open; it ends between {low} and {high}.",
        ),
        "unsettled_until": (
            "{name}尚未定：还有{count}件未了结，最终在{low}至{high}之间，{day}可定。",
            "{name} is not settled before {day}: {count} cases are open; between {low} and {high}.",
        ),
        "more": ("另有{count}个未列出。", "{count} more are not listed."),
        "ungrouped": ("未分组", "In no group"),
        "day": ("日期", "Day"),
        "week": ("周", "Week"),
        "month": ("月份", "Month"),
        "year": ("年份", "Year"),
        "district": ("区", "District"),
        "street": ("街道", "Street"),
        "community": ("社区", "Community"),
        "grid": ("网格", "Grid"),
        "department": ("部门", "Department"),
        "category": ("类别", "Category"),
        "category_2": ("类别", "Category"),
        "category_3": ("类别", "Category"),
        "source": ("来源", "Source"),
        "kind": ("类型", "Kind"),
        "channel": ("渠道", "Channel"),
        "request_type": ("诉求类型", "Request type"),
        "state": ("状态", "State"),
        "urgency": ("紧急程度", "Urgency"),
        # charts
        "this_period": ("本期", "This period"),
        "last_year": ("上年同期", "A year before"),
        "by_day": ("按日", "by day"),
        "by_week": ("按周", "by week"),
        "by_month": ("按月", "by month"),
        "by_year": ("按年", "by year"),
        # the foot
        "about": ("本期说明", "About this issue"),
        "issued_by_unit": ("承办单位", "Issued by"),
        "issued_at": ("签发时间", "Issued at"),
        "period": ("统计时段", "Period"),
        "data": ("数据", "Data"),
        "data_of": ("版本 {version}，截至 {as_of}", "version {version}, as of {as_of}"),
        "late": ("未齐来源", "Incomplete sources"),
        "late_one": ("{name}（至 {to}）", "{name} (to {to})"),
        "never": ("从未到达", "never arrived"),
        "definitions": ("口径版本", "Definitions"),
        "number": ("编号", "Number"),
        "seal": ("校验值 SHA-256", "Seal SHA-256"),
        "seal_note": (
            "校验值由本期全部数字（含分子、分母）的存档内容算得，存档不可改动；更正以“勘误”另行印发。",
            (
                "The seal is computed over the archive: every figure with its numerator and"
                " denominator. The archive is never changed; corrections are issued as errata."
            ),
        ),
        "page": ("第 {page} 页 共 {pages} 页", "Page {page} of {pages}"),
        # errata
        "erratum": ("勘误", "Erratum"),
        "erratum_of": ("关于《{title}》{issue}的更正", "Correction of “{title}”, {issue}"),
        "erratum_serial": ("勘误第{serial}号", "Erratum no. {serial}"),
        "erratum_text": (
            "《{title}》{issue}（编号 {number}，统计时段 {period}）中下列数字更正如下。",
            (
                "The following figures of “{title}”, {issue} (number {number}, period {period}) are"
                " corrected."
            ),
        ),
        "reason": ("更正原因：{reason}", "Reason: {reason}"),
        "signed": ("经办人：{who}", "Corrected by: {who}"),
        "scope": ("范围", "Scope"),
        "before": ("原数值", "Before"),
        "after": ("更正后", "After"),
        "absent": ("未列", "not listed"),
        "corrected": ("更正的数字", "Corrected figures"),
        "seal_of": ("被勘误通报校验值", "Seal of the corrected issue"),
        "erratum_note": (
            "原通报存档不变；本通知与原通报一并保存，并有自己的校验值。",
            (
                "The corrected issue stays in the archive unchanged; this erratum is kept beside it"
                " and has a seal of its own."
            ),
        ),
    }
)
"""Key → Chinese, English."""


def words(key: str, language: Language, **parts: object) -> str:
    zh, en = WORDS[key]
    return (en if language == "en" else zh).format(**parts)
