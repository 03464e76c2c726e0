"""Definitions: good ones load, every fault of a bad one is told at once."""

from pathlib import Path

import pytest

from dashboard.core.errors import PackError, UsageError
from dashboard.metrics.catalogue import DEFINITIONS, Catalogue

GOOD = (DEFINITIONS / "city.toml").read_text("utf-8")


def faults_of(folder: Path, text: str) -> list[str]:
    (folder / "bad.toml").write_text(text, "utf-8")
    with pytest.raises(PackError) as refused:
        Catalogue.load(folder)
    return [f"{fault.where}: {fault.problem} {fault.fix}" for fault in refused.value.faults]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_every_definition_is_resolved() -> None:
    catalogue = Catalogue.load()
    assert len(catalogue) == len(set(catalogue.ids)) > 10
    for metric in catalogue:
        assert metric.numerator.meaning, metric.id
        assert (metric.denominator is not None) == (metric.form == "rate"), metric.id


def test_rates_and_medians_name_the_fewest_cases_they_are_judged_from() -> None:
    for metric in Catalogue.load():
        assert (metric.min_denominator > 0) == (metric.form != "count"), metric.id


def test_a_misspelt_measure_is_told_with_the_nearest(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, changed('"incidents.received"', '"incidents.recieved"'))
    assert fault.startswith("bad.toml [received_count] numerator: Measure `incidents.recieved`")
    assert fault.endswith("did you mean `incidents.received`?")


def test_an_unknown_key_is_a_fault(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, changed("owner ", "onwer "))[:1]
    assert "onwer" in fault or "owner" in fault


def test_faults_of_all_tables_come_together(tmp_path: Path) -> None:
    text = GOOD.replace('direction       = "neutral"', 'direction = "up"').replace(
        '"closed"', '"sealed"'
    )
    assert len(faults_of(tmp_path, text)) == 2


def test_a_name_must_say_its_arithmetic(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, changed("[received_count]", "[received]"))
    assert "_count" in fault


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        Catalogue.load()["hotline.ontime_rate"]
    assert refused.value.fix == "did you mean `hotline.on_time_rate`?"
