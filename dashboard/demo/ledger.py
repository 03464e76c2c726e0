"""What only the grid centre keeps: why a case was filed, who did it, what of it was in time."""

import numpy as np
import pyarrow as pa

from dashboard.demo.lives import Flags, Life
from dashboard.demo.posts import Crew
from dashboard.demo.rhythm import Seconds
from dashboard.demo.words import words_of, yes_no


class Ledger:
    """Columns beside those that the hotline has too."""

    def __init__(self, crew: Crew, conditions: list[str]) -> None:
        self.crew, self.conditions = crew, conditions

    def columns(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        duty = life.duty
        if duty is None:
            raise ValueError("a case of the grid centre without anybody on duty")
        filed, sent = life.filed <= now, life.dispatched <= now
        decided = filed | (life.ended <= now)
        at_once: Flags = np.ones(len(now), np.bool_)
        return {
            "立案条件": words_of(self.conditions, life.condition, filed),
            "监督员": words_of(self.crew.supervisors, duty.supervisor, at_once),
            "受理员": words_of(self.crew.acceptors, duty.acceptor, at_once),
            "值班长": words_of(self.crew.leaders, duty.leader, filed),
            "派遣员": words_of(self.crew.dispatchers, duty.dispatcher, sent),
            "按时核实": yes_no(duty.verified, decided & duty.public),
            "按时立案": yes_no(duty.filed, filed),
            "按时派遣": yes_no(duty.dispatched, sent),
            "按时核查": yes_no(duty.checked, life.closed <= now),
            "有效上报": yes_no(duty.valid, decided & duty.patrol),
            "是否漏报": yes_no(duty.omitted, filed),
        }
