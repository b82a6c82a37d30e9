"""How often staggered starts and users against non-users are called significant without an effect, and how often they cover.

    .venv/bin/python benchmarks/other_designs.py

Uses the functions that reports use, pilot by pilot. Staggered: class means that wander from day to day, starts drawn by lot.
Users: better students use the tool more; given the pretest, use says nothing of the posttest. Writes other_designs.csv beside
this file, prints it as the table of README.md, and fails where the rate is above 0.05 + 2 Monte Carlo standard errors, or the
coverage below 0.95 - 2. Takes about a minute and a half on one core.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pilotproof.stats.dose import DoseResponse, users_against_non_users
from pilotproof.stats.randomisation import RandomisationTest
from pilotproof.stats.staggered import staggered_start_test

PILOTS = 4_000
ALPHA, SEED, DAYS, CLASS_SIZE, EFFECT = 0.05, 20260914, 20, 20, 0.3
RESULTS = Path(__file__).with_suffix(".csv")
Found = RandomisationTest | DoseResponse


def staggered(classes: int, rng: np.random.Generator, effect: float) -> Found:
    """Starts spread over the days, in an order drawn by lot; days of a class depend on one another."""
    start = rng.permutation(np.linspace(6, DAYS - 5, classes).astype(int)).repeat(DAYS)
    cluster, day = np.repeat(np.arange(classes), DAYS), np.tile(np.arange(DAYS), classes)
    means = np.cumsum(rng.normal(size=(classes, DAYS)), axis=1).ravel() + effect * (day >= start)
    return staggered_start_test(means, cluster=cluster, time=day, start=start)


def users(classes: int, rng: np.random.Generator, effect: float) -> Found:
    """A fifth of the variance between classes; the pretest explains 0.36 of the posttest and leads to use."""
    cluster = np.arange(classes).repeat(CLASS_SIZE)
    of_class = rng.normal(scale=np.sqrt(0.2), size=classes)[cluster]
    pre = of_class + rng.normal(scale=np.sqrt(0.8), size=len(cluster))
    is_user = 0.5 * pre + rng.normal(size=len(cluster)) > 0
    post = 0.6 * pre + of_class + rng.normal(scale=0.8 * np.sqrt(0.8), size=len(cluster)) + effect * is_user
    return users_against_non_users(post, is_user=is_user, cluster=cluster, pretest=pre)


def row(name: str, draw: Callable[[int, np.random.Generator, float], Found], classes: int) -> dict[str, float | str | int]:
    """Share called significant without an effect, and share of intervals that hold the effect where there is one."""
    rng = np.random.default_rng([SEED, classes, len(name)])
    called = np.mean([draw(classes, rng, 0.0).p_value < ALPHA for _ in range(PILOTS)])
    covers = [_covers(draw(classes, rng, EFFECT)) for _ in range(PILOTS)]
    return {
        "design": name,
        "classes": classes,
        "pilots": PILOTS,
        "significant": float(called),
        "coverage": float(np.mean(covers)),
    }


def _covers(found: Found) -> bool:
    """Where no difference at all can be rejected there is no interval, and the truth is within it."""
    return found.interval is None or found.interval.low <= EFFECT <= found.interval.high


def main() -> None:
    """Run all cells and write the table."""
    rows = [row("staggered start", staggered, classes) for classes in (3, 4, 5)]
    rows += [row("users and non-users", users, classes) for classes in (3, 6, 12)]
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print("| design | classes | significant | coverage |\n|---|--:|--:|--:|")
    for one in rows:
        print(f"| {one['design']} | {one['classes']} | {one['significant']:.3f} | {one['coverage']:.3f} |")
    margin = 2 * np.sqrt(ALPHA * (1 - ALPHA) / PILOTS)
    broken = [one for one in rows if one["significant"] > ALPHA + margin or one["coverage"] < 1 - ALPHA - margin]
    if broken:
        sys.exit(f"Promise not kept: {broken}")


if __name__ == "__main__":
    main()
