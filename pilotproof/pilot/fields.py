"""The kinds of value that several parts of a params file share."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

STORE = re.compile(r"(?P<protocol>[a-z][a-z0-9+.-]*)://(?P<place>/?[^/\\:?#@%*\[\]{}][^\\:?#@%*\[\]{}]*)")
OF_THIS_COMPUTER = ("file", "local")  # fsspec's names of its own disks
UNIT = re.compile(r"[\w%€£][\w %/().,²°’'-]{0,39}")  # stands within sentences, tables and axes, as it is written here
DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
DIRECTIVES = set("aAbBdfHIjmMpSyYzZ%")
LONGEST_PATH = 255
LONGEST_TEXT = 20_000  # letters; more would be pages of one value
MISSING_SPELLINGS = ("", "NA", "N/A", "N/A*", "n/a", "-", "--", ".", "absent", "missing", "null", "none", "#N/A")


def _inside_raw_folder(text: str) -> str:
    path = PurePosixPath(text)
    is_plain = text.isprintable() and 0 < len(text) <= LONGEST_PATH
    if not is_plain or path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text:
        raise ValueError("a file inside the pilot's own folder data/raw/<pilot>/, with / between folders and no ..")
    return text


def is_url(file: str) -> bool:
    """Whether a log lies in a store and not in the raw folder."""
    return "://" in file


def log_place(text: str) -> str:
    """A file or folder of the raw folder, or an address without secrets, as params may name it: without / at its end.

    Raises ValueError for any other text.
    """
    if not is_url(text):
        return _inside_raw_folder(text).rstrip("/")
    protocol, _, place = text.partition("://")
    if protocol in OF_THIS_COMPUTER and not place.startswith("/"):
        raise ValueError(f"three slashes in an address on this computer, as in {protocol}:///{place or 'folder/log'}")
    found = STORE.fullmatch(text) if text.isprintable() and len(text) <= LONGEST_PATH else None
    if found is None or ".." in PurePosixPath(found["place"]).parts:
        raise ValueError(
            "an address such as s3://bucket/logs/2026/, in plain letters and without a user, a password or ..; "
            "who may read there is set up outside the params file"
        )
    return text.rstrip("/")


def _plain_unit(text: str) -> str:
    if not UNIT.fullmatch(text):
        raise ValueError("a unit in at most 40 letters, digits, spaces and % / ( ) . , -, such as points")
    return text


def _date_format(text: str) -> str:
    """A format that every reader knows: an unknown sign, or one that stands twice, would end in an error of Python's."""
    signs = DIRECTIVE.findall(text)
    if not text.isprintable() or set(signs) - DIRECTIVES or len(signs) - signs.count("%") != len(set(signs) - {"%"}):
        raise ValueError(
            "a format of dates such as %Y-%m-%d, with each sign once (%Y year, %m month, %d day, %H hour, %M minute)"
        )
    return text


RawPath = Annotated[str, AfterValidator(_inside_raw_folder)]
LogPath = Annotated[str, AfterValidator(log_place)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Unit = Annotated[str, AfterValidator(_plain_unit)]
DateFormat = Annotated[Text, AfterValidator(_date_format)]
DateFormats = Annotated[tuple[DateFormat, ...], Field(min_length=1)]
