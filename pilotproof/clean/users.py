"""Users and non-users: in a pilot where every class had the tool, a student's arm is told by the student's own use."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def minutes_of_students(usage: pd.DataFrame) -> dict[str, float]:
    """Minutes of each student on record (columns.USAGE); NaN for one whose records hold none at all."""
    students = usage[usage["role"] == "student"]
    return students.groupby("person_id")["usage_minutes"].sum(min_count=1).to_dict()


def told_by_use(places: pd.DataFrame, minutes: Mapping[str, float], fewest_minutes: float) -> pd.DataFrame:
    """`places` with users as the treated arm and the other students of the pilot's classes as the comparison.

    minutes : from `minutes_of_students`; a student who is not in it did not use the tool
    has_known_use : false where use is on record, but not for how long; such students count with the non-users until a rule
        leaves them out
    """
    used = places["student_id"].map(minutes)
    is_on_record = places["student_id"].isin(list(minutes))
    arm = places["arm"].mask((places["arm"] == "treated") & ~(used >= fewest_minutes), "comparison")
    return places.assign(arm=arm, has_known_use=used.notna() | ~is_on_record)


def has_known_use(frame: pd.DataFrame) -> pd.Series:
    """Used the tool, but for how long is not on record."""
    return frame["has_known_use"]
