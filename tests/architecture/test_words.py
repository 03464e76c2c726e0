"""Every word on the screen stands in one place, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dashboard.boards.view import DRILL
from dashboard.core.states import STATES
from dashboard.core.values import FigureState
from layouts.text import TEXT

REPOSITORY = Path(__file__).parent.parent.parent
CJK = re.compile(r"[\u4e00-\u9fff]")
MADE = (
    *(state.value for state in FigureState if state is not FigureState.OK),
    *DRILL,
    "theme_dark",
    "theme_light",
)
"""Keys that a page makes from a value."""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("layouts", "callbacks"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            if path.name != "text.py":
                yield path, ast.parse(path.read_text("utf-8"))


def test_every_word_has_both_languages() -> None:
    assert [key for key, (zh, en) in TEXT.items() if not zh.strip() or not en.strip()] == []


def test_the_english_words_are_english_and_the_chinese_ones_chinese() -> None:
    switch = {"language"}  # names the other language, in that language
    assert [k for k, (_, en) in TEXT.items() if CJK.search(en) and k not in switch] == []


def test_every_word_a_page_asks_for_is_there() -> None:
    asked = {
        node.args[0].value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "text"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(asked) > 50
    assert asked - TEXT.keys() == set()
    assert set(MADE) - TEXT.keys() == set()


def test_no_word_is_left_over() -> None:
    written = {
        node.value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    steps = {key for key in TEXT if key.startswith("step_")}
    assert TEXT.keys() - written - set(MADE) - steps == set()


def test_every_state_of_an_incident_has_both_languages() -> None:
    assert all(zh and en for zh, en in STATES.values())
