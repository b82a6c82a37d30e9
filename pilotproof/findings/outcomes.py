"""The results on student outcomes: the verdict, every method beside it, and what the design can find at all."""

from __future__ import annotations

from typing import Literal

from pilotproof.evidence.attrition import AttritionVerdict
from pilotproof.evidence.claims import Claim
from pilotproof.evidence.profile import ALPHA
from pilotproof.evidence.wwc import WwcLikeRating
from pilotproof.findings.base import Basis, Frozen
from pilotproof.findings.designs import StaggeredFinding, UseFinding
from pilotproof.stats.attrition import AttritionByLevel
from pilotproof.stats.baseline import BaselineDifference
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.cox_index import CoxIndex, CoxRefusal
from pilotproof.stats.effect_size import EffectSize
from pilotproof.stats.equivalence import Equivalence
from pilotproof.stats.gain_effect import GainEffect
from pilotproof.stats.imputation import ImputationRefusal, ImputedContrast
from pilotproof.stats.model_table import ModelTable
from pilotproof.stats.multiplicity import OutcomeDecision
from pilotproof.stats.paired import PairedChange
from pilotproof.stats.posterior import Posterior
from pilotproof.stats.rank_effect import RankEffect
from pilotproof.stats.recomputed_effect import RecomputedEffect
from pilotproof.stats.results import Interval
from pilotproof.stats.sensitivity import Confounded, EValue, RobustnessValue
from pilotproof.stats.verdict_method import Method, VerdictMethod

Role = Literal["verdict", "must agree", "beside"]
InferenceUnit = Literal["class", "teacher", "school", "student"]
Sensitivity = Literal["cluster means by size", "CR3", "teacher means", "signed-rank", "bootstrap", "sign-flip over teachers"]


class ArmSummary(Frozen):
    """One arm of one outcome. Scores in the outcome's unit; SDs are between students, None of a single one.

    assigned, analysed : students; clusters_assigned, clusters_analysed : clusters
    teachers : of the clusters analysed; None where one is not known
    """

    assigned: int
    analysed: int
    clusters_assigned: int
    clusters_analysed: int
    teachers: int | None
    mean_pretest: float | None
    sd_pretest: float | None
    mean_posttest: float
    sd_posttest: float | None


class ClusterPoint(Frozen):
    """Means of one cluster, for figures."""

    arm: Literal["treated", "comparison"]
    students: int
    mean_pretest: float | None
    mean_posttest: float


class AttritionFinding(Frozen):
    """Attrition at one level."""

    level: Literal["students", "clusters"]
    overall: float
    differential: float
    cautious: AttritionVerdict
    optimistic: AttritionVerdict


class MethodResult(Frozen):
    """One method's answer: difference, treated minus comparison, in the outcome's unit; without a comparison group the change.

    role : carries the verdict, must agree with it, or stands beside it and decides nothing
    standard_error, df : None for tests that have none; least_attainable_p : None for tests whose p has no floor
    assignments : in which the lot could have fallen; tried : of them, by the test; None for tests that re-assign nothing
    refusal : why the method gives no answer; then everything above is None
    """

    method: Method | Sensitivity
    role: Role
    estimate: float | None
    standard_error: float | None
    df: float | None
    p_value: float | None
    least_attainable_p: float | None
    interval: Interval | None
    n_treated: int | None
    n_comparison: int | None
    clusters_treated: int
    clusters_comparison: int
    assignments: int | None = None
    tried: int | None = None
    refusal: str | None


class WithoutOneCluster(Frozen):
    """The verdict's contrast again without each cluster in turn. No cluster is named.

    p_value : with all clusters, of the same contrast of means
    lowest, highest : estimates; smallest_p, largest_p : over the clusters left out; None when all are refused
    turned : clusters without which the sign turns; crossed : without which p is on the other side of 5 %
    refused : without which nothing is left to compare
    """

    clusters: int
    p_value: float
    lowest: float | None
    highest: float | None
    smallest_p: float | None
    largest_p: float | None
    turned: int
    crossed: int
    refused: int


class PlannedSize(Frozen):
    """How small an effect a pilot of so many units finds with 80 % power, in student SDs."""

    units: int
    mdes_sd: float


class NextPilot(Frozen):
    """What a next pilot would need, half of its units treated and all else as in this one.

    units : of this pilot, both arms together; most_units : the largest size that was looked at
    sizes : of the curve, the needed one among them where there is one
    """

    units: int
    most_units: int
    sizes: tuple[PlannedSize, ...]


class UnmeasuredCause(Frozen):
    """How strong a cause that nobody measured would have to be to explain a difference that lots did not make.

    robustness, with_a_tenth : of the units of the test: what such a cause would have to explain, and the difference that was left
        if it explained a tenth of what is left of both arm and outcome; None with one degree of freedom
    e_value : as risk ratios with arm and outcome
    """

    robustness: RobustnessValue | None
    with_a_tenth: Confounded | None
    e_value: EValue


