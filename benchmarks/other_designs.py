"""How often staggered starts and users against non-users are called significant without an effect, and how often they cover.

    .venv/bin/python benchmarks/other_designs.py [--only "users and non-users, 12"] [--pilots 4000] [--seed 20260914]

Uses the functions that reports use, pilot by pilot. Staggered: class means that wander from day to day, starts drawn by lot.
Users: better students use the tool more; given the pretest, use says nothing of the posttest. Writes other_designs.csv beside
this file, prints it as the table of README.md, and fails where the rate is above 0.05 + 2 Monte Carlo standard errors, or the
coverage below 0.95 - 2. Takes about a minute and a half on one core. --only runs one line again, for example longer and with a
new seed, and puts it in the place of the old one.
"""

from __future__ import annotations

import argparse
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


LINES: tuple[tuple[str, Callable[[int, np.random.Generator, float], Found], int], ...] = (
    *(("staggered start", staggered, classes) for classes in (3, 4, 5)),
    *(("users and non-users", users, classes) for classes in (3, 6, 12)),
)


def row(line: int, *, pilots: int, seed: int) -> dict[str, float | str | int]:
    """Share called significant without an effect, and share of intervals that hold the effect where there is one."""
    name, draw, classes = LINES[line]
    rng = np.random.default_rng([seed, classes, len(name)])
    called = np.mean([draw(classes, rng, 0.0).p_value < ALPHA for _ in range(pilots)])
    covers = [_covers(draw(classes, rng, EFFECT)) for _ in range(pilots)]
    return {
        "design": name,
        "classes": classes,
        "seed": seed,
        "pilots": pilots,
        "significant": float(called),
        "coverage": float(np.mean(covers)),
    }


def _covers(found: Found) -> bool:
    """Where no difference at all can be rejected there is no interval, and the truth is within it."""
    return found.interval is None or found.interval.low <= EFFECT <= found.interval.high


def is_broken(row: dict[str, float | str | int]) -> bool:
    """Whether a line's rate or coverage is more than 2 Monte Carlo standard errors on the wrong side of what is promised."""
    margin = 2 * np.sqrt(ALPHA * (1 - ALPHA) / int(row["pilots"]))
    return float(row["significant"]) > ALPHA + margin or float(row["coverage"]) < 1 - ALPHA - margin


def lines_to_run(only: str | None) -> list[int]:
    """The positions of all lines, or of the one that is named "design, classes"."""
    names = [f"{name}, {classes}" for name, _, classes in LINES]
    if only is not None and only not in names:
        sys.exit(f"--only must be one of {names}, not {only!r}")
    return [names.index(only)] if only else list(range(len(LINES)))


def main() -> None:
    """Run all lines, or one again, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only")
    parser.add_argument("--pilots", type=int, default=PILOTS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    with RESULTS.open(newline="", encoding="utf-8") as stream:
        rows: list[dict[str, float | str | int]] = list(csv.DictReader(stream)) if options.only else [{}] * len(LINES)
    for line in lines_to_run(options.only):
        rows[line] = row(line, pilots=options.pilots, seed=options.seed)
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print("| design | classes | pilots | significant | coverage |\n|---|--:|--:|--:|--:|")
    for one in rows:
        figures = f"{float(one['significant']):.3f} | {float(one['coverage']):.3f}"
        print(f"| {one['design']} | {one['classes']} | {int(one['pilots']):,} | {figures} |")
    if broken := [one for one in rows if is_broken(one)]:
        sys.exit(f"Promise not kept: {broken}")


if __name__ == "__main__":
    main()
