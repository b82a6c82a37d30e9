"""Rules for rows of outcomes files. The docstring of a rule is its label in the flow."""

from __future__ import annotations

import pandas as pd

WAVES = ("pretest", "posttest")


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same student entered twice with the same scores."""
    return ~frame.duplicated(["file", "student_id"], keep="first")


def entered_once_as_testing(frame: pd.DataFrame) -> pd.Series:
    """Same testing entered twice."""
    return ~frame.drop(columns="row").duplicated(keep="first")


def of_an_outcome(frame: pd.DataFrame) -> pd.Series:
    """Testing of something else than the pilot's outcomes."""
    return frame["is_of_outcome"]


def valid(frame: pd.DataFrame) -> pd.Series:
    """Marked as not valid."""
    return frame["is_valid"]


def in_a_window(frame: pd.DataFrame) -> pd.Series:
    """Tested in another window than those before and after."""
    return frame["wave"] != ""


def counts_for_its_window(frame: pd.DataFrame, *, outcomes: tuple[str, ...], which: dict[str, str], said: str) -> pd.Series:
    """Tested again in the same window ({said})."""
    counts = pd.Series(False, index=frame.index)
    for outcome in outcomes:
        for wave, keep in which.items():
            name = f"{outcome}:{wave}"
            testings = frame[frame[f"has:{name}"]] if f"has:{name}" in frame else frame.iloc[:0]
            scored = testings.assign(is_missing=testings[name].isna()) if len(testings) else testings
            order = ["is_missing", "taken_on"] if keep == "first" else ["is_missing", "taken_on_backwards"]
            if len(scored):
                counts[scored.sort_values(order, kind="stable").drop_duplicates("student_id").index] = True
    return counts
