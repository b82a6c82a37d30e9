"""How often a pilot without any effect is reported with a Tier 1, 2 or 3 claim, and how often a true effect reaches its tier.

    .venv/bin/python benchmarks/false_claims.py [--pilots 2000] [--jobs 2] [--only "compared, 3 v 3"] [--seed 20260914]

Each simulated pilot is part of an outcomes file (AT_A_TIME pilots a file), with absent students. It goes through cleaning, the
analysis of the primary outcome and of a second one of its domain where there is one, and the gates, by the functions that reports
use. What a person states is stated in the tool's favour: logic model, overlap, no negative finding known. Without an effect the
share of claims must not exceed 0.025 (a two-sided 5 % test, positive results only) by more than 2 Monte Carlo standard errors.
With a true effect of 0.4 SD in designs that their MDES calls large enough, the share that reaches the tier is printed.
Writes false_claims.csv beside this file. --only runs one design again, for example longer and with a new seed, and puts its lines
in the place of the old ones.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pilotproof.analyse.outcomes import analyse_outcomes
from pilotproof.analyse.verdict import tier_inputs
from pilotproof.clean.students import clean_students
from pilotproof.evidence.tier import judge
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable

PROJECT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_suffix(".csv")
PILOTS, AT_A_TIME, SEED = 2_000, 50, 20260914
ICC, CORRELATION, CLASS_SIZE, ABSENT = 0.20, 0.6, 18, 0.04
MOST_FALSE = 0.025
EFFECT_SD = 0.4
FILE, WAVES = "outcomes.csv", ("pretest", "posttest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A design. reaches : the tier that a true effect should reach, where the design is large enough by its MDES."""

    name: str
    assignment: str
    treated: int
    comparison: int
    districts: int = 1
    outcomes: int = 1
    is_within_classes: bool = False
    reaches: int | None = None


TRIALS = (
    Trial(name="before and after, 6 classes", assignment="before-after", treated=6, comparison=0),
    Trial(name="compared, 1 v 3", assignment="comparison-classes", treated=1, comparison=3),
    Trial(name="compared, 2 v 2", assignment="comparison-classes", treated=2, comparison=2),
    Trial(name="compared, 2 v 4", assignment="comparison-classes", treated=2, comparison=4),
    Trial(name="compared, 3 v 3", assignment="comparison-classes", treated=3, comparison=3),
    Trial(name="compared, 6 v 6", assignment="comparison-classes", treated=6, comparison=6),
    Trial(name="compared, 6 v 6, two outcomes", assignment="comparison-classes", treated=6, comparison=6, outcomes=2),
    Trial(name="compared, 20 v 20, two districts", assignment="comparison-classes", treated=20, comparison=20, districts=2,
          reaches=2),
    Trial(name="classes drawn, 3 v 3", assignment="randomised-classes", treated=3, comparison=3),
    Trial(name="classes drawn, 4 v 4", assignment="randomised-classes", treated=4, comparison=4),
    Trial(name="classes drawn, 6 v 6", assignment="randomised-classes", treated=6, comparison=6),
    Trial(name="classes drawn, 20 v 20, two districts", assignment="randomised-classes", treated=20, comparison=20,
          districts=2, reaches=1),
    Trial(name="students drawn in 8 classes", assignment="randomised-students", treated=8, comparison=0,
          is_within_classes=True, reaches=3),
)  # fmt: skip


def pilot_of(trial: Trial) -> Pilot:
    """The demo's params with this design, and arms named in the file."""
    params = yaml.safe_load((PROJECT / "params" / "nearpod.yaml").read_text(encoding="utf-8"))
    is_alone = trial.assignment == "before-after"
    params["design"] = {"assignment": trial.assignment, "cluster": "class", "arm_column": "arm", "treated": ["tool"]}
    params["design"] |= {} if is_alone else {"comparison": ["none"]}
    params["sources"] = {"outcomes": {"file": FILE, "student_column": "Student", "class_column": "Class",
                                      "school_column": "School", "district_column": "District", "arm_column": "Arm"}}  # fmt: skip
    first = params["outcomes"][0] | {f"{wave}_column": f"{wave.title()} 1" for wave in WAVES} | {"low": -1000, "high": 1000}
    more = [
        first | {"name": f"outcome_{n}", "is_primary": False} | {f"{wave}_column": f"{wave.title()} {n}" for wave in WAVES}
        for n in range(2, trial.outcomes + 1)
    ]
    params["outcomes"] = [first, *more]
    params["analysis"] |= {"random_draws": 2_000}
    return Pilot.model_validate(params)


