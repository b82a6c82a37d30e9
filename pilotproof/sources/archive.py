"""ZIP files (workbooks, roster bundles) opened with care: declared sizes are checked before, real sizes while unpacking."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_BYTES, MOST_PARTS

ZIP_MARK = b"PK\x03\x04"
CHUNK = 2**18
END_RECORD = b"PK\x05\x06"
LONGEST_END_RECORD = 22 + 65_535  # with its comment
MOST_DIRECTORY_BYTES = 400 * MOST_PARTS
IS_ENCRYPTED = 0x1
BROKEN = (  # what Python's zipfile raises for archives that were damaged in one way or another
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, UnicodeDecodeError, OverflowError),
)


@contextmanager
def opened(path: Path, *, shown_as: str) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`. Raises DataError when it is damaged or beyond the bounds, also while it is read."""
    try:
        _check_size(path, shown_as)
        with zipfile.ZipFile(path) as archive:
            if any(part.flag_bits & IS_ENCRYPTED for part in archive.infolist()):
                raise DataError([_problem(shown_as, "parts protected by a password", "Ask for the file without a password.")])
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        struct.error,
        OSError,
        ValueError,
        LookupError,
    ) as error:
        found = "a damaged or cut-off file (its ZIP structure is broken)"
        raise DataError([_problem(shown_as, found, "Export or download it again.")]) from error


def unpacked(archive: zipfile.ZipFile, name: str, *, most: int, shown_as: str) -> Generator[bytes, None, None]:
    """The bytes of one part, piece by piece. Raises DataError as soon as they are more than `most`, whatever the archive says."""
    if archive.getinfo(name).file_size > most:
        raise DataError([_too_much(shown_as, name, most)])
    total = 0
    with archive.open(name) as stream:
        while piece := stream.read(CHUNK):
            total += len(piece)
            if total > most:
                raise DataError([_too_much(shown_as, name, most)])
            yield piece


def _check_size(path: Path, shown_as: str) -> None:
    """Refuse an archive with too many parts before its directory is read into memory."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise DataError([_problem(shown_as, f"{size:,} bytes", "Export less of it.", f"at most {MOST_BYTES:,}")])
    with path.open("rb") as stream:
        stream.seek(max(0, size - LONGEST_END_RECORD))
        tail = stream.read()
    if (position := tail.rfind(END_RECORD)) < 0:
        raise zipfile.BadZipFile
    parts, directory_bytes = struct.unpack_from("<HL", tail, position + 10)
    if parts > MOST_PARTS or directory_bytes > MOST_DIRECTORY_BYTES:
        raise DataError([_problem(shown_as, "thousands of files inside", "Export it again.", f"at most {MOST_PARTS:,}")])


def _too_much(file: str, name: str, most: int) -> Problem:
    return _problem(file, f"a part of more than {most:,} bytes when unpacked ({name})", "Export less of it, or as CSV.", "less")


def _problem(file: str, found: str, action: str, expected: str = "a workbook (.xlsx) or ZIP file that can be opened") -> Problem:
    return Problem(file=file, found=found, expected=expected, action=action)
