"""CSV files as cities export them: packed, in two encodings, torn, cut off, or playing a feed."""

import gzip
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboard.core.errors import PackError, SourceChanged, SourceRefused, SourceUnavailable
from data_sources import registry, text_files
from data_sources.base import Batch, Source

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXT = "编号,状态\n1,办理中\n2,已结案\n"
ROWS = [{"编号": "1", "状态": "办理中"}, {"编号": "2", "状态": "已结案"}]


def connector(folder: Path, **options: str) -> Source:
    given = {"type": "csv", "path": "*", **options}
    return registry.create(given, folder=folder, zone=ZoneInfo("Asia/Shanghai"))


def pulled(folder: Path, **options: str) -> list[Batch]:
    return list(connector(folder, **options).pull(None, NOW))


def rows(batches: list[Batch]) -> list[dict[str, str]]:
    return [row for batch in batches for row in batch.rows.to_pylist()]


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.encode(encoding))
    assert rows(pulled(tmp_path)) == ROWS


def test_gzip_and_zip_read_like_plain_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    zipped(tmp_path / "b.zip", {"x.csv": TEXT.encode("gb18030"), "__MACOSX/._x.csv": b"\0"})
    assert rows(pulled(tmp_path)) == ROWS + ROWS


def test_every_cell_stays_text_even_over_two_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,note\n007,"two\nlines, and ""quotes"""\n1e5,NULL\n')
    assert rows(pulled(tmp_path)) == [
        {"id": "007", "note": 'two\nlines, and "quotes"'},
        {"id": "1e5", "note": "NULL"},
    ]


def test_a_torn_line_is_handed_over_as_it_came(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,a\n1,x\n2\n3,y,z\n4,w\n")
    batches = pulled(tmp_path)
    torn = [(row.row, row.text) for batch in batches for row in batch.ragged]
    assert torn == [(3, "2"), (4, "3,y,z")]
    assert [row["id"] for row in rows(batches)] == ["1", "4"]


def test_names_of_columns_become_unique_and_are_never_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("备注,备注,\na,b,c\n")
    assert connector(tmp_path).columns() == ["备注", "备注#2", "#3"]


def test_only_a_header_is_no_rows_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,a\n")
    batches = pulled(tmp_path)
    assert (rows(batches), batches[-1].complete) == ([], True)


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(SourceChanged, match="no header row"):
        pulled(tmp_path)


def test_no_file_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        pulled(tmp_path)


def test_a_bad_byte_is_named_with_offset_and_line(tmp_path: Path) -> None:
    good = "编号,状态\n1,办理中办理中办理中\n".encode()
    (tmp_path / "a.csv").write_bytes(good + b"2,\xff\xfe\n")
    with pytest.raises(SourceRefused, match=f"Byte {len(good) + 2} is not UTF-8") as refused:
        pulled(tmp_path)
    assert refused.value.where.endswith("a.csv, line 3")


@pytest.mark.parametrize("kept", [0.5, 0.98])
def test_a_truncated_gzip_is_refused_before_any_row(tmp_path: Path, kept: float) -> None:
    packed = gzip.compress(("id\n" + "\n".join(str(n * 7919) for n in range(50_000))).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: int(len(packed) * kept)])
    source = connector(tmp_path)
    with pytest.raises(SourceRefused, match="cut off or damaged"):
        next(source.pull(None, NOW))


def test_a_truncated_or_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipped(path, {"x.csv": TEXT.encode() * 1000})
    whole = path.read_bytes()
    for damaged in (whole[:-40], whole[:60] + b"\0\0\0\0" + whole[64:]):
        path.write_bytes(damaged)
        with pytest.raises(SourceRefused, match="cut off or damaged"):
            pulled(tmp_path)


def test_a_bomb_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "RATIO_MATTERS_FROM", 1 << 20)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a\n" * (4 << 20)))
    with pytest.raises(SourceRefused, match="200 times"):
        pulled(tmp_path)


def test_of_several_files_in_an_archive_one_must_be_named(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"x.csv": TEXT.encode(), "y.csv": b"id\n"})
    with pytest.raises(SourceRefused, match="2 CSV files"):
        pulled(tmp_path)
    assert rows(pulled(tmp_path, member="x.csv")) == ROWS
    with pytest.raises(SourceRefused, match=r"did you mean `x\.csv`"):
        pulled(tmp_path, member="xx.csv")


def test_a_quote_that_never_closes_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('id,a\n1,"open\n' + "2,b\n" * 300_000)
    with pytest.raises(SourceRefused, match="never closes"):
        pulled(tmp_path)


