"""Fits of count models: means by maximum likelihood, and the CR2 variance of a coefficient."""

from __future__ import annotations

import warnings

import numpy as np
import scipy
from numpy.typing import NDArray

from pilotproof.stats.checks import Floats, count, finite, labels, numbers, same_length
from pilotproof.stats.table import number_table

SMALLEST_EIGENVALUE = 1e-12
SMALLEST_TRACE = 1e-9
CONVERGED = 1e-12
ROUNDS = 200
LEAST_MEAN = 1e-7  # of the events expected in a row: below this the fit is running off to a rate of 0
LEAST_ALPHA = 1e-6  # of the negative binomial; below this it is Poisson to all purposes
LARGEST_ALPHA = 1e6


def fitted_means(events: Floats, design: Floats, log_exposure: Floats, *, alpha: float = 0.0) -> Floats | None:
    """Means of the rows by maximum likelihood, log link; variance mean + alpha mean^2.

    Returns None when they run off to 0, because some combination of predictors has no event.
    """
    import statsmodels.api as sm  # a second, and who only reads findings fits nothing

    counted, table, offset = numbers(events, "events"), number_table(design, "design"), numbers(log_exposure, "log_exposure")
    same_length(events=counted, design=table, log_exposure=offset)
    if (spread := finite(alpha, "alpha")) < 0:
        raise ValueError(f"alpha must be at least 0, not {alpha!r}")
    family = sm.families.NegativeBinomial(alpha=spread) if spread else sm.families.Poisson()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a fit that runs off, which is told by its means
        model = sm.GLM(counted, table, family=family, offset=offset)
        try:
            fit = model.fit(maxiter=ROUNDS, tol=CONVERGED, tol_criterion="params")
        except (ValueError, np.linalg.LinAlgError):  # weights that have run off altogether
            return None
    mean = np.asarray(fit.fittedvalues)
    return mean if np.isfinite(mean).all() and mean.min() > LEAST_MEAN else None


def likeliest_alpha(events: Floats, mean: Floats) -> float:
    """Alpha of the negative binomial by maximum likelihood given the means; at most LEAST_ALPHA when Poisson is as likely.

    The root of the slope of the log likelihood by r = 1 / alpha. Source: Lawless (1987).
    """

    counted, due = numbers(events, "events"), numbers(mean, "mean")
    same_length(events=counted, mean=due)
    if (due <= 0).any():
        raise ValueError("mean must be above 0 in every row")

    def slope(log_r: float) -> float:
        r = np.exp(log_r)
        gaps = scipy.special.digamma(r + counted) - scipy.special.digamma(r)
        return float(np.sum(gaps - np.log1p(due / r) + (due - counted) / (r + due)))

    grid = np.linspace(np.log(1 / LARGEST_ALPHA), np.log(1 / LEAST_ALPHA), 57)
    slopes = np.array([slope(log_r) for log_r in grid])
    peaks = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
    if not len(peaks):
        return LEAST_ALPHA if slopes[-1] > 0 else LARGEST_ALPHA
    return float(np.exp(-scipy.optimize.brentq(slope, grid[peaks[0]], grid[peaks[0] + 1], xtol=1e-14, rtol=1e-14)))


def cr2_of_means(
    slopes: Floats, variance: Floats, residuals: Floats, cluster: NDArray[np.intp], inverse: Floats, position: int
) -> tuple[float, float | None]:
    """CR2 variance of one coefficient and its Satterthwaite df, None when the model fits every cluster exactly.

    Z = d mean / d beta, V = variance of the rows, M = (Z'V^-1 Z)^-1: A_g = C'(C (V_g - Z_g M Z_g') C')^(-1/2) C with
    C'C = V_g; a_g = A_g V_g^-1 Z_g M c; Omega = diag(a_g'V_g a_g) - U M U', rows of U being a_g'Z_g.
    """
    rows, spread, left = number_table(slopes, "slopes"), numbers(variance, "variance"), numbers(residuals, "residuals")
    inverse, index = number_table(inverse, "inverse"), labels(cluster, "cluster")
    same_length(slopes=rows, variance=spread, residuals=left, cluster=index)
    if inverse.shape != (rows.shape[1], rows.shape[1]) or (spread <= 0).any():
        raise ValueError("inverse needs a row and a column for each column of slopes, and variance numbers above 0")
    position = count(position, "position", most=rows.shape[1] - 1)
    direction, scores, lengths, projections = inverse[:, position], [], [], []
    for g in range(int(index.max()) + 1):
        z, v = rows[index == g], spread[index == g]
        root = np.sqrt(v)
        values, vectors = np.linalg.eigh(root[:, None] * (np.diag(v) - z @ inverse @ z.T) * root)
        smallest = SMALLEST_EIGENVALUE * float(v.max()) ** 2
        powers = np.where(values > smallest, np.maximum(values, smallest) ** -0.5, 0.0)
        a = root * (vectors @ (powers * (vectors.T @ (root * (z @ direction) / v))))
        scores.append(a @ left[index == g])
        lengths.append(a @ (v * a))
        projections.append(z.T @ a)
    u = np.array(projections)
    omega = np.diag(lengths) - u @ inverse @ u.T
    trace = float(np.trace(omega))
    df = trace**2 / float(np.sum(omega**2)) if trace > SMALLEST_TRACE * inverse[position, position] else None
    return float(np.sum(np.square(scores))), df
