"""How far two observers of one session agree."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from pilotproof.findings import AgreementFinding, DoubleCoding
from pilotproof.findings.observations import Phase
from pilotproof.stats.agreement import (
    IntraclassCorrelation,
    Kappa,
    cohens_kappa,
    icc_one_way,
    icc_two_way_mixed,
    icc_two_way_random,
)
from pilotproof.stats.checks import ROUNDING
from pilotproof.stats.count_agreement import CountAgreement, count_agreement

LEAST_DOUBLE_CODED = 0.20  # of the sessions of each phase
LEAST_AGREEMENT = 0.80
LEAST_BEYOND_CHANCE = 0.60


def analyse_agreement(counted: pd.DataFrame, pairs: pd.DataFrame, *, are_same_two: bool, confidence: float) -> AgreementFinding:
    """The finding on two observers.

    counted : sessions of one procedure, a row for each; pairs : at least one interval of them that two observers coded
    are_same_two : whether the same two people coded them all; else nothing constant can be told of either
    Codes give kappa. Class scans are counts and do not say which student was on task, so that kappa has no table to stand on:
    they give the agreement of counts, and the ICC of shares, to which weighted kappa comes (Fleiss & Cohen 1973).
    """
    kappa, counts, icc, consistency = None, None, None, None
    if (counted["procedure"] == "class_scan").all():
        counts, icc, consistency = _scans(pairs, confidence, are_same_two)
        agreement, beyond_chance = counts.mean_per_interval, None if icc is None else icc.estimate
    else:
        kappa = _codes(pairs, confidence)
        agreement = float((pairs["first_on"] == pairs["second_on"]).mean())
        beyond_chance = None if kappa is None else kappa.estimate
    coding = _coding(counted)
    return AgreementFinding(
        intervals=len(pairs),
        coding=coding,
        kappa=kappa,
        counts=counts,
        icc=icc,
        consistency=consistency,
        agreement=agreement,
        beyond_chance=beyond_chance,
        least_double_coded=LEAST_DOUBLE_CODED,
        least_agreement=LEAST_AGREEMENT,
        least_beyond_chance=LEAST_BEYOND_CHANCE,
        is_enough_coded=all(phase.share >= LEAST_DOUBLE_CODED for phase in coding),
        is_reliable=None if beyond_chance is None else agreement >= LEAST_AGREEMENT and beyond_chance >= LEAST_BEYOND_CHANCE,
    )


def _codes(pairs: pd.DataFrame, confidence: float) -> Kappa | None:
    """None with fewer than two intervals."""
    if len(pairs) < 2:
        return None
    first, second = (pairs[column].map({1: "on", 0: "off"}).to_numpy() for column in ("first_on", "second_on"))
    return cohens_kappa(first, second, categories=("on", "off"), confidence=confidence)


def _scans(
    pairs: pd.DataFrame, confidence: float, are_same_two: bool
) -> tuple[CountAgreement, IntraclassCorrelation | None, IntraclassCorrelation | None]:
    """Agreement of counts, the ICC of shares, and of the same two people the ICC that lets one always see more."""
    counts = count_agreement(pairs["first_on"].to_numpy(), pairs["second_on"].to_numpy())
    shares = pairs[["first_on", "second_on"]].div(pairs["observed"], axis=0).to_numpy()
    if len(shares) < 2 or np.ptp(shares, axis=0).max() <= ROUNDING:
        return counts, None, None
    if not are_same_two:
        return counts, icc_one_way(shares, confidence=confidence), None
    found = (icc(shares, confidence=confidence) for icc in (icc_two_way_random, icc_two_way_mixed))
    return counts, *found


def _coding(counted: pd.DataFrame) -> tuple[DoubleCoding, ...]:
    phases = [(phase, counted.loc[counted["phase"] == phase, "is_double_coded"]) for phase in get_args(Phase)]
    return tuple(
        DoubleCoding(phase=phase, double_coded=int(coded.sum()), sessions=len(coded), share=float(coded.mean()))
        for phase, coded in phases
        if len(coded)
    )
