"""Templates of the pack: a good one is read whole, every fault is told with its place."""

from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path

import pytest

from dashboard.core.errors import PackError, UsageError
from dashboard.core.values import Grain
from dashboard.demo.bulletins import TEMPLATES
from dashboard.metrics.catalogue import Catalogue
from dashboard.reports.grammar import FINDINGS, SPANS, VERBS, WORDS, parse
from dashboard.reports.loader import template_named
from dashboard.reports.schedule import Schedule
from dashboard.reports.template import PERIOD_OF, ChartSpec, TableSpec
from tests.bulletins import FULL, HEAD, pack, read

TABLE = '[sections.a.table]\nby = "district"\nmetrics = ["hotline.on_time_rate"]\n'
WIDE = '["hotline.on_time_rate", "hotline.return_rate", "hotline.response_rate"]'
SAYS = HEAD + '[sections.a]\ntext = "{period}"\n'


def test_a_good_template_is_read_whole(tmp_path: Path) -> None:
    reading = read(tmp_path, FULL)
    assert reading.faults == ()
    daily = reading.templates["daily"]
    assert (daily.kind, daily.period, daily.language) == ("daily", "yesterday", "zh")
    assert (daily.schedule, daily.wait) == (Schedule(time(8, 30)), timedelta(hours=2))
    overview, districts = daily.sections
    assert overview.figures == (
        "hotline.received_count",
        "hotline.on_time_rate",
        "city.closing_hours_median",
    )
    assert overview.chart == ChartSpec("hotline.received_count", Grain.DAY, 10)
    assert districts.table == TableSpec(
        ("hotline.on_time_rate", "hotline.received_count"),
        "district",
        "各区办理",
        rank="hotline.on_time_rate",
        change=True,
        total=True,
    )
    assert daily.listed == tuple((metric, ()) for metric in overview.figures)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_templates_of_the_demonstration_name_only_what_there_is(
    path: Path, tmp_path: Path
) -> None:
    """Groups alone are of the pack that they come with."""
    text = path.read_text("utf-8").replace("groups = true", "")
    reading = read(tmp_path, text, path.stem)
    assert reading.faults == ()
    assert reading.templates[path.stem].schedule is not None


