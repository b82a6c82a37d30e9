"""Rows of a coding sheet as lessons with their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from pilotproof.clean.values import is_missing, normalise_id, normalise_period, parse_times
from pilotproof.columns.lesson_coding import PICRAT_CODES, SAMR_LEVELS
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import MISSING_SPELLINGS, LessonCodingSource, Window
from pilotproof.sources.raw import RawTable, require_columns

LESSON = ["session_date", "lesson", "teacher_id"]  # what makes one lesson of the rows of its coders
CODED = ["student_relation", "teacher_use", "samr"]


def written_columns(source: LessonCodingSource) -> list[str]:
    """The columns that a coder fills in, the lesson's name first."""
    always = [source.lesson_column, source.date_column, source.teacher_column, source.coder_column]
    return [*always, *filter(None, (source.period_column, source.picrat_column, source.samr_column))]


def parse_lessons(
    table: RawTable, source: LessonCodingSource, *, window: Window, arm_of_teacher: Mapping[str, str] | None
) -> pd.DataFrame:
    """One row per lesson and coder: LESSON, period, coder_name, CODED (empty where not coded), arm and cluster (the teacher).

    Raises DataError with every problem of the sheet.
    """
    require_columns(table, written_columns(source))
    frame = table.frame
    session_date, problems = parse_times(table, source.date_column, formats=source.date_formats)
    picrat, found = _parsed(table, source.picrat_column, PICRAT_CODES, source)
    samr, more = _parsed(table, source.samr_column, SAMR_LEVELS, source)
    teacher = normalise_id(frame[source.teacher_column])
    arms = pd.Series("treated", index=frame.index) if arm_of_teacher is None else teacher.map(arm_of_teacher).fillna("neither")
    rows = pd.DataFrame(
        {
            "lesson": frame[source.lesson_column].str.strip(),
            "session_date": session_date.dt.normalize(),
            "teacher_id": teacher,
            "period": normalise_period(frame[source.period_column]) if source.period_column else "",
            "coder_name": normalise_id(frame[source.coder_column]),
            "student_relation": picrat.str[:1],
            "teacher_use": picrat.str[1:],
            "samr": samr,
            "arm": arms,
            "cluster": teacher,
        }
    ).astype(dict.fromkeys(["period", "arm", *CODED], "str"))
    problems += [*found, *more, *_blank(table, source), *_outside(rows, table, source, window), *_strangers(rows, table, source)]
    problems += [*_contradictions(rows, table, source), *_two_names(rows, table, source)]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return rows


def _parsed(
    table: RawTable, column: str | None, known: tuple[str, ...], source: LessonCodingSource
) -> tuple[pd.Series, list[Problem]]:
    """The codes of one column, empty where there is none, and a problem for each cell that is none of `known`."""
    if column is None:
        return pd.Series("", index=table.frame.index, dtype="str"), []
    cells = table.frame[column].str.strip()
    meaning = {code.casefold(): code for code in known}
    meaning |= {spelling.strip().casefold(): code for spelling, code in source.codes.items() if code in known}
    codes = cells.str.casefold().map(meaning).mask(is_missing(cells, MISSING_SPELLINGS), "")
    action = "Say in `codes` in the params which code this stands for; or correct it with corrections.yaml."
    problems = [
        Problem(
            file=table.file, row=int(row), column=column, found=repr(cell), expected=f"one of {' '.join(known)}", action=action
        )
        for row, cell in cells[codes.isna()].items()
    ]
    return codes.fillna("").astype("str"), problems


def _blank(table: RawTable, source: LessonCodingSource) -> Iterator[Problem]:
    for column in (source.lesson_column, source.teacher_column, source.coder_column):
        for row in table.frame.index[table.frame[column].str.strip() == ""]:
            yield Problem(
                file=table.file,
                row=int(row),
                column=column,
                found="an empty cell",
                expected=f"a {column.lower()} in every row",
                action="Fill it in with corrections.yaml, or ask the coder.",
            )


def _outside(rows: pd.DataFrame, table: RawTable, source: LessonCodingSource, window: Window) -> Iterator[Problem]:
    is_inside = rows["session_date"].between(pd.Timestamp(window.start), pd.Timestamp(window.end))
    for row in rows.index[~is_inside & rows["session_date"].notna()]:
        yield Problem(
            file=table.file,
            row=int(row),
            column=source.date_column,
            found=f"a lesson on {rows.at[row, 'session_date']:%Y-%m-%d}",
            expected=f"a day of the pilot's window, {window.start} to {window.end}",
            action="Correct the day with corrections.yaml, or take the row out there with `remove: true`.",
        )


def _strangers(rows: pd.DataFrame, table: RawTable, source: LessonCodingSource) -> Iterator[Problem]:
    for row in rows.index[(rows["arm"] == "neither") & (rows["teacher_id"] != "")]:
        yield Problem(
            file=table.file,
            row=int(row),
            column=source.teacher_column,
            found=repr(table.frame.at[row, source.teacher_column]),
            expected="the staff id of a teacher whom the roster has in a class of the pilot",
            action="Correct the id with corrections.yaml, or take the row out there with `remove: true`.",
        )


def _contradictions(rows: pd.DataFrame, table: RawTable, source: LessonCodingSource) -> Iterator[Problem]:
    """One coder gives one lesson one code, and a lesson is held in one period."""
    distinct = rows.drop_duplicates([*LESSON, "coder_name", "period", *CODED])
    for row in distinct.index[distinct.duplicated([*LESSON, "coder_name", "period"])]:
        yield Problem(
            file=table.file,
            row=int(row),
            column=source.coder_column,
            found=f"lesson '{rows.at[row, 'lesson']}' again by the same coder, with another code",
            expected="one row for each lesson and coder",
            action="Ask the coder which one is right; take the other out with corrections.yaml.",
        )
    for row in rows.index[rows["period"] != rows.groupby(LESSON, dropna=False)["period"].transform("first")]:
        yield Problem(
            file=table.file,
            row=int(row),
            column=source.period_column,
            found=f"lesson '{rows.at[row, 'lesson']}' in period '{rows.at[row, 'period']}'",
            expected="the period that its first row names",
            action="Correct it with corrections.yaml, or give each lesson a name of its own.",
        )


def _two_names(rows: pd.DataFrame, table: RawTable, source: LessonCodingSource) -> Iterator[Problem]:
    """A teacher holds one lesson in a period: under two names its coders could not be told to have seen the same one."""
    timed = rows[rows["period"] != ""]
    first = timed.groupby(["session_date", "teacher_id", "period"], dropna=False)["lesson"].transform("first")
    for row in timed.index[timed["lesson"] != first]:
        yield Problem(
            file=table.file,
            row=int(row),
            column=source.lesson_column,
            found=f"lesson '{rows.at[row, 'lesson']}' on the day and in the period of lesson '{first[row]}' of this teacher",
            expected="one name for one lesson",
            action="If both are one lesson, give it one name with corrections.yaml; else correct the day or the period.",
        )
