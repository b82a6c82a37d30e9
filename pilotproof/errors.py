"""The errors a user can mend. The command line prints them without a traceback and exits with 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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


class PilotproofError(Exception):
    """Something the user can mend. The message is complete: nothing else is needed to act on it."""


class _ProblemsError(PilotproofError):
    """Carries every problem found in one pass, grouped by file in the message."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_describe(self.problems))


class ParamsError(_ProblemsError):
    """params/<pilot>.yaml or an instrument's codebook cannot be used."""


class DataError(_ProblemsError):
    """A raw export, its passport or a tidy table is not what it should be."""


class NotebookError(PilotproofError):
    """A cell of a notebook failed; the message names the notebook, the cell and the error."""


class RenderError(PilotproofError):
    """The report could not be turned into a page."""


def _describe(problems: tuple[Problem, ...]) -> str:
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    lines: list[str] = []
    for file, found in by_file.items():
        lines.append(f"{file} cannot be used:")
        lines.extend(f"  - {problem}" for problem in found)
    return "\n".join(lines)
