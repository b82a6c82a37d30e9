"""The sheet for coders is read back as it was filled in."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from typer.testing import CliRunner

from pilotproof.clean.lesson_coding import clean_lesson_coding
from pilotproof.cli import app
from pilotproof.columns.lesson_coding import PICRAT_CODES
from pilotproof.pilot import LessonCodingSource
from pilotproof.sources.blank_sheet import EXAMPLE, INSTRUCTIONS
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.lesson_template import COLUMNS, SHEET, write_lesson_template
from tests.clean.test_lesson_coding import ARMS, pilot

FILLED_IN = ("L1", date(2026, 9, 15), "t-1", 3, "AB", "IA", "M", "went well")


def codes_of(path):
    raw = table_of(read_grid(path, shown_as=path.name))
    return clean_lesson_coding(raw, pilot=pilot(), arm_of_teacher=ARMS)


def test_a_filled_in_sheet_is_read_back_without_its_examples(tmp_path):
    path = write_lesson_template(tmp_path / "lessons.xlsx")
    book = openpyxl.load_workbook(path)
    assert book[SHEET]["A2"].value == book[SHEET]["A3"].value == EXAMPLE
    for column, value in zip("ABCDEFGH", FILLED_IN, strict=True):
        book[SHEET][f"{column}4"] = value
    book.save(path)
    found = codes_of(path)
    (lesson,) = found.tables["lesson_codes"].to_dict("records")
    assert [lesson[name] for name in ("teacher_id", "period", "student_relation", "teacher_use", "samr")] == [
        *("T-1", "3"),
        *"IAM",
    ]
    assert found.accounts[0].removed["Example row of the sheet"] == 2 and found.accounts[0].kept == 1


def test_as_csv_it_is_read_back_too(tmp_path):
    path = write_lesson_template(tmp_path / "lessons.csv")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(",".join(map(str, FILLED_IN)) + "\n")
    found = codes_of(path)
    assert found.accounts[0].removed == {"Example row of the sheet": 2}
    assert list(found.tables["lesson_codes"]["samr"]) == ["M"]


def test_an_untouched_sheet_holds_no_lesson(tmp_path):
    assert codes_of(write_lesson_template(tmp_path / "lessons.xlsx")).tables["lesson_codes"].empty


def test_its_columns_are_those_that_the_params_take_when_nothing_is_said():
    source = LessonCodingSource(file="x.xlsx")
    named = [getattr(source, field) for field in type(source).model_fields if field.endswith("_column")]
    assert [*named, "Note"] == list(COLUMNS)


def test_codes_are_chosen_from_lists_and_each_is_explained(tmp_path):
    book = openpyxl.load_workbook(write_lesson_template(tmp_path / "l.xlsx"))
    lists = {str(rule.sqref): rule.formula1 for rule in book[SHEET].data_validations.dataValidation}
    assert lists == {"F2:F2000": '"PR,IR,CR,PA,IA,CA,PT,IT,CT,-"', "G2:G2000": '"S,A,M,R,-"'}
    text = "\n".join(str(row[0].value) for row in book[INSTRUCTIONS].iter_rows())
    assert all(code in text for code in PICRAT_CODES)
    assert all(f"    {letter} - " in text for letter in "PICRATSM") and "No code is better than another" in text


@pytest.mark.parametrize("kind", ["observations", "lessons"])
def test_the_command_writes_it_once_and_never_over_another_file(tmp_path, kind):
    path = tmp_path / "sheet.xlsx"
    assert CliRunner().invoke(app, ["template", kind, "--output", str(path)]).exit_code == 0 and path.is_file()
    again = CliRunner().invoke(app, ["template", kind, "--output", str(path)])
    assert again.exit_code == 1 and "is there already" in again.output
