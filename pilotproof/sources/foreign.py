"""Kinds of file that are often sent by mistake, by their first bytes, and what to do with each."""

from __future__ import annotations

import zipfile
from pathlib import Path

from pilotproof.errors import DataError, Problem

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
AS_WORKBOOK = "Open it and save it as an Excel workbook (.xlsx) or as CSV."
ASK_AGAIN = "Ask for the export as CSV or as an Excel workbook (.xlsx)."
UNPACK = "Unpack it and use the files inside; `pilotproof receive` unpacks a roster bundle."
START = {  # first bytes: (what the file is, what to do)
    b"%PDF": ("a PDF document", ASK_AGAIN),
    b"\x1f\x8b": ("a packed file (.gz)", UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a packed file (.7z)", UNPACK),
    b"Rar!": ("a packed file (.rar)", UNPACK),
    b"PAR1": ("a Parquet file", ASK_AGAIN),
    b"SQLite format 3\0": ("a SQLite database", ASK_AGAIN),
    b"\x89PNG": ("a picture", ASK_AGAIN),
    b"\xff\xd8\xff": ("a picture", ASK_AGAIN),
    b"{\\rtf": ("a text document (.rtf)", ASK_AGAIN),
    b"\x09\x08\x10\x00\x00\x06": ("an old Excel workbook (.xls)", AS_WORKBOOK),
    b"\x09\x08\x08\x00\x00\x05": ("an old Excel workbook (.xls)", AS_WORKBOOK),
    b"$FL2": ("an SPSS file (.sav)", ASK_AGAIN),
    b"$FL3": ("an SPSS file (.sav)", ASK_AGAIN),
}
MARKUP = {  # among the first characters, lower case: (what the file is, what to do)
    b"<html": ("a web page, even if its name ends in .xls", AS_WORKBOOK),
    b"<!doctype html": ("a web page, even if its name ends in .xls", AS_WORKBOOK),
    b"<table": ("a web page, even if its name ends in .xls", AS_WORKBOOK),
    b"urn:schemas-microsoft-com:office:spreadsheet": ("an XML spreadsheet of Excel 2003", AS_WORKBOOK),
}
INSIDE = {  # a part of a ZIP: (what the file is, what to do)
    "xl/workbook.bin": ("a binary Excel workbook (.xlsb)", AS_WORKBOOK),
    "content.xml": ("an OpenDocument spreadsheet (.ods)", AS_WORKBOOK),
    "Index/Document.iwa": ("an Apple Numbers document", "In Numbers choose File > Export To > CSV or Excel."),
    "Index.zip": ("an Apple Numbers document", "In Numbers choose File > Export To > CSV or Excel."),
    "word/document.xml": ("a Word document", ASK_AGAIN),
    "ppt/presentation.xml": ("a PowerPoint file", ASK_AGAIN),
}
LOOKED_AT = 4096


def refuse_foreign(path: Path, *, shown_as: str) -> None:
    """Raise DataError, with the kind of file and what to do, when it is no text, JSON or ZIP by its first bytes."""
    with path.open("rb") as stream:
        start = stream.read(LOOKED_AT)
        rest = stream.read(2**22) if start.startswith(OLE_MARK) else b""
    if start.startswith(OLE_MARK):
        raise DataError([_problem(shown_as, *_old_office(start + rest))])
    for mark, kind in START.items():
        if start.startswith(mark):
            raise DataError([_problem(shown_as, *kind)])
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, kind in MARKUP.items():
        if head.startswith(b"<") and (head.startswith(mark) or (mark in head and head.startswith((b"<?xml", b"<!--", b"<meta")))):
            raise DataError([_problem(shown_as, *kind)])


def refuse_foreign_archive(archive: zipfile.ZipFile, *, shown_as: str) -> None:
    """Raise DataError, with the kind of file and what to do, when a ZIP is no Excel workbook."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return
    kind = next((kind for part, kind in INSIDE.items() if part in names), ("a ZIP file that is no workbook", UNPACK))
    raise DataError([_problem(shown_as, *kind)])


def _old_office(content: bytes) -> tuple[str, str]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "a workbook protected by a password", "Open it, remove the password (File > Info > Protect Workbook) and save it."
    return "an old Excel workbook (.xls) or another old Office file", AS_WORKBOOK


def _problem(file: str, found: str, action: str) -> Problem:
    return Problem(file=file, found=found, expected="a CSV or TSV file, or an Excel workbook (.xlsx)", action=action)
