"""Figures that two paths tell differently: said in the header of every page until they agree."""

from dash import html
from dash.development.base_component import Component

from dashboard.metrics.watch import Alarm
from layouts.frame import Frame

PATHS = {
    "figure": "told_by_page",
    "fresh": "told_anew",
    "table": "told_by_table",
    "list": "told_by_list",
    "export": "told_by_export",
    "api": "told_by_api",
}
"""Path of the consistency check → the word for it."""

PARTS = {
    "numerator": "numerator",
    "denominator": "denominator",
    "value": "value",
    "state": "state",
}


def alarm_light(frame: Frame) -> list[Component]:
    """One line that opens to what each path says; nothing while all figures agree."""
    if not frame.alarms:
        return []
    head = f"{frame.text('figures_differ')}: {len(frame.alarms)}"
    said = [html.P(_sentence(frame, alarm)) for alarm in frame.alarms]
    return [
        html.Details(
            [
                html.Summary([html.I(className="dot"), head], className="light is-late"),
                html.Div(
                    [*said, html.P(frame.text("do_not_quote"))], className="choices all-lights"
                ),
            ],
            className="popover",
            title=frame.text("do_not_quote"),
        )
    ]


def _sentence(frame: Frame, alarm: Alarm) -> str:
    query, difference = alarm.question.query, alarm.difference
    codes = [frame.name_of(name, code) for name, some in query.where for code in some]
    about = frame.joined([frame.period(query.period), *codes, frame.text(PARTS[difference.part])])
    told = [f"{frame.text(PATHS[path])} {said}" for path, said in difference.told.items()]
    name, said = frame.metric_name(alarm.metric), frame.listed(told)
    return f"{name} ({about}): {said}" if frame.language == "en" else f"{name}（{about}）：{said}"
