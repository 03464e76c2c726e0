"""The grammar of a bulletin's text: what can be written, and what is refused with a way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.reports.grammar import (
    FINDINGS,
    SPANS,
    VERBS,
    Ask,
    GrammarError,
    Verdicts,
    Word,
    parse,
    placeholder,
)

RATE = "hotline.on_time_rate"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("period", Word("period")),
        (" city ", Word("city")),
        ("missed", Verdicts("missed")),
        ("missed | or 全部达标", Verdicts("missed", "全部达标")),
        (RATE, Ask(RATE)),
        (f"{RATE}|change", Ask(RATE, "change")),
        (f"{RATE} | number | or 暂无", Ask(RATE, "number", otherwise="暂无")),
        (f"{RATE} over year_to_date", Ask(RATE, over="year_to_date")),
        (f"{RATE} by district | best", Ask(RATE, "best", "district", most=1)),
        (f"{RATE} by district | worst 3", Ask(RATE, "worst", "district", most=3)),
        (f"{RATE} by district | missed", Ask(RATE, "missed", "district")),
        (
            f"{RATE} by district | missed 2 | or",
            Ask(RATE, "missed", "district", most=2, otherwise=""),
        ),
        (
            f"{RATE} where department=U2,U1 kind=hotline",
            Ask(RATE, where=(("department", ("U1", "U2")), ("kind", ("hotline",)))),
        ),
        (
            f"{RATE} by street where district=D1 over before | largest 2",
            Ask(RATE, "largest", "street", "before", (("district", ("D1",)),), 2),
        ),
    ],
)
def test_what_can_be_written(written: str, meant: object) -> None:
    assert placeholder(written) == meant


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("perid", "did you mean `period`?"),
        ("period | change", "write {period}"),
        (f"{RATE} | chnage", "did you mean `change`?"),
        (f"{RATE} | best", "known: change"),
        (f"{RATE} by district", "known: best"),
        (f"{RATE} by district | change", "known: best"),
        (f"{RATE} by district | bst", "did you mean `best`?"),
        (f"{RATE} by district | best 0", "take 1 to 99"),
        (f"{RATE} by district | best 3 4", "take 1 to 99"),
        (f"{RATE} | change 3", "take 1 to 99"),
        (f"{RATE} over year_bfore", "did you mean `year_before`?"),
        (f"{RATE} oer district", "did you mean `over`?"),
        (f"{RATE} by", "write {hotline.on_time_rate by district | best 3}"),
        (f"{RATE} by district street | best", "write {hotline.on_time_rate by district | best 3}"),
        (f"{RATE} where district", "write where DIM=CODE"),
        (f"{RATE} | change | number", "write {hotline.on_time_rate by district | best 3}"),
        (f"{RATE} over before | change", "leave out `over before`"),
        ("__import__('os')", "known: as_of"),
        ("''.__class__", "write {hotline.on_time_rate"),
    ],
)
def test_what_cannot_is_told_with_a_way_out(written: str, fix: str) -> None:
    with pytest.raises(GrammarError) as caught:
        placeholder(written)
    assert fix in caught.value.fix
    assert caught.value.problem


def test_paragraphs_stand_apart_by_a_blank_line_and_braces_can_be_meant() -> None:
    text = parse("第一段\n续行 {period}。\n\nSecond {{one}}\nand more\n\n\n")
    assert text == (("第一段续行", Word("period"), "。"), ("Second {one} and more",))


def test_no_blank_is_left_between_chinese_and_a_figure() -> None:
    assert parse("受理 {city.received_count} 件，\n{period}") == (
        ("受理", Ask("city.received_count"), "件，", Word("period")),
    )
    [english] = parse("Received {city.received_count} in\n{period}.")
    assert english[0::2] == ("Received ", " in ", ".")


@pytest.mark.parametrize("text", ["{period", "period}", "{a{b}c}", "{"])
def test_a_brace_that_stands_alone_is_refused(text: str) -> None:
    with pytest.raises(GrammarError, match=r"brace|word"):
        parse(text)


def test_every_unreadable_placeholder_is_told_not_only_the_first() -> None:
    heard: list[GrammarError] = []
    assert parse("甲{nonsense}乙{period}丙{a.b | c}", heard.append) == (
        ("甲", "乙", Word("period"), "丙"),
    )
    assert len(heard) == 2


@given(
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_characters="{}\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
        ),
        min_size=1,
    )
)
def test_text_without_braces_is_said_as_it_is(text: str) -> None:
    assert "".join(str(part) for paragraph in parse(text) for part in paragraph) == text.strip()


@given(st.text())
def test_whatever_is_written_is_read_or_refused_and_nothing_is_run(text: str) -> None:
    heard: list[GrammarError] = []
    for paragraph in parse(text, heard.append):
        assert all(isinstance(part, str | Word | Verdicts | Ask) for part in paragraph)
    assert all(error.problem and error.fix for error in heard)


def test_every_verb_span_and_finding_can_be_written() -> None:
    for verb in VERBS:
        assert placeholder(f"{RATE} | {verb}") == Ask(RATE, verb)
    for finding in FINDINGS:
        assert isinstance(placeholder(f"{RATE} by district | {finding} 2"), Ask)
    for span in SPANS:
        assert placeholder(f"{RATE} over {span}") == Ask(RATE, over=span)
