"""Why the tool should work: what Tier 4 rests on, in the operator's own words."""

from __future__ import annotations

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table

PARTS = {
    "problem": "Problem",
    "inputs": "Inputs",
    "activities": "Activities",
    "outputs": "Outputs",
    "short_term_outcomes": "Short-term outcomes",
    "long_term_outcomes": "Long-term outcomes",
}


def rationale(findings: Findings) -> Block:
    """Logic model, published findings and the plan for further study; says so where one of them is absent."""
    return Block("\n\n".join([_logic_model(findings), _research(findings), _plan(findings)]))


def _logic_model(findings: Findings) -> str:
    model = findings.pilot.logic_model
    if model is None:
        return "No logic model (a written account of why the tool should work) was given."
    rows = [[name, fmt.text(model[key])] for key, name in PARTS.items()]
    caption = "Logic model: why the tool should work, as the district wrote it"
    parts = table(["Part", "In this pilot"], rows, align="ll", widths=[22, 78], name="logic-model", caption=caption)
    return f"::: {{.theory}}\n{parts}\n:::"


def _research(findings: Findings) -> str:
    if not findings.pilot.research_basis:
        return "No published finding was cited."
    cited = [f"- {fmt.sentence(fmt.text(one['finding']))} ({fmt.text(one['citation'])})" for one in findings.pilot.research_basis]
    listed = "\n".join(cited)
    return f"Published findings, as the district cites them; this report has not checked them:\n\n::: {{.quoted}}\n{listed}\n:::"


def _plan(findings: Findings) -> str:
    plan = findings.pilot.ongoing_study
    return f"Further study: {fmt.sentence(fmt.text(plan))}" if plan else "No further study is planned."
