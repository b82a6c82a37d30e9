"""Rules for survey responses. The docstring of a rule is its label in the flow."""

from __future__ import annotations

import pandas as pd

from pilotproof.clean.flow import Rule
from pilotproof.clean.survey_responses import OTHER_WAVE
from pilotproof.pilot import TeacherSurveySource


def not_a_trial(frame: pd.DataFrame) -> pd.Series:
    """Preview or test response."""
    return ~frame["is_trial"]


def finished(frame: pd.DataFrame) -> pd.Series:
    """Not finished."""
    return frame["is_finished"]


def answered(frame: pd.DataFrame) -> pd.Series:
    """No item answered."""
    return frame["items_answered"] > 0


def of_a_wave(frame: pd.DataFrame) -> pd.Series:
    """Answered in a wave that does not count."""
    return frame["wave"] != OTHER_WAVE


def identified(frame: pd.DataFrame) -> pd.Series:
    """Without the respondent's id."""
    return frame["teacher_id"] != ""


def from_treated_teacher(frame: pd.DataFrame) -> pd.Series:
    """Not from a teacher who used the tool."""
    return frame["arm"] == "treated"


def not_a_straight_line(frame: pd.DataFrame) -> pd.Series:
    """Gave the same answer to every item, reverse-keyed ones too."""
    return ~frame["is_straight_line"]


def read_before_answering(frame: pd.DataFrame) -> pd.Series:
    """Finished in less time than reading the items takes."""
    return ~frame["is_too_fast"]


def last_of_its_wave(frame: pd.DataFrame) -> pd.Series:
    """Answered again later in the same wave (the last one counts)."""
    ordered = frame.sort_values("ended_at", kind="stable", na_position="first")
    return pd.Series(frame.index.isin(ordered.drop_duplicates(["teacher_id", "wave"], keep="last").index), index=frame.index)


RULES: tuple[Rule, ...] = (
    not_a_trial,
    finished,
    answered,
    of_a_wave,
    identified,
    from_treated_teacher,
    not_a_straight_line,
    read_before_answering,
    last_of_its_wave,
)


def rules_for(source: TeacherSurveySource) -> list[Rule]:
    """The rules that the params leave on, in their order."""
    is_off = {
        finished: source.unfinished == "keep",
        of_a_wave: not source.other_waves,
        not_a_straight_line: source.straight_lining == "keep",
        read_before_answering: source.too_fast == "keep",
    }
    return [rule for rule in RULES if not is_off.get(rule, False)]


def answered_wave(frame: pd.DataFrame, *, wave: str) -> pd.Series:
    """No response {wave} the pilot."""
    return frame[f"answered_{wave}"]
