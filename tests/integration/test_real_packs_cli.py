"""The same real data through the command line: check, ingest, query, as an operator types them."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.real_packs import DATA, PACKS, needs_real_data, rate

pytestmark = needs_real_data

ROOT = Path(__file__).parents[2]
PINGSHAN_DAYS = ("--from", "2018-02-08", "--to", "2018-12-01")
NYC_DAYS = ("--from", "2020-01-01", "--to", "2023-04-03")
SAID = {
    "pingshan": ["10000 read = 10000 accepted + 0 unchanged + 0 quarantined"],
    "nyc311": [
        "52519 read = 52498 accepted + 0 unchanged + 21 quarantined",
        "68195 read = 68187 accepted + 0 unchanged + 8 quarantined",
    ],
}
NOTED = {
    "pingshan": [
        "missing_marker department: 22",
        "missing_marker region: 10",
        "missing_marker street_code: 10",
    ],
    "nyc311": [
        "closed_at_once closed_at: 62",
        "closed_at_once closed_at: 7781",
        "closed_before_created closed_at: 21",
        "closed_before_created closed_at: 8",
    ],
}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def ingested(data_dir: Path) -> dict[str, str]:
    """What `ingest` said, pack by pack."""
    return {pack: ingest(pack, data_dir) for pack in SAID}


def ingest(pack: str, data_dir: Path) -> str:
    return dashboard("ingest", "--city", str(PACKS / pack), "--data", str(data_dir / pack))


def dashboard(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def query(pack: str, data_dir: Path, *arguments: str) -> str:
    places = ("--city", str(PACKS / pack), "--data", str(data_dir / pack))
    return dashboard("query", *arguments, *places)


@pytest.mark.parametrize("pack", SAID)
def test_check_finds_the_pack_good(pack: str) -> None:
    assert "is good" in dashboard("check", "--city", str(PACKS / pack))


@pytest.mark.parametrize("pack", SAID)
def test_ingest_says_what_became_of_every_row(ingested: dict[str, str], pack: str) -> None:
    for line in (*SAID[pack], *NOTED[pack]):
        assert line in ingested[pack]


@pytest.mark.usefixtures("ingested")
def test_ingest_typed_twice_stores_nothing_new(data_dir: Path) -> None:
    assert " 0 accepted" in ingest("pingshan", data_dir)


@pytest.mark.usefixtures("ingested")
def test_query_prints_the_rates_of_the_file_as_csv(data_dir: Path) -> None:
    events = pd.read_csv(DATA / "pingshan" / "events_flat.csv", dtype=str, keep_default_na=False)
    judged = (events["ACHIEVE_STATUS"] == "intime").groupby(events["STREET_NAME"])
    expected = {
        "未填" if street == "-" else street: rate(on_time, whole)
        for street, on_time, whole in zip(
            judged.sum().index, judged.sum(), judged.size(), strict=True
        )
    }
    asked = ("hotline.delivered_on_time_rate", "--by", "street", "--format", "csv")
    rows = csv.DictReader(io.StringIO(query("pingshan", data_dir, *asked, *PINGSHAN_DAYS)))
    told = {
        row["street name"]: (
            int(row["numerator"]),
            int(row["denominator"]),
            row["value"] or row["state"],
        )
        for row in rows
    }
    assert told == expected


@pytest.mark.usefixtures("ingested")
def test_query_answers_the_open_requests_of_a_source_as_json(data_dir: Path) -> None:
    with (
        zipfile.ZipFile(DATA / "nyc311" / "SCOUT.csv.zip") as archive,
        archive.open("SCOUT.csv") as stream,
    ):
        requests = pd.read_csv(stream, dtype=str)
    asked = ("hotline.open_count", "--where", "source=scout", "--format", "json")
    answer = json.loads(query("nyc311", data_dir, *asked, *NYC_DAYS))
    [row] = answer["rows"]
    assert (answer["metric"], row["state"]) == ("hotline.open_count", "ok")
    assert row["numerator"] == (requests["Status"] != "Closed").sum() == 1031
