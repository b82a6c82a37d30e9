"""Wilcoxon's signed-rank test, exact whatever the ties and zeros."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.attainable import least_attainable_p_sign_flip
from pilotproof.stats.changes import changes
from pilotproof.stats.checks import Floats, one_of

Zeros = Literal["Pratt", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRank:
    """Exact two-sided signed-rank test of `n` changes.

    zeros : "Pratt" ranks the changes of zero and then leaves their ranks out; "dropped" leaves the changes out before ranking
    statistic : sum of the ranks of the rises; changes of equal size share the mean of their ranks
    unchanged : changes of zero; tied : other changes whose size another one has too
    least_attainable_p : for these zeros; that of the other changes all in one direction
    """

    zeros: Zeros
    n: int
    unchanged: int
    tied: int
    statistic: float
    p_value: float
    least_attainable_p: float


def signed_rank_test(change: ArrayLike, *, zeros: Zeros = "Pratt") -> SignedRank:
    """Whether `change` (after minus before, any unit) is symmetric about zero.

    The distribution is that over all sign patterns of these very ranks, for any number of pairs; a thousand take a second.
    Raises ValueError for missing values or another word for `zeros`.
    Source: Wilcoxon (1945); Pratt (1959); p = 2 P(W+ <= the smaller of W+ and W-), at most 1.
    """
    one_of(zeros, "zeros", ("Pratt", "dropped"))
    values = changes(change)
    moved = values[values != 0]
    doubled = _doubled_ranks(values if zeros == "Pratt" else moved)
    rises = int(doubled[moved > 0].sum())
    smaller = min(rises, int(doubled.sum()) - rises)
    unchanged = len(values) - len(moved)
    of_size = np.unique(np.abs(moved), return_counts=True)[1]
    return SignedRank(
        zeros=zeros,
        n=len(values),
        unchanged=unchanged,
        tied=int(of_size[of_size > 1].sum()),
        statistic=rises / 2,
        p_value=min(1.0, 2 * float(chances_of_sums(doubled, most=smaller).sum())),
        least_attainable_p=least_attainable_p_sign_flip(len(values), zeros=unchanged),
    )


def chances_of_sums(ranks: NDArray[np.intp], *, most: int) -> Floats:
    """Chances that the ranks with a plus sum to 0, 1 … `most` when every sign is equally likely. ranks : whole, above 0."""
    chances = np.zeros(most + 1)
    chances[0], reach = 1.0, 0
    for rank in np.sort(ranks):
        reach = min(most, reach + int(rank))
        minus = chances[: reach + 1] / 2
        chances[: reach + 1] = minus
        chances[rank : reach + 1] += minus[: max(0, reach + 1 - rank)]
    return chances


def _doubled_ranks(values: Floats) -> NDArray[np.intp]:
    """Twice the midranks, which are whole, of the sizes of `values`, in their order and without those of zero."""
    return np.rint(2 * scipy.stats.rankdata(np.abs(values))).astype(np.intp)[values != 0]
