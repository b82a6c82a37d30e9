"""The errors a user can mend. The command line prints them without a traceback and exits with 1."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

KEPT = "\n\t\u00a0"  # not printable by Python's reckoning, and harmless
MOST_ALIKE = 20  # problems of one kind in one column that a message writes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with an input: where it is, what was found, what was expected, what to do.

    file : path relative to the project, as a user would type it
    row : line in the file as a spreadsheet counts it (the first line is 1), or None for the whole file
    column : the column's name as the file spells it, or the dotted key in a params file
    """

    file: str
    found: str
    expected: str
    action: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = "".join([f"row {self.row}, " if self.row is not None else "", f"{self.column}: " if self.column else ""])
        place = place.removesuffix(", ") + (": " if place.endswith(", ") else "")
        return f"{place}found {self.found}; expected {self.expected}. {self.action}"


def printable(text: str) -> str:
    """The text without what a terminal would act on: controls, turns of direction, halves of characters."""
    return "".join(letter if letter.isprintable() or letter in KEPT else "\ufffd" for letter in text)


class PilotproofError(Exception):
    """Something the user can mend. The message is complete: nothing else is needed to act on it."""

    def __str__(self) -> str:
        return printable(super().__str__())


class _ProblemsError(PilotproofError):
    """Carries every problem found in one pass, grouped by file in the message."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_describe(self.problems))


class ParamsError(_ProblemsError):
    """params/<pilot>.yaml or an instrument's codebook cannot be used."""


class DataError(_ProblemsError):
    """A raw export, its passport or a tidy table is not what it should be."""


def problems_of(step: Callable[[], Any]) -> list[Problem]:
    """What is wrong by the step, so that others can be tried too."""
    try:
        step()
    except (DataError, ParamsError) as error:
        return list(error.problems)
    return []


def all_or_problems(*steps: Callable[[], Any]) -> list[Any]:
    """What each step gives. Every step is tried; raises one DataError with the problems of all that fail."""
    given: list[Any] = []
    problems = [problem for step in steps for problem in problems_of(lambda step=step: given.append(step()))]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return given


class NotebookError(PilotproofError):
    """A cell of a notebook failed; the message names the notebook, the cell and the error."""


class RenderError(PilotproofError):
    """The report could not be turned into a page."""


NOT_ALLOWED = ("this user may not write there", "Ask for the right to write in the folder, or copy the project to one of yours.")
NO_ROOM = ("there is no room left on the disk", "Free some room, then run the command again.")
OF_THE_MACHINE = {
    errno.ENOSPC: NO_ROOM,
    errno.EDQUOT: NO_ROOM,
    errno.EFBIG: ("this system allows no file of that size", "Ask who runs the system for the limit (ulimit -f)."),
    errno.EACCES: NOT_ALLOWED,
    errno.EPERM: NOT_ALLOWED,
    errno.EROFS: NOT_ALLOWED,
    errno.EMFILE: ("too many files are open", "Close other programs, then run the command again."),
    errno.ENOMEM: ("there is no memory left", "Close other programs, then run the command again."),
}


def trouble_in(said: str) -> OSError | None:
    """The error of the system that another program's message tells of, if it is one for `machine_trouble`."""
    return next((OSError(number, os.strerror(number)) for number in OF_THE_MACHINE if os.strerror(number) in said), None)


def machine_trouble(error: OSError) -> str:
    """What the machine did not let us do, and what to do about it; `error` as the system raised it."""
    what, action = OF_THE_MACHINE.get(error.errno or 0, (error.strerror or str(error), "Mend this, then run the command again."))
    where = f": {error.filename}" if error.filename else ""
    return f"Could not go on, because {what}{where}.\n{action}\nThe last good report, if there was one, is still in place."


def _describe(problems: tuple[Problem, ...]) -> str:
    """The message: a part for each file, the worst file first, at most `MOST_ALIKE` rows of one kind written out."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    lines: list[str] = []
    for file, found in sorted(by_file.items(), key=lambda entry: _badness(entry[1])):
        lines.append(f"{file} cannot be used:")
        lines.extend(f"  - {line}" for line in _without_repetition(found))
    return "\n".join(lines)


def _badness(found: list[Problem]) -> tuple[bool, bool, int]:
    """Sorts a file that cannot be read at all first, then missing columns, then many bad cells before few."""
    is_whole_file = any(problem.row is None and problem.column is None for problem in found)
    is_whole_column = any(problem.row is None for problem in found)
    return (not is_whole_file, not is_whole_column, -len(found))


def _without_repetition(found: list[Problem]) -> Iterator[str]:
    alike: dict[tuple[str | None, str, str], list[Problem]] = {}
    for problem in sorted(found, key=lambda problem: (problem.row is not None, problem.column is not None)):
        alike.setdefault((problem.column, problem.expected, problem.action), []).append(problem)
    for group in alike.values():
        yield from map(str, group[:MOST_ALIKE])
        if (more := len(group) - MOST_ALIKE) > 0:
            column = f"{group[0].column}: " if group[0].column else ""
            yield f"{column}the same in {more:,} more rows, up to row {group[-1].row}"
