"""The HTTP interface, as CONTRACT promises it."""

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from dashboard.api.pushed import MAX_BYTES
from dashboard.api.sheet import HEADINGS
from dashboard.core.values import half_up
from dashboard.metrics.listing import EXPORTED
from tests.integration.conftest import Api

MONTHS = {"from": "2026-08-01", "to": "2026-10-20"}


def error_of(answer: httpx.Response, status: int) -> dict[str, str]:
    assert answer.status_code == status
    error: dict[str, str] = answer.json()["error"]
    assert set(error) == {"code", "message", "where", "fix"}
    return error


def test_the_catalogue_says_what_each_figure_means(crowded: Api) -> None:
    entries = crowded.get("/api/v1/metrics").json()["metrics"]
    assert {entry["id"] for entry in entries} == set(crowded.services.catalogue.ids)
    for entry in entries:
        assert {"name", "name_en", "unit", "direction", "formula", "standard", "cuts"} <= set(entry)


def test_a_figure_comes_with_its_counts(crowded: Api) -> None:
    answer = crowded.get("/api/v1/metrics/hotline.on_time_rate", **MONTHS).json()
    [row] = answer["rows"]
    printed = half_up(Decimal(row["numerator"]) * 100 / Decimal(row["denominator"]), 1)
    assert row["value"] == str(printed)
    assert row["group"] == {}
    assert row["state"] == "ok"
    assert answer["period"] == MONTHS
    assert answer["unit"] == "%"
    assert answer["as_of"] == "2026-10-20T12:00:00+08:00"
    assert answer["data_version"] == crowded.services.version.version
    assert answer["target"]["value"] == "95"


def test_cuts_and_filters_repeat(crowded: Api) -> None:
    params = {"by": ["district", "month"], "district": ["D1", "D2"], **MONTHS}
    rows = crowded.get("/api/v1/metrics/city.received_count", **params).json()["rows"]
    assert {row["group"]["district"] for row in rows} == {"D1", "D2"}
    assert {row["group"]["month"] for row in rows} == {"2026-08", "2026-09", "2026-10"}
    assert all(row["denominator"] is None for row in rows)


def test_without_days_the_month_so_far_is_meant(crowded: Api) -> None:
    answer = crowded.get("/api/v1/metrics/city.received_count").json()
    assert answer["period"] == {"from": "2026-10-01", "to": "2026-10-20"}


@pytest.mark.parametrize(
    ("params", "where", "fix"),
    [
        ({"distric": "D1"}, "distric", "did you mean `district`?"),
        ({"by": "distrct"}, "by=distrct", "did you mean `district`?"),
        ({"district": "东城区"}, "district=东城区", "filters take codes: district=D1"),
        ({"from": "2026-11-31"}, "from", "write it as 2026-11-21"),
        (
            {"from": "2026-10-02", "to": "2026-10-01"},
            "from=2026-10-02&to=2026-10-01",
            "give the earlier day as `from`",
        ),
        ({"from": ["2026-10-01", "2026-10-02"]}, "from", "give it once"),
    ],
)
def test_a_wrong_question_is_refused_with_a_way_out(
    crowded: Api, params: dict[str, Any], where: str, fix: str
) -> None:
    answer = crowded.get("/api/v1/metrics/hotline.on_time_rate", **params)
    error = error_of(answer, 400)
    assert (error["where"], error["fix"]) == (where, fix)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/metrics/hotline.on_time_rat",
        "/api/v1/incidents/hotline/nothing",
        "/api/v1/incidents/export.pdf",
        "/api/v1/nowhere",
        "/geo/village.geojson",
    ],
)
def test_what_does_not_exist_is_not_found(crowded: Api, path: str) -> None:
    assert error_of(crowded.get(path), 404)["code"] == "not_found"


def test_the_nearest_metric_is_named(crowded: Api) -> None:
    error = error_of(crowded.get("/api/v1/metrics/hotline.on_time_rat"), 404)
    assert error["fix"] == "did you mean `hotline.on_time_rate`?"


