"""Missing scores imputed several times over, as a sensitivity: complete cases stay the primary analysis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import (
    MOST_UNITS,
    ROUNDING,
    Floats,
    booleans,
    columns,
    count,
    finite,
    function,
    gapped,
    generator,
    labels,
    same_length,
)
from pilotproof.stats.cluster_data import Covariates, Refusal
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast
from pilotproof.stats.rubin import PooledImputations, pool_imputations

IMPUTATIONS = 50
CYCLES = 10  # of imputing pretest and outcome in turn
SEED = 20260914
REPEATED = 1e-10  # of the most that columns of equal length share; with less of its own, a column repeats the others
NO_SHIFT = (0.0, 0.0)

Shift = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputedContrast:
    """Complete cases, and the pooled contrast with missing scores imputed.

    complete_cases : the primary result, of n_complete students, or why there is none; imputed : the sensitivity, of n students
    missing_outcome, missing_pretest : students of them whose score was imputed
    students_left_out, clusters_left_out : in clusters without any outcome, which no student of theirs can tell about
    shift_treated, shift_comparison : added to imputed outcomes, to ask how far students who are missing would have to differ
    """

    complete_cases: ClusterContrast | Refusal
    n_complete: int
    imputed: PooledImputations
    n: int
    missing_outcome: int
    missing_pretest: int
    students_left_out: int
    clusters_left_out: int
    shift_treated: float
    shift_comparison: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputationRefusal:
    """Why nothing is imputed. It is a result, not an error. contrast : why the arms cannot be compared, where that is it."""

    reason: Literal["nothing is missing", "a cluster has no pretest", "too few complete cases", "arms cannot be compared"]
    contrast: Refusal | None
    n_complete: int


@dataclass(frozen=True, slots=True)
class _Roster:
    outcome: Floats
    pretest: Floats | None
    covariates: Floats
    names: tuple[str, ...]
    cluster: NDArray[np.intp]
    is_treated: NDArray[np.bool_]
    block: NDArray[np.intp] | None
    left_out: tuple[int, int]


def imputed_contrasts(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    contrast: Callable[..., ClusterContrast | Refusal] = cluster_mean_contrast,
    shifts: Sequence[Shift] = (NO_SHIFT,),
    imputations: int = IMPUTATIONS,
    seed: int = SEED,
    confidence: float = 0.95,
) -> tuple[ImputedContrast | ImputationRefusal, ...]:
    """`contrast` of complete cases, and pooled over imputed data sets.

    shifts : of the treated and of the comparison arm, added to imputed scores, which are the same for all; one result each
    outcome, pretest : one a student assigned, None or NaN where missing; other arguments as in `cluster_mean_contrast`
    Each score is drawn from a Bayesian regression on the other one, the covariates and an effect for each cluster: missing at
    random given these. Effects of clusters keep the differences between clusters, at the price of a slightly large error.
    Source: Rubin (1987) example 5.1, prior 1 / sigma^2; chained: van Buuren (2018) section 4.5; fixed effects: Drechsler (2015).
    """
    roster = _roster(outcome, is_treated, cluster, pretest, covariates, block)
    added = _shifts(shifts)
    m = count(imputations, "imputations", least=2, most=MOST_UNITS)
    function(contrast, "contrast")
    gap_y = np.isnan(roster.outcome)
    gap_x = np.zeros_like(gap_y) if roster.pretest is None else np.isnan(roster.pretest)
    complete = ~gap_y & ~gap_x
    if refusal := _refusal(roster, complete):
        return (refusal,) * len(added)
    primary = contrast(**_arrays(roster, roster.outcome, roster.pretest, complete), confidence=confidence)
    if isinstance(primary, Refusal):
        return (_not_comparable(primary, complete),) * len(added)
    rng = generator(seed)
    everyone = np.ones_like(complete)
    results: list[list[ClusterContrast | Refusal]] = [[] for _ in added]
    for _ in range(m):
        y, x = _imputed(roster, gap_y, gap_x, rng)
        for shift, found in zip(added, results, strict=True):
            shifted = np.where(gap_y, y + np.where(roster.is_treated, *shift), y)
            found.append(contrast(**_arrays(roster, shifted, x, everyone), confidence=confidence))
    pooled = [_pooled(found, confidence) for found in results]
    return tuple(
        _not_comparable(one, complete)
        if isinstance(one, Refusal)
        else ImputedContrast(
            complete_cases=primary,
            n_complete=int(complete.sum()),
            imputed=one,
            n=len(roster.outcome),
            missing_outcome=int(gap_y.sum()),
            missing_pretest=int(gap_x.sum()),
            clusters_left_out=roster.left_out[0],
            students_left_out=roster.left_out[1],
            shift_treated=shift[0],
            shift_comparison=shift[1],
        )
        for shift, one in zip(added, pooled, strict=True)
    )


def _not_comparable(refusal: Refusal, complete: NDArray[np.bool_]) -> ImputationRefusal:
    return ImputationRefusal(reason="arms cannot be compared", contrast=refusal, n_complete=int(complete.sum()))


def _shifts(shifts: Sequence[Shift]) -> list[Shift]:
    pairs = np.asarray(shifts, dtype=object)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"shifts must be pairs of numbers, of the treated and of the comparison arm, not {shifts!r}")
    return [(finite(treated, "shift_treated"), finite(comparison, "shift_comparison")) for treated, comparison in pairs.tolist()]


def _pooled(found: list[ClusterContrast | Refusal], confidence: float) -> PooledImputations | Refusal:
    if refusal := next((one for one in found if isinstance(one, Refusal)), None):
        return refusal
    estimates, errors, dfs = np.array([(one.estimate, one.standard_error, one.df) for one in found]).T
    return pool_imputations(estimates, standard_errors=errors, complete_df=float(dfs.min()), confidence=confidence)


def _roster(
    outcome: ArrayLike,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    covariates: Covariates | None,
    block: ArrayLike | None,
) -> _Roster:
    """Checked arrays without the clusters that have no outcome."""
    y, arm, index = gapped(outcome, "outcome", fewest=2), booleans(is_treated, "is_treated"), labels(cluster, "cluster")
    x = None if pretest is None else gapped(pretest, "pretest", fewest=2)
    groups = None if block is None else labels(block, "block")
    same_length(outcome=y, is_treated=arm, cluster=index)
    for name, column in (("pretest", x), ("block", groups)):
        if column is not None:
            same_length(**{"outcome": y, name: column})
    others = columns(covariates, len(y))
    has_outcome = np.bincount(index, weights=~np.isnan(y)) > 0
    keep = has_outcome[index]
    return _Roster(
        y[keep],
        None if x is None else x[keep],
        others[keep],
        tuple(map(str, covariates or ())),
        np.unique(index[keep], return_inverse=True)[1],
        arm[keep],
        None if groups is None else groups[keep],
        (int((~has_outcome).sum()), int((~keep).sum())),
    )


def _refusal(roster: _Roster, complete: NDArray[np.bool_]) -> ImputationRefusal | None:
    clusters = int(roster.cluster.max()) + 1
    reason: Literal["nothing is missing", "a cluster has no pretest", "too few complete cases"] | None = None
    if complete.all():
        reason = "nothing is missing"
    elif roster.pretest is not None and (np.bincount(roster.cluster, weights=~np.isnan(roster.pretest)) == 0).any():
        reason = "a cluster has no pretest"
    elif complete.sum() <= clusters + roster.covariates.shape[1] + 2 or len(np.unique(roster.cluster[complete])) < clusters:
        reason = "too few complete cases"
    return None if reason is None else ImputationRefusal(reason=reason, contrast=None, n_complete=int(complete.sum()))


def _arrays(roster: _Roster, y: Floats, x: Floats | None, rows: NDArray[np.bool_]) -> dict[str, object]:
    return {
        "outcome": y[rows],
        "is_treated": roster.is_treated[rows],
        "cluster": roster.cluster[rows],
        "pretest": None if x is None else x[rows],
        "covariates": dict(zip(roster.names, roster.covariates[rows].T, strict=True)) or None,
        "block": None if roster.block is None else roster.block[rows],
    }


def _imputed(
    roster: _Roster, gap_y: NDArray[np.bool_], gap_x: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Floats, Floats | None]:
    """Outcome and pretest without gaps. Starts from observed scores of the same cluster, drawn at random."""
    y = _started(roster.outcome, gap_y, roster.cluster, rng)
    if roster.pretest is None:
        return _drawn(y, gap_y, roster.covariates, roster.cluster, rng), None
    x = _started(roster.pretest, gap_x, roster.cluster, rng)
    for _ in range(CYCLES if gap_x.any() and gap_y.any() else 1):
        if gap_x.any():
            x = _drawn(x, gap_x, np.column_stack([y, roster.covariates]), roster.cluster, rng)
        if gap_y.any():
            y = _drawn(y, gap_y, np.column_stack([x, roster.covariates]), roster.cluster, rng)
    return y, x


def _started(values: Floats, gap: NDArray[np.bool_], cluster: NDArray[np.intp], rng: np.random.Generator) -> Floats:
    filled = values.copy()
    order = np.argsort(cluster, kind="stable")
    ends = np.cumsum(np.bincount(cluster))
    for g in np.unique(cluster[gap]):
        rows = order[ends[g - 1] if g else 0 : ends[g]]
        missing = gap[rows]
        filled[rows[missing]] = rng.choice(values[rows[~missing]], size=int(missing.sum()))
    return filled


def _drawn(values: Floats, gap: NDArray[np.bool_], others: Floats, cluster: NDArray[np.intp], rng: np.random.Generator) -> Floats:
    """Missing values drawn from a regression on `others` and cluster effects whose coefficients and variance are drawn too.

    Cluster effects are taken out by centring within clusters, and drawn given the slopes: the same joint distribution as from
    one column for each cluster, without building them.
    """
    others, largest = others - others.mean(axis=0), np.abs(others).max(axis=0)  # a large mean costs the slopes digits
    there, group = ~gap, cluster[~gap]
    sizes = np.bincount(group, minlength=int(cluster.max()) + 1)
    y, x = values[there], others[there]
    y_mean = np.bincount(group, weights=y, minlength=len(sizes)) / sizes
    sums = [np.bincount(group, weights=column, minlength=len(sizes)) for column in x.T]
    x_mean = np.reshape(sums, (x.shape[1], len(sizes))).T / sizes[:, None]
    inside = x - x_mean[group]
    root = _root_of_inverse(inside, ROUNDING * largest)
    rank = root.shape[1]
    slopes = root @ (root.T @ (inside.T @ (y - y_mean[group])))
    residuals = y - y_mean[group] - inside @ slopes
    sigma = float(np.sqrt(residuals @ residuals / rng.chisquare(len(y) - len(sizes) - rank)))
    slopes = slopes + sigma * (root @ rng.standard_normal(rank))
    effects = y_mean - x_mean @ slopes + sigma * rng.standard_normal(len(sizes)) / np.sqrt(sizes)
    filled = values.copy()
    filled[gap] = effects[cluster[gap]] + others[gap] @ slopes + sigma * rng.standard_normal(int(gap.sum()))
    return filled


def _root_of_inverse(columns: Floats, noise: Floats) -> Floats:
    """R with R R' the (pseudo-)inverse of columns' cross products, and as many columns as their rank.

    noise : of each column; one that varies by no more has no slope, as a pretest that is one value a class. The others are
    brought to equal length, so that units do not decide on the rank.
    """
    varies = np.abs(columns).max(axis=0) > noise
    if not varies.any():
        return np.empty((len(varies), 0))
    lengths = np.linalg.norm(columns[:, varies], axis=0)
    _, s, vt = np.linalg.svd(columns[:, varies] / lengths, full_matrices=False)
    kept = s > REPEATED * s[0]
    root = np.zeros((len(varies), int(kept.sum())))
    root[varies] = vt[kept].T / s[kept] / lengths[:, None]
    return root
