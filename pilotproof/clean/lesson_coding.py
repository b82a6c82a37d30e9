"""Coded lessons: one row for each lesson and coder, and pairs of codes for agreement."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.flow import Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.lesson_rows import CODED, LESSON, parse_lessons, written_columns
from pilotproof.clean.observation_rows import without_unfilled
from pilotproof.columns import check_table
from pilotproof.columns.lesson_coding import LESSON_CODE_PAIRS, LESSON_CODES
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable


def clean_lesson_coding(raw: RawTable, *, pilot: Pilot, arm_of_teacher: Mapping[str, str] | None) -> Cleaned:
    """Codes of lessons (columns.LESSON_CODES) and of lessons that two coders saw (columns.LESSON_CODE_PAIRS).

    arm_of_teacher : `treated` or `comparison` by staff id; None without a roster, then every teacher used the tool
    Of two coders of one lesson the one who comes first in the sheet counts; the other's codes tell how far they agree.
    Raises DataError with every problem of the sheet.
    """
    source = pilot.sources.lesson_coding
    filled, unfilled = without_unfilled(raw, written_columns(source))
    rows = parse_lessons(filled, source, window=pilot.window, arm_of_teacher=arm_of_teacher)
    rules: list[Rule] = [entered_once, was_coded, used_the_tool, of_the_first_two_coders]
    kept, flow = apply_rules(rows, rules, table="coded lessons", start=f"Codings in {raw.file.rsplit('/', 1)[-1]}")
    fate = pd.concat([removed_by(rows, [*rules, of_the_coder_who_counts]), unfilled])
    codes = _codes(kept)
    return Cleaned(
        tables={
            "lesson_codes": check_table(codes, "lesson_codes"),
            "lesson_code_pairs": check_table(_pairs(codes), "lesson_code_pairs"),
        },
        flow=flow,
        accounts=accounts_of(
            fate,
            file=pd.Series(raw.file, index=fate.index),
            tables=[raw],
            merging=(entered_once, of_the_coder_who_counts),
        ),
    )


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same lesson and coder entered twice."""
    return ~frame.duplicated([*LESSON, "coder_name"], keep="first")


def was_coded(frame: pd.DataFrame) -> pd.Series:
    """Lesson marked as not coded."""
    return (frame[CODED] != "").any(axis=1)


def used_the_tool(frame: pd.DataFrame) -> pd.Series:
    """Teacher not in a group that used the tool."""
    return frame["arm"] == "treated"


def of_the_first_two_coders(frame: pd.DataFrame) -> pd.Series:
    """Third or later coder of the lesson."""
    return frame.groupby(LESSON).cumcount() < 2


def of_the_coder_who_counts(frame: pd.DataFrame) -> pd.Series:
    """Second coder's record of the lesson, used for agreement."""
    return frame.groupby(LESSON).cumcount() == 0


# ---- steps --------------------------------------------------------------------------------------------------------


def _codes(kept: pd.DataFrame) -> pd.DataFrame:
    """Lessons numbered by date, coders by name; the coder who counts comes first."""
    names = {name: f"O{n}" for n, name in enumerate(sorted(kept["coder_name"].unique()), start=1)}
    codes = kept.assign(
        number=kept.groupby(LESSON, sort=True).ngroup() + 1,
        coder=kept["coder_name"].map(names).astype("str"),
        is_counted=of_the_coder_who_counts(kept),
        is_double_coded=kept.duplicated(LESSON, keep=False),
    )
    codes["lesson_id"] = codes["number"].map("L{:03d}".format).astype("str")
    return codes.sort_values("number", kind="stable", ignore_index=True)[list(LESSON_CODES)]


def _pairs(codes: pd.DataFrame) -> pd.DataFrame:
    first, second = codes[codes["is_counted"]], codes[~codes["is_counted"]]
    pairs = first.merge(second, on="lesson_id", suffixes=("_1", "_2"), validate="one_to_one")
    named = {f"{name}_{n}": f"{which}_{name}" for name in CODED for n, which in ((1, "first"), (2, "second"))}
    return pairs.rename(columns=named)[list(LESSON_CODE_PAIRS)]
