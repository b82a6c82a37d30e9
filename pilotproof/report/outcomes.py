"""Student outcomes on the page: the sentences, the tables of means and contrasts, and every method side by side."""

from __future__ import annotations

from pilotproof.disclosure import coded_where_few, may_show_arm, may_show_arms
from pilotproof.findings import ArmSummary, Findings, MethodResult, OutcomeFinding
from pilotproof.report import change, designs, method_notes
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.outcome_details import cox_sentence, described_otherwise, missing_rows, unmeasured_sentence
from pilotproof.report.planning import assumption
from pilotproof.report.results import contrast_sentence, meaning_sentence
from pilotproof.report.words import CLUSTERS, METHODS, METHODS_SHORT, ROLES, STUDENT_METHODS, UNITS, USE
from pilotproof.stats.verdict_method import FEWEST_DF

FEWEST_METHODS = 2
OVER_TEACHERS = ("teacher means", "sign-flip over teachers")
FEW_DF = 10  # below it the decimals of the degrees of freedom matter


def outcome_results(findings: Findings) -> Block:
    """The sentence, its meaning and the table of all outcomes."""
    parts = []
    for outcome in findings.outcomes:
        parts.append(f"{contrast_sentence(outcome, findings)} {meaning_sentence(outcome)}".strip())
    parts.append(_outcome_table(findings))
    parts += [part for outcome in findings.outcomes for part in designs.tables(outcome, findings)]
    parts += [_shared_teachers(outcome, findings) for outcome in findings.outcomes]
    parts.append(_outcome_note(findings))
    return Block("\n\n".join(part for part in parts if part))


def _outcome_table(findings: Findings) -> str:
    header = [
        "Outcome",
        "Group",
        "Students",
        CLUSTERS[findings.pilot.cluster][1].capitalize(),
        "Before",
        "After",
        "SD after",
    ]
    rows = []
    for outcome in findings.outcomes:
        for name, arm in (("treated", outcome.treated), ("comparison", outcome.comparison)):
            if arm is None:
                continue
            shown = may_show_arms(outcome, findings)
            rows.append(
                [
                    fmt.capital(fmt.text(outcome.label)) if name == "treated" else "",
                    USE[name] if outcome.use else name,
                    f"{arm.analysed:,}" if shown else _not_shown(arm, findings),
                    f"{arm.clusters_analysed:,}",
                    *(_means(arm, outcome, findings.pilot.smallest_group) if shown else [fmt.NOTHING] * 3),
                ]
            )
    means = table(header, rows, align="llrrrrr", name="means", caption="Mean scores of the students analyzed")
    return means + "\n\n" + _contrast_table(findings) if _contrasts(findings) else means


def _means(arm: ArmSummary, outcome: OutcomeFinding, least: int) -> list[str]:
    """Means before and after and the SD; of a binary outcome shares, whose SD says nothing more."""
    if outcome.kind == "binary":
        return [*(_share(mean, arm.analysed, least) for mean in (arm.mean_pretest, arm.mean_posttest)), fmt.NOTHING]
    return [fmt.number(value, 1) for value in (arm.mean_pretest, arm.mean_posttest, arm.sd_posttest)]


def _share(percent: float | None, students: int, least: int) -> str:
    """A share who passed; a bound where few did, or did not."""
    if percent is None:
        return fmt.NOTHING
    coded = coded_where_few(percent / 100, students, least)
    return fmt.coded(coded.share, coded.bound) if coded.bound else f"{fmt.number(percent, 1)}%"


def _not_shown(arm: ArmSummary, findings: Findings) -> str:
    return fmt.NOTHING if may_show_arm(arm, findings) else f"< {findings.pilot.smallest_group}"


def _contrasts(findings: Findings) -> list[tuple[OutcomeFinding, MethodResult]]:
    return [
        (outcome, contrast)
        for outcome in findings.outcomes
        for contrast in (outcome.verdict, outcome.second)
        if isinstance(contrast, MethodResult)
    ]


def _contrast_table(findings: Findings) -> str:
    rows = [
        [
            fmt.capital(fmt.text(outcome.label)) if contrast.role == "verdict" else "",
            f"{ROLES[contrast.role]}: {method_name(contrast, outcome)}",
            *_numbers(contrast),
        ]
        for outcome, contrast in _contrasts(findings)
    ]
    return table(
        ["Outcome", *_header(findings)],
        rows,
        align="llrrrrrr",
        widths=[18, 28, 11, 7, 7, 9, 8, 17],
        name="contrasts",
        caption=_contrast_caption(findings.primary),
    )


def _contrast_caption(outcome: OutcomeFinding) -> str:
    if outcome.claim == "change":
        return change.TABLE_CAPTION
    if outcome.staggered is not None:
        return "Difference, after a start minus before it, in the outcome’s unit"
    if outcome.use is not None:
        return "Difference, users minus non-users, in the outcome’s unit"
    return f"Difference, treated minus comparison, in the outcome’s unit. {_who_decides(outcome)}"


def _who_decides(outcome: OutcomeFinding) -> str:
    """What the roles of the methods make of their rows, the verdict first."""
    agreeing = [METHODS_SHORT[result.method] for result in outcome.methods if result.role == "must agree"]
    if not any(result.role == "verdict" for result in outcome.methods):
        return "None of these carries a verdict"
    if not agreeing:
        return "The first method carries the verdict, and no other has to agree"
    return f"The first method carries the verdict, and {fmt.listed(agreeing)} must agree with it"


