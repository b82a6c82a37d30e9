"""Every method that a design carries, run on the same students: the verdict, the one that must agree, those beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pilotproof.analyse.sides import Sides
from pilotproof.evidence.profile import ALPHA, CONFIDENCE
from pilotproof.evidence.wwc import CONFOUNDED
from pilotproof.findings import MethodResult, WithoutOneCluster
from pilotproof.findings.outcomes import Role
from pilotproof.pilot import Analysis
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast, robust_contrast
from pilotproof.stats.leave_one_out import leave_one_cluster_out
from pilotproof.stats.mixed_model import MixedModelRefusal, mixed_model_contrast
from pilotproof.stats.model_table import ModelTable, cluster_means_table, cr2_table, mixed_model_table
from pilotproof.stats.randomisation import randomisation_test
from pilotproof.stats.verdict_method import VerdictMethod, verdict_method
from pilotproof.stats.wild_bootstrap import wild_cluster_bootstrap

CLUSTERS_ONLY = ("wild bootstrap", "mixed model")  # with students as units these say what the others say already
NUMBERS = ("estimate", "standard_error", "df", "p_value", "least_attainable_p", "interval", "n_treated", "n_comparison")
OF_A_LOT = ("assignments", "tried")


def methods_of(
    sides: Sides, analysis: Analysis, *, only_decisive: bool = False, refused: Refusal | None = None
) -> tuple[VerdictMethod, tuple[MethodResult, ...]]:
    """Which method carries the verdict, and the results of all of them in the order: verdict, must agree, beside.

    only_decisive : leave out those that stand beside and decide nothing
    refused : why means cannot be compared, so that no other method is run; all clusters of one teacher or school then are one
    """
    treated, comparison = (1, 1) if refused and refused.reason in CONFOUNDED.values() else sides.clusters_per_arm
    counted = {"clusters_treated": treated, "clusters_comparison": comparison}
    rule = verdict_method(sides.design, **counted, least_attainable_p=sides.least_attainable_p)
    roles: dict[str, Role] = {} if rule.verdict is None else {rule.verdict: "verdict"}
    roles |= dict.fromkeys(rule.must_agree, "must agree")
    roles |= {} if only_decisive else dict.fromkeys((*rule.beside, *SENSITIVITIES), "beside")
    if sides.design == "students randomised":
        roles = {name: role for name, role in roles.items() if name not in (*CLUSTERS_ONLY, *SENSITIVITIES)}
    if rule.verdict is None or comparison == 0 or refused:  # each would say so again; a change has its own tests (analyse.change)
        return rule, ()
    return rule, tuple(row_of(name, role, CONTRASTS[name](sides, analysis)) for name, role in roles.items())


def models_of(sides: Sides) -> tuple[ModelTable, ...]:
    """The coefficients of every model that was fitted to the students; those that are refused are left out."""
    fit = {"cluster means": cluster_means_table, "CR2": cr2_table, "mixed model": mixed_model_table}
    if sides.design == "students randomised":
        del fit["mixed model"]
    found = [table(sides.scores, **sides.named, confidence=CONFIDENCE) for table in fit.values()]
    return tuple(table for table in found if isinstance(table, ModelTable))


def without_one_cluster(sides: Sides, analysis: Analysis) -> WithoutOneCluster | None:
    """Whether one cluster carries the result; None where the whole cannot be tested, or students are the units."""
    if sides.design == "students randomised":
        return None
    found = leave_one_cluster_out(sides.scores, **sides.named, alpha=ALPHA, confidence=CONFIDENCE)
    if isinstance(found, Refusal):
        return None
    return WithoutOneCluster(
        clusters=len(found.without),
        p_value=found.whole.p_value,
        lowest=found.lowest,
        highest=found.highest,
        smallest_p=found.smallest_p,
        largest_p=found.largest_p,
        turned=len(found.turned),
        crossed=len(found.crossed),
        refused=len(found.refused),
    )


def row_of(name: str, role: Role, found: Any) -> MethodResult:
    """The result of any contrast by the names that all have in common."""
    refusal = found.reason if isinstance(found, Refusal | MixedModelRefusal) else None
    values = {number: None if refusal else getattr(found, number, None) for number in (*NUMBERS, *OF_A_LOT)}
    counts = {"clusters_treated": found.clusters_treated, "clusters_comparison": found.clusters_comparison}
    return MethodResult(method=name, role=role, **values, **counts, refusal=refusal)


def _plain(contrast: Callable[..., Any], **options: Any) -> Callable[[Sides, Analysis], Any]:
    return lambda sides, analysis: contrast(sides.scores, **sides.named, **options, confidence=CONFIDENCE)


def _drawn(contrast: Callable[..., Any], **options: Any) -> Callable[[Sides, Analysis], Any]:
    return lambda sides, analysis: contrast(
        sides.scores,
        **sides.named,
        **options,
        draws=analysis.random_draws,
        seed=analysis.seed,
        confidence=CONFIDENCE,
    )


SENSITIVITIES: dict[str, Callable[[Sides, Analysis], Any]] = {
    "cluster means by size": _plain(cluster_mean_contrast, weights="size"),
    "CR3": _plain(robust_contrast, kind="CR3"),
}
CONTRASTS: dict[str, Callable[[Sides, Analysis], Any]] = SENSITIVITIES | {
    "cluster means": _plain(cluster_mean_contrast),
    "CR2": _plain(cr2_contrast),
    "randomisation": _drawn(randomisation_test),
    "wild bootstrap": _drawn(wild_cluster_bootstrap),
    "mixed model": _plain(mixed_model_contrast),
}
