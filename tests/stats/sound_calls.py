"""One sound call of every public statistic: what a test changes one argument of at a time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from pilotproof import stats as stats_room
from pilotproof.stats.clustered import cluster_mean_contrast
from pilotproof.stats.design_error import clustered_design, paired_design
from pilotproof.stats.posterior import Prior
from pilotproof.stats.recomputed_effect import cluster_terms

RNG = np.random.default_rng(20260914)
CLASSES = {
    "outcome": np.round(RNG.normal(70, 10, 32), 1),
    "is_treated": np.arange(32) < 16,
    "cluster": np.arange(32) // 4,
    "pretest": np.round(RNG.normal(60, 10, 32), 1),
    "covariates": {"age": RNG.normal(11, 1, 32)},
    "block": (np.arange(32) // 4) % 2,
}
GAPPED = CLASSES | {"outcome": np.where(np.arange(32) % 7, CLASSES["outcome"], np.nan)}
WITHIN = {name: CLASSES[name] for name in ("outcome", "cluster", "pretest", "covariates")}
STAGGERED = {
    "outcome": RNG.normal(size=40),
    "cluster": np.repeat(np.arange(4), 10),
    "time": np.tile(np.arange(10), 4),
    "start": np.repeat([2, 4, 6, 8], 10),
}
COUNTS = {"events": [1, 0, 3, 2, 0, 4, 1, 5], "exposure": [5.0, 4, 6, 5, 4, 6, 5, 5]}
COUNTED = COUNTS | {"predictors": {"late": [0, 1, 0, 1, 0, 1, 0, 1]}, "cluster": list("aabbccdd")}
ARMS = {"treated": [3.0, 5, 4, 6, 8], "comparison": [2.0, 4, 3, 7]}
SCORES = np.round(RNG.normal(60, 10, (2, 22)), 1)  # more pairs than have their sign flips enumerated
PAIRS = {"before": SCORES[0], "after": SCORES[1] + 3}
CHANGE = {"change": SCORES[1] - SCORES[0]}
ITEMS = [[1, 2, 2], [3, 3, 4], [4, 5, 4], [2, 2, 3], [5, 4, 5], [3, 4, 3]]
FEW = {"draws": 200, "seed": 1}
PLAN = {"clusters": 8, "cluster_size": 20.0, "icc": 0.2, "share_treated": 0.5, "r2_student": 0.1, "r2_cluster": 0.1}
PILOTS = {"alpha": 0.05, "pilots": 40, "seed": 1}
RATINGS = {"ratings": [[9, 2], [6, 1], [8, 4], [7, 1], [10, 5], [6, 2]]}
TERMS = cluster_terms(n_treated=80, n_comparison=90, clusters_treated=4, clusters_comparison=5, icc=0.2)
LEVEL = {"confidence": 0.95}

CALLS: dict[str, dict[str, Any]] = {
    "concentration.is_dominated": {"values": [40.0, 30, 20, 10], "tolerance": 0.1},
    "cluster_data.repeats_arms": {name: CLASSES[name] for name in ("pretest", "is_treated", "block")},
    "agreement.cohens_kappa": {"first": list("aabbab"), "second": list("ababab"), "categories": ["a", "b"], "weights": "none"}
    | LEVEL,
    "agreement.kappa_of_table": {"table": [[8, 2], [1, 9]], "weights": "linear"} | LEVEL,
    "agreement.icc_one_way": RATINGS | LEVEL,
    "agreement.icc_two_way_mixed": RATINGS | LEVEL,
    "agreement.icc_two_way_random": RATINGS | LEVEL,
    "attainable.least_attainable_p_sign_flip": {"n": 6, "zeros": 1},
    "attainable.least_attainable_p_randomisation": {"n_treated": 3, "n_comparison": 4},
    "attainable.least_attainable_p_within_blocks": {"n_treated": [2, 3], "n_comparison": [2, 2]},
    "attainable.least_attainable_p_staggered": {"starts": [2, 4, 6], "times": [1, 3, 5, 7]},
    "attainable.least_attainable_p_wild_bootstrap": {"clusters": 6, "weights": "Webb"},
    "attainable.least_attainable_p_fisher": {"n_treated": 5, "n_comparison": 6, "events": 4},
    "attainable.least_attainable_p_simulated": {"exact": 0.01, "draws": 99},
    "attrition.attrition_rates": {
        "assigned_treated": 9,
        "analysed_treated": 8,
        "assigned_comparison": 9,
        "analysed_comparison": 7,
    },
    "attrition.attrition_by_level": {
        "is_analysed": [True, False, True, True],
        "is_treated": [1, 1, 0, 0],
        "cluster": list("abcd"),
    },
    "availability.availability": {"lost": [0.0, 5, 2], "scheduled": [45.0, 45, 50]} | LEVEL,
    "availability.time_between_failures": {"failures": 3, "operating": 40.0} | LEVEL,
    "availability.time_to_repair": {"downtime": [1.0, 5, 2, 9, 4, 3]} | LEVEL,
    "baseline.baseline_difference": ARMS,
    "baseline.classify_baseline": {"g": 0.1},
    "bootstrap.bca_interval": CHANGE | LEVEL | FEW,
    "changes.changes": {"values": [1.0, 2.0], "name": "values", "largest": 3.0},
    "changes.rounded": {"values": [1.0, 2.0], "largest": 3.0},
    "changes.equal_changes": {"change": [1.0, 2.0]} | LEVEL,
    "cluster_data.cluster_data": CLASSES | LEVEL,
    "clustered.cluster_mean_contrast": CLASSES | LEVEL | {"weights": "equal"},
    "clustered.cr2_contrast": CLASSES | LEVEL,
    "clustered.robust_contrast": CLASSES | LEVEL | {"kind": "CR3", "degrees": "clusters - 1"},
    "correlation.spearman": {"x": [1.0, 2, 3, 4, 5], "y": [2.0, 1, 4, 3, 5]} | LEVEL,
    "count_agreement.count_agreement": {"first": [10, 12, 14], "second": [10, 11, 15]},
    "count_fit.fitted_means": {
        "events": [1.0, 2, 4],
        "design": [[1.0, 0], [1, 1], [1, 2]],
        "log_exposure": [0.0, 0, 0],
        "alpha": 0.1,
    },
    "count_fit.likeliest_alpha": {"events": [1.0, 9, 0, 4], "mean": [3.0, 3, 3, 5]},
    "count_fit.cr2_of_means": {
        "slopes": [[1.0, 0], [1, 1], [1, 0], [1, 1]],
        "variance": [1.0, 2, 1, 2],
        "residuals": [0.5, -0.5, -0.2, 0.2],
        "cluster": [0, 0, 1, 1],
        "inverse": [[0.5, -0.5], [-0.5, 1.5]],
        "position": 1,
    },
    "count_models.quasi_poisson": COUNTED | LEVEL,
    "count_models.negative_binomial": COUNTED | LEVEL,
    "count_models.rate_trend": COUNTS | {"week": [0, 0, 1, 1, 2, 2, 3, 3], "cluster": list("abababab")} | LEVEL,
    "counts.poisson_rate": {"events": 3, "exposure": 40.0} | LEVEL,
    "counts.proportion_interval": {"successes": 3, "trials": 8} | LEVEL,
    "counts.recurrence": {"days_with_event": 3, "days_observed": 8} | LEVEL,
    "counts.compare_recurrence": {
        "days_with_event": 5,
        "days_observed": 9,
        "others_with_event": 2,
        "others_observed": 30,
        "picked_from": 4,
        "confidence": 0.95,
    },
    "counts.concentration_scan": COUNTS | FEW,
    "counts.chi_square_p": COUNTS | FEW,
    "counts.checked_cells": COUNTS,
    "cox_index.cox_index": {
        "events_treated": 12,
        "n_treated": 20,
        "events_comparison": 9,
        "n_comparison": 21,
        "convention": "with omega (WWC 4.x)",
        "confidence": 0.95,
    },
    "design_error.individual_design": {"students": 90, "share_treated": 0.5, "r2": 0.3, "covariates": 1, "blocks": 2},
    "design_error.clustered_design": PLAN | {"cluster_covariates": 1, "blocks": 1},
    "design_error.cluster_mean_sd": {"cluster_size": 20.0, "icc": 0.2, "r2_student": 0.1, "r2_cluster": 0.1},
    "design_error.paired_design": {"n": 6},
    "dominance.paired_dominance": CHANGE | LEVEL,
    "dose.dose_response": WITHIN | {"use": RNG.uniform(0, 60, 32)} | LEVEL,
    "dose.users_against_non_users": WITHIN | {"is_user": np.arange(32) % 2 == 0} | LEVEL,
    "dose.dose_cells": {
        "outcome": CLASSES["outcome"],
        "use": np.arange(32.0),
        "cluster": CLASSES["cluster"],
        "most_cells": 3,
        "least": 4,
    },
    "effect_interval.noncentrality_interval": {"t": 2.0, "df": 9} | LEVEL,
    "effect_interval.noncentral_t_cdf": {"t": 2.0, "df": 9, "noncentrality": 1.0},
    "effect_size.pooled_sd": ARMS,
    "effect_size.small_sample_factor": {"n": 20},
    "effect_size.factor_of_df": {"df": 18},
    "effect_size.hedges_g": ARMS | LEVEL | {"interval_method": "noncentral t"},
    "effect_size.hedges_g_adjusted": ARMS | LEVEL | {"difference": 1.0, "standard_error": 0.5, "df": 6.0},
    "effect_size.improvement_index": {"g": 0.2},
    "equivalence.negligible": {"low": -0.3, "high": 0.3, "alpha": 0.05},
    "equivalence.equivalence_test": {"estimate": 0.1, "standard_error": 0.2, "df": 8.0, "low": -0.3, "high": 0.3, "alpha": 0.05},
    "explained.adjusted_share_explained": {
        "values": CLASSES["outcome"],
        "by": CLASSES["pretest"],
        "by_groups": CLASSES["cluster"],
        "given": CLASSES["covariates"]["age"],
        "given_groups": CLASSES["block"],
    },
    "gain_effect.gain_effect": {"g_pretest": 0.1, "g_posttest": 0.3, "n_treated": 30, "n_comparison": 28, "correlation": 0.6}
    | LEVEL,
    "hodges_lehmann.hodges_lehmann": CHANGE | LEVEL,
    "imputation.imputed_contrasts": GAPPED
    | LEVEL
    | {"shifts": [(-1.0, 0.0), (0.0, -1.0)], "imputations": 3, "seed": 1, "contrast": cluster_mean_contrast},
    "leave_one_out.leave_one_cluster_out": CLASSES | LEVEL | {"alpha": 0.05, "contrast": cluster_mean_contrast},
    "meta_analysis.fixed_effect": {"estimates": [0.1, 0.3, 0.2], "standard_errors": [0.1, 0.2, 0.1]} | LEVEL,
    "meta_analysis.random_effects": {
        "estimates": [0.1, 0.9, 0.2],
        "standard_errors": [0.1, 0.2, 0.1],
        "tau2_method": "REML",
        "never_below_wald": True,
        "confidence": 0.95,
    },
    "meta_analysis.tau2_of": {"estimates": [0.1, 0.9, 0.2], "variances": [0.01, 0.04, 0.01], "method": "PM"},
    "mixed_model.mixed_model_contrast": CLASSES | LEVEL,
    "multiplicity.adjust": {"p_values": [0.01, 0.2, 0.04], "method": "Holm", "alpha": 0.05},
    "multiplicity.within_domains": {
        "p_values": [0.01, 0.2, 0.04],
        "domains": list("aab"),
        "is_primary": [True, False, False],
        "method": "Holm",
        "alpha": 0.05,
    },
    "observation.time_on_task": {
        "on_task": [20, 22, 21],
        "observed": [25, 25, 25],
        "session": list("aab"),
        "teacher": list("ttu"),
        "procedure": "class_scan",
        "lesson_minutes": 45.0,
        "confidence": 0.95,
    },
    "observation.bias_of": {"procedure": "partial"},
    "paired.paired_change": PAIRS | LEVEL | FEW | {"alpha": 0.05},
    "paired_effect.paired_effect": PAIRS | LEVEL | {"kind": "d_z"},
    "posterior.posterior": {
        "estimate": 0.2,
        "standard_error": 0.1,
        "prior": Prior(mean=0.05, sd=0.15, source="Author (2020)"),
        "negligible": 0.1,
        "df": 8.0,
        "certainty": 0.9,
        "confidence": 0.95,
    },
    "power.multiplier": {"df": 6.0, "alpha": 0.05, "power": 0.8},
    "power.exact_multiplier": {"df": 6.0, "alpha": 0.05, "power": 0.8},
    "power.mdes": {"design": clustered_design(**PLAN), "alpha": 0.05, "power": 0.8, "formula": "multiplier"},
    "power.mdes_clustered": PLAN | {"cluster_covariates": 1, "alpha": 0.05, "power": 0.8},
    "power.mdes_paired": {"n": 6, "alpha": 0.05, "power": 0.8, "formula": "multiplier"},
    "power.power_of": {"effect": 0.3, "standard_error": 0.1, "df": 6.0, "alpha": 0.05},
    "power_search.size_needed": {
        "design_of": paired_design,
        "effect": 0.5,
        "fewest": 3,
        "most": 60,
        "alpha": 0.05,
        "power": 0.8,
        "formula": "multiplier",
    },
    "power_search.power_curve": {"design_of": paired_design, "sizes": [4, 8], "effect": 0.5, "alpha": 0.05, "power": 0.8},
    "power_simulation.simulated_power_randomisation": {"effect": 0.5, "n_treated": [4], "n_comparison": [4], "sd": 1.0} | PILOTS,
    "power_simulation.simulated_power_sign_flip": {"effect": 0.5, "n": 6} | PILOTS,
    "power_simulation.simulated_power_staggered": {
        "effect": 0.5,
        "starts": [2, 4, 6, 8],
        "times": np.arange(10),
        "autocorrelation": 0.2,
    }
    | PILOTS,
    "power_simulation.simulated_power_cluster_means": {
        "effect": 0.5,
        "n_treated": 4,
        "n_comparison": 4,
        "sd": 1.0,
        "with_cr2": True,
    }
    | PILOTS,
    "randomisation.randomisation_test": CLASSES | LEVEL | FEW | {"most_exact": 10},
    "rank_effect.rank_biserial": ARMS | LEVEL,
    "rates.rate_ratio": {
        "events_treated": 4,
        "exposure_treated": 20.0,
        "events_comparison": 7,
        "exposure_comparison": 22.0,
        "confidence": 0.95,
    },
    "rates.over_dispersion": COUNTS,
    "recomputed_effect.cluster_terms": {
        "n_treated": 80,
        "n_comparison": 90,
        "clusters_treated": 4,
        "clusters_comparison": 5,
        "icc": 0.2,
    },
    "recomputed_effect.recomputed_effect_legacy": {"difference": 2.0, "pooled_sd": 10.0, "terms": TERMS, "edition": "WWC 4.0"}
    | LEVEL,
    "recomputed_effect.recomputed_effect": {
        "difference": 2.0,
        "pooled_sd": 10.0,
        "terms": TERMS,
        "r2": 0.0,
        "standard_error": 2.0,
        "accounts_for_clusters": True,
        "confidence": 0.95,
    },
    "rubin.pool_imputations": {"estimates": [1.0, 1.2, 0.9], "standard_errors": [0.4, 0.5, 0.4], "complete_df": 9.0} | LEVEL,
    "scale_level.scale_level": {"scores": [3.0, 4, 4.5, 2], "low": 1.0, "high": 5.0} | LEVEL,
    "scales.cronbach_alpha": {"items": ITEMS} | LEVEL,
    "scales.omega_total": {"items": ITEMS},
    "scales.pomp": {"score": 3.0, "low": 1.0, "high": 5.0},
    "scales.item_distribution": {"answers": [1, 2, 5, 4], "low": 1, "high": 5},
    "scales.buy_in": {"agree": 5, "answered": 8, "target": 0.7} | LEVEL,
    "scan.window_scan": COUNTS | FEW | {"longest_share": 0.5},
    "sensitivity.robustness_value": {"t": 2.0, "df": 9, "share_explained": 1.0, "alpha": 0.05},
    "sensitivity.adjusted_for_confounder": {
        "estimate": 2.0,
        "standard_error": 1.0,
        "df": 9,
        "r2_with_use": 0.1,
        "r2_with_outcome": 0.1,
    },
    "sensitivity.e_value": {"risk_ratio": 2.0, "low": 1.2, "high": 3.0},
    "sensitivity.e_value_of_difference": {"d": 0.3, "low": 0.1, "high": 0.5},
    "sign_flip.sign_flip_p": CHANGE | FEW,
    "sign_flip.least_sign_flip_p": {"n": 25, "draws": 200},
    "sign_flip.sign_flip_interval": CHANGE | LEVEL | FEW,
    "signed_rank.signed_rank_test": CHANGE | {"zeros": "Pratt"},
    "staggered.staggered_start_test": STAGGERED | LEVEL | FEW | {"most_exact": 10},
    "verdict_method.verdict_method": {
        "design": "clusters compared",
        "clusters_treated": 4,
        "clusters_comparison": 4,
        "least_attainable_p": 2 / 70,
    },
    "wild_bootstrap.wild_cluster_bootstrap": CLASSES | LEVEL | FEW | {"weights": "Rademacher", "most_exact": 10},
}


# arguments that mean the same in many statistics, for those that have no call above
USUAL = CLASSES | LEVEL | FEW | {"is_user": np.arange(32) % 2 == 0, "low": -5.0, "high": 5.0, "alpha": 0.05, "most_exact": 10}


def sound_call(name: str, function: Callable[..., Any]) -> dict[str, Any] | None:
    """All arguments of `function`; None where neither its own call nor the usual arguments give them."""
    wanted = set(inspect.signature(function).parameters)
    call = CALLS.get(name, {argument: value for argument, value in USUAL.items() if argument in wanted})
    return call if set(call) == wanted else None


def public_statistics() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of stats/ by `module.name`; the checks themselves are not among them."""
    folder = Path(next(iter(stats_room.__path__)))
    for path in sorted(folder.glob("*.py")):
        if path.stem in ("__init__", "checks"):
            continue
        module = import_module(f"pilotproof.stats.{path.stem}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_":
                yield f"{path.stem}.{name}", function
