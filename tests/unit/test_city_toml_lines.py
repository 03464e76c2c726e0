"""Faults in TOML files name the line, whatever way the file is written."""

import pytest

from dashboard.city.toml_lines import lines_of, with_line

TEXT = """\
# format = 1
format = 1
[city]  # [not] this
zone = "Asia/Shanghai"
levels = [
  "city",
]
text = "a = 1"
[ systems . "gb 1" ]
'name' = "x"
connector.type = "csv"
[[lists]]
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("format", 2),
        ("[city]", 3),
        ("[city] zone", 4),
        ("[city] levels", 5),
        ("[city] text", 8),
        ("[city] absent", 3),
        ("[systems] [gb 1]", None),
        ("[systems] [gb] name", None),
        ("absent", None),
    ],
)
def test_a_key_has_the_line_it_stands_on_or_that_of_its_table(where: str, line: int | None) -> None:
    at = f"city.toml, line {line} {where}" if line else f"city.toml {where}"
    assert with_line(f"city.toml {where}", {"city.toml": lines_of(TEXT)}) == at


def test_quoted_dotted_and_listed_names_are_read() -> None:
    lines = lines_of(TEXT)
    assert lines["systems", "gb 1"] == 9
    assert lines["systems", "gb 1", "name"] == 10
    assert lines["systems", "gb 1", "connector", "type"] == 11
    assert lines["lists",] == 12


def test_a_place_in_another_file_is_left_as_it_is() -> None:
    assert with_line("regions.csv, line 3", {"city.toml": lines_of(TEXT)}) == "regions.csv, line 3"
