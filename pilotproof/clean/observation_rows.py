"""Rows of an observation sheet as marks: on task, of how many observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from pilotproof.clean.values import normalise_id, normalise_period, parse_numbers, parse_times
from pilotproof.columns.observations import PROCEDURES
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import ObservationSource
from pilotproof.sources.raw import RawTable, require_columns

LONGEST_INTERVAL_MINUTES = 60
MOST_STUDENTS = 200
SCAN = "class_scan"
EXAMPLE = "EXAMPLE"  # with which the example row of the sheet to fill in begins
IS_EXAMPLE, NOT_FILLED_IN = "Example row of the sheet", "Row that was not filled in"
INTERVAL, CODE, ROW = "(interval)", "(code)", "(row)"  # columns made from a sheet with a column for each interval


def without_unfilled(raw: RawTable, named: Sequence[str]) -> tuple[RawTable, pd.Series]:
    """The sheet without its examples and without rows in which all columns `named` are empty; and those rows, with why.

    named : columns that are written by hand; an example is told by the first of them
    """
    named = list(named)
    require_columns(raw, named)
    cells = raw.frame[named].apply(lambda column: column.str.strip())
    why = pd.Series("", index=raw.frame.index, dtype="str")
    why = why.mask((cells == "").all(axis=1), NOT_FILLED_IN).mask(cells[named[0]].str.startswith(EXAMPLE), IS_EXAMPLE)
    return RawTable(raw.file, raw.frame[why == ""], raw.removed_by_correction), why[why != ""]


def parse_observations(raw: RawTable, source: ObservationSource) -> tuple[pd.DataFrame, pd.Series]:
    """One row per interval: session, session_date, teacher_id, period, observer_name, procedure, interval, interval_minutes,
    on_task and observed; and the row of the sheet that each comes from.

    Raises DataError with every problem of the sheet.
    """
    table = _long(raw, source)
    _require(table, source)
    frame = table.frame
    file_row = frame[ROW].astype("int64") if ROW in frame else pd.Series(frame.index, index=frame.index)
    session_date, problems = parse_times(table, source.date_column, formats=source.date_formats)
    procedure = _procedures(table, source)
    problems += _unknown_procedures(table, source, procedure)
    minutes, found = _minutes(table, source)
    problems += found
    rows = pd.DataFrame(
        {
            "session": frame[source.session_column].str.strip(),
            "session_date": session_date.dt.normalize(),
            "teacher_id": normalise_id(frame[source.teacher_column]),
            "period": normalise_period(frame[source.period_column]) if _has(table, source.period_column) else "",
            "observer_name": normalise_id(frame[source.observer_column]),
            "procedure": procedure,
            "interval": frame[source.interval_column or INTERVAL].str.strip(),
            "interval_minutes": minutes,
        }
    )
    rows["on_task"], rows["observed"], found = _marks(table, source, procedure)
    problems += [*found, *_blank(table, source), *_contradictions(rows, table, source)]
    if problems:
        raise DataError(dict.fromkeys(problems))
    return rows.astype({"on_task": "int64", "observed": "int64"}), file_row


def _long(raw: RawTable, source: ObservationSource) -> RawTable:
    """A sheet with a column for each interval as one with a row for each."""
    if not source.interval_columns:
        return raw
    require_columns(raw, source.interval_columns)
    wide = raw.frame.assign(**{ROW: raw.frame.index.astype("str")})
    others = [column for column in wide if column not in source.interval_columns]
    long = wide.melt(id_vars=others, value_vars=list(source.interval_columns), var_name=INTERVAL, value_name=CODE)
    return RawTable(raw.file, long.astype("str"), raw.removed_by_correction)


def _require(table: RawTable, source: ObservationSource) -> None:
    wanted = [source.session_column, source.date_column, source.teacher_column, source.observer_column]
    if source.interval_column:
        wanted.append(source.interval_column)
    if source.procedure is None and source.procedure_column:
        wanted.append(source.procedure_column)
    require_columns(table, wanted)


def _has(table: RawTable, column: str | None) -> bool:
    return column is not None and column in table.frame


def _procedures(table: RawTable, source: ObservationSource) -> pd.Series:
    stated = pd.Series(source.procedure or "", index=table.frame.index, dtype="str")
    if not _has(table, source.procedure_column):
        return stated
    cells = table.frame[source.procedure_column].str.strip().str.casefold().str.replace(r"[ -]", "_", regex=True)
    return cells.mask(cells == "", stated)


def _unknown_procedures(table: RawTable, source: ObservationSource, procedure: pd.Series) -> Iterator[Problem]:
    for row, value in procedure[~procedure.isin(PROCEDURES)].items():
        yield Problem(
            file=table.file,
            row=_row(table, row),
            column=source.procedure_column or "sources.observations.procedure",
            found=repr(value) if value else "no procedure",
            expected=f"one of {', '.join(PROCEDURES)}",
            action="Ask the observer how an interval was scored: the same marks mean a share, its upper or its lower bound.",
        )


def _minutes(table: RawTable, source: ObservationSource) -> tuple[pd.Series, list[Problem]]:
    if source.minutes_column is None or not _has(table, source.minutes_column):
        return pd.Series(float("nan"), index=table.frame.index), []
    return parse_numbers(table, source.minutes_column, missing=("", "-"), low=0, high=LONGEST_INTERVAL_MINUTES)


def _marks(table: RawTable, source: ObservationSource, procedure: pd.Series) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """Students on task of those looked at for class scans; 1 or 0 of 1 for codes; 0 of 0 where nothing was observed."""
    is_scan, is_coded = procedure == SCAN, procedure.isin(set(PROCEDURES) - {SCAN})
    on_task, observed = (pd.Series(0.0, index=table.frame.index) for _ in range(2))
    problems: list[Problem] = []
    if is_scan.any():
        on, present, found = _scans(RawTable(table.file, table.frame[is_scan]), source)
        on_task, observed = on_task.mask(is_scan, on), observed.mask(is_scan, present)
        problems += found
    if is_coded.any():
        on, seen, found = _codes(RawTable(table.file, table.frame[is_coded]), source)
        on_task, observed = on_task.mask(is_coded, on), observed.mask(is_coded, seen)
        problems += found
    return on_task, observed, problems


def _scans(table: RawTable, source: ObservationSource) -> tuple[pd.Series, pd.Series, list[Problem]]:
    for key in ("on_task_column", "present_column"):
        if getattr(source, key) is None:
            raise DataError([_no_key(table, key, "the number of students on task, or present")])
    require_columns(table, [str(source.on_task_column), str(source.present_column)])
    on, problems = parse_numbers(table, str(source.on_task_column), missing=("", "-"), low=0, high=MOST_STUDENTS)
    present, found = parse_numbers(table, str(source.present_column), missing=("", "-"), low=0, high=MOST_STUDENTS)
    more = on > present
    problems += found + [
        Problem(
            file=table.file,
            row=_row(table, row),
            column=source.on_task_column,
            found=f"{on[row]:g} of {present[row]:g} students on task",
            expected="no more students on task than present",
            action="Ask the observer; correct it with corrections.yaml.",
        )
        for row in more.index[more]
    ]
    is_observed = on.notna() & present.notna()
    return on.where(is_observed, 0.0), present.where(is_observed, 0.0), problems


def _codes(table: RawTable, source: ObservationSource) -> tuple[pd.Series, pd.Series, list[Problem]]:
    column = CODE if CODE in table.frame else source.code_column
    if column is None:
        raise DataError([_no_key(table, "code_column", "the code of each interval")])
    require_columns(table, [column])
    meaning = {code.casefold(): value for code, value in source.codes.items()} | {"": "not-observed"}
    meant = table.frame[column].str.strip().str.casefold().map(meaning)
    problems = [
        Problem(
            file=table.file,
            row=_row(table, row),
            column=table.frame.at[row, INTERVAL] if CODE in table.frame else column,
            found=repr(table.frame.at[row, column]),
            expected=f"one of {', '.join(source.codes)}",
            action="Say in `codes` what this code means: on, off or not-observed.",
        )
        for row in meant.index[meant.isna()]
    ]
    return (meant == "on").astype("float64"), meant.isin(["on", "off"]).astype("float64"), problems


def _no_key(table: RawTable, key: str, what: str) -> Problem:
    return Problem(
        file=table.file,
        column=f"sources.observations.{key}",
        found="nothing",
        expected=f"the name of the column with {what}",
        action=f"Add it to the params file. The sheet has: {', '.join(list(table.frame)[:40])}.",
    )


def _blank(table: RawTable, source: ObservationSource) -> Iterator[Problem]:
    for column in (source.session_column, source.teacher_column, source.observer_column):
        for row in table.frame.index[table.frame[column].str.strip() == ""]:
            yield Problem(
                file=table.file,
                row=_row(table, row),
                column=column,
                found="an empty cell",
                expected=f"a {column.lower()} in every row",
                action="Fill it in with corrections.yaml, or ask the observer.",
            )


def _contradictions(rows: pd.DataFrame, table: RawTable, source: ObservationSource) -> Iterator[Problem]:
    """One observer cannot have coded one interval in two ways, nor one session be scored by two procedures."""
    key = ["session", "session_date", "teacher_id", "period", "observer_name"]
    distinct = rows.drop_duplicates([*key, "interval", "on_task", "observed"])
    for row in distinct.index[distinct.duplicated([*key, "interval"], keep="first")]:
        yield Problem(
            file=table.file,
            row=_row(table, row),
            column=source.interval_column,
            found=f"interval {rows.at[row, 'interval']} of session '{rows.at[row, 'session']}' again with another code",
            expected="one code for each interval and observer",
            action="Ask the observer which one is right; remove the other with corrections.yaml.",
        )
    for _, several in rows.groupby(key)["procedure"]:
        if several.nunique() > 1:
            yield Problem(
                file=table.file,
                row=_row(table, several.index[0]),
                column=source.procedure_column,
                found=f"a session scored by {' and '.join(sorted(several.unique()))}",
                expected="one procedure in a session",
                action="Give each part a session name of its own.",
            )


def _row(table: RawTable, row: object) -> int:
    """The row in the sheet, also where intervals were spread over columns."""
    return int(table.frame.at[row, ROW]) if ROW in table.frame else int(str(row))
