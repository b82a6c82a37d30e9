"""Which column of a survey export the params mean: by its name, the tool's id, or the text of its question."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

from pilotproof.errors import Problem
from pilotproof.sources.surveys import SurveyExport
from pilotproof.sources.wording import folded, plain_text

# The item of a grid: "Stem - item", "Stem [item]", and "Stem cut off...-item" in old exports.
LAST_PART = re.compile(r".*\S(?:\s+-\s+|\.\.\.-)(?P<part>\S.*)|.*\S\s*\[(?P<option>[^\[\]]+)\]")
NEAREST = 3  # columns that a message suggests
LEAST_ALIKE = 0.5
LONGEST_COMPARED = 200  # characters of a question
LONGEST_SHOWN = 70
MOST_TEXTS = 25
MOST_COMPARED = 30  # columns not found for which the nearest ones are looked up


class ColumnFinder:
    """Finds the columns of one export; without regard to case, spaces, HTML, quotes and punctuation at the ends."""

    def __init__(self, export: SurveyExport) -> None:
        self._export = export
        self._exact = {str(name) for name in export.table.frame}
        self._levels: tuple[dict[str, list[str]], ...] = ({}, {}, {}, {})
        for level, name, column in self._names():
            found = self._levels[level].setdefault(folded(name), [])
            if column not in found:
                found.append(column)

    def find(self, wanted: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
        """The column for each key of the params, and a problem for each that is not found, or fits several columns.

        wanted : what the params say, by the dotted key
        """
        found: dict[str, str] = {}
        problems: list[Problem] = []
        for key, name in wanted.items():
            columns = self._columns(name)
            if len(columns) == 1:
                found[key] = columns[0]
            elif columns:
                problems.append(self._ambiguous(key, name, columns))
            else:
                problems.append(self._not_found(key, name, compare=len(problems) < MOST_COMPARED))
        return found, problems

    def _names(self) -> Iterator[tuple[int, str, str]]:
        """What a column may be called, the surest first: its name, its id, its question, the last part of a grid's question."""
        for column in self._export.table.frame:
            question = self._export.questions.get(column, column)
            yield 0, column, column
            yield 2, question, column
            if (part := LAST_PART.fullmatch(plain_text(question))) is not None:
                yield 3, part["part"] or part["option"], column
        for name, column in self._export.ids.items():
            yield 1, name, column

    def _columns(self, name: str) -> list[str]:
        if name in self._exact:
            return [name]
        wanted = folded(name)
        return next((level[wanted] for level in self._levels if wanted in level), [])

    def _not_found(self, key: str, name: str, *, compare: bool) -> Problem:
        nearest = self._nearest(name) if compare else []
        hint = f"Did you mean {_listed([self._shown(column) for column in nearest])}? " if nearest else ""
        return Problem(
            file=self._export.table.file,
            column=key,
            found=f"no column '{_short(name)}' in this export ({self._export.title}, {len(self._exact)} columns)",
            expected="the name of a column, or the text of its question",
            action=f"{hint}Correct it in the params file, or ask for a complete export.",
        )

    def _nearest(self, name: str) -> list[str]:
        """The columns whose names or questions hold the text, then those that are most alike."""
        wanted = folded(name)[:LONGEST_COMPARED]
        by_text: dict[str, list[str]] = {}
        for level in self._levels:
            for text, columns in level.items():
                by_text.setdefault(text[:LONGEST_COMPARED], []).extend(columns)
        holding = [text for text in by_text if wanted and wanted in text]
        # Comparing in earnest takes time, so only with the texts that have most in common at first sight.
        pieces = _pieces(wanted)
        likely = sorted(by_text, key=lambda text: -_overlap(pieces, _pieces(text)))[:MOST_TEXTS]
        alike = difflib.get_close_matches(wanted, likely, n=NEAREST, cutoff=LEAST_ALIKE)
        columns = dict.fromkeys(column for text in [*holding[:NEAREST], *alike] for column in by_text[text])
        return list(columns)[:NEAREST]

    def _ambiguous(self, key: str, name: str, columns: list[str]) -> Problem:
        named = _listed([f"'{column}'" for column in columns[:10]])
        return Problem(
            file=self._export.table.file,
            column=key,
            found=f"'{_short(name)}' as the question of {len(columns)} columns",
            expected="a question that stands once",
            action=f"Write the name of the column that is meant: {named}.",
        )

    def _shown(self, column: str) -> str:
        question = self._export.questions.get(column)
        return f"'{_short(column)}' ({_short(question)})" if question else f"'{_short(column)}'"


def _pieces(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(max(len(text) - 2, 1))}


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other)


def _short(text: str) -> str:
    """Beginning and end: the questions of a grid begin alike."""
    half = LONGEST_SHOWN // 2
    return text if len(text) <= LONGEST_SHOWN else f"{text[:half]}…{text[-half:]}"


def _listed(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
