"""Wild cluster bootstrap: a p-value over clusters that imposes the null and needs no degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.attainable import least_attainable_p_simulated, least_attainable_p_wild_bootstrap
from pilotproof.stats.checks import ROUNDING, Floats, count, generator, one_of
from pilotproof.stats.cluster_data import ClusterData, Covariates, Refusal, cluster_data, refusal_of, refused, student_design
from pilotproof.stats.results import Interval

FEWEST_CLUSTERS_PER_ARM = 3
DRAWS = 99_999
DRAWS_AT_A_TIME = 10_000
CELLS_AT_A_TIME = 1_000_000  # of clusters by draws; bounds the memory
MOST_EXACT = 100_000  # sign patterns, counting each with its mirror image
SEED = 20260914
TIE = 1e-9  # relative; draws this close to the observed one are as extreme
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
RADEMACHER = np.array([-1.0, 1.0])
WIDENINGS, BISECTIONS = 60, 60

Weights = Literal["Rademacher", "Webb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WildBootstrap:
    """Difference, treated minus comparison, in score units, tested by the wild cluster bootstrap.

    t : with the CR1S standard error; p_value : share of draws with |t| at least the observed one, which is one of them
    interval : differences that are not rejected; None where even the largest is not, because there are too few clusters
    least_attainable_p : the least that any data with this number of clusters could give
    draws : weights tried, the observed one included
    """

    weights: Weights
    estimate: float
    standard_error: float
    t: float
    p_value: float
    least_attainable_p: float
    interval: Interval | None
    draws: int
    is_exact: bool
    n_treated: int
    n_comparison: int
    clusters_treated: int
    clusters_comparison: int


@dataclass(frozen=True, slots=True)
class _Draws:
    """Of each draw under the null `difference`: t*^2 = (a - b0 c)^2 / (v0 - 2 b0 v1 + b0^2 v2), b0 = difference."""

    a: Floats
    c: Floats
    v0: Floats
    v1: Floats
    v2: Floats
    is_exact: bool


def wild_cluster_bootstrap(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    weights: Weights = "Rademacher",
    draws: int = DRAWS,
    most_exact: int = MOST_EXACT,
    seed: int = SEED,
    confidence: float = 0.95,
) -> WildBootstrap | Refusal:
    """Test the regression of `cr2_contrast` by multiplying the residuals of whole clusters under the null.

    Arguments and errors as in `cluster_mean_contrast`. All 2^G (Webb: 6^G) weights are tried when they are at most
    `most_exact`, else `draws` random ones; simulated p = (hits + 1) / (draws + 1).
    Returns a Refusal with fewer than three clusters in an arm, where it cannot reject by construction, and where the clusters of
    an arm do not differ.
    Source: Cameron, Gelbach & Miller (2008), null imposed; six-point weights: Webb (2014); interval by inverting the test, its
    ends searched outwards from the estimate: MacKinnon (2015). Sums over clusters: Roodman et al. (2019).
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
    values = _values(weights)
    if refusal := refusal_of(data):
        return refusal
    if min(np.bincount(data.arm_of_cluster)) < FEWEST_CLUSTERS_PER_ARM:
        return refused(data, "fewer than three clusters in an arm")
    design = student_design(data)
    if len(design) <= design.shape[1]:
        return refused(data, "no degrees of freedom")
    estimate, error, parts = _cluster_sums(design, data)
    if error <= ROUNDING * float(np.abs(data.outcome).max()):
        return refused(data, "clusters of an arm do not differ")
    clusters = len(data.arm_of_cluster)
    is_exact = len(values) ** clusters <= count(most_exact, "most_exact")
    rng = generator(seed)
    chunks = (
        _all_weights(values, clusters) if is_exact else _random_weights(values, clusters, count(draws, "draws", least=1), rng)
    )
    found = _collect(chunks, parts, is_exact)

    def p_of(difference: float) -> float:
        return _p(found, estimate, error, difference)

    least = least_attainable_p_wild_bootstrap(clusters, weights=weights)
    tried = len(found.a) * 2 if is_exact else len(found.a) + 1
    return WildBootstrap(
        weights=weights,
        estimate=estimate,
        standard_error=error,
        t=estimate / error,
        p_value=p_of(0.0),
        least_attainable_p=least if is_exact else least_attainable_p_simulated(least, draws=len(found.a)),
        interval=_inverted(p_of, estimate, error, data.confidence),
        draws=tried,
        is_exact=is_exact,
        n_treated=int(data.is_treated.sum()),
        n_comparison=int((~data.is_treated).sum()),
        clusters_treated=int(data.arm_of_cluster.sum()),
        clusters_comparison=int((~data.arm_of_cluster).sum()),
    )


