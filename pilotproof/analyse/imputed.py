"""The contrast with missing scores imputed, from the students as the arms got them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pilotproof.analyse.sides import sides_of
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.imputation import ImputationRefusal, ImputedContrast, imputed_contrast


def imputed(
    assigned: pd.DataFrame, outcome: Outcome, pilot: Pilot, *, shift_treated: float = 0.0, shift_comparison: float = 0.0
) -> ImputedContrast | ImputationRefusal | None:
    """None with students as units, which leaves no cluster to impute from.

    assigned : columns.STUDENTS with `cluster`; shift_treated, shift_comparison : added to what is imputed, in score units
    """
    sides = sides_of(assigned, outcome, pilot)
    if sides.design == "students randomised":
        return None
    of_clusters = (sides.named.get("covariates") or {}).get("pretest")
    if of_clusters is not None and np.isnan(of_clusters).any():  # no student of a cluster has the pretest of all of them
        complete = int(assigned["is_analysed"].sum())
        return ImputationRefusal(reason="a cluster has no pretest", contrast=None, n_complete=complete)
    shifts = {"shift_treated": shift_treated, "shift_comparison": shift_comparison}
    return imputed_contrast(sides.scores, **sides.named, **shifts, seed=pilot.analysis.seed, confidence=CONFIDENCE)
