"""How strong an unmeasured cause of both use and outcome would have to be to explain an association away."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import scipy

from pilotproof.stats.checks import count, finite, part, positive, share

FARTHEST = 100.0  # in standard deviations; the risk ratio of more overflows
RISK_RATIO_PER_SD = 0.91  # of the outcome: RR = exp(0.91 d). Source: VanderWeele & Ding (2017), after Chinn (2000)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessValue:
    """Shares from 0 to 1 of the residual variance of both use and outcome that an unmeasured cause would have to explain.

    to_zero : to bring the estimate to 0; to_insignificance : to bring its t to the critical value of `alpha`
    partial_r2 : of use with the outcome; a cause of all the outcome's residual variance would need as much of that of use
    """

    to_zero: float
    to_insignificance: float
    partial_r2: float
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confounded:
    """The estimate that would have been found with the unmeasured cause in the model."""

    estimate: float
    standard_error: float
    t: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EValue:
    """Risk ratios that an unmeasured cause would have to have with both use and outcome.

    of_estimate : to explain the estimate away; of_interval : to move the interval to the null, 1 where it holds it already
    """

    of_estimate: float
    of_interval: float
    risk_ratio: float


def robustness_value(t: float, *, df: int, share_explained: float = 1.0, alpha: float = 0.05) -> RobustnessValue:
    """Robustness value of a least squares coefficient, for a cause that takes away `share_explained` of it.

    t : with the ordinary standard error, on `df` residual degrees of freedom, at least 2
    Source: Cinelli & Hazlett (2020), JRSS-B 82(1), equations 18 and 19: f = q |t| / sqrt(df), RV = (sqrt(f^4 + 4 f^2) - f^2) / 2,
    with alpha: f less the critical t over sqrt(df - 1); where that bound is not the binding one: (f^2 - c^2) / (1 + f^2).
    """
    df, alpha = count(df, "df", least=2), share(alpha, "alpha")
    part_of_t = finite(positive(share_explained, "share_explained") * abs(finite(t, "t")), "share_explained times t")
    f = part_of_t / sqrt(df)
    critical = float(scipy.stats.t.isf(alpha / 2, df - 1)) / sqrt(df - 1)
    left = max(0.0, f - critical)
    reduced = (f**2 - critical**2) / (1 + f**2) if left > 0 and f * critical > 1 else _solved(left)
    return RobustnessValue(to_zero=_solved(f), to_insignificance=reduced, partial_r2=t**2 / (t**2 + df), alpha=alpha)


def adjusted_for_confounder(
    estimate: float, *, standard_error: float, df: int, r2_with_use: float, r2_with_outcome: float
) -> Confounded:
    """The least squares estimate if a cause of these strengths had been measured, at its worst: towards 0.

    r2_with_use : share of the residual variance of use that it explains; r2_with_outcome : of the outcome's, given use
    Source: Cinelli & Hazlett (2020): bias = SE sqrt(df) sqrt(R2_y R2_d / (1 - R2_d));
    SE' = SE sqrt((1 - R2_y) / (1 - R2_d)) sqrt(df / (df - 1)).
    """
    found, error, df = finite(estimate, "estimate"), positive(standard_error, "standard_error"), count(df, "df", least=2)
    d, y = part(r2_with_use, "r2_with_use"), part(r2_with_outcome, "r2_with_outcome")
    bias = error * sqrt(df) * sqrt(y * d / (1 - d))
    left = (abs(found) - bias) * (1 if found >= 0 else -1)
    new_error = error * sqrt((1 - y) / (1 - d)) * sqrt(df / (df - 1))
    return Confounded(estimate=left, standard_error=new_error, t=left / new_error)


def e_value(risk_ratio: float, *, low: float, high: float) -> EValue:
    """E-value of a risk ratio and of the end of its interval that is nearer to 1.

    Source: VanderWeele & Ding (2017), Annals of Internal Medicine 167(4): E = RR + sqrt(RR (RR - 1)), of 1 / RR below 1.
    """
    ratio, bottom, top = positive(risk_ratio, "risk_ratio"), positive(low, "low"), positive(high, "high")
    if not bottom <= ratio <= top:
        raise ValueError(f"low ({low}) and high ({high}) must lie on either side of risk_ratio ({risk_ratio})")
    nearest = 1.0 if bottom <= 1 <= top else bottom if ratio > 1 else top
    return EValue(of_estimate=_e(ratio), of_interval=_e(nearest), risk_ratio=ratio)


def e_value_of_difference(d: float, *, low: float, high: float) -> EValue:
    """E-value of a standardised mean difference `d` with its interval, by way of an approximate risk ratio.

    Source: VanderWeele & Ding (2017): RR = exp(0.91 d); the ends of the interval likewise.
    """
    ratios = [exp(RISK_RATIO_PER_SD * _in_sds(value, name)) for name, value in (("d", d), ("low", low), ("high", high))]
    return e_value(ratios[0], low=ratios[1], high=ratios[2])


def _in_sds(value: float, name: str) -> float:
    number = finite(value, name)
    if abs(number) > FARTHEST:
        raise ValueError(f"{name} must lie within {FARTHEST:g} standard deviations, not {value!r}; divide by the SD")
    return number


def _solved(f: float) -> float:
    """(sqrt(f^4 + 4 f^2) - f^2) / 2, written so that nothing large is taken from something large."""
    return 0.0 if f**2 == 0 else 2 / (sqrt(1 + 4 / f**2) + 1)


def _e(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))
