"""From bytes to text: which encoding, told from the content."""

from __future__ import annotations

import codecs
import re

from pilotproof.errors import DataError, Problem

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
STRAY = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8, as `surrogateescape` keeps it
NO_CHARACTER = re.compile("[\udc81\udc8d\udc8f\udc90\udc9d]")  # not in cp1252 either
CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
BEYOND_ASCII = bytes(range(0x80, 0x100))
MOST_ROWS_NAMED = 5


def decode(content: bytes, *, shown_as: str) -> tuple[str, list[str]]:
    """The text, and a sentence on its encoding for people when it is anything but UTF-8.

    UTF-8, UTF-16 and UTF-32 are known by their byte order mark, UTF-16 without one by its NULs. Other bytes that are not UTF-8
    are Windows' cp1252 — or, when every line ends in CR alone, Mac Roman, as Excel for Mac writes its "CSV (Macintosh)".
    A file that is UTF-8 but for a few bytes (answers pasted from elsewhere) is read as UTF-8 and those bytes as cp1252; the rows
    are named. It counts as such when it has more characters of proper UTF-8 beyond ASCII than stray bytes; in a cp1252 file
    two bytes hardly ever happen to be one.
    Raises DataError for bytes that no text has.
    """
    for mark, encoding, name in MARKS:
        if content.startswith(mark) and name != "UTF-8":
            return _strictly(content, encoding, name, shown_as), [f"read as {name}"]
    if (encoding := _utf16_without_mark(content)) is not None:
        return _strictly(content, encoding, "UTF-16", shown_as), ["read as UTF-16 (the file has no byte order mark)"]
    content = content.removeprefix(codecs.BOM_UTF8)
    text = content.decode("utf-8", "surrogateescape")
    proper = len(content.decode("utf-8", "ignore")) if not text.isascii() else len(text)
    stray = len(text) - proper
    if stray > proper - len(content.translate(None, delete=BEYOND_ASCII)):
        is_mac = b"\r" in content and b"\n" not in content
        encoding, name = ("mac_roman", "Mac Roman") if is_mac else ("cp1252", "Windows (cp1252)")
        return _strictly(content, encoding, name, shown_as), [f"read as {name}"]
    notes = [f"read as UTF-8, but for {_count(stray)} in {_rows(text)}, read as Windows (cp1252)"] if stray else []
    return _refuse_nul(_without_stray(text, shown_as) if stray else text, shown_as), notes


def _strictly(content: bytes, encoding: str, name: str, shown_as: str) -> str:
    try:
        return _refuse_nul(content.decode(encoding).removeprefix("\ufeff"), shown_as)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError([_no_text(shown_as, row, f"bytes that are no text in {name}")]) from error


def _utf16_without_mark(content: bytes) -> str | None:
    """Mostly ASCII as UTF-16 has a NUL in every second place."""
    sample = content[:4096]
    half = len(sample) // 2
    if len(content) % 2 or half < 2:
        return None
    if sample[1::2].count(0) > half * 0.7 and not sample[0::2].count(0):
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.7 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _without_stray(text: str, shown_as: str) -> str:
    if found := NO_CHARACTER.search(text):
        row = text.count("\n", 0, found.start()) + 1
        raise DataError([_no_text(shown_as, row, "bytes that are no text in UTF-8 or Windows (cp1252)")])
    return text.translate(CP1252)


def _refuse_nul(text: str, shown_as: str) -> str:
    if (position := text.find("\0")) >= 0:
        row = text.count("\n", 0, position) + 1
        raise DataError([_no_text(shown_as, row, "bytes that are no text (NUL)")])
    return text


def _rows(text: str) -> str:
    """The first lines that hold stray bytes, in words. Lines of the file: a quoted line break counts."""
    lines: list[str] = []
    start, line = 0, 1
    while len(lines) <= MOST_ROWS_NAMED and (found := STRAY.search(text, start)):
        line += text.count("\n", start, found.start())
        lines.append(str(line))
        if (start := text.find("\n", found.start())) < 0:
            break
    more = " and more" if len(lines) > MOST_ROWS_NAMED else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(lines[:MOST_ROWS_NAMED])}{more}"


def _count(stray: int) -> str:
    return "one byte" if stray == 1 else f"{stray:,} bytes"


def _no_text(file: str, row: int, found: str) -> Problem:
    return Problem(
        file=file,
        row=row,
        found=found,
        expected="a text file in UTF-8, UTF-16 or Windows (cp1252), or an Excel workbook (.xlsx)",
        action="Export it again as CSV in UTF-8, or as .xlsx.",
    )
