"""JSON as records with the line each starts in: one document, an array, several documents, or JSON lines."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_DIGITS, MOST_JSON_OBJECTS, MOST_JSON_VALUES
from pilotproof.sources.text import read_text

Record = tuple[int, dict[str, Any]]

ENVELOPES = {  # key whose list holds the records: (a key the envelope must have, all keys it may have)
    "statements": ("statements", {"statements", "more"}),  # xAPI StatementResult
    "data": ("sensor", {"sensor", "sendTime", "dataVersion", "data", "@context", "id", "type"}),  # Caliper envelope
}
SPACE = re.compile(r"[ \t\r\n\ufeff\x1e]*")  # x1e starts each record of a JSON text sequence (RFC 7464)
DIVIDER = re.compile(r"[A-Z_=*#-]{1,40}[ \t]*(?=[\r\n]|\Z)")  # a line such as BREAK between two documents
LINE = re.compile(r"[^\r\n]+")
LINE_END = re.compile(r"\r\n|\r|\n")
HALF_CHARACTER = re.compile(
    r"\\(?:\\|u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w))"
)  # half an emoji: no text holds it
MOST_BROKEN = 200  # lines that are named before reading stops


def read_json_records(path: Path, *, shown_as: str) -> list[Record]:
    """Every record of a JSON file, with the line of the file in which it starts (the first line is 1).

    Read are one object; an array of objects; several objects after one another, such as JSON lines; and the envelopes of xAPI
    (`statements`) and Caliper (`data` beside `sensor`), whose records are taken out. NaN, which is no JSON but is written by
    some tools, is read as null: both say that there is no value.
    Raises DataError with every line that cannot be read, for a key that stands twice in one object (one of its values would be
    lost), for infinite numbers, and for a file larger than the bounds.
    """
    text = HALF_CHARACTER.sub(_whole_character, read_text(path, shown_as=shown_as))
    _check_size(text, shown_as)
    reading, records = _read(text, shown_as)
    if reading.problems:
        raise DataError(reading.problems)
    if not records:
        raise DataError([_problem(shown_as, None, "no records")])
    return records


def _read(text: str, shown_as: str) -> tuple[_Reading, list[Record]]:
    """By lines where most of them are a record, else by documents; by documents too where some record takes several lines."""
    by_document = _Reading(text, shown_as)
    if not _is_json_lines(text):
        return by_document, list(by_document.by_document())
    by_line = _Reading(text, shown_as)
    records = list(by_line.by_line())
    if by_line.problems and (whole := list(by_document.by_document())) and not by_document.problems:
        return by_document, whole
    return by_line, records


def _check_size(text: str, shown_as: str) -> None:
    """Refuse what would fill the memory, from counts of marks: an object takes a hundred times its characters."""
    for marks, most, name in (("{[", MOST_JSON_OBJECTS, "objects and lists"), (",", MOST_JSON_VALUES, "values")):
        if (found := sum(map(text.count, marks))) > most:
            action = "Export a shorter period, or only the pilot's classes."
            problem = Problem(file=shown_as, found=f"about {found:,} {name}", expected=f"at most {most:,}", action=action)
            raise DataError([problem])


class _UnreadableError(ValueError):
    """What is wrong inside one JSON value, in words."""


def _whole_character(found: re.Match[str]) -> str:
    return "\\ufffd" if found.group(1) else found.group()


def _is_json_lines(text: str) -> bool:
    """Whether most of the first lines are an object each: then a broken line does not hide what follows."""
    lines = [found.group().strip() for found in islice(LINE.finditer(text), 20)]
    whole = sum(line.startswith("{") and line.endswith("}") for line in lines)
    return whole > len(lines) / 2


@dataclass(slots=True)
class _Reading:
    """Goes through a text of JSON, notes what cannot be read, and knows in which line it is."""

    text: str
    file: str
    problems: list[Problem] = field(default_factory=list)
    _counted: tuple[int, int] = (0, 1)  # position up to which lines were counted, and the line there

    def by_line(self) -> Iterator[Record]:
        """The records of JSON lines; every broken line becomes a problem."""
        end = "\n" if "\n" in self.text else "\r"
        for row, line in enumerate(self.text.split(end), start=1):
            if (line := line.strip(" \t\r\ufeff\x1e")) and not DIVIDER.fullmatch(line):
                for record in self._tried(line, row):
                    yield row, record
                if len(self.problems) >= MOST_BROKEN:
                    return

    def _tried(self, line: str, row: int) -> list[dict[str, Any]]:
        try:
            value = DECODER.decode(line)
            held = _envelope(value) if isinstance(value, dict) else None
            records = value[held] if held else [value]
            if others := [record for record in records if not isinstance(record, dict)]:
                raise _UnreadableError(f"{_short(others[0])} where a record should be")
            return records
        except json.JSONDecodeError as error:
            self._note(row, f"broken JSON ({error.msg})")
        except _UnreadableError as error:
            self._note(row, str(error))
        except RecursionError:
            self._note(row, "values nested hundreds of levels deep")
        return []

    def by_document(self) -> Iterator[Record]:
        """The records of one or several documents, which may go over many lines; what is broken ends the reading."""
        position = SPACE.match(self.text).end()
        try:
            while position < len(self.text):
                start = position
                value, position = DECODER.raw_decode(self.text, start)
                yield from self._records_in(value, start)
                position = self._next_document(position)
        except json.JSONDecodeError as error:
            self._note(self._line(error.pos), f"broken JSON ({error.msg})")
        except _UnreadableError as error:
            self._note(self._line(start), f"{error}, in the part of the file that starts here")
        except RecursionError:
            self._note(self._line(start), "values nested hundreds of levels deep")

    def _next_document(self, position: int) -> int:
        position = SPACE.match(self.text, position).end()
        while divider := DIVIDER.match(self.text, position):
            position = SPACE.match(self.text, divider.end()).end()
        return position

    def _records_in(self, value: Any, start: int) -> Iterator[Record]:
        """The records of one document, each with its line."""
        if isinstance(value, dict):
            held = _envelope(value)
            if held is None:
                yield self._line(start), value
                return
            value, start = value[held], _position_of(self.text, start, held)
        if not isinstance(value, list):
            raise _UnreadableError(f"{_short(value)} where records should be")
        for record, position in zip(value, _positions(self.text, start), strict=False):
            row = self._line(position)
            if isinstance(record, dict):
                yield row, record
            else:
                self._note(row, f"{_short(record)} where a record should be")
            if len(self.problems) >= MOST_BROKEN:
                return

    def _line(self, position: int) -> int:
        counted, line = self._counted
        if position < counted:
            counted, line = 0, 1
        line += sum(1 for _ in LINE_END.finditer(self.text, counted, position))
        self._counted = (position, line)
        return line

    def _note(self, row: int, found: str) -> None:
        self.problems.append(_problem(self.file, row, found))


def _envelope(value: dict[str, Any]) -> str | None:
    """The key whose list holds the records, if the object is an envelope around them."""
    for held, (mark, allowed) in ENVELOPES.items():
        records = value.get(held)
        if mark in value and value.keys() <= allowed and isinstance(records, list):
            return held
    return None


def _positions(text: str, start: int) -> Iterator[int]:
    """Where each element of the list that starts at `start` begins. The list was read before, so it is whole."""
    position = SPACE.match(text, start + 1).end()
    while text[position] != "]":
        yield position
        _, position = SKIPPER.raw_decode(text, position)
        position = SPACE.match(text, position).end()
        if text[position] == ",":
            position = SPACE.match(text, position + 1).end()


def _position_of(text: str, start: int, wanted: str) -> int:
    """Where the value of the key `wanted` begins in the object that starts at `start`, which was read before."""
    position = SPACE.match(text, start + 1).end()
    while True:
        key, position = SKIPPER.raw_decode(text, position)
        position = SPACE.match(text, SPACE.match(text, position).end() + 1).end()  # over the colon
        if key == wanted:
            return position
        _, position = SKIPPER.raw_decode(text, position)
        position = SPACE.match(text, SPACE.match(text, position).end() + 1).end()  # over the comma


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _UnreadableError(f"the key '{twice[:60]}' twice in one object, so that one of its values would be lost")
    return found


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _UnreadableError(f"a number of {len(digits):,} digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise _UnreadableError(f"a number too large to be one ({digits[:20]})")
    return number


def _constant(name: str) -> None:
    if name != "NaN":
        raise _UnreadableError(f"{name}, which is no number")


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole_number, parse_float=_number, parse_constant=_constant, strict=False
)
SKIPPER = json.JSONDecoder(parse_int=len, parse_float=len, strict=False)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, list) else "a list"
    return text if len(text) <= 60 else f"{text[:57]}…"


def _problem(file: str, row: int | None, found: str) -> Problem:
    return Problem(
        file=file,
        row=row,
        found=found,
        expected="JSON: one object for each record",
        action="Export the file again; if the tool writes it like this every time, tell its vendor which line it is.",
    )
