"""What a bulletin says and how it is drawn: words, HTML, Word file, charts."""

import ast
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.values import FigureState, Grain, Period, Ratio, parse_day
from dashboard.metrics.catalogue import Catalogue
from dashboard.metrics.comparison import Change
from dashboard.metrics.model import MetricRow
from dashboard.reports.compose import numeral
from dashboard.reports.content import canonical, corrected, differences, digest, flat
from dashboard.reports.curve import Axis, svg
from dashboard.reports.document import (
    Cell,
    Curve,
    Document,
    Grid,
    Heading,
    Line,
    Paragraph,
    as_json,
    from_json,
)
from dashboard.reports.findings import outstanding
from dashboard.reports.page import page
from dashboard.reports.template import Language
from dashboard.reports.voice import Voice
from dashboard.reports.word import docx as word_file
from dashboard.reports.words import WORDS

ROOT = Path(__file__).parents[2]
CATALOGUE = Catalogue.load()
RATE, COUNT = CATALOGUE["hotline.on_time_rate"], CATALOGUE["hotline.received_count"]
HOURS = CATALOGUE["hotline.closing_hours_median"]
AT = datetime(2026, 10, 20, 4, 15, tzinfo=UTC)
SEAL = "ab" * 32


def voice(language: Language) -> Voice:
    return Voice(language, lambda _, code: f"«{code}»")


def row(value: str | None, above: int = 0, below: int | None = None) -> MetricRow:
    state = FigureState.OK if value else FigureState.TOO_FEW
    under = None if below is None else Decimal(below)
    return MetricRow({}, Ratio(Decimal(above), under), Decimal(value) if value else None, state)


DOCUMENT = Document(
    language="zh",
    title="城市运行日报",
    issue="2026年第1期",
    unit="运行<中心>",
    date="2026年10月20日",
    period="2026年10月19日",
    to="各部门",
    marks=("演示数据",),
    blocks=(
        Heading("一、总体情况"),
        Paragraph('受理<b>12</b>件 & "其他"'),
        Grid(
            "各区",
            ("区", "按时办结率（%）"),
            tuple((Cell(f"区{n}"), Cell(f"{n}.0*", "missed")) for n in range(80)),
            (1,),
            (50, 50),
            ("* 未达到目标。",),
        ),
        Curve(
            "受理量",
            "件",
            ("10-17", "10-18", "10-19"),
            (Line("本期", ("10", None, "30")), Line("上年同期", ("5", "6", "7"))),
            "20",
            "目标",
        ),
    ),
    about=(("编号", "daily-2026-001"),),
    note="存档不可改动。",
    number="daily-2026-001",
)


@pytest.mark.parametrize(
    ("language", "change", "said", "short"),
    [
        ("zh", Change("percent", Decimal("6.2")), "增长6.2%", "+6.2%"),
        ("zh", Change("percent", Decimal("-1234.5")), "下降1,234.5%", "−1,234.5%"),
        ("zh", Change("percent", Decimal(0)), "持平", "持平"),
        ("zh", Change("percent", None), "无可比基数", "—"),
        ("en", Change("percent", Decimal("-6.2")), "down 6.2%", "−6.2%"),
        ("en", Change("percent", None), "no basis for comparison", "—"),
    ],
)
def test_a_change_is_said_with_its_direction(
    language: Language, change: Change, said: str, short: str
) -> None:
    assert voice(language).change(COUNT, change) == said
    assert voice(language).signed(COUNT, change) == short


def test_a_rate_changes_in_points_and_a_duration_in_its_unit() -> None:
    up, down = Change("points", Decimal("1.2")), Change("absolute", Decimal("-2.5"))
    assert voice("zh").change(RATE, up) == "上升1.2个百分点"
    assert voice("en").change(RATE, up) == "up 1.2 percentage points"
    assert voice("zh").signed(RATE, up) == "+1.2个百分点"
    assert voice("zh").change(HOURS, down) == "减少2.5小时"


