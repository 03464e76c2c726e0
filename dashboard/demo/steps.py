"""The steps in the lives of tickets and grid events, as their own feed."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.demo.lives import EVENTS, NEVER, Codes, Life
from dashboard.demo.rhythm import Seconds
from dashboard.demo.vocabulary import departments
from dashboard.demo.words import instants, words_of

ACTIONS = {
    "created": "受理",
    "filed": "立案",
    "dispatched": "派单",
    "returned": "退单",
    "redispatched": "派单",
    "returned_again": "退单",
    "redispatched_again": "派单",
    "signed": "签收",
    "suspended": "挂账",
    "resumed": "恢复",
    "extended": "延期",
    "first_reply": "回复",
    "rework": "重办",
    "replied": "回复",
    "followed_up": "回访",
    "closed": "结案",
}
BY_UNIT = frozenset(
    {"returned", "returned_again", "signed", "suspended", "extended", "first_reply", "replied"}
)
REASONS = {
    "returned": "不属于本单位职责",
    "returned_again": "职责有交叉，建议由主管部门办理",
    "suspended": "需待施工季节或资金落实",
    "extended": "需多个单位配合，申请延期",
    "rework": "回访未解决",
}
CENTRE = "指挥中心"


@dataclass(frozen=True)
class Steps:
    """Steps in order of time: whose, which, when."""

    row: Codes
    event: Codes
    at: Seconds

    def between(self, first: int, last: int) -> "Steps":
        low, high = np.searchsorted(self.at, (first, last))
        return Steps(self.row[low:high], self.event[low:high], self.at[low:high])


def steps_of(life: Life) -> Steps:
    row, event, at = [], [], []
    for number, name in enumerate(EVENTS):
        when = getattr(life, name)
        happened = np.flatnonzero(when < NEVER)
        row.append(happened)
        event.append(np.full(len(happened), number))
        at.append(when[happened])
    rows, events, ats = np.concatenate(row), np.concatenate(event), np.concatenate(at)
    order = np.lexsort((rows, events, ats))
    return Steps(rows[order], events[order], ats[order])


def step_rows(steps: Steps, life: Life, number: pa.Array, codes: "tuple[str, ...]") -> pa.Table:
    """The feed's rows; `codes` name the events as steps of the file (01, 02 …)."""
    own = pc.take(number, pa.array(steps.row))
    units = pa.array([CENTRE, *(row["name"] for row in departments())])
    by_unit = np.array([name in BY_UNIT for name in EVENTS])[steps.event]
    sending = np.isin(steps.event, [EVENTS.index(name) for name in EVENTS if "dispatched" in name])
    holder = _holder(steps, life)
    acting = np.where(by_unit, holder + 1, 0)
    target = pa.array(np.where(by_unit, 0, holder + 1), mask=~(sending | by_unit))
    reasons = [REASONS.get(name, "") for name in EVENTS]
    why = np.array([bool(reason) for reason in reasons])[steps.event]
    return pa.table(
        {
            "步骤编号": pc.binary_join_element_wise(own, words_of(codes, steps.event), "-"),
            "编号": own,
            "操作时间": instants(steps.at),
            "环节": words_of([ACTIONS[name] for name in EVENTS], steps.event),
            "操作单位": pc.take(units, pa.array(acting)),
            "接收单位": pc.take(units, target),
            "原因": words_of(reasons, steps.event, why),
        }
    )


def _holder(steps: Steps, life: Life) -> NDArray[np.int64]:
    """The unit that has the matter at that step."""
    first = life.first_department[steps.row]
    final = life.department[steps.row]
    middle = np.where(
        life.returned_again[steps.row] < NEVER, life.second_department[steps.row], final
    )
    early = np.isin(steps.event, [EVENTS.index("dispatched"), EVENTS.index("returned")])
    between = np.isin(steps.event, [EVENTS.index("redispatched"), EVENTS.index("returned_again")])
    return np.where(early, first, np.where(between, middle, final))
