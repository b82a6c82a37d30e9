"""XML parts of a workbook, read piece by piece: no entities, no DTD, no part that fills the memory."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Protocol
from xml.parsers import expat

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_XML_TAGS

ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "windows-1252")  # Excel writes the first
LONGEST_TAG = 2**22  # bytes of one tag or comment; Excel's stay under a few hundred


class Handler(Protocol):
    """Is told of each element and text, by names without a namespace's prefix."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def text(self, text: str) -> None: ...

    def end(self, tag: str) -> None: ...


def parse(pieces: Generator[bytes, None, None], handler: Handler, *, shown_as: str) -> None:
    """Tell `handler` what `pieces` hold. Raises DataError for broken or hostile XML.

    A document type is refused: workbooks have none, and it is what entity bombs and the reading of other files need.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = partial(_first_element, parser, handler)
    parser.StartDoctypeDeclHandler = lambda *_: _refuse(shown_as, "a document type inside the workbook, which Excel never writes")
    parser.XmlDeclHandler = partial(_check_encoding, shown_as)
    fed = tags = 0
    try:
        for piece in pieces:
            fed += len(piece)
            tags += piece.count(b"<") + piece.count(b"/>")
            if tags > MOST_XML_TAGS:
                raise DataError([_problem(shown_as, f"about {tags // 4:,} cells or more", "Export less of it, or as CSV.")])
            parser.Parse(piece, False)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                _refuse(shown_as, "a damaged workbook (a tag of megabytes)")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise DataError([_problem(shown_as, f"a damaged workbook ({error})", "Export or download it again.")]) from error
    finally:
        pieces.close()  # what is refused is not held open


def _check_encoding(shown_as: str, version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.casefold() not in ENCODINGS:
        raise DataError([_problem(shown_as, f"a workbook in {encoding[:40]}", "Export it again from Excel.")])


def _first_element(parser: expat.XMLParserType, handler: Handler, tag: str, attributes: dict[str, str]) -> None:
    """Tell the handler of the root, and of all else directly, unless this file writes prefixes (x:row), which take time."""
    parser.CharacterDataHandler = handler.text
    if ":" in tag:
        parser.StartElementHandler = lambda tag, attributes: handler.start(tag.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda tag: handler.end(tag.rpartition(":")[2])
    else:
        parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    handler.start(tag.rpartition(":")[2], attributes)


def local(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their names without a prefix: r:id is id."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}


def _refuse(shown_as: str, found: str) -> None:
    raise DataError([_problem(shown_as, found, "Ask for a new export; do not open this file.")])


def _problem(file: str, found: str, action: str) -> Problem:
    return Problem(file=file, found=found, expected="an Excel workbook (.xlsx) that can be opened", action=action)