def test_a_row_that_swallowed_others_is_torn_and_a_text_of_two_lines_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.csv").write_text('id,a,b\n1,"open,x\n2,y,z\n3,"w",v\n4,"two\nlines, yes",u\n')
    batches = pulled(tmp_path)
    assert [row["id"] for row in rows(batches)] == ["4"]
    assert "2,y,z" in next(row.text for batch in batches for row in batch.ragged)


def test_an_unchanged_file_is_not_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    cursor = pulled(tmp_path)[-1].cursor
    path.chmod(0)
    again = list(connector(tmp_path).pull(cursor, NOW))
    assert (rows(again), again[-1].cursor) == ([], cursor)
    path.chmod(0o600)
    path.write_text(TEXT + "3,新\n")
    assert len(rows(list(connector(tmp_path).pull(cursor, NOW)))) == 3


FEED = "id,at\n1,2026-11-21T10:00:00Z\n2,2026-11-21 20:30:00\n3,2026-11-21T13:00:00Z\n4,\n"


def test_a_row_is_released_when_its_instant_has_come(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FEED)
    source = connector(tmp_path, release="at")
    first = list(source.pull(None, NOW))
    assert [row["id"] for row in rows(first)] == ["1", "4"]
    assert first[-1].seen_until == NOW
    half_past = NOW.replace(minute=30)
    second = list(source.pull(first[-1].cursor, half_past))
    assert [row["id"] for row in rows(second)] == ["2"]  # 20:30 in Shanghai
    assert second[-1].seen_until == half_past


def test_a_feed_that_ran_dry_is_complete_only_to_its_last_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(FEED)
    tomorrow = NOW.replace(day=22)
    batches = list(connector(tmp_path, release="at").pull(None, tomorrow))
    assert len(rows(batches)) == 4
    assert batches[-1].seen_until == datetime(2026, 11, 21, 13, tzinfo=UTC)
    later = list(connector(tmp_path, release="at").pull(batches[-1].cursor, NOW.replace(day=23)))
    assert (rows(later), later[-1].seen_until) == ([], batches[-1].seen_until)


@pytest.mark.parametrize(("hour", "seen"), [(9, (21, 9, 0)), (20, (21, 15, 59))])
def test_a_day_is_complete_when_it_is_over(
    tmp_path: Path, hour: int, seen: tuple[int, int, int]
) -> None:
    (tmp_path / "a.csv").write_text("id,at\n1,2026-11-20\n2,2026-11-21\n")
    batches = list(connector(tmp_path, release="at").pull(None, NOW.replace(hour=hour)))
    until = batches[-1].seen_until
    assert until
    assert (until.day, until.hour, until.minute) == seen


def test_files_go_by_the_name_they_have_in_the_pack(tmp_path: Path) -> None:
    (tmp_path / "pack[1]/data").mkdir(parents=True)
    (tmp_path / "pack[1]/data/a.csv").write_text(TEXT)
    (tmp_path / "b.csv").write_text(TEXT)
    inside = pulled(tmp_path / "pack[1]", path="data/../data/*.csv")
    assert {batch.origin for batch in inside} == {"data/a.csv"}
    assert list((inside[-1].cursor or {})["files"]) == ["data/a.csv"]
    outside = pulled(tmp_path / "pack[1]", path="data/../../b.csv")
    assert {batch.origin for batch in outside} == {str(tmp_path / "b.csv")}
    (tmp_path / "pack[1]").rename(tmp_path / "moved")
    again = list(connector(tmp_path / "moved", path="data/*.csv").pull(inside[-1].cursor, NOW))
    assert rows(again) == []


def test_until_the_next_release_the_file_stays_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(FEED)
    source = connector(tmp_path, release="at")
    cursor = list(source.pull(None, NOW))[-1].cursor
    stat = path.stat()
    path.write_text("x" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    soon = list(source.pull(cursor, NOW.replace(minute=10)))
    assert (rows(soon), soon[-1].seen_until) == ([], NOW.replace(minute=10))


def test_a_release_column_must_be_there_and_hold_instants(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,at\n1,later\n")
    with pytest.raises(SourceChanged, match="did you mean `at`"):
        pulled(tmp_path, release="att")
    with pytest.raises(SourceChanged, match="is an instant"):
        pulled(tmp_path, release="at")


def test_an_unknown_type_or_option_is_a_fault_of_the_pack(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="did you mean `csv`"):
        connector(tmp_path, type="cvs")
    with pytest.raises(PackError, match="did you mean `delimiter`"):
        connector(tmp_path, delimeter=";")
    with pytest.raises(PackError, match="needs `path`"):
        registry.create({"type": "csv"}, folder=tmp_path, zone=ZoneInfo("UTC"))
