"""Power by simulation for tests without a formula: exact tests over few units, and two tests that must agree.

Power is the chance of p below alpha, as the verdict asks for. Where the least attainable p is not below alpha it is 0, whatever
the effect: nothing is simulated and the reason is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from math import comb, factorial, prod
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.attainable import (
    least_attainable_p_sign_flip,
    least_attainable_p_simulated,
    least_attainable_p_staggered,
    least_attainable_p_within_blocks,
)
from pilotproof.stats.checks import (
    MOST_UNITS,
    ROUNDING,
    Floats,
    count,
    counts,
    finite,
    flag,
    generator,
    numbers,
    part,
    positive,
    share,
)
from pilotproof.stats.randomisation import all_assignments, random_assignments

PILOTS = 10_000
PILOTS_AT_A_TIME = 1_000  # bounds the memory
MOST_EXACT = 5_000  # assignments; above, as many random ones less one stand for them
SEED = 20260914
TIE = 1e-9  # relative; assignments this close to the observed one are as extreme

Test = Literal["randomisation", "sign flip", "staggered starts", "cluster means", "cluster means and CR2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPower:
    """The chance that `test` gives p below `alpha`.

    monte_carlo_error : standard error of `power` over the simulated `pilots`; 0 where nothing had to be simulated
    least_attainable_p : of the test with this design; None for a t test, which has none
    reason : why power is 0 whatever the effect, else None
    """

    test: Test
    power: float
    monte_carlo_error: float
    pilots: int
    alpha: float
    least_attainable_p: float | None
    reason: Literal["no data could give p below alpha"] | None


def simulated_power_randomisation(
    effect: float,
    *,
    n_treated: Sequence[int],
    n_comparison: Sequence[int],
    sd: float,
    alpha: float = 0.05,
    pilots: int = PILOTS,
    seed: int = SEED,
) -> SimulatedPower:
    """Power of `randomisation_test` over units (clusters or students) within blocks.

    effect : in the unit of `sd`; n_treated, n_comparison : units of each arm, one entry a block, [4] and [4] for one pot
    sd : of the units within an arm and block; for clusters that of their means, `design_error.cluster_mean_sd`
    """
    least = least_attainable_p_within_blocks(n_treated=n_treated, n_comparison=n_comparison)
    shift, spread = finite(effect, "effect"), positive(sd, "sd")
    sizes = list(zip(counts(n_treated, "n_treated"), counts(n_comparison, "n_comparison"), strict=True))
    block = np.repeat(np.arange(len(sizes)), [t + c for t, c in sizes])
    arm = np.concatenate([np.repeat([True, False], both) for both in sizes])
    rng = generator(seed)
    is_exact = prod(comb(t + c, t) for t, c in sizes) <= MOST_EXACT
    drawn = all_assignments(arm, block) if is_exact else random_assignments(arm, block, MOST_EXACT - 1, rng)
    contrasts, own = _within(drawn.astype(np.float64), block), _within(arm[None, :].astype(np.float64), block)[0]

    def simulate(size: int) -> NDArray[np.bool_]:
        y = shift * arm + spread * rng.standard_normal((size, len(arm)))
        return _permutation_p(y @ own, y @ contrasts.T, is_exact) < alpha

    if not is_exact:
        least = least_attainable_p_simulated(least, draws=MOST_EXACT - 1)
    return _result("randomisation", simulate, alpha, least, pilots)


def simulated_power_sign_flip(
    effect: float, *, n: int, alpha: float = 0.05, pilots: int = PILOTS, seed: int = SEED
) -> SimulatedPower:
    """Power of `paired.sign_flip_p` over `n` changes; effect in SDs of change."""
    least, shift = least_attainable_p_sign_flip(count(n, "n", least=2, most=MOST_UNITS)), finite(effect, "effect")
    rng = generator(seed)
    is_exact = 2**n <= MOST_EXACT
    signs = np.array(list(product([1.0, -1.0], repeat=n))) if is_exact else rng.choice([1.0, -1.0], size=(MOST_EXACT - 1, n))

    def simulate(size: int) -> NDArray[np.bool_]:
        change = shift + rng.standard_normal((size, n))
        return _permutation_p(change.sum(axis=1), change @ signs.T, is_exact) < alpha

    if not is_exact:
        least = least_attainable_p_simulated(least, draws=MOST_EXACT - 1)
    return _result("sign flip", simulate, alpha, least, pilots)


def simulated_power_staggered(
    effect: float,
    *,
    starts: ArrayLike,
    times: ArrayLike,
    autocorrelation: float = 0.0,
    alpha: float = 0.05,
    pilots: int = PILOTS,
    seed: int = SEED,
) -> SimulatedPower:
    """Power of `staggered_start_test` with one value of every cluster at every time.

    effect : in SDs of a cluster's values from one time to the next, after what all clusters share of a time
    starts : first time with the tool, one a cluster; times : all of them
    autocorrelation : of a cluster's values at neighbouring times (first-order autoregressive), from 0 to below 1
    """
    first, when = numbers(starts, "starts", fewest=2), np.unique(numbers(times, "times", fewest=2))
    least = least_attainable_p_staggered(first, times=when)
    shift, rho, k = finite(effect, "effect"), part(autocorrelation, "autocorrelation"), len(first)
    rng = generator(seed)
    is_exact = factorial(k) <= MOST_EXACT
    orders = np.array(list(permutations(range(k)))) if is_exact else rng.permuted(np.tile(range(k), (MOST_EXACT - 1, 1)), axis=1)
    started = (first[:, None] <= when).astype(np.float64)
    # taking out clusters and times of a whole table is centring its rows and columns; an order only moves the rows
    centred = started - started.mean(axis=1, keepdims=True) - started.mean(axis=0) + started.mean()
    contrasts = centred[orders].reshape(len(orders), -1)
    lag = rho ** np.abs(np.subtract.outer(np.arange(len(when)), np.arange(len(when))))
    root = np.linalg.cholesky(lag)

    def simulate(size: int) -> NDArray[np.bool_]:
        y = (shift * started + rng.standard_normal((size, k, len(when))) @ root.T).reshape(size, -1)
        return _permutation_p(y @ centred.ravel(), y @ contrasts.T, is_exact) < alpha

    if not is_exact:
        least = least_attainable_p_simulated(least, draws=MOST_EXACT - 1)
    return _result("staggered starts", simulate, alpha, least, pilots)


def simulated_power_cluster_means(
    effect: float,
    *,
    n_treated: int,
    n_comparison: int,
    sd: float,
    with_cr2: bool = True,
    alpha: float = 0.05,
    pilots: int = PILOTS,
    seed: int = SEED,
) -> SimulatedPower:
    """Power of `cluster_mean_contrast`, and of it and `cr2_contrast` both, as the verdict asks for.

    effect, sd : as for `simulated_power_randomisation`; clusters equally large and no covariates
    Source: CR2 is then the difference of means with its own variance of cluster means in each arm, and its Satterthwaite df
    (1/T + 1/C)^2 / (1/(T^2 (T-1)) + 1/(C^2 (C-1))) (Bell & McCaffrey 2002).
    """
    t = count(n_treated, "n_treated", least=2, most=MOST_UNITS)
    c = count(n_comparison, "n_comparison", least=2, most=MOST_UNITS)
    flag(with_cr2, "with_cr2")
    shift, spread = finite(effect, "effect"), positive(sd, "sd")
    rng = generator(seed)
    df = (1 / t + 1 / c) ** 2 / (1 / (t**2 * (t - 1)) + 1 / (c**2 * (c - 1)))
    share(alpha, "alpha")

    def simulate(size: int) -> NDArray[np.bool_]:
        treated, comparison = (spread * rng.standard_normal((size, g)) for g in (t, c))
        gap = shift + treated.mean(axis=1) - comparison.mean(axis=1)
        v_t, v_c = treated.var(axis=1, ddof=1), comparison.var(axis=1, ddof=1)
        pooled = ((t - 1) * v_t + (c - 1) * v_c) / (t + c - 2) * (1 / t + 1 / c)
        found = np.abs(gap) > scipy.stats.t.isf(alpha / 2, t + c - 2) * np.sqrt(pooled)
        return found & (np.abs(gap) > scipy.stats.t.isf(alpha / 2, df) * np.sqrt(v_t / t + v_c / c)) if with_cr2 else found

    return _result("cluster means and CR2" if with_cr2 else "cluster means", simulate, alpha, None, pilots)


def _within(values: Floats, block: NDArray[np.intp]) -> Floats:
    """Rows of `values` less the mean of each block."""
    member = (block[:, None] == np.arange(block.max() + 1)).astype(np.float64)
    return values - (values @ member / member.sum(axis=0)) @ member.T


def _permutation_p(observed: Floats, others: Floats, is_exact: bool) -> Floats:
    """One p a pilot: the share of `others` (pilots by assignments) at least as extreme, as the tests reckon it."""
    size = np.abs(observed)[:, None]
    hits = np.sum(np.abs(others) >= size - TIE * np.maximum(size, np.abs(others).max(axis=1, keepdims=True)), axis=1)
    return hits / others.shape[1] if is_exact else (hits + 1) / (others.shape[1] + 1)


def _result(
    test: Test, simulate: Callable[[int], NDArray[np.bool_]], alpha: float, least: float | None, pilots: int
) -> SimulatedPower:
    """`simulate` says of so many pilots which were significant."""
    number, level = count(pilots, "pilots", least=1), share(alpha, "alpha")
    if least is not None and least >= level * (1 - ROUNDING):
        reason: Literal["no data could give p below alpha"] = "no data could give p below alpha"
        return SimulatedPower(
            test=test, power=0.0, monte_carlo_error=0.0, pilots=0, alpha=level, least_attainable_p=least, reason=reason
        )
    sizes = [min(PILOTS_AT_A_TIME, number - start) for start in range(0, number, PILOTS_AT_A_TIME)]
    hits = sum(int(simulate(size).sum()) for size in sizes)
    likely = (hits + 1) / (number + 2)  # Laplace: pilots that all agree do not make the error 0
    return SimulatedPower(
        test=test,
        power=hits / number,
        monte_carlo_error=float(np.sqrt(likely * (1 - likely) / number)),
        pilots=number,
        alpha=level,
        least_attainable_p=least,
        reason=None,
    )
