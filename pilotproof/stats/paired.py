"""Change within the same few people, every way that a reviewer may ask for, and whether these ways agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.bootstrap import bca_interval
from pilotproof.stats.changes import NoInterval, changes
from pilotproof.stats.checks import Floats, count, noise, numbers, same_length, share
from pilotproof.stats.dominance import Dominance, paired_dominance
from pilotproof.stats.hodges_lehmann import HodgesLehmann, hodges_lehmann
from pilotproof.stats.paired_effect import PairedEffect, PairedKind, paired_effect
from pilotproof.stats.results import Interval
from pilotproof.stats.sign_flip import DRAWS, SEED, least_sign_flip_p, sign_flip_interval, sign_flip_p
from pilotproof.stats.signed_rank import SignedRank, signed_rank_test

ALPHA = 0.05
Agreement = Literal["agree: rejected", "agree: not rejected", "disagree", "cannot reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementOfTests:
    """Whether paired t, sign-flip and signed-rank (Pratt) say the same at `alpha`; a test rejects below it.

    verdict : "cannot reject" when no exact test could with so few pairs that changed, whatever t says; "disagree" makes a
        change suggestive and no more
    is_rejected_by_t : None when all changes are equal
    """

    verdict: Agreement
    alpha: float
    is_rejected_by_t: bool | None
    is_rejected_by_sign_flip: bool
    is_rejected_by_signed_rank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedChange:
    """Change, after minus before, over `n` pairs.

    standard_error, t, p_value, interval, d_z, d_av : None when all changes are equal, so that nothing estimates their spread
    d_z, d_av : the change over the SD of changes, and over that of the values before and after; SDs between these units
    sign_flip_p, sign_flip_interval : exact up to 20 pairs, by simulation above
    least_attainable_p : the least that the sign-flip test can give with n pairs, and with the draws where it is simulated
    signed_rank : exact, with changes of zero ranked (Pratt), as answers on a scale have many of them
    bootstrap : BCa interval of the mean change
    draws, seed : of the bootstrap, and of sign flips above 20 pairs
    """

    n: int
    mean_before: float
    mean_after: float
    mean_change: float
    sd_change: float
    df: int
    standard_error: float | None
    t: float | None
    p_value: float | None
    interval: Interval | None
    d_z: PairedEffect | None
    d_av: PairedEffect | None
    sign_flip_p: float
    sign_flip_interval: Interval | NoInterval
    least_attainable_p: float
    signed_rank: SignedRank
    hodges_lehmann: HodgesLehmann
    bootstrap: Interval | NoInterval
    dominance: Dominance
    agreement: AgreementOfTests
    draws: int
    seed: int


def paired_change(
    *,
    before: ArrayLike,
    after: ArrayLike,
    confidence: float = 0.95,
    alpha: float = ALPHA,
    draws: int = DRAWS,
    seed: int = SEED,
) -> PairedChange:
    """Mean change with a paired t interval and the exact sign-flip test, beside it rank tests, bootstrap and directions.

    before, after : values of the same units in the same order, at least two
    alpha : at which the tests agree or not, whatever the confidence of the intervals
    Raises ValueError for missing values or sides of different length.
    Source: t = mean sqrt(n) / SD of changes, df = n - 1; sign-flip: Fisher's randomisation of signs.
    """
    x, y = numbers(before, "before", fewest=2), numbers(after, "after", fewest=2)
    same_length(before=x, after=y)
    confidence = share(confidence, "confidence")
    change = changes(y - x, largest=max(np.abs(x).max(), np.abs(y).max()))
    n, mean = len(change), float(change.mean())
    sd = 0.0 if np.ptp(change) == 0 else float(change.std(ddof=1))
    error = float(sd / np.sqrt(n)) if sd else None
    t = None if error is None else mean / error
    p_value = None if t is None else float(2 * scipy.stats.t.sf(abs(t), n - 1))
    flipped, ranked = sign_flip_p(change, draws=draws, seed=seed), signed_rank_test(change)
    return PairedChange(
        n=n,
        mean_before=float(x.mean()),
        mean_after=float(y.mean()),
        mean_change=mean,
        sd_change=sd,
        df=n - 1,
        standard_error=error,
        t=t,
        p_value=p_value,
        interval=None if error is None else _t_interval(mean, error, n - 1, confidence),
        d_z=_effect(x, y, "d_z", confidence),
        d_av=_effect(x, y, "d_av", confidence),
        sign_flip_p=flipped,
        sign_flip_interval=sign_flip_interval(change, confidence=confidence, draws=draws, seed=seed),
        least_attainable_p=least_sign_flip_p(n, draws=draws),
        signed_rank=ranked,
        hodges_lehmann=hodges_lehmann(change, confidence=confidence),
        bootstrap=bca_interval(change, confidence=confidence, draws=draws, seed=seed),
        dominance=paired_dominance(change, confidence=confidence),
        agreement=_agreement(p_value, flipped, ranked, share(alpha, "alpha")),
        draws=draws,
        seed=count(seed, "seed"),
    )


def _effect(before: Floats, after: Floats, kind: PairedKind, confidence: float) -> PairedEffect | None:
    if np.ptp(after - before) <= noise(before, after):
        return None
    return paired_effect(before=before, after=after, kind=kind, confidence=confidence)


def _t_interval(mean: float, error: float, df: int, confidence: float) -> Interval:
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, df)) * error
    return Interval(low=mean - margin, high=mean + margin, confidence=confidence)


def _agreement(t_p: float | None, flip_p: float, ranked: SignedRank, alpha: float) -> AgreementOfTests:
    by_t, by_flip, by_rank = None if t_p is None else t_p < alpha, flip_p < alpha, ranked.p_value < alpha
    verdict: Agreement = "agree: rejected" if by_flip else "agree: not rejected"
    if ranked.least_attainable_p >= alpha:
        verdict = "cannot reject"
    elif len({by_t, by_flip, by_rank} - {None}) > 1:
        verdict = "disagree"
    return AgreementOfTests(
        verdict=verdict,
        alpha=alpha,
        is_rejected_by_t=by_t,
        is_rejected_by_sign_flip=by_flip,
        is_rejected_by_signed_rank=by_rank,
    )