class OutcomeFinding(Frozen):
    """One student outcome.

    has_pretest : a pretest that tells those apart who are compared, so that scores are adjusted for it
    method : which method carries the verdict for this design and number of clusters, and what may be claimed
    verdict : its result, or why there is none; without a comparison group that on the change, None without pretests
    second : CR2 with Satterthwaite degrees of freedom, which must agree
    among : the verdict's p among those of the other outcomes of the domain; None without a verdict
    methods : every method that was run, the verdict and the second among them
    models : every coefficient of the models behind the verdict and what must agree, for a reviewer
    without_one : whether one cluster carries the result; missing : the contrast with missing scores imputed, or why not
    missing_shifted : the same if the students who are missing from one arm scored lower than their like, which nobody can know
    change : of cluster means from pretest to posttest, in a pilot without a comparison group
    made_by, reliability : of the measure, as the params state them
    cox : of a binary outcome, the difference of the shares as a Cox index by each convention; ignores clusters
    gain : g of the posttest less g of the pretest; ranks : over means of clusters; both describe and decide nothing
    unmeasured : of arms that were not drawn by lot
    lost : students and clusters lost from each arm, with the clusters that the params name
    equivalence : the difference held against +- the smallest effect worth having, in the outcome's unit, by the verdict's method
    posterior : the effect in SDs drawn towards a prior that the params state; None without one
    recomputed : g, SE and p as a What Works Clearinghouse reviewer would likely reckon them, by each edition of its rules, with
        the ICC that the params assume (analysis.class_icc); they decide nothing here
    unit_of_inference : what was assigned to the arms and is counted by every test: the cluster of the params, or students where
        each of them was drawn within a class; clusters : analysed, both arms together, each once
    mdes_sd : smallest effect, in student SDs, that the design finds with 80 % power
    units_needed : units of inference, half of them treated, with which it would find `smallest_effect_sd` with 80 % power
    explained : what both take as given: share of the differences between cluster means that their pretest explains, or of those
        between students that pretest and class explain, as here and adjusted for how few there are
    next_pilot : the smallest effect found by the size of a pilot; None where nothing can be planned
    staggered, use : of pilots with a staggered start, and of those that compare users with non-users
    least_attainable_p : of a re-randomisation test with this number of clusters per arm; None when refused
    """

    name: str
    label: str
    domain: str
    unit: str
    is_primary: bool
    kind: Literal["scale", "binary"]
    has_pretest: bool
    is_relevant: bool
    made_by: Literal["not-stated", "publisher", "district", "teachers", "vendor"]
    reliability: float | None
    smallest_effect_sd: float
    treated: ArmSummary
    comparison: ArmSummary | None
    unit_of_inference: InferenceUnit
    clusters: int
    schools: int
    districts: int
    method: VerdictMethod
    verdict: MethodResult | Refusal | None
    second: MethodResult | Refusal | None
    among: OutcomeDecision | None
    methods: tuple[MethodResult, ...]
    models: tuple[ModelTable, ...]
    without_one: WithoutOneCluster | None
    missing: ImputedContrast | ImputationRefusal | None
    missing_shifted: tuple[ImputedContrast, ...]
    change: PairedChange | None
    effect: EffectSize | None
    cox: tuple[CoxIndex | CoxRefusal, ...]
    gain: GainEffect | None
    ranks: RankEffect | None
    unmeasured: UnmeasuredCause | None
    equivalence: Equivalence | None
    posterior: Posterior | None
    improvement_index: float | None
    recomputed: tuple[RecomputedEffect, ...]
    baseline: BaselineDifference | None
    attrition: tuple[AttritionFinding, ...]
    lost: AttritionByLevel | None
    rating: WwcLikeRating
    mdes_sd: float | None
    units_needed: int | None
    explained: float | None
    next_pilot: NextPilot | None
    least_attainable_p: float | None
    claim: Claim
    points: tuple[ClusterPoint, ...]
    staggered: StaggeredFinding | None
    use: UseFinding | None
    basis: Basis

    @property
    def is_significant(self) -> bool:
        """Whether the difference can be told from chance: by the verdict, by the second method, and among its domain's outcomes.

        A change without a comparison group must be told by every test of it that can tell anything.
        Every sentence, figure and rule of the recommendation asks here, so that none says what another denies.
        """
        first, second = self.verdict, self.second
        if not isinstance(first, MethodResult) or first.p_value is None or first.p_value >= ALPHA:
            return False
        if self.among is None or not self.among.is_significant:
            return False
        if self.change is not None and self.change.agreement.verdict == "disagree":
            return False
        if not self.method.must_agree:
            return True
        agrees = isinstance(second, MethodResult) and second.p_value is not None and second.p_value < ALPHA
        return agrees and first.estimate * second.estimate > 0

    @property
    def is_equivalent(self) -> bool:
        """Whether the data show that there is no difference worth having, which is more than not finding one.

        Groups that nobody drew and that were unlike at the start can come out alike for that reason alone.
        """
        if self.claim == "association" and self.baseline is not None and self.baseline.verdict == "fails":
            return False
        return not self.is_significant and self.equivalence is not None and self.equivalence.verdict == "equivalent"
