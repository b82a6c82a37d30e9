"""Comments of teachers that the operator has listed to be quoted: word for word, without who wrote them; nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from pilotproof.clean.survey_columns import ColumnFinder
from pilotproof.clean.survey_responses import Survey
from pilotproof.errors import Problem
from pilotproof.pilot import Quote
from pilotproof.sources.surveys import SurveyExport
from pilotproof.sources.wording import plain_text

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
SHORTEST_ID = 3  # characters from which an id in a comment is no coincidence
COLUMNS = ("instrument", "wave", "question", "comment")


def quotes_of(survey: Survey, rows: pd.DataFrame, fate: pd.Series) -> tuple[pd.DataFrame, list[Problem]]:
    """The listed comments, in the order of the list, and a problem for each that cannot be quoted.

    rows : every record with its file, row, teacher_id and wave; fate : for each the rule that left it out, or nothing
    """
    found, problems = [], []
    for number, quote in enumerate(survey.source.quotes, start=1):
        for comment in _comments(survey, quote, f"{survey.key}.quotes.{number}", rows.assign(fate=fate)):
            (problems if isinstance(comment, Problem) else found).append(comment)
    return pd.DataFrame(found, columns=list(COLUMNS)).astype("str"), problems


def _comments(survey: Survey, quote: Quote, key: str, rows: pd.DataFrame) -> Iterator[dict[str, str] | Problem]:
    export = survey.exports.get(quote.wave if survey.source.files else "")
    if export is None:  # pilot.survey asks for the wave of each quote; a survey has an export for each of its waves
        return
    columns, problems = ColumnFinder(export).find({f"{key}.column": quote.column})
    yield from problems
    for column in columns.values():
        if (about := _not_a_comment(survey, export, column)) is not None:
            yield _problem(export, key, found=about, expected="a column with comments")
            continue
        for row in quote.rows:
            yield _comment(survey, export, column, rows, key, row)


def _not_a_comment(survey: Survey, export: SurveyExport, column: str) -> str | None:
    """Why this column must not be quoted; None when it may."""
    source, finder = survey.source, ColumnFinder(export)
    who, _ = finder.find({name: name for name in (source.respondent_column, source.wave_column, source.ended_column) if name})
    if column in {*export.personal, *who.values(), export.started, export.ended, export.duration}:
        return f"the column '{column}', which tells who answered, or when"
    items, _ = finder.find({item: source.items.get(item, item) for item in survey.instrument.items} | source.items_before)
    if column in items.values():
        return f"the column '{column}', an item of the codebook: one teacher's answer to it is never shown"
    return None


def _comment(
    survey: Survey, export: SurveyExport, column: str, rows: pd.DataFrame, key: str, row: int
) -> dict[str, str] | Problem:
    """One comment, or why it cannot be quoted."""
    record = rows[(rows["file"] == export.table.file) & (rows["row"] == row)]
    if record.empty:
        there = export.table.frame.index
        expected = f"a row with a response, from {there.min()} to {there.max()}" if len(there) else "a file with responses"
        return _problem(export, key, row=row, found="no response in this row", expected=expected)
    response = record.iloc[0]
    text = " ".join(str(export.table.frame.at[row, column]).split())
    if response["fate"]:
        found = f"a response that is left out: {response['fate'][:1].lower()}{response['fate'][1:].rstrip('.')}"
        return _problem(export, key, row=row, found=found, expected="a response that counts")
    if not text or text in survey.source.missing:
        return _problem(export, key, row=row, found=f"no comment in '{column}'", expected="a response with a comment")
    if (name := _named(text, ids=set(rows["teacher_id"]))) is not None:
        action = "Take it out with corrections.yaml, or do not quote this comment."
        return _problem(export, key, row=row, found=f"a comment that holds {name}", expected="no name", action=action)
    question = plain_text(export.questions.get(column, column))
    return {"instrument": survey.source.instrument, "wave": response["wave"], "question": question, "comment": text}


def _named(text: str, *, ids: set[str]) -> str | None:
    """What in the comment tells who somebody is, as far as a program can see it."""
    if ADDRESS.search(text):
        return "an e-mail address"
    folded = text.casefold()
    is_id = any(len(one) >= SHORTEST_ID and one.casefold() in folded for one in ids)
    return "the id of somebody who answered" if is_id else None


def _problem(
    export: SurveyExport, key: str, *, found: str, expected: str, row: int | None = None, action: str | None = None
) -> Problem:
    return Problem(
        file=export.table.file,
        row=row,
        column=key,
        found=found,
        expected=expected,
        action=action or "Correct `quotes` in the params file: rows are counted as a spreadsheet shows them.",
    )
