"""One entry of corrections.yaml: which rows, what to set, what must still be true, why, who was told."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, PrivateAttr, model_validator

from pilotproof.pilot.fields import LogPath, Text
from pilotproof.strict_yaml import Closed

Scalar = str | int | float | bool | datetime.date | datetime.datetime | None


class Expectation(Closed):
    """What must still be true of the cell before it is corrected. Several keys must all hold."""

    equals: Scalar = None  # null: the cell is empty
    one_of: tuple[Scalar, ...] = ()
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Expectation:
        if not self.model_fields_set:
            raise ValueError("at least one of equals, one_of, above, below")
        return self

    def holds(self, cell: str) -> bool:
        """Whether all of it is true of the cell's text; numbers are compared as numbers, with a point or a comma."""
        number = _number(cell)
        texts = [self.equals] if "equals" in self.model_fields_set else []
        return (
            all(_same(cell, text) for text in texts)
            and (not self.one_of or any(_same(cell, text) for text in self.one_of))
            and (self.above is None or (number is not None and number > self.above))
            and (self.below is None or (number is not None and number < self.below))
        )

    def in_words(self) -> str:
        """For messages: 'above 100'."""
        parts = [f"{_shown(self.equals)}"] if "equals" in self.model_fields_set else []
        parts += [f"one of {', '.join(map(_shown, self.one_of))}"] if self.one_of else []
        parts += [f"a number above {self.above:g}"] if self.above is not None else []
        parts += [f"a number below {self.below:g}"] if self.below is not None else []
        return " and ".join(parts)


class Correction(Closed):
    """One entry.

    file : path within the pilot's raw folder, as in source.yaml
    column : the column to set; when rows are removed, the column that `expect` is about
    where : column: value pairs that all hold in the rows meant; row : the row as a spreadsheet counts it
    rows : how many rows are meant
    set : the new value, null for an empty cell; remove : take the rows out instead
    told : who confirmed it; date : when. `because` and `told` are printed in the report: no names of students.
    """

    file: LogPath
    column: Text | None = None
    where: dict[Text, Scalar] = Field(default_factory=dict)
    row: int | None = Field(default=None, ge=2)
    rows: int = Field(default=1, ge=1)
    set: Scalar = None
    remove: bool = False
    expect: Expectation | None = None
    because: Text
    told: Text
    date: datetime.date
    _line: int = PrivateAttr(default=0)

    @property
    def line(self) -> int:
        """Where the entry starts in corrections.yaml."""
        return self._line

    @property
    def name(self) -> str:
        """The entry in a few words, for messages."""
        return f"{'remove rows' if self.remove else self.column} of {self.file}"

    @model_validator(mode="after")
    def _whole(self) -> Correction:
        if not self.where and self.row is None:
            raise ValueError("`where` with column: value pairs, or `row`, to say which rows are meant")
        if self.remove == ("set" in self.model_fields_set):
            raise ValueError("either `set` or `remove: true`")
        if not self.remove and (self.column is None or self.expect is None):
            raise ValueError("`column` and `expect` beside `set`: what to change, and what must still be true of it")
        if self.expect is not None and self.column is None:
            raise ValueError("`column` beside `expect`: the column it is about")
        if self.remove and not self.where and self.expect is None:
            raise ValueError("`where` or `expect` beside `row` when rows are removed: a row number alone may move")
        return self


class CorrectionsFile(Closed):
    """All of data/raw/<pilot>/corrections.yaml."""

    corrections: tuple[Correction, ...] = ()


def with_texts(entries: tuple[Correction, ...], path: Path) -> tuple[Correction, ...]:
    """The entries with their lines, and with every value as it is typed in the file.

    YAML takes 00123 for the number 83 and 2026-09-14 for a day; a raw file has only text, and so must its correction.
    """
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    if not entries or not isinstance(root, yaml.MappingNode):
        return entries
    nodes = next(value for key, value in root.value if key.value == "corrections").value
    return tuple(_with_text(entry, node) for entry, node in zip(entries, nodes, strict=True))


def _with_text(entry: Correction, node: yaml.MappingNode) -> Correction:
    parts = {key.value: value for key, value in node.value}
    changed: dict[str, Any] = {}
    if "where" in parts:
        changed["where"] = {key.value: _text(value) for key, value in parts["where"].value}
    if "set" in parts:
        changed["set"] = _text(parts["set"])
    if entry.expect is not None:
        inner = {key.value: value for key, value in parts["expect"].value}
        expected: dict[str, Any] = {"equals": _text(inner["equals"])} if "equals" in inner else {}
        if "one_of" in inner:
            expected["one_of"] = tuple(_text(value) for value in inner["one_of"].value)
        changed["expect"] = entry.expect.model_copy(update=expected)
    copy = entry.model_copy(update=changed)
    copy._line = node.start_mark.line + 1
    return copy


def _text(node: yaml.Node) -> str | None:
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _same(cell: str, expected: Scalar) -> bool:
    text = "" if expected is None else str(expected).strip()
    if cell.strip() == text:
        return True
    number = _number(cell)
    return number is not None and number == _number(text)


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return None


def _shown(value: Scalar) -> str:
    return "an empty cell" if value is None or value == "" else f"'{value}'"
