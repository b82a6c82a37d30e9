"""Whether one cluster carries the result: the contrast again without each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import function, noise, share
from pilotproof.stats.cluster_data import ClusterData, Covariates, Refusal, RefusalReason, cluster_data
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast
from pilotproof.stats.downdating import means_without_each

Contrast = Callable[..., ClusterContrast | Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutCluster:
    """The contrast without one cluster. estimate, standard_error, p_value : None where it is refused, for `refusal`."""

    cluster: str
    is_treated: bool
    n: int
    estimate: float | None
    standard_error: float | None
    p_value: float | None
    refusal: RefusalReason | Literal["nothing varies without it"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """The contrast of all clusters, and without each.

    lowest, highest : estimates; smallest_p, largest_p : over the clusters left out; None when all are refused
    most_influential : the cluster without which the estimate moves most, the first of them if several move it alike
    turned : clusters without which the sign turns, which means little where the whole is near 0
    crossed : clusters without which p is on the other side of `alpha`; refused : clusters without which nothing is left
    """

    whole: ClusterContrast
    without: tuple[WithoutCluster, ...]
    lowest: float | None
    highest: float | None
    smallest_p: float | None
    largest_p: float | None
    most_influential: str | None
    turned: tuple[str, ...]
    crossed: tuple[str, ...]
    refused: tuple[str, ...]
    alpha: float


def leave_one_cluster_out(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    contrast: Contrast = cluster_mean_contrast,
    alpha: float = 0.05,
    confidence: float = 0.95,
) -> LeaveOneOut | Refusal:
    """Repeat `contrast` (`cluster_mean_contrast` or `cr2_contrast`) without each cluster in turn.

    Arguments, Refusal and errors as in `cluster_mean_contrast`. Clusters are in the order of their labels as text. Estimates
    that differ from each other, or from 0, by a 1e-12th part of the largest score do not: that is float noise.
    Source: the jackknife over clusters, read as influence; it is no test.
    """
    sides = {"is_treated": is_treated, "cluster": cluster, "pretest": pretest, "block": block}
    data = cluster_data(outcome, covariates=covariates, confidence=confidence, **sides)
    alpha = share(alpha, "alpha")
    function(contrast, "contrast")
    whole = contrast(outcome, covariates=covariates, confidence=confidence, **sides)
    if isinstance(whole, Refusal):
        return whole
    names = np.unique(np.asarray(cluster).astype(str)).tolist()
    known = _by_sums(data, names) if contrast is cluster_mean_contrast else {}
    columns = {name: None if values is None else np.asarray(values) for name, values in sides.items()}
    columns["outcome"] = np.asarray(outcome)
    others = {name: np.asarray(values) for name, values in (covariates or {}).items()}
    without: list[WithoutCluster] = []
    for g, name in enumerate(names):
        if name in known:
            without.append(known[name])
            continue
        keep = data.cluster != g
        part = {key: None if values is None else values[keep] for key, values in columns.items()}
        left = {key: values[keep] for key, values in others.items()}
        try:
            found = contrast(covariates=left or None, confidence=confidence, **part)
        except ValueError:  # all columns were usable with this cluster, so it alone made one of them vary
            found = None
        without.append(_without(name, bool(data.arm_of_cluster[g]), int(keep.sum()), found))
    return _summary(whole, tuple(without), alpha, noise(data.outcome))


def _by_sums(data: ClusterData, names: list[str]) -> dict[str, WithoutCluster]:
    """The contrasts of cluster means without each, but those of clusters that only a refit can tell or refuse."""
    found = means_without_each(data)
    n = len(data.cluster) - np.bincount(data.cluster)
    sure = np.flatnonzero(found.is_sure)
    p_values = 2 * scipy.stats.t.sf(np.abs(found.estimate[sure] / found.standard_error[sure]), found.df[sure])
    return {
        names[g]: WithoutCluster(
            cluster=names[g],
            is_treated=bool(data.arm_of_cluster[g]),
            n=int(n[g]),
            estimate=float(found.estimate[g]),
            standard_error=float(found.standard_error[g]),
            p_value=p_value,
            refusal=None,
        )
        for g, p_value in zip(sure.tolist(), p_values.tolist(), strict=True)
    }


def _without(cluster: str, is_treated: bool, n: int, found: ClusterContrast | Refusal | None) -> WithoutCluster:
    if not isinstance(found, ClusterContrast):
        reason = "nothing varies without it" if found is None else found.reason
        none = {"estimate": None, "standard_error": None, "p_value": None, "refusal": reason}
        return WithoutCluster(cluster=cluster, is_treated=is_treated, n=n, **none)
    return WithoutCluster(
        cluster=cluster,
        is_treated=is_treated,
        n=n,
        estimate=found.estimate,
        standard_error=found.standard_error,
        p_value=found.p_value,
        refusal=None,
    )


def _summary(whole: ClusterContrast, without: tuple[WithoutCluster, ...], alpha: float, negligible: float) -> LeaveOneOut:
    kept = [w for w in without if w.estimate is not None and w.p_value is not None]
    estimates, p_values = [w.estimate for w in kept], [w.p_value for w in kept]
    moves = [abs(estimate - whole.estimate) for estimate in estimates]
    most = max(moves, default=0.0) - negligible
    return LeaveOneOut(
        whole=whole,
        without=without,
        lowest=min(estimates, default=None),
        highest=max(estimates, default=None),
        smallest_p=min(p_values, default=None),
        largest_p=max(p_values, default=None),
        most_influential=next((w.cluster for w, move in zip(kept, moves, strict=True) if move >= most), None),
        turned=tuple(w.cluster for w in kept if _sign(w.estimate, negligible) * _sign(whole.estimate, negligible) < 0),
        crossed=tuple(w.cluster for w in kept if (w.p_value < alpha) != (whole.p_value < alpha)),
        refused=tuple(w.cluster for w in without if w.refusal is not None),
        alpha=alpha,
    )


def _sign(number: float, negligible: float) -> int:
    return 0 if abs(number) <= negligible else 1 if number > 0 else -1