def test_a_bug_is_told_as_a_number_only(
    empty: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ValueError("the password is 1234")

    monkeypatch.setattr(empty.services.state, "sources", broken)
    answer = empty.get("/api/v1/sources")
    error = error_of(answer, 500)
    assert "1234" not in answer.text
    assert error["message"].split()[-1].rstrip(".") in caplog.text


def test_pages_of_incidents_follow_each_other(crowded: Api) -> None:
    first = crowded.get("/api/v1/incidents", limit=7, **MONTHS).json()
    second = crowded.get("/api/v1/incidents", limit=7, after=first["next"], **MONTHS).json()
    assert len(first["rows"]) == len(second["rows"]) == 7
    assert first["total"] == second["total"]
    assert first["rows"][-1]["created_at"] >= second["rows"][0]["created_at"]
    assert first["rows"][0]["created_at"].endswith("+08:00")


def test_the_list_behind_a_figure_has_its_length(crowded: Api) -> None:
    metric = "hotline.on_time_rate"
    [row] = crowded.get(f"/api/v1/metrics/{metric}", district="D1", **MONTHS).json()["rows"]
    for part in ("numerator", "denominator"):
        params = {"metric": metric, "part": part, "district": "D1", **MONTHS}
        assert crowded.get("/api/v1/incidents", **params).json()["total"] == row[part]


def test_a_box_and_the_same_box_as_a_polygon_find_the_same(crowded: Api) -> None:
    box = crowded.get("/api/v1/incidents", bbox="116,39,116.3,39.3", **MONTHS).json()["total"]
    corners = "116,39;116.3,39;116.3,39.3;116,39.3"
    polygon = crowded.get("/api/v1/incidents", polygon=corners, **MONTHS).json()["total"]
    assert 0 < box == polygon


def test_a_polygon_is_not_its_box(crowded: Api) -> None:
    triangle = "116,39;116.3,39;116,39.3"
    inside = crowded.get("/api/v1/incidents", polygon=triangle, limit=500, **MONTHS).json()
    assert {(row["lon"], row["lat"]) for row in inside["rows"]} == {
        (116.05, 39.05), (116.05, 39.21), (116.05, 39.15), (116.21, 39.05),
    }  # fmt: skip


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"}, {"limit": "501"}, {"limit": "many"}, {"sort": "colour"}, {"after": "here"},
        {"bbox": "1,2,3"}, {"bbox": "2,1,1,2"}, {"bbox": "a,b,c,d"}, {"polygon": "1,1;2,2"},
        {"polygon": "1;2;3"}, {"metric": "service.praise_rate"}, {"part": "quotient"},
        {"q": "x", "page": "2"},
    ],
)  # fmt: skip
def test_an_impossible_list_is_refused(crowded: Api, params: dict[str, str]) -> None:
    if "part" in params:
        params = {**params, "metric": "hotline.on_time_rate"}
    error_of(crowded.get("/api/v1/incidents", **params), 400)


def test_search_takes_signs_literally(crowded: Api) -> None:
    found = crowded.get("/api/v1/incidents", q="100%", limit=500, **MONTHS).json()
    assert found["total"] > 0
    assert {row["title"] for row in found["rows"]} == {"井盖破损 100%"}
    assert crowded.get("/api/v1/incidents", q="1%0", **MONTHS).json()["total"] == 0


@pytest.mark.parametrize(("language", "at"), [("zh", 0), ("en", 1)])
def test_a_csv_has_codes_and_names_under_the_reader_s_headings(
    crowded: Api, language: str, at: int
) -> None:
    answer = crowded.get("/api/v1/incidents/export.csv", lang=language, **MONTHS)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"].endswith('"incidents_2026-08-01_2026-10-20.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == crowded.get("/api/v1/incidents", **MONTHS).json()["total"]
    district = HEADINGS["district_code"][at]
    pairs = {(row[f"{district} {('编码', 'code')[at]}"], row[district]) for row in rows}
    assert pairs == {("", ""), ("D1", ("东城区", "East")[at]), ("D2", ("西城区", "West")[at])}


