"""Keyed pseudonyms: the same person has the same one in every table of a pilot, and nobody without the key can tell who it is."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

import pandas as pd

from pilotproof.columns import TABLES

STUDENT_DIGITS = 16  # hexadecimal: two of a million students share a pseudonym once in 37 million pilots


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Gives pseudonyms under one key.

    Students: S and digits of the HMAC-SHA-256 of their id. Teachers and classes: T1, T2 … and C1, C2 … in the order of their
    HMACs, which tells nothing of their names; those who are met in a later table come behind.
    """

    key: bytes = field(repr=False)
    numbered: dict[str, dict[str, str]] = field(default_factory=lambda: {"teacher": {}, "class": {}}, repr=False)

    def of_table(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """`frame` (tidy, by the dictionary) with a pseudonym for every identifier."""
        for column, said in TABLES[table].items():
            if said.names == "person":
                is_teacher = frame["role"] == "teacher"
                teachers = self.of_column(frame[column].where(is_teacher), "teacher")
                frame = frame.assign(**{column: teachers.where(is_teacher, self.of_column(frame[column], "student"))})
            elif said.names is not None:
                frame = frame.assign(**{column: self.of_column(frame[column], said.names)})
        return frame

    def of_column(self, values: pd.Series, kind: str) -> pd.Series:
        """Pseudonyms of ids of one kind: student, teacher or class. Empty cells stay empty."""
        present = [value for value in values.dropna().unique() if value != ""]
        known = {value: self._student(value) for value in present} if kind == "student" else self._numbered(present, kind)
        return values.map(known | {"": ""}, na_action="ignore").astype("str")

    def _student(self, value: str) -> str:
        return f"S{self._digest('student', value)[:STUDENT_DIGITS]}"

    def _numbered(self, values: list[str], kind: str) -> dict[str, str]:
        known = self.numbered[kind]
        for value in sorted(set(values) - set(known), key=lambda value: self._digest(kind, value)):
            known[value] = f"{kind[0].upper()}{len(known) + 1}"
        return known

    def _digest(self, kind: str, value: str) -> str:
        return hmac.new(self.key, f"{kind}\0{value}".encode(), sha256).hexdigest()
