"""How long the statistics take, beside R's clubSandwich and beside the same arithmetic as a Python loop.

    .venv/bin/python benchmarks/stats_speed.py

CR2 on 10,000 rows in 100 clusters, its peak memory as rows and clusters grow, and 100,000 re-assignments and wild draws of 12
clusters. Prints a table; ends with an error where a promise of README.md is not kept. Needs Rscript with clubSandwich for the
first line, and says so where it is absent. Takes about a minute.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pilotproof.stats.clustered import ClusterContrast, cr2_contrast
from pilotproof.stats.randomisation import RandomisationTest, randomisation_test
from pilotproof.stats.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

ROWS, CLUSTERS = 10_000, 100
FEW, STUDENTS, DRAWS = 12, 20, 100_000
LOOPED = 2_000  # draws that the loop makes; its time is scaled up to DRAWS
FASTER = 20
REPEATS = 5
SEED = 20260914
R_SCRIPT = """
suppressMessages(library(clubSandwich))
d <- read.csv(commandArgs(TRUE)[1])
m <- lm(outcome ~ is_treated + pretest, d)
test <- function() coef_test(m, vcov = "CR2", cluster = d$cluster, test = "Satterthwaite")
took <- sapply(1:3, function(i) system.time(r <<- test())[["elapsed"]])
i <- which(names(coef(m)) == "is_treated")
cat(min(took), format(c(r$SE[i], r$df_Satt[i]), digits = 16), as.character(packageVersion("clubSandwich")))
"""


def pilot(rows: int, clusters: int) -> dict[str, np.ndarray]:
    """Scores of `clusters` clusters of equal size, every other one treated."""
    rng = np.random.default_rng(SEED)
    cluster = np.repeat(np.arange(clusters), rows // clusters)
    pretest = rng.normal(size=rows)
    own = rng.normal(size=rows) + rng.normal(scale=0.5, size=clusters)[cluster]
    return {"outcome": 0.6 * pretest + own, "is_treated": cluster % 2 == 0, "cluster": cluster, "pretest": pretest}


def seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """The shortest of some runs."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def peak_megabytes(call: Callable[[], object]) -> float:
    """Most memory that the call held at a time, beyond what was held before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def club_sandwich(data: dict[str, np.ndarray]) -> tuple[float, float, float, str] | None:
    """Seconds, standard error, df and version of clubSandwich on the same rows; None without R."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        rows, script = Path(folder) / "rows.csv", Path(folder) / "cr2.R"
        table = np.column_stack([np.asarray(column, dtype=float) for column in data.values()])
        np.savetxt(rows, table, delimiter=",", header=",".join(data), comments="", fmt="%.17g")
        script.write_text(R_SCRIPT, encoding="utf-8")
        run = subprocess.run([rscript, str(script), str(rows)], capture_output=True, text=True, check=False)
    if run.returncode:
        return None
    took, error, df, version = run.stdout.split()
    return float(took), float(error), float(df), version


def looped_randomisation(data: dict[str, np.ndarray], draws: int) -> float:
    """p by the textbook: draw, split, compare, one at a time."""
    rng, cluster = np.random.default_rng(SEED), data["cluster"]
    inside = data["pretest"] - np.array([data["pretest"][cluster == g].mean() for g in range(FEW)])[cluster]
    slope = inside @ data["outcome"] / (inside @ inside)
    adjusted = data["outcome"] - slope * data["pretest"]
    means = np.array([adjusted[cluster == g].mean() for g in range(FEW)])
    arm = np.array([data["is_treated"][cluster == g][0] for g in range(FEW)])
    observed, hits = abs(means[arm].mean() - means[~arm].mean()), 0
    for _ in range(draws):
        drawn = rng.permutation(arm)
        hits += abs(means[drawn].mean() - means[~drawn].mean()) >= observed - 1e-12
    return (hits + 1) / (draws + 1)


def looped_wild(data: dict[str, np.ndarray], draws: int) -> float:
    """p by the textbook: a regression and a cluster-robust t for each draw."""
    rng, cluster, y = np.random.default_rng(SEED), data["cluster"], data["outcome"]
    x = np.column_stack([np.ones(len(y)), data["is_treated"], data["pretest"]]).astype(float)
    inverse = np.linalg.inv(x.T @ x)

    def t_of(values: np.ndarray) -> float:
        coefficients = inverse @ (x.T @ values)
        residuals = values - x @ coefficients
        meat = np.zeros((3, 3))
        for g in range(FEW):
            score = x[cluster == g].T @ residuals[cluster == g]
            meat += np.outer(score, score)
        return float(coefficients[1] / np.sqrt((inverse @ meat @ inverse)[1, 1]))

    null = np.delete(x, 1, axis=1)
    fitted = null @ np.linalg.lstsq(null, y, rcond=None)[0]
    observed, hits = abs(t_of(y)), 0
    for _ in range(draws):
        hits += abs(t_of(fitted + (y - fitted) * rng.choice([-1.0, 1.0], size=FEW)[cluster])) >= observed * (1 - 1e-12)
    return (hits + 1) / (draws + 1)