def every_method(findings: Findings) -> Block:
    """All methods side by side, so that a reader sees whether the choice of one decided anything."""
    parts = []
    for outcome in findings.outcomes:
        if len(outcome.methods) < FEWEST_METHODS:
            continue
        rows = [_method_row(result, outcome) for result in outcome.methods] + missing_rows(outcome)
        parts.append(
            table(
                _header(findings),
                rows,
                align="lrrrrrr",
                widths=[31, 12, 9, 8, 11, 10, 19],
                name=f"methods-{outcome.name.replace('_', '-')}",
                caption=f"{fmt.capital(fmt.text(outcome.label))}: {_methods_caption(outcome)}",
            )
        )
        notes = (
            _floor(outcome),
            change.standardised_note(outcome, findings),
            method_notes.without_one(outcome, findings),
            method_notes.missing(outcome, findings),
        )
        parts.append(" ".join(note for note in notes if note))
        parts += [unmeasured_sentence(outcome, findings), described_otherwise(outcome, findings)]
        parts.append(method_notes.recomputed(outcome, findings))
    if not parts and findings.primary.methods:
        return Block("This design has one test, and no other method that could be held against it.")
    if not parts:
        return Block("There is no contrast of groups, and so nothing to try another method on.")
    return Block("\n\n".join(part for part in parts if part))


def _methods_caption(outcome: OutcomeFinding) -> str:
    return change.METHODS_CAPTION if outcome.claim == "change" else f"the same students by every method. {_who_decides(outcome)}"


def _header(findings: Findings) -> list[str]:
    what = "Change" if findings.primary.claim == "change" else "Difference"
    return ["Method", what, "SE", "df", "Least p", "p", fmt.confidence(findings.pilot.confidence)]


def _method_row(result: MethodResult, outcome: OutcomeFinding) -> list[str]:
    name = f"{method_name(result, outcome)}{f' ({ROLES[result.role]})' if result.role != 'beside' else ''}"
    if result.refusal is not None:
        return [name, fmt.NOTHING, fmt.NOTHING, fmt.NOTHING, fmt.NOTHING, "none^a^", fmt.NOTHING]
    return [name, *_numbers(result)]


def _numbers(result: MethodResult) -> list[str]:
    interval = result.interval
    return [
        fmt.signed(result.estimate),
        fmt.number(result.standard_error),
        fmt.NOTHING if result.df is None else fmt.number(result.df, 2 if result.df < FEW_DF else 1),
        "none" if result.least_attainable_p is None else fmt.exact_p(result.least_attainable_p),
        fmt.p_cell(result.p_value),
        fmt.NOTHING if interval is None else fmt.interval(interval.low, interval.high),
    ]


def method_name(result: MethodResult, outcome: OutcomeFinding) -> str:
    """The method in the words of the report: `class means`."""
    names = STUDENT_METHODS if outcome.unit_of_inference == "student" else METHODS
    return names[result.method].format(cluster=UNITS[outcome.unit_of_inference][0])


def _floor(outcome: OutcomeFinding) -> str:
    """What the column of least p means, and why a method gives none."""
    refused = [f"{METHODS_SHORT[r.method]}: {r.refusal}" for r in outcome.methods if r.refusal is not None]
    said = [
        "Least p: no scores could give a smaller one with this design (and this number of random draws, where the test needs "
        "them); none: the test has no such limit."
    ]
    said += [f"^a^ Not given ({'; '.join(refused)})."] if refused else []
    return " ".join(said)


def _shared_teachers(outcome: OutcomeFinding, findings: Findings) -> str:
    """That classes of one teacher are less than so many classes, and what teachers as units say."""
    found = next((result for result in outcome.methods if result.method in OVER_TEACHERS), None)
    if found is None:
        return ""
    what = "change" if outcome.claim == "change" else "comparison"
    said = "cannot be tested" if found.p_value is None else f"gives {fmt.p_value(found.p_value)}"
    counts = " and ".join(
        f"{fmt.count(arm.clusters_analysed, f'{name} class', f'{name} classes')} "
        f"{'has' if arm.clusters_analysed == 1 else 'have'} {fmt.count(arm.teachers or 0, 'teacher')}"
        for name, arm in (("treated", outcome.treated), ("comparison", outcome.comparison))
        if arm is not None
    )
    return (
        f"The {counts}: classes of one teacher are alike in more than the tool, so that the p-value over classes may be too "
        f"small. With teachers as the units the same {what} {said}."
    )


def _outcome_note(findings: Findings) -> str:
    outcome = findings.primary
    notes = []
    if outcome.cox:
        notes.append(cox_sentence(outcome))
    elif isinstance(outcome.verdict, MethodResult) and outcome.effect is not None:
        notes.append(
            f"In standard deviations the difference on the {fmt.text(outcome.label)} is {fmt.signed(outcome.effect.estimate)} "
            f"(Hedges’ g), or {fmt.signed(outcome.improvement_index, 1)} percentile points for an average student "
            "(improvement index)."
        )
    if outcome.mdes_sd is not None and outcome.effect is not None:
        notes.append(
            f"A pilot of this size finds a true difference of {fmt.number(outcome.mdes_sd)} SD in four of five cases, assuming "
            f"{assumption(outcome, findings)}; smaller ones it mostly misses."
        )
    if isinstance(outcome.second, MethodResult) and outcome.second.df is not None and outcome.second.df < FEWEST_DF:
        notes.append("The second method has fewer than 4 degrees of freedom (df) and is uncertain itself.")
    if _contrasts(findings):
        notes.append(
            "SE: standard error. df: degrees of freedom, about the number of "
            f"{UNITS[outcome.unit_of_inference][1]} less what was estimated. Least p: no scores could give a smaller p with this "
            "design; none: the test has no such limit."
        )
    return "::: {.small}\n" + " ".join(notes) + "\n:::" if notes else ""
