"""Rank correlation of independent units with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, Floats, numbers, same_length, share
from pilotproof.stats.results import Interval

MOST_EXACT = 8  # units whose 8! orders are all tried
FEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation of `n` independent units, such as teachers, class means or the students of one class.

    p_value : exact for ranks of up to 8 units, else by t with `df`; of ranks in the same order, the share of such orders
    t, interval : None at -1 and 1, where t is infinite; the interval is by Fisher's z
    """

    method: Literal["Spearman"]
    estimate: float
    df: int
    t: float | None
    p_value: float
    is_exact: bool
    interval: Interval | None
    n: int


def spearman(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> Correlation:
    """Spearman's rank correlation. Students of many classes are not independent: give class means, or one class at a time.

    Source: Pearson's r of mid-ranks; p: share of the n! orders with |rho| at least the observed one, or
    t = rho sqrt((n - 2) / (1 - rho^2)); SE of z: sqrt((1 + rho^2 / 2) / (n - 3)), Bonett & Wright (2000).
    """
    first, second = _column(x, "x"), _column(y, "y")
    same_length(x=first, y=second)
    ranks = [scipy.stats.rankdata(values) for values in (first, second)]
    a, b = (values - values.mean() for values in ranks)
    n, rho = len(a), _bounded(float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b)))
    exact = _share_of_orders(a, b) if n <= MOST_EXACT else _share_of_perfect_orders(b) if abs(rho) == 1 else None
    return _correlation("Spearman", rho, n, n - 2, np.sqrt((1 + rho**2 / 2) / (n - 3)), exact, confidence)


def _column(values: ArrayLike, name: str) -> Floats:
    column = numbers(values, name, fewest=FEWEST)
    if np.ptp(column) <= ROUNDING * np.abs(column).max():
        raise ValueError(f"{name}: all values are equal, so that nothing goes along with it")
    return column


def _bounded(r: float) -> float:
    """Float noise beyond -1 and 1, or just short of them, taken away."""
    return float(np.sign(r)) if abs(r) > 1 - ROUNDING else r


def _share_of_orders(a: Floats, b: Floats) -> float:
    orders = np.array(list(permutations(range(len(b)))))
    products = np.abs(b[orders] @ a)
    return float(np.mean(products >= abs(float(a @ b)) - ROUNDING * float(np.linalg.norm(a) * np.linalg.norm(b))))


def _share_of_perfect_orders(b: Floats) -> float:
    """At most two rankings of all n! with ties told apart: the same order and, if ties allow it, the reverse."""
    ties = np.unique(b, return_counts=True)[1]
    return min(1.0, 2 * float(np.exp(scipy.special.gammaln(ties + 1).sum() - scipy.special.gammaln(len(b) + 1))))


def _correlation(
    method: Literal["Spearman"], r: float, n: int, df: int, error: float, exact: float | None, confidence: float
) -> Correlation:
    share(confidence, "confidence")
    t = None if abs(r) == 1 else r * float(np.sqrt(df / (1 - r**2)))
    margin = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * error
    low, high = (None, None) if t is None else np.tanh([np.arctanh(r) - margin, np.arctanh(r) + margin]).tolist()
    p = float(2 * scipy.stats.t.sf(abs(t), df)) if exact is None and t is not None else exact
    return Correlation(
        method=method,
        estimate=r,
        df=df,
        t=t,
        p_value=p,
        is_exact=exact is not None,
        interval=None if low is None else Interval(low=low, high=high, confidence=confidence),
        n=n,
    )
