"""What is said of one column of a tidy table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "whole number", "yes or no", "date", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a tidy table.

    low, high : smallest and largest allowed value, in `unit`
    allowed : the only values that may occur
    may_be_empty : whether a missing value is allowed
    names : who the ids are of; a pseudonym stands in the table. A person is a student or a teacher, as the column `role` says
    is_free_text : words that people typed, in which somebody may be named; names that the roster knows are taken out
    """

    kind: Kind
    meaning: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] | None = None
    may_be_empty: bool = False
    names: Literal["student", "teacher", "class", "person"] | None = None
    is_free_text: bool = False
