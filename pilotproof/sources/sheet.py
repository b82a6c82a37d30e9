"""One sheet of a workbook: from its XML to rows of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NoReturn

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_CELLS, MOST_CHARACTERS_IN_A_CELL, MOST_COLUMNS, MOST_FILLED_CELLS, MOST_ROWS
from pilotproof.sources.cell_text import Form, iso_text, plain
from pilotproof.sources.raw import few, letters_of

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,10})")
COLUMN = re.compile(r"[A-Z]{1,3}")
ESCAPED = re.compile(r"_x(?!0000|[Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")


class SheetReading:
    """Collects the cells of one sheet as its XML goes by (a Handler of xml_stream.parse).

    shared : texts that cells refer to by number
    forms : how a number becomes text, by the number of the cell's style
    """

    def __init__(self, file: str, shared: list[str], forms: list[Form], is_1904: bool) -> None:
        self._file, self._shared, self._forms, self._is_1904 = file, shared, forms, is_1904
        self._rows: dict[int, list[str]] = {}
        self._merged: list[str] = []
        self._without_value: list[tuple[int, int]] = []
        self._row, self._cells = 0, []
        self._column = 0  # of the last cell of the row, from 1
        self._total = self._filled = 0
        self._attributes: dict[str, str] = {}  # of the cell that goes by
        self._is_formula = self._has_value = False
        self._pieces: list[str] = []
        self._length = 0
        self._listens = self._is_phonetic = False

    # ---- the elements as they go by -------------------------------------------------------------------------------

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v":
            self._has_value = self._listens = True
        elif tag == "t":
            self._listens = not self._is_phonetic
            self._has_value = True
        elif tag == "f":
            self._is_formula = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "mergeCell":
            self._merged.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        if self._listens:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > MOST_CHARACTERS_IN_A_CELL:
                self._refuse(f"a cell of more than {MOST_CHARACTERS_IN_A_CELL:,} characters", "Empty this cell at its source.")

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._listens = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            self._end_row()
        elif tag == "rPh":
            self._is_phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = int(number) if number and number.isdecimal() and len(number) < 10 else self._row + 1
        if self._row > MOST_ROWS or self._row in self._rows or not self._row:
            self._refuse(f"a row numbered {self._row:,} out of place", "Export it again.")
        self._cells, self._column = [], 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else _column_of(reference.rstrip("0123456789"))
        if column > MOST_COLUMNS:
            self._refuse(f"more than {MOST_COLUMNS:,} columns", "Export less of it.")
        if column <= self._column:
            self._refuse(f"two cells in one place ({reference})", "Export it again.")
        self._column = column
        self._attributes = attributes
        self._is_formula = self._has_value = False
        self._pieces, self._length = [], 0

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        if self._is_formula and not text and not (self._has_value and self._attributes.get("t") == "str"):
            self._without_value.append((self._row, self._column))  # Excel saves ="" as an empty text, so that one has a value
        if not text:
            return
        if (gap := self._column - 1 - len(self._cells)) > 0:
            self._cells.extend([""] * gap)
        self._cells.append(self._shown(text))
        self._filled += 1

    def _end_row(self) -> None:
        self._total += len(self._cells)
        if self._total > MOST_CELLS or self._filled > MOST_FILLED_CELLS:
            self._refuse(f"more than {MOST_FILLED_CELLS:,} cells with content", "Export less of it, or as CSV.")
        if self._cells:
            self._rows[self._row] = self._cells

    def _shown(self, text: str) -> str:
        """The cell's value as a person would type it."""
        kind = self._attributes.get("t", "n")
        if kind == "n":
            style = _whole(self._attributes.get("s", "0"))
            form = self._forms[style] if style < len(self._forms) else plain
            return form(text.strip(), self._is_1904)
        if kind == "s":
            if (index := _whole(text)) >= len(self._shared):
                self._refuse("a cell whose text is not in the workbook", "Export it again.")
            return self._shared[index]
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        return iso_text(text) if kind == "d" else unescaped(text)

    # ---- when all have gone by ------------------------------------------------------------------------------------

    def rows(self) -> list[list[str]]:
        """Every row up to the last with content, all of one width; merged cells hold the value of their first cell.

        Raises DataError for formulas that the workbook holds no value of.
        """
        if self._without_value:
            raise DataError(few(self._formula_problems()))
        self._fill_merged()
        width = max((i + 1 for row in self._rows.values() for i in (_last_filled(row),) if i >= 0), default=0)
        height = max((number for number, row in self._rows.items() if _last_filled(row) >= 0), default=0)
        if width * height > MOST_CELLS:
            self._row = height
            self._refuse(f"cells spread over {height:,} rows and {width:,} columns", "Delete the cells far from the table.")
        return [_of_width(self._rows.get(number, []), width) for number in range(1, height + 1)]

    def _fill_merged(self) -> None:
        """Write the first cell of each merged range into all of it, as far as the sheet has content.

        A row without any cell of its own stays blank.
        """
        height = max(self._rows, default=0)
        width = max(map(len, self._rows.values()), default=0)
        area = 0
        for reference in self._merged:
            left, top, right, bottom = self._corners(reference)
            right, bottom = min(right, width), min(bottom, height)
            area += max(0, right - left + 1) * max(0, bottom - top + 1)
            if area > MOST_FILLED_CELLS:
                self._refuse("merged cells over millions of cells", "Export it again without merged cells.")
            value = self._rows.get(top, [])[left - 1 : left]
            for number in range(top, bottom + 1) if value and value[0] else ():
                if (row := self._rows.get(number)) is not None:
                    row.extend([""] * (right - len(row)))
                    row[left - 1 : right] = value * (right - left + 1)

    def _corners(self, reference: str) -> tuple[int, int, int, int]:
        first, _, last = reference.partition(":")
        start, end = REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first)
        if start is None or end is None:
            self._refuse(f"merged cells that make no sense ({reference[:40]})", "Export it again.")
        return _column_of(start.group(1)), int(start.group(2)), _column_of(end.group(1)), int(end.group(2))

    def _formula_problems(self) -> Iterator[Problem]:
        header = self._rows.get(1, [])
        for row, column in self._without_value:
            name = header[column - 1] if row > 1 and column <= len(header) else ""
            yield Problem(
                file=self._file,
                row=row,
                column=name or f"column {letters_of(column)}",
                found="a formula without its value",
                expected="a value: a formula is read by the value that was saved with it",
                action="Ask the sender to open the workbook in Excel and save it, or to export it as CSV.",
            )

    def _refuse(self, found: str, action: str) -> NoReturn:
        problem = Problem(
            file=self._file, row=self._row or None, found=found, expected="a sheet of an Excel workbook (.xlsx)", action=action
        )
        raise DataError([problem])


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_ in workbooks; NUL and half characters stay as they are written."""
    return ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


@cache
def _column_of(letters: str) -> int:
    """The number of a column by its letters; one beyond the bounds for what are no letters of a column."""
    if not COLUMN.fullmatch(letters):
        return MOST_COLUMNS + 1
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _whole(text: str) -> int:
    """A number that the workbook refers to something by; one that refers to nothing for what is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 10**9


def _last_filled(row: list[str]) -> int:
    return next((i for i in range(len(row) - 1, -1, -1) if row[i] and not row[i].isspace()), -1)


def _of_width(row: list[str], width: int) -> list[str]:
    """Spreadsheets leave out empty cells at the end of a row, and keep columns that only look used."""
    return row[:width] + [""] * (width - len(row))
