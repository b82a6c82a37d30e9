"""What the design can find at all, and how many units of it would find what matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pilotproof.analyse.sides import Sides
from pilotproof.evidence.profile import ALPHA
from pilotproof.findings import InferenceUnit, NextPilot, PlannedSize
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.design_error import DesignError, clustered_design, individual_design
from pilotproof.stats.explained import adjusted_share_explained
from pilotproof.stats.power import mdes
from pilotproof.stats.power_search import NotWithinReach, power_curve, size_needed

FEWEST_TO_PLAN = 4
MOST_CLUSTERS = 2_000
MOST_STUDENTS = 100_000
STEPS, BEYOND = 40, 1.25  # of the curve of sizes: how many, and how far behind the last that matters
WIDEST = 12  # times this pilot, beyond which the curve is a line with nothing to read
HALF = 0.5  # of the units of a next pilot get the tool, which needs the fewest of them
MOST_EXPLAINED = 0.99  # a pretest that seems to explain all would promise that any pilot is large enough

DesignOf = Callable[[int, float], DesignError]  # of the number of units, and the share of them that is treated


def unit_of(sides: Sides, pilot: Pilot) -> InferenceUnit:
    """What was assigned to the arms and is counted by every test: students where each was drawn, else clusters."""
    return "student" if sides.design == "students randomised" else pilot.design.cluster


def plan_of(sides: Sides, pilot: Pilot, outcome: Outcome) -> dict[str, Any]:
    """mdes_sd, units_needed and explained of the finding; None where nothing can be planned from so few."""
    treated, comparison = sides.clusters_per_arm
    if min(treated, comparison) < 1:
        return {}
    units = treated + comparison
    explained, design_of, fewest, most = (_students if unit_of(sides, pilot) == "student" else _clusters)(sides, pilot)
    found = size_needed(lambda number: design_of(number, HALF), outcome.smallest_effect_sd, fewest=fewest, most=most, alpha=ALPHA)
    needed = None if isinstance(found, NotWithinReach) else found
    sizes = _curve(design_of, outcome.smallest_effect_sd, units=units, needed=needed, fewest=fewest)
    return {
        "explained": explained,
        "mdes_sd": None if units < fewest else mdes(design_of(units, treated / units), alpha=ALPHA),
        "units_needed": needed,
        "next_pilot": NextPilot(units=units, most_units=most, sizes=sizes),
    }


def _curve(design_of: DesignOf, effect: float, *, units: int, needed: int | None, fewest: int) -> tuple[PlannedSize, ...]:
    """Sizes spread evenly in proportion, the needed one among them, to a little beyond this pilot and what is needed."""
    last = BEYOND * max(units, min(needed or WIDEST * units, WIDEST * units), 2 * fewest)
    spread = {int(size) for size in np.geomspace(fewest, last, STEPS)}
    marked = {needed} if needed is not None and needed <= last else set()
    curve = power_curve(lambda size: design_of(size, HALF), sorted(spread | marked), effect=effect, alpha=ALPHA)
    return tuple(PlannedSize(units=int(n), mdes_sd=float(found)) for n, found in zip(curve.sizes, curve.mdes, strict=True))


def _clusters(sides: Sides, pilot: Pilot) -> tuple[float, DesignOf, int, int]:
    """Share of the differences between cluster means that their pretest explains, the design, and the sizes to look among.

    With the planning ICC. Blocks cost a degree of freedom each, as in the contrast of means.
    """
    means = _cluster_means(sides)
    between, within = 0.0, 0.0
    if (pretest := sides.named["pretest"]) is not None:
        blocks = None if sides.named["block"] is None else means["block"]
        between = _share(means["score"], by=means["pretest"], given=means["is_treated"], given_groups=blocks)
        within = _share(sides.scores, by=pretest, given_groups=sides.named["cluster"])
    spent = max(int(means["block"].nunique()) - 1, 0)

    def design_of(clusters: int, treated: float) -> DesignError:
        return clustered_design(
            clusters=clusters,
            cluster_size=len(sides.scores) / len(means),
            icc=pilot.analysis.class_icc,
            share_treated=treated,
            r2_student=within,
            r2_cluster=between,
            cluster_covariates=spent,
        )

    return between, design_of, max(FEWEST_TO_PLAN, spent + 3), MOST_CLUSTERS


def _students(sides: Sides, _: Pilot) -> tuple[float, DesignOf, int, int]:
    """Share of the differences between students that their class and pretest explain, the design, and the sizes."""
    named = sides.named
    covariates = named["covariates"] or {}
    by = np.column_stack(list(covariates.values())) if covariates else None
    explained = _share(sides.scores, by=by, by_groups=named["block"], given=named["is_treated"])
    blocks = len(set(named["block"]))

    def design_of(students: int, treated: float) -> DesignError:
        return individual_design(
            students=students, share_treated=treated, r2=explained, covariates=len(covariates), blocks=blocks
        )

    return explained, design_of, max(FEWEST_TO_PLAN, 2 * blocks + len(covariates) + 1), MOST_STUDENTS


def _cluster_means(sides: Sides) -> pd.DataFrame:
    frame = pd.DataFrame({"score": sides.scores} | {name: sides.named[name] for name in ("is_treated", "cluster", "block")})
    frame["pretest"] = np.nan if sides.named["pretest"] is None else sides.named["pretest"]
    kept = {"score": "mean", "pretest": "mean", "is_treated": "first", "block": "first"}
    return frame.groupby("cluster").agg(kept)


def _share(values: Any, **columns: Any) -> float:
    return min(adjusted_share_explained(values, **columns), MOST_EXPLAINED)
