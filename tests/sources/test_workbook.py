"""Workbooks are read as a person sees them; a damaged, foreign or hostile one is named."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pilotproof.errors import DataError
from pilotproof.sources.cell_text import form_of
from pilotproof.sources.grid import read_grid, table_of

SHOWN = "data/raw/x/file.xlsx"
BOOK = '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
LINKS = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'


def rows_of(path: Path, sheet: str | None = None) -> list[list[str]]:
    return read_grid(path, shown_as=SHOWN, sheet=sheet).rows


def book_of(folder: Path, rows: list[list[object]], **formats: str) -> Path:
    """A workbook written by openpyxl; formats: cell=number format."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, code in formats.items():
        book.active[cell].number_format = code
    book.save(folder / "file.xlsx")
    return folder / "file.xlsx"


def raw_book(folder: Path, sheet: str, **parts: str) -> Path:
    """A workbook of which every part is written out here, as other programs than Excel write it."""
    path = folder / "file.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"workbook": BOOK, "_rels/workbook": LINKS, "worksheets/sheet1": sheet, **parts}.items():
            archive.writestr(f"xl/{name}.xml" + (".rels" if name.startswith("_rels") else ""), text)
    return path


def sheet_of(cells: str, after: str = "") -> str:
    return f"<worksheet><sheetData>{cells}</sheetData>{after}</worksheet>"


def test_cells_are_text_as_a_person_would_type_them(tmp_path):
    typed = [7, 0.1, 0.1 + 0.2, 1e-7, -3.0, 123456789012345, True, "007", date(2026, 9, 14), time(10, 12)]
    typed += [datetime(2026, 9, 14, 10, 12), "#N/A", None, " x "]
    shown = ["7", "0.1", "0.3", "1e-07", "-3", "123456789012345", "TRUE", "007", "2026-09-14", "10:12:00"]
    shown += ["2026-09-14 10:12:00", "#N/A", "", " x "]
    assert rows_of(book_of(tmp_path, [typed])) == [shown]


@pytest.mark.parametrize(
    ("code", "digits", "text"),
    [
        ("00000", "123", "00123"),  # an id whose zeros only the format shows
        ("00000", "1.5", "1.5"),
        ("0.00", "1.5", "1.5"),
        ("#,##0", "1234567", "1234567"),
        ("0%", "0.85", "0.85"),
        ("[h]:mm:ss", "1.1041666666666667", "26:30:00"),  # a day and 2.5 hours: 26.5
        ("mm/dd/yyyy", "46279", "2026-09-14"),
        ("dd.mm.yy hh:mm", "46279.425", "2026-09-14 10:12:00"),  # 0.425 * 24 = 10.2 hours
        ("mmm", "46279", "2026-09-14"),
        ("h:mm AM/PM", "0.425", "10:12:00"),
        ("hh:mm:ss.000", "0.4250057870", "10:12:00.500"),
        ("yyyy-mm-dd", "59", "1900-02-28"),
        ("yyyy-mm-dd", "60", "60"),  # Excel's 29 February 1900 never was
        ("yyyy-mm-dd", "61", "1900-03-01"),
        ("yyyy-mm-dd", "-1", "-1"),
        ("yyyy-mm-dd", "1e300", "1e+300"),
        ('"day "0', "12", "12"),  # letters in quotes are no date
        ("[Red]0", "12", "12"),
        ("General", "46279", "46279"),
        ("General", "12345678901234567", "12345678901234567"),
        ("General", "1.5E+16", "15000000000000000"),
        ("yyyy-mm-dd", "no number", "no number"),
    ],
)
def test_a_number_s_format_says_what_it_is(code, digits, text):
    assert form_of(code)(digits, False) == text


def test_leading_zeros_come_from_texts_and_from_formats(tmp_path):
    path = book_of(tmp_path, [["id", "other"], ["00042", 42]], B2="00000")
    assert table_of(read_grid(path, shown_as=SHOWN)).frame.loc[2].tolist() == ["00042", "00042"]


