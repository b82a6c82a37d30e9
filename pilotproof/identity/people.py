"""The people of one pilot while its exports are read: their pseudonyms, and what must not be said of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.columns import TABLES
from pilotproof.errors import Problem
from pilotproof.identity.columns import full_names, identifier_columns, is_heading, is_identifier_header, is_name_header
from pilotproof.identity.keys import KEY_BYTES, key_of
from pilotproof.identity.known import KnownIdentifiers
from pilotproof.identity.ordinary import ordinary_words
from pilotproof.identity.pseudonyms import Pseudonyms
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable
from pilotproof.workspace import Workspace


@dataclass(slots=True)
class People:
    """Made when the reading of a pilot begins, and gone with the process.

    received : tidy tables with the ids as received, for readings that match them with those of another export
    depth : readings under way; the inner ones give ids as received
    """

    pseudonyms: Pseudonyms
    columns: Mapping[str, set[str]]
    known: KnownIdentifiers = field(repr=False)
    received: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    depth: int = 0

    @classmethod
    def of(cls, name: str, pilot: Pilot, workspace: Workspace, *, is_check: bool = False) -> People:
        """Of a pilot whose key is there, or is made. A check writes nothing, and takes a key that nobody keeps."""
        key = secrets.token_bytes(KEY_BYTES) if is_check else key_of(name, workspace, is_simulated=pilot.is_simulated)
        return cls(Pseudonyms(key), identifier_columns(pilot), KnownIdentifiers(ordinary_words(pilot)))

    def meet(self, file: str, table: RawTable) -> RawTable:
        """Learn the identifiers of a raw file; returns the table as it is."""
        named, frame = self.columns.get(file, set()), table.frame
        people = [column for column in frame.columns if column in named or is_identifier_header(column)]
        for column in people:
            self.known.add(value for value in frame[column].unique() if not is_heading(value))
        self.known.add(full_names({column: frame[column].tolist() for column in people if is_name_header(column)}))
        return table

    def hidden(self, cleaned: Cleaned) -> Cleaned:
        """What was cleaned, with pseudonyms, and without names in free text."""
        self.received |= cleaned.tables
        tables = {
            name: self._without_names(self.pseudonyms.of_table(frame, name), name) for name, frame in cleaned.tables.items()
        }
        return replace(cleaned, tables=tables)

    def masked(self, problems: tuple[Problem, ...]) -> list[Problem]:
        """The problems with the form of identifiers in the place of these."""
        return [self.known.masked(problem) for problem in problems]

    def _without_names(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        for column in (name for name, said in TABLES[table].items() if said.is_free_text):
            texts = {text: self.known.without(text, any_case=True) for text in frame[column].dropna().unique()}
            frame = frame.assign(**{column: frame[column].map(texts, na_action="ignore").astype("str")})
        return frame
