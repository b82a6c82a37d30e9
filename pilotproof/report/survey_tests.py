"""Changes of teachers' answers by every test of them, what it means where these disagree, and that areas are several chances."""

from __future__ import annotations

from pilotproof.findings import SubscaleFinding, SurveyFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import table
from pilotproof.report.change import disagreement
from pilotproof.stats.changes import NoInterval
from pilotproof.stats.paired import PairedChange
from pilotproof.stats.results import Interval

TOLD = {"agree: rejected": "agree", "agree: not rejected": "agree", "disagree": "**disagree**", "cannot reject": "cannot tell"}


def several_areas(tested: list[SubscaleFinding]) -> str:
    """That the p-values are adjusted for the number of areas, and what that leaves; nothing of a single area."""
    decisions = [scale.among for scale in tested if scale.among is not None]
    if len(decisions) < 2:
        return ""
    primary = [fmt.text(scale.label) for scale in tested if scale.among is not None and scale.among.role == "confirmatory"]
    but = f" {primary[0]} was named as the primary area in the codebook, so that its own p decides." if primary else ""
    told = [fmt.text(scale.label) for scale in tested if scale.is_significant]
    left = f"{fmt.listed(told)} can be told from chance" if told else "none of them can be told from chance"
    return (
        f"Of {len(decisions)} areas one may stand out by luck, so p-values are adjusted for their number "
        f"(Benjamini-Hochberg).{but} Allowing for that, {left}."
    )


def tests_table(survey: SurveyFinding) -> str:
    """Every test of the same changes in one table, with what it means where they disagree."""
    changes = [scale.change for scale in survey.changed]
    has_bootstrap = any(isinstance(change.bootstrap, Interval) for change in changes)
    header = ["Area", "Sign-flip p (least)", "Signed-rank p (unchanged)", "Paired t p", "Pseudo-median"]
    header += ["Bootstrap"] * has_bootstrap + ["Direction d", "Tests"]
    rows = [[fmt.text(scale.label), *_cells(scale.change, has_bootstrap=has_bootstrap)] for scale in survey.changed]
    caption = f"The same changes of the survey “{fmt.text(survey.instrument)}” by every test"
    has_interval = any(isinstance(change.hodges_lehmann.interval, Interval) for change in changes)
    widths = [28, 14, 14, 10, 18 if has_interval else 9, *[12] * has_bootstrap, 11, 11]
    name = f"tests-{survey.name.replace('_', '-')}"
    body = table(header, rows, align="lrrrr" + "r" * has_bootstrap + "rl", widths=widths, name=name, caption=caption)
    told = "\n".join(f"- {said}" for scale in survey.changed if (said := _suggestive(scale)))
    return "\n\n".join(part for part in (body, _note(changes), told) if part)


def _cells(change: PairedChange, *, has_bootstrap: bool) -> list[str]:
    ranks, pseudo_median = change.signed_rank, change.hodges_lehmann
    around = f" ({_interval(pseudo_median.interval)})" if isinstance(pseudo_median.interval, Interval) else ""
    return [
        f"{fmt.exact_p(change.sign_flip_p)} ({fmt.exact_p(change.least_attainable_p)})",
        f"{fmt.exact_p(ranks.p_value)} ({ranks.unchanged})",
        fmt.p_cell(change.p_value),
        f"{fmt.signed(pseudo_median.estimate)}{around}",
        *[_interval(change.bootstrap)] * has_bootstrap,
        fmt.signed(change.dominance.dominance),
        TOLD[change.agreement.verdict],
    ]


def _interval(found: Interval | NoInterval) -> str:
    return fmt.interval(found.low, found.high) if isinstance(found, Interval) else fmt.NOTHING


def _note(changes: list[PairedChange]) -> str:
    """What each column is, and which intervals so few give."""
    said = [
        "Least: the smallest p that so many teachers can give. Signed-rank: Wilcoxon’s test, exact, with changes of zero ranked "
        "(Pratt); in brackets how many teachers did not change.",
        f"Pseudo-median: median of all means of two changes (Hodges-Lehmann){_pseudo_median(changes)}.",
        _bootstrap(changes),
        "Direction: share of teachers who rose less share who fell, from −1 to 1.",
        "Tests: whether paired t, sign-flip and signed-rank say the same at 0.05; “cannot tell” where no exact test could.",
    ]
    return "::: {.small}\n" + " ".join(part for part in said if part) + "\n:::"


def _pseudo_median(changes: list[PairedChange]) -> str:
    """Its interval has a confidence of its own, because only some can be had exactly."""
    found = [change.hodges_lehmann.interval for change in changes]
    attained = sorted({one.confidence for one in found if isinstance(one, Interval)})
    largest = {one.largest_confidence for one in found if isinstance(one, NoInterval) and one.largest_confidence is not None}
    said = []
    if attained:
        ends = fmt.listed(sorted({fmt.percent(attained[0], 1), fmt.percent(attained[-1], 1)}))
        said.append(f"with its exact {ends} interval")
    if largest:
        said.append(f"an exact interval of so few has a confidence of {fmt.percent(min(largest), 2)} at most and is not given")
    return f"; {'; '.join(said)}" if said else ""


def _bootstrap(changes: list[PairedChange]) -> str:
    if any(isinstance(change.bootstrap, Interval) for change in changes):
        return "Bootstrap: BCa interval of the mean change."
    few = any(isinstance(one.bootstrap, NoInterval) and one.bootstrap.reason.startswith("too few pairs") for one in changes)
    return "A bootstrap of so few would be too narrow and is not given." if few else ""


def _suggestive(scale: SubscaleFinding) -> str:
    """Why a change is suggestive and no more, or why its t test is not to be gone by; nothing elsewhere."""
    change, label = scale.change, fmt.text(scale.label)
    if change.agreement.verdict == "disagree":
        return f"**{label}**: suggestive and no more, because the tests disagree ({disagreement(change)})."
    if change.agreement.verdict == "cannot reject" and change.agreement.is_rejected_by_t:
        return (
            f"**{label}**: the paired t test alone gives {fmt.p_value(change.p_value)}. It takes for granted that changes are "
            f"spread normally, which {fmt.count(change.n, 'teacher')} cannot show; no exact test could have confirmed it, so "
            "it is suggestive and no more."
        )
    return ""
