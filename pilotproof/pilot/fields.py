"""The kinds of value that several parts of a params file share."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

UNIT = re.compile(r"[\w%€£][\w %/().,²°’'-]{0,39}")  # stands within sentences, tables and axes, as it is written here
MISSING_SPELLINGS = ("", "NA", "N/A", "N/A*", "n/a", "-", "--", ".", "absent", "missing", "null", "none", "#N/A")


def _inside_raw_folder(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text or not text:
        raise ValueError("a file inside the pilot's own folder data/raw/<pilot>/, with / between folders and no ..")
    return text


def _plain_unit(text: str) -> str:
    if not UNIT.fullmatch(text):
        raise ValueError("a unit in at most 40 letters, digits, spaces and % / ( ) . , -, such as points")
    return text


RawPath = Annotated[str, AfterValidator(_inside_raw_folder)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Unit = Annotated[str, AfterValidator(_plain_unit)]
DateFormats = Annotated[tuple[Text, ...], Field(min_length=1)]
