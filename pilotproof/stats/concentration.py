"""Whether one person makes up most of a sum, so that the sum, or the mean, tells about that person."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import numbers, share

TOLERANCE = 0.10


def is_dominated(values: ArrayLike, *, tolerance: float = TOLERANCE) -> bool:
    """Whether the one with the second largest value could reckon the largest from the sum to within `tolerance` of it.

    The p% rule of statistical offices: what all others give is less than `tolerance` times the largest value.
    values : contributions of at least one person, none negative. A sum of nothing is not dominated.
    """
    amounts, part = np.sort(numbers(values, "values"))[::-1], share(tolerance, "tolerance")
    if (amounts < 0).any():
        raise ValueError("values holds a contribution below 0; the rule is for amounts")
    return bool(amounts[0] > 0 and amounts[2:].sum() < part * amounts[0])
