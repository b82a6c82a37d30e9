"""Corrections of raw files: data with a reason and an expiry, in data/raw/<pilot>/corrections.yaml, never in code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

from pilotproof.clean.correction import Correction, CorrectionsFile, with_texts
from pilotproof.columns import check_table
from pilotproof.columns.corrections import CORRECTIONS
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot
from pilotproof.sources.object_store import shown_file
from pilotproof.sources.passport import CORRECTIONS_FILE, files_used
from pilotproof.sources.raw import RawTable
from pilotproof.strict_yaml import read
from pilotproof.workspace import Workspace

NOT_SHOWN = "not shown"
SHOWABLE = re.compile(r"[-+]?[\d.,:/ %-]{0,20}")  # numbers, dates and times; a text may be a name
EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Change:
    """What one entry did to its file. Values that could identify somebody are already left out."""

    file: str
    column: str
    rows: int
    before: str
    after: str
    because: str
    told: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of one pilot.

    shown_as : corrections.yaml as a user would type it
    entries : in the order in which they are applied
    identifiers : columns whose values are never shown in a report
    """

    shown_as: str
    entries: tuple[Correction, ...] = ()
    identifiers: frozenset[str] = frozenset()
    _done: dict[int, Change] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, *, shown_as: str, files: Iterable[str], identifiers: Iterable[str] = ()) -> Corrections:
        """The corrections at `path`; none when there is no such file.

        files : the raw files that the pilot reads
        Raises ParamsError for a file that breaks the form, and DataError naming entries for files that are never read.
        """
        if not path.is_file():
            return cls(shown_as)
        entries = with_texts(read(path, CorrectionsFile, shown_as=shown_as).corrections, path)
        known = set(files)
        if problems := [_never_read(entry, shown_as, sorted(known)) for entry in entries if entry.file not in known]:
            raise DataError(problems)
        in_where = {column for entry in entries for column in entry.where}
        return cls(shown_as, entries, frozenset(identifiers) | in_where)

    def apply(self, file: str, table: RawTable) -> RawTable:
        """The table with the entries for `file` (path within the raw folder) carried out in their order.

        The table given is not altered. Raises DataError naming each entry that matches another number of rows than it says,
        or whose expectation is no longer true.
        """
        problems: list[Problem] = []
        for entry in self.entries:
            if entry.file == file:
                table = self._carry_out(entry, table, problems)
        if problems:
            raise DataError(problems)
        return table

    def table(self) -> pd.DataFrame:
        """What was corrected, for the report's appendix (columns.corrections.CORRECTIONS).

        Raises DataError naming entries whose file was not read as a table, so that they changed nothing.
        """
        if problems := [_not_applied(entry, self.shown_as) for entry in self.entries if entry.line not in self._done]:
            raise DataError(problems)
        done = [asdict(self._done[entry.line]) for entry in self.entries]
        kinds = {name: "int64" if name == "rows" else "str" for name in CORRECTIONS}
        return check_table(pd.DataFrame(done, columns=list(kinds)).astype(kinds), "corrections")

    def _carry_out(self, entry: Correction, table: RawTable, problems: list[Problem]) -> RawTable:
        if missing := [name for name in (*entry.where, entry.column) if name is not None and name not in table.frame]:
            problems.append(_no_column(entry, missing, table, self.shown_as))
            return table
        matched = _matched(entry, table.frame)
        if matched.sum() != entry.rows:
            problems.append(_wrong_count(entry, matched, self.shown_as))
            return table
        if gone := _gone(entry, table.frame.loc[matched], self.shown_as):
            problems.extend(gone)
            return table
        self._done[entry.line] = self._change(entry, table, matched)
        return _changed(entry, table, matched)

    def _change(self, entry: Correction, table: RawTable, matched: pd.Series) -> Change:
        before, after = "", "removed"
        if not entry.remove:
            before = self._shown(entry.column, table.frame.loc[matched, entry.column])
            after = self._shown(entry.column, [entry.set or ""])
        column = "" if entry.remove else entry.column or ""
        return Change(shown_file(entry.file), column, entry.rows, before, after, entry.because, f"{entry.told}, {entry.date}")

    def _shown(self, column: str | None, values: Iterable[str]) -> str:
        """The values as a report may show them: numbers and dates, unless the column identifies people."""
        texts = list(dict.fromkeys(value.strip() for value in values))
        if column in self.identifiers or not all(SHOWABLE.fullmatch(text) for text in texts):
            return NOT_SHOWN
        return ", ".join(text or EMPTY for text in texts)


