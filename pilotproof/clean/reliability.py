"""Technical errors, and the lessons in which they could have happened."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Account, Cleaned, Match
from pilotproof.clean.flow import BY_CORRECTION, Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.log_flow import BURST, CONTINUED, STRANGERS, TWICE, labels_of, log_flow
from pilotproof.clean.log_reduction import KEPT, Reduced, load_log, reduce_log
from pilotproof.clean.log_times import unread_times
from pilotproof.clean.values import normalise_id, normalise_period, parse_numbers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import BellPeriod, ErrorLogSource, SessionSource, Window
from pilotproof.sources.error_log import SOURCE_TABLE, ErrorLog
from pilotproof.sources.large import database, faults_of
from pilotproof.sources.raw import RawTable, require_columns

MINUTES_PER_HOUR = 60
LONGEST_LESSON_MINUTES = 480
PLACE = ["session_date", "teacher_id", "period"]


def clean_sessions(
    raw: RawTable, *, source: SessionSource, window: Window, arm_of_teacher: Mapping[str, str] | None = None
) -> Cleaned:
    """Lessons in which the tool was run (columns.SESSIONS), and their flow.

    arm_of_teacher : `treated` or `comparison` by staff id; None without a roster, then every teacher used the tool
    Raises DataError with every problem of the file.
    """
    named = (source.minutes_column, source.start_column, source.end_column, source.lost_minutes_column)
    require_columns(raw, [source.date_column, source.teacher_column, source.period_column, *filter(None, named)])
    session_date, problems = parse_times(raw, source.date_column, formats=source.date_formats)
    minutes, found = _minutes(raw, source)
    lost, more = _lost_minutes(raw, source, minutes)
    if problems := [*problems, *found, *more]:
        raise DataError(problems)
    teacher = normalise_id(raw.frame[source.teacher_column])
    sessions = pd.DataFrame(
        {
            "teacher_id": teacher,
            "period": normalise_period(raw.frame[source.period_column]),
            "arm": _arms(teacher, arm_of_teacher),
            "cluster": teacher,
            "session_date": session_date,
            "session_hours": minutes / MINUTES_PER_HOUR,
            "lost_minutes": lost,
        }
    )
    rules: list[Rule] = [entered_once, partial(in_window, start=window.start, end=window.end), of_a_treated_teacher]
    kept, flow = apply_rules(sessions, rules, table="lessons", start=f"Rows in {raw.file.rsplit('/', 1)[-1]}")
    columns = ["session_date", "teacher_id", "period", "session_hours", "lost_minutes"]
    fate = removed_by(sessions, rules)
    return Cleaned(
        tables={"sessions": check_table(kept[columns].sort_values(columns, ignore_index=True), "sessions")},
        flow=flow,
        accounts=accounts_of(fate, file=pd.Series(raw.file, index=fate.index), tables=[raw], merging=(entered_once,)),
        matches=() if arm_of_teacher is None else (_teachers_found(teacher, arm_of_teacher, "lessons"),),
    )


def clean_errors(
    log: ErrorLog,
    *,
    source: ErrorLogSource,
    window: Window,
    sessions: pd.DataFrame | None,
    timezone: str | None = None,
    bells: tuple[BellPeriod, ...] = (),
    arm_of_teacher: Mapping[str, str] | None = None,
) -> Cleaned:
    """Incidents (columns.ERRORS), their flow and the account of the log.

    sessions : the lessons, to tell which incident fell into one of them
    timezone : of the school; times with a zone are taken to it. bells : give the period where the log has none
    arm_of_teacher : as in `clean_sessions`; errors without a teacher stay, those of teachers without the tool do not
    The same SQL reduces a small log and one of many gigabytes, out of core.
    Raises DataError for unreadable times, and for errors in a period in which the tool was never run.
    """
    with database(log.store) as connection, faults_of(log.file):
        if log.frame is not None:
            connection.register(SOURCE_TABLE, log.frame)
        unread = load_log(connection, log.relation, log.named, source=source, window=window, timezone=timezone)
        if unread:
            raise DataError(unread_times(connection, log, unread, source, timezone))
        reduced = reduce_log(connection, source=source, bells=bells)
    incidents = _with_sessions(_of_treated(reduced.incidents, arm_of_teacher), sessions)
    strangers = None if arm_of_teacher is None else len(reduced.incidents) - len(incidents)
    if sessions is not None and source.period_column:
        _check_exposure(incidents, sessions, log)
    return Cleaned(
        tables={"errors": check_table(incidents, "errors")},
        flow=log_flow(reduced, source, window, file=log.file, strangers=strangers),
        accounts=(_account(log, reduced, source, window, strangers=strangers or 0),),
        matches=() if arm_of_teacher is None else (_teachers_found(reduced.incidents["teacher_id"], arm_of_teacher, "errors"),),
    )


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same row entered twice."""
    return ~frame.duplicated(keep="first")


def in_window(frame: pd.DataFrame, *, start: object, end: object) -> pd.Series:
    """Outside the pilot's window ({start} to {end})."""
    return frame["session_date"].between(pd.Timestamp(start), pd.Timestamp(end))


def of_a_treated_teacher(frame: pd.DataFrame) -> pd.Series:
    """Teacher who did not have the tool."""
    return frame["arm"] == "treated"


# ---- steps --------------------------------------------------------------------------------------------------------


