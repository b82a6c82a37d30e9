"""Cluster-robust variance of a regression coefficient, with its Satterthwaite degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pilotproof.stats.checks import Floats

SMALLEST_EIGENVALUE = 1e-12
SMALLEST_TRACE = 1e-9  # of Omega, as part of the variance that it estimates, which is brought to 1

Kind = Literal["CR0", "CR1", "CR1S", "CR2", "CR3"]
KINDS: tuple[Kind, ...] = ("CR0", "CR1", "CR1S", "CR2", "CR3")


@dataclass(frozen=True, slots=True)
class Robust:
    """A coefficient with its cluster-robust variance. df : None when the model fits every cluster exactly."""

    estimate: float
    variance: float
    df: float | None
    residuals: Floats


def robust_coefficient(
    design: Floats, outcome: Floats, *, cluster: NDArray[np.intp], position: int, kind: Kind = "CR2", absorbed: int = 0
) -> Robust:
    """One least squares coefficient of `outcome` on `design`, which has full rank, and its variance over clusters.

    cluster : numbered from 0 without a gap; absorbed : effects of clusters taken out of `design` and `outcome` beforehand
    The largest arrays are `design` and the largest cluster's part of it: no matrix of students by students.
    Source: Pustejovsky & Tipton (2018), JBES 36(4): A_g = (I - H_gg)^(-1/2) for CR2, its square for CR3, 1 for CR0;
    CR1 and CR1S multiply by G / (G - 1) and G (N - 1) / ((G - 1)(N - p)); df = tr(Omega)^2 / tr(Omega^2). With Q of X = QR
    and Q_g = U S V', A_g X_g (X'X)^-1 c = U S (1 - S^2)^(-1/2) V' R^-T c. Effects of clusters may be taken out beforehand
    in unweighted least squares (Theorem 2), since (I - H_gg) keeps what is left.
    """
    units = np.linalg.norm(design, axis=0)  # columns of equal length, so that units cost no digits
    q, r = np.linalg.qr(design / units)
    projected = q.T @ outcome
    residuals = outcome - q @ projected
    unit = np.zeros(design.shape[1])
    unit[position] = 1.0
    direction = np.linalg.solve(r.T, unit)
    length = float(np.linalg.norm(direction))
    direction, length = direction / length, length / float(units[position])
    order = np.argsort(cluster, kind="stable")
    ends = np.cumsum(np.bincount(cluster))[:-1]
    n, clusters = len(outcome), len(ends) + 1
    scale = _scale(kind, n, clusters, design.shape[1] + absorbed)
    scores, lengths, projections = np.empty(clusters), np.empty(clusters), np.empty((clusters, design.shape[1]))
    for g, rows in enumerate(np.split(order, ends)):
        part = q[rows]
        a = scale * (part @ direction) if kind in ("CR0", "CR1", "CR1S") else _adjusted(part, direction, kind)
        scores[g], lengths[g], projections[g] = a @ residuals[rows], a @ a, part.T @ a
    df = _satterthwaite(lengths, projections)
    return Robust(float(direction @ projected) * length, float(scores @ scores) * length**2, df, residuals)


def _scale(kind: Kind, n: int, clusters: int, parameters: int) -> float:
    match kind:
        case "CR1":
            return float(np.sqrt(clusters / (clusters - 1)))
        case "CR1S":
            return float(np.sqrt(clusters * (n - 1) / ((clusters - 1) * (n - parameters))))
        case "CR0" | "CR2" | "CR3":
            return 1.0
        case _:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")


def _adjusted(part: Floats, direction: Floats, kind: Kind) -> Floats:
    """A_g X_g (X'X)^-1 c of one cluster; directions in which the model fits it exactly are left out (pseudo-inverse)."""
    u, s, vt = np.linalg.svd(part, full_matrices=False)
    left = 1 - s**2
    power = -0.5 if kind == "CR2" else -1.0
    powers = np.where(left > SMALLEST_EIGENVALUE, np.maximum(left, SMALLEST_EIGENVALUE) ** power, 0.0)
    return u @ (s * powers * (vt @ direction))


def _satterthwaite(lengths: Floats, projections: Floats) -> float | None:
    """tr(Omega)^2 / tr(Omega^2), Omega = diag(a_g'a_g) - W W' with rows a_g'Q_g of W, without building it."""
    squares = np.sum(projections**2, axis=1)
    trace = float(np.sum(lengths - squares))
    if trace <= SMALLEST_TRACE:
        return None
    crossed = projections.T @ projections
    return trace**2 / float(lengths @ lengths - 2 * lengths @ squares + np.sum(crossed**2))