def test_days_may_count_from_1904(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append([date(2026, 9, 14)])
    book.save(tmp_path / "mac.xlsx")
    assert rows_of(tmp_path / "mac.xlsx") == [["2026-09-14"]]


def test_merged_cells_hold_the_value_of_their_first_cell(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "Fall", None, "Spring"], ["s1", 1, 2, 3], [None, 4, 5, 6]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    assert rows_of(tmp_path / "merged.xlsx") == [["id", "Fall", "Fall", "Spring"], ["s1", "1", "2", "3"], ["s1", "4", "5", "6"]]


def test_hidden_sheets_are_passed_over_and_the_others_are_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "Key", "hidden"
    book.active.append(["secret"])
    book.create_sheet("Empty")
    book.create_sheet("Data").append(["id"])
    book.create_sheet("More").append(["other"])
    book.save(tmp_path / "file.xlsx")
    grid = read_grid(tmp_path / "file.xlsx", shown_as=SHOWN)
    assert grid.rows == [["id"]]
    assert grid.notes == ("read the sheet 'Data'; not read: 'Key' (hidden), 'Empty', 'More'",)
    assert rows_of(tmp_path / "file.xlsx", sheet="more ") == [["other"]]
    with pytest.raises(DataError, match="found no sheet 'Scores'; expected one of Key, Empty, Data, More"):
        rows_of(tmp_path / "file.xlsx", sheet="Scores")


def test_a_formula_gives_its_saved_value_and_without_one_it_is_named(tmp_path):
    cells = '<row r="1"><c r="A1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="B1" t="str"><f>""</f><v></v></c></row>'
    cells += '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert rows_of(raw_book(tmp_path, sheet_of(cells))) == [["ab"], ["2"]]
    with pytest.raises(DataError, match=r"row 3, score: found a formula without its value") as caught:
        rows_of(book_of(tmp_path, [["id", "score"], ["s1", 1], ["s2", "=B2*2"], ["s3", "=B2*3"]]))
    assert len(caught.value.problems) == 2


def test_blank_rows_and_gaps_keep_their_numbers(tmp_path):
    cells = '<row r="2"><c r="B2"><v>1</v></c></row><row r="5"><c r="A5" t="inlineStr"><is><t>x</t></is></c></row>'
    assert rows_of(raw_book(tmp_path, sheet_of(cells))) == [["", ""], ["", "1"], ["", ""], ["", ""], ["x", ""]]


def test_what_other_programs_write_is_read(tmp_path):
    """No cell references, prefixes before the names, rich and phonetic text, escaped characters, dates as text."""
    strings = "<sst><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si><si><t>a_x000A_b_x0000_</t></si></sst>"
    cells = '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c><x:c t="d"><x:v>2026-09-14T10:12:00</x:v></x:c>'
    cells += '<x:c t="b"><x:v>0</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="y"><x:sheetData>{cells}</x:sheetData></x:worksheet>'
    path = raw_book(tmp_path, sheet, sharedStrings=strings)
    assert rows_of(path) == [["rich", "a\nb_x0000_", "2026-09-14 10:12:00", "FALSE", "#N/A"]]


def test_macros_and_links_to_other_files_are_left_alone(tmp_path):
    path = raw_book(tmp_path, sheet_of("<row><c><f>[1]Other!A1</f><v>5</v></c></row>"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 would do harm")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert rows_of(path) == [["5"]]


def foreign(folder: Path, *parts: str) -> bytes:
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        for part in parts:
            archive.writestr(part, "x")
    return (folder / "other.zip").read_bytes()


@pytest.mark.parametrize(
    ("content", "said", "advice"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook", "save it as an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a password", "remove the password"),
        (("content.xml", "mimetype"), "an OpenDocument spreadsheet", "save it as an Excel workbook"),
        (("Index/Document.iwa",), "an Apple Numbers document", "Export To > CSV"),
        (("xl/workbook.bin",), "a binary Excel workbook", "save it as an Excel workbook"),
        (("word/document.xml",), "a Word document", "Ask for the export as CSV"),
        (("notes.txt",), "a ZIP file that is no workbook", "Unpack it"),
        ((), "a ZIP file that is no workbook", "Unpack it"),
        (b"%PDF-1.7 x", "a PDF document", "Ask for the export as CSV"),
        (b"\x1f\x8b\x08\0", r"a packed file \(.gz\)", "Unpack it"),
        (b"<html><table><tr><td>1</td></tr></table>", "a web page", "save it as an Excel workbook"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "an XML spreadsheet", "save"),
        (b"PK\x03\x04", "a damaged or cut-off file", "Export or download it again"),
    ],
)
def test_another_kind_of_file_is_named_with_what_to_do(tmp_path, content, said, advice):
    path = tmp_path / "file.xlsx"
    path.write_bytes(foreign(tmp_path, *content) if isinstance(content, tuple) else content)
    with pytest.raises(DataError, match=said) as caught:
        rows_of(path)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'), "two cells in one place"),
        (sheet_of('<row r="3"/><row r="2"><c><v>1</v></c></row><row r="2"/>'), "a row numbered 2 out of place"),
        (sheet_of('<row r="0"><c><v>1</v></c></row>'), "a row numbered 0 out of place"),
        (sheet_of('<row><c t="s"><v>9</v></c></row>'), "a cell whose text is not in the workbook"),
        (sheet_of('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "more than 16,384 columns"),
        (sheet_of('<row r="1"><c r="99"><v>1</v></c></row>'), "more than 16,384 columns"),
        (sheet_of("<row><c><v>1</v></c></row>", '<mergeCells><mergeCell ref="A1:??"/></mergeCells>'), "make no sense"),
        ("<worksheet><sheetData><row>", "a damaged workbook"),
        ('<?xml version="1.0" encoding="utf-7"?><worksheet/>', "a workbook in utf-7"),
        ('<?xml version="1.0" encoding="hex"?><worksheet/>', "a workbook in hex"),
        ("", "a damaged workbook"),
    ],
)
def test_a_damaged_sheet_is_named(tmp_path, sheet, said):
    with pytest.raises(DataError, match=said):
        rows_of(raw_book(tmp_path, sheet))


def test_a_workbook_without_content_has_no_rows(tmp_path):
    assert rows_of(raw_book(tmp_path, sheet_of(""))) == []
    with pytest.raises(DataError, match="found 0 rows"):
        table_of(read_grid(raw_book(tmp_path, sheet_of("")), shown_as=SHOWN))
    with pytest.raises(DataError, match="a workbook without sheets"):
        rows_of(raw_book(tmp_path, sheet_of(""), workbook="<workbook/>"))