def _values(weights: Weights) -> Floats:
    one_of(weights, "weights", get_args(Weights))
    match weights:
        case "Rademacher":
            return RADEMACHER
        case "Webb":
            return WEBB


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over clusters: a draw w gives the coefficient (s - b0 s1) w and the scores (B - b0 B1) w.

    B = diag(s) - L U', B1 = diag(s1) - L U1': never built, since they have as many cells as there are pairs of clusters.
    leverage : L; u, u1 : one row a cluster and one column a column of the design
    """

    s: Floats
    s1: Floats
    leverage: Floats
    u: Floats
    u1: Floats
    factor: float

    def scores(self, w: Floats) -> tuple[Floats, Floats]:
        """B w and B1 w, one row a cluster."""
        own, arm = (each[:, None] * w - self.leverage @ (column.T @ w) for each, column in ((self.s, self.u), (self.s1, self.u1)))
        return own, arm


def _cluster_sums(design: Floats, data: ClusterData) -> tuple[float, float, _Sums]:
    """Estimate, CR1S standard error and what the draws need; under b0 residuals are the outcome's less b0 times the arm's."""
    units = np.linalg.norm(design, axis=0)
    q, r = np.linalg.qr(design / units)
    unit = np.eye(design.shape[1])[1] / units[1]
    h = q @ np.linalg.solve(r.T, unit)  # the row of (X'X)^-1 X' that gives the arm's coefficient
    others = np.delete(design / units, 1, axis=1)
    z = np.linalg.qr(others)[0]
    y, arm = (column - z @ (z.T @ column) for column in (data.outcome, design[:, 1]))
    clusters, n = len(data.arm_of_cluster), len(design)
    estimate = float(h @ data.outcome)
    residuals = data.outcome - q @ (q.T @ data.outcome)
    factor = clusters * (n - 1) / ((clusters - 1) * (n - design.shape[1]))
    error = float(np.sqrt(factor * np.sum(_sum_by(h * residuals, data.cluster, clusters) ** 2)))
    leverage = _sum_by(h[:, None] * q, data.cluster, clusters)

    def sums(values: Floats) -> tuple[Floats, Floats]:
        return _sum_by(h * values, data.cluster, clusters), _sum_by(q * values[:, None], data.cluster, clusters)

    (s, u), (s1, u1) = sums(y), sums(arm)
    return estimate, error, _Sums(s, s1, leverage, u, u1, factor)


def _sum_by(values: Floats, cluster: NDArray[np.intp], clusters: int) -> Floats:
    total = np.zeros((clusters, *values.shape[1:]))
    np.add.at(total, cluster, values)
    return total


def _all_weights(values: Floats, clusters: int) -> Iterator[Floats]:
    """Every pattern of weights whose first one is negative: the others are their mirror images with the same |t|."""
    base = len(values)
    half = base**clusters // 2
    for start in range(0, half, DRAWS_AT_A_TIME):
        number = np.arange(start, min(start + DRAWS_AT_A_TIME, half))
        yield values[(number // base ** np.arange(clusters - 1, -1, -1)[:, None]) % base]


def _random_weights(values: Floats, clusters: int, draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    step = max(1, CELLS_AT_A_TIME // clusters)
    for start in range(0, draws, DRAWS_AT_A_TIME):  # the draws do not depend on the memory
        drawn = rng.integers(0, len(values), size=(clusters, min(DRAWS_AT_A_TIME, draws - start)), dtype=np.int8)
        for first in range(0, drawn.shape[1], step):
            yield values[drawn[:, first : first + step]]


def _collect(chunks: Iterator[Floats], parts: _Sums, is_exact: bool) -> _Draws:
    """What each draw gives as a function of the difference under the null; a chunk has one column a draw."""
    found: list[tuple[Floats, ...]] = []
    for w in chunks:
        own, arm = parts.scores(w)
        squares = [parts.factor * np.einsum("gd,gd->d", left, right) for left, right in ((own, own), (own, arm), (arm, arm))]
        found.append((parts.s @ w, parts.s1 @ w, *squares))
    return _Draws(*(np.concatenate(column) for column in zip(*found, strict=True)), is_exact=is_exact)


def _p(draws: _Draws, estimate: float, error: float, difference: float) -> float:
    """Share of draws with |t*| at least |t|, without dividing: a draw without any spread counts as extreme."""
    gap = (draws.a - difference * draws.c) ** 2
    variance = draws.v0 - 2 * difference * draws.v1 + difference**2 * draws.v2
    needed = ((estimate - difference) / error) ** 2 * variance
    hits = int(np.sum(gap >= needed * (1 - TIE) - TIE**2 * float(gap.max(initial=0.0))))
    return hits / len(gap) if draws.is_exact else (hits + 1) / (len(gap) + 1)


def _inverted(p_of: Callable[[float], float], estimate: float, error: float, confidence: float) -> Interval | None:
    ends = [_end(p_of, estimate, side * error, 1 - confidence) for side in (-1, 1)]
    if ends[0] is None or ends[1] is None:
        return None
    return Interval(low=ends[0], high=ends[1], confidence=confidence)


def _end(p_of: Callable[[float], float], estimate: float, step: float, alpha: float) -> float | None:
    """The first difference rejected on the way outwards from the estimate, to float precision; None when there is none."""
    inside = estimate
    for widening in range(WIDENINGS):
        outside = estimate + step * 0.5 * 1.25**widening
        if p_of(outside) < alpha * (1 - TIE):
            break
        inside = outside
    else:
        return None
    for _ in range(BISECTIONS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if p_of(middle) < alpha * (1 - TIE) else (middle, outside)
    return inside
