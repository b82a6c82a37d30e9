"""The contrast with missing scores imputed, from the students as the arms got them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pilotproof.analyse.sides import sides_of
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.imputation import NO_SHIFT, ImputationRefusal, ImputedContrast, Shift, imputed_contrasts

SHIFT_SD = 0.5  # by which missing students might score lower than their like: half a standard deviation is much


def imputed(assigned: pd.DataFrame, outcome: Outcome, pilot: Pilot, *, is_tested: bool, sd: float | None) -> dict[str, Any]:
    """By the names of OutcomeFinding: `missing`, and `missing_shifted` if missing students of an arm scored below their like.

    assigned : columns.STUDENTS with `cluster`; is_tested : whether a method was run, else there is no `missing`
    sd : of students, to say the shift in; None where there is no effect to shift. Nothing is shifted where no outcome is
    missing, or of a binary one, whose missing values cannot lie between yes and no. All are of the same imputed scores.
    """
    plain: tuple[Shift, ...] = (NO_SHIFT,) if is_tested else ()
    shifts: tuple[Shift, ...] = ()
    if sd is not None and outcome.kind != "binary" and assigned["posttest_score"].isna().any():
        shifts = ((-SHIFT_SD * sd, 0.0), (0.0, -SHIFT_SD * sd))
    found = _contrasts(assigned, outcome, pilot, plain + shifts) if plain + shifts else ()
    shifted = tuple(one for one in found[len(plain) :] if isinstance(one, ImputedContrast))
    return {"missing": found[0] if found and is_tested else None, "missing_shifted": shifted}


def _contrasts(
    assigned: pd.DataFrame, outcome: Outcome, pilot: Pilot, shifts: tuple[Shift, ...]
) -> tuple[ImputedContrast | ImputationRefusal, ...]:
    """One for each shift; none with students as units, which leaves no cluster to impute from."""
    sides = sides_of(assigned, outcome, pilot)
    if sides.design == "students randomised":
        return ()
    of_clusters = (sides.named.get("covariates") or {}).get("pretest")
    if of_clusters is not None and np.isnan(of_clusters).any():  # no student of a cluster has the pretest of all of them
        complete = int(assigned["is_analysed"].sum())
        return (ImputationRefusal(reason="a cluster has no pretest", contrast=None, n_complete=complete),) * len(shifts)
    return imputed_contrasts(sides.scores, **sides.named, shifts=shifts, seed=pilot.analysis.seed, confidence=CONFIDENCE)
