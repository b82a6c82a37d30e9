"""The teacher survey: change of each subscale over the teachers who answered before and after."""

from __future__ import annotations

import pandas as pd

from pilotproof.findings import TeacherChange, TeacherFinding
from pilotproof.instrument import Instrument
from pilotproof.stats.attainable import least_attainable_p_sign_flip
from pilotproof.stats.paired import paired_change
from pilotproof.stats.power import mdes_paired

FEWEST_PAIRS = 2


def analyse_teachers(scales: pd.DataFrame, *, instrument: Instrument, teachers: int, confidence: float) -> TeacherFinding | None:
    """The finding on the survey; None when fewer than two teachers answered both waves.

    scales : tidy table (columns.TEACHER_SCALES)
    teachers : teachers who used the tool, whether or not they answered
    """
    paired = scales[scales["is_paired"] & (scales["instrument"] == instrument.name)]
    count = int(paired["teacher_id"].nunique())
    if count < FEWEST_PAIRS:
        return None
    changes = []
    for subscale in instrument.subscales:
        waves = paired[paired["subscale"] == subscale.name].pivot(index="teacher_id", columns="wave", values="scale_score")
        waves = waves.dropna()
        if len(waves) < FEWEST_PAIRS:
            continue
        change = paired_change(before=waves["before"].to_numpy(), after=waves["after"].to_numpy(), confidence=confidence)
        changes.append(
            TeacherChange(name=subscale.name, label=subscale.label, is_tool_outcome=subscale.is_tool_outcome, change=change)
        )
    return TeacherFinding(
        instrument=instrument.title,
        low=instrument.low,
        high=instrument.high,
        teachers=teachers,
        paired=count,
        mdes_d=mdes_paired(count),
        least_attainable_p=least_attainable_p_sign_flip(count),
        subscales=tuple(changes),
    )
