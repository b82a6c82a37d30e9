"""What every survey export gives, whatever its layout: a table of answers, its questions, and the tool's own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pilotproof.errors import DataError, Problem
from pilotproof.sources.grid import Grid
from pilotproof.sources.raw import RawTable

ANYTHING_ELSE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A column in which the tool itself says something of a response, for example whether it was finished.

    yes, no : what its cells say, in lower case; without `no` whatever is not yes
    covers : the columns that it is about; the whole response when empty
    """

    column: str
    yes: frozenset[str]
    no: frozenset[str] = ANYTHING_ELSE
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyExport:
    """A survey's responses as received.

    title : the tool that wrote it, in words
    table : a row for each response, previews and unfinished ones included; every column has a name of its own
    questions : the text of the question by column, where it is not the column's name
    ids : columns by another name that the tool gives them
    started, ended : columns with the times; duration : column with seconds
    trial, finished, spam : columns that mark such responses; of several, a response is finished when all say so
    personal : columns that name or locate the respondent
    problems : what the file lacks, so that its responses can be counted but not used
    """

    title: str
    table: RawTable
    questions: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    started: str | None = None
    ended: str | None = None
    duration: str | None = None
    trial: tuple[Marks, ...] = ()
    finished: tuple[Marks, ...] = ()
    spam: tuple[Marks, ...] = ()
    personal: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    def with_table(self, table: RawTable) -> SurveyExport:
        """The same export with a corrected table."""
        return replace(self, table=table)


@dataclass(frozen=True, slots=True)
class SurveyLayout:
    """A tool's layout: its name in the params, how it is recognised, how it is read."""

    name: str
    title: str
    recognises: Callable[[Grid], bool]
    read: Callable[[Grid], SurveyExport]


def header_cells(grid: Grid) -> list[str]:
    """The first row that is not blank, cells tidied and in lower case; empty for an empty file."""
    first = next((row for _, row in grid.records(1)), [])
    return [" ".join(cell.replace("\ufeff", "").split()).casefold() for cell in first]


def first_named(columns: Iterable[str], *names: str) -> str | None:
    """The first column that is called like one of `names` (in lower case)."""
    by_name = {column.casefold(): column for column in reversed(list(columns))}
    return next((by_name[name] for name in names if name in by_name), None)


def not_this_format(grid: Grid, title: str, missing: str, action: str) -> DataError:
    """The error for a file that is not what the params say it is."""
    return DataError([Problem(file=grid.file, found=missing, expected=f"an export of {title}", action=action)])
