"""Excel workbooks (XLSX) as rows of text. Macros and links to other files are never looked at."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.archive import ZIP_MARK, opened, unpacked
from pilotproof.sources.bounds import MOST_BYTES, MOST_UNPACKED_BYTES
from pilotproof.sources.cell_text import BUILT_IN, Form, form_of, plain
from pilotproof.sources.foreign import refuse_foreign_archive
from pilotproof.sources.sheet import SheetReading, unescaped
from pilotproof.sources.xml_stream import Handler, local, parse

ZIP_STARTS = (ZIP_MARK, b"PK\x05\x06")  # the second is a ZIP without any part
IS_TRUE = ("1", "true", "on")


def is_workbook(path: Path) -> bool:
    """Whether the file starts as every XLSX file does."""
    with path.open("rb") as stream:
        return stream.read(4) in ZIP_STARTS


def workbook_rows(path: Path, *, shown_as: str, sheet: str | None = None) -> tuple[list[list[str]], list[str]]:
    """Every row of one sheet as text, and what to know about how it was read.

    sheet : its name; the first visible sheet with a table when None, or that is not empty where none has one
    Raises DataError for a damaged or hostile workbook, a sheet that is not there, and a formula without its value.
    """
    with opened(path, shown_as=shown_as) as archive:
        refuse_foreign_archive(archive, shown_as=shown_as)
        book = _Book(archive, shown_as)
        sheets = book.sheets()
        chosen = [_named(sheets, sheet, shown_as)] if sheet is not None else [one for one in sheets if one.is_visible]
        read = [(one, book.rows(one)) for one in chosen or sheets]
        best = sorted(read, key=lambda found: (not _is_table(found[1]), not found[1]))  # stable: else the order of the tabs
        if best:
            return best[0][1], _notes(best[0][0], sheets)
    raise DataError([_problem(shown_as, "a workbook without sheets", "Export it again.")])


def require_one_sheet(path: Path, *, shown_as: str) -> None:
    """Raises DataError for a workbook of several tables, so that the first is not read as if it were the only one.

    A visible sheet with a header and at least one record, each of two cells or more, is a table; instructions are none.
    """
    if not is_workbook(path):
        return
    names = _sheets_with_records(path, shown_as)
    if len(names) > 1:
        problem = Problem(
            file=shown_as,
            found=f"{len(names)} sheets with records: {', '.join(repr(name) for name in names)}",
            expected="one sheet that is meant",
            action=f'Name it with --sheet "{names[0]}", and in the params file as `sheet` beside the file.',
        )
        raise DataError([problem])


def _sheets_with_records(path: Path, shown_as: str) -> list[str]:
    with opened(path, shown_as=shown_as) as archive:
        book = _Book(archive, shown_as)
        return [sheet.name for sheet in book.sheets() if sheet.is_visible and _is_table(book.rows(sheet))]


def _is_table(rows: list[list[str]]) -> bool:
    """A header and a record at least; a page of instructions has one cell a row."""
    return sum(sum(bool(cell.strip()) for cell in row) > 1 for row in rows) > 1


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    is_visible: bool


@dataclass(slots=True)
class _Book:
    """The parts of one workbook. Names of parts are compared without regard to case and slashes, as Excel does."""

    archive: zipfile.ZipFile
    file: str
    is_1904: bool = False
    _parts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._parts = {_plain_name(name): name for name in self.archive.namelist()}

    def sheets(self) -> list[_Sheet]:
        """The worksheets in the order of their tabs; charts are none."""
        found = _Attributes("sheet", "workbookPr")
        self._read("xl/workbook.xml", found)
        links = _Attributes("Relationship")
        self._read("xl/_rels/workbook.xml.rels", links)
        part_of = {
            link.get("Id", ""): _plain_name(posixpath.join("xl", link.get("Target", "")))
            for _, link in links.found
            if link.get("Type", "").endswith("/worksheet") and link.get("TargetMode") != "External"
        }
        self.is_1904 = any(entry.get("date1904") in IS_TRUE for tag, entry in found.found if tag == "workbookPr")
        return [
            _Sheet(entry.get("name", ""), part_of[entry.get("id", "")], entry.get("state", "visible") == "visible")
            for tag, entry in found.found
            if tag == "sheet" and entry.get("id") in part_of
        ]

    def rows(self, sheet: _Sheet) -> list[list[str]]:
        shared = _SharedStrings()
        self._read("xl/sharedstrings.xml", shared, most=MOST_BYTES)
        reading = SheetReading(self.file, shared.strings, self._forms(), self.is_1904)
        if sheet.part not in self._parts:
            raise DataError([_problem(self.file, f"no content for the sheet '{sheet.name}'", "Export it again.")])
        self._read(sheet.part, reading)
        return reading.rows()

    def _forms(self) -> list[Form]:
        """How numbers become text, by the number of the cell's style."""
        found = _Attributes("numFmt", "xf", inside="cellXfs")
        self._read("xl/styles.xml", found)
        codes = BUILT_IN | {_whole(e.get("numFmtId")): e.get("formatCode", "") for tag, e in found.found if tag == "numFmt"}
        form_by_id = {number: form_of(code) for number, code in codes.items()}
        return [form_by_id.get(_whole(entry.get("numFmtId")), plain) for tag, entry in found.found if tag == "xf"]

    def _read(self, part: str, handler: Handler, *, most: int = MOST_UNPACKED_BYTES) -> None:
        """Tell `handler` of a part; a part that is not there has nothing to tell."""
        if (name := self._parts.get(_plain_name(part))) is not None:
            parse(unpacked(self.archive, name, most=most, shown_as=self.file), handler, shown_as=self.file)


class _Attributes:
    """Collects the attributes of the elements named, `xf` only inside the element `inside`."""

    def __init__(self, *tags: str, inside: str | None = None) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        self._tags = tags
        self._inside = inside
        self._is_inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._is_inside |= tag == self._inside
        if tag in self._tags and (tag != "xf" or self._is_inside):
            self.found.append((tag, local(attributes)))

    def text(self, text: str) -> None:
        pass

    def end(self, tag: str) -> None:
        if tag == self._inside:
            self._is_inside = False


class _SharedStrings:
    """Collects the texts that cells refer to by number. Phonetic readings (rPh) are no part of them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._is_text = False
        self._is_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._is_phonetic = True
        elif tag == "t":
            self._is_text = not self._is_phonetic

    def text(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._is_text = False
        elif tag == "rPh":
            self._is_phonetic = False
        elif tag == "si":
            self.strings.append(unescaped("".join(self._pieces)))


def _plain_name(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _named(sheets: list[_Sheet], name: str, shown_as: str) -> _Sheet:
    for sheet in sheets:
        if sheet.name.strip().casefold() == name.strip().casefold():
            return sheet
    problem = Problem(
        file=shown_as,
        found=f"no sheet '{name}'",
        expected=f"one of {', '.join(sheet.name for sheet in sheets)}",
        action="Correct the name in the params file.",
    )
    raise DataError([problem])


def _notes(read: _Sheet, sheets: list[_Sheet]) -> list[str]:
    if len(sheets) < 2:
        return []
    others = ", ".join(f"'{one.name}'" + ("" if one.is_visible else " (hidden)") for one in sheets if one is not read)
    return [f"read the sheet '{read.name}'; not read: {others}"]


def _problem(file: str, found: str, action: str) -> Problem:
    return Problem(file=file, found=found, expected="an Excel workbook (.xlsx) with a sheet of records", action=action)
