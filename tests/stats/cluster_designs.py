"""Designs for the tests of clustered contrasts: those written out in clustered.R, and random ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

R = json.loads((Path(__file__).parents[1] / "reference" / "clustered.json").read_text(encoding="utf-8"))

TOY = {
    "outcome": [60, 70, 54, 66, 68, 55, 66, 75, 50, 66, 57, 70, 57, 50, 66, 60, 53, 60, 45, 70, 57, 55, 50, 62],
    "pretest": [52, 60, 47, 55, 61, 49, 58, 66, 45, 57, 50, 62, 54, 48, 63, 59, 50, 56, 44, 65, 58, 53, 49, 61],
    "cluster": list(np.repeat(["A", "B", "C", "D", "E", "F"], 4)),
    "is_treated": list(np.repeat([True, False], 12)),
}


def uneven(*names: str) -> dict[str, Any]:
    """12 clusters of 3 to 14 students in 3 blocks, by the formula of clustered.R; with what is named beside the pretest.

    age differs within clusters, years (of the teacher) is the same for a whole cluster.
    """
    sizes = np.arange(3, 15)
    cluster = np.repeat(np.arange(1, 13), sizes)
    i = np.concatenate([np.arange(1, n + 1) for n in sizes])
    treated = cluster % 2 == 0
    pre = 50 + 10 * np.sin(3 * cluster + 1.7 * i)
    post = 20 + 0.6 * pre + 4 * treated + 3 * np.cos(5 * cluster) + 6 * np.sin(11 * i + cluster)
    covariates = {"age": 10.0 + (3 * cluster + 7 * i) % 5, "years": (5.0 * cluster) % 13}
    data: dict[str, Any] = {"outcome": post, "pretest": pre, "cluster": cluster, "is_treated": treated}
    if "block" in names:
        data["block"] = (cluster - 1) // 4 + 1
    if chosen := {name: column for name, column in covariates.items() if name in names}:
        data["covariates"] = chosen
    return data


def some_clusters(data: dict[str, Any], letters: str) -> dict[str, Any]:
    keep = np.isin(data["cluster"], list(letters))
    return {name: np.asarray(values)[keep] for name, values in data.items()}


def noise(seed: int, treated: int, comparison: int, *, most: int = 6) -> dict[str, Any]:
    """Clusters of 2 to `most` students with random scores and pretest."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, most + 1, size=treated + comparison)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    pre = rng.normal(size=len(cluster))
    return {
        "outcome": pre + rng.normal(size=len(sizes))[cluster] + rng.normal(size=len(cluster)),
        "is_treated": cluster < treated,
        "cluster": cluster,
        "pretest": pre,
    }


SEEDS = st.integers(0, 2**32 - 1)
FIELDS = ("estimate", "se", "df", "t", "p", "low", "high")


def in_words_of_r(found: Any) -> dict[str, float]:
    """The fields of a contrast by the names of the reference file."""
    interval = found.interval
    values = (found.estimate, found.standard_error, found.df, found.t, found.p_value, interval.low, interval.high)
    return dict(zip(FIELDS, values, strict=True))
