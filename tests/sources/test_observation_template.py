"""The sheet for observers is read back as it was filled in."""

from __future__ import annotations

from datetime import date

import openpyxl

from pilotproof.clean.observations import clean_observations
from pilotproof.pilot import ObservationSource
from pilotproof.sources.blank_sheet import EXAMPLE
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.observation_template import COLUMNS, SHEET, write_observation_template
from tests.clean.test_observations import ARMS, pilot


def test_a_filled_in_sheet_is_read_back(tmp_path):
    path = write_observation_template(tmp_path / "observations.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    assert sheet["A2"].value == EXAMPLE
    sheet.delete_rows(2)
    for row in range(2, 5):  # three intervals: on, off, on
        for column, value in zip("ABCDEFHI", ("a", date(2026, 9, 15), "t-1", 3, "AB", "momentary", 5, "on"), strict=True):
            sheet[f"{column}{row}"] = value
    sheet["I3"] = "off"
    sheet.delete_rows(5, 40)
    book.save(path)
    raw = table_of(read_grid(path, shown_as="observations.xlsx"))
    (session,) = clean_observations(raw, pilot=pilot(), arm_of_teacher=ARMS).tables["observations"].to_dict("records")
    assert (session["intervals"], session["on_task"], session["interval_minutes"], session["period"]) == (3, 2, 5.0, "3")


def test_the_example_and_rows_that_were_not_filled_in_are_left_out_and_counted(tmp_path):
    path = write_observation_template(tmp_path / "observations.xlsx")
    book = openpyxl.load_workbook(path)
    for column, value in zip("ABCDEFHI", ("a", date(2026, 9, 15), "t-1", 3, "AB", "momentary", 5, "on"), strict=True):
        book[SHEET][f"{column}3"] = value
    book.save(path)
    raw = table_of(read_grid(path, shown_as="observations.xlsx"))
    (account,) = clean_observations(raw, pilot=pilot(), arm_of_teacher=ARMS).accounts
    # the example, one interval that was filled in, 29 that were not
    assert (account.records, account.kept) == (31, 1)
    assert account.removed == {"Row that was not filled in": 29, "Example row of the sheet": 1}


def test_its_columns_are_those_that_the_params_take_when_nothing_is_said():
    source = ObservationSource(file="x.xlsx")
    named = [getattr(source, field) for field in type(source).model_fields if field.endswith("_column")]
    assert sorted(named) == sorted(COLUMNS)


def test_procedure_and_code_are_chosen_from_lists_and_it_prints_on_one_page(tmp_path):
    sheet = openpyxl.load_workbook(write_observation_template(tmp_path / "o.xlsx"))[SHEET]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists == {"F2:F2000": '"momentary,partial,whole,class_scan"', "I2:I2000": '"on,off,-"'}
    assert sheet.page_setup.fitToHeight == 1 and sheet.freeze_panes == "A2"
