"""Staggered starts: classes that began in a randomly drawn order, each its own comparison until then."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import Floats, count, generator, labels, numbers, same_length, share
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.randomisation import DRAWS, MOST_EXACT, SEED, RandomisationTest, Reference, reference_of


def staggered_start_test(
    outcome: ArrayLike,
    *,
    cluster: ArrayLike,
    time: ArrayLike,
    start: ArrayLike,
    draws: int = DRAWS,
    most_exact: int = MOST_EXACT,
    seed: int = SEED,
    confidence: float = 0.95,
) -> RandomisationTest | Refusal:
    """Test an effect from the start on by giving the starts to the clusters in every other order.

    outcome : one value an observation; cluster : label; time : number of its day or session, the same scale for all clusters
    start : first time with the tool of the observation's cluster, drawn at random among the clusters
    The statistic is the coefficient of "has started" with effects of clusters and of times, over the means of each cluster and
    time; what all clusters share of a day drops out. n_treated, n_comparison : observations after and before the start.
    Returns a Refusal when the observations hold nothing to compare: all clusters start at the same time, nothing is observed on
    one side of the starts, or on no day has one started and another not. Raises ValueError for unusable arrays.
    Source: randomised multiple-baseline order: Wampold & Worsham (1986); p = (orders as extreme) / k!, at least 1 / k!.
    """
    y, when = numbers(outcome, "outcome", fewest=2), numbers(time, "time", fewest=2)
    index, starts = labels(cluster, "cluster"), numbers(start, "start", fewest=2)
    same_length(outcome=y, cluster=index, time=when, start=starts)
    confidence = share(confidence, "confidence")
    first = np.unique(index, return_index=True)[1]
    start_of = starts[first]
    if (start_of[index] != starts).any():
        raise ValueError("start differs within a cluster; each cluster has one first time with the tool")
    if np.ptp(y) == 0:
        raise ValueError("outcome: all values are equal, so there is nothing to compare")
    has_started = when >= starts
    clusters = {"clusters_treated": len(start_of), "clusters_comparison": 0}
    if len(set(start_of.tolist())) == 1:
        return Refusal(reason="every cluster starts at the same time", **clusters)
    if has_started.all() or not has_started.any():
        return Refusal(reason="nothing observed before or after the starts", **clusters)
    found = _reference(y, index, when, start_of, (draws, most_exact, seed))
    if found is None:
        return Refusal(reason="no day on which one cluster has started and another not", **clusters)
    reference, orders = found
    return RandomisationTest(
        assignment="staggered starts",
        estimate=reference.observed_a / reference.observed_c,
        p_value=reference.p_value,
        least_attainable_p=reference.least_p,
        interval=reference.interval(confidence),
        assignments=orders,
        tried=reference.tried,
        is_exact=reference.is_exact,
        n_treated=int(has_started.sum()),
        n_comparison=int((~has_started).sum()),
        **clusters,
    )


def _reference(
    y: Floats, index: NDArray[np.intp], when: Floats, start_of: Floats, simulated: tuple[int, int, int]
) -> tuple[Reference, int] | None:
    """The statistic over the orders, and how many orders there are; None where clusters and times explain who has started."""
    draws, most_exact, seed = simulated
    times, number = np.unique(when, return_inverse=True)
    cell, inverse = np.unique(index * len(times) + number, return_inverse=True)
    mean = np.bincount(inverse, weights=y) / np.bincount(inverse)
    row, column = cell // len(times), cell % len(times)
    k = len(start_of)
    is_exact = factorial(k) <= count(most_exact, "most_exact")
    if is_exact:
        orders = np.array(list(permutations(range(k))))
    else:
        rng = generator(seed)
        orders = rng.permuted(np.tile(np.arange(k), (count(draws, "draws", least=1), 1)), axis=1)
    # one row an order, one column a cell: whether its cluster would have started by then
    started = start_of[orders][:, row] <= times[column]
    effects = np.column_stack([row[:, None] == np.arange(k), column[:, None] == np.arange(1, len(times))]).astype(np.float64)
    observed = (start_of[row] <= times[column]).astype(np.float64)
    if np.linalg.matrix_rank(np.column_stack([effects, observed])) == np.linalg.matrix_rank(effects):
        return None
    return reference_of(mean, effects, observed, started, is_exact), factorial(k)
