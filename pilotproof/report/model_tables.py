"""Every coefficient of every model, as software for statistics prints them."""

from __future__ import annotations

from pilotproof.disclosure import may_show_arm
from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.words import CLUSTERS
from pilotproof.stats.model_table import ARM, LEVEL, PRETEST, Coefficient, ModelTable

FEW_DF = 10  # below it the decimals of the degrees of freedom matter
MODELS = {"cluster means": "{cluster} means", "CR2": "regression, CR2", "mixed model": "mixed model"}


def coefficient_tables(findings: Findings) -> Block:
    """One table for each outcome that a model with coefficients was fitted to."""
    parts = [_table(outcome, findings) for outcome in findings.outcomes if outcome.models and _may_show(outcome, findings)]
    if not parts and findings.primary.staggered is not None and isinstance(findings.primary.verdict, MethodResult):
        return Block("δ in @tbl-full-difference is what is sought; the levels of classes and days beside it are not listed.")
    if not parts:
        return Block("No model with coefficients was fitted, or its groups are too small to be shown.")
    return Block("\n\n".join(parts))


def _table(outcome: OutcomeFinding, findings: Findings) -> str:
    rows = [row for model in outcome.models for row in _rows(model, outcome, findings)]
    label = fmt.capital(fmt.text(outcome.label))
    body = table(
        ["Model", "Term", "Estimate", "SE", "df", "t", "p", fmt.confidence(findings.pilot.confidence)],
        rows,
        align="llrrrrrr",
        widths=[16, 24, 11, 8, 8, 8, 9, 16],
        name=f"coefficients-{outcome.name.replace('_', '-')}",
        caption=(
            f"{label}: every coefficient, in {fmt.text(outcome.unit)}; of the pretest, for one of its units more. The row in "
            "bold is the difference that is sought"
        ),
    )
    return f"{body}\n\n{_notes(outcome, findings)}"


def _rows(model: ModelTable, outcome: OutcomeFinding, findings: Findings) -> list[list[str]]:
    name = MODELS[model.method].format(cluster=CLUSTERS[findings.pilot.cluster][0])
    return [
        [fmt.capital(name) if row is model.rows[0] else "", *_row(row, _term(row.term, outcome, findings), row.term == ARM)]
        for row in model.rows
    ]


def _row(row: Coefficient, term: str, is_sought: bool) -> list[str]:
    return [
        f"**{term}**" if is_sought else term,
        fmt.signed(row.estimate),
        fmt.number(row.standard_error),
        fmt.number(row.df, 2 if row.df < FEW_DF else 1),
        fmt.number(row.t),
        fmt.p_cell(row.p_value),
        fmt.interval(row.interval.low, row.interval.high),
    ]


def _term(name: str, outcome: OutcomeFinding, findings: Findings) -> str:
    plural = CLUSTERS[findings.pilot.cluster][1]
    level = f"Level of comparison {plural}" + (" at the mean pretest" if outcome.has_pretest else "")
    arm = "Users minus non-users" if outcome.use else "Treated minus comparison"
    return {LEVEL: level, ARM: arm, PRETEST: "Pretest"}[name]


def _notes(outcome: OutcomeFinding, findings: Findings) -> str:
    singular, plural = CLUSTERS[findings.pilot.cluster]
    first = outcome.models[0]
    units = f"{fmt.count(first.students, 'student')}"
    if outcome.method.design != "students randomised":
        units += f" of {fmt.count(first.clusters, singular, plural)}"
    notes = [f"All models hold {units}."]
    if first.unlisted:
        of = plural if outcome.use or outcome.method.design == "students randomised" else "schools"
        notes.append(f"Effects of {of} ({first.unlisted:,}) were estimated and are not listed.")
    if first.method == "cluster means" and any(row.term == PRETEST for row in first.rows) and first.clusters < first.students:
        notes.append(
            f"The pretest of the {singular} means is the slope of the first step, among students of one {singular}, with CR2."
        )
    mixed = next((model for model in outcome.models if model.method == "mixed model"), None)
    if mixed is not None:
        notes.append(
            f"In the mixed model the variance is {fmt.number(mixed.variance_between, 1)} between {plural} and "
            f"{fmt.number(mixed.variance_within, 1)} within them: {fmt.percent(mixed.icc)} lies between."
        )
    return "::: {.small}\n" + " ".join(notes) + "\n:::"


def _may_show(outcome: OutcomeFinding, findings: Findings) -> bool:
    return all(may_show_arm(arm, findings) for arm in (outcome.treated, outcome.comparison) if arm is not None)
