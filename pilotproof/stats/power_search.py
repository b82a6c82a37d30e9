"""What a next pilot would need: the least number of units that finds an effect, and how power grows with units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pilotproof.stats.checks import Floats, count, counts, function, positive
from pilotproof.stats.design_error import DesignError
from pilotproof.stats.power import Formula, mdes, power_of

MOST = 2_000  # units; more than any pilot has


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWithinReach:
    """Even `most` units do not find the effect: what they find. It is a result, not an error."""

    most: int
    mdes: float
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerCurve:
    """One entry a size: smallest effect found (by the multiplier), and power (noncentral t) for `effect`."""

    effect: float
    sizes: Floats
    mdes: Floats
    power: Floats


def size_needed(
    design_of: Callable[[int], DesignError],
    effect: float,
    *,
    fewest: int,
    most: int = MOST,
    alpha: float = 0.05,
    power: float = 0.80,
    formula: Formula = "multiplier",
) -> int | NotWithinReach:
    """The least size from `fewest` to `most` whose design finds `effect` (above 0) with `power`.

    design_of : the design of a size, such as `lambda n: clustered_design(clusters=n, cluster_size=25, icc=0.2)` for the clusters
    or `lambda n: clustered_design(clusters=8, cluster_size=n, icc=0.2)` for the students of each. Its MDES must fall with the
    size, as that of every design of `design_error` does.
    Raises ValueError when the design of `fewest` has no degrees of freedom.
    """
    wanted, low = positive(effect, "effect"), count(fewest, "fewest", least=1)
    high = count(most, "most", least=low)
    function(design_of, "design_of")

    def is_enough(size: int) -> bool:
        return mdes(design_of(size), alpha=alpha, power=power, formula=formula) <= wanted

    if is_enough(low):
        return low
    if not is_enough(high):
        last = design_of(high)
        return NotWithinReach(
            most=high,
            mdes=mdes(last, alpha=alpha, power=power, formula=formula),
            power=power_of(wanted, standard_error=last.standard_error, df=last.df, alpha=alpha),
        )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def power_curve(
    design_of: Callable[[int], DesignError], sizes: Sequence[int], *, effect: float, alpha: float = 0.05, power: float = 0.80
) -> PowerCurve:
    """MDES at `power`, and power for `effect`, of the designs of several sizes: arrays for a figure."""
    wanted = positive(effect, "effect")
    function(design_of, "design_of")
    whole = counts(sizes, "sizes", least=1)
    if not whole:
        raise ValueError("sizes needs at least one number of units")
    designs = [design_of(size) for size in whole]
    chances = [power_of(wanted, standard_error=design.standard_error, df=design.df, alpha=alpha) for design in designs]
    return PowerCurve(
        effect=wanted,
        sizes=np.array(whole, dtype=np.float64),
        mdes=np.array([mdes(design, alpha=alpha, power=power) for design in designs]),
        power=np.array(chances),
    )