def test_no_cell_of_a_table_can_run(crowded: Api) -> None:
    answer = crowded.get("/api/v1/incidents/export.csv", lang="en", **MONTHS)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "'=1+1" in {row["Title"] for row in rows}
    cells = {cell for row in rows for name, cell in row.items() if name not in ("Longitude",)}
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_every_format_holds_the_same_incidents(crowded: Api) -> None:
    params = {"district": "D1", "kind": "grid", **MONTHS}
    total = crowded.get("/api/v1/incidents", **params).json()["total"]
    collection = crowded.get("/api/v1/incidents/export.geojson", **params).json()
    assert len(collection["features"]) == total
    assert {f["geometry"] and f["geometry"]["type"] for f in collection["features"]} == {
        "Point", None,
    }  # fmt: skip
    parquet = crowded.get("/api/v1/incidents/export.parquet", **params).content
    table = pq.read_table(io.BytesIO(parquet))
    assert table.num_rows == total
    assert table.schema.field("created_at").type.tz == "UTC"
    book = crowded.get("/api/v1/incidents/export.xlsx", lang="en", **params).content
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet.max_row == total + 1
    rows = list(sheet.values)
    assert rows[0][2] == "Number"
    at = rows[0].index("Received at")
    assert {row[2]: row[at] for row in rows[1:]} == {
        feature["properties"]["source_id"]: datetime.fromisoformat(
            feature["properties"]["created_at"]
        ).replace(tzinfo=None)
        for feature in collection["features"]
    }
    assert {row[rows[0].index("Title")] for row in rows[1:]} >= {"'=1+1", "井盖破损 100%"}


@pytest.mark.parametrize("extension", ["csv", "geojson", "parquet", "xlsx"])
def test_an_export_of_nothing_is_still_a_file(crowded: Api, extension: str) -> None:
    params = {"from": "2020-01-01", "to": "2020-01-01"}
    answer = crowded.get(f"/api/v1/incidents/export.{extension}", **params)
    assert answer.status_code == 200
    assert answer.content


def test_a_wrong_export_is_refused_before_it_begins(crowded: Api) -> None:
    error_of(crowded.get("/api/v1/incidents/export.csv", sort="colour"), 400)
    error_of(crowded.get("/api/v1/incidents/export.csv", lang="fr"), 400)


def test_every_exported_column_has_a_heading() -> None:
    assert {column.name for column in EXPORTED} == set(HEADINGS)


def test_sources_say_how_fresh_they_are(crowded: Api) -> None:
    entries = {entry["source"]: entry for entry in crowded.get("/api/v1/sources").json()["sources"]}
    assert set(entries) == set(crowded.services.city.sources)
    assert entries["hotline"]["complete_to"] == "2026-10-20T12:00:00+08:00"
    assert [entries[name]["late"] for name in ("hotline", "grid")] == [False, True]


def test_outlines_lie_beneath_the_region_asked_for(crowded: Api) -> None:
    answer = crowded.get("/geo/district.geojson", v="1")
    assert "immutable" in answer.headers["cache-control"]
    features = answer.json()["features"]
    assert [feature["properties"] for feature in features] == [
        {"code": "D1", "name": "东城区", "name_en": "East"},
        {"code": "D2", "name": "西城区", "name_en": "West"},
    ]
    error_of(crowded.get("/geo/district.geojson", within="nowhere"), 404)
    one = crowded.get("/geo/district.geojson", within="D2")
    assert "immutable" not in one.headers["cache-control"]
    assert [feature["properties"]["code"] for feature in one.json()["features"]] == ["D2"]


def test_a_level_without_outlines_is_drawn_as_points(crowded: Api) -> None:
    features = crowded.get("/geo/street.geojson", within="D1").json()["features"]
    assert [(f["properties"]["code"], f["geometry"]["type"]) for f in features] == [
        ("S11", "Point"), ("S12", "Point"),
    ]  # fmt: skip
    nothing = crowded.get("/geo/street.geojson", within="D2").json()
    assert nothing == {"type": "FeatureCollection", "features": []}


def test_the_watchers_are_answered(crowded: Api) -> None:
    assert crowded.get("/healthz").json() == {"status": "alive"}
    assert crowded.get("/readyz").json()["status"] == "ready"
    text = crowded.get("/metrics").text
    assert f"yiping_data_version {crowded.services.version.version}" in text
    assert 'yiping_source_age_seconds{source="hotline"} 900.0' in text


