"""Which method carries the verdict for a design, which must agree, and which may only be printed beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pilotproof.stats.checks import count, finite, one_of
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS
from pilotproof.stats.wild_bootstrap import FEWEST_CLUSTERS_PER_ARM

FEWEST_TO_RANDOMISE = 4  # clusters in each arm from which randomisation inference can reject at 5 %
RARE = 0.05  # a test whose least attainable p is not below it can reject nothing
FEWEST_DF = 4.0  # Satterthwaite, below which CR2 is warned of. Source: Tipton (2015)

Design = Literal[
    "before and after",
    "clusters compared",
    "clusters randomised",
    "students randomised",
    "staggered starts",
    "starts chosen",
    "use compared",
]
Method = Literal[
    "sign-flip", "cluster means", "CR2", "randomisation", "order randomisation", "paired t", "wild bootstrap", "mixed model"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictMethod:
    """What the p-value of a design rests on.

    verdict : None where the design gives no p-value, for `reason`; must_agree : must have the same sign and decision
    beside : may be printed, decides nothing; claim : the strongest words that the design carries
    """

    design: Design
    verdict: Method | None
    must_agree: tuple[Method, ...]
    beside: tuple[Method, ...]
    claim: Literal["changed", "associated with", "effect", "effect within these classes", "correlational", "descriptive"]
    reason: str


def verdict_method(
    design: Design, *, clusters_treated: int, clusters_comparison: int = 0, least_attainable_p: float | None = None
) -> VerdictMethod:
    """The method of the verdict by design and number of clusters (of students, where they were randomised).

    clusters_treated : all clusters in designs without a comparison group
    least_attainable_p : of a re-assignment as it was drawn, which blocks make larger; None when it was drawn from one pot
    Source: simulated error rates with few clusters (benchmarks/size_and_coverage.csv): least squares over students rejects a
    true null in a quarter of pilots and more, CR1 in up to two of five, CR2 with one cluster in an arm in up to a third.
    """
    treated, comparison = count(clusters_treated, "clusters_treated"), count(clusters_comparison, "clusters_comparison")
    one_of(design, "design", get_args(Design))
    least = None if least_attainable_p is None else finite(least_attainable_p, "least_attainable_p")
    if least is not None and not 0 <= least <= 1:
        raise ValueError(f"least_attainable_p must lie from 0 to 1, not {least_attainable_p!r}")
    match design:
        case "before and after":
            return _alone(design, treated, "sign-flip", ("paired t",), "changed", "there is no comparison group")
        case "staggered starts":
            why = "the order of the starts was drawn"
            return _alone(design, treated, "order randomisation", (), "effect within these classes", why)
        case "starts chosen":
            why = "the order of the starts was chosen; the test says how rare the result were if it had been drawn"
            return _alone(design, treated, "order randomisation", (), "associated with", why)
        case "use compared":
            why = "students chose how much to use the tool"
            return _alone(design, treated, "CR2", (), "correlational", why)
        case "clusters compared" | "clusters randomised" | "students randomised":
            return _two_arms(design, treated, comparison, is_rare=least is None or least < RARE)


def _alone(design: Design, clusters: int, verdict: Method, beside: tuple[Method, ...], claim: str, why: str) -> VerdictMethod:
    few = clusters < FEWEST_CLUSTERS
    return VerdictMethod(
        design=design,
        verdict=None if few else verdict,
        must_agree=(),
        beside=beside,
        claim="descriptive" if few else claim,  # type: ignore[arg-type]
        reason="one cluster cannot be told from its tool" if few else why,
    )


def _two_arms(design: Design, treated: int, comparison: int, *, is_rare: bool) -> VerdictMethod:
    fewest = min(treated, comparison)
    if fewest < FEWEST_CLUSTERS:
        return VerdictMethod(
            design=design,
            verdict=None,
            must_agree=(),
            beside=(),
            claim="descriptive",
            reason="a cluster alone in its arm cannot be told from the tool",
        )
    by_draw = design != "clusters compared"
    verdict: Method = "randomisation" if by_draw and fewest >= FEWEST_TO_RANDOMISE and is_rare else "cluster means"
    others: tuple[Method, ...] = ("cluster means",) if verdict == "randomisation" else ("randomisation",) if by_draw else ()
    wild: tuple[Method, ...] = ("wild bootstrap",) if fewest >= FEWEST_CLUSTERS_PER_ARM else ()
    if verdict == "randomisation":
        reason = "the assignment was drawn, and there are clusters enough for its distribution"
    elif by_draw and not is_rare:
        reason = f"no re-assignment could have given a p below {RARE:g}"
    elif by_draw:
        reason = f"a verdict by re-assignment needs {FEWEST_TO_RANDOMISE} units in each arm"
    else:
        reason = "means of clusters keep their error rate from two clusters in each arm"
    return VerdictMethod(
        design=design,
        verdict=verdict,
        must_agree=("CR2",),
        beside=(*others, *wild, "mixed model"),
        claim="effect" if by_draw else "associated with",
        reason=reason,
    )
