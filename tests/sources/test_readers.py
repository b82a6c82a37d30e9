"""Exports are read as text with their row numbers; a broken file is named, never guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.raw import RawTable, require_columns, require_rows

SHOWN = "data/raw/x/file.csv"


def write(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def read(path: Path) -> RawTable:
    return table_of(read_grid(path, shown_as=SHOWN))


def test_rows_are_numbered_as_a_spreadsheet_counts_them(tmp_path):
    table = read(write(tmp_path, 'id,note\n001,"two\nlines"\n\n002,b\n'))
    # row 1 is the header; the quoted line break does not make a row; row 3 is blank
    assert table.frame.index.tolist() == [2, 4]
    assert table.frame["id"].tolist() == ["001", "002"], "leading zeros stay"
    assert table.frame["note"].tolist() == ["two\nlines", "b"]


def test_a_byte_order_mark_is_not_part_of_a_name(tmp_path):
    assert list(read(write(tmp_path, b"\xef\xbb\xbfid,b\n1,2\n")).frame) == ["id", "b"]


TEXT = "id,name,score\n1,José,2\n2,“Åsa”,3\n"


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("utf-16", ("read as UTF-16",)),
        ("utf-16-le", ("read as UTF-16 (the file has no byte order mark)",)),
        ("utf-16-be", ("read as UTF-16 (the file has no byte order mark)",)),
        ("utf-32", ("read as UTF-32",)),
        ("cp1252", ("read as Windows (cp1252)",)),
    ],
)
def test_every_encoding_gives_the_same_table_and_is_told(tmp_path, encoding, notes):
    grid = read_grid(write(tmp_path, TEXT.encode(encoding)), shown_as=SHOWN)
    assert grid.notes == notes
    assert table_of(grid).frame["name"].tolist() == ["José", "“Åsa”"]


def test_utf_8_with_a_few_stray_bytes_stays_utf_8_and_the_lines_are_named(tmp_path):
    grid = read_grid(write(tmp_path, "id,name\n1,José\n2,Zoë\n".encode() + b"3,Ren\xe9e\n"), shown_as=SHOWN)
    assert table_of(grid).frame["name"].tolist() == ["José", "Zoë", "Renée"]
    assert grid.notes == ("read as UTF-8, but for one byte in line 4, read as Windows (cp1252)",)


def test_two_bytes_of_cp1252_that_happen_to_be_utf_8_do_not_mislead(tmp_path):
    # É” is C9 94, which is one character of UTF-8; the three é alone are none
    grid = read_grid(write(tmp_path, "id,name\n1,“CAFÉ”\n2,é é é\n".encode("cp1252")), shown_as=SHOWN)
    assert table_of(grid).frame["name"].tolist() == ["“CAFÉ”", "é é é"]


def test_lines_may_end_in_cr_alone_as_on_the_old_mac(tmp_path):
    table = read(write(tmp_path, 'id,note\r1,José\r2,"a\rb"\r'.encode("mac_roman")))
    assert table.frame["note"].tolist() == ["José", "a\rb"] and table.frame.index.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2,5\n", [["a", "b"], ["1,5", "2,5"]]),
        ("a\tb\n1,5\t2;3\n", [["a", "b"], ["1,5", "2;3"]]),
        ("a|b\n1,5|2\n", [["a", "b"], ["1,5", "2"]]),
        # commas and semicolons both split every row alike: decimal commas tell
        ("pre, 1;post, 1\n1,5;2,5\n3,5;4,5\n", [["pre, 1", "post, 1"], ["1,5", "2,5"], ["3,5", "4,5"]]),
        ('name,score\n"Ng; Jo; Al",2\n"Ek; Bo; Cy",3\n', [["name", "score"], ["Ng; Jo; Al", "2"], ["Ek; Bo; Cy", "3"]]),
        ('"a;b;c",d\n1,2\n', [["a;b;c", "d"], ["1", "2"]]),  # inside quotes a mark is text
        ("sep=;\na;b\n1,2;3\n", [["a", "b"], ["1,2", "3"]]),
        ('"sep=|"\r\na|b\r\n', [["a", "b"]]),
        ("only\none\n", [["only"], ["one"]]),
        ('id,note\n1,"say ""hi"", twice"\n', [["id", "note"], ["1", 'say "hi", twice']]),
    ],
)
def test_the_delimiter_is_told_from_the_content(tmp_path, text, rows):
    assert read_grid(write(tmp_path, text), shown_as=SHOWN).rows == rows


def test_columns_without_a_name_and_names_that_repeat_are_kept_apart(tmp_path):
    table = read(write(tmp_path, "id,,score, score ,x,score (2),\u200b,\n1,2,3,4,5,6,7,\n"))
    names = ["id", "(column B)", "score (1)", "score (3)", "x", "score (2)", "(column G)"]
    assert list(table.frame) == names and table.frame.loc[2].tolist() == list("1234567")


def test_a_name_that_repeats_is_refused_only_where_the_params_use_it(tmp_path):
    table = read(write(tmp_path, "id,score,score\n1,2,3\n"))
    require_columns(table, ["id", "score (2)"])
    with pytest.raises(DataError, match=r"score: found this name 2 times \(columns B and C\)") as caught:
        require_columns(table, ["score"])
    assert "Write 'score (1)' or 'score (2)' in the params file" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b,,\n1,2,,\n3,4,,\n", [["1", "2"], ["3", "4"]]),  # a spreadsheet's used-looking columns
        ("a,b\n1,2,\n3,4,,\n", [["1", "2"], ["3", "4"]]),  # empty cells beyond the names
        ("a,b,c\n1,2,\n3,4\n", [["1", "2", ""], ["3", "4", ""]]),  # a last row ends early; column c is empty everywhere
        ("\n\na,b\n1,2\n", [["1", "2"]]),  # blank rows above the names
    ],
)
def test_empty_cells_at_the_end_of_rows_do_no_harm(tmp_path, text, rows):
    assert read(write(tmp_path, text)).frame.to_numpy().tolist() == rows


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,name\n1,caf\x81\n", "row 2: found bytes that are no text"),
        (b"id,name\n1,a\0b\n", "row 2: found bytes that are no text (NUL)"),
        (b"\xff\xfea", "bytes that are no text in UTF-16"),
        (b"id,b\n1,2,3\n", "row 2: found 3 cells; expected 2, as in the header"),
        (b"id,b,c\n1,2,3\n4,5\n", "or the file was cut off here"),
        (b"id,b,c\n1,one\ntwo,3\n", "row 2: found 2 cells"),  # a line break without quotes
        (b"Scores of 2026\nid,b\n1,2\n", "row 2: found 2 cells; expected 1"),  # a title is never guessed to be one
        (b'id,b\n1,"x\n', "row 2: found a broken CSV file (a quote that is not closed)"),
        (b'id,b\n1,"x"y\n', "row 2: found a broken CSV file (text behind a closing quote)"),
        (b"", "0 rows"),
        (b"\n\n", "2 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(tmp_path, content, said):
    with pytest.raises(DataError, match=SHOWN) as caught:
        read(write(tmp_path, content))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["nothing-here.csv", "."])
def test_a_file_that_is_none_is_said_so(tmp_path, name):
    with pytest.raises(DataError, match=SHOWN):
        read(tmp_path / name)


def test_the_passport_s_row_count_is_checked(tmp_path):
    path = write(tmp_path, "id\n1\n2\n")
    assert len(require_rows(read(path), 2).frame) == 2
    with pytest.raises(DataError, match="found 2 records; expected 3, as its passport"):
        require_rows(read(path), 3)


def test_all_missing_columns_are_named_at_once(tmp_path):
    table = read(write(tmp_path, "Student ID,Pretest\n1,2\n"))
    with pytest.raises(DataError) as caught:
        require_columns(table, ["StudentID", "Pretest", "Room"])
    assert "StudentID: found no such column" in str(caught.value) and "Did you mean 'Student ID'?" in str(caught.value)
    assert "Room: found no such column" in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_the_clear_error(tmp_path_factory, content):
    path = write(tmp_path_factory.mktemp("bytes"), content)
    try:
        table = read(path)
    except DataError as error:
        assert error.problems
    else:
        assert table.frame.columns.is_unique
    assert path.read_bytes() == content


CELLS = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_cells_come_back_from_any_dialect(tmp_path_factory, rows, delimiter, encoding, line_end):
    """Every cell quoted, as most tools write it. The header has words, so that the delimiter shows."""
    table = [["first", "second", "third"], *rows]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + line_end for row in table]
    path = write(tmp_path_factory.mktemp("cells"), "".join(lines).encode(encoding))
    assert read_grid(path, shown_as=SHOWN).rows == table