def test_the_docs_load_nothing_from_elsewhere(crowded: Api) -> None:
    page = crowded.get("/api/docs").text
    for path in ("/api/v1/metrics/{metric}", "/api/v1/ingest/{source}", "/events"):
        assert path in page
    assert "<script" not in page
    assert "http" not in page.replace("http-", "")
    schema = crowded.get("/api/openapi.json").json()
    parameters = schema["paths"]["/api/v1/metrics/{metric}"]["get"]["parameters"]
    assert {"from", "to", "by", "district"} <= {parameter["name"] for parameter in parameters}


TICKET = {
    "source_id": "T-1", "state": "closed", "created_at": "2026-10-01T09:00:00",
    "closed_at": "2026-10-02T09:00:00", "due_at": "2026-10-03", "region": "S11",
    "department": "B1", "category": "x:0101", "title": "井盖破损",
}  # fmt: skip


def test_pushed_rows_become_facts_or_are_refused_with_a_reason(empty: Api) -> None:
    rows = [TICKET, {**TICKET, "source_id": "T-2", "state": "gone"}, {"source_id": "T-3"}]
    answer = empty.post("/api/v1/ingest/hotline", json.dumps(rows))
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["read"], told["accepted"], told["quarantined"]) == (3, 1, 2)
    assert [(row["row"], row["source_id"]) for row in told["rejected"]] == [(2, "T-2"), (3, "T-3")]
    assert told["rejected"][0]["reason"] == "unknown_code"
    assert "gone" in told["rejected"][0]["message"]
    [listed] = empty.get("/api/v1/incidents", **MONTHS).json()["rows"]
    assert (listed["source_id"], listed["district_code"]) == ("T-1", "D1")


def test_the_same_rows_again_are_a_delivery_and_change_nothing(empty: Api) -> None:
    lines = "\n".join(json.dumps({**TICKET, "source_id": str(n)}) for n in range(3))
    first = empty.post("/api/v1/ingest/hotline", lines).json()
    again = empty.post("/api/v1/ingest/hotline", lines).json()
    assert (first["accepted"], first["unchanged"]) == (3, 0)
    assert (again["accepted"], again["unchanged"]) == (0, 3)
    assert again["data_version"] == first["data_version"] + 1  # it was delivered, all the same


def test_a_misspelt_key_is_named(empty: Api) -> None:
    told = empty.post("/api/v1/ingest/hotline", json.dumps([{**TICKET, "titel": "x"}])).json()
    assert told["keys_not_read"] == ["titel"]


@pytest.mark.parametrize("body", ["", "[1]", "{", '[{"": 1}]', '[{"a": "\\ud800"}]', "[" * 9000])
def test_a_body_that_is_no_rows_is_refused_whole(empty: Api, body: str) -> None:
    assert error_of(empty.post("/api/v1/ingest/hotline", body), 422)["code"] == "body"
    assert empty.services.version.version == 0


def test_a_body_without_end_is_cut_off(empty: Api) -> None:
    error_of(empty.post("/api/v1/ingest/hotline", b" " * (MAX_BYTES + 1)), 413)


def test_a_page_of_another_site_cannot_push(empty: Api) -> None:
    headers = {"Origin": "http://elsewhere.example"}
    answer = empty.send(
        "POST", "/api/v1/ingest/hotline", content=json.dumps([TICKET]), headers=headers
    )
    error_of(answer, 403)


def test_rows_for_an_unknown_source_are_refused(empty: Api) -> None:
    error = error_of(empty.post("/api/v1/ingest/hotlin", json.dumps([TICKET])), 404)
    assert error["fix"] == "did you mean `hotline`?"


def test_an_incident_says_where_it_came_from(empty: Api) -> None:
    empty.post("/api/v1/ingest/hotline", json.dumps([{**TICKET, "source_id": "甲/1"}]))
    told = empty.get("/api/v1/incidents/hotline/甲/1").json()
    assert told["incident"]["closed_at"] == "2026-10-02T09:00:00+08:00"
    origin = told["origin"]
    assert origin["row"] == 1
    assert origin["raw"]["title"] == "井盖破损"
    mapping = {entry["field"]: entry for entry in origin["mapping"]}
    assert (mapping["region"]["columns"], mapping["region"]["sent"]) == (["region"], ["S11"])
    assert mapping["kind"] == {"field": "kind", "constant": "hotline"}
    assert told["steps"] == []
