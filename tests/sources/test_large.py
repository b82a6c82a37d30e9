"""What is read into memory and what stays on disk: the bounds of a table, told without reading it as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof.sources.bounds import MOST_FILLED_CELLS, MOST_LOG_COLUMNS, MOST_ROWS
from pilotproof.sources.detect import detect
from pilotproof.sources.grid import Grid
from pilotproof.sources.large import Relation, is_large
from pilotproof.sources.log_reader import LogPlace, read_log


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usage.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_more_cells_than_memory_is_asked_to_hold(file, delimiter):
    """4 cells a line, 1,000,000 lines: 4,000,000, the bound. One line more is beyond it."""
    line = delimiter.join("abcd") + "\n"
    file.write_text(line * (MOST_FILLED_CELLS // 4))
    assert not is_large(file)
    file.write_text(line * (MOST_FILLED_CELLS // 4 + 1))
    assert is_large(file)


def test_more_lines_than_memory_is_asked_to_hold(file):
    file.write_text("a\n" * (MOST_ROWS - 1))
    assert not is_large(file)
    file.write_text("a\n" * MOST_ROWS)
    assert is_large(file)


@pytest.mark.parametrize("start", ["PK", '{"a": [', '[{"a": ['])
def test_commas_of_what_is_no_table_are_not_counted(file, start):
    file.write_text(start + "1,\n" * MOST_ROWS)
    assert not is_large(file)


def test_a_line_of_countless_columns_is_no_log(file):
    """It is refused when it is read, and not counted as one."""
    file.write_text(("a," * MOST_LOG_COLUMNS + "a\n") * 4000)
    assert not is_large(file)


def test_a_log_of_few_bytes_and_many_rows_is_received_and_read(file):
    """900,000 rows of 5 cells are 4,500,000 cells in 9 MB."""
    file.write_text("who,when,what,how,minutes\n" + "a,b,c,d,5\n" * 900_000)
    assert detect(file, shown_as="usage.csv").rows == 900_000
    log = read_log(LogPlace("usage.csv", path=file))
    assert isinstance(log, Relation) and log.columns == ("who", "when", "what", "how", "minutes")
    file.write_text("who,when,what,how,minutes\n" + "a,b,c,d,5\n" * 9)
    assert isinstance(read_log(LogPlace("usage.csv", path=file)), Grid)