def cr2_beside_r() -> list[str]:
    """One line of the table, and what is broken."""
    data = pilot(ROWS, CLUSTERS)
    found = cr2_contrast(**data)
    if not isinstance(found, ClusterContrast):
        return ["CR2 was refused"]
    own, other = seconds(lambda: cr2_contrast(**data)), club_sandwich(data)
    what = f"CR2, {ROWS:,} rows x {CLUSTERS} clusters"
    if other is None:
        print(f"| {what} | {own * 1e3:.0f} ms | Rscript with clubSandwich is absent | |")
        return []
    took, error, df, version = other
    gap = max(abs(found.standard_error / error - 1), abs(found.df / df - 1))
    print(f"| {what} | {own * 1e3:.0f} ms | clubSandwich {version}: {took * 1e3:.0f} ms | {took / own:.0f} |")
    print(f"| its largest relative difference in standard error and df | {gap:.0e} | | |")
    return ([f"CR2 is slower than clubSandwich: {own:.3f} s against {took:.3f} s"] if own > took else []) + (
        [f"CR2 differs from clubSandwich by {gap:.1e}"] if gap > 1e-8 else []
    )


def draws_beside_loops() -> list[str]:
    """Two lines of the table, and what is broken."""
    data, broken = pilot(FEW * STUDENTS, FEW), []

    def own_randomisation() -> RandomisationTest | WildBootstrap | object:
        return randomisation_test(**data, most_exact=0, draws=DRAWS)

    def own_wild() -> RandomisationTest | WildBootstrap | object:
        return wild_cluster_bootstrap(**data, most_exact=0, draws=DRAWS)

    for name, own, loop in (
        ("re-assignments", own_randomisation, looped_randomisation),
        ("wild draws", own_wild, looped_wild),
    ):
        result = own()
        if not isinstance(result, RandomisationTest | WildBootstrap):
            broken.append(f"{name} were refused")
            continue
        looped_p = loop(data, LOOPED)
        noise = 4 * np.sqrt(max(result.p_value * (1 - result.p_value), 1 / LOOPED) / LOOPED)
        if abs(looped_p - result.p_value) > noise:
            broken.append(f"{name}: p {result.p_value} and {looped_p} by the loop")
        fast = seconds(own, 3)
        slow = seconds(lambda loop=loop: loop(data, LOOPED), 1) * DRAWS / LOOPED
        what = f"{DRAWS:,} {name} of {FEW} clusters, with interval"
        print(f"| {what} | {fast * 1e3:.0f} ms | Python loop: {slow:.1f} s | {slow / fast:.0f} |")
        if slow < FASTER * fast:
            broken.append(f"{name}: {slow / fast:.1f} times the loop, not {FASTER}")
    return broken


def memory() -> list[str]:
    """Peak memory of CR2 on ten times the rows must be about ten times as large, never a hundred times."""
    peaks = {}
    for rows, clusters in ((ROWS, CLUSTERS), (10 * ROWS, 10 * CLUSTERS), (10 * ROWS, CLUSTERS)):
        data = pilot(rows, clusters)
        peaks[rows, clusters] = peak_megabytes(lambda data=data: cr2_contrast(**data))
        square = rows**2 * 8 / 2**20
        what = f"CR2, {rows:,} rows x {clusters:,} clusters"
        print(f"| {what} | {peaks[rows, clusters]:.1f} MB | students x students: {square:,.0f} MB | |")
    base = peaks[ROWS, CLUSTERS]
    return [f"CR2 needs {peak:.0f} MB for {key}" for key, peak in peaks.items() if peak > 15 * base]


def main() -> None:
    """Print the tables and fail where a promise is broken."""
    print("| What | Pilotproof | Beside it | Times |\n|---|--:|--:|--:|")
    broken = cr2_beside_r()
    broken += draws_beside_loops()
    print("\n| What | Peak memory | Beside it | |\n|---|--:|--:|--:|")
    broken += memory()
    if broken:
        sys.exit("Promise not kept:\n  " + "\n  ".join(broken))


if __name__ == "__main__":
    main()
