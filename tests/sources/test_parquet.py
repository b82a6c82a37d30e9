"""Parquet is read as the text that a CSV file would hold; what cannot be read so is named, partition by partition."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pilotproof.errors import DataError
from pilotproof.sources.large import Relation, database
from pilotproof.sources.log_reader import LogPlace, read_log, relation_of
from tests.parquet_files import one_file, partitions


def rows_of(path: Path) -> list[list[str]]:
    """The names and the cells of a log."""
    return read_log(LogPlace("log", path=path)).rows


def cells_of(folder: Path, column: object) -> list[str]:
    """The cells of one column, beside one that is always filled."""
    path = one_file(folder / "log.parquet", always=["x"] * len(column), found=column)
    return [cells[1] for cells in rows_of(path)[1:]]


def faults(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        relation_of(LogPlace("log", path=path))
    return str(caught.value)


NOON = dt.datetime(2026, 9, 14, 12, 0)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pa.array(["a ", "", None]), ["a ", "", ""]),
        (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
        (pa.array([b"abc", b"\xff"]), ["abc", "FF"]),
        (pa.array([20417, -1, None]), ["20417", "-1", ""]),
        (pa.array([2**63], pa.uint64()), ["9223372036854775808"]),
        # an id that was kept as a float is the id; 1.234 could be read as 1,234 and gets another digit
        (pa.array([20417.0, 1.5, 1.234, float("nan"), None]), ["20417", "1.5", "1.2340", "", ""]),
        (pa.array([0.1], pa.float32()), ["0.1"]),
        (pa.array([Decimal("1.50"), Decimal("2.00")], pa.decimal128(8, 2)), ["1.50", "2.00"]),
        (pa.array([Decimal("1.234")], pa.decimal128(8, 3)), ["1.2340"]),
        (pa.array([True, False, None]), ["true", "false", ""]),
        (pa.array([dt.date(2026, 9, 14)]), ["2026-09-14"]),
        (pa.array([dt.time(10, 5)], pa.time64("us")), ["10:05:00"]),
        (
            pa.array([NOON, NOON.replace(microsecond=500_000)], pa.timestamp("us")),
            ["2026-09-14T12:00:00", "2026-09-14T12:00:00.5"],
        ),
        (pa.array([NOON], pa.timestamp("ms")), ["2026-09-14T12:00:00"]),
        (pa.array([NOON], pa.timestamp("ns")), ["2026-09-14T12:00:00"]),
        # noon in UTC stays noon in UTC, whatever zone the writer thought of
        (pa.array([NOON], pa.timestamp("us", "America/Chicago")), ["2026-09-14T12:00:00Z"]),
        (pa.nulls(2), ["", ""]),
    ],
)
def test_a_value_is_the_text_of_a_csv_file(tmp_path, column, cells):
    assert cells_of(tmp_path, column) == cells


def test_rows_stand_in_the_order_of_the_partitions_names_and_empty_ones_keep_their_place(tmp_path):
    table = pa.table({"a": ["1", None, "3", "4"], "b": [None, " ", "x", "y"]})
    rows = rows_of(partitions(tmp_path / "log", table, [1, 3], row_group_size=1))
    # the second record has no content: in a CSV file row 3 would be blank
    assert rows == [["a", "b"], ["1", ""], [], ["3", "x"], ["4", "y"]]


def test_keys_of_folders_are_columns_where_the_files_have_none_of_that_name(tmp_path):
    one_file(tmp_path / "log/day=2026-03-01/kind=a%20b/p.parquet", x=[1], kind=["own"])
    one_file(tmp_path / "log/day=__HIVE_DEFAULT_PARTITION__/kind=c/p.parquet", x=[2], kind=["own"])
    found = rows_of(tmp_path / "log")
    assert found == [["x", "kind", "day"], ["1", "own", "2026-03-01"], ["2", "own", ""]]


def test_keys_in_the_names_of_folders_above_the_log_say_nothing(tmp_path):
    one_file(tmp_path / "year=1999/log/p.parquet", x=[1])
    assert rows_of(tmp_path / "year=1999/log") == [["x"], ["1"]]


def test_one_column_may_be_of_another_type_in_each_partition(tmp_path):
    one_file(tmp_path / "log/a.parquet", x=[1], y=["a"])
    one_file(tmp_path / "log/b.parquet", y=["b"], x=[2.5])
    one_file(tmp_path / "log/c.parquet", x=["three"], y=pa.nulls(1))
    # read with the types of the first file, 2.5 would have become 2, or 3
    assert rows_of(tmp_path / "log") == [["x", "y"], ["1", "a"], ["2.5", "b"], ["three", ""]]


def test_notes_of_the_program_that_wrote_it_are_no_partitions(tmp_path):
    one_file(tmp_path / "log/_year=2026/p.parquet", x=[1])
    for name in ("_SUCCESS", ".p.parquet.crc", "_metadata"):
        (tmp_path / "log" / name).write_text("")
    assert rows_of(tmp_path / "log") == [["x", "_year"], ["1", "2026"]]


def test_every_partition_that_cannot_be_read_is_named(tmp_path):
    whole = one_file(tmp_path / "log/a.parquet", x=list(range(1000)))
    (tmp_path / "log/cut.parquet").write_bytes(whole.read_bytes()[:200])
    (tmp_path / "log/empty.parquet").write_bytes(b"")
    (tmp_path / "log/notes.txt").write_text("these are the logs of spring")
    said = faults(tmp_path / "log")
    assert all(f"log/{name} cannot be used" in said for name in ("cut.parquet", "empty.parquet", "notes.txt"))
    assert "log/a.parquet" not in said and str(tmp_path) not in said


def test_a_partition_that_is_broken_behind_its_beginning_is_named_too(tmp_path):
    whole = one_file(tmp_path / "log/a.parquet", x=list(range(1000)), y=["text"] * 1000).read_bytes()
    (tmp_path / "log/b.parquet").write_bytes(whole[:4] + b"\xff" * 500 + whole[504:])
    with pytest.raises(DataError, match=r"log/b\.parquet cannot be used"):
        read_log(LogPlace("log", path=tmp_path / "log"))


def test_columns_that_a_log_cannot_have_are_named(tmp_path):
    one_file(tmp_path / "log/a.parquet", x=[[1]], y=[{"b": 1}], file_index=[1])
    said = faults(tmp_path / "log")
    assert "x: found lists or groups of values (BIGINT[])" in said and "y: found lists or groups of values (STRUCT(b" in said
    assert "file_index: found a name that the reader of Parquet uses itself" in said


def test_times_of_which_nobody_knows_the_zone_are_refused(tmp_path):
    table = pa.table({"at": pa.array([NOON], pa.timestamp("ns"))})
    pq.write_table(table, tmp_path / "old.parquet", use_deprecated_int96_timestamps=True)
    assert "at: found times of an old kind (INT96)" in faults(tmp_path / "old.parquet")


def test_partitions_that_do_not_fit_are_named_with_what_differs(tmp_path):
    one_file(tmp_path / "log/day=1/a.parquet", x=[1], y=[1])
    one_file(tmp_path / "log/day=1/b.parquet", x=[1], z=[1])
    one_file(tmp_path / "log/c.parquet", x=[1], y=[1])
    said = faults(tmp_path / "log")
    assert "log/day=1/b.parquet" in said and "found other columns than c.parquet: with z and without y" in said
    assert "found other keys in the names of its folders than c.parquet: with day" in said


def test_names_that_cannot_be_told_apart_or_would_be_patterns_are_refused(tmp_path):
    alike = one_file(tmp_path / "alike.parquet", **{"User ": ["a"], "user": ["b"]})
    assert "names differ only in capitals or spaces (user)" in faults(alike)
    one_file(tmp_path / "log/a*.parquet", x=[1])
    one_file(tmp_path / "log/ab.parquet", x=[2])
    assert "a name with signs of a pattern" in faults(tmp_path / "log")


def test_a_folder_without_partitions_and_one_with_versions_of_its_own_are_refused(tmp_path):
    (tmp_path / "none").mkdir()
    assert "nothing that could be a partition" in faults(tmp_path / "none")
    one_file(tmp_path / "lake/a.parquet", x=[1])
    (tmp_path / "lake/_delta_log").mkdir()
    assert "a log of its own versions (_delta_log)" in faults(tmp_path / "lake")


def test_a_file_made_to_do_harm_is_refused_by_the_bounds_of_csv(tmp_path):
    with pytest.raises(DataError, match="x: found a cell of more than 1,000,000 letters"):
        read_log(LogPlace("log", path=one_file(tmp_path / "long.parquet", x=["a", "a" * 1_000_001])))
    wide = one_file(tmp_path / "wide.parquet", **{f"c{number}": [1] for number in range(1001)})
    assert "found 1,001 columns; expected at most 1,000" in faults(wide)
    # few bytes in Parquet, 60 MB as text: read where it lies
    often = one_file(tmp_path / "often.parquet", x=["a" * 100_000] * 600)
    assert often.stat().st_size < 200_000
    assert isinstance(read_log(LogPlace("log", path=often)), Relation)


def test_no_extension_is_loaded_to_read_parquet(tmp_path):
    relation = relation_of(LogPlace("log", path=one_file(tmp_path / "a.parquet", x=[1])))
    with database() as connection:
        connection.execute(relation.numbered).fetchall()
        loaded = connection.execute("SELECT install_mode FROM duckdb_extensions() WHERE loaded").fetchall()
    assert {mode for (mode,) in loaded} == {"STATICALLY_LINKED"}
