"""From a survey export to one row per response: who, which wave, finished or not, and the answers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from pilotproof.clean.survey_columns import ColumnFinder
from pilotproof.clean.survey_staff import StaffList
from pilotproof.clean.survey_times import Times, response_times
from pilotproof.clean.values import normalise_id, parse_answers, parse_numbers
from pilotproof.errors import Problem
from pilotproof.instrument import Instrument
from pilotproof.pilot import TeacherSurveySource
from pilotproof.sources.raw import RawTable, few
from pilotproof.sources.surveys import Marks, SurveyExport
from pilotproof.sources.wording import folded

BEFORE = "before:"  # in front of an item: how the same response says it was before (a retrospective survey)
NOBODY = {"ANONYMOUS", "ANONYM", "ANONYME", "ANÓNIMO", "ANONIEM"}  # what tools write where they do not keep who it was
OTHER_WAVE = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One survey of the params, and what was read for it.

    key : where it stands in the params, for messages
    exports : by wave; by '' when one export holds all waves
    staff : whose staff id belongs to what the respondent's column holds; None when it holds the id itself
    """

    key: str
    source: TeacherSurveySource
    instrument: Instrument
    exports: Mapping[str, SurveyExport]
    staff: StaffList | None = None

    @property
    def tables(self) -> list[RawTable]:
        """The raw tables that were read."""
        return [export.table for export in self.exports.values()]


def read_responses(survey: Survey) -> tuple[pd.DataFrame, list[Problem]]:
    """One row per record of all exports, index 0, 1, …, and every problem of those that could count.

    Columns: file, row, teacher_id, wave ('' when unknown), is_trial, is_finished, is_spam, ended_at, seconds, is_ambiguous_time,
    and one for each item (also BEFORE + item): the answer as ticked, NaN for none.
    """
    frames, problems = [], []
    for wave, export in survey.exports.items():
        frame, found = _one_export(survey, export, wave)
        frames.append(frame)
        problems += found
    rows = pd.concat(frames, ignore_index=True)
    if survey.source.respondent_column is None:
        rows["teacher_id"] = labels(rows.index)
    return rows, problems


def labels(positions: Iterable[int]) -> list[str]:
    """Names for people without one: R0001, R0002 …"""
    return [f"R{position + 1:04d}" for position in positions]


def _one_export(survey: Survey, export: SurveyExport, wave: str) -> tuple[pd.DataFrame, list[Problem]]:
    columns, problems = _columns(survey, export)
    problems += export.problems
    table, source = export.table, survey.source
    rows = pd.DataFrame({"file": table.file, "row": table.frame.index}, index=table.frame.index)
    rows["teacher_id"] = _teachers(survey, table, columns.get("respondent_column"))
    rows["is_trial"], found = _marked(table, export.trial, is_any=True)
    item_columns = {columns[key] for key in columns if key.startswith("items")}
    rows["is_finished"], more = _marked(table, _about(export.finished, item_columns), is_any=False)
    counts = ~rows["is_trial"] & (rows["is_finished"] | (source.unfinished == "keep"))
    rows["is_spam"] = _marked(table, export.spam, is_any=True)[0]
    rows["can_be_spam"] = bool(export.spam)
    ended, seconds = _times(export, source, columns)
    rows["ended_at"], rows["is_ambiguous_time"], rows["seconds"] = ended.values, ended.is_ambiguous, seconds
    found += [*more, *few(ended.problems)]
    rows["wave"], more = _waves(table, source, columns.get("wave_column"), ended, wave)
    later = [*more]
    for key, column in columns.items():
        if key.startswith("items"):
            name = BEFORE + key.removeprefix("items_before.") if key.startswith("items_before.") else key.removeprefix("items.")
            rows[name], more = _answers(table, column, survey, counts)
            later += more
    return rows, problems + found + [problem for problem in later if problem.row is None or counts[problem.row]]


def _columns(survey: Survey, export: SurveyExport) -> tuple[dict[str, str], list[Problem]]:
    """The columns that the params name, by their key within the survey."""
    source, instrument = survey.source, survey.instrument
    wanted = {f"items.{item}": source.items.get(item, item) for item in instrument.items}
    wanted |= {f"items_before.{item}": source.items_before.get(item, item) for item in instrument.items if source.items_before}
    named = ("respondent_column", "wave_column", "ended_column")
    wanted |= {key: value for key in named if (value := getattr(source, key)) is not None}
    found, problems = ColumnFinder(export).find({f"{survey.key}.{key}": name for key, name in wanted.items()})
    columns = {key.removeprefix(f"{survey.key}."): column for key, column in found.items()}
    problems += _not_in_codebook(survey, export) + _used_twice(survey, export, columns)
    return columns, problems


def _not_in_codebook(survey: Survey, export: SurveyExport) -> list[Problem]:
    items = survey.instrument.items
    named = [("items", item) for item in survey.source.items] + [("items_before", item) for item in survey.source.items_before]
    return [
        Problem(
            file=export.table.file,
            column=f"{survey.key}.{key}.{item}",
            found="an item that the codebook does not have",
            expected=f"items of {survey.instrument.title}: {', '.join(items)}",
            action=f"Correct `{key}` in the params file.",
        )
        for key, item in named
        if item not in items
    ]