def _matched(entry: Correction, frame: pd.DataFrame) -> pd.Series:
    """Which records the entry means: all pairs of `where` hold, and the row is `row`. Spaces around a cell do not count."""
    matched = pd.Series(True, index=frame.index)
    for column, value in entry.where.items():
        matched &= frame[column].str.strip() == (value or "").strip()
    if entry.row is not None:
        matched &= frame.index == entry.row
    return matched


def _gone(entry: Correction, records: pd.DataFrame, shown_as: str) -> list[Problem]:
    """The records of which the expectation is no longer true, or that are already as the entry would make them."""
    if entry.column is None:
        return []
    problems = []
    for row, value in records[entry.column].items():
        is_mended = not entry.remove and value.strip() == (entry.set or "").strip()
        if is_mended or (entry.expect is not None and not entry.expect.holds(value)):
            found = "a cell that already is what the entry sets" if is_mended else f"{value!r} in row {row}"
            expected = f"{entry.expect.in_words()} in row {row}" if entry.expect is not None else "another value"
            action = "The file changed since the correction was written: delete the entry, or write what is wrong now."
            problems.append(_problem(entry, shown_as, found, expected, action))
    return problems


def _changed(entry: Correction, table: RawTable, matched: pd.Series) -> RawTable:
    if entry.remove:
        return RawTable(table.file, table.frame.loc[~matched], table.removed_by_correction + int(matched.sum()))
    column = table.frame[entry.column].mask(matched, entry.set or "").astype("str")
    return RawTable(table.file, table.frame.assign(**{entry.column: column}), table.removed_by_correction)


def _wrong_count(entry: Correction, matched: pd.Series, shown_as: str) -> Problem:
    rows = matched.index[matched]
    places = f" (rows {', '.join(map(str, rows[:10]))}{' …' if len(rows) > 10 else ''})" if len(rows) else ""
    return _problem(
        entry,
        shown_as,
        f"{len(rows) or 'no'} row{'' if len(rows) == 1 else 's'} that match{'es' if len(rows) == 1 else ''}{places}",
        f"{entry.rows}, as `rows` says",
        "Correct `where` or `row`; if the source was mended, delete the entry; if more rows are meant, say how many in `rows`.",
    )


def _no_column(entry: Correction, missing: list[str], table: RawTable, shown_as: str) -> Problem:
    names = ", ".join(f"'{name}'" for name in missing)
    expected = f"columns of {table.file} ({', '.join(list(table.frame.columns)[:40])})"
    return _problem(entry, shown_as, f"no column {names}", expected, "Correct the name, as the file spells it.")


def _never_read(entry: Correction, shown_as: str, files: list[str]) -> Problem:
    action = "Correct the name, or delete the entry."
    return _problem(entry, shown_as, f"a file that the pilot does not read ({entry.file})", f"one of {', '.join(files)}", action)


def _not_applied(entry: Correction, shown_as: str) -> Problem:
    found = f"a correction that was not carried out, because {entry.file} is not read as a table of records"
    return _problem(entry, shown_as, found, "a file of rows and columns", "Ask the sender for a corrected export.")


def _problem(entry: Correction, shown_as: str, found: str, expected: str, action: str) -> Problem:
    return Problem(file=shown_as, row=entry.line, column=entry.name, found=found, expected=expected, action=action)


def identifier_columns(source: object) -> set[str]:
    """Columns named in the params of `source` (any part of a pilot's sources) whose values stand for people or classes."""
    if isinstance(source, Mapping):
        return set().union(*(identifier_columns(part) for part in source.values()), *(_named(k, v) for k, v in source.items()))
    if isinstance(source, list | tuple):
        return set().union(*(identifier_columns(part) for part in source))
    return set()


def _named(key: str, value: object) -> set[str]:
    is_person = any(
        word in str(key) for word in ("student", "teacher", "respondent", "person", "user", "observer", "coder", "class_")
    )
    return {value} if is_person and isinstance(value, str) else set()


def corrections_of(name: str, pilot: Pilot, workspace: Workspace) -> Corrections:
    """The corrections of pilot `name`. Raises DataError for entries that cannot be used."""
    path = workspace.raw(name) / CORRECTIONS_FILE
    return Corrections.load(
        path,
        shown_as=workspace.show(path),
        files=files_used(pilot),
        identifiers=identifier_columns(pilot.sources.model_dump()),
    )
