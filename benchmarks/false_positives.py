"""How often the verdict calls a difference significant when there is none, and how often its interval covers.

    .venv/bin/python benchmarks/false_positives.py

Prints one row per design and writes benchmarks/false_positives.csv. Student-level least squares is run on the same
pilots, to show what ignoring classes costs. Takes about two minutes.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy import stats

from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast, cr2_contrast

PILOTS = 2_000
ICC, CLASS_SIZE, CORRELATION, EFFECT_SD = 0.20, 20, 0.6, 0.3
DESIGNS = [(2, 2), (2, 4), (3, 3), (4, 4), (6, 6)]
SEED = 20260914
RESULTS = Path(__file__).with_suffix(".csv")


def simulate(rng: np.random.Generator, treated: int, comparison: int, effect: float) -> dict[str, np.ndarray]:
    """One pilot: class effects with the ICC, pretest and posttest correlated at both levels."""
    classes = treated + comparison
    cluster = np.repeat(np.arange(classes), CLASS_SIZE)

    def level(size: int, variance: float) -> tuple[np.ndarray, np.ndarray]:
        pre = rng.normal(size=size)
        post = CORRELATION * pre + np.sqrt(1 - CORRELATION**2) * rng.normal(size=size)
        return pre * np.sqrt(variance), post * np.sqrt(variance)

    class_pre, class_post = level(classes, ICC)
    own_pre, own_post = level(len(cluster), 1 - ICC)
    is_treated = cluster < treated
    return {
        "outcome": class_post[cluster] + own_post + effect * is_treated,
        "pretest": class_pre[cluster] + own_pre,
        "cluster": cluster,
        "is_treated": is_treated,
    }


def student_p(data: dict[str, np.ndarray]) -> float:
    """The p-value of least squares on students, as if they were independent."""
    x = np.column_stack([np.ones(len(data["outcome"])), data["is_treated"], data["pretest"]])
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ data["outcome"]
    residuals = data["outcome"] - x @ coefficients
    df = len(residuals) - 3
    return float(2 * stats.t.sf(abs(coefficients[1]) / np.sqrt(residuals @ residuals / df * inverse[1, 1]), df))


def row(treated: int, comparison: int) -> dict[str, float | str]:
    """Shares over all pilots of one design."""
    rng = np.random.default_rng([SEED, treated, comparison])
    naive = verdict = both = second = covered = 0
    for _ in range(PILOTS):
        null = simulate(rng, treated, comparison, 0.0)
        means, cr2 = cluster_mean_contrast(**null), cr2_contrast(**null)
        if not (isinstance(means, ClusterContrast) and isinstance(cr2, ClusterContrast)):
            raise RuntimeError(f"{treated} v {comparison} was refused")
        naive += student_p(null) < 0.05
        verdict += means.p_value < 0.05
        second += cr2.p_value < 0.05
        both += means.p_value < 0.05 and cr2.p_value < 0.05 and means.estimate * cr2.estimate > 0
        effect = cluster_mean_contrast(**simulate(rng, treated, comparison, EFFECT_SD))
        covered += effect.interval.low <= EFFECT_SD <= effect.interval.high
    shares = {"students": naive, "class means": verdict, "CR2": second, "both (the gate)": both, "coverage": covered}
    return {"design": f"{treated} v {comparison}"} | {name: count / PILOTS for name, count in shares.items()}


def main() -> None:
    """Run all designs and write the table."""
    rows = [row(*design) for design in DESIGNS]
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for entry in rows:
        print("  ".join(f"{name} {value}" for name, value in entry.items()))


if __name__ == "__main__":
    main()
