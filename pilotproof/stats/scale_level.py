"""Where a few people stand on a scale: mean with its interval, and how many lie at or above the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, finite, numbers, share
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.results import Interval
from pilotproof.stats.scales import pomp
from pilotproof.stats.sign_flip import least_sign_flip_p, sign_flip_p


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLevel:
    """Scores of `n` people on a scale from low to high, each person counting once.

    standard_error, interval : None when all scores are equal, so that nothing estimates their spread; the interval ends
    where the scale does
    pomp : the mean in per cent of the maximum possible, 0 at the lowest score, 100 at the highest
    sign_flip_p : exact two-sided test that scores lie as often and as far below the middle as above it
    least_attainable_p : the least that this test can give with so few people, and with its draws where it is simulated
    at_or_above_middle : how many; share_at_or_above, share_interval : as a share from 0 to 1, exact
    """

    n: int
    mean: float
    sd: float
    standard_error: float | None
    interval: Interval | None
    pomp: float
    middle: float
    sign_flip_p: float
    least_attainable_p: float
    at_or_above_middle: int
    share_at_or_above: float
    share_interval: Interval


def scale_level(scores: ArrayLike, *, low: float, high: float, confidence: float = 0.95) -> ScaleLevel:
    """Mean score with a t interval, an exact test against the middle of the scale, and the share of scores from there up.

    scores : one a person, from low to high, at least two; low, high : ends of the scale
    Source: mean +- t(n - 1) SD / sqrt(n); sign-flip test: `paired.sign_flip_p`; share: Clopper & Pearson (1934).
    """
    values, level = numbers(scores, "scores", fewest=2), share(confidence, "confidence")
    bottom, top = finite(low, "low"), finite(high, "high")
    if top <= bottom:
        raise ValueError(f"high ({high}) must be above low ({low})")
    noise = ROUNDING * max(abs(bottom), abs(top))
    if values.min() < bottom - noise or values.max() > top + noise:
        raise ValueError(f"scores must lie on the scale from {low} to {high}; correct them in cleaning, where it is counted")
    values = np.clip(values, bottom, top)
    n, mean, middle = len(values), float(values.mean()), (bottom + top) / 2
    sd = float(values.std(ddof=1)) if np.ptp(values) > noise else 0.0
    error = sd / n**0.5 if sd else None
    margin = None if error is None else float(scipy.stats.t.ppf((1 + level) / 2, n - 1)) * error
    above = int((values >= middle - noise).sum())
    return ScaleLevel(
        n=n,
        mean=mean,
        sd=sd,
        standard_error=error,
        interval=None
        if margin is None
        else Interval(low=max(bottom, mean - margin), high=min(top, mean + margin), confidence=level),
        pomp=pomp(min(max(mean, bottom), top), low=bottom, high=top),
        middle=middle,
        sign_flip_p=sign_flip_p(values - middle),
        least_attainable_p=least_sign_flip_p(n),
        at_or_above_middle=above,
        share_at_or_above=above / n,
        share_interval=proportion_interval(above, n, confidence=level),
    )
