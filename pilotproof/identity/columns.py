"""Which columns of raw files hold identifiers: those that the params name, and those whose header says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pilotproof.pilot import Pilot

# Keys of the params that name a column of people.
KEYS = (
    "student_column",
    "teacher_column",
    "respondent_column",
    "user_column",
    "person_column",
    "observer_column",
    "coder_column",
)
IDENTIFIER = re.compile(
    r"((student|pupil|learner|teacher|staff|user|person|respondent|recipient|parent|guardian|employee|device|state|local|external)"
    r"\W?(s\W?)?(id|number|no|code|login|e?mail|address)\b)|"
    r"\b(e-?mail|user\W?name|login|sis\W?id|sourcedid|usersourcedid|identifier|phone|sms|mobile|birth|dob|ip\W?address|serial"
    r"|asset\W?tag|mac\W?address|userids|student|teacher|observer|coder|user)\b",
    re.IGNORECASE,
)
NAME = re.compile(
    r"((given|family|middle|first|last|full|sur|preferred|nick|student|teacher|staff|parent|observer)\W?name\b)"
    r"|\b(name of (the )?(student|teacher|pupil))\b",
    re.IGNORECASE,
)
FIRST = re.compile("first|given", re.IGNORECASE)
LAST = re.compile("last|family|sur", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def identifier_columns(pilot: Pilot) -> dict[str, set[str]]:
    """The columns that the params name as those of people, by file."""
    found: dict[str, set[str]] = {}
    _walk(pilot.sources.model_dump(), found)
    return found


def is_identifier_header(header: str) -> bool:
    """Whether a column of this name holds ids, addresses or names of people."""
    words = HUMP.sub(" ", header).replace("_", " ")
    return bool(IDENTIFIER.search(header) or IDENTIFIER.search(words) or is_name_header(header))


def is_name_header(header: str) -> bool:
    """Whether a column of this name holds names of people."""
    words = HUMP.sub(" ", header).replace("_", " ")
    return bool(NAME.search(header) or NAME.search(words))


def is_heading(value: str) -> bool:
    """Whether a cell is no identifier but what one is called: some exports have a second row of headings."""
    return bool(IDENTIFIER.fullmatch(value.strip()) or NAME.fullmatch(value.strip()))


def full_names(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """First and last names of each row together, in both orders: 'Ann Lee' and 'Lee Ann'. columns : of names, row by row"""
    first = next((values for name, values in columns.items() if FIRST.search(name)), ())
    last = next((values for name, values in columns.items() if LAST.search(name)), ())
    pairs = [(one.strip(), other.strip()) for one, other in zip(first, last, strict=False) if one.strip() and other.strip()]
    return [f"{one} {other}" for one, other in pairs] + [f"{other} {one}" for one, other in pairs]


def _walk(part: Any, found: dict[str, set[str]]) -> None:
    if isinstance(part, Mapping):
        columns = {part[key] for key in KEYS if isinstance(part.get(key), str)}
        for file in _files(part):
            found.setdefault(file, set()).update(columns)
        for value in part.values():
            _walk(value, found)
    elif isinstance(part, list | tuple):
        for value in part:
            _walk(value, found)


def _files(part: Mapping[str, Any]) -> list[str]:
    several = part.get("files") or ()
    named = several.values() if isinstance(several, Mapping) else several
    return [file for file in (part.get("file"), *named) if isinstance(file, str)]
