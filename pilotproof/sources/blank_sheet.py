"""A sheet to fill in: marked examples, lists to choose from, rows that print on one page, and a second sheet that explains it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pilotproof.files import write_text, write_whole

INSTRUCTIONS = "Read me first"
EXAMPLE = "EXAMPLE - delete this row"  # in the first cell of an example; cleaning leaves such rows out, and counts them
LAST_ROW_WITH_LIST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSheet:
    """What stands on a sheet to fill in.

    columns : names with the width of each; examples : rows to begin with; rows : how many are printed to fill in
    choices : the values of the columns that have a list; notes : lines of the explanation
    numbered : the column in which rows are counted, if any; dated : the column of days
    """

    title: str
    columns: Mapping[str, int]
    examples: Sequence[Sequence[object]]
    rows: int
    choices: Mapping[str, Sequence[str]]
    notes: Sequence[str]
    numbered: str | None = None
    dated: str = "Date"

    def letter(self, column: str) -> str:
        """The letter of a column in the spreadsheet."""
        return chr(ord("A") + list(self.columns).index(column))


def write_blank_sheet(sheet: BlankSheet, path: Path) -> Path:
    """Write the sheet as a workbook, or header and examples alone where `path` ends in .csv. Raises OSError."""
    if path.suffix.lower() == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows([list(sheet.columns), *sheet.examples])
        write_text(path, text.getvalue())
        return path
    book = Workbook()
    book.properties.creator = "Pilotproof"
    page = book.active
    page.title = sheet.title
    _fill(page, sheet)
    _lists(page, sheet)
    _for_print(page)
    notes = book.create_sheet(INSTRUCTIONS)
    notes.column_dimensions["A"].width = 110
    for row, line in enumerate(sheet.notes, start=1):
        notes.cell(row, 1, line).alignment = Alignment(wrap_text=True, vertical="top")
    write_whole(path, lambda beside: book.save(beside))
    return path


def _fill(page: Worksheet, sheet: BlankSheet) -> None:
    """Header, marked examples, and rows with borders to write in by hand."""
    line = Side(style="thin", color="999999")
    first, last = len(sheet.examples) + 2, len(sheet.examples) + sheet.rows + 1
    for column, (name, width) in enumerate(sheet.columns.items(), start=1):
        cell = page.cell(1, column, name)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[cell.column_letter].width = width
        for row in range(2, last + 1):
            page.cell(row, column).border = Border(left=line, right=line, top=line, bottom=line)
    for row, example in enumerate(sheet.examples, start=2):
        for column, value in enumerate(example, start=1):
            page.cell(row, column, value).font = Font(italic=True, color="777777")
    for row in range(2, last + 1):
        page[f"{sheet.letter(sheet.dated)}{row}"].number_format = "yyyy-mm-dd"
        if sheet.numbered and row >= first:
            page[f"{sheet.letter(sheet.numbered)}{row}"] = row - first + 1
    page.freeze_panes = "A2"


def _lists(page: Worksheet, sheet: BlankSheet) -> None:
    for column, choices in sheet.choices.items():
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = f"Choose one of: {', '.join(choices)}", column
        page.add_data_validation(rule)
        rule.add(f"{sheet.letter(column)}2:{sheet.letter(column)}{LAST_ROW_WITH_LIST}")


def _for_print(page: Worksheet) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 1
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
