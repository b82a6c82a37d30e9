"""Randomisation inference: the observed difference among those of every assignment that could have been drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from math import comb, prod
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, count, generator
from pilotproof.stats.cluster_data import (
    ClusterData,
    ClusterMeans,
    Covariates,
    Refusal,
    cluster_data,
    cluster_means,
    refusal_of,
    refused,
)
from pilotproof.stats.results import Interval

DRAWS = 99_999
CELLS_AT_A_TIME = 2_000_000  # of assignments by units; bounds the memory
MOST_EXACT = 100_000  # assignments
SEED = 20260914
TIE = 1e-9  # relative; assignments this close to the observed one are as extreme


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomisationTest:
    """A difference, treated minus comparison, tested over the assignments that could have been drawn.

    estimate : in score units; p_value : two-sided share of assignments at least as extreme, the observed one included
    interval : differences, the same for everyone, that are not rejected; None where no difference however large is
    least_attainable_p : the least that any data could give with this design
    assignments : that could have been drawn; tried : of them, the observed one included
    """

    assignment: Literal["complete", "within blocks", "staggered starts"]
    estimate: float
    p_value: float
    least_attainable_p: float
    interval: Interval | None
    assignments: int
    tried: int
    is_exact: bool
    n_treated: int
    n_comparison: int
    clusters_treated: int
    clusters_comparison: int


@dataclass(frozen=True, slots=True)
class Reference:
    """The test statistic over the assignments tried, under the null of a difference b: |a - b c| against |observed|.

    a : of the outcome; c : of the observed assignment itself; observed_a, observed_c : under the observed assignment
    Both are scaled so that |c| is at most observed_c. Then every assignment is as extreme for b in an interval around the
    estimate observed_a / observed_c, so that the test is inverted exactly.
    """

    a: Floats
    c: Floats
    observed_a: float
    observed_c: float
    is_exact: bool

    @property
    def tried(self) -> int:
        return len(self.a) + (not self.is_exact)

    @property
    def p_value(self) -> float:
        close = TIE * max(abs(self.observed_a), float(np.abs(self.a).max(initial=0.0)))
        return (int(np.sum(np.abs(self.a) >= abs(self.observed_a) - close)) + (not self.is_exact)) / self.tried

    @property
    def least_p(self) -> float:
        return (int(np.sum(self._always)) + (not self.is_exact)) / self.tried

    def p_above(self, difference: float) -> float:
        """One-sided p of the null that the difference is this or less, against its being more."""
        under, observed = self.a - difference * self.c, self.observed_a - difference * self.observed_c
        close = TIE * max(abs(observed), float(np.abs(under).max(initial=0.0)))
        return (int(np.sum(under >= observed - close)) + (not self.is_exact)) / self.tried

    def p_below(self, difference: float) -> float:
        """One-sided p of the null that the difference is this or more, against its being less."""
        return replace(self, a=-self.a, observed_a=-self.observed_a).p_above(-difference)

    def one_sided_interval(self, alpha: float) -> Interval | None:
        """Differences that neither one-sided test rejects at `alpha`, from where each assignment becomes as extreme."""
        own = self.c >= self.observed_c * (1 - TIE)
        needed = int(np.ceil(alpha * self.tried * (1 - TIE))) - int(np.sum(own)) - (not self.is_exact)
        if needed <= 0:
            return None
        roots = np.sort((self.observed_a - self.a[~own]) / (self.observed_c - self.c[~own]))
        return Interval(low=float(roots[needed - 1]), high=float(roots[-needed]), confidence=1 - 2 * alpha)

    @property
    def _always(self) -> NDArray[np.bool_]:
        """Assignments that are as extreme whatever the outcome: the observed one, and its mirror image where there is one."""
        return np.abs(self.c) >= self.observed_c * (1 - TIE)

    def interval(self, confidence: float) -> Interval | None:
        """All b with p at least 1 - confidence, from the ends of the intervals of the single assignments."""
        always = int(np.sum(self._always)) + (not self.is_exact)
        needed = int(np.ceil((1 - confidence) * self.tried * (1 - TIE))) - always
        if needed <= 0:
            return None
        a, c = self.a[~self._always], self.c[~self._always]
        roots = np.sort([(self.observed_a - a) / (self.observed_c - c), (self.observed_a + a) / (self.observed_c + c)], axis=0)
        lows, highs = np.sort(roots[0]), np.sort(roots[1])[::-1]
        return Interval(low=float(lows[needed - 1]), high=float(highs[needed - 1]), confidence=confidence)


def randomisation_test(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    draws: int = DRAWS,
    most_exact: int = MOST_EXACT,
    seed: int = SEED,
    confidence: float = 0.95,
) -> RandomisationTest | Refusal:
    """Re-assign whole clusters as they were assigned and compare adjusted cluster means.

    cluster : label of the unit that was assigned, students of their own where students were; block : label of the group within
    which units were assigned, each with the observed number of treated ones; None when all were drawn from one pot.
    Other arguments, Refusal and errors as in `cluster_mean_contrast`. The estimate is that of `cluster_mean_contrast`.
    All assignments are tried when they are at most `most_exact`, else `draws` random ones and p = (hits + 1) / (draws + 1).
    Source: Fisher's randomisation test; interval by test inversion under a constant difference: Rosenbaum (2002) section 2.6.
    """
    data = cluster_data(
        outcome,
        is_treated=is_treated,
        cluster=cluster,
        pretest=pretest,
        covariates=covariates,
        block=block,
        confidence=confidence,
    )
    if refusal := refusal_of(data):
        return refusal
    found = reference_of_data(data, draws=draws, most_exact=most_exact, seed=seed)
    if isinstance(found, Refusal):
        return found
    reference, ways = found
    return RandomisationTest(
        assignment="complete" if data.block_of_cluster is None else "within blocks",
        estimate=reference.observed_a / reference.observed_c,
        p_value=reference.p_value,
        least_attainable_p=reference.least_p,
        interval=reference.interval(data.confidence),
        assignments=ways,
        tried=reference.tried,
        is_exact=reference.is_exact,
        n_treated=int(data.is_treated.sum()),
        n_comparison=int((~data.is_treated).sum()),
        clusters_treated=int(data.arm_of_cluster.sum()),
        clusters_comparison=int((~data.arm_of_cluster).sum()),
    )


def reference_of_data(data: ClusterData, *, draws: int, most_exact: int, seed: int) -> tuple[Reference, int] | Refusal:
    """The statistic of adjusted cluster means over the assignments tried, and how many there are."""
    found = cluster_means(data)
    if len(found.means) <= found.design.shape[1]:
        return refused(data, "no degrees of freedom")
    groups = np.zeros(len(found.means), dtype=np.intp) if data.block_of_cluster is None else data.block_of_cluster
    ways = prod(comb(int(n), int(k)) for n, k in _sizes(data.arm_of_cluster, groups))
    is_exact = ways <= count(most_exact, "most_exact")
    if is_exact:
        assignments = all_assignments(data.arm_of_cluster, groups)
    else:
        assignments = random_assignments(data.arm_of_cluster, groups, count(draws, "draws", least=1), generator(seed))
    return _of_means(found, assignments, is_exact), ways


def reference_of(
    outcome: Floats, others: Floats, observed: Floats, assignments: NDArray[np.generic], is_exact: bool
) -> Reference:
    """The statistic z'M outcome / sqrt(z'M z) for each row z of `assignments`, with M taking out the columns of `others`.

    An assignment that `others` explain altogether has the statistic 0. Raises ValueError when the observed one is.
    """
    lengths = np.linalg.norm(others, axis=0)  # of equal length, so that units do not decide which columns repeat others
    basis, strengths, _ = np.linalg.svd(others / np.where(lengths > 0, lengths, 1), full_matrices=False)
    q = basis[:, strengths > ROUNDING**0.75 * strengths[0]]

    def left(values: Floats) -> Floats:
        return values - q @ (q.T @ values)

    own = left(observed)
    length = float(np.linalg.norm(own))
    if length <= ROUNDING**0.5 * float(np.linalg.norm(observed)):
        raise ValueError("covariates cannot be told from the arms and blocks, because one only repeats them; leave it out")
    rest = left(outcome)
    a, c = np.empty(len(assignments)), np.empty(len(assignments))
    step = max(1, CELLS_AT_A_TIME // len(observed))
    for start in range(0, len(assignments), step):
        part = slice(start, start + step)
        z = assignments[part].astype(np.float64)
        squares = np.einsum("dg,dg->d", z, z) - np.sum((z @ q) ** 2, axis=1)
        roots = np.sqrt(np.where(squares > ROUNDING * len(observed), squares, np.inf))
        a[part], c[part] = (z @ rest) / roots, (z @ own) / roots
    return Reference(a, c, float(own @ outcome) / length, length, is_exact)


def all_assignments(arm: NDArray[np.bool_], block: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Every assignment with as many treated units in each block as `arm` has; one a row."""
    per_block = [
        [members[list(chosen)] for chosen in combinations(range(len(members)), int(arm[members].sum()))]
        for members in (np.flatnonzero(block == b) for b in range(int(block.max()) + 1))
    ]
    rows = np.zeros((prod(map(len, per_block)), len(arm)), dtype=bool)
    for row, chosen in zip(rows, product(*per_block), strict=True):
        row[np.concatenate(chosen)] = True
    return rows


def random_assignments(
    arm: NDArray[np.bool_], block: NDArray[np.intp], draws: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """`draws` random assignments with as many treated units in each block as `arm` has; one a row."""
    rows = np.tile(arm, (draws, 1))
    for b in range(int(block.max()) + 1):
        members = np.flatnonzero(block == b)
        part = rows if len(members) == len(arm) else rows[:, members]  # no copy where all were drawn from one pot
        rng.permuted(part, axis=1, out=part)
        if part is not rows:
            rows[:, members] = part
    return rows


def _sizes(arm: NDArray[np.bool_], block: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Units and treated units of each block."""
    return list(zip(np.bincount(block).tolist(), np.bincount(block, weights=arm).astype(int).tolist(), strict=True))


def _of_means(found: ClusterMeans, assignments: NDArray[np.bool_], is_exact: bool) -> Reference:
    return reference_of(found.means, np.delete(found.design, 1, axis=1), found.design[:, 1], assignments, is_exact)