def test_a_figure_has_its_unit_and_a_state_is_said_in_words() -> None:
    assert voice("zh").figure(RATE, row("93.35", 934, 1000)) == "93.4%"
    assert voice("zh").figure(COUNT, row("1204", 1204)) == "1,204件"
    assert voice("en").figure(COUNT, row("1204", 1204)) == "1,204"
    assert voice("en").figure(HOURS, row("12.44", 30)) == "12.4 h"
    assert voice("zh").figure(RATE, row(None, 3, 4)) == "样本不足"
    assert voice("zh").counts(row("93.35", 1934, 2000)) == "1,934/2,000"


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("95.44", "高于目标0.4个百分点", "0.4 percentage points above target"),
        ("94.04", "低于目标1.0个百分点", "1.0 percentage points below target"),
        ("95.04", "与目标持平", "on target"),
        (None, "样本不足", "too few cases"),
    ],
)
def test_the_gap_is_that_of_the_figures_people_see(value: str | None, zh: str, en: str) -> None:
    assert voice("zh").gap(RATE, row(value), Decimal(95)) == zh
    assert voice("en").gap(RATE, row(value), Decimal(95)) == en


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        ("2026-11-20..2026-11-20", "2026年11月20日", "20 Nov 2026"),
        ("2026-11-01..2026-11-30", "2026年11月", "Nov 2026"),
        ("2026-11-16..2026-11-22", "2026年11月16日至22日", "16–22 Nov 2026"),
        ("2026-10-19..2026-11-18", "2026年10月19日至11月18日", "19 Oct – 18 Nov 2026"),
        ("2025-12-19..2026-01-18", "2025年12月19日至2026年1月18日", "19 Dec 2025 – 18 Jan 2026"),
    ],
)
def test_days_are_said_no_longer_than_they_must(days: str, zh: str, en: str) -> None:
    first, _, last = days.partition("..")
    period = Period(parse_day(first, ""), parse_day(last, ""))
    assert voice("zh").period(period) == zh
    assert voice("en").period(period) == en


def test_steps_of_time_have_names() -> None:
    assert voice("zh").step(Grain.DAY, "2026-11-09") == "11月9日"
    assert voice("zh").step(Grain.WEEK, "2026-W46") == "11月9日至11月15日"
    assert voice("en").step(Grain.MONTH, "2026-11") == "Nov 2026"
    assert voice("zh").name("department", "U1") == "«U1»"


def test_headings_are_counted_in_chinese() -> None:
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)] == [
        "一", "九", "十", "十一", "二十", "二十一", "九十九",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "most", "count"),
    [
        ([1, 2, 3, 4], 3, 3),
        ([1, 2, 2, 4], 2, 3),  # a shared place stands together
        ([1, 2, 3, 3, 3, 3], 3, 2),  # or, where too many share it, not at all
        ([1, 1, 1, 1, 1, 1], 3, 0),  # nobody stands out
        ([1, 1], 1, 2),
        ([], 3, 0),
    ],
)
def test_those_who_share_a_place_are_named_together_or_not_at_all(
    taken: list[int], most: int, count: int
) -> None:
    assert outstanding(taken, most) == count


def test_a_document_comes_back_from_json_as_it_was() -> None:
    assert from_json(json.loads(canonical(as_json(DOCUMENT)))) == DOCUMENT


def test_the_page_asks_for_nothing_and_escapes_everything() -> None:
    html = page(DOCUMENT, SEAL)
    assert not re.search(r"https?:|src=|url\(|@import|<script|<link", html)
    assert "default-src 'none'" in html
    assert "受理&lt;b&gt;12&lt;/b&gt;件 &amp; &quot;其他&quot;" in html
    assert "运行&lt;中心&gt;" in html
    assert SEAL in html
    assert "daily-2026-001" in html
    assert '<html lang="zh-CN">' in html


def test_a_mark_cannot_break_out_of_the_style_sheet() -> None:
    evil = '"; } body { display: none } </style><script>alert(1)</script>\\'
    html = page(DOCUMENT.__class__(**{**vars(DOCUMENT), "title": evil, "marks": (evil,)}), SEAL)
    style = html.partition("<style>")[2].partition("</style>")[0]
    assert "<script" not in html
    assert "\\22 ; }" in style
    assert html.count("</style>") == 1


def test_the_heading_of_a_table_is_marked_as_one() -> None:
    html = page(DOCUMENT, SEAL)
    assert html.count("<thead>") == 1
    assert html.count('<th scope="col"') == 2
    assert "table-header-group" in html


def test_the_word_file_repeats_headings_and_declares_chinese_faces() -> None:
    word = docx.Document(BytesIO(word_file(DOCUMENT, SEAL, AT)))
    [table] = word.tables
    assert [cell.text for cell in table.rows[0].cells] == ["区", "按时办结率（%）"]
    assert [cell.text for cell in table.rows[80].cells] == ["区79", "79.0*"]
    heading = table.rows[0]._tr.get_or_add_trPr()
    assert heading.find(qn("w:tblHeader")) is not None
    for run in word.element.iter(qn("w:r")):
        fonts = [f.get(qn("w:eastAsia")) for f in run.iter(qn("w:rFonts"))]
        assert all(fonts), run.xml
    normal = word.styles["Normal"].element.rPr.rFonts
    assert normal.get(qn("w:eastAsia")) == "仿宋"
    everything = "\n".join(p.text for p in word.paragraphs)
    assert '受理<b>12</b>件 & "其他"' in everything
    assert SEAL in everything