def _arms(teacher: pd.Series, arm_of_teacher: Mapping[str, str] | None) -> pd.Series:
    if arm_of_teacher is None:
        return pd.Series("treated", index=teacher.index, dtype="str")
    return teacher.map(arm_of_teacher).fillna("neither").astype("str")


def _of_treated(incidents: pd.DataFrame, arm_of_teacher: Mapping[str, str] | None) -> pd.DataFrame:
    if arm_of_teacher is None:
        return incidents
    is_own = (incidents["teacher_id"] == "") | (_arms(incidents["teacher_id"], arm_of_teacher) == "treated")
    return incidents[is_own].reset_index(drop=True)


def _teachers_found(teacher: pd.Series, arm_of_teacher: Mapping[str, str], what: str) -> Match:
    named = set(teacher) - {""}
    return Match(what=f"teachers of {what} who are on the roster", found=len(named & set(arm_of_teacher)), of=len(named))


def _minutes(raw: RawTable, source: SessionSource) -> tuple[pd.Series, list[Problem]]:
    """Length of each lesson, stated or from its start and end."""
    if source.minutes_column is not None:
        minutes, problems = parse_numbers(raw, source.minutes_column, low=1, high=LONGEST_LESSON_MINUTES)
        return minutes, problems + _empty_minutes(raw, source.minutes_column, minutes)
    start, problems = parse_times(raw, str(source.start_column), formats=source.time_formats)
    end, found = parse_times(raw, str(source.end_column), formats=source.time_formats)
    minutes = (end - start).dt.total_seconds() / 60
    wrong = (minutes < 1) | (minutes > LONGEST_LESSON_MINUTES)
    return minutes, [*problems, *found, *(_wrong_length(raw, source, row, minutes[row]) for row in minutes.index[wrong])]


def _lost_minutes(raw: RawTable, source: SessionSource, minutes: pd.Series) -> tuple[pd.Series, list[Problem]]:
    """Minutes of each lesson lost to technical trouble, NaN where not noted; no more than the lesson has."""
    column = source.lost_minutes_column
    if column is None:
        return pd.Series(float("nan"), index=raw.frame.index), []
    lost, problems = parse_numbers(raw, column, low=0, high=LONGEST_LESSON_MINUTES)
    too_long = [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found=f"{lost[row]:g} minutes lost of a lesson of {minutes[row]:g}",
            expected="at most as many as the lesson had",
            action="Correct it with corrections.yaml.",
        )
        for row in lost.index[lost > minutes]
    ]
    return lost, [*problems, *too_long]


def _wrong_length(raw: RawTable, source: SessionSource, row: object, minutes: float) -> Problem:
    return Problem(
        file=raw.file,
        row=int(str(row)),
        column=source.end_column,
        found=f"a lesson of {minutes:g} minutes",
        expected=f"1 to {LONGEST_LESSON_MINUTES} minutes from start to end",
        action="Correct it with corrections.yaml; 1:05 in the afternoon is 13:05 or 1:05 PM.",
    )


def _empty_minutes(raw: RawTable, column: str, minutes: pd.Series) -> list[Problem]:
    empty = minutes.isna() & (raw.frame[column].str.strip() == "")
    return [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found="an empty cell",
            expected="how many minutes the tool was in use",
            action="Fill it in at the source; without it errors cannot be turned into a rate.",
        )
        for row in minutes.index[empty]
    ]


def _with_sessions(incidents: pd.DataFrame, sessions: pd.DataFrame | None) -> pd.DataFrame:
    """Whether a lesson with the tool is on record where and when each incident was."""
    if sessions is None:
        return incidents.assign(has_session=False)
    known = pd.MultiIndex.from_frame(sessions[PLACE])
    return incidents.assign(has_session=pd.MultiIndex.from_frame(incidents[PLACE]).isin(known))


def _check_exposure(incidents: pd.DataFrame, sessions: pd.DataFrame, log: ErrorLog) -> None:
    lost = incidents[~incidents["period"].isin(sessions["period"])]
    problems = [
        Problem(
            file=log.file,
            column=log.names.get("period"),
            found=f"{count} in period '{period}', the first on {first:%Y-%m-%d %H:%M}",
            expected="a period in which the tool was run at least once, as in the file of lessons",
            action="Complete the file of lessons, or correct the period.",
        )
        for period, (count, first) in lost.groupby("period")["opened_at"].agg(["size", "min"]).iterrows()
    ]
    if problems:
        raise DataError(problems)


def _account(log: ErrorLog, reduced: Reduced, source: ErrorLogSource, window: Window, *, strangers: int) -> Account:
    """Each incident keeps one record; its other reports, double entries and continued lines are merged into it."""
    labels = labels_of(source, window)
    removed = {labels[fate]: count for fate, count in sorted(reduced.fates.items()) if fate != KEPT and count}
    if log.removed_by_correction:
        removed[BY_CORRECTION] = log.removed_by_correction
    if strangers:
        removed[STRANGERS] = strangers
    incidents = len(reduced.incidents)
    merged = {TWICE: reduced.twice, BURST.format(source.burst_minutes): reduced.reports - incidents, CONTINUED: log.continued}
    return Account(
        file=log.file,
        records=reduced.records + log.continued + log.removed_by_correction,
        kept=incidents - strangers,
        merged={label: count for label, count in merged.items() if count},
        removed=removed,
    )