def rows_of(trial: Trial, seed: int, effect: float) -> pd.DataFrame:
    """Rows of an outcomes file as it would have been received: every cell is text, absent students have an empty score."""
    rng = np.random.default_rng(seed)
    classes = trial.treated + trial.comparison
    sizes = rng.integers(CLASS_SIZE - 4, CLASS_SIZE + 5, size=classes)
    group = np.repeat(np.arange(classes), sizes)
    is_treated = group < trial.treated
    if trial.is_within_classes:
        is_treated = np.concatenate([rng.permutation(size) % 2 == 0 for size in sizes])
    rank = np.where(group < trial.treated, group, group - trial.treated)  # districts and schools hold both arms
    columns: dict[str, Any] = {
        "Student": [f"{seed}-S{n}" for n in range(len(group))],
        "Class": [f"{seed}-C{g}" for g in group],
        "School": [f"school {r // 2}" for r in rank],
        "District": [f"district {r % trial.districts}" for r in rank],
        "Arm": np.where(is_treated, "tool", "none"),
    }
    for n in range(1, trial.outcomes + 1):
        pre = _scores(rng, group)
        post = CORRELATION * pre + np.sqrt(1 - CORRELATION**2) * _scores(rng, group) + effect * is_treated
        columns |= {f"Pretest {n}": _as_text(pre, rng), f"Posttest {n}": _as_text(post, rng)}
    return pd.DataFrame(columns).astype(str)


def _scores(rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
    shared = np.sqrt(ICC) * rng.standard_normal(int(group.max()) + 1)
    return shared[group] + np.sqrt(1 - ICC) * rng.standard_normal(len(group))


def _as_text(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(len(scores)) < ABSENT, "", np.char.mod("%.1f", 50 + 10 * scores))


def tiers_of(trial: Trial, effect: float, seeds: range) -> list[int | None]:
    """The tiers of the pilots with these seeds, by the way a report goes."""
    pilot = pilot_of(trial)
    rows = pd.concat([rows_of(trial, seed, effect) for seed in seeds], ignore_index=True)
    rows.index = pd.RangeIndex(2, len(rows) + 2)
    students = clean_students([RawTable(FILE, rows)], None, pilot).tables["students"]
    of_pilot = students["student_id"].str.partition("-")[0]
    return [tier_of(part, pilot) for _, part in students.groupby(of_pilot)]


def tier_of(students: pd.DataFrame, pilot: Pilot) -> int | None:
    """The tier of one pilot's tidy table."""
    outcomes = analyse_outcomes(students, pilot, only_decisive=True)
    return judge(tier_inputs(next(one for one in outcomes if one.is_primary), pilot, outcomes)).tier


def run(trial: Trial, effect: float, pilots: int, seed: int, pool: ProcessPoolExecutor) -> list[int | None]:
    """The tiers of `pilots` simulated pilots, shared out over the processes."""
    parts = [range(seed + start, seed + min(start + AT_A_TIME, pilots)) for start in range(0, pilots, AT_A_TIME)]
    return [tier for found in pool.map(partial(tiers_of, trial, effect), parts) for tier in found]


def line_of(trial: Trial, effect: float, pilots: int, seed: int, pool: ProcessPoolExecutor) -> dict[str, Any]:
    """One line of the table."""
    tiers = run(trial, effect, pilots, seed, pool)
    claims = sum(tier in (1, 2, 3) for tier in tiers) / len(tiers)
    reached = sum(tier is not None and tier <= (trial.reaches or 0) for tier in tiers) / len(tiers)
    return {
        "design": trial.name,
        "true effect, SD": str(effect),
        "seed": str(seed),
        "pilots": len(tiers),
        "Tier 1 to 3": f"{claims:.4f}",
        "its tier": f"{trial.reaches}: {reached:.3f}" if effect else "",
    }


def broken_promise(line: dict[str, Any]) -> str | None:
    """What to say of a line without an effect in which too many pilots are given a tier."""
    bound = MOST_FALSE + 2 * float(np.sqrt(MOST_FALSE * (1 - MOST_FALSE) / int(line["pilots"])))
    if float(line["true effect, SD"]) or float(line["Tier 1 to 3"]) <= bound:
        return None
    return f"{line['design']}: {line['Tier 1 to 3']} false claims, more than {bound:.4f}"


def earlier_lines(only: str | None) -> dict[tuple[str, str], dict[str, Any]]:
    """The lines of the last run that stay, by design and effect."""
    if only is None:
        return {}
    if only not in (names := [trial.name for trial in TRIALS]):
        sys.exit(f"--only must be one of {names}, not {only!r}")
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return {(line["design"], line["true effect, SD"]): line for line in csv.DictReader(file)}


def main() -> int:
    """Run all designs, or one again, write the table, and fail when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pilots", type=int, default=PILOTS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    lines, started = earlier_lines(options.only), time.time()
    with ProcessPoolExecutor(options.jobs) as pool:
        for trial, effect in product(TRIALS, (0.0, EFFECT_SD)):
            if (effect and trial.reaches is None) or options.only not in (None, trial.name):
                continue
            pilots = options.pilots if not effect else max(options.pilots // 4, 1)
            lines[trial.name, str(effect)] = line_of(trial, effect, pilots, options.seed, pool)
            print(lines[trial.name, str(effect)], f"{time.time() - started:.0f} s", flush=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(next(iter(lines.values()))), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines.values())
    broken = [problem for line in lines.values() if (problem := broken_promise(line))]
    print("\n".join(broken) or "no more false claims than chance over the pilots explains, in every design")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
