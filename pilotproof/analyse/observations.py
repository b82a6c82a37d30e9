"""Time on task: shares by phase and arm over teachers, their change, and how far two observers agree."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from pilotproof.analyse.basis import basis_of
from pilotproof.analyse.observers import analyse_agreement
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import NoOnTaskChange, ObservationFinding, OnTaskChange, OnTaskShare, ProcedureFinding, SessionPoint
from pilotproof.findings.observations import Arm, Phase
from pilotproof.stats.observation import bias_of, time_on_task
from pilotproof.stats.paired import PairedChange, paired_change

FEWEST_TEACHERS = 2
METHOD = (
    "mean over teachers of the mean share of their sessions, t interval over teachers; change of the teachers' means before to "
    "during by paired t and exact sign-flip test"
)
RULE = (
    "the teacher is the unit; a session's share is the sum on task over the sum observed; partial intervals are an upper bound "
    "and whole intervals a lower one (Powell, Martindale & Kulp 1975)"
)


def analyse_observations(
    observations: pd.DataFrame, pairs: pd.DataFrame, *, confidence: float = CONFIDENCE
) -> ObservationFinding | None:
    """The finding on time on task; None without any session.

    observations, pairs : tidy tables (columns.OBSERVATIONS, columns.OBSERVATION_PAIRS)
    Each procedure is analysed by itself, because the same marks mean different shares.
    """
    counted = observations[observations["is_counted"]]
    if counted.empty:
        return None
    procedures = counted["procedure"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    return ObservationFinding(
        procedures=tuple(
            _procedure(
                counted[counted["procedure"] == name],
                pairs[pairs["procedure"] == name],
                confidence,
                are_same_two=_are_same_two(observations[observations["procedure"] == name]),
            )
            for name in procedures
        ),
        basis=basis_of(METHOD, rule=RULE, observations=observations, observation_pairs=pairs),
    )


def _are_same_two(observations: pd.DataFrame) -> bool:
    """Whether the same two people made all observations that were made twice, each always first or always second."""
    twice = observations[observations["is_double_coded"]]
    return all(names.nunique() == 1 for _, names in twice.groupby("is_counted")["observer"])


def _procedure(counted: pd.DataFrame, pairs: pd.DataFrame, confidence: float, *, are_same_two: bool) -> ProcedureFinding:
    procedure = str(counted["procedure"].iloc[0])
    observed_minutes = (counted["intervals"] * counted["interval_minutes"]).median()
    lesson = None if pd.isna(observed_minutes) or observed_minutes <= 0 else float(observed_minutes)
    return ProcedureFinding(
        procedure=procedure,
        bias=bias_of(procedure),
        lesson_minutes=lesson,
        shares=tuple(
            _share(part, phase, arm, lesson, confidence)
            for arm in get_args(Arm)
            for phase in get_args(Phase)
            if len(part := _of(counted, arm, phase))
        ),
        changes=tuple(
            OnTaskChange(arm=arm, change=_change(_of(counted, arm), confidence))
            for arm in get_args(Arm)
            if len(_of(counted, arm))
        ),
        sessions=_points(counted) if procedure == "class_scan" else (),
        agreement=analyse_agreement(counted, pairs, are_same_two=are_same_two, confidence=confidence) if len(pairs) else None,
    )


def _of(counted: pd.DataFrame, arm: str, phase: str | None = None) -> pd.DataFrame:
    in_arm = counted["is_treated"] == (arm == "treated")
    return counted[in_arm & (counted["phase"] == phase)] if phase else counted[in_arm]


def _share(part: pd.DataFrame, phase: Phase, arm: Arm, lesson_minutes: float | None, confidence: float) -> OnTaskShare:
    found = time_on_task(
        part["on_task"].to_numpy(),
        observed=part["observed"].to_numpy(),
        session=part["observation_id"].to_numpy(),
        teacher=part["teacher_id"].to_numpy(),
        procedure=str(part["procedure"].iloc[0]),
        lesson_minutes=lesson_minutes,
        confidence=confidence,
    )
    return OnTaskShare(
        phase=phase,
        arm=arm,
        sessions=sum(found.sessions_by_teacher),
        teachers=len(found.teachers),
        fewest_sessions=min(found.sessions_by_teacher),
        most_sessions=max(found.sessions_by_teacher),
        observed=found.observed,
        students=_students(part),
        estimate=found.estimate,
        standard_error=found.standard_error,
        interval=found.interval,
        minutes=found.minutes,
    )


def _students(part: pd.DataFrame) -> float:
    """How many students were watched, at least: a teacher's lessons may all be of one class."""
    if (part["procedure"] != "class_scan").any():
        return float(len(part))
    return float((part["observed"] / part["intervals"]).groupby(part["teacher_id"]).max().sum())


def _change(of_arm: pd.DataFrame, confidence: float) -> PairedChange | NoOnTaskChange:
    """Change of the teachers' means, each teacher counting once."""
    means = of_arm.groupby(["teacher_id", "phase"])["on_task_share"].mean().unstack("phase")
    for phase in ("before", "during"):
        if phase not in means:
            return NoOnTaskChange(reason=f"not observed {phase}", teachers=0)
    both = means[["before", "during"]].dropna()
    if len(both) < FEWEST_TEACHERS:
        return NoOnTaskChange(reason="fewer than two teachers in both phases", teachers=len(both))
    return paired_change(before=both["before"].to_numpy(), after=both["during"].to_numpy(), confidence=confidence)


def _points(counted: pd.DataFrame) -> tuple[SessionPoint, ...]:
    """One point a session, without a name, in the order of days and then of shares."""
    ordered = counted.sort_values(
        ["session_date", "is_treated", "on_task_share", "observed"], ascending=[True, False, True, True]
    )
    return tuple(
        SessionPoint(
            session_date=row.session_date.date(),
            phase=row.phase,
            arm="treated" if row.is_treated else "comparison",
            share=float(row.on_task_share),
            students=float(row.observed / row.intervals),
        )
        for row in ordered.itertuples()
    )
