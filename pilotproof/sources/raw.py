"""An export as received: every cell as text, every record with its row number."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pandas as pd

from pilotproof.errors import MOST_ALIKE, DataError, Problem

MOST_COLUMNS_NAMED = 40


@dataclass(frozen=True, slots=True)
class RawTable:
    """An export as received.

    file : path as a user would type it
    frame : every cell as text; the index is the row as a spreadsheet counts it (the header is row 1)
    removed_by_correction : records of the file that corrections.yaml took out, no longer in `frame`; for the account
    """

    file: str
    frame: pd.DataFrame
    removed_by_correction: int = 0

    @property
    def records(self) -> int:
        """How many records the file has."""
        return len(self.frame) + self.removed_by_correction


def column_names(header: Sequence[str]) -> list[str]:
    """The names of the columns of a table: those of the header, each once.

    Spaces are tidied. A column without a name is called by its letter, '(column C)'. A name that stands several times becomes
    'Name (1)', 'Name (2)': exports of vendors have such columns, and they do no harm while nobody asks for 'Name' alone, which
    `require_columns` refuses.
    """
    tidy = [" ".join(name.replace("\u200b", "").replace("\ufeff", "").split()) for name in header]
    named = [name or f"(column {letters_of(position)})" for position, name in enumerate(tidy, start=1)]
    count = Counter(named)
    taken = {name for name in named if count[name] == 1}
    seen: Counter[str] = Counter()
    names = []
    for name in named:
        if count[name] > 1:
            seen[name] += 1
            while (numbered := f"{name} ({seen[name]})") in taken:
                seen[name] += 1
            name = numbered
            taken.add(name)
        names.append(name)
    return names


def few(problems: Iterable[Problem]) -> list[Problem]:
    """The first problems, then one that counts the others: a list of a million fills the memory and helps nobody."""
    rest = iter(problems)
    first = list(islice(rest, MOST_ALIKE))
    more, last = 0, None
    for more, last in enumerate(rest, start=1):  # noqa: B007 - the last one is used
        pass
    if last is None:
        return first
    return [*first, replace(last, found=f"the same in {more:,} more rows, up to this one", action="They may have one cause.")]


def letters_of(column: int) -> str:
    """The column's letters in a spreadsheet: column 3 is C, column 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def require_columns(table: RawTable, wanted: Iterable[str]) -> None:
    """Raise DataError naming every wanted column that the table lacks or has several times, with the nearest one it has."""
    present = list(table.frame.columns)
    known = set(present)
    if problems := [_no_column(table.file, name, present) for name in wanted if name not in known]:
        raise DataError(problems)


def require_rows(table: RawTable, expected: int) -> RawTable:
    """Return `table` if it holds as many records as its passport counted; raise DataError otherwise."""
    if table.records == expected:
        return table
    raise DataError(
        [
            Problem(
                file=table.file,
                found=f"{table.records} records",
                expected=f"{expected}, as its passport in source.yaml says",
                action="Correct `rows` in the passport if the count there was wrong.",
            )
        ]
    )


def _no_column(file: str, name: str, present: list[str]) -> Problem:
    if numbered := [column for column in present if column.startswith(f"{name} (") and column[len(name) + 2 : -1].isdecimal()]:
        letters = " and ".join(letters_of(present.index(column) + 1) for column in numbered)
        return Problem(
            file=file,
            column=name,
            found=f"this name {len(numbered)} times (columns {letters})",
            expected="a name that stands once",
            action=f"Write '{numbered[0]}' or '{numbered[-1]}' in the params file to say which one is meant.",
        )
    by_case = {column.casefold(): column for column in reversed(present)}
    near = difflib.get_close_matches(name.casefold(), by_case, n=1)
    hint = f"Did you mean '{by_case[near[0]]}'? " if near else ""
    more = f" and {len(present) - MOST_COLUMNS_NAMED} more" if len(present) > MOST_COLUMNS_NAMED else ""
    return Problem(
        file=file,
        column=name,
        found="no such column",
        expected=f"one of {', '.join(present[:MOST_COLUMNS_NAMED])}{more}",
        action=f"{hint}Correct the name in the params file, or ask for a complete export.",
    )