def test_every_page_of_the_word_file_says_that_it_is_a_demonstration() -> None:
    [section] = docx.Document(BytesIO(word_file(DOCUMENT, SEAL, AT))).sections
    assert section.header.paragraphs[0].text == "演示数据"
    assert "daily-2026-001" in section.footer.paragraphs[0].text
    assert {f.get(qn("w:instr")) for f in section.footer._element.iter(qn("w:fldSimple"))} == {
        "PAGE", "NUMPAGES",
    }  # fmt: skip


def test_the_properties_of_a_paragraph_stand_in_the_order_of_the_schema() -> None:
    """Word refuses a file in which they do not."""
    order = ["pStyle", "keepNext", "pBdr", "tabs", "spacing", "ind", "jc", "rPr"]
    word = docx.Document(BytesIO(word_file(DOCUMENT, SEAL, AT)))
    for properties in word.element.iter(qn("w:pPr")):
        names = [child.tag.partition("}")[2] for child in properties]
        known = [order.index(name) for name in names if name in order]
        assert known == sorted(known), names


def test_the_chart_of_the_word_file_holds_the_printed_values() -> None:
    word = docx.Document(BytesIO(word_file(DOCUMENT, SEAL, AT)))
    [part] = [p for p in word.part.package.iter_parts() if "/charts/" in str(p.partname)]
    chart = ET.fromstring(part.blob)  # noqa: S314 - made a line above
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    series = chart.findall(".//c:ser", space)
    assert [s.findtext("c:tx/c:v", namespaces=space) for s in series] == [
        "本期",
        "上年同期",
        "目标",
    ]
    points = series[0].findall("c:val//c:pt", space)
    assert [(p.get("idx"), p.findtext("c:v", namespaces=space)) for p in points] == [
        ("0", "10"), ("2", "30"),
    ]  # fmt: skip


def test_a_gap_in_the_figures_is_a_gap_in_the_line() -> None:
    curve = DOCUMENT.blocks[3]
    assert isinstance(curve, Curve)
    drawing = ET.fromstring(svg(curve))  # noqa: S314 - made by us
    paths = [p.get("d", "") for p in drawing.iter("path") if p.get("fill") == "none"]
    assert [path.count("M") for path in paths] == [1, 2]  # a year before, then this period
    assert drawing.get("aria-label") == "受理量（件）"
    assert svg(Curve("空", "件", ("a", "b", "c"), (Line("本期", (None, None, None)),))) == ""


printed = st.decimals(-(10**6), 10**6, places=2).map(float)


@given(st.lists(printed, min_size=1), st.booleans())
def test_every_value_lies_within_the_axis(values: list[float], from_zero: bool) -> None:  # noqa: FBT001 - drawn
    axis = Axis.over(values, from_zero=from_zero)
    slack = 1e-9 * max(map(abs, values)) + 1e-9
    assert axis.low - slack <= min(values)
    assert max(values) <= axis.high + slack
    assert axis.low < axis.high
    assert len(axis.ticks) <= 12


answers = st.lists(
    st.builds(
        lambda metric, day, rows: {
            "metric": metric,
            "query": {"from": day, "to": day, "by": [], "where": {}},
            "rows": [{"group": {"district": g}, "value": v} for g, v in rows.items()],
        },
        st.sampled_from(["a.b_count", "c.d_rate"]),
        st.sampled_from(["2026-10-01", "2026-10-02"]),
        st.dictionaries(st.sampled_from("XYZ"), st.sampled_from(["1", "2", None])),
    ),
    max_size=4,
    unique_by=lambda answer: (answer["metric"], canonical(answer["query"])),
)


@given(answers, answers)
def test_what_is_in_force_after_an_erratum_is_what_the_figures_are(
    before: list[Mapping[str, object]], after: list[Mapping[str, object]]
) -> None:
    then, now = flat(before), flat(after)
    changes = [difference.told() for difference in differences(then, now)]
    assert corrected(then, changes) == now
    assert differences(corrected(then, changes), now) == []


def test_the_seal_is_what_sha256sum_says_of_the_content() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical({"b": 1, "a": ["件", None]}) == '{"a":["件",null],"b":1}'


def test_every_word_has_both_languages_and_is_used() -> None:
    assert [key for key, (zh, en) in WORDS.items() if not zh.strip() or not en.strip()] == []
    written = {
        node.value
        for path in (ROOT / "dashboard" / "reports").glob("*.py")
        if path.name != "words.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    made = {
        *(state.value for state in FigureState if state is not FigureState.OK),
        *(f"by_{grain}" for grain in Grain),
        *(f"{kind}_{way}" for kind in ("percent", "points", "absolute") for way in ("up", "down")),
    }
    cuts = {cut for metric in CATALOGUE for cut in metric.cuts}
    assert WORDS.keys() - written - made - cuts == set()
    assert made - WORDS.keys() == set()
    named = set(Grain) | {"district", "street", "community", "department", "category"}
    assert named - WORDS.keys() == set()
