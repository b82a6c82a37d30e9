"""The least p that an exact test can give with so few units: printed before any p."""

from __future__ import annotations

from math import comb

from pilotproof.stats.checks import count


def least_attainable_p_sign_flip(n: int, *, zeros: int = 0) -> float:
    """Two-sided sign-flip, signed-rank (either treatment of zeros) or sign test over `n` pairs: 2 / 2^n.

    zeros : of the pairs, those without a change; they have no sign to flip, so that 2 / 2^(n - zeros) is the least
    Source: of the equally likely sign patterns, all up and all down are the most extreme, whatever the ties.
    """
    pairs, unchanged = count(n, "n", least=1), count(zeros, "zeros")
    if unchanged > pairs:
        raise ValueError(f"zeros ({unchanged}) cannot exceed n ({pairs})")
    return min(1.0, 2.0 ** (1 - pairs + unchanged))


def least_attainable_p_randomisation(*, n_treated: int, n_comparison: int) -> float:
    """Two-sided re-randomisation of clusters: 1 / C(G, G_T), twice that when the arms are equally large.

    Source: with equal arms swapping all labels turns the difference round, so that it is as extreme again.
    """
    treated, comparison = count(n_treated, "n_treated", least=1), count(n_comparison, "n_comparison", least=1)
    ways = comb(treated + comparison, treated)
    return min(1.0, (2 if treated == comparison else 1) / ways)  # whole numbers: `ways` may be too large for a float
