"""What can be wrong with a file of scores, said to a person who has to mend it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pilotproof.errors import Problem
from pilotproof.pilot import Outcome, OutcomeSource, Pilot
from pilotproof.sources.raw import RawTable


def blank_ids(table: RawTable, column: str, ids: pd.Series) -> list[Problem]:
    return [
        Problem(
            file=table.file,
            row=int(row),
            column=column,
            found="an empty id",
            expected="a student id in every row",
            action="Ask for an export with the ids filled in.",
        )
        for row in ids.index[ids == ""]
    ]


def contradictions(rows: pd.DataFrame, source: OutcomeSource) -> list[Problem]:
    """Rows of one student that differ in anything: no rule can tell which of them is right."""
    distinct = rows.drop_duplicates([column for column in rows if column != "row"])
    twice = distinct[distinct.duplicated(["file", "student_id"], keep=False) & (distinct["student_id"] != "")]
    return [
        Problem(
            file=row.file,
            row=int(row.row),
            column=source.student_column,
            found=f"'{row.student_id}' again with other values",
            expected="one row per student",
            action="Two students may share an id, or one was tested twice: remove the wrong row with corrections.yaml.",
        )
        for row in twice[twice.duplicated(["file", "student_id"], keep="first")].itertuples()
    ]


def no_such_window(rows: pd.DataFrame, tables: Sequence[RawTable], pilot: Pilot) -> list[Problem]:
    """A window that the params name and no row has."""
    source = pilot.sources.outcomes
    wanted = {"posttest": ("after", source.after or source.after_from)}
    if source.before or source.before_until:
        wanted["pretest"] = ("before", source.before or source.before_until)
    present = ", ".join(f"'{window}'" for window in sorted(set(rows["window"]))[:20])
    return [
        Problem(
            file=", ".join(table.file for table in tables),
            column=f"sources.outcomes.{key}",
            found=f"no testing in '{value}'",
            expected=f"one of the windows of the file: {present}",
            action="Correct the window in the params file.",
        )
        for wave, (key, value) in wanted.items()
        if not (rows["wave"] == wave).any()
    ]


def _missing_key(table: RawTable, key: str, what: str) -> Problem:
    return Problem(
        file=table.file,
        found=f"no vendor's layout that is known, and no {key} in the params file",
        expected=f"the name of the column with {what}",
        action=f"Add {key} to the params file. The file has: {', '.join(list(table.frame)[:40])}.",
    )


def no_student_column(table: RawTable) -> Problem:
    return _missing_key(table, "sources.outcomes.student_column", "the student's id")


def no_window_column(table: RawTable) -> Problem:
    return _missing_key(table, "sources.outcomes.window_column", "the term or window of each testing")


def no_score_column(table: RawTable, outcome: Outcome) -> Problem:
    return _missing_key(table, f"score_column of the outcome {outcome.name}", "its score")
