"""The sheet on which observers note time on task: an XLSX file with instructions, lists to choose from, and printable rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pilotproof.columns.observations import PROCEDURES
from pilotproof.files import write_whole

SHEET, INSTRUCTIONS = "Observations", "Read me first"
COLUMNS = {  # as pilot.observations.ObservationSource names them, with the width of each
    "Session": 12,
    "Date": 12,
    "Teacher": 12,
    "Period": 8,
    "Observer": 10,
    "Procedure": 13,
    "Interval": 9,
    "Minutes per interval": 11,
    "Code": 7,
    "On task": 8,
    "Present": 8,
}
INTERVALS = 30
EXAMPLE = "EXAMPLE - delete this row"
TEXT = (
    "One row is one interval (or one scan) of one session.",
    "Session: any name, the same in all rows of the session, for example 2026-09-15 A. Two observers of one session use the same "
    "name, date and teacher; their agreement is then computed.",
    "Date: 2026-09-15. Teacher: the staff id of the roster, not the name. Observer: initials.",
    "Procedure: how an interval was scored. It must be filled in, because the same marks mean different things:",
    "    momentary - what the student did at the very moment the interval ended",
    "    partial - on if the student was on task at any time in the interval (gives an upper bound)",
    "    whole - on if the student was on task all through the interval (gives a lower bound)",
    "    class_scan - at that moment, how many students of the class were on task, of how many present",
    "Code (momentary, partial, whole): on, off, or - when the interval was not observed.",
    "On task and Present (class_scan): numbers of students.",
    "Code at least one session in five with two observers. Note no names of students.",
)


def write_observation_template(path: Path) -> Path:
    """Write the sheet to `path`. Raises OSError when the folder cannot be written."""
    book = Workbook()
    book.properties.creator = "Pilotproof"
    sheet = book.active
    sheet.title = SHEET
    _fill(sheet)
    _lists(sheet)
    _for_print(sheet)
    notes = book.create_sheet(INSTRUCTIONS)
    notes.column_dimensions["A"].width = 110
    for row, line in enumerate(TEXT, start=1):
        notes.cell(row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    write_whole(path, lambda beside: book.save(beside))
    return path


def _fill(sheet: Worksheet) -> None:
    """Header, a marked example, and numbered rows with borders to write in by hand."""
    line = Side(style="thin", color="999999")
    for column, (name, width) in enumerate(COLUMNS.items(), start=1):
        cell = sheet.cell(1, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
        for row in range(2, INTERVALS + 3):
            sheet.cell(row, column).border = Border(left=line, right=line, top=line, bottom=line)
    example = (EXAMPLE, date(2026, 9, 15), "staff id", "3", "AB", "momentary", 1, 5, "on", None, None)
    for column, value in enumerate(example, start=1):
        sheet.cell(2, column, value).font = Font(italic=True, color="777777")
    for interval in range(1, INTERVALS + 1):
        sheet.cell(interval + 2, list(COLUMNS).index("Interval") + 1, interval)
    for row in range(2, INTERVALS + 3):
        sheet.cell(row, list(COLUMNS).index("Date") + 1).number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "A2"


def _lists(sheet: Worksheet) -> None:
    """Procedure and code are chosen from a list."""
    for column, choices in (("Procedure", PROCEDURES), ("Code", ("on", "off", "-"))):
        letter = sheet.cell(1, list(COLUMNS).index(column) + 1).column_letter
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = f"Choose one of: {', '.join(choices)}", column
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}2000")


def _for_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
