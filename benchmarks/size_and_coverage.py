"""How often the verdict calls a difference significant when there is none, and how often its interval covers.

    .venv/bin/python benchmarks/size_and_coverage.py

For each number of classes and kind of outcome: simulated pilots without an effect, and as many with one. All pilots of a cell
are reckoned at once, and the first of each cell again with the functions that reports use: the run stops where they differ.
Writes size_and_coverage.csv beside this file, prints it as the table of README.md, and fails where the verdict's rate is above
0.05 + 2 Monte Carlo standard errors or its coverage outside 0.93 to 0.97; an exact test with few assignments may cover more, by
as much as its steps are coarse. Takes less than a minute on one core.
"""

from __future__ import annotations

import csv
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy import stats

from pilotproof.stats.attainable import least_attainable_p_randomisation
from pilotproof.stats.clustered import ClusterContrast, Refusal, cluster_mean_contrast, cr2_contrast, robust_contrast
from pilotproof.stats.randomisation import RandomisationTest, randomisation_test
from pilotproof.stats.verdict_method import FEWEST_TO_RANDOMISE, verdict_method
from pilotproof.stats.wild_bootstrap import FEWEST_CLUSTERS_PER_ARM, WildBootstrap, wild_cluster_bootstrap

PILOTS = 10_000
AT_A_TIME = 500  # bounds the memory
CHECKED = 3  # pilots of each cell reckoned with the package's own functions
ALPHA = 0.05
ICC, CLASS_SIZE, CORRELATION, EFFECT_SD = 0.20, 20, 0.6, 0.3
UNEQUAL = [8, 32, 14, 26, 20]
DESIGNS = [(1, 3), (2, 2), (1, 5), (2, 4), (3, 3), (4, 4), (6, 6)]
OUTCOMES = ["normal", "unequal classes", "heavy tails", "binary", "Likert"]
PASS_SHARE = 0.6
LIKERT_SHARES = [0.10, 0.20, 0.30, 0.25, 0.15]
SEED = 20260914
COVERS = (0.93, 0.97)
RESULTS = Path(__file__).with_suffix(".csv")


class Cell:
    """A design with a kind of outcome: what is the same for all its pilots."""

    def __init__(self, outcome: str, treated: int, comparison: int) -> None:
        self.outcome, self.treated, self.comparison = outcome, treated, comparison
        self.classes = treated + comparison
        self.sizes = np.resize(UNEQUAL, self.classes) if outcome == "unequal classes" else np.full(self.classes, CLASS_SIZE)
        self.cluster = np.repeat(np.arange(self.classes), self.sizes)
        self.arm = np.arange(self.classes) < treated
        self.is_treated = self.arm[self.cluster]
        self.member = (self.cluster[:, None] == np.arange(self.classes)).astype(float)  # students by classes

    def simulate(self, rng: np.random.Generator, pilots: int, effect: float) -> tuple[np.ndarray, np.ndarray]:
        """Outcome and pretest, pilots by students. Class effects with the ICC; both correlated at both levels."""
        draw = (lambda size: rng.standard_t(3, size) / np.sqrt(3)) if self.outcome == "heavy tails" else rng.standard_normal

        def level(size: int, variance: float) -> tuple[np.ndarray, np.ndarray]:
            pre = draw((pilots, size))
            post = CORRELATION * pre + np.sqrt(1 - CORRELATION**2) * draw((pilots, size))
            return pre * np.sqrt(variance), post * np.sqrt(variance)

        class_pre, class_post = level(self.classes, ICC)
        own_pre, own_post = level(len(self.cluster), 1 - ICC)
        latent = class_post[:, self.cluster] + own_post + effect * self.is_treated
        return self._observed(latent), class_pre[:, self.cluster] + own_pre

    def _observed(self, latent: np.ndarray) -> np.ndarray:
        if self.outcome == "binary":
            return (latent > stats.norm.isf(PASS_SHARE)).astype(float)
        if self.outcome == "Likert":
            return 1.0 + np.searchsorted(_likert_cuts(), latent.ravel()).reshape(latent.shape)
        return latent

    def true_difference(self, effect: float) -> float:
        """Difference of the arms in the outcome's own unit."""
        if self.outcome == "binary":
            return float(stats.norm.sf(stats.norm.isf(PASS_SHARE) - effect) - PASS_SHARE)
        if self.outcome == "Likert":
            return float(np.sum(stats.norm.sf(_likert_cuts() - effect) - stats.norm.sf(_likert_cuts())))
        return effect

    def assignments(self) -> np.ndarray:
        rows = np.zeros((len(list(combinations(range(self.classes), self.treated))), self.classes), dtype=bool)
        for row, chosen in zip(rows, combinations(range(self.classes), self.treated), strict=True):
            row[list(chosen)] = True
        return rows


