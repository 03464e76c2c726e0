"""Turns lives into the rows a hotline or a grid centre would export, as known at some instant."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.demo.cases import World
from dashboard.demo.ledger import Ledger
from dashboard.demo.lives import EVENTS, NEVER, Case, Codes, Life
from dashboard.demo.posts import Crew
from dashboard.demo.rhythm import DAY, EPOCH, Seconds
from dashboard.demo.vocabulary import departments
from dashboard.demo.words import instants, join, masked, words_of, yes_no

HOTLINE_STATES = {
    "created": "已受理",
    "dispatched": "待签收",
    "returned": "退单",
    "redispatched": "待签收",
    "returned_again": "退单",
    "redispatched_again": "待签收",
    "signed": "办理中",
    "suspended": "挂账",
    "resumed": "办理中",
    "extended": "办理中",
    "first_reply": "已回复",
    "rework": "重办中",
    "replied": "已回复",
    "followed_up": "回访中",
    "closed": "已办结",
}
GRID_STATES = {
    "created": "上报",
    "filed": "已立案",
    "dispatched": "已派遣",
    "returned": "退回",
    "redispatched": "已派遣",
    "returned_again": "退回",
    "redispatched_again": "已派遣",
    "signed": "处置中",
    "suspended": "缓办",
    "resumed": "处置中",
    "extended": "处置中",
    "first_reply": "待核查",
    "rework": "返工",
    "replied": "待核查",
    "closed": "结案",
}
ENDINGS = ("", "直接答复", "作废", "不予受理", "自行处置", "不予立案")
CHANNELS = {
    "hotline": ("电话", "网站", "微信", "APP", "110转办", "上级转办"),
    "grid": ("巡查上报", "公众上报", "视频抓拍", "物联感知", "督查"),
}
REQUESTS = ("咨询", "求助", "投诉", "举报", "建议", "表扬")
URGENCIES = ("一般", "紧急", "特急")
ANSWERS = ("满意", "基本满意", "不满意")
REASONS = ("", "不合理诉求", "司法程序中", "超出政府职责", "重复诉求", "不可抗力")
OPENINGS = ("市民反映：", "来电人称：", "来电反映：")
CLOSINGS = ("，希望尽快处理。", "，请相关部门核实。", "，已持续数日，盼回复。", "。")
FOUND = ("巡查发现：", "现场上报：")


@dataclass(frozen=True)
class CaseNumbers:
    """The number of each case, and that of the earlier case about the same matter."""

    own: pa.Array
    earlier: pa.Array

    def at(self, index: Codes) -> "CaseNumbers":
        return CaseNumbers(self.own.take(pa.array(index)), self.earlier.take(pa.array(index)))


@dataclass(frozen=True)
class Texts:
    """Words that rows are put together from."""

    place: pa.Array
    community: pa.Array
    phrase: pa.Array
    grid_code: pa.Array
    department: pa.Array

    @classmethod
    def of(cls, world: World) -> "Texts":
        levels = world.regions.levels
        at = levels["community"].names
        return cls(
            pa.array(world.places.address),
            pa.array([at[i] for i in world.regions.community.tolist()]),
            pa.array(world.topics.phrases),
            pa.array(levels["grid"].codes),
            pa.array([row["name"] for row in departments()]),
        )


class Export:
    """Rows of one kind; call with the lives, the cases and one instant a row."""

    def __init__(self, world: World, crew: Crew | None) -> None:
        self.world, self.texts = world, Texts.of(world)
        self.hotline = world.topics.kind == "hotline"
        self.ledger = Ledger(crew, world.topics.conditions.codes) if crew else None
        self.states = HOTLINE_STATES if self.hotline else GRID_STATES

    def numbers(self, case: Case) -> pa.Array:
        """YZ2611210000123: the day and a running number on it."""
        day, where = np.unique(case.created // DAY, return_inverse=True)
        stamp = np.array(
            [
                int((np.datetime64(EPOCH) + n).astype(str).replace("-", "")[2:])
                for n in day.tolist()
            ],
            dtype=np.int64,
        )[where]
        number = stamp * 10_000_000 + case.serial
        return join([pa.scalar("YZ" if self.hotline else "AJ"), pa.array(number).cast(pa.string())])

    def rows(self, case: Case, life: Life, numbers: CaseNumbers, now: Seconds) -> pa.Table:
        """What the export says of each case at its own instant `now`."""
        head = "工单" if self.hotline else "案卷"
        state, changed = self._state(life, now)
        columns: dict[str, object] = {f"{head}编号": numbers.own, f"{head}状态": state}
        columns |= self._times(life, now)
        columns |= self._assignment(life, now)
        columns |= self._subject(case, life)
        columns |= self._counted(life, now)
        if self.ledger:
            columns |= self.ledger.columns(life, now)
        else:
            columns["重复工单号"] = numbers.earlier
            columns |= self._outcome(life, now)
        columns["更新时间"] = instants(changed)
        return pa.table(columns)

    def _state(self, life: Life, now: Seconds) -> tuple[pa.Array, Seconds]:
        words = [*dict.fromkeys(self.states.values()), *ENDINGS[1:]]
        state = np.zeros(len(now), dtype=np.int64)
        changed = life.created
        for event in EVENTS:
            if event in self.states:
                at = getattr(life, event)
                known = at <= now
                state = np.where(known, words.index(self.states[event]), state)
                changed = np.where(known, at, changed)
        over = life.ended <= now
        ending = np.array([0, *(words.index(word) for word in ENDINGS[1:])])[life.ending]
        state = np.where(over, ending, state)
        return words_of(words, state), np.where(over, life.ended, changed)

    def _times(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        shown = (
            {
                "来电时间": life.created,
                "派单时间": life.dispatched,
                "签收时间": life.signed,
                "办结时间": np.where(life.replied <= now, life.replied, NEVER),
                "回访时间": life.followed_up,
                "结案时间": self._closed(life),
            }
            if self.hotline
            else {
                "上报时间": life.created,
                "立案时间": life.filed,
                "派遣时间": life.dispatched,
                "接件时间": life.signed,
                "处置反馈时间": life.replied,
                "结案时间": self._closed(life),
            }
        )
        made = {name: instants(np.where(at <= now, at, NEVER)) for name, at in shown.items()}
        return made | self._limits(life, now)

    def _limits(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        """A second dispatch gives a second limit for signing. Deadlines of grid cases follow from
        the limits of the pack: the centre does not deliver them.
        """
        sent = life.dispatched
        for again in (life.redispatched, life.redispatched_again):
            sent = np.where(again <= now, again, sent)
        limits = {
            "签收时限" if self.hotline else "接件时限": sent + life.signing,
        }
        if self.hotline:
            limits["办理时限"] = _due(life, now)
        known = life.dispatched <= now
        return {name: instants(np.where(known, at, NEVER)) for name, at in limits.items()}

    def _closed(self, life: Life) -> Seconds:
        done = np.isin(life.ending, (1, 4))
        return np.where(done, life.ended, life.closed)

    def _assignment(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        at = np.where(
            life.redispatched_again <= now,
            life.department,
            np.where(life.redispatched <= now, self._middle(life), life.first_department),
        )
        sent = life.dispatched <= now
        unit = pc.take(self.texts.department, masked(at, sent))
        first = pc.take(self.texts.department, masked(life.first_department, sent))
        if not self.hotline:
            return {"处置部门": unit, "首派部门": first}
        lead = words_of(["", "（牵头）"], (life.urgency > 0).astype(np.int64))
        return {"承办单位": join([unit, lead]), "首派单位": first}

    def _middle(self, life: Life) -> Codes:
        return np.where(life.returned_again < NEVER, life.second_department, life.department)

    def _subject(self, case: Case, life: Life) -> dict[str, pa.Array]:
        topics, texts, places = self.world.topics, self.texts, self.world.places
        which = topics.phrase_first[case.topic] + case.serial % topics.phrase_count[case.topic]
        address, phrase = pc.take(texts.place, case.place), pc.take(texts.phrase, which)
        start = words_of(
            OPENINGS if self.hotline else FOUND, case.place % (3 if self.hotline else 2)
        )
        end = words_of(
            CLOSINGS if self.hotline else ("。",),
            case.created % len(CLOSINGS) if self.hotline else case.created * 0,
        )
        channel = words_of(CHANNELS[topics.kind], life.channel)
        made = {
            "单元网格编码": pc.take(texts.grid_code, case.grid),
            "地址": address,
            "经度": pc.take(pa.array(places.lon), case.place),
            "纬度": pc.take(pa.array(places.lat), case.place),
            "诉求分类" if self.hotline else "案件代码": words_of(topics.codes, case.topic),
            "来源渠道": channel,
            "紧急程度": words_of(URGENCIES, life.urgency),
            "标题": join([pc.take(texts.community, case.grid), phrase]),
            "内容": join([start, address, phrase, end]),
        }
        if self.hotline:
            made["诉求类型"] = words_of(REQUESTS, life.request)
        return made

    def _counted(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        heads = ("退回", "返工", "延期", "缓办")
        if self.hotline:
            heads = ("退单", "重办", "延期", "挂账")
        counts = (
            (life.returned <= now).astype(np.int8) + (life.returned_again <= now),
            *((at <= now).astype(np.int8) for at in (life.rework, life.extended, life.suspended)),
        )
        return {f"{head}次数": pa.array(count) for head, count in zip(heads, counts, strict=True)}

    def _outcome(self, life: Life, now: Seconds) -> dict[str, pa.Array]:
        asked = life.followed_up <= now
        told = asked & life.reached
        out = (life.excluded > 0) & (life.closed <= now)
        return {
            "是否按时联系": yes_no(life.in_time, life.signed <= now),
            "是否解决": yes_no(life.solved, told),
            "满意度": words_of([*ANSWERS, "未评价"], np.where(told, life.answer, 3), asked),
            "是否剔除": yes_no(out, np.ones(len(now), dtype=bool)),
            "剔除原因": words_of(REASONS, np.where(out, life.excluded, 0), out),
        }


def _due(life: Life, now: Seconds) -> Seconds:
    """The deadline as it stands at an instant: put off while it waited, then extended."""
    due = np.where(life.resumed <= now, life.due_resumed.closing, life.due.closing)
    return np.asarray(np.where(life.extended <= now, life.due_extended.closing, due))
