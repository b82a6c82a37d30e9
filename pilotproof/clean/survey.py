"""Teacher survey: responses to scale scores, before and after."""

from __future__ import annotations

from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.flow import Rule, apply_rules
from pilotproof.clean.values import normalise_id, parse_answers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.instrument import Instrument
from pilotproof.pilot import TeacherSurveySource
from pilotproof.sources.raw import RawTable, require_columns

QUALTRICS_TIMES = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ")


def clean_survey(
    raw: RawTable, *, source: TeacherSurveySource, instrument: Instrument, treated_teachers: set[str] | None
) -> Cleaned:
    """Scale scores of the teachers who used the tool, and the flow of responses and teachers.

    treated_teachers : staff ids of treated teachers; None when there is no roster, then every respondent counts
    Returns one row per teacher, wave and subscale (columns.TEACHER_SCALES).
    Raises DataError for unmapped items, unknown waves and answers outside the instrument's range.
    """
    responses = _parse(raw, source, instrument)
    if treated_teachers is None:
        treated_teachers = set(responses["teacher_id"]) - {""}
    responses["arm"] = responses["teacher_id"].isin(treated_teachers).map({True: "treated", False: "neither"})
    responses["cluster"] = responses["teacher_id"]
    rules: list[Rule] = [not_a_trial, finished, from_treated_teacher, last_of_its_wave]
    kept, response_flow = apply_rules(
        responses, rules, table="survey responses", start=f"Responses in {raw.file.rsplit('/', 1)[-1]}"
    )
    teachers, teacher_flow = _match_waves(kept, treated_teachers)
    scales = _score(kept, instrument)
    scales["is_paired"] = scales["teacher_id"].isin(teachers["teacher_id"])
    flow = pd.concat([response_flow, teacher_flow], ignore_index=True)
    return Cleaned(tables={"teacher_scales": check_table(scales, "teacher_scales")}, flow=flow)


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def not_a_trial(frame: pd.DataFrame) -> pd.Series:
    """Preview or test response."""
    return ~frame["status"].isin({"survey preview", "survey test", "1", "9"})


def finished(frame: pd.DataFrame) -> pd.Series:
    """Not finished."""
    return frame["finished"].isin({"true", "1"})


def from_treated_teacher(frame: pd.DataFrame) -> pd.Series:
    """Not from a teacher who used the tool."""
    return frame["arm"] == "treated"


def last_of_its_wave(frame: pd.DataFrame) -> pd.Series:
    """Answered again later in the same wave (the last one counts)."""
    latest = frame.sort_values("ended_at", kind="stable").drop_duplicates(["teacher_id", "wave"], keep="last").index
    return pd.Series(frame.index.isin(latest), index=frame.index)


def answered(frame: pd.DataFrame, *, wave: str) -> pd.Series:
    """No response {wave} the pilot."""
    return frame[f"answered_{wave}"]


# ---- steps --------------------------------------------------------------------------------------------------------


def _parse(raw: RawTable, source: TeacherSurveySource, instrument: Instrument) -> pd.DataFrame:
    _require_items(raw, source, instrument)
    frame = raw.frame
    ended_at, problems = parse_times(raw, "EndDate", formats=QUALTRICS_TIMES)
    columns = {
        "teacher_id": normalise_id(frame[source.respondent_column]),
        "status": frame["Status"].str.strip().str.casefold(),
        "finished": frame["Finished"].str.strip().str.casefold(),
        "ended_at": ended_at,
    }
    columns["wave"], found = _waves(raw, source)
    problems += [problem for problem in found if columns["finished"][problem.row] in {"true", "1"}]
    for item in instrument.items:
        columns[item], found = parse_answers(raw, source.items[item], instrument=instrument, missing=source.missing)
        problems += found
    if problems:
        raise DataError(problems)
    return pd.DataFrame(columns)


def _require_items(raw: RawTable, source: TeacherSurveySource, instrument: Instrument) -> None:
    """Every item of the codebook mapped once, every mapped column in the export."""
    unknown, absent = set(source.items) - set(instrument.items), set(instrument.items) - set(source.items)
    problems = [
        Problem(
            file=raw.file,
            column=f"sources.teacher_survey.items.{item}",
            found="an item that the codebook does not have" if item in unknown else "no column for this item",
            expected=f"each of the {len(instrument.items)} items of {instrument.title} once",
            action="Correct `items` in the params file.",
        )
        for item in sorted(unknown | absent)
    ]
    if problems:
        raise DataError(problems)
    require_columns(raw, [source.respondent_column, source.wave_column, *source.items.values()])


def _waves(raw: RawTable, source: TeacherSurveySource) -> tuple[pd.Series, list[Problem]]:
    spelled = {source.before.casefold(): "before", source.after.casefold(): "after"}
    cells = raw.frame[source.wave_column]
    waves = cells.str.strip().str.casefold().map(spelled)
    problems = [
        Problem(
            file=raw.file,
            row=int(row),
            column=source.wave_column,
            found=repr(cells[row]),
            expected=f"'{source.before}' or '{source.after}'",
            action="Correct `before` and `after` in the params file to the answers that the survey offers.",
        )
        for row in waves.index[waves.isna()]
    ]
    return waves.astype("str"), problems


def _match_waves(kept: pd.DataFrame, treated_teachers: set[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Teachers with both waves, and the count of those without."""
    teachers = pd.DataFrame({"teacher_id": sorted(treated_teachers)}, dtype="str")
    for wave in ("before", "after"):
        teachers[f"answered_{wave}"] = teachers["teacher_id"].isin(kept.loc[kept["wave"] == wave, "teacher_id"])
    teachers = teachers.assign(arm="treated", cluster=teachers["teacher_id"])
    rules = [partial(answered, wave="before"), partial(answered, wave="after")]
    return apply_rules(teachers, rules, table="teachers", start="Teachers who used the tool")


def _score(kept: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Mean of the answered items of each subscale, reverse-keyed items turned round."""
    answers = kept[list(instrument.items)].copy()
    for item in instrument.reverse_keyed:
        answers[item] = instrument.low + instrument.high - answers[item]
    scales = []
    for subscale in instrument.subscales:
        items = answers[list(subscale.items)]
        count = items.notna().sum(axis=1)
        enough = count >= max(len(subscale.items) - instrument.most_missing_items, 1)
        scales.append(
            kept[["teacher_id", "wave"]].assign(
                subscale=subscale.name,
                items_answered=count.astype("int64"),
                scale_score=items.mean(axis=1).where(enough),
            )
        )
    frame = pd.concat(scales).astype({"wave": "str", "subscale": "str"})
    return frame.sort_values(["teacher_id", "wave", "subscale"], ignore_index=True)