def _likert_cuts() -> np.ndarray:
    return stats.norm.ppf(np.cumsum(LIKERT_SHARES)[:-1])


def class_means(cell: Cell, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Adjusted class means, pilots by classes."""
    y_bar, x_bar = y @ cell.member / cell.sizes, x @ cell.member / cell.sizes
    inside = x - x_bar[:, cell.cluster]
    slope = np.sum(inside * y, axis=1) / np.sum(inside**2, axis=1)
    return y_bar - slope[:, None] * x_bar


def means_t(cell: Cell, means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Difference of the arms' means and its standard error."""
    a, b = means[:, cell.arm], means[:, ~cell.arm]
    squares = np.sum((a - a.mean(1, keepdims=True)) ** 2, axis=1) + np.sum((b - b.mean(1, keepdims=True)) ** 2, axis=1)
    spread = squares / (cell.classes - 2) * (1 / cell.treated + 1 / cell.comparison)
    return a.mean(1) - b.mean(1), np.sqrt(spread)


class Regression:
    """Scores on arm and pretest, one regression a pilot: arrays have the pilot first."""

    def __init__(self, cell: Cell, y: np.ndarray, x: np.ndarray) -> None:
        self.cell, n = cell, len(cell.cluster)
        columns = [np.ones_like(x), np.broadcast_to(cell.is_treated, x.shape), x - x.mean(1, keepdims=True)]
        design = np.stack(columns, axis=2).astype(float)
        self.q, r = np.linalg.qr(design)
        self.estimate = np.linalg.solve(r, np.einsum("pnk,pn->pk", self.q, y)[..., None])[:, 1, 0]
        self.residuals = y - np.einsum("pnk,pk->pn", self.q, np.einsum("pnk,pn->pk", self.q, y))
        unit = np.broadcast_to(np.array([0.0, 1.0, 0.0])[:, None], (len(y), 3, 1))
        self.direction = np.linalg.solve(np.swapaxes(r, 1, 2), unit)[..., 0]
        self.h = np.einsum("pnk,pk->pn", self.q, self.direction)
        self.scores = self.by_class(self.h * self.residuals)
        self.factor = cell.classes * (n - 1) / ((cell.classes - 1) * (n - 3))
        null = np.delete(self.q @ r, 1, axis=2)
        z = np.linalg.qr(null)[0]
        self.null_residuals = y - np.einsum("pnk,pk->pn", z, np.einsum("pnk,pn->pk", z, y))

    def by_class(self, values: np.ndarray) -> np.ndarray:
        return np.moveaxis(np.tensordot(values, self.cell.member, axes=(1, 0)), -1, 1)

    def students(self) -> np.ndarray:
        """p as if students were independent."""
        df = len(self.cell.cluster) - 3
        error = np.sqrt(np.sum(self.residuals**2, axis=1) / df * np.sum(self.direction**2, axis=1))
        return 2 * stats.t.sf(np.abs(self.estimate / error), df)

    def cr1(self) -> np.ndarray:
        """p of CR1 with classes - 1 degrees of freedom."""
        g = self.cell.classes
        error = np.sqrt(g / (g - 1) * np.sum(self.scores**2, axis=1))
        return 2 * stats.t.sf(np.abs(self.estimate / error), g - 1)

    def cr2(self) -> tuple[np.ndarray, np.ndarray]:
        """p and degrees of freedom of CR2."""
        outer = self.by_class(self.q[..., :, None] * self.q[..., None, :])  # pilots, classes, 3, 3
        values, vectors = np.linalg.eigh(outer)
        left = 1 - values
        powers = np.where(left > 1e-12, np.maximum(left, 1e-12) ** -0.5, 0.0)
        a = np.einsum("pgij,pgj,pgkj,pk->pgi", vectors, powers, vectors, self.direction)  # a_g = Q_g times this
        scores = np.einsum("pgi,pgi->pg", a, self.by_class(self.q * self.residuals[..., None]))
        w = np.einsum("pgij,pgj->pgi", outer, a)
        lengths, squares = np.einsum("pgi,pgi->pg", a, w), np.sum(w**2, axis=2)
        crossed = np.einsum("pgi,pgj->pij", w, w)
        trace = np.sum(lengths - squares, axis=1)
        df = trace**2 / (np.sum(lengths**2 - 2 * lengths * squares, axis=1) + np.sum(crossed**2, axis=(1, 2)))
        return 2 * stats.t.sf(np.abs(self.estimate) / np.sqrt(np.sum(scores**2, axis=1)), df), df

    def wild(self, signs: np.ndarray) -> np.ndarray:
        """p of the wild cluster bootstrap over the columns of `signs`, half of all."""
        own = self.by_class(self.h * self.null_residuals)
        spill = self.by_class(self.h[..., None] * self.q) @ np.swapaxes(
            self.by_class(self.q * self.null_residuals[..., None]), 1, 2
        )
        b = np.eye(self.cell.classes) * own[:, None, :] - spill
        squares = np.stack([np.sum((part @ signs) ** 2, axis=0) for part in b])
        t2 = self.estimate**2 / (self.factor * np.sum(self.scores**2, axis=1))
        return np.mean((own @ signs) ** 2 >= t2[:, None] * self.factor * squares * (1 - 1e-9), axis=1)


def randomised(cell: Cell, means: np.ndarray, assignments: np.ndarray, difference: float = 0.0) -> np.ndarray:
    """p of re-assigning the classes under a difference."""
    contrasts = assignments / cell.treated - ~assignments / cell.comparison
    found = np.abs((means - difference * cell.arm) @ contrasts.T)
    observed = np.abs((means - difference * cell.arm) @ (cell.arm / cell.treated - ~cell.arm / cell.comparison))
    return np.mean(found >= observed[:, None] * (1 - 1e-9), axis=1)


def ps_of(cell: Cell, y: np.ndarray, x: np.ndarray, assignments: np.ndarray) -> dict[str, np.ndarray]:
    """Two-sided p of each method, estimates of the two that must agree, and the df of CR2, one a pilot."""
    means, regression = class_means(cell, y, x), Regression(cell, y, x)
    estimate, error = means_t(cell, means)
    cr2, df = regression.cr2()
    found = {
        "students": regression.students(),
        "CR1": regression.cr1(),
        "CR2": cr2,
        "class means": 2 * stats.t.sf(np.abs(estimate / error), cell.classes - 2),
        "randomisation": randomised(cell, means, assignments),
        "estimate": estimate,
        "CR2 estimate": regression.estimate,
        "CR2 df": df,
    }
    if min(cell.treated, cell.comparison) >= FEWEST_CLUSTERS_PER_ARM:
        found["wild"] = regression.wild(_signs(cell.classes))
    return found


def _signs(classes: int) -> np.ndarray:
    number = np.arange(2 ** (classes - 1))
    return 2.0 * ((number >> np.arange(classes)[:, None]) & 1) - 1


def check(cell: Cell, y: np.ndarray, x: np.ndarray, found: dict[str, np.ndarray]) -> None:
    """Stop unless the package's own functions give the same."""
    for i in range(min(CHECKED, len(y))):
        data = {"outcome": y[i], "is_treated": cell.is_treated, "cluster": cell.cluster, "pretest": x[i]}
        means = cluster_mean_contrast(**data)
        if min(cell.treated, cell.comparison) < 2:
            if not isinstance(means, Refusal):
                raise RuntimeError(f"{cell.treated} v {cell.comparison} must be refused")
            continue
        pairs = {
            "class means": means,
            "CR2": cr2_contrast(**data),
            "CR1": robust_contrast(**data, kind="CR1", degrees="clusters - 1"),
            "randomisation": randomisation_test(**data),
        }
        if "wild" in found:
            pairs["wild"] = wild_cluster_bootstrap(**data)
        for name, own in pairs.items():
            if not isinstance(own, ClusterContrast | RandomisationTest | WildBootstrap):
                raise RuntimeError(f"{cell.treated} v {cell.comparison}: {name} was refused")
            if abs(own.p_value - found[name][i]) > 1e-8:
                raise RuntimeError(f"{cell.treated} v {cell.comparison}, {name}: {own.p_value} is not {found[name][i]}")


def row(cell: Cell) -> dict[str, float | str]:
    """Shares over all pilots of one cell; empty where the package gives no p."""
    rng = np.random.default_rng([SEED, cell.treated, cell.comparison, OUTCOMES.index(cell.outcome)])
    assignments, truth = cell.assignments(), cell.true_difference(EFFECT_SD)
    parts: list[dict[str, np.ndarray]] = []
    for start in range(0, PILOTS, AT_A_TIME):
        y, x = cell.simulate(rng, AT_A_TIME, 0.0)
        found = ps_of(cell, y, x, assignments)
        if start == 0:
            check(cell, y, x, found)
        means = class_means(cell, *cell.simulate(rng, AT_A_TIME, EFFECT_SD))
        estimate, error = means_t(cell, means)
        found["covers"] = np.abs(estimate - truth) <= stats.t.ppf(1 - ALPHA / 2, cell.classes - 2) * error
        found["randomisation covers"] = randomised(cell, means, assignments, truth) >= ALPHA * (1 - 1e-9)
        parts.append(found)
    return summary(cell, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def summary(cell: Cell, found: dict[str, np.ndarray]) -> dict[str, float | str]:
    rejected = {name: found[name] < ALPHA for name in ("students", "CR1", "CR2", "class means", "randomisation")}
    agrees = rejected["CR2"] & (found["estimate"] * found["CR2 estimate"] > 0)
    fewest = min(cell.treated, cell.comparison)
    counts = {"clusters_treated": cell.treated, "clusters_comparison": cell.comparison}
    compared, drawn = (verdict_method(name, **counts).verdict for name in ("clusters compared", "clusters randomised"))
    by_name = {"cluster means": rejected["class means"], "randomisation": rejected["randomisation"]}
    cells: dict[str, float | str] = {"outcome": cell.outcome, "design": f"{cell.treated} v {cell.comparison}", "pilots": PILOTS}
    cells |= {name: _share(values) for name, values in rejected.items()}
    cells["wild bootstrap"] = _share(found["wild"] < ALPHA) if "wild" in found else ""
    cells["verdict, compared"] = _share(by_name[compared] & agrees) if compared else ""
    cells["verdict, randomised"] = _share(by_name[drawn] & agrees) if drawn else ""
    cells["coverage"] = _share(found["covers"]) if compared else ""
    cells["coverage, randomised"] = _share(found["randomisation covers"]) if fewest >= FEWEST_TO_RANDOMISE else ""
    cells["CR2 df"] = float(found["CR2 df"].mean())
    return cells


def _share(values: np.ndarray) -> float:
    return float(values.mean())


def failures(rows: list[dict[str, float | str]]) -> list[str]:
    """Cells in which the verdict does not keep its promise."""
    most = ALPHA + 2 * np.sqrt(ALPHA * (1 - ALPHA) / PILOTS)
    found = []
    for entry in rows:
        where = f"{entry['outcome']}, {entry['design']}"
        found += [
            f"{where}: {n} {entry[n]}" for n in ("verdict, compared", "verdict, randomised") if entry[n] and entry[n] > most
        ]
        limits = {"coverage": COVERS, "coverage, randomised": (COVERS[0], _most_coverage(entry["design"]))}
        for name, (low, high) in limits.items():
            if entry[name] != "" and not low <= entry[name] <= high:
                found.append(f"{where}: {name} {entry[name]}")
    return found


def _most_coverage(design: str) -> float:
    """0.97, or what the steps of the exact test allow: its p are multiples of the least, and the last below 0.05 counts.

    4 v 4: least 2 / 70, the next 4 / 70 is above 0.05, so that it covers 68 of 70 times.
    """
    treated, comparison = map(int, design.split(" v "))
    least = least_attainable_p_randomisation(n_treated=treated, n_comparison=comparison)
    exact = 1 - least * np.floor(ALPHA * (1 - 1e-9) / least)
    return max(COVERS[1], float(exact + 2 * np.sqrt(exact * (1 - exact) / PILOTS)))


def table(rows: list[dict[str, float | str]]) -> str:
    """The rows as Markdown."""
    names = [name for name in rows[0] if name != "pilots"]
    lines = ["| " + " | ".join(names) + " |", "|---|---" + "|--:" * (len(names) - 2) + "|"]
    for entry in rows:
        texts = ["–" if entry[n] == "" else entry[n] if isinstance(entry[n], str) else f"{entry[n]:.3f}" for n in names[:-1]]
        lines.append("| " + " | ".join([*texts, f"{entry['CR2 df']:.1f}"]) + " |")
    return "\n".join(lines)


def main() -> None:
    """Run all cells and write the table."""
    start = time.perf_counter()
    rows = [row(Cell(outcome, *design)) for outcome in OUTCOMES for design in DESIGNS]
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(table(rows))
    print(f"\n{PILOTS:,} pilots a cell twice over, {time.perf_counter() - start:.0f} s, NumPy {np.__version__}")
    if broken := failures(rows):
        sys.exit("Promise not kept:\n  " + "\n  ".join(broken))


if __name__ == "__main__":
    main()
