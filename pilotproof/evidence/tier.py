"""The ESSA tier that the evidence supports, and every gate that stops it from being a higher one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from pilotproof.evidence.gates import Gate, GateVerdict, verdict_of
from pilotproof.evidence.profile import FEDERAL, STATUTE, WWC_ESSA, TierProfile
from pilotproof.evidence.single_case import SingleCase, single_case_gates
from pilotproof.evidence.sites import size_and_sites
from pilotproof.evidence.wwc import Alone, Rating

Overlap = Literal["similar", "different", "not-stated"]

FEWEST_CLUSTERS = 2

EDGAR = "34 CFR 77.1"
MULTIPLE = "Benjamini & Hochberg (1995), within the domain"
FEW_CLUSTERS = "inference on the units that were assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierInputs:
    """Everything the tier depends on.

    p_value : two-sided, from the cluster-level contrast that carries the verdict; None when it was refused
    adjusted_p : the same p among the `family_size` outcomes of its domain
    second_p_value, second_estimate : CR2 with Satterthwaite degrees of freedom, which must agree
    students, districts, schools : analysed, both arms together
    overriding_negative : "found here": harm on another outcome of this very pilot
    other_controls : controls for selection besides a pretest between arms, such as effects of classes
    has_second_method : false for designs with one test, which none need agree with
    single_case : of staggered starts, where each class is its own comparison
    alone_in_an_arm : of what one arm has only one, that the other has not
    is_draw_kept : where lots decided, whether few enough were lost for the lot to control selection still
    is_chosen_by_students : they decided whether to use the tool, which is no design that was set up
    """

    has_logic_model: bool
    cited_findings: int
    has_ongoing_study: bool
    has_comparison: bool
    fewest_clusters_in_an_arm: int
    is_randomised: bool
    is_adjusted_for_pretest: bool
    is_outcome_relevant: bool
    estimate: float | None
    p_value: float | None
    adjusted_p: float | None
    family_size: int
    second_estimate: float | None
    second_p_value: float | None
    overriding_negative: Literal["none-known", "found", "found here", "not-searched"]
    rating: Rating
    students: int
    districts: int
    schools: int
    overlap_populations: Overlap
    overlap_settings: Overlap
    other_controls: str | None = None
    has_second_method: bool = True
    single_case: SingleCase | None = None
    is_chosen_by_students: bool = False
    alone_in_an_arm: Alone | None = None
    is_draw_kept: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TierVerdict:
    """The highest tier whose gates are all open (None: no tier), all gates of all tiers, and whose reading they are."""

    tier: int | None
    gates: tuple[Gate, ...]
    profile: TierProfile = FEDERAL

    def closed(self, tier: int) -> tuple[Gate, ...]:
        """The gates of one tier that stop the evidence."""
        return tuple(gate for gate in self.gates if gate.tier == tier and not gate.is_open)

    def stands(self, tier: int) -> bool:
        """Whether this tier and, for tiers 1 and 2, the tiers below it down to 3 are reached."""
        return not any(self.closed(lower) for lower in range(tier, max(tier, 3) + 1))


def judge(inputs: TierInputs, profile: TierProfile = FEDERAL) -> TierVerdict:
    """The tier, with every gate.

    Tier 4 does not need a result; tiers 1 to 3 build on each other. District, not school, is the site that counts, unless the
    profile says otherwise.
    Source: 20 U.S.C. 7801(21)(A); 34 CFR 77.1; the What Works Clearinghouse's reading of tiers 1 and 2.
    """
    return verdict_from((*_tier_4(inputs), *_tier_3(inputs, profile), *_tier_2(inputs, profile), *_tier_1(inputs)), profile)


def verdict_from(gates: tuple[Gate, ...], profile: TierProfile) -> TierVerdict:
    """The highest tier that these gates let through."""
    verdict = TierVerdict(tier=None, gates=gates, profile=profile)
    return replace(verdict, tier=next((tier for tier in (1, 2, 3, 4) if verdict.stands(tier)), None))


def _tier_4(inputs: TierInputs) -> tuple[Gate, ...]:
    return (
        Gate(name="logic model", tier=4, verdict=verdict_of(inputs.has_logic_model), rule=EDGAR),
        Gate(
            name="research basis",
            tier=4,
            verdict=verdict_of(inputs.cited_findings >= 1),
            observed={"findings": inputs.cited_findings},
            threshold=1,
            rule=STATUTE,
        ),
        Gate(name="ongoing study", tier=4, verdict=verdict_of(inputs.has_ongoing_study), rule=STATUTE),
    )


def _tier_3(inputs: TierInputs, profile: TierProfile) -> tuple[Gate, ...]:
    how = inputs.other_controls or ("pretest" if inputs.is_adjusted_for_pretest else "none")
    how = "random assignment" if inputs.is_randomised and inputs.is_draw_kept else how
    is_lost = inputs.is_randomised and not inputs.is_draw_kept
    alone = inputs.alone_in_an_arm
    enough = inputs.fewest_clusters_in_an_arm >= FEWEST_CLUSTERS and alone is None
    return (
        Gate(name="comparison group", tier=3, verdict=verdict_of(inputs.has_comparison), rule=STATUTE),
        Gate(
            name="clusters per arm",
            tier=3,
            verdict="not applicable" if inputs.single_case else verdict_of(enough),
            observed={"fewest": inputs.fewest_clusters_in_an_arm} | ({} if alone is None else {"alone": alone}),
            threshold=FEWEST_CLUSTERS,
            rule="ERIC ED579503",
        ),
        Gate(
            name="selection controls",
            tier=3,
            verdict=verdict_of(inputs.has_comparison and how != "none"),
            observed={"how": how} | ({"lot": "high attrition"} if is_lost else {}),
            rule=STATUTE,
        ),
        Gate(name="relevant outcome", tier=3, verdict=verdict_of(inputs.is_outcome_relevant), rule=STATUTE),
        *_pretest_gate(inputs, profile),
        *_result_gates(inputs, profile),
        Gate(
            name="no overriding negative finding",
            tier=3,
            verdict=verdict_of(
                {"none-known": True, "found": False, "found here": False, "not-searched": None}[inputs.overriding_negative]
            ),
            observed={"stated": inputs.overriding_negative},
            rule=EDGAR,
        ),
    )


def _pretest_gate(inputs: TierInputs, profile: TierProfile) -> tuple[Gate, ...]:
    """Only in states that do not take assignment by lot alone."""
    passed = verdict_of(inputs.is_adjusted_for_pretest)
    return (Gate(name="pretest", tier=3, verdict=passed, rule=profile.source),) if profile.tier3_needs_pretest else ()


def _result_gates(inputs: TierInputs, profile: TierProfile) -> tuple[Gate, ...]:
    """Significant, confirmed by the second method, and positive."""
    p, second_p, estimate, alpha = inputs.p_value, inputs.second_p_value, inputs.estimate, profile.alpha
    agrees = None
    if p is not None and second_p is not None and estimate is not None and inputs.second_estimate is not None:
        agrees = (p < alpha) == (second_p < alpha) and estimate * inputs.second_estimate > 0
    return (
        Gate(
            name="significant",
            tier=3,
            verdict=verdict_of(None if p is None else p < alpha),
            observed={"p_value": p},
            threshold=alpha,
            rule=profile.rule_of("alpha", STATUTE),
        ),
        Gate(
            name="several outcomes",
            tier=3,
            verdict=_survives(inputs, alpha),
            observed={"adjusted_p": inputs.adjusted_p, "family_size": inputs.family_size},
            threshold=alpha,
            rule=MULTIPLE,
        ),
        Gate(
            name="methods agree",
            tier=3,
            verdict=verdict_of(agrees) if inputs.has_second_method else "not applicable",
            observed={"p_value": p, "second_p_value": second_p},
            threshold=alpha,
            rule=FEW_CLUSTERS,
        ),
        Gate(
            name="positive",
            tier=3,
            verdict=verdict_of(None if estimate is None else estimate > 0),
            observed={"estimate": estimate},
            threshold=0,
            rule=STATUTE,
        ),
    )


def _survives(inputs: TierInputs, alpha: float) -> GateVerdict:
    """Whether the result stands when the p is adjusted for all outcomes of its domain; one alone needs no adjustment."""
    if inputs.family_size == 1:
        return "not applicable"
    return verdict_of(None if inputs.adjusted_p is None else inputs.adjusted_p <= alpha)


def _tier_2(inputs: TierInputs, profile: TierProfile) -> tuple[Gate, ...]:
    chosen = (Gate(name="groups not chosen", tier=2, verdict="failed", rule=STATUTE),) if inputs.is_chosen_by_students else ()
    return (
        *chosen,
        *single_case_gates(inputs.single_case),
        Gate(
            name="WWC-like rating",
            tier=2,
            verdict=verdict_of(inputs.rating != "does not meet"),
            observed={"rating": inputs.rating},
            rule=WWC_ESSA,
        ),
        *size_and_sites(profile, tier=2, students=inputs.students, districts=inputs.districts, schools=inputs.schools),
        Gate(
            name="overlap of students or schools",
            tier=2,
            verdict=verdict_of(_any_similar(inputs)),
            observed={"populations": inputs.overlap_populations, "settings": inputs.overlap_settings},
            rule=EDGAR,
        ),
    )


def _tier_1(inputs: TierInputs) -> tuple[Gate, ...]:
    return (
        Gate(name="random assignment", tier=1, verdict=verdict_of(inputs.is_randomised), rule=STATUTE),
        Gate(
            name="WWC-like rating without reservations",
            tier=1,
            verdict=verdict_of(inputs.rating == "without reservations"),
            observed={"rating": inputs.rating},
            rule=WWC_ESSA,
        ),
        Gate(
            name="overlap of students and schools",
            tier=1,
            verdict=verdict_of(_all_similar(inputs)),
            observed={"populations": inputs.overlap_populations, "settings": inputs.overlap_settings},
            rule=EDGAR,
        ),
    )


def _any_similar(inputs: TierInputs) -> bool | None:
    stated = (inputs.overlap_populations, inputs.overlap_settings)
    if "similar" in stated:
        return True
    return None if "not-stated" in stated else False


def _all_similar(inputs: TierInputs) -> bool | None:
    stated = (inputs.overlap_populations, inputs.overlap_settings)
    if "different" in stated:
        return False
    return None if "not-stated" in stated else True
