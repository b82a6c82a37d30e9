"""Observed intervals to shares of time on task, one per session and observer, and pairs of codes for agreement."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.clean.cleaned import Cleaned, Match
from pilotproof.clean.flow import Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.observation_rows import parse_observations, without_unfilled
from pilotproof.columns import check_table
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable

SESSION = ["session", "session_date", "teacher_id", "period"]


def clean_observations(raw: RawTable, *, pilot: Pilot, arm_of_teacher: Mapping[str, str] | None) -> Cleaned:
    """Sessions with their share on task (columns.OBSERVATIONS) and double-coded intervals (columns.OBSERVATION_PAIRS).

    arm_of_teacher : `treated` or `comparison` by staff id; None without a roster, then every teacher used the tool
    Of two observers of one session the one who comes first in the sheet counts; the other's codes tell how far they agree.
    Raises DataError with every problem of the sheet, above all intervals without a procedure.
    """
    source = pilot.sources.observations
    filled, unfilled = without_unfilled(raw, [source.session_column, source.teacher_column, source.observer_column])
    rows, file_row = parse_observations(filled, source)
    arms = rows["teacher_id"].map(arm_of_teacher) if arm_of_teacher is not None else pd.Series("treated", index=rows.index)
    rows = rows.assign(arm=arms.fillna("neither").astype("str"), cluster=rows["teacher_id"])
    rules: list[Rule] = [entered_once, was_observed, in_an_arm]
    kept, flow = apply_rules(rows, rules, table="observed intervals", start=f"Intervals in {raw.file.rsplit('/', 1)[-1]}")
    fate = _of_file_rows(removed_by(rows, [*rules, of_the_observer_who_counts]), file_row)
    fate = pd.concat([fate, unfilled])
    sessions = _sessions(kept, pilot)
    return Cleaned(
        tables={
            "observations": check_table(sessions, "observations"),
            "observation_pairs": check_table(_pairs(kept, sessions), "observation_pairs"),
        },
        flow=flow,
        accounts=accounts_of(
            fate,
            file=pd.Series(raw.file, index=fate.index),
            tables=[raw],
            merging=(entered_once, of_the_observer_who_counts),
        ),
        matches=() if arm_of_teacher is None else (_teachers_found(rows, arm_of_teacher),),
    )


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same interval entered twice."""
    return ~frame.duplicated([*SESSION, "observer_name", "interval"], keep="first")


def was_observed(frame: pd.DataFrame) -> pd.Series:
    """Interval marked as not observed."""
    return frame["observed"] > 0


def in_an_arm(frame: pd.DataFrame) -> pd.Series:
    """Teacher not in a treated or comparison group."""
    return frame["arm"] != "neither"


def of_the_observer_who_counts(frame: pd.DataFrame) -> pd.Series:
    """Second observer's record of the session, used for agreement."""
    return frame["observer_name"] == frame.groupby(SESSION)["observer_name"].transform("first")


# ---- steps --------------------------------------------------------------------------------------------------------


def _of_file_rows(fates: pd.Series, file_row: pd.Series) -> pd.Series:
    """A row of a wide sheet holds many intervals: it is kept if one of them is."""
    of_rows = fates.groupby(file_row).first()
    return of_rows.mask(of_rows.index.isin(file_row[fates == ""]), "")


def _sessions(kept: pd.DataFrame, pilot: Pilot) -> pd.DataFrame:
    """One row per session and observer."""
    numbered = kept.sort_values(["session_date", "session"], kind="stable").groupby(SESSION, sort=False).ngroup() + 1
    kept = kept.assign(number=numbered)
    names = {name: f"O{n}" for n, name in enumerate(sorted(kept["observer_name"].unique()), start=1)}
    kept = kept.assign(observer=kept["observer_name"].map(names), is_counted=of_the_observer_who_counts(kept))
    sessions = kept.groupby(["number", "observer"], as_index=False, sort=True).agg(
        session_date=("session_date", "first"),
        teacher_id=("teacher_id", "first"),
        arm=("arm", "first"),
        period=("period", "first"),
        procedure=("procedure", "first"),
        interval_minutes=("interval_minutes", "first"),
        intervals=("interval", "size"),
        on_task=("on_task", "sum"),
        observed=("observed", "sum"),
        is_counted=("is_counted", "first"),
    )
    day, window = sessions["session_date"], pilot.window
    phase = pd.Series("during", index=sessions.index, dtype="str")
    phase = phase.mask(day < pd.Timestamp(window.start), "before").mask(day > pd.Timestamp(window.end), "after")
    sessions = sessions.assign(
        observation_id=sessions["number"].map("S{:03d}".format).astype("str"),
        phase=phase,
        is_treated=sessions["arm"] == "treated",
        on_task_share=sessions["on_task"] / sessions["observed"],
        is_double_coded=sessions.duplicated("number", keep=False),
    )
    text = {"observer": "str", "procedure": "str", "period": "str"}
    return sessions[list(_COLUMNS)].astype(text | {"intervals": "int64"}).reset_index(drop=True)


_COLUMNS = (
    "observation_id session_date phase teacher_id is_treated period observer procedure interval_minutes intervals on_task "
    "observed on_task_share is_double_coded is_counted"
).split()


def _pairs(kept: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Intervals that two observers coded; a third observer's codes are left aside."""
    number = kept.sort_values(["session_date", "session"], kind="stable").groupby(SESSION, sort=False).ngroup() + 1
    place = kept.assign(number=number).groupby(SESSION)["observer_name"].transform(lambda names: pd.factorize(names)[0])
    coded = kept.assign(number=number, place=place)
    first, second = coded[coded["place"] == 0], coded[coded["place"] == 1]
    pairs = first.merge(second, on=["number", "interval"], suffixes=("", "_second"), validate="one_to_one")
    return pd.DataFrame(
        {
            "observation_id": pairs["number"].map("S{:03d}".format).astype("str"),
            "interval": pairs["interval"].astype("str"),
            "procedure": pairs["procedure"].astype("str"),
            "first_on": pairs["on_task"].astype("int64"),
            "second_on": pairs["on_task_second"].astype("int64"),
            "observed": pairs["observed"].astype("int64"),
        }
    )


def _teachers_found(rows: pd.DataFrame, arm_of_teacher: Mapping[str, str]) -> Match:
    observed = set(rows["teacher_id"])
    return Match(what="observed teachers who are on the roster", found=len(observed & set(arm_of_teacher)), of=len(observed))
