"""The results: outcomes, teachers, reliability."""

from __future__ import annotations

from typing import Literal

from pilotproof.evidence.attrition import AttritionVerdict
from pilotproof.evidence.claims import Claim
from pilotproof.evidence.wwc import WwcLikeRating
from pilotproof.findings.base import Frozen, PartOf
from pilotproof.stats.availability import TimeBetweenFailures
from pilotproof.stats.baseline import BaselineDifference
from pilotproof.stats.clustered import ClusterContrast, Refusal
from pilotproof.stats.count_models import CountModel, CountRefusal
from pilotproof.stats.counts import Concentration, Rate, Recurrence, RecurrenceComparison
from pilotproof.stats.effect_size import EffectSize
from pilotproof.stats.equivalence import Equivalence
from pilotproof.stats.paired import PairedChange
from pilotproof.stats.rates import OverDispersion


class ArmSummary(Frozen):
    """One arm of one outcome. Scores in the outcome's unit; SDs are between students.

    assigned, analysed : students; clusters_assigned, clusters_analysed : clusters
    """

    assigned: int
    analysed: int
    clusters_assigned: int
    clusters_analysed: int
    mean_pretest: float | None
    sd_pretest: float | None
    mean_posttest: float
    sd_posttest: float


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


class OutcomeFinding(Frozen):
    """One student outcome.

    verdict : the contrast that carries the claim, or why there is none
    second : CR2 with Satterthwaite degrees of freedom, which must agree
    change : change of cluster means from pretest to posttest, in a pilot without a comparison group
    equivalence : the contrast held against +- the smallest effect worth having, in the outcome's unit
    mdes_sd : smallest effect, in student SDs, that the design finds with 80 % power
    clusters_needed : clusters, both arms together, with which it would find `smallest_effect_sd` with 80 % power
    least_attainable_p : of a re-randomisation test with this number of clusters per arm; None when refused
    """

    name: str
    label: str
    domain: str
    unit: str
    is_primary: bool
    has_pretest: bool
    is_relevant: bool
    smallest_effect_sd: float
    treated: ArmSummary
    comparison: ArmSummary | None
    schools: int
    districts: int
    verdict: ClusterContrast | Refusal | None
    second: ClusterContrast | Refusal | None
    change: PairedChange | None
    effect: EffectSize | None
    equivalence: Equivalence | None
    improvement_index: float | None
    baseline: BaselineDifference | None
    attrition: tuple[AttritionFinding, ...]
    rating: WwcLikeRating
    mdes_sd: float | None
    clusters_needed: int | None
    least_attainable_p: float | None
    claim: Claim
    points: tuple[ClusterPoint, ...]


class TeacherChange(Frozen):
    """Change of one subscale over the teachers who answered before and after."""

    name: str
    label: str
    is_tool_outcome: bool
    change: PairedChange


class TeacherFinding(Frozen):
    """The teacher survey. mdes_d : smallest standardised change found with 80 % power."""

    instrument: str
    low: int
    high: int
    teachers: int
    paired: int
    mdes_d: float
    least_attainable_p: float
    subscales: tuple[TeacherChange, ...]


class PeriodCount(Frozen):
    """Errors and exposure of one class period. hours, lessons : None without exposure."""

    period: str
    errors: int
    hours: float | None
    lessons: int | None


class ReliabilityFinding(Frozen):
    """Technical errors. rate, lessons_with_error, concentration, recurrence : None where exposure is missing.

    errors : incidents; reports : of them, one incident may be reported often
    lessons_with_error : lessons on record in which an error was reported; how long it lasted is not on record
    recurrence : days with an error in the worst period, out of days on which the tool was run in it
    comparison : these days against those of the other periods
    trend : of the rate over the weeks of the window, standard errors over teachers; or why there is none
    dispersion : whether errors per day vary more than independent ones would
    time_between_failures : hours of use
    """

    errors: int
    reports: int
    categories: dict[str, int]
    hours: float | None
    lessons: int | None
    rate: Rate | None
    lessons_with_error: PartOf | None
    periods: tuple[PeriodCount, ...]
    worst_period: str | None
    teachers_in_worst_period: int | None
    concentration: Concentration | None
    recurrence: Recurrence | None
    comparison: RecurrenceComparison | None
    trend: CountModel | CountRefusal | None
    dispersion: OverDispersion | None
    time_between_failures: TimeBetweenFailures | None
