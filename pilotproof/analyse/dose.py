"""How use of the tool goes along with gain, among the students who were to use it: an association, never an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pilotproof.findings import DoseFinding, NoDose
from pilotproof.pilot import Outcome
from pilotproof.stats.correlation import FEWEST as FEWEST_CLASSES
from pilotproof.stats.correlation import Correlation, spearman
from pilotproof.stats.dose import DoseRefusal, DoseResponse, dose_cells, dose_response, users_against_non_users

COLUMNS = 2  # use and pretest
MINUTES_PER_HOUR = 60
MEASURES = {"usage_minutes": "hours", "logins": "logins", "events": "records"}


def analyse_dose(
    students: pd.DataFrame, usage: pd.DataFrame, *, outcome: Outcome, smallest_group: int, confidence: float
) -> DoseFinding:
    """Use of the treated students who are analysed, held against their scores on `outcome`.

    students, usage : tidy tables (columns.STUDENTS, columns.USAGE); a student without a record did not use the tool
    """
    column = next((name for name in MEASURES if usage[name].fillna(0).sum() > 0), "events")
    of_outcome = students[(students["outcome"] == outcome.name) & students["is_treated"] & students["is_analysed"]]
    use = usage[usage["role"] == "student"].groupby("person_id")[column].sum()
    use = use / MINUTES_PER_HOUR if MEASURES[column] == "hours" else use
    frame = of_outcome.assign(use=of_outcome["student_id"].map(use).fillna(0.0).astype("float64"))
    frame = frame.assign(gain=frame["posttest_score"] - frame["pretest_score"])
    refused = _refusal(frame, smallest_group)
    return DoseFinding(
        outcome=outcome.name,
        label=outcome.label,
        unit=outcome.unit,
        measure=MEASURES[column],
        response=refused or _response(frame, confidence),
        users=refused or _users(frame, smallest_group, confidence),
        by_class=refused or _by_class(frame, confidence),
        cells=() if refused else dose_cells(frame["gain"], use=frame["use"], cluster=frame["class_id"], least=smallest_group),
    )


def _refusal(frame: pd.DataFrame, smallest_group: int) -> NoDose | None:
    """What stands against every one of the comparisons."""
    pretest = frame["pretest_score"]
    if pretest.isna().any() or frame.empty:
        return NoDose(reason="no pretest" if len(frame) else "too few students", n=len(frame))
    if len(frame) < smallest_group:
        return NoDose(reason="too few students", n=len(frame))
    if not frame["use"].any():
        return NoDose(reason="nobody used it", n=len(frame))
    within = pretest.groupby(frame["class_id"]).agg(np.ptp)
    return NoDose(reason="scores do not vary", n=len(frame)) if not within.any() or not np.ptp(frame["posttest_score"]) else None


def _scores(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    return {"cluster": frame["class_id"].to_numpy(), "pretest": frame["pretest_score"].to_numpy()}


def _spent(frame: pd.DataFrame) -> DoseRefusal | None:
    """Without students to spare beside classes, use and pretest there is nothing to judge by; one class is told apart."""
    classes = frame["class_id"].nunique()
    if classes == 1 or len(frame) - classes - COLUMNS > 1:
        return None
    return DoseRefusal(reason="no degrees of freedom", n=len(frame), clusters=classes)


def _response(frame: pd.DataFrame, confidence: float) -> DoseResponse | DoseRefusal:
    spent = _spent(frame)
    return spent or dose_response(
        frame["posttest_score"].to_numpy(), use=frame["use"].to_numpy(), **_scores(frame), confidence=confidence
    )


def _users(frame: pd.DataFrame, smallest_group: int, confidence: float) -> DoseResponse | DoseRefusal | NoDose:
    is_user = frame["use"] > 0
    users, others = int(is_user.sum()), int((~is_user).sum())
    if not others:
        return NoDose(reason="everybody used it", n=len(frame))
    if min(users, others) < smallest_group:
        return NoDose(reason="too few users" if users < smallest_group else "too few non-users", n=len(frame))
    spent = _spent(frame)
    return spent or users_against_non_users(
        frame["posttest_score"].to_numpy(), is_user=is_user.to_numpy(), **_scores(frame), confidence=confidence
    )


def _by_class(frame: pd.DataFrame, confidence: float) -> Correlation | NoDose:
    means = frame.groupby("class_id")[["use", "gain"]].mean()
    if len(means) < FEWEST_CLASSES:
        return NoDose(reason="too few classes", n=len(frame))
    for column, words in (("use", "use is the same in all classes"), ("gain", "gain is the same in all classes")):
        if np.isclose(means[column].min(), means[column].max()):
            return NoDose(reason=words, n=len(frame))
    return spearman(means["use"].to_numpy(), means["gain"].to_numpy(), confidence=confidence)