@pytest.mark.parametrize(
    ("template", "where", "problem", "fix"),
    [
        (SAYS.replace('"daily"', '"dayly"'), "line 5 kind", "no kind", "did you mean `daily`?"),
        (SAYS.replace("format = 1", "format = 2"), "format", "not known", "format = 1"),
        (SAYS.replace('unit = "运行中心"', ""), "unit", "`unit` is missing", "add unit"),
        (SAYS.replace("08:30", "8:30"), "line 6 at", "`8:30`", 'at = "08:30"'),
        (SAYS.replace("to =", 'on = "mondy"\nto ='), "line 8 on", "mondy", "mean `monday`?"),
        (SAYS.replace("to =", "on = 32\nto ="), "line 8 on", "32", "1 to 31"),
        (SAYS.replace('at = "08:30"', "on = 1"), "line 6 on", "no schedule", "at ="),
        (SAYS.replace("to =", 'period = "this_month"\nto ='), "line 8 period", "not over", "last_"),
        (SAYS.replace("to =", 'period = "lastmonth"\nto ='), "line 8 period", "no period",
         "did you mean `last_month`?"),
        (SAYS.replace("to =", 'wait = "soon"\nto ='), "line 8 wait", "`soon`", "90m"),
        (SAYS.replace("to =", 'language = "fr"\nto ='), "line 8 language", "`fr`", "zh"),
        (SAYS.replace("to =", "tittle = 1\nto ="), "line 8 tittle", "no key", "mean `title`"),
        (SAYS.replace('"daily"', '"by_hand"'), "line 6 at", "needs a period", "name a period"),
        (HEAD, "[sections]", "missing", "add a table [sections]"),
        (HEAD + "[sections]", "[sections]", "no section", "sections.overview"),
        (HEAD + '[sections.a]\ntitle = "空"', "line 9 [sections] [a]", "says nothing", "add text"),
        (HEAD + '[sections.a]\ntext = "{hotline.ontime_rate}"', "line 10 [sections] [a] text",
         "no metric `hotline.ontime_rate`", "did you mean `hotline.on_time_rate`?"),
        (HEAD + '[sections.a]\ntext = "{hotline.on_time_rate by distrct | best}"',
         "line 10 [sections] [a] text", "cannot be cut", "did you mean `district`?"),
        (HEAD + '[sections.a]\ntext = "{hotline.on_time_rate where district=D9}"',
         "line 10 [sections] [a] text", "no district `D9`", "did you mean `D2`?"),
        (HEAD + '[sections.a]\ntext = "{service.praise_rate where category=x:01}"',
         "line 10 [sections] [a] text", "cannot be filtered", ""),
        (HEAD + '[sections.a]\ntext = "{hotline.received_count by district | best}"',
         "line 10 [sections] [a] text", "neither good nor bad", "largest"),
        (HEAD + '[sections.a]\ntext = "{period"', "line 10 [sections] [a] text", "brace", "close"),
        (HEAD + '[sections.a]\nfigures = ["hotline.nothing"]', "line 10 [sections] [a] figures",
         "no metric", ""),
        (HEAD + '[sections.a]\nwhere = { district = "D7" }\nfigures = ["hotline.on_time_rate"]',
         "line 11 [sections] [a] figures", "no district `D7`", "did you mean"),
        (HEAD + "[sections.a]\nwhere = { district = 1 }\ntext = '{period}'",
         "line 10 [sections] [a] where", "must name codes", "district"),
        (HEAD + '[sections.a.table]\nby = "district"', "[table] metrics", "no metrics",
         "add metrics"),
        (HEAD + '[sections.a.table]\nby = "distict"\nmetrics = ["hotline.on_time_rate"]',
         "line 10 [sections] [a] [table] by", "cannot be cut", "did you mean `district`?"),
        (HEAD + TABLE + 'rank = "hotline.return_rate"', "line 12 [sections] [a] [table] rank",
         "does not show", ""),
        (HEAD + TABLE + "top = 3",
         "line 12 [sections] [a] [table] top", "needs a ranking", "add rank"),
        (HEAD + '[sections.a.table]\nby = "street"\nmetrics = ["hotline.on_time_rate"]\n'
         'rank = "hotline.on_time_rate"\ngroups = true',
         "line 13 [sections] [a] [table] groups", "no groups", "groups.csv"),
        (HEAD + TABLE + 'rank = "hotline.on_time_rate"\ngroups = true\ntotal = true',
         "line 14 [sections] [a] [table] total", "no line of the whole", "remove one"),
        (HEAD + f'[sections.a.table]\nby = "district"\nchange = true\nmetrics = {WIDE}',
         "[table] metrics", "6 columns", "two tables"),
        (HEAD + '[sections.a.chart]\nmetric = "hotline.on_time_rate"\nby = "hour"',
         "line 11 [sections] [a] [chart] by", "no steps", ""),
        (HEAD + '[sections.a.chart]\nmetric = "hotline.on_time_rate"\nsteps = 1',
         "line 11 [sections] [a] [chart] steps", "no trend", "3 or more"),
        ("[a\nb = 1", "line 1", "not TOML", ""),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_key_and_fix(
    tmp_path: Path, template: str, where: str, problem: str, fix: str
) -> None:
    reading = read(tmp_path, template)
    assert reading.templates == {}
    told = [f for f in reading.faults if problem in f.problem]
    assert told, reading.faults
    assert told[0].where.startswith("bulletins/daily.toml")
    assert where in told[0].where
    assert fix in told[0].fix


def test_every_fault_is_told_and_a_bad_template_spoils_no_other(tmp_path: Path) -> None:
    bad = HEAD + '[sections.a]\ntext = "{nothing} {hotline.x} {city.received_count | y}"\nkey = 1\n'
    city = pack(tmp_path, good=SAYS, bad=bad)
    with pytest.raises(PackError) as caught:
        template_named("bad", city, Catalogue.load())
    assert len(caught.value.faults) == 4
    assert template_named("good", city, Catalogue.load()).name == "good"


def test_a_template_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        template_named("dialy", pack(tmp_path, daily=SAYS), Catalogue.load())
    assert caught.value.fix == "did you mean `daily`?"
    with pytest.raises(UsageError) as caught:
        template_named("daily", pack(tmp_path / "bare"), Catalogue.load())
    assert "add bulletins/daily.toml" in caught.value.fix


def test_a_name_that_cannot_begin_a_number_is_refused(tmp_path: Path) -> None:
    [fault] = read(tmp_path, SAYS, "Tages-Bericht").faults
    assert "cannot be the name" in fault.problem


PAGE = (Path(__file__).parents[2] / "docs" / "city-pack.md").read_text("utf-8")
DESCRIBED = PAGE.partition("## bulletins/")[2].partition("\n## ")[0]


def test_the_template_of_the_page_has_no_fault(tmp_path: Path) -> None:
    example = DESCRIBED.partition("```toml\n")[2].partition("```")[0]
    reading = read(tmp_path, example, "weekly")
    assert reading.faults == ()
    assert reading.templates["weekly"].schedule == Schedule(time(9), weekday=0)


def test_the_placeholders_of_the_page_can_be_read() -> None:
    shown = DESCRIBED.rpartition("```text\n")[2].partition("```")[0].splitlines()
    assert [len(parse(line)) for line in shown] == [1, 1, 1]


@pytest.mark.parametrize("names", [WORDS, SPANS, VERBS, FINDINGS, PERIOD_OF])
def test_every_word_of_the_grammar_is_on_the_page(names: Mapping[str, str]) -> None:
    assert [name for name in names if name not in DESCRIBED and name != "figure"] == []
