"""Rows of the outcomes files, wide or long: which of them count, and one row of scores per student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from pilotproof.clean.flow import Rule
from pilotproof.clean.score_problems import (
    blank_ids,
    contradictions,
    no_score_column,
    no_student_column,
    no_such_window,
    no_window_column,
)
from pilotproof.clean.score_rules import (
    WAVES,
    counts_for_its_window,
    entered_once,
    entered_once_as_testing,
    in_a_window,
    of_an_outcome,
    valid,
)
from pilotproof.clean.values import normalise_id, parse_numbers, parse_times, parse_words
from pilotproof.errors import DataError, Problem, problems_of
from pilotproof.pilot import Outcome, OutcomeSource, Pilot
from pilotproof.pilot.outcomes import THIS_FILE
from pilotproof.sources.raw import RawTable, require_columns
from pilotproof.sources.score_layouts import ScoreLayout, first_present, layout_named, recognise

Parsed = tuple[pd.DataFrame, list[Problem]]


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """Rows of all outcomes files.

    frame : one row per row of a file, index 0, 1, …: file, row, student_id, PLACES, arm_name, begin; a score column
        `outcome:wave` for each outcome and wave, and for long files `has:outcome:wave`, whether the row is a testing of it
    rules : which rows count, before they are matched with places; repeated : which of several testings counts
    """

    frame: pd.DataFrame
    rules: tuple[Rule, ...]
    repeated: tuple[Rule, ...] = ()


def parse_scores(tables: Sequence[RawTable], pilot: Pilot) -> ScoreRows:
    """Every row of `tables` with its scores as numbers. Raises DataError with every problem of all files."""
    source = pilot.sources.outcomes
    layouts = [_layout(table, source) for table in tables]
    parse = _parse_long if source.is_long else _parse_wide
    frames, problems = [], []
    if not source.is_long:
        problems += problems_of(lambda: _require_score_columns(tables, pilot))
    for table, layout in zip(tables, layouts, strict=True):
        try:
            frame, found = parse(table, layout, pilot)
        except DataError as error:  # a column that is not there; the other files are read all the same
            problems += error.problems
            continue
        frames.append(frame.assign(file=table.file, row=frame.index))
        problems += found
    if len(frames) < len(tables):
        raise DataError(dict.fromkeys(problems))
    rows = pd.concat(frames, ignore_index=True)
    if not source.is_long:
        problems += contradictions(rows, source)
    elif not problems:
        problems += no_such_window(rows, tables, pilot)
    if problems:
        raise DataError(problems)
    if not source.is_long:
        return ScoreRows(rows, (entered_once,))
    counts = {wave: _which(source, wave) for wave in WAVES}
    repeated = partial(counts_for_its_window, outcomes=_names(pilot), which=counts, said=_said(counts))
    return ScoreRows(rows, (of_an_outcome, valid, in_a_window, entered_once_as_testing), (repeated,))


def one_row_per_student(rows: pd.DataFrame, pilot: Pilot) -> pd.DataFrame:
    """student_id and `outcome:wave` scores; NaN where there is none. `rows` are those that count."""
    students = pd.DataFrame({"student_id": rows["student_id"].drop_duplicates()})
    for outcome in pilot.outcomes:
        for wave in WAVES:
            name = f"{outcome.name}:{wave}"
            if name not in rows:
                students[name] = float("nan")
                continue
            of_wave = rows[rows[f"has:{name}"]] if f"has:{name}" in rows else rows
            students[name] = students["student_id"].map(of_wave.groupby("student_id")[name].first())
    return students


# ---- steps --------------------------------------------------------------------------------------------------------


def _layout(table: RawTable, source: OutcomeSource) -> ScoreLayout | None:
    return recognise(table.frame.columns) if source.format == "auto" else layout_named(source.format, table)


def _parse_wide(table: RawTable, layout: ScoreLayout | None, pilot: Pilot) -> Parsed:
    source = pilot.sources.outcomes
    rows, problems = _who(table, layout, source)
    if source.date_column:
        require_columns(table, [source.date_column])
        problems += parse_times(table, source.date_column, formats=source.date_formats)[1]
    for outcome in pilot.outcomes:
        for wave, column in zip(WAVES, (outcome.pretest_column, outcome.posttest_column), strict=True):
            if column and column in table.frame:
                rows[f"{outcome.name}:{wave}"], found = _scores(table, column, outcome, source)
                problems += found
    return rows, problems


def _parse_long(table: RawTable, layout: ScoreLayout | None, pilot: Pilot) -> Parsed:
    source = pilot.sources.outcomes
    rows, problems = _who(table, layout, source)
    rows["taken_on"], found = _taken_on(table, layout, source)
    problems += found
    rows["taken_on_backwards"] = -rows["taken_on"].astype("int64")
    rows["window"], rows["wave"] = _windows(table, layout, source, rows["taken_on"])
    rows["is_valid"] = ~_left_out(table, layout, source)
    rows["is_of_outcome"] = False
    for outcome in pilot.outcomes:
        is_of = _is_of(table, outcome)
        column = outcome.score_column or first_present(layout.score if layout else (), table.frame.columns)
        if column is None:
            raise DataError([no_score_column(table, outcome)])
        require_columns(table, [column])
        used = RawTable(table.file, table.frame[is_of & (rows["wave"] != "") & rows["is_valid"]])
        scores, found = _scores(used, column, outcome, source)
        problems += found
        for wave in WAVES:
            rows[f"has:{outcome.name}:{wave}"] = is_of & (rows["wave"] == wave) & rows["is_valid"]
            rows[f"{outcome.name}:{wave}"] = scores.reindex(rows.index).where(rows["wave"] == wave)
        rows["is_of_outcome"] |= is_of
    return rows, problems


def _require_score_columns(tables: Sequence[RawTable], pilot: Pilot) -> None:
    """Each score column in one of the files at least."""
    present = {column for table in tables for column in table.frame}
    wanted = [column for outcome in pilot.outcomes for column in (outcome.pretest_column, outcome.posttest_column) if column]
    require_columns(tables[0], [column for column in wanted if column not in present])


def _who(table: RawTable, layout: ScoreLayout | None, source: OutcomeSource) -> Parsed:
    """Ids and places of each row, as far as the file has them."""
    student = source.student_column or first_present(layout.student if layout else (), table.frame.columns)
    if student is None:
        raise DataError([no_student_column(table)])
    named = {
        "class_id": source.class_column,
        "teacher_id": source.teacher_column,
        "school_id": source.school_column,
        "district_id": source.district_column,
        "arm_name": source.arm_column,
    }
    require_columns(table, [student, *filter(None, named.values())])
    rows = pd.DataFrame({"student_id": normalise_id(table.frame[student])})
    for name, column in named.items():
        rows[name] = normalise_id(table.frame[column]) if column else pd.Series(pd.NA, index=rows.index, dtype="str")
    rows["begin"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    return rows, blank_ids(table, student, rows["student_id"])


def _taken_on(table: RawTable, layout: ScoreLayout | None, source: OutcomeSource) -> tuple[pd.Series, list[Problem]]:
    """The day of each testing; the same day for all where the file has none."""
    column = source.date_column or first_present(layout.date if layout else (), table.frame.columns)
    if column is None:
        return pd.Series(pd.Timestamp(0), index=table.frame.index, dtype="datetime64[us]"), []
    require_columns(table, [column])
    formats = (*source.date_formats, *(layout.date_formats if layout else ()))
    return parse_times(table, column, formats=formats)


def _windows(
    table: RawTable, layout: ScoreLayout | None, source: OutcomeSource, taken_on: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """The window of each testing as the file names it, and the wave it stands for: pretest, posttest or none."""
    wave = pd.Series("", index=table.frame.index, dtype="str")
    if source.after_from is not None:
        wave = wave.mask(taken_on >= pd.Timestamp(source.after_from), "posttest")
        if source.before_until is not None:
            wave = wave.mask(taken_on < pd.Timestamp(source.before_until) + pd.Timedelta(days=1), "pretest")
        return taken_on.dt.strftime("%Y-%m-%d"), wave
    column = source.window_column or first_present(layout.window if layout else (), table.frame.columns)
    if column is None:
        raise DataError([no_window_column(table)])
    window = _column(table, column)
    folded = window.str.casefold()
    wave = wave.mask(folded == (source.after or "").casefold(), "posttest")
    if source.before is not None:
        wave = wave.mask(folded == source.before.casefold(), "pretest")
    return window, wave


def _column(table: RawTable, column: str) -> pd.Series:
    if column == THIS_FILE and THIS_FILE not in table.frame:
        return pd.Series(table.file.rsplit("/", 1)[-1], index=table.frame.index, dtype="str")
    require_columns(table, [column])
    return table.frame[column].str.strip()


def _left_out(table: RawTable, layout: ScoreLayout | None, source: OutcomeSource) -> pd.Series:
    require_columns(table, source.leave_out)
    marks = {**(layout.leave_out if layout else {}), **source.leave_out}
    out = pd.Series(False, index=table.frame.index)
    for column, values in marks.items():
        if column in table.frame:
            out |= table.frame[column].str.strip().str.casefold().isin({value.casefold() for value in values})
    return out


def _is_of(table: RawTable, outcome: Outcome) -> pd.Series:
    is_of = pd.Series(True, index=table.frame.index)
    for column, value in outcome.where.items():
        is_of &= _column(table, column).str.casefold() == value.casefold()
    return is_of


def _scores(table: RawTable, column: str, outcome: Outcome, source: OutcomeSource) -> tuple[pd.Series, list[Problem]]:
    if outcome.kind == "binary":
        values = dict.fromkeys(outcome.yes_values, outcome.high) | dict.fromkeys(outcome.no_values, outcome.low)
        return parse_words(table, column, values=values, missing=source.missing)
    return parse_numbers(
        table, column, missing=source.missing, missing_key="sources.outcomes.missing", low=outcome.low, high=outcome.high
    )


def _names(pilot: Pilot) -> tuple[str, ...]:
    return tuple(outcome.name for outcome in pilot.outcomes)


def _which(source: OutcomeSource, wave: str) -> str:
    """Which of several testings counts."""
    if source.testing is not None:
        return source.testing
    return "last" if source.before_until is not None and wave == "pretest" else "first"


def _said(which: dict[str, str]) -> str:
    if which["pretest"] == which["posttest"]:
        return f"the {which['posttest']} counts"
    return f"the {which['pretest']} before and the {which['posttest']} after count"