def _used_twice(survey: Survey, export: SurveyExport, columns: Mapping[str, str]) -> list[Problem]:
    by_column: dict[str, list[str]] = {}
    for key, column in columns.items():
        if key.startswith("items"):
            by_column.setdefault(column, []).append(key)
    return [
        Problem(
            file=export.table.file,
            column=f"{survey.key}.{keys[-1]}",
            found=f"the column '{column}', which is {keys[0]} already",
            expected="a column for each item",
            action="Correct the params file: one answer cannot be two items.",
        )
        for column, keys in by_column.items()
        if len(keys) > 1
    ]


def _teachers(survey: Survey, table: RawTable, column: str | None) -> pd.Series:
    """The staff id of each respondent, empty where it is not known."""
    if column is None:
        return pd.Series("", index=table.frame.index, dtype="str")
    ids = normalise_id(table.frame[column])
    ids = ids.mask(ids.isin(NOBODY), "")
    known = survey.staff.ids if survey.staff is not None else {}
    return ids.map(lambda name: known.get(name, name)).astype("str")


def _about(marks: Iterable[Marks], columns: set[str]) -> list[Marks]:
    """The marks that are about one of the columns."""
    return [mark for mark in marks if not mark.covers or mark.covers & columns]


def _marked(table: RawTable, marks: Iterable[Marks], *, is_any: bool) -> tuple[pd.Series, list[Problem]]:
    """Whether any (or all) of the marks say yes, and a problem for cells that no mark understands."""
    said = pd.Series(not is_any, index=table.frame.index)
    understood = pd.Series(False, index=table.frame.index)
    last = None
    for mark in marks:
        cells = table.frame[mark.column].str.strip().str.casefold()
        yes = cells.isin(mark.yes)
        said = said | yes if is_any else said & yes
        understood |= yes | cells.isin(mark.no) | (not mark.no)
        last = mark
    if last is None or understood.all():
        return said, []
    return said, few(_not_understood(table, last, row) for row in understood.index[~understood])


def _not_understood(table: RawTable, mark: Marks, row: int) -> Problem:
    return Problem(
        file=table.file,
        row=int(row),
        column=mark.column,
        found=repr(table.frame.loc[row, mark.column]),
        expected=f"one of {', '.join(sorted(mark.yes | mark.no - {''}, key=lambda text: (text.isdecimal(), text)))}",
        action="Export the survey again with numeric values, or in English.",
    )


def _times(export: SurveyExport, source: TeacherSurveySource, columns: Mapping[str, str]) -> tuple[Times, pd.Series]:
    """When each response was finished, and how many seconds it took; NaN where the export does not tell."""
    table = export.table
    unknown = Times(pd.Series(pd.NaT, index=table.frame.index, dtype="datetime64[us]"))
    column = columns.get("ended_column") or (export.ended if export.ended in table.frame else None)
    ended = response_times(table, column, source.time_formats) if column is not None else unknown
    if export.duration is not None:
        return ended, parse_numbers(table, export.duration)[0]
    if export.started is None or column is None:
        return ended, pd.Series(float("nan"), index=table.frame.index)
    started = response_times(table, export.started, source.time_formats)
    return ended, (ended.values - started.values).dt.total_seconds()


def _waves(
    table: RawTable, source: TeacherSurveySource, column: str | None, ended: Times, wave: str
) -> tuple[pd.Series, list[Problem]]:
    """before, after, OTHER_WAVE, or '' with a problem."""
    if wave or source.items_before:
        return pd.Series(wave or "after", index=table.frame.index, dtype="str"), []
    if source.before_until is not None:
        return _waves_by_day(table, source, ended)
    if column is None:
        return pd.Series("", index=table.frame.index, dtype="str"), []
    spelled = {folded(source.before or ""): "before", folded(source.after or ""): "after"}
    spelled |= {folded(text): OTHER_WAVE for text in source.other_waves}
    spelled.pop("", None)
    waves = table.frame[column].map(folded).map(spelled)
    expected = " or ".join(f"'{text}'" for text in (source.before, source.after, *source.other_waves) if text)
    action = "Correct `before` and `after` in the params file to the answers that the survey offers; others go to `other_waves`."
    problems = [
        Problem(
            file=table.file,
            row=int(row),
            column=column,
            found=repr(table.frame.loc[row, column]),
            expected=expected,
            action=action,
        )
        for row in waves.index[waves.isna()]
    ]
    return waves.fillna("").astype("str"), problems


def _waves_by_day(table: RawTable, source: TeacherSurveySource, ended: Times) -> tuple[pd.Series, list[Problem]]:
    limit = pd.Timestamp(source.before_until) + pd.Timedelta(days=1)
    waves = pd.Series("", index=table.frame.index, dtype="str")
    waves = waves.mask(ended.values < limit, "before").mask(ended.values >= limit, "after")
    action = "Name the column in `ended_column` of the survey, or tell the waves in another way."
    return waves, [
        Problem(
            file=table.file,
            row=int(row),
            found="no time of the response",
            expected="a time, to tell the wave from",
            action=action,
        )
        for row in waves.index[ended.values.isna()]
    ]


def _answers(table: RawTable, column: str, survey: Survey, counts: pd.Series) -> tuple[pd.Series, list[Problem]]:
    """The answers of the responses that could count; what stands in others is not looked at."""
    used = RawTable(table.file, table.frame.loc[counts, [column]])
    source = survey.source
    answers, problems = parse_answers(used, column, instrument=survey.instrument, missing=source.missing, recode=source.recode)
    return answers.reindex(table.frame.index), problems
